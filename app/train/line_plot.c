/* SPDX-License-Identifier: Apache-2.0 */
/* Axes, grid, lines and legend. */
#include "app/train/line_plot.h"

#include "app/common/chart.h"

#include <math.h>
#include <stdio.h>

static const double head = 30, foot = 24, left = 52, right = 12, legend_gap = 14;

/* Where values lie; y values are their logarithms where the plot is logarithmic. */
typedef struct Frame {
    VoloBox box; /* of the area between the axes */
    double lowest, highest, right;
    bool logarithmic;
} Frame;

static double level(const LinePlot *plot, double y)
{
    return plot->logarithmic ? log10(y) : y;
}

static bool shows(const LinePlot *plot, const double point[2])
{
    return isfinite(point[0]) && isfinite(point[1]) && (!plot->logarithmic || point[1] > 0);
}

/* The range of all values. */
static void find_range(const LinePlot *plot, double *ret_lowest, double *ret_highest)
{
    double lowest = (double)INFINITY, highest = -(double)INFINITY;

    for (size_t i = 0; i < plot->count; i++) {
        for (size_t j = 0; j < plot->lines[i].count; j++) {
            if (!shows(plot, plot->lines[i].points[j]))
                continue;
            const double y = level(plot, plot->lines[i].points[j][1]);

            lowest = y < lowest ? y : lowest;
            highest = y > highest ? y : highest;
        }
    }
    *ret_lowest = lowest <= highest ? lowest : 0;
    *ret_highest = lowest <= highest ? highest : 1;
}

static Frame frame_of(VoloBox box, const LinePlot *plot)
{
    Frame f = { .box = { box.x + left, box.y + head, box.width - left - right,
                         box.height - head - foot },
                .right = plot->right > 0 ? plot->right : 1,
                .logarithmic = plot->logarithmic };

    find_range(plot, &f.lowest, &f.highest);
    if (!plot->logarithmic) {
        f.lowest = f.lowest < 0 ? f.lowest : 0;
        f.highest = f.highest > f.lowest ? f.highest * 1.05 : f.lowest + 1;
        if (plot->is_share && f.highest > 1)
            f.highest = 1;
    } else if (f.highest - f.lowest < 0.1) {
        f.lowest -= 0.05;
        f.highest += 0.05;
    }
    return f;
}

static double place_x(const Frame *f, double x)
{
    return f->box.x + f->box.width * x / f->right;
}

static double place_y(const Frame *f, double y)
{
    return f->box.y + f->box.height * (1 - (y - f->lowest) / (f->highest - f->lowest));
}

/* --- axes --- */

static void draw_y(VoloDrawing *d, const Frame *f, double y, double value, bool is_share)
{
    const double at = place_y(f, y);
    char text[32];

    volo_drawing_line(d, f->box.x, at, f->box.x + f->box.width, at,
                      (VoloStroke){ chart_faint, 1, 0 });
    snprintf(text, sizeof text, is_share ? "%g %%" : "%.3g", is_share ? 100 * value : value);
    chart_text(d, f->box.x - 6, at + CHART_TEXT * 0.36, VOLO_ALIGN_RIGHT, text);
}

/* Powers of ten, with 2 and 5 times them where there is room; round numbers in less than that. */
static void draw_logarithmic(VoloDrawing *d, const Frame *f)
{
    static const double factors[] = { 1, 2, 5 };
    const double decades = f->highest - f->lowest;
    const double lowest = pow(10, f->lowest), highest = pow(10, f->highest);
    const double step = chart_step(highest - lowest, 5);

    for (double value = ceil(lowest / step) * step; decades < 1 && value <= highest; value += step)
        draw_y(d, f, log10(value), value, false);
    for (double power = floor(f->lowest); decades >= 1 && power <= f->highest; power += 1) {
        for (size_t i = 0; i < (decades > 3 ? 1 : 3); i++) {
            const double value = factors[i] * pow(10, power), y = log10(value);

            if (y >= f->lowest && y <= f->highest)
                draw_y(d, f, y, value, false);
        }
    }
}

static void draw_axes(VoloDrawing *d, const Frame *f, const LinePlot *plot)
{
    const double step_x = chart_step(f->right, 6), step_y = chart_step(f->highest - f->lowest, 6);
    char text[32];

    if (plot->logarithmic)
        draw_logarithmic(d, f);
    for (double y = ceil(f->lowest / step_y) * step_y;
         !plot->logarithmic && y <= f->highest * 1.0001; y += step_y)
        draw_y(d, f, y, y, plot->is_share);
    for (int i = 0; i * step_x <= f->right * 1.0001; i++) {
        const double x = place_x(f, i * step_x), bottom = f->box.y + f->box.height;

        volo_drawing_line(d, x, bottom, x, bottom + 4, (VoloStroke){ chart_grey, 1, 0 });
        snprintf(text, sizeof text, "%.6g", i * step_x);
        chart_text(d, x, bottom + 17, VOLO_ALIGN_CENTRE, text);
    }
    volo_drawing_line(d, f->box.x, f->box.y + f->box.height, f->box.x + f->box.width,
                      f->box.y + f->box.height, (VoloStroke){ chart_grey, 1, 0 });
}

/* --- lines --- */

static void draw_piece(VoloDrawing *d, const Frame *f, const Line *line, const double a[2],
                       const double b[2])
{
    const double ya = f->logarithmic ? log10(a[1]) : a[1];
    const double yb = f->logarithmic ? log10(b[1]) : b[1];

    volo_drawing_line(d, place_x(f, a[0]), place_y(f, ya), place_x(f, b[0]), place_y(f, yb),
                      (VoloStroke){ line->colour, line->width, 0 });
}

static void draw_line(VoloDrawing *d, const Frame *f, const LinePlot *plot, const Line *line)
{
    for (size_t i = 0; i < line->count; i++) {
        if (!shows(plot, line->points[i]))
            continue;
        if (i > 0 && shows(plot, line->points[i - 1]))
            draw_piece(d, f, line, line->points[i - 1], line->points[i]);
        if (line->marks)
            volo_drawing_mark(d, VOLO_MARKER_CIRCLE, place_x(f, line->points[i][0]),
                              place_y(f, level(plot, line->points[i][1])), 5, line->colour);
    }
}

/* From the right edge of the title's line to the left. */
static void draw_legend(VoloDrawing *d, VoloBox box, const LinePlot *plot)
{
    double x = box.x + box.width - right;

    for (size_t i = plot->count; i-- > 0;) {
        const Line *line = &plot->lines[i];

        if (!line->label)
            continue;
        chart_text(d, x, box.y + 14, VOLO_ALIGN_RIGHT, line->label);
        x -= chart_text_width(d, line->label) + 6;
        volo_drawing_line(d, x - 16, box.y + 10, x, box.y + 10,
                          (VoloStroke){ line->colour, 2.5, 0 });
        x -= 16 + legend_gap;
    }
}

void line_plot_draw(VoloDrawing *d, VoloBox box, const LinePlot *plot)
{
    const Frame frame = frame_of(box, plot);

    chart_title(d, box.x, box.y + 14, plot->title);
    draw_legend(d, box, plot);
    draw_axes(d, &frame, plot);
    volo_drawing_clip(d, (VoloBox){ frame.box.x - 3, frame.box.y - 3, frame.box.width + 6,
                                    frame.box.height + 6 });
    for (size_t i = 0; i < plot->count; i++)
        draw_line(d, &frame, plot, &plot->lines[i]);
    volo_drawing_unclip(d);
}
