/* SPDX-License-Identifier: Apache-2.0 */
/* What VoloDocument knows of one picture, and what is being found out about it. Whatever arrives
 * late belongs to a sheet: when the document has dropped that sheet, it is of no use any more. Main
 * thread only. */
#ifndef VOLO_VIEWER_SHEET_H
#define VOLO_VIEWER_SHEET_H

#include <volo/image.h>

#include "app/viewer/model_store.h"
#include "app/viewer/segmentation.h"

G_BEGIN_DECLS

/* A model at work on the picture. */
typedef struct SheetRun {
    VoloModelEntry *model;     /* a reference; NULL: nothing is under way */
    GCancellable *cancellable; /* tells runs apart */
    double done;               /* 0..1 */
} SheetRun;

/* Labels that are read from a file. */
typedef enum SheetLabels {
    SHEET_TRUTH,
    SHEET_PREDICTION,
    SHEET_LABELS,
} SheetLabels;

enum {
    SHEET_RUNS = 2, /* of the model, of the one it is compared with */
};

typedef struct Sheet {
    GFile *file; /* NULL: pasted */
    char *title;
    VoloImage *picture;                     /* NULL: not there yet, or unreadable */
    VoloSegmentation *labels[SHEET_LABELS]; /* read from files */
    GFile *truth_file;
    gboolean truth_chosen; /* by hand, not found beside the picture */
    GHashTable *results;   /* VoloModelEntry to VoloSegmentation */
    SheetRun run[SHEET_RUNS];
    VoloModelEntry *failed[SHEET_RUNS];  /* that is not tried again by itself; a reference */
    GCancellable *reading;               /* of the picture */
    GCancellable *finding[SHEET_LABELS]; /* of labels; NULL: nothing is under way */
} Sheet;

Sheet *sheet_new(GFile *file, const char *title);
Sheet *sheet_ref(Sheet *sheet);
void sheet_unref(gpointer sheet);

/* Cancels all that is under way for *sheet (which may be NULL), and lets go of it. */
void sheet_drop(Sheet **sheet);
/* Cancels a run. */
void sheet_stop_run(Sheet *sheet, size_t which);
/* The run has come to its end, or is to be forgotten. */
void sheet_end_run(Sheet *sheet, size_t which);
VoloSegmentation *sheet_result(const Sheet *sheet, VoloModelEntry *model); /* borrowed, NULL */
/* NULL clears. Takes a reference. */
void sheet_set_failed(Sheet *sheet, size_t which, VoloModelEntry *model);

G_END_DECLS

#endif
