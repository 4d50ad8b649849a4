/* SPDX-License-Identifier: Apache-2.0 */
/* Filled polygons, to the pixel as Pillow (11.3) fills them. */
#ifndef VOLO_IMAGE_POLYGON_FILL_H
#define VOLO_IMAGE_POLYGON_FILL_H

#include <volo/base.h>

/* Room for the edges of one polygon; grows, all zero at first. */
typedef struct VoloPolygonFiller {
    struct VoloPolygonEdge *edges; /* of the polygon */
    struct VoloPolygonEdge **active;
    float *crossing; /* two for each edge */
    size_t room;     /* points */
} VoloPolygonFiller;

void volo_polygon_filler_clear(VoloPolygonFiller *filler);

/* Sets the pixels of a polygon in pixels u8 [height,width] to value. points [count] are x, y; the
 * last is joined to the first; count is 2..VOLO_LIMIT_POLYGON_POINTS,
 * coordinates are within VOLO_LIMIT_POLYGON_COORDINATE. Pixels on the outline belong
 * to it, what lies outside the picture is cut off. Errors: MEMORY. */
VoloStatus volo_polygon_fill(VoloPolygonFiller *filler, size_t count, const int (*points)[2],
                             size_t height, size_t width, uint8_t value, uint8_t *pixels,
                             VoloError *err);

#endif
