/* SPDX-License-Identifier: Apache-2.0 */
/* VoloLevels: a picture and its halves, quarters, ... so that a zoomed-out view reads about as many
 * pixels as it shows. Immutable; any thread. */
#ifndef VOLO_VIEWER_PAINT_LEVELS_H
#define VOLO_VIEWER_PAINT_LEVELS_H

#include <volo/image.h>

/* One of them: rgb u8 [height,width,3], borrowed from the levels. */
typedef struct VoloLevel {
    const uint8_t *rgb;
    int height, width;
    double scale; /* its pixels for one of the picture: 1, 1/2, 1/4, ... */
} VoloLevel;

typedef struct VoloLevels VoloLevels;

/* halves: false has the picture alone, which costs nothing. A reference is taken. NULL: no memory.
 */
VoloLevels *volo_levels_new(VoloImage *image, bool halves);
void volo_levels_free(VoloLevels *levels); /* NULL is allowed */

VoloImage *volo_levels_image(const VoloLevels *levels); /* borrowed */
/* The smallest that still has a pixel for each pixel of the screen, else the picture. */
VoloLevel volo_levels_choose(const VoloLevels *levels, double zoom);

#endif
