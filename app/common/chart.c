/* SPDX-License-Identifier: Apache-2.0 */
/* Colours (after Okabe & Ito 2008) and texts of the charts. */
#include "app/common/chart.h"

#include <math.h>

const VoloColour chart_ink = { 32, 33, 36 }, chart_grey = { 110, 114, 120 },
                 chart_faint = { 224, 226, 230 }, chart_white = { 255, 255, 255 };

const VoloColour chart_colours[CHART_COLOURS] = {
    { 0, 114, 178 }, { 230, 159, 0 },  { 0, 158, 115 },
    { 213, 94, 0 },  { 86, 180, 233 }, { 204, 121, 167 },
};

void chart_text(VoloDrawing *drawing, double x, double y, VoloAlign align, const char *text)
{
    volo_drawing_text(drawing, x, y, text,
                      &(VoloTextStyle){ .size = CHART_TEXT, .align = align, .colour = chart_ink });
}

void chart_title(VoloDrawing *drawing, double x, double y, const char *text)
{
    volo_drawing_text(drawing, x, y, text,
                      &(VoloTextStyle){ .size = 14, .bold = true, .colour = chart_ink });
}

double chart_text_width(VoloDrawing *drawing, const char *text)
{
    return volo_drawing_text_width(drawing, text, &(VoloTextStyle){ .size = CHART_TEXT });
}

double chart_step(double largest, int steps)
{
    const double unit = pow(10, floor(log10(largest / steps)));
    static const double factors[] = { 1, 2, 5 };

    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        if (factors[i] * unit * steps >= largest)
            return factors[i] * unit;
    }
    return 10 * unit;
}
