/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing bars: names right-aligned before the axis, notes behind the bars or their limits. */
#include "app/bench/bars.h"

#include "app/common/chart.h"

#include <stdio.h>

static const double row_height = 19, bar_height = 13, head = 34, foot = 40, gap = 6;

double bars_height(size_t count)
{
    return head + (double)count * row_height + foot;
}

/* Where values lie. */
typedef struct Axis {
    double left, width, top, bottom;
    double largest; /* at left + width */
    double step;    /* between its marks */
} Axis;

static double widest(VoloDrawing *d, const Bars *bars, bool notes)
{
    double width = 0;

    for (size_t i = 0; i < bars->count; i++) {
        const double here = chart_text_width(d, notes ? bars->bar[i].note : bars->bar[i].label);

        width = here > width ? here : width;
    }
    return width;
}

static Axis make_axis(VoloDrawing *d, VoloBox box, const Bars *bars)
{
    Axis axis = { .top = box.y + head, .largest = 0 };

    for (size_t i = 0; i < bars->count; i++) {
        const Bar *bar = &bars->bar[i];
        const double reach = bar->limit > bar->value ? bar->limit : bar->value;

        axis.largest = reach > axis.largest ? reach : axis.largest;
    }
    axis.left = box.x + widest(d, bars, false) + gap;
    axis.width = box.x + box.width - axis.left - widest(d, bars, true) - 2 * gap;
    axis.bottom = axis.top + (double)bars->count * row_height;
    axis.largest = axis.largest > 0 ? axis.largest : 1;
    axis.step = chart_step(axis.largest, 6);
    return axis;
}

static double place(const Axis *axis, double value)
{
    return axis->left + axis->width * value / axis->largest;
}

static void draw_axis(VoloDrawing *d, const Axis *axis, const char *title)
{
    const VoloStroke faint = { chart_faint, 1, 0 };
    char number[32];

    for (int i = 0; i * axis->step <= axis->largest * 1.0001; i++) {
        const double x = place(axis, i * axis->step);

        volo_drawing_line(d, x, axis->top, x, axis->bottom + 4, faint);
        snprintf(number, sizeof number, "%g", i * axis->step);
        chart_text(d, x, axis->bottom + 17, VOLO_ALIGN_CENTRE, number);
    }
    chart_text(d, axis->left, axis->bottom + 33, VOLO_ALIGN_LEFT, title);
}

static void draw_bar(VoloDrawing *d, const Axis *axis, const Bar *bar, double top)
{
    const double end = place(axis, bar->value), limit = place(axis, bar->limit);
    const double text = top + row_height / 2 + CHART_TEXT * 0.36;
    const double y = top + (row_height - bar_height) / 2;

    chart_text(d, axis->left - gap, text, VOLO_ALIGN_RIGHT, bar->label);
    volo_drawing_fill_box(d, (VoloBox){ axis->left, y, end - axis->left, bar_height }, bar->colour);
    if (bar->limit > 0)
        volo_drawing_line(d, limit, y - 1, limit, y + bar_height + 1,
                          (VoloStroke){ chart_ink, 1.5, 0 });
    chart_text(d, (bar->limit > bar->value ? limit : end) + gap, text, VOLO_ALIGN_LEFT, bar->note);
}

void bars_draw(VoloDrawing *d, VoloBox box, const Bars *bars)
{
    const Axis axis = make_axis(d, box, bars);

    chart_title(d, box.x, box.y + 14, bars->title);
    draw_axis(d, &axis, bars->axis);
    for (size_t i = 0; i < bars->count; i++)
        draw_bar(d, &axis, &bars->bar[i], axis.top + (double)i * row_height);
    volo_drawing_line(d, axis.left, axis.top, axis.left, axis.bottom,
                      (VoloStroke){ chart_grey, 1, 0 });
}
