/* SPDX-License-Identifier: Apache-2.0 */
/* Both files of a report, one after the other in time, side by side in work: each of the worst
 * pictures is asked for once, made small, and shown in both. */
#include <volo/output.h>

#include "base/error.h"
#include "eval/report_pages.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_PANELS = 100
}; /* a page of the PDF keeps its pictures in memory */

void volo_report_title(const VoloReportFacts *facts, char title[VOLO_REPORT_TITLE_SIZE])
{
    const VoloResultInfo *info = &facts->result->info;

    snprintf(title, VOLO_REPORT_TITLE_SIZE, "%.100s%s%.100s", info->dataset,
             *info->split ? " " : "", info->split);
}

VoloMatrixPlot volo_report_matrix(const VoloReportFacts *facts)
{
    return (VoloMatrixPlot){ .count = facts->scores.class_count,
                             .names = facts->names,
                             .cells = facts->cells,
                             .share = VOLO_SHARE_OF_ROW };
}

void volo_report_causes(const VoloReportFacts *facts, const VoloReportImage *image,
                        char text[VOLO_REPORT_CAUSE_SIZE])
{
    size_t used = 0;

    *text = '\0';
    for (size_t i = 0; i < image->cause_count; i++) {
        const VoloReportConfusion *c = &image->causes[i];
        const double share = 100 * (double)c->pixels / (double)image->pixels;

        used += (size_t)snprintf(text + used, VOLO_REPORT_CAUSE_SIZE - used,
                                 "%s%.64s as %.64s %.1f %%", i ? ", " : "", facts->names[c->truth],
                                 volo_report_prediction(facts, c->prediction), share);
    }
}

/* --- the worst pictures --- */

typedef struct Pages {
    const VoloReportOptions *options;
    FILE *html;
    VoloReportPdf pdf;
} Pages;

static VoloStatus put_panel(Pages *pages, const VoloReportFacts *f, size_t worst, VoloError *err)
{
    const VoloReportOptions *o = pages->options;
    VoloReportPicture picture;
    VoloPanel panel;
    VoloError why = { .message = "" };
    const VoloStatus got = o->picture ? o->picture(o->user, f->worst[worst].index,
                                                   f->worst[worst].name, &picture, &why)
                                      : VOLO_ERR_MISSING;
    const bool shown = got == VOLO_OK;

    if (got == VOLO_ERR_CANCELLED || got == VOLO_ERR_MEMORY)
        return volo_fail(err, got, "%s", why.message);
    if (shown)
        VOLO_TRY(volo_panel_init(&picture, f->space, &panel, err));
    const VoloPanel *const given = shown ? &panel : NULL;
    const char *const reason = o->picture && !shown ? why.message : NULL;
    const VoloStatus status = volo_report_html_panel(f, worst, given, reason, pages->html, err);
    volo_report_pdf_panel(&pages->pdf, worst, given, reason);
    if (shown)
        volo_panel_clear(&panel);
    return status;
}

static VoloStatus put_html(Pages *pages, const VoloReportFacts *f, VoloError *err)
{
    VOLO_TRY(volo_report_html_begin(f, pages->html, err));
    for (size_t i = 0; i < f->worst_count; i++)
        VOLO_TRY(put_panel(pages, f, i, err));
    volo_report_html_end(pages->html);
    return VOLO_OK;
}

/* --- the files --- */

static VoloStatus path_in(const char *folder, const char *name, char **ret_path, VoloError *err)
{
    if (asprintf(ret_path, "%s/%s", folder, name) >= 0)
        return VOLO_OK;
    *ret_path = NULL;
    return volo_fail_memory(err, strlen(folder) + strlen(name) + 2);
}

static VoloStatus write_html(const char *path, Pages *pages, const VoloReportFacts *f,
                             VoloError *err)
{
    VoloOutput *output;

    VOLO_TRY(volo_output_open(path, &output, err));
    pages->html = volo_output_stream(output);
    const VoloStatus status = put_html(pages, f, err);
    if (!status)
        return volo_output_commit(output, err);
    volo_output_discard(output);
    return status;
}

static VoloStatus write_files(const char *folder, const VoloReportFacts *f,
                              const VoloReportOptions *options, VoloError *err)
{
    Pages pages = { .options = options };
    char *html = NULL, *pdf = NULL;

    VOLO_TRY(volo_report_pdf_begin(f, &pages.pdf, err));
    VoloStatus status = path_in(folder, "report.html", &html, err);
    if (!status)
        status = path_in(folder, "report.pdf", &pdf, err);
    if (!status)
        status = write_html(html, &pages, f, err);
    if (!status)
        status = volo_drawing_write(pages.pdf.drawing, pdf, err);
    volo_report_pdf_clear(&pages.pdf);
    free(html);
    free(pdf);
    return status;
}

VoloStatus volo_report_write(const char *folder, const VoloResult *result,
                             const VoloReportOptions *options, VoloError *err)
{
    const VoloReportOptions defaults = VOLO_REPORT_OPTIONS_INIT;
    const VoloReportOptions *o = options ? options : &defaults;
    VoloReportFacts *f = malloc(sizeof *f); /* some 20 KiB */

    if (!f)
        return volo_fail_memory(err, sizeof *f);
    VoloStatus status =
        volo_report_facts_init(result, o->worst < MOST_PANELS ? o->worst : MOST_PANELS, f, err);
    if (!status) {
        status = write_files(folder, f, o, err);
        volo_report_facts_clear(f);
    }
    free(f);
    return status;
}
