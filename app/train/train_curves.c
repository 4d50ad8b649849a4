/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the log back, and drawing it. */
#include "app/train/train_curves.h"

#include <volo/output.h>

#include "app/common/chart.h"
#include "app/train/line_plot.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SERIES = 6,
    SETS = 4 /* validation sets that are drawn */
};

/* Of step lines: loss, its running mean, accuracy, its running mean, learning rate, norm. */
enum {
    LOSS,
    LOSS_MEAN,
    ACCURACY,
    ACCURACY_MEAN,
    RATE,
    NORM
};

typedef struct Points {
    double (*at)[2];
    size_t count, room;
} Points;

typedef struct Curves {
    Points series[SERIES], set[SETS];
    char set_name[SETS][80];
    size_t sets;
    char *last;  /* line of the last validation, or NULL */
    bool failed; /* memory was refused */
} Curves;

/* --- the log --- */

static void add_point(Curves *c, Points *p, double x, double y)
{
    if (p->count == p->room) {
        const size_t room = p->room ? 2 * p->room : 256;
        double(*grown)[2] = realloc(p->at, room * sizeof *grown);

        c->failed = c->failed || !grown;
        if (!grown)
            return;
        p->at = grown;
        p->room = room;
    }
    p->at[p->count][0] = x;
    p->at[p->count++][1] = y;
}

/* The number behind "key": in text; NaN when there is none. */
static double number_behind(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    char *end;

    if (!at)
        return (double)NAN;
    at += strlen(key);
    const double value = strtod(at, &end);
    return end == at ? (double)NAN : value;
}

/* A mean that forgets; the first value is taken as it is. */
static double smooth(const Points *mean, double value)
{
    const double keep = 0.8;

    if (mean->count == 0 || !isfinite(mean->at[mean->count - 1][1]) || !isfinite(value))
        return value;
    return keep * mean->at[mean->count - 1][1] + (1 - keep) * value;
}

static void take_steps(Curves *c, const char *line, double step)
{
    const double loss = number_behind(line, "\"loss\": ");
    const double accuracy = number_behind(line, "\"accuracy\": ");

    add_point(c, &c->series[LOSS], step, loss);
    add_point(c, &c->series[LOSS_MEAN], step, smooth(&c->series[LOSS_MEAN], loss));
    add_point(c, &c->series[ACCURACY], step, accuracy);
    add_point(c, &c->series[ACCURACY_MEAN], step, smooth(&c->series[ACCURACY_MEAN], accuracy));
    add_point(c, &c->series[RATE], step, number_behind(line, "\"lr\": "));
    add_point(c, &c->series[NORM], step, number_behind(line, "\"norm\": "));
}

static void take_name(Curves *c, size_t set, const char *text)
{
    const size_t length = strcspn(text, "\"");

    snprintf(c->set_name[set], sizeof c->set_name[set], "%.*s", (int)(length < 70 ? length : 70),
             text);
}

static void take_validation(Curves *c, const char *line, double step)
{
    static const char key[] = "{\"name\": \"";
    size_t set = 0;

    for (const char *at = strstr(line, key); at && set < SETS; at = strstr(at, key), set++) {
        at += sizeof key - 1;
        if (set >= c->sets) {
            take_name(c, set, at);
            c->sets = set + 1;
        }
        add_point(c, &c->set[set], step, number_behind(at, "\"miou\": "));
    }
    free(c->last);
    c->last = strdup(line);
}

static VoloStatus read_log(Curves *c, const char *path, VoloError *err)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;

    if (!file)
        return volo_fail(err, VOLO_ERR_IO, "'%s': %s", path, strerror(errno));
    while (getline(&line, &room, file) > 0) {
        const double step = number_behind(line, "{\"step\": ");

        if (strstr(line, "\"sets\": ["))
            take_validation(c, line, step);
        else
            take_steps(c, line, step);
    }
    free(line);
    fclose(file);
    return c->failed ? volo_fail(err, VOLO_ERR_MEMORY, "out of memory for curves") : VOLO_OK;
}

static void clear_curves(Curves *c)
{
    for (size_t i = 0; i < SERIES; i++)
        free(c->series[i].at);
    for (size_t i = 0; i < SETS; i++)
        free(c->set[i].at);
    free(c->last);
}

/* --- drawing --- */

static const double page_width = 1000, page_height = 660, margin = 20, top = 44;

static VoloBox panel(size_t index)
{
    const double width = (page_width - 3 * margin) / 2,
                 height = (page_height - top - 2 * margin) / 2;

    return (VoloBox){ margin + (double)(index % 2) * (width + margin),
                      top + (double)(index / 2) * (height + margin), width, height };
}

static Line line_of(const Points *p, const char *label, VoloColour colour, double width, bool marks)
{
    return (Line){ label, (const double(*)[2])p->at, p->count, colour, width, marks };
}

static VoloColour paler(VoloColour c)
{
    return (VoloColour){ (uint8_t)(170 + c.red / 3), (uint8_t)(170 + c.green / 3),
                         (uint8_t)(170 + c.blue / 3) };
}

static void draw_miou(VoloDrawing *d, const Curves *c, double right)
{
    Line lines[SETS];

    for (size_t i = 0; i < c->sets; i++)
        lines[i] = line_of(&c->set[i], c->set_name[i], chart_colours[i], 1.8, true);
    line_plot_draw(d, panel(1),
                   &(LinePlot){ .title = "Validation mIoU",
                                .lines = lines,
                                .count = c->sets,
                                .right = right,
                                .is_share = true });
}

static void draw_pair(VoloDrawing *d, const Curves *c, size_t place, size_t first, LinePlot plot,
                      VoloColour colour)
{
    const Line lines[] = { line_of(&c->series[first], "logged", paler(colour), 1, false),
                           line_of(&c->series[first + 1], "mean", colour, 1.8, false) };

    plot.lines = lines;
    plot.count = 2;
    line_plot_draw(d, panel(place), &plot);
}

static void draw(VoloDrawing *d, const Curves *c, const char *title, double right)
{
    const Line rate = line_of(&c->series[RATE], NULL, chart_colours[3], 1.8, false);

    volo_drawing_text(d, margin, 26, title,
                      &(VoloTextStyle){ .size = 16, .bold = true, .colour = chart_ink });
    draw_pair(d, c, 0, LOSS, (LinePlot){ .title = "Loss", .right = right, .logarithmic = true },
              chart_colours[0]);
    draw_miou(d, c, right);
    draw_pair(d, c, 2, ACCURACY,
              (LinePlot){ .title = "Pixel accuracy in training", .right = right, .is_share = true },
              chart_colours[2]);
    line_plot_draw(
        d, panel(3),
        &(LinePlot){ .title = "Learning rate", .lines = &rate, .count = 1, .right = right });
}

/* --- the page --- */

static void put_base64(FILE *out, const uint8_t *data, size_t bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < bytes; i += 3) {
        const size_t left = bytes - i;
        const uint32_t three = (uint32_t)data[i] << 16 |
                               (left > 1 ? (uint32_t)data[i + 1] << 8 : 0) |
                               (left > 2 ? data[i + 2] : 0);

        putc(digits[three >> 18], out);
        putc(digits[three >> 12 & 63], out);
        putc(left > 1 ? digits[three >> 6 & 63] : '=', out);
        putc(left > 2 ? digits[three & 63] : '=', out);
    }
}

static void put_html_text(FILE *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length && text[i]; i++) {
        if (text[i] == '<' || text[i] == '>' || text[i] == '&' || text[i] == '"')
            fprintf(out, "&#%d;", text[i]);
        else
            putc(text[i], out);
    }
}

/* Rows of "name": 0.123 up to the closing bracket; returns what is behind it. */
static const char *put_classes(FILE *out, const char *at)
{
    while (*at == '"') {
        const size_t name = strcspn(at + 1, "\"");
        const char *value = at + 1 + name + 3; /* ": */
        char *end;

        fputs("<tr><td>", out);
        put_html_text(out, at + 1, name);
        const double iou = strtod(value, &end);
        if (end == value)
            fputs("</td><td>-</td></tr>\n", out);
        else
            fprintf(out, "</td><td>%.2f</td></tr>\n", 100 * iou);
        at = end == value ? value + strcspn(value, ",}") : end;
        at += strspn(at, ", ");
    }
    return at;
}

/* A table for each set of the last validation. */
static void put_tables(FILE *out, const Curves *c)
{
    static const char name_key[] = "{\"name\": \"", classes_key[] = "\"classes\": {";
    const char *at = c->last;

    if (!at)
        return;
    fprintf(out, "<h2>Validation at step %.0f</h2>\n", number_behind(at, "{\"step\": "));
    while ((at = strstr(at, name_key)) != NULL) {
        at += sizeof name_key - 1;
        fputs("<table><caption>", out);
        put_html_text(out, at, strcspn(at, "\""));
        fprintf(out, ": mIoU %.2f %%, pixel accuracy %.2f %%</caption>\n",
                100 * number_behind(at, "\"miou\": "), 100 * number_behind(at, "\"accuracy\": "));
        fputs("<tr><th>class</th><th>IoU, %</th></tr>\n", out);
        at = strstr(at, classes_key);
        if (at)
            at = put_classes(out, at + sizeof classes_key - 1);
        fputs("</table>\n", out);
        if (!at)
            break;
    }
}

static VoloStatus write_page(const RunFolder *folder, const VoloDrawing *d, const Curves *c,
                             const char *title, VoloError *err)
{
    VoloOutput *output = NULL;
    uint8_t *svg = NULL;
    size_t bytes = 0;
    VoloStatus status = volo_drawing_encode(d, VOLO_DRAWING_SVG, &svg, &bytes, err);

    if (!status)
        status = volo_output_open(folder->report, &output, err);
    if (status) {
        free(svg);
        return status;
    }
    FILE *out = volo_output_stream(output);
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>", out);
    put_html_text(out, title, strlen(title));
    fputs("</title>\n<style>body{font:15px/1.4 sans-serif;max-width:1040px;margin:1em auto;"
          "color:#202124}img{width:100%}table{border-collapse:collapse;display:inline-block;"
          "vertical-align:top;margin:0 2em 1em 0}td,th{padding:.1em .8em;border-bottom:1px solid "
          "#e0e2e6;text-align:left}td+td{text-align:right}caption{font-weight:bold;"
          "text-align:left}</style></head><body>\n<img alt=\"loss, mIoU, accuracy and learning "
          "rate over steps\" src=\"data:image/svg+xml;base64,",
          out);
    put_base64(out, svg, bytes);
    free(svg);
    fputs("\">\n", out);
    put_tables(out, c);
    fputs("</body></html>\n", out);
    return volo_output_commit(output, err);
}

static VoloStatus write_files(const RunFolder *folder, const Curves *c, const char *title,
                              double right, VoloError *err)
{
    VoloDrawing *d = NULL;
    VoloStatus status = volo_drawing_new(page_width, page_height, &d, err);

    if (status)
        return status;
    draw(d, c, title, right);
    volo_drawing_set_scale(d, 1.5);
    status = volo_drawing_write(d, folder->curves_svg, err);
    if (!status)
        status = volo_drawing_write(d, folder->curves_png, err);
    if (!status)
        status = write_page(folder, d, c, title, err);
    volo_drawing_free(d);
    return status;
}

VoloStatus train_curves_write(const RunFolder *folder, const char *title, uint64_t steps,
                              VoloError *err)
{
    Curves curves = { .sets = 0 };
    VoloStatus status = read_log(&curves, folder->log, err);
    double right = 1;

    if (curves.series[LOSS].count > 0)
        right = curves.series[LOSS].at[curves.series[LOSS].count - 1][0];
    right = right > (double)steps ? (double)steps : right;
    if (!status)
        status = write_files(folder, &curves, title, right, err);
    clear_curves(&curves);
    return status;
}
