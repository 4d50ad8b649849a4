/* SPDX-License-Identifier: Apache-2.0 */
/* Bars of classes, a histogram, and text that fits. */
#include "render/plots.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const VoloColour volo_plot_ink = { 32, 34, 38 };
const VoloColour volo_plot_faint = { 110, 114, 122 };
const VoloColour volo_plot_grid = { 222, 224, 228 };
const VoloColour volo_plot_accent = { 38, 104, 178 };

/* --- text --- */

/* Takes the last character off. */
static void shorten(char *text)
{
    size_t length = strlen(text);

    while (length > 0 && ((unsigned char)text[length - 1] & 0xc0) == 0x80)
        length--;
    text[length > 0 ? length - 1 : 0] = '\0';
}

void volo_plot_text(VoloDrawing *d, double x, double y, double width, const char *text,
                    const VoloTextStyle *style)
{
    char cut[256], shown[sizeof cut + 4];

    if (volo_drawing_text_width(d, text, style) <= width) {
        volo_drawing_text(d, x, y, text, style);
        return;
    }
    snprintf(cut, sizeof cut, "%s", text);
    do {
        shorten(cut);
        snprintf(shown, sizeof shown, "%s\u2026", cut);
    } while (*cut && volo_drawing_text_width(d, shown, style) > width);
    volo_drawing_text(d, x, y, shown, style);
}

/* --- bars --- */

static const double value_width = 40;

static void draw_bar(const VoloBarPlot *plot, VoloDrawing *d, size_t i, VoloBox bar, double x0)
{
    const VoloTextStyle name = { .size = bar.height * 0.72,
                                 .align = VOLO_ALIGN_RIGHT,
                                 .colour = volo_plot_ink };
    const VoloTextStyle value = { .size = bar.height * 0.72,
                                  .align = VOLO_ALIGN_LEFT,
                                  .colour = volo_plot_ink };
    const double baseline = bar.y + bar.height * 0.75;
    char text[16] = "\u2013";

    volo_plot_text(d, bar.x - 6, baseline, bar.x - 6 - x0, plot->names[i], &name);
    if (!isnan(plot->values[i])) {
        const VoloBox box = { bar.x, bar.y, bar.width * plot->values[i], bar.height };

        volo_drawing_fill_box(
            d, box, (VoloColour){ plot->colours[i][0], plot->colours[i][1], plot->colours[i][2] });
        volo_drawing_stroke_box(d, box, (VoloStroke){ volo_plot_faint, 0.3, 0 });
        snprintf(text, sizeof text, "%.2f", 100 * plot->values[i]);
    }
    volo_drawing_text(d, bar.x + bar.width + 6, baseline, text, &value);
}

void volo_plot_draw_bars(const VoloBarPlot *plot, VoloDrawing *d, VoloBox box, double height)
{
    const double names = box.width * 0.28;
    const double x = box.x + names, width = box.width - names - value_width;
    const double bottom = box.y + (double)plot->count * height;

    for (int i = 0; i <= 4; i++)
        volo_drawing_line(d, x + width * i / 4, box.y, x + width * i / 4, bottom,
                          (VoloStroke){ volo_plot_grid, 0.5, 0 });
    for (size_t i = 0; i < plot->count; i++)
        draw_bar(plot, d, i,
                 (VoloBox){ x, box.y + (double)i * height + height * 0.12, width, height * 0.76 },
                 box.x);
    if (!isnan(plot->mean))
        volo_drawing_line(d, x + width * plot->mean, box.y - 3, x + width * plot->mean, bottom + 3,
                          (VoloStroke){ volo_plot_ink, 0.75, 3 });
}

/* --- histogram --- */

/* A round number of about a quarter of the highest bar. */
static uint64_t tick_of(uint64_t highest)
{
    static const uint64_t steps[] = { 1, 2, 5 };

    for (uint64_t power = 1; power <= highest; power *= 10) {
        for (size_t i = 0; i < 3; i++) {
            if (steps[i] * power * 5 >= highest)
                return steps[i] * power;
        }
    }
    return 1;
}

static void draw_axes(VoloDrawing *d, VoloBox plot, uint64_t top, uint64_t tick)
{
    VoloTextStyle style = { .size = 8.5, .align = VOLO_ALIGN_RIGHT, .colour = volo_plot_faint };
    char text[24];

    for (uint64_t v = 0; v <= top; v += tick) {
        const double y = plot.y + plot.height * (1 - (double)v / (double)top);

        snprintf(text, sizeof text, "%" PRIu64, v);
        volo_drawing_line(d, plot.x, y, plot.x + plot.width, y,
                          (VoloStroke){ volo_plot_grid, 0.5, 0 });
        volo_drawing_text(d, plot.x - 5, y + 3, text, &style);
    }
    style.align = VOLO_ALIGN_CENTRE;
    for (int i = 0; i <= 10; i++) {
        snprintf(text, sizeof text, "%d", 10 * i);
        volo_drawing_text(d, plot.x + plot.width * i / 10, plot.y + plot.height + 12, text, &style);
    }
    volo_drawing_text(d, plot.x + plot.width / 2, plot.y + plot.height + 25, "mIoU of a picture, %",
                      &style);
}

void volo_plot_draw_histogram(const uint64_t *bins, size_t count, VoloDrawing *d, VoloBox box)
{
    const VoloBox plot = { box.x + 36, box.y + 6, box.width - 44, box.height - 36 };
    const double step = plot.width / (double)count;
    uint64_t highest = 1;

    for (size_t i = 0; i < count; i++)
        highest = bins[i] > highest ? bins[i] : highest;
    const uint64_t tick = tick_of(highest), top = (highest + tick - 1) / tick * tick;
    draw_axes(d, plot, top, tick);
    for (size_t i = 0; i < count; i++) {
        const double height = plot.height * (double)bins[i] / (double)top;

        volo_drawing_fill_box(d,
                              (VoloBox){ plot.x + (double)i * step + 0.75,
                                         plot.y + plot.height - height, step - 1.5, height },
                              volo_plot_accent);
    }
    volo_drawing_line(d, plot.x, plot.y + plot.height, plot.x + plot.width, plot.y + plot.height,
                      (VoloStroke){ volo_plot_faint, 0.75, 0 });
}
