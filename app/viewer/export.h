/* SPDX-License-Identifier: Apache-2.0 */
/* Writing results to files, as volo-segment does and by the same code: one picture, or many into a
 * folder (VoloExport). Kinds are the names of VOLO_DUMPS in <volo/registry.h>. An input is never
 * written over, and a file appears whole or not at all. Main thread only; the work is done by the
 * worker. Errors: VOLO_VIEWER_ERROR, G_IO_ERROR_CANCELLED. */
#ifndef VOLO_VIEWER_EXPORT_H
#define VOLO_VIEWER_EXPORT_H

#include <volo/image.h>

#include <gio/gio.h>

#include "app/viewer/job.h"
#include "app/viewer/model_store.h"
#include "app/viewer/segmentation.h"

G_BEGIN_DECLS

/* --- one picture --- */

/* What is written, or printed, or copied. References are taken and classes are copied. */
typedef struct VoloExportSource {
    VoloImage *image;
    VoloSegmentation *result;
    const VoloClassTable *classes; /* other colours for the result's classes; NULL: its own */
    double opacity;                /* of overlays, 0..1 */
} VoloExportSource;

/* FALSE: the kind is made of the confidence, and the result (a file of labels) has none. */
gboolean volo_export_is_possible(const char *kind, VoloSegmentation *result);
/* A name for the file of a kind: "street_overlay.png" for "street.jpg". The caller frees. */
char *volo_export_suggest_name(const char *title, const char *kind);

/* original: the picture's own file, NULL when it has none. */
void volo_export_picture_async(VoloWorker *worker, const VoloExportSource *source, const char *kind,
                               GFile *original, GFile *target, GCancellable *cancellable,
                               GAsyncReadyCallback done, gpointer user);
gboolean volo_export_picture_finish(VoloWorker *worker, GAsyncResult *result, GError **error);

/* --- many --- */

typedef struct VoloExportPlan {
    VoloModelEntry *model; /* opened if it is not yet */
    GListModel *files;     /* of GFile or VoloFolderItem: pictures, and folders that are walked */
    GFile *root;           /* where paths are mirrored from; NULL: the deepest folder with all */
    const char *const *kinds;      /* ended by NULL, each once */
    GFile *folder;                 /* FOLDER/<kind>/<path below root>/<stem>.png */
    const VoloClassTable *classes; /* other colours for the model's classes; NULL: its own */
    double opacity;                /* of overlays, 0..1 */
} VoloExportPlan;

/* Runs once. Properties that notify: "done", "total" (guint, pictures), "name" (of the present
 * picture, UTF-8), "fraction" (double 0..1, over all pictures, from the network's blocks). */
#define VOLO_TYPE_EXPORT (volo_export_get_type())
G_DECLARE_FINAL_TYPE(VoloExport, volo_export, VOLO, EXPORT, GObject)

/* References are taken, the rest is copied. */
VoloExport *volo_export_new(VoloWorker *worker, const VoloExportPlan *plan);

/* A picture that fails is listed and the next one follows. The run itself fails when the model
 * cannot be opened, two pictures would give the same file, a file would be written over an input,
 * the folder cannot be written to, the disk is full, or it is cancelled: what was written stays.
 * Pictures wait for what the user is looking at. */
void volo_export_run_async(VoloExport *self, GCancellable *cancellable, GAsyncReadyCallback done,
                           gpointer user);
gboolean volo_export_run_finish(VoloExport *self, GAsyncResult *result, GError **error);

guint volo_export_done(VoloExport *self);       /* pictures, with those that failed */
guint volo_export_total(VoloExport *self);      /* 0: not known yet */
const char *volo_export_name(VoloExport *self); /* "" before the first */
double volo_export_fraction(VoloExport *self);
/* One line for each picture that failed; ended by NULL. Borrowed until more is done. */
const char *const *volo_export_failures(VoloExport *self);

G_END_DECLS

#endif
