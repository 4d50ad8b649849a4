/* SPDX-License-Identifier: Apache-2.0 */
/* What the charts share: colours, texts, round numbers. */
#ifndef VOLO_APP_CHART_H
#define VOLO_APP_CHART_H

#include <volo/drawing.h>

extern const VoloColour chart_ink, chart_grey, chart_faint, chart_white;

#define CHART_COLOURS 6
extern const VoloColour chart_colours[CHART_COLOURS]; /* told apart without red and green, too */

/* Text of a usual size, in ink; titles are larger and bold. */
void chart_text(VoloDrawing *drawing, double x, double y, VoloAlign align, const char *text);
void chart_title(VoloDrawing *drawing, double x, double y, const char *text);
double chart_text_width(VoloDrawing *drawing, const char *text);

#define CHART_TEXT 11.0 /* size of text, in units */

/* The smallest of 1, 2 and 5 times a power of ten that takes at most that many steps to reach
 * largest > 0. */
double chart_step(double largest, int steps);

#endif
