/* SPDX-License-Identifier: Apache-2.0 */
/* Horizontal bars with a name on the left and a note behind each. */
#ifndef VOLO_APP_BENCH_BARS_H
#define VOLO_APP_BENCH_BARS_H

#include <volo/drawing.h>

typedef struct Bar {
    char label[120];
    char note[64]; /* behind the bar */
    double value;  /* at least 0 */
    double limit;  /* marked by a line across, where value could be at best; 0: none */
    VoloColour colour;
} Bar;

typedef struct Bars {
    const char *title, *axis; /* axis: what values are, with their unit */
    const Bar *bar;           /* [count] */
    size_t count;
} Bars;

/* The height that so many bars want, title and axis included, in units. */
double bars_height(size_t count);
/* Draws into a box of at least 360 units of width. */
void bars_draw(VoloDrawing *drawing, VoloBox box, const Bars *bars);

#endif
