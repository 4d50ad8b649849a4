/* SPDX-License-Identifier: Apache-2.0 */
/* Ids that cairo takes from counters of the process, made to depend on the file alone. */
#ifndef VOLO_RENDER_SVG_IDS_H
#define VOLO_RENDER_SVG_IDS_H

#include <volo/base.h>

/* Renames the ids surfaceN and imageN in a document of cairo's, text [*bytes], and what refers to
 * them: the smallest N becomes 1, the next 2 ... The text becomes no longer. Errors: MEMORY. */
VoloStatus volo_svg_number_ids(uint8_t *text, size_t *bytes, VoloError *err);

#endif
