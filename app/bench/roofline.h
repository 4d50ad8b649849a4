/* SPDX-License-Identifier: Apache-2.0 */
/* The roofline (Williams, Waterman & Patterson 2009): how fast something can be that does so many
 * operations for each byte it moves, and how fast things are. Both axes are logarithmic. */
#ifndef VOLO_APP_BENCH_ROOFLINE_H
#define VOLO_APP_BENCH_ROOFLINE_H

#include <volo/drawing.h>

/* A flat roof (operations a second) or a slope (bytes a second). */
typedef struct Roof {
    char label[64];
    double rate;
    bool dashed;
} Roof;

typedef struct RooflineMark {
    char label[64];   /* "" for a mark without one */
    double intensity; /* operations for each byte */
    double rate;      /* operations a second */
    VoloMarker kind;
    VoloColour colour;
} RooflineMark;

/* What a kind of mark stands for. */
typedef struct RooflineKey {
    const char *label;
    VoloMarker kind;
    VoloColour colour;
} RooflineKey;

typedef struct Roofline {
    const char *title;
    const Roof *roof, *slope; /* highest first */
    size_t roof_count, slope_count;
    const RooflineMark *mark;
    size_t mark_count;
    const RooflineKey *key;
    size_t key_count;
} Roofline;

void roofline_draw(VoloDrawing *drawing, VoloBox box, const Roofline *roofline);

#endif
