/* SPDX-License-Identifier: Apache-2.0 */
/* Plots of lines over steps. */
#ifndef VOLO_APP_TRAIN_LINE_PLOT_H
#define VOLO_APP_TRAIN_LINE_PLOT_H

#include <volo/drawing.h>

typedef struct Line {
    const char *label;         /* NULL: not in the legend */
    const double (*points)[2]; /* [count] x rising; not finite: a gap */
    size_t count;
    VoloColour colour;
    double width;
    bool marks; /* at each point */
} Line;

typedef struct LinePlot {
    const char *title;
    const Line *lines;
    size_t count;
    double right;     /* of the x axis, which begins at 0 */
    bool logarithmic; /* y: powers of ten */
    bool is_share;    /* y goes from 0 to at most 1 and is labelled in per cent */
} LinePlot;

void line_plot_draw(VoloDrawing *drawing, VoloBox box, const LinePlot *plot);

#endif
