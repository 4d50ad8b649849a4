/* SPDX-License-Identifier: Apache-2.0 */
/* An evaluation for people: one HTML file that needs nothing beside it, and a PDF. Both show the
 * settings, tables, the confusion matrix, bars of the classes, a histogram of the pictures' scores
 * and the worst pictures with truth, prediction and errors. The same result gives the same bytes.
 */
#ifndef VOLO_EVAL_REPORT_H
#define VOLO_EVAL_REPORT_H

#include <volo/drawing.h>
#include <volo/image.h>
#include <volo/result.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- the report ------------------------------------------------------------------------------- */

/* A picture of the evaluation, for the panels of the worst. Everything is the callback's and is
 * read before it is called again. */
typedef struct VoloReportPicture {
    size_t height, width;       /* of labels and predictions, in pixels */
    const VoloImage *image;     /* of any size; NULL: there is none to show */
    const uint8_t *labels;      /* u8 [height,width], raw values */
    const uint8_t *predictions; /* u8 [height,width], raw values */
} VoloReportPicture;

/* Fills *ret_picture for the index-th evaluated picture, called name. A failure is no failure of
 * the report: the panel then says why it is empty. */
typedef VoloStatus (*VoloReportPictureFn)(void *user, size_t index, const char *name,
                                          VoloReportPicture *ret_picture, VoloError *err);

typedef struct VoloReportOptions {
    size_t worst;                /* panels, at most 100; default 20 */
    VoloReportPictureFn picture; /* NULL: no panels, only a list */
    void *user;
} VoloReportOptions;

#define VOLO_REPORT_OPTIONS_INIT                                                                   \
    {                                                                                              \
        20, NULL, NULL                                                                             \
    }

/* Writes report.html and report.pdf into folder, which exists. Pictures are read one by one; what
 * is kept are the panels. Errors: IO, SPACE, MEMORY, those of result->read. */
VOLO_API VOLO_NODISCARD VoloStatus volo_report_write(const char *folder, const VoloResult *result,
                                                     const VoloReportOptions *options,
                                                     VoloError *err);

/* --- the confusion matrix --------------------------------------------------------------------- */

typedef enum VoloMatrixShare {
    VOLO_SHARE_OF_ROW,    /* of the pixels of that class: the diagonal is the accuracy */
    VOLO_SHARE_OF_COLUMN, /* of the pixels predicted as that class: the diagonal is the precision */
    VOLO_SHARE_OF_ALL,    /* of all pixels; colours on a logarithmic scale */
} VoloMatrixShare;

/* A matrix of counts as a picture. */
typedef struct VoloMatrixPlot {
    const char *title;        /* NULL: none */
    size_t count;             /* classes */
    const char *const *names; /* [count] */
    const uint64_t *cells;    /* u64 [count, count + 1]: truth in rows, prediction in columns, the
                                 last of which is a prediction of no class */
    VoloMatrixShare share;
    size_t top; /* only the classes that take part in the most wrong pixels; 0: all */
} VoloMatrixPlot;

/* Errors: MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_matrix_plot(const VoloMatrixPlot *plot,
                                                    VoloDrawing **ret_drawing, VoloError *err);

#ifdef __cplusplus
}
#endif
#endif
