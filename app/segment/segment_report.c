/* SPDX-License-Identifier: Apache-2.0 */
/* Reports on single pictures. Classes stand by falling number of pixels; absent ones are left out.
 */
#include "app/segment/segment_report.h"

#include "app/common/messages.h"
#include "app/common/report.h"

#include <inttypes.h>
#include <stdlib.h>

#define TOP_CLASSES 5 /* of the table for people, unless --verbose */

typedef struct Share {
    size_t train_id;
    uint64_t pixels;
    double share; /* of the picture */
} Share;

static int by_pixels(const void *a, const void *b)
{
    const Share *x = a, *y = b;

    if (x->pixels != y->pixels)
        return x->pixels > y->pixels ? -1 : 1;
    return x->train_id < y->train_id ? -1 : x->train_id > y->train_id;
}

/* Fills ret with the classes present in the mask and returns their number. */
static size_t find_shares(const SegmentReport *report, Share ret[256])
{
    const size_t classes = volo_class_table_count(report->table);
    const double area = (double)report->height * (double)report->width;
    uint64_t counts[256];
    size_t present = 0;

    volo_mask_count(report->mask, counts);
    for (size_t i = 0; i < classes; i++) {
        if (counts[i])
            ret[present++] = (Share){ i, counts[i], (double)counts[i] / area };
    }
    qsort(ret, present, sizeof *ret, by_pixels);
    return present;
}

static void json_outputs(Json *json, const SegmentReport *report)
{
    json_open(json, "outputs", '{');
    for (size_t i = 0; i < report->outputs->kind_count; i++) {
        const char *kind = report->outputs->kind[i];
        char *const path = output_path(report->outputs, kind, report->input);

        json_text(json, kind, path);
        free(path);
    }
    json_close(json, '}');
}

static void json_classes(Json *json, const SegmentReport *report)
{
    Share share[256];
    const size_t count = find_shares(report, share);

    json_open(json, "classes", '[');
    for (size_t i = 0; i < count; i++) {
        const VoloClass *class = volo_class_table_get(report->table, share[i].train_id);

        json_open(json, NULL, '{');
        json_count(json, "id", (uint64_t) class->id);
        json_count(json, "trainId", share[i].train_id);
        json_text(json, "name", class->name);
        json_count(json, "pixels", share[i].pixels);
        json_real(json, "share", share[i].share, 6);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void report_json(const SegmentReport *report)
{
    Json json = { .file = stdout };

    json_open(&json, NULL, '{');
    json_text(&json, "path", report->input->path);
    if (report->height) {
        json_count(&json, "width", report->width);
        json_count(&json, "height", report->height);
    }
    if (report->mask)
        json_real(&json, "seconds", report->seconds, 4);
    json_outputs(&json, report);
    if (report->mask)
        json_classes(&json, report);
    json_close(&json, '}');
}

static void report_csv(const SegmentReport *report)
{
    Share share[256];
    const size_t count = report->mask ? find_shares(report, share) : 0;

    for (size_t i = 0; i < count; i++) {
        const VoloClass *class = volo_class_table_get(report->table, share[i].train_id);

        csv_text(stdout, report->input->path);
        printf(",%zu,%zu,%.4f,%d,%zu,", report->width, report->height, report->seconds, class->id,
               share[i].train_id);
        csv_text(stdout, class->name);
        printf(",%" PRIu64 ",%.6f\n", share[i].pixels, share[i].share);
    }
    if (report->mask)
        return;
    csv_text(stdout, report->input->path);
    printf(",%zu,%zu\n", report->width, report->height);
}

static void print_class(const VoloClass *class, double share, bool colours)
{
    printf("  %6.2f %%  ", 100 * share);
    if (colours)
        printf("\033[48;2;%d;%d;%dm  \033[0m ", class->colour[0], class->colour[1],
               class->colour[2]);
    report_text(stdout, class->name);
    putchar('\n');
}

static void report_table(const SegmentOptions *o, const SegmentReport *report)
{
    const bool colours = message_colours(stdout);
    Share share[256];

    report_text(stdout, report->input->path);
    printf("  %zux%zu", report->height, report->width);
    if (!report->mask) {
        putchar('\n');
        return;
    }
    printf("  %.2f s\n", report->seconds);
    const size_t count = find_shares(report, share);
    for (size_t i = 0; i < count && (i < TOP_CLASSES || o->general.style.verbose); i++)
        print_class(volo_class_table_get(report->table, share[i].train_id), share[i].share,
                    colours);
}

void segment_report_begin(const SegmentOptions *o)
{
    if (!o->csv)
        return;
    printf("%s\n", o->list      ? "path,kind,output"
                   : o->dry_run ? "path,width,height"
                                : "path,width,height,seconds,id,trainId,name,pixels,share");
}

int segment_report(const SegmentOptions *o, const SegmentReport *report)
{
    message_clear();
    if (o->json)
        report_json(report);
    else if (o->csv)
        report_csv(report);
    else if (!o->general.style.quiet)
        report_table(o, report);
    return report_flush();
}

static void list_output(const SegmentOptions *o, const SegmentReport *report, const char *kind)
{
    char *const path = output_path(report->outputs, kind, report->input);

    if (!path)
        return;
    if (o->csv) {
        csv_text(stdout, report->input->path);
        printf(",%s,", kind);
        csv_text(stdout, path);
        putchar('\n');
    } else {
        report_text(stdout, report->input->path);
        putchar('\t');
        report_text(stdout, path);
        putchar('\n');
    }
    free(path);
}

int segment_report_list(const SegmentOptions *o, const SegmentReport *report)
{
    if (o->json)
        report_json(report);
    for (size_t i = 0; !o->json && i < report->outputs->kind_count; i++)
        list_output(o, report, report->outputs->kind[i]);
    return report_flush();
}
