/* SPDX-License-Identifier: Apache-2.0 */
/* report.pdf: A4 pages filled from top to bottom; the matrix has a page of the size it needs. */
#include "eval/report_pages.h"

#include "base/error.h"
#include "render/plots.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double page_width = 595, page_height = 842, margin = 44;
#define INNER (page_width - 2 * margin)

static VoloTextStyle style_of(double size, VoloAlign align)
{
    return (VoloTextStyle){ .size = size, .align = align, .colour = volo_plot_ink };
}

static VoloTextStyle bold_style(double size)
{
    return (VoloTextStyle){ .size = size, .bold = true, .colour = volo_plot_ink };
}

static VoloTextStyle faint_style(double size, VoloAlign align)
{
    return (VoloTextStyle){ .size = size, .align = align, .colour = volo_plot_faint };
}

/* --- pages --- */

static void put_footer(VoloReportPdf *p, double width, double height)
{
    char title[VOLO_REPORT_TITLE_SIZE], number[24];
    const VoloTextStyle left = faint_style(8, VOLO_ALIGN_LEFT),
                        right = faint_style(8, VOLO_ALIGN_RIGHT);

    volo_report_title(p->facts, title);
    snprintf(number, sizeof number, "%zu", ++p->page);
    volo_plot_text(p->drawing, margin, height - 24, width - 2 * margin - 40, title, &left);
    volo_drawing_text(p->drawing, width - margin, height - 24, number, &right);
}

static void add_page(VoloReportPdf *p, double width, double height)
{
    if (p->page > 0)
        volo_drawing_add_page(p->drawing, width, height);
    put_footer(p, width, height);
    p->y = margin;
}

/* Makes room of that height, on the next page if need be; true when a page was begun. */
static bool make_room(VoloReportPdf *p, double height)
{
    if (p->y + height <= page_height - margin)
        return false;
    add_page(p, page_width, page_height);
    return true;
}

static void put_heading(VoloReportPdf *p, const char *text, double follows)
{
    const VoloTextStyle style = bold_style(13);

    make_room(p, 34 + follows);
    p->y += 22;
    volo_drawing_text(p->drawing, margin, p->y, text, &style);
    p->y += 12;
}

static void put_rule(VoloReportPdf *p, double y)
{
    volo_drawing_line(p->drawing, margin, y, page_width - margin, y,
                      (VoloStroke){ volo_plot_grid, 0.5, 0 });
}

/* --- the first page --- */

static void put_title(VoloReportPdf *p)
{
    const VoloResultInfo *info = &p->facts->result->info;
    char title[VOLO_REPORT_TITLE_SIZE], line[256];
    const VoloTextStyle large = bold_style(20), small = faint_style(10, VOLO_ALIGN_LEFT);

    volo_report_title(p->facts, title);
    volo_plot_text(p->drawing, margin, p->y + 18, INNER, title, &large);
    snprintf(line, sizeof line, "%.160s, %" PRIu64 " pictures",
             info->model ? info->model : "ready-made predictions", p->facts->scores.images);
    volo_plot_text(p->drawing, margin, p->y + 36, INNER, line, &small);
    p->y += 52;
}

static void put_figure(VoloReportPdf *p, size_t place, const char *name, double fraction)
{
    const size_t across = 4;
    const double width = (INNER - 3 * 10) / (double)across, height = 46;
    const double x = margin + (double)(place % across) * (width + 10);
    const double y = p->y + (double)(place / across) * (height + 10);
    const VoloStroke stroke = { place ? volo_plot_grid : volo_plot_accent, place ? 0.75 : 1.5, 0 };
    const VoloTextStyle large = bold_style(17), small = faint_style(8.5, VOLO_ALIGN_LEFT);
    char text[24];

    snprintf(text, sizeof text, "%.2f %%", 100 * fraction);
    volo_drawing_stroke_box(p->drawing, (VoloBox){ x, y, width, height }, stroke);
    volo_drawing_text(p->drawing, x + 10, y + 22, text, &large);
    volo_drawing_text(p->drawing, x + 10, y + 37, name, &small);
}

static void put_figures(VoloReportPdf *p)
{
    const VoloResultInfo *info = &p->facts->result->info;
    const VoloTextStyle style = bold_style(11);
    size_t place = 0;
    const char *name;
    double fraction;
    char line[128];

    if (!p->facts->whole) {
        snprintf(line, sizeof line, "Shard %zu of %zu: a part of the pictures, no headline scores.",
                 info->shard, info->shard_count);
        volo_drawing_text(p->drawing, margin, p->y + 12, line, &style);
        p->y += 26;
        return;
    }
    for (size_t i = 0; (name = volo_report_headline(p->facts, i, &fraction)); i++) {
        if (!isnan(fraction))
            put_figure(p, place++, name, fraction);
    }
    p->y += (double)((place + 3) / 4) * 56;
}

/* The part of the text that fits, up to a blank where there is one; what follows is returned. */
static const char *take_line(VoloReportPdf *p, const char *text, double width,
                             const VoloTextStyle *style, char line[256])
{
    size_t fits = 0;

    for (size_t end = 1; end < 255; end++) {
        if (text[end] != ' ' && text[end] != '\0')
            continue;
        snprintf(line, 256, "%.*s", (int)end, text);
        if (fits > 0 && volo_drawing_text_width(p->drawing, line, style) > width)
            break;
        fits = end;
        if (text[end] == '\0')
            break;
    }
    snprintf(line, 256, "%.*s", (int)(fits ? fits : 255), text);
    text += strlen(line);
    return text + strspn(text, " ");
}

static void put_settings(VoloReportPdf *p)
{
    const VoloTextStyle key = faint_style(9, VOLO_ALIGN_LEFT), value = style_of(9, VOLO_ALIGN_LEFT);
    char line[256];

    put_heading(p, "Settings", 60);
    for (size_t i = 0; i < p->facts->row_count; i++) {
        const char *rest = p->facts->rows[i].value;

        make_room(p, 30);
        volo_plot_text(p->drawing, margin, p->y + 11, 100, p->facts->rows[i].key, &key);
        while (*rest) {
            rest = take_line(p, rest, INNER - 110, &value, line);
            volo_plot_text(p->drawing, margin + 110, p->y + 11, INNER - 110, line, &value);
            p->y += 12;
        }
        p->y += 3;
        put_rule(p, p->y);
    }
}

/* --- tables --- */

static const double row_height = 14;

/* Texts right-aligned at x[i], the first left-aligned in a width of its own. */
static void put_row(VoloReportPdf *p, const char *const *texts, const double *x, size_t count,
                    double name_width, const VoloTextStyle *style)
{
    VoloTextStyle s = *style;

    for (size_t i = 0; i < count; i++) {
        s.align = i == 0 ? VOLO_ALIGN_LEFT : VOLO_ALIGN_RIGHT;
        if (i == 0)
            volo_plot_text(p->drawing, x[0], p->y + 10, name_width, texts[0], &s);
        else
            volo_drawing_text(p->drawing, x[i], p->y + 10, texts[i], &s);
    }
    p->y += row_height;
    put_rule(p, p->y);
}

enum {
    CLASS_COLUMNS = 8
};
static const double class_x[CLASS_COLUMNS] = { 58, 236, 290, 344, 398, 452, 500, 551 };

static void put_class_heads(VoloReportPdf *p)
{
    static const char *const heads[CLASS_COLUMNS] = { "Class",     "IoU",     "Accuracy",
                                                      "Precision", "F score", "Boundary",
                                                      "iIoU",      "Share" };
    const VoloTextStyle style = faint_style(8.5, VOLO_ALIGN_LEFT);

    put_row(p, heads, class_x, CLASS_COLUMNS, 130, &style);
}

static void put_class(VoloReportPdf *p, size_t i)
{
    const VoloClassScore *c = &p->facts->scores.classes[i];
    const double valid = (double)p->facts->scores.valid_pixels;
    const double values[CLASS_COLUMNS - 1] = { c->iou,
                                               c->accuracy,
                                               c->precision,
                                               c->dice,
                                               c->boundary_iou,
                                               c->instance_iou,
                                               valid > 0 ? (double)c->gt / valid : (double)NAN };
    const uint8_t *colour = volo_label_space_class(p->facts->space, i)->colour;
    const VoloTextStyle style = style_of(9, VOLO_ALIGN_LEFT);
    char numbers[CLASS_COLUMNS - 1][VOLO_REPORT_SHARE_SIZE];
    const char *texts[CLASS_COLUMNS] = { p->facts->names[i] };
    const VoloBox swatch = { margin, p->y + 3, 8, 8 };

    for (size_t j = 0; j + 1 < CLASS_COLUMNS; j++) {
        volo_report_share(values[j], numbers[j]);
        texts[j + 1] = numbers[j];
    }
    volo_drawing_fill_box(p->drawing, swatch, (VoloColour){ colour[0], colour[1], colour[2] });
    volo_drawing_stroke_box(p->drawing, swatch, (VoloStroke){ volo_plot_faint, 0.4, 0 });
    put_row(p, texts, class_x, CLASS_COLUMNS, 140, &style);
}

static void put_classes(VoloReportPdf *p)
{
    put_heading(p, "Classes, %", 5 * row_height);
    put_class_heads(p);
    for (size_t i = 0; i < p->facts->scores.class_count; i++) {
        if (make_room(p, row_height))
            put_class_heads(p);
        put_class(p, i);
    }
}

static void put_categories(VoloReportPdf *p)
{
    static const char *const heads[3] = { "Category", "IoU", "iIoU" };
    static const double x[3] = { 44, 236, 290 };
    const VoloTextStyle head = faint_style(8.5, VOLO_ALIGN_LEFT),
                        style = style_of(9, VOLO_ALIGN_LEFT);
    const VoloScores *s = &p->facts->scores;

    if (s->category_count == 0)
        return;
    put_heading(p, "Categories, %", (double)(s->category_count + 1) * row_height);
    put_row(p, heads, x, 3, 130, &head);
    for (size_t i = 0; i < s->category_count; i++) {
        char iou[VOLO_REPORT_SHARE_SIZE], instance_iou[VOLO_REPORT_SHARE_SIZE];
        const char *const texts[3] = { volo_label_space_category(p->facts->space, i), iou,
                                       instance_iou };

        if (isnan(s->categories[i].iou) && isnan(s->categories[i].instance_iou))
            continue;
        volo_report_share(s->categories[i].iou, iou);
        volo_report_share(s->categories[i].instance_iou, instance_iou);
        make_room(p, row_height);
        put_row(p, texts, x, 3, 130, &style);
    }
}

/* --- plots --- */

/* As many bars as fit on the page; the rest goes on the next. */
static void put_bar_pages(VoloReportPdf *p, VoloBarPlot plot)
{
    const double height = 13;

    while (plot.count > 0) {
        const double room = page_height - margin - p->y - 10;
        const size_t fits = room > height ? (size_t)(room / height) : 0;
        VoloBarPlot part = plot;

        if (fits < plot.count && fits < 8) {
            add_page(p, page_width, page_height);
            continue;
        }
        part.count = fits < plot.count ? fits : plot.count;
        volo_plot_draw_bars(&part, p->drawing, (VoloBox){ margin, p->y + 4, INNER, room }, height);
        p->y += (double)part.count * height + 10;
        plot.count -= part.count;
        plot.names += part.count;
        plot.values += part.count;
        plot.colours += part.count;
    }
}

static void put_bars(VoloReportPdf *p)
{
    const VoloReportFacts *f = p->facts;
    double values[VOLO_LABEL_VALUES];
    uint8_t colours[VOLO_LABEL_VALUES][3];

    for (size_t i = 0; i < f->scores.class_count; i++) {
        values[i] = f->scores.classes[i].iou;
        for (size_t k = 0; k < 3; k++)
            colours[i][k] = volo_label_space_class(f->space, i)->colour[k];
    }
    put_heading(p, "IoU of the classes, %", 12 * 13);
    put_bar_pages(p, (VoloBarPlot){ .count = f->scores.class_count,
                                    .names = f->names,
                                    .values = values,
                                    .colours = (const uint8_t(*)[3])colours,
                                    .mean = f->whole ? f->scores.miou : (double)NAN });
}

/* In place when that leaves it readable, else on a page of its own size. */
static VoloStatus put_matrix(VoloReportPdf *p, VoloError *err)
{
    const VoloMatrixPlot plot = volo_report_matrix(p->facts);
    VoloBox box = volo_plot_matrix_size(&plot);
    const VoloTextStyle style = bold_style(13);
    const double width = box.width + 2 * margin, height = box.height + 2 * margin + 24;

    box.x = margin;
    if (width <= page_width && height <= page_height) {
        put_heading(p, "Confusion matrix", box.height);
        box.y = p->y;
        p->y += box.height;
        return volo_plot_draw_matrix(&plot, p->drawing, box, err);
    }
    add_page(p, width, height);
    volo_drawing_text(p->drawing, margin, margin + 8, "Confusion matrix", &style);
    box.y = margin + 24;
    p->y = page_height; /* whatever follows begins a page */
    return volo_plot_draw_matrix(&plot, p->drawing, box, err);
}

static void put_confusions(VoloReportPdf *p)
{
    static const char *const heads[4] = { "Truth predicted as", "Pixels", "Of the class", "" };
    static const double x[4] = { 44, 400, 480, 551 };
    const VoloTextStyle head = faint_style(8.5, VOLO_ALIGN_LEFT),
                        style = style_of(9, VOLO_ALIGN_LEFT);
    const VoloReportFacts *f = p->facts;

    put_heading(p, "Largest confusions", 3 * row_height);
    put_row(p, heads, x, 3, 300, &head);
    for (size_t i = 0; i < f->confusion_count; i++) {
        const VoloReportConfusion *c = &f->confusions[i];
        char pair[256], pixels[24], share[VOLO_REPORT_SHARE_SIZE];
        const char *const texts[3] = { pair, pixels, share };

        snprintf(pair, sizeof pair, "%.100s \u2192 %.100s", f->names[c->truth],
                 volo_report_prediction(f, c->prediction));
        snprintf(pixels, sizeof pixels, "%" PRIu64, c->pixels);
        volo_report_share((double)c->pixels / (double)f->scores.classes[c->truth].gt, share);
        make_room(p, row_height);
        put_row(p, texts, x, 3, 300, &style);
    }
}

static void put_histogram(VoloReportPdf *p)
{
    const double height = 170;

    put_heading(p, "Pictures by mIoU", height);
    volo_plot_draw_histogram(p->facts->bins, VOLO_REPORT_BINS, p->drawing,
                             (VoloBox){ margin, p->y, INNER, height });
    p->y += height;
}

/* --- panels --- */

/* The four views side by side, in boxes of one size. Returns how high they are. */
static double put_views(VoloReportPdf *p, const VoloPanel *panel)
{
    const double gap = 8, width = (INNER - 3 * gap) / 4;
    const VoloTextStyle style = faint_style(8, VOLO_ALIGN_LEFT);
    double highest = 0, x = margin;

    for (size_t i = 0; i < VOLO_PANEL_VIEWS; i++) {
        const VoloPanelView *v = &panel->views[i];

        if (!v->rgb)
            continue;
        const double height = width * (double)v->height / (double)v->width;
        const double shown = height <= 2 * width ? 1 : 2 * width / height; /* no tower */
        volo_drawing_picture(p->drawing, (VoloBox){ x, p->y, width * shown, height * shown },
                             v->height, v->width, v->rgb, true);
        volo_drawing_text(p->drawing, x, p->y + height * shown + 9, v->title, &style);
        highest = height * shown > highest ? height * shown : highest;
        x += width + gap;
    }
    return highest + 12;
}

static double views_height(const VoloPanel *panel)
{
    const double width = (INNER - 3 * 8) / 4;
    double highest = 0;

    for (size_t i = 0; panel && i < VOLO_PANEL_VIEWS; i++) {
        const VoloPanelView *v = &panel->views[i];
        const double height = v->rgb ? width * (double)v->height / (double)v->width : 0;

        highest = height > highest ? height : highest;
    }
    return highest < 2 * width ? highest : 2 * width;
}

void volo_report_pdf_panel(VoloReportPdf *p, size_t worst, const VoloPanel *panel, const char *why)
{
    const VoloReportImage *image = &p->facts->worst[worst];
    const VoloTextStyle name = bold_style(9), line = faint_style(8.5, VOLO_ALIGN_LEFT);
    char text[64 + 256], causes[VOLO_REPORT_CAUSE_SIZE];

    if (worst == 0)
        put_heading(p, "Pictures with the lowest mIoU", 60 + views_height(panel));
    make_room(p, 60 + views_height(panel));
    snprintf(text, sizeof text, "%zu. %.250s", worst + 1, image->name);
    volo_plot_text(p->drawing, margin, p->y + 10, INNER, text, &name);
    snprintf(text, sizeof text, "mIoU %.2f %%, %" PRIu64 " of %" PRIu64 " pixels wrong",
             100 * image->miou, image->wrong, image->pixels);
    volo_plot_text(p->drawing, margin, p->y + 22, INNER, text, &line);
    volo_report_causes(p->facts, image, causes);
    volo_plot_text(p->drawing, margin, p->y + 33, INNER, why ? why : causes, &line);
    p->y += 38;
    if (panel)
        p->y += put_views(p, panel);
    p->y += 8;
}

/* --- the document --- */

static VoloStatus put_pages(VoloReportPdf *p, VoloError *err)
{
    add_page(p, page_width, page_height);
    put_title(p);
    put_figures(p);
    put_settings(p);
    put_classes(p);
    put_categories(p);
    put_bars(p);
    VOLO_TRY(put_matrix(p, err));
    put_confusions(p);
    put_histogram(p);
    return VOLO_OK;
}

VoloStatus volo_report_pdf_begin(const VoloReportFacts *facts, VoloReportPdf *ret_pdf,
                                 VoloError *err)
{
    VoloReportPdf pdf = { .facts = facts };

    VOLO_TRY(volo_drawing_new(page_width, page_height, &pdf.drawing, err));
    const VoloStatus status = put_pages(&pdf, err);
    if (status)
        volo_report_pdf_clear(&pdf);
    else
        *ret_pdf = pdf;
    return status;
}

void volo_report_pdf_clear(VoloReportPdf *pdf)
{
    volo_drawing_free(pdf->drawing);
    pdf->drawing = NULL;
}
