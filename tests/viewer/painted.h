/* SPDX-License-Identifier: Apache-2.0 */
/* What a painter painted, as R G B. */
#ifndef VOLO_TESTS_VIEWER_PAINTED_H
#define VOLO_TESTS_VIEWER_PAINTED_H

#include "app/viewer/painter.h"

/* Paints the columns from..to-1 into rgb u8 [patch height, patch width, 3] and leaves the others as
 * they are. Fails the test when the painter does, writes another column or leaves a pixel that is
 * not opaque. */
void paint_rgb(VoloPainter *painter, const VoloScene *scene, VoloSide side, const VoloPatch *patch,
               int from, int to, uint8_t *rgb);

#endif
