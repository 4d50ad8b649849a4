/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine adds to the public label maps of <volo/dataset.h>. */
#ifndef VOLO_DATASETS_LABEL_MAP_H
#define VOLO_DATASETS_LABEL_MAP_H

#include <volo/dataset.h>

/* Reads the text of a map file, called name as a map and file in messages. On success *ret_map is
 * the caller's. Errors: FORMAT (file and line named), LIMIT, MEMORY. */
VoloStatus volo_label_map_parse(const char *name, const char *file, const char *text, size_t bytes,
                                const VoloClassTable *model, const VoloLabelSpace *space,
                                VoloLabelMap **ret_map, VoloError *err);

#endif
