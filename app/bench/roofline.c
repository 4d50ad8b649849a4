/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing a roofline. Labels try places around their mark, further and further out, until one is
 * free of marks and of other labels. */
#include "app/bench/roofline.h"

#include "app/common/chart.h"

#include <math.h>
#include <stdio.h>

enum {
    MAX_BOXES = 512, /* that labels keep clear of; beyond it they may overlap */
};

static const double mark_size = 9, label_height = CHART_TEXT * 1.15;

typedef struct Plane {
    VoloDrawing *drawing;
    VoloBox box;                         /* of the plotting area */
    double x_low, x_high, y_low, y_high; /* binary logarithms */
    VoloBox taken[MAX_BOXES];
    size_t taken_count;
} Plane;

static double place_x(const Plane *p, double intensity)
{
    return p->box.x + p->box.width * (log2(intensity) - p->x_low) / (p->x_high - p->x_low);
}

static double place_y(const Plane *p, double rate)
{
    return p->box.y + p->box.height * (p->y_high - log2(rate)) / (p->y_high - p->y_low);
}

/* --- keeping clear --- */

static void take(Plane *p, VoloBox box)
{
    if (p->taken_count < MAX_BOXES)
        p->taken[p->taken_count++] = box;
}

static bool overlap(VoloBox a, VoloBox b)
{
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
           b.y < a.y + a.height;
}

static bool is_free(const Plane *p, VoloBox box)
{
    if (box.x < p->box.x || box.y < p->box.y || box.x + box.width > p->box.x + p->box.width ||
        box.y + box.height > p->box.y + p->box.height)
        return false;
    for (size_t i = 0; i < p->taken_count; i++) {
        if (overlap(box, p->taken[i]))
            return false;
    }
    return true;
}

/* A free box of that size near (x, y). False: there is none within 160 units. */
static bool find_room(const Plane *p, double x, double y, double width, VoloBox *ret_box)
{
    static const double side[][2] = { { 1, 0 },  { -1, 0 }, { 0, -1 },  { 0, 1 },
                                      { 1, -1 }, { 1, 1 },  { -1, -1 }, { -1, 1 },
                                      { 1, -2 }, { 1, 2 },  { -1, -2 }, { -1, 2 } };
    const double half = width / 2, near = mark_size / 2 + 2;

    for (double out = 0; out < 160; out += 6) {
        for (size_t i = 0; i < sizeof side / sizeof *side; i++) {
            const double dx = side[i][0] * (half + near + out / 2);
            const double dy = side[i][1] * (label_height / 2 + near + out);
            const VoloBox box = { x + dx - half, y + dy - label_height / 2, width, label_height };

            if (is_free(p, box)) {
                *ret_box = box;
                return true;
            }
        }
    }
    return false;
}

/* --- axes --- */

static void widen(double *low, double *high, double value)
{
    if (value < *low)
        *low = value;
    if (value > *high)
        *high = value;
}

static void find_range(Plane *p, const Roofline *r)
{
    double top = 0;

    p->x_low = -3;
    p->x_high = 8;
    for (size_t i = 0; i < r->roof_count; i++)
        top = fmax(top, r->roof[i].rate);
    for (size_t i = 0; i < r->mark_count; i++) {
        top = fmax(top, r->mark[i].rate);
        widen(&p->x_low, &p->x_high, floor(log2(r->mark[i].intensity) - 0.5));
        widen(&p->x_low, &p->x_high, ceil(log2(r->mark[i].intensity) + 0.5));
    }
    p->y_high = log2(top) + 0.6;
    p->y_low = p->y_high - 6;
    for (size_t i = 0; i < r->roof_count; i++)
        p->y_low = fmin(p->y_low, log2(r->roof[i].rate) - 3);
    for (size_t i = 0; i < r->mark_count; i++)
        p->y_low = fmin(p->y_low, log2(r->mark[i].rate) - 0.5);
}

static void draw_x_axis(const Plane *p)
{
    const VoloStroke faint = { chart_faint, 1, 0 };
    const double bottom = p->box.y + p->box.height;
    char number[32];

    for (int i = (int)ceil(p->x_low); i <= (int)p->x_high; i++) {
        const double x = place_x(p, exp2(i));

        volo_drawing_line(p->drawing, x, p->box.y, x, bottom + 4, faint);
        if (i < 0)
            snprintf(number, sizeof number, "1/%.0f", exp2(-i));
        else
            snprintf(number, sizeof number, "%.0f", exp2(i));
        chart_text(p->drawing, x, bottom + 17, VOLO_ALIGN_CENTRE, number);
    }
    chart_text(p->drawing, p->box.x + p->box.width / 2, bottom + 35, VOLO_ALIGN_CENTRE,
               "operations for each byte");
}

static void draw_y_axis(const Plane *p)
{
    static const double factors[] = { 1, 2, 5 };
    const VoloStroke faint = { chart_faint, 1, 0 };
    char number[32];

    for (int decade = 6; decade < 16; decade++) {
        for (size_t i = 0; i < 3; i++) {
            const double rate = factors[i] * pow(10, decade), y = place_y(p, rate);

            if (log2(rate) < p->y_low || log2(rate) > p->y_high)
                continue;
            volo_drawing_line(p->drawing, p->box.x - 4, y, p->box.x + p->box.width, y, faint);
            snprintf(number, sizeof number, "%g", rate / 1e9);
            chart_text(p->drawing, p->box.x - 7, y + CHART_TEXT * 0.36, VOLO_ALIGN_RIGHT, number);
        }
    }
    volo_drawing_text(
        p->drawing, p->box.x - 44, p->box.y + p->box.height / 2, "GFLOP/s",
        &(VoloTextStyle){
            .size = CHART_TEXT, .align = VOLO_ALIGN_CENTRE, .angle = 90, .colour = chart_ink });
}

/* --- roofs --- */

static double highest(const Roofline *r)
{
    double rate = 0;

    for (size_t i = 0; i < r->roof_count; i++)
        rate = fmax(rate, r->roof[i].rate);
    return rate;
}

static double steepest(const Roofline *r)
{
    double rate = 0;

    for (size_t i = 0; i < r->slope_count; i++)
        rate = fmax(rate, r->slope[i].rate);
    return rate;
}

/* Names stand right of the plane, from the highest down, each at its roof or below the one before.
 */
static void draw_roofs(Plane *p, const Roofline *r)
{
    const double right = p->box.x + p->box.width, spacing = label_height + 2;
    double lowest = p->box.y - spacing; /* middle of the last name */

    for (size_t i = 0; i < r->roof_count; i++) {
        const Roof *roof = &r->roof[i];
        const double y = place_y(p, roof->rate), name = fmax(y, lowest + spacing);
        const double x = fmax(p->box.x, place_x(p, roof->rate / steepest(r)));

        volo_drawing_line(p->drawing, x, y, right, y,
                          (VoloStroke){ chart_ink, 1.6, roof->dashed ? 5 : 0 });
        volo_drawing_line(p->drawing, right, y, right + 12, name,
                          (VoloStroke){ chart_ink, 0.8, roof->dashed ? 2 : 0 });
        chart_text(p->drawing, right + 16, name + CHART_TEXT * 0.36, VOLO_ALIGN_LEFT, roof->label);
        take(p, (VoloBox){ x, y - 1, right - x, 2 });
        lowest = name;
    }
}

/* A name stands on its slope, or below it where the one before is too near. */
static double name_offset(const Plane *p, const Roofline *r, size_t i)
{
    if (i == 0 || place_y(p, r->slope[i].rate) - place_y(p, r->slope[i - 1].rate) > 24)
        return -4;
    return 4 + 0.75 * CHART_TEXT;
}

static void draw_slopes(Plane *p, const Roofline *r)
{
    const double top = highest(r), least = exp2(p->y_low), left = exp2(p->x_low);

    for (size_t i = 0; i < r->slope_count; i++) {
        const Roof *slope = &r->slope[i];
        const double from = fmax(left, least / slope->rate), to = top / slope->rate;
        const double x0 = place_x(p, from), y0 = place_y(p, from * slope->rate);
        const double x1 = place_x(p, to), y1 = place_y(p, top);
        const double angle = atan2(y0 - y1, x1 - x0), along = 10 + 34 * (double)i;
        const double across = name_offset(p, r, i);

        volo_drawing_line(p->drawing, x0, y0, x1, y1,
                          (VoloStroke){ chart_grey, 1.4, slope->dashed ? 5 : 0 });
        volo_drawing_text(p->drawing, x0 + along * cos(angle) + across * sin(angle),
                          y0 - along * sin(angle) + across * cos(angle), slope->label,
                          &(VoloTextStyle){ .size = CHART_TEXT,
                                            .angle = angle * 180 / 3.14159265358979,
                                            .colour = chart_grey });
    }
}

/* --- marks --- */

static void draw_marks(Plane *p, const Roofline *r)
{
    for (size_t i = 0; i < r->mark_count; i++) {
        const RooflineMark *m = &r->mark[i];
        const double x = place_x(p, m->intensity), y = place_y(p, m->rate);

        volo_drawing_mark(p->drawing, m->kind, x, y, mark_size, m->colour);
        take(p, (VoloBox){ x - mark_size / 2, y - mark_size / 2, mark_size, mark_size });
    }
    for (size_t i = 0; i < r->mark_count; i++) {
        const RooflineMark *m = &r->mark[i];
        const double x = place_x(p, m->intensity), y = place_y(p, m->rate);
        VoloBox box;

        if (!m->label[0] || !find_room(p, x, y, chart_text_width(p->drawing, m->label), &box))
            continue;
        const double middle = box.y + box.height / 2;
        const double edge = x < box.x ? box.x : x > box.x + box.width ? box.x + box.width : x;
        if (hypot(edge - x, middle - y) > mark_size + label_height)
            volo_drawing_line(p->drawing, x, y, edge, middle, (VoloStroke){ chart_grey, 0.6, 0 });
        volo_drawing_fill_box(p->drawing, (VoloBox){ box.x - 1, box.y, box.width + 2, box.height },
                              chart_white);
        chart_text(p->drawing, box.x, box.y + CHART_TEXT * 0.95, VOLO_ALIGN_LEFT, m->label);
        take(p, box);
    }
}

static void draw_keys(Plane *p, const Roofline *r)
{
    double x = p->box.x;

    for (size_t i = 0; i < r->key_count; i++) {
        volo_drawing_mark(p->drawing, r->key[i].kind, x + 5, p->box.y - 12, mark_size,
                          r->key[i].colour);
        chart_text(p->drawing, x + 14, p->box.y - 8, VOLO_ALIGN_LEFT, r->key[i].label);
        x += 34 + chart_text_width(p->drawing, r->key[i].label);
    }
}

static double widest_name(VoloDrawing *drawing, const Roofline *r)
{
    double width = 0;

    for (size_t i = 0; i < r->roof_count; i++)
        width = fmax(width, chart_text_width(drawing, r->roof[i].label));
    return width;
}

void roofline_draw(VoloDrawing *drawing, VoloBox box, const Roofline *r)
{
    const double names = 20 + widest_name(drawing, r);
    Plane plane = { .drawing = drawing,
                    .box = { box.x + 52, box.y + 46, box.width - 52 - names, box.height - 90 } };

    chart_title(drawing, box.x, box.y + 14, r->title);
    find_range(&plane, r);
    draw_x_axis(&plane);
    draw_y_axis(&plane);
    draw_roofs(&plane, r);
    volo_drawing_clip(drawing, plane.box);
    draw_slopes(&plane, r);
    draw_marks(&plane, r);
    volo_drawing_unclip(drawing);
    volo_drawing_stroke_box(drawing, plane.box, (VoloStroke){ chart_grey, 1, 0 });
    draw_keys(&plane, r);
}
