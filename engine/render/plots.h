/* SPDX-License-Identifier: Apache-2.0 */
/* Plots of an evaluation, drawn into a box of a drawing. Failures stay in the drawing. */
#ifndef VOLO_RENDER_PLOTS_H
#define VOLO_RENDER_PLOTS_H

#include <volo/eval_report.h>

/* What plots and pages share. */
extern const VoloColour volo_plot_ink, volo_plot_faint, volo_plot_grid, volo_plot_accent;

/* The matrix, its names and its scales, as large as the box allows. Errors: MEMORY. */
VOLO_NODISCARD VoloStatus volo_plot_draw_matrix(const VoloMatrixPlot *plot, VoloDrawing *d,
                                                VoloBox box, VoloError *err);
/* The size at which every name and number can be read. */
VoloBox volo_plot_matrix_size(const VoloMatrixPlot *plot);

typedef struct VoloBarPlot {
    size_t count;
    const char *const *names;    /* [count] */
    const double *values;        /* [count] 0..1; NaN: no bar */
    const uint8_t (*colours)[3]; /* [count] */
    double mean;                 /* a line; NaN: none */
} VoloBarPlot;

/* Horizontal bars from the top of the box, each of that height with its gap. */
void volo_plot_draw_bars(const VoloBarPlot *plot, VoloDrawing *d, VoloBox box, double height);

/* bins u64 [count]: how many values are in each part of 0..1. */
void volo_plot_draw_histogram(const uint64_t *bins, size_t count, VoloDrawing *d, VoloBox box);

/* Text that does not fit is cut, with an ellipsis. */
void volo_plot_text(VoloDrawing *d, double x, double y, double width, const char *text,
                    const VoloTextStyle *style);

#endif
