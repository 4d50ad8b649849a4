/* SPDX-License-Identifier: Apache-2.0 */
/* The jobs of a VoloExport, and what they share. */
#ifndef VOLO_VIEWER_EXPORT_WORK_H
#define VOLO_VIEWER_EXPORT_WORK_H

#include "app/common/outputs.h"
#include "app/viewer/export.h"

G_BEGIN_DECLS

/* Made of a plan in the main thread; the list is made by export_job_list and then only read. */
typedef struct ExportBatch {
    GPtrArray *paths;        /* of char *: pictures and folders */
    char *root;              /* or NULL: the deepest folder with all paths; found with the list */
    char *folder;            /* or NULL: not on this computer */
    GPtrArray *kinds;        /* of interned strings */
    char *model;             /* its file, which is an input too */
    VoloClassTable *classes; /* a copy; NULL: the model's, or memory was refused */
    gboolean recoloured;     /* classes should be there */
    gboolean confidence;     /* a kind is made of it */
    double opacity;
    InputList list;
    Outputs outputs;
    gint references;
} ExportBatch;

ExportBatch *export_batch_new(const VoloExportPlan *plan);
ExportBatch *export_batch_ref(ExportBatch *batch);
void export_batch_unref(gpointer batch);

/* A picture on its way, and its place in the list. */
typedef struct ExportPicture {
    gsize index;
    VoloImage *image;
    VoloMask *mask;
    VoloConfidence *confidence;
    VoloModel *model; /* whose classes the mask's are */
} ExportPicture;

void export_picture_unref(gpointer picture);

/* Lists the pictures and checks everything. Results: not NULL. */
VoloJob export_job_list(ExportBatch *batch, VoloModel *model);
/* Results: an ExportPicture each, with image, then with mask; the caller's reference. */
VoloJob export_job_read(ExportBatch *batch, gsize index);
VoloJob export_job_segment(ExportBatch *batch, VoloModel *model, ExportPicture *picture);
/* Result: not NULL. */
VoloJob export_job_write(ExportBatch *batch, ExportPicture *picture);

G_END_DECLS

#endif
