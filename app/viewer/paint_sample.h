/* SPDX-License-Identifier: Apache-2.0 */
/* The visible part of a picture or mask at the pixels of the screen. */
#ifndef VOLO_VIEWER_PAINT_SAMPLE_H
#define VOLO_VIEWER_PAINT_SAMPLE_H

#include "app/viewer/canvas_view.h"
#include "app/viewer/paint_levels.h"

/* From this zoom on pictures are sampled like masks, so that their pixels can be seen. */
#define VOLO_ZOOM_OF_PIXELS 4.0

/* Rows of a patch or plane: from..to-1. */
typedef struct VoloRows {
    int from, to;
} VoloRows;

/* What rows of a patch have in common. */
typedef struct VoloSampler VoloSampler;

/* Borrows the levels. grey: with a quarter of the colour. NULL: no memory. */
VoloSampler *volo_sampler_new(const VoloLevels *levels, const VoloPatch *patch, bool grey);
void volo_sampler_free(VoloSampler *sampler); /* NULL is allowed */

/* Writes rows to pixels u8 [height,width,4] of the patch: R G B and a byte that does not count.
 * Smaller than 1:1 each is the mean of what it covers, larger it is between its neighbours, at 1:1
 * exactly the picture's. False: no memory. Several threads at a time. */
bool volo_sampler_rows(const VoloSampler *sampler, VoloRows rows, uint8_t *pixels);

/* Which label is seen: labels u8 [height,width] of the picture's size, plane u8
 * [patch height + 2 margin, patch width + 2 margin]: beyond the patch as well, at the picture's
 * edges the last label again. The corner of the plane is margin pixels left of and above the
 * patch's. rows: those of the plane that are written. False: no memory. */
bool volo_sample_labels(const uint8_t *labels, int height, int width, const VoloPatch *patch,
                        int margin, VoloRows rows, uint8_t *plane);
/* The same for shares u16 without margin: their upper 8 bits. */
bool volo_sample_shares(const uint16_t *shares, int height, int width, const VoloPatch *patch,
                        VoloRows rows, uint8_t *plane);

#endif
