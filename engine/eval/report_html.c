/* SPDX-License-Identifier: Apache-2.0 */
/* report.html: one file, nothing fetched; its policy forbids it to the browser, too. */
#include "base/error.h"
#include "eval/html_put.h"
#include "eval/report_pages.h"
#include "report_css.h"
#include "report_js.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* --- pieces --- */

/* A number cell: the value for sorting, per cent for people. */
static void put_share(FILE *s, double fraction)
{
    char text[VOLO_REPORT_SHARE_SIZE];

    volo_report_share(fraction, text);
    if (isnan(fraction))
        fprintf(s, "<td data-v=\"\">%s</td>", text);
    else
        fprintf(s, "<td data-v=\"%.6f\">%s</td>", fraction, text);
}

static void put_bar(FILE *s, double fraction, const uint8_t colour[3])
{
    char text[VOLO_REPORT_SHARE_SIZE];

    volo_report_share(fraction, text);
    if (isnan(fraction)) {
        fprintf(s, "<td class=\"bar\" data-v=\"\">%s</td>", text);
        return;
    }
    fprintf(s,
            "<td class=\"bar\" data-v=\"%.6f\"><span class=\"track\"><i style=\"width:%.2f%%;"
            "background:#%02x%02x%02x\"></i></span>%s</td>",
            fraction, 100 * fraction, colour[0], colour[1], colour[2], text);
}

static void put_name_cell(FILE *s, const char *name, const uint8_t *colour)
{
    fputs("<td class=\"name\">", s);
    if (colour)
        fprintf(s, "<span class=\"swatch\" style=\"background:#%02x%02x%02x\"></span>", colour[0],
                colour[1], colour[2]);
    volo_html_put_text(s, name);
    fputs("</td>", s);
}

static void begin_table(FILE *s, const char *const *heads, size_t count)
{
    fputs("<table class=\"sort wide\"><thead><tr>", s);
    for (size_t i = 0; i < count; i++)
        fprintf(s, "<th%s>%s</th>", i == 0 ? " class=\"name\"" : "", heads[i]);
    fputs("</tr></thead>\n<tbody>\n", s);
}

static void end_table(FILE *s)
{
    fputs("</tbody></table>\n</section>\n", s);
}

/* --- the head --- */

static void put_head(const VoloReportFacts *f, FILE *s, const char *title)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>",
          s);
    volo_html_put_text(s, title);
    fprintf(s, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>", report_css);
    volo_html_put_text(s, title);
    fputs("</h1>\n<p class=\"faint\">", s);
    volo_html_put_text(s, f->result->info.model ? f->result->info.model : "ready-made predictions");
    fprintf(s, ", %" PRIu64 " pictures</p>\n", f->scores.images);
    fputs("<nav><a href=\"#settings\">Settings</a><a href=\"#classes\">Classes</a>", s);
    if (f->scores.category_count)
        fputs("<a href=\"#categories\">Categories</a>", s);
    fputs("<a href=\"#confusion\">Confusion</a><a href=\"#pictures\">Pictures</a></nav>\n", s);
}

static void put_figures(const VoloReportFacts *f, FILE *s)
{
    const char *name;
    double fraction;

    if (!f->whole) {
        fprintf(s,
                "<section class=\"note\"><p>Shard %zu of %zu: a part of the pictures. Headline "
                "scores come with the whole.</p></section>\n",
                f->result->info.shard, f->result->info.shard_count);
        return;
    }
    fputs("<section class=\"figures\">\n", s);
    for (size_t i = 0; (name = volo_report_headline(f, i, &fraction)); i++) {
        if (!isnan(fraction))
            fprintf(s, "<div class=\"figure\"><b>%.2f %%</b><span>%s</span></div>\n",
                    100 * fraction, name);
    }
    fputs("</section>\n", s);
}

static void put_settings(const VoloReportFacts *f, FILE *s)
{
    fputs("<section id=\"settings\"><h2>Settings</h2>\n<table class=\"pairs\"><tbody>\n", s);
    for (size_t i = 0; i < f->row_count; i++) {
        fputs("<tr><th>", s);
        volo_html_put_text(s, f->rows[i].key);
        fputs("</th><td>", s);
        volo_html_put_text(s, f->rows[i].value);
        fputs("</td></tr>\n", s);
    }
    fputs("</tbody></table>\n", s);
    if (f->result->info.failed_count)
        fputs("<h3>Not evaluated</h3>\n<ul>\n", s);
    for (size_t i = 0; i < f->result->info.failed_count; i++) {
        fputs("<li>", s);
        volo_html_put_text(s, f->result->info.failed[i]);
        fputs("</li>\n", s);
    }
    fputs(f->result->info.failed_count ? "</ul>\n</section>\n" : "</section>\n", s);
}

/* --- tables --- */

static double share_of_truth(const VoloReportFacts *f, uint64_t pixels)
{
    return f->scores.valid_pixels ? (double)pixels / (double)f->scores.valid_pixels : (double)NAN;
}

static void put_classes(const VoloReportFacts *f, FILE *s)
{
    static const char *const heads[] = { "Class",   "IoU",          "Accuracy", "Precision",
                                         "F score", "Boundary IoU", "iIoU",     "Share of truth" };

    fputs("<section id=\"classes\"><h2>Classes</h2>\n<p class=\"faint\">Per cent; accuracy is "
          "recall. A dash stands where there is nothing to score.</p>\n",
          s);
    begin_table(s, heads, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < f->scores.class_count; i++) {
        const VoloClassScore *c = &f->scores.classes[i];
        const uint8_t *colour = volo_label_space_class(f->space, i)->colour;

        fputs("<tr>", s);
        put_name_cell(s, f->names[i], colour);
        put_bar(s, c->iou, colour);
        put_share(s, c->accuracy);
        put_share(s, c->precision);
        put_share(s, c->dice);
        put_share(s, c->boundary_iou);
        put_share(s, c->instance_iou);
        put_share(s, share_of_truth(f, c->gt));
        fputs("</tr>\n", s);
    }
    end_table(s);
}

static void put_categories(const VoloReportFacts *f, FILE *s)
{
    static const char *const heads[] = { "Category", "IoU", "iIoU" };

    if (f->scores.category_count == 0)
        return;
    fputs("<section id=\"categories\"><h2>Categories</h2>\n", s);
    begin_table(s, heads, 3);
    for (size_t i = 0; i < f->scores.category_count; i++) {
        if (isnan(f->scores.categories[i].iou) && isnan(f->scores.categories[i].instance_iou))
            continue;
        fputs("<tr>", s);
        put_name_cell(s, volo_label_space_category(f->space, i), NULL);
        put_share(s, f->scores.categories[i].iou);
        put_share(s, f->scores.categories[i].instance_iou);
        fputs("</tr>\n", s);
    }
    end_table(s);
}

/* --- confusion --- */

static VoloStatus put_matrix(const VoloReportFacts *f, FILE *s, VoloError *err)
{
    const VoloMatrixPlot plot = volo_report_matrix(f);
    VoloDrawing *d;
    uint8_t *data;
    size_t bytes;

    VOLO_TRY(volo_matrix_plot(&plot, &d, err));
    const VoloStatus status = volo_drawing_encode(d, VOLO_DRAWING_SVG, &data, &bytes, err);
    volo_drawing_free(d);
    if (status)
        return status;
    fputs("<img class=\"matrix\" alt=\"Confusion matrix, shares of each class\" src=\"", s);
    volo_html_put_data(s, "image/svg+xml", data, bytes);
    fputs("\">\n", s);
    free(data);
    return VOLO_OK;
}

static void put_confusions(const VoloReportFacts *f, FILE *s)
{
    static const char *const heads[] = { "Truth", "Predicted as", "Pixels", "Of the class, %",
                                         "Of all errors, %" };
    uint64_t errors = 0;

    for (size_t i = 0; i < f->scores.class_count; i++)
        errors += f->scores.classes[i].gt - f->scores.classes[i].tp;
    fputs("<h3>Largest confusions</h3>\n", s);
    begin_table(s, heads, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < f->confusion_count; i++) {
        const VoloReportConfusion *c = &f->confusions[i];

        fputs("<tr>", s);
        put_name_cell(s, f->names[c->truth], NULL);
        fputs("<td>", s);
        volo_html_put_text(s, volo_report_prediction(f, c->prediction));
        fprintf(s, "</td><td>%" PRIu64 "</td>", c->pixels);
        put_share(s, (double)c->pixels / (double)f->scores.classes[c->truth].gt);
        put_share(s, (double)c->pixels / (double)errors);
        fputs("</tr>\n", s);
    }
    end_table(s);
}

static VoloStatus put_confusion(const VoloReportFacts *f, FILE *s, VoloError *err)
{
    fputs("<section id=\"confusion\"><h2>Confusion matrix</h2>\n", s);
    VOLO_TRY(put_matrix(f, s, err));
    put_confusions(f, s);
    return VOLO_OK;
}

/* --- pictures --- */

enum {
    PLOT_LEFT = 44,
    PLOT_TOP = 8,
    PLOT_WIDTH = 700,
    PLOT_HEIGHT = 170
};

static void put_bin(FILE *s, size_t i, uint64_t count, uint64_t highest)
{
    const double step = (double)PLOT_WIDTH / VOLO_REPORT_BINS;
    const double height = PLOT_HEIGHT * (double)count / (double)highest;

    fprintf(s,
            "<rect x=\"%.1f\" y=\"%.2f\" width=\"%.1f\" height=\"%.2f\"><title>%g to %g %%: "
            "%" PRIu64 "</title></rect>\n",
            PLOT_LEFT + (double)i * step + 1, PLOT_TOP + PLOT_HEIGHT - height, step - 2, height,
            100.0 / VOLO_REPORT_BINS * (double)i, 100.0 / VOLO_REPORT_BINS * (double)(i + 1),
            count);
}

static void put_histogram(const VoloReportFacts *f, FILE *s)
{
    uint64_t highest = 1;

    for (size_t i = 0; i < VOLO_REPORT_BINS; i++)
        highest = f->bins[i] > highest ? f->bins[i] : highest;
    fprintf(s,
            "<svg class=\"histogram\" viewBox=\"0 0 %d %d\" role=\"img\" "
            "aria-label=\"Histogram of the pictures' mIoU\">\n",
            PLOT_LEFT + PLOT_WIDTH + 16, PLOT_TOP + PLOT_HEIGHT + 40);
    for (int i = 0; i <= 2; i++) {
        const double y = PLOT_TOP + PLOT_HEIGHT * (1 - i / 2.0);

        fprintf(s, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", PLOT_LEFT,
                PLOT_LEFT + PLOT_WIDTH, y, y);
        if (i != 1 || highest % 2 == 0)
            fprintf(s, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%" PRIu64 "</text>\n",
                    PLOT_LEFT - 6, y + 4, highest * (uint64_t)i / 2);
    }
    for (size_t i = 0; i < VOLO_REPORT_BINS; i++)
        put_bin(s, i, f->bins[i], highest);
    for (int i = 0; i <= 10; i++)
        fprintf(s, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%d</text>\n",
                PLOT_LEFT + PLOT_WIDTH * i / 10, PLOT_TOP + PLOT_HEIGHT + 16, 10 * i);
    fprintf(s,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">mIoU of a picture, %%</text>\n</svg>\n",
            PLOT_LEFT + PLOT_WIDTH / 2, PLOT_TOP + PLOT_HEIGHT + 34);
}

static void put_key(FILE *s, const char *name, const uint8_t colour[3])
{
    fprintf(s,
            "<span class=\"key\"><span class=\"swatch\" style=\"background:#%02x%02x%02x\"></span>"
            "%s</span>",
            colour[0], colour[1], colour[2], name);
}

VoloStatus volo_report_html_begin(const VoloReportFacts *f, FILE *s, VoloError *err)
{
    char title[VOLO_REPORT_TITLE_SIZE];

    volo_report_title(f, title);
    put_head(f, s, title);
    put_figures(f, s);
    put_settings(f, s);
    put_classes(f, s);
    put_categories(f, s);
    VOLO_TRY(put_confusion(f, s, err));
    fputs("<section id=\"pictures\"><h2>Pictures</h2>\n", s);
    put_histogram(f, s);
    if (f->unscored)
        fprintf(s, "<p class=\"faint\">%" PRIu64 " pictures have no class to score.</p>\n",
                f->unscored);
    fprintf(s,
            "<h3>The %zu with the lowest mIoU</h3>\n<p class=\"faint\">Errors: ", f->worst_count);
    put_key(s, "right", volo_panel_right);
    put_key(s, "wrong", volo_panel_wrong);
    put_key(s, "ignored", volo_panel_ignored);
    fputs("</p>\n", s);
    return VOLO_OK;
}

static VoloStatus put_view(const VoloPanelView *view, FILE *s, VoloError *err)
{
    uint8_t *data;
    size_t bytes;

    if (!view->rgb)
        return VOLO_OK;
    VOLO_TRY(volo_panel_png(view, &data, &bytes, err));
    fprintf(s, "<figure><img alt=\"%s\" width=\"%zu\" height=\"%zu\" src=\"", view->title,
            view->width, view->height);
    volo_html_put_data(s, "image/png", data, bytes);
    fprintf(s, "\"><figcaption>%s</figcaption></figure>\n", view->title);
    free(data);
    return VOLO_OK;
}

VoloStatus volo_report_html_panel(const VoloReportFacts *f, size_t worst, const VoloPanel *panel,
                                  const char *why, FILE *s, VoloError *err)
{
    const VoloReportImage *image = &f->worst[worst];
    char causes[VOLO_REPORT_CAUSE_SIZE];

    volo_report_causes(f, image, causes);
    fprintf(s, "<div class=\"panel\"><h3>%zu. ", worst + 1);
    volo_html_put_text(s, image->name);
    fprintf(s, "</h3>\n<div class=\"faint\">mIoU %.2f %%, %" PRIu64 " of %" PRIu64 " pixels wrong",
            100 * image->miou, image->wrong, image->pixels);
    if (*causes) {
        fputs(": ", s);
        volo_html_put_text(s, causes);
    }
    fputs("</div>\n", s);
    if (why) {
        fputs("<div class=\"faint\">", s);
        volo_html_put_text(s, why);
        fputs("</div>\n", s);
    }
    if (panel)
        fputs("<div class=\"views\">\n", s);
    for (size_t i = 0; panel && i < VOLO_PANEL_VIEWS; i++)
        VOLO_TRY(put_view(&panel->views[i], s, err));
    fputs(panel ? "</div></div>\n" : "</div>\n", s);
    return VOLO_OK;
}

void volo_report_html_end(FILE *s)
{
    fprintf(s,
            "</section>\n<footer>Made by volo %s. This file needs no other and fetches nothing."
            "</footer>\n</main>\n<script>\n%s</script>\n</body>\n</html>\n",
            volo_version(), report_js);
}
