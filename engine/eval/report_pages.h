/* SPDX-License-Identifier: Apache-2.0 */
/* The two forms of a report, written side by side: panels of pictures are handed to both as soon as
 * they are made. */
#ifndef VOLO_EVAL_REPORT_PAGES_H
#define VOLO_EVAL_REPORT_PAGES_H

#include "eval/report_facts.h"
#include "eval/report_panel.h"

/* "cityscapes, val", what the report is called. */
enum {
    VOLO_REPORT_TITLE_SIZE = 256
};
void volo_report_title(const VoloReportFacts *facts, char title[VOLO_REPORT_TITLE_SIZE]);

/* The matrix of the facts as a plot, which borrows from them. */
VoloMatrixPlot volo_report_matrix(const VoloReportFacts *facts);

/* "road as sidewalk 12.3 %, ..." of a picture; "" when nothing is wrong. */
enum {
    VOLO_REPORT_CAUSE_SIZE = 512
};
void volo_report_causes(const VoloReportFacts *facts, const VoloReportImage *image,
                        char text[VOLO_REPORT_CAUSE_SIZE]);

/* HTML: begin, a panel for each of the worst, end. panel is NULL when there is none, and why says
 * why. Errors: MEMORY; those of the stream are left to its owner. */
VOLO_NODISCARD VoloStatus volo_report_html_begin(const VoloReportFacts *facts, FILE *stream,
                                                 VoloError *err);
VOLO_NODISCARD VoloStatus volo_report_html_panel(const VoloReportFacts *facts, size_t worst,
                                                 const VoloPanel *panel, const char *why,
                                                 FILE *stream, VoloError *err);
void volo_report_html_end(FILE *stream);

/* PDF likewise. Failures stay in the drawing. */
typedef struct VoloReportPdf {
    const VoloReportFacts *facts;
    VoloDrawing *drawing;
    double y; /* where the current page goes on */
    size_t page;
} VoloReportPdf;

VOLO_NODISCARD VoloStatus volo_report_pdf_begin(const VoloReportFacts *facts,
                                                VoloReportPdf *ret_pdf, VoloError *err);
void volo_report_pdf_panel(VoloReportPdf *pdf, size_t worst, const VoloPanel *panel,
                           const char *why);
void volo_report_pdf_clear(VoloReportPdf *pdf);

#endif
