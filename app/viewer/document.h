/* SPDX-License-Identifier: Apache-2.0 */
/* VoloDocument: the picture on the screen, what is known about it and what is being found out. No
 * widgets. Main thread only; slow work is done by the worker (job.h) and arrives as notifications.
 *
 * Properties, all of which notify when they change and can be read only: "file" (GFile), "title",
 * "picture" (a VoloImage, as pointer), "result", "reference", "truth-file", "comparison",
 * "message", "advice", "model", "second-model", "state" (int), "progress" (double). Changes that
 * belong together are notified in this order, when all of them are made.
 *
 *     EMPTY       no picture
 *     LOADING     a picture is being read; the one before stays until it is there
 *     SEGMENTING  the picture is there, the network at work on it
 *     READY       the picture is there, with a result if there is a model
 *     FAILED      "message" says what failed and why, "advice" what to do; a picture that could be
 *                 read stays. In other states they tell of what failed beside it: a truth, a second
 *                 model */
#ifndef VOLO_VIEWER_DOCUMENT_H
#define VOLO_VIEWER_DOCUMENT_H

#include <volo/image.h>

#include <gio/gio.h>

#include "app/viewer/comparison.h"
#include "app/viewer/job.h"
#include "app/viewer/model_store.h"
#include "app/viewer/segmentation.h"

G_BEGIN_DECLS

typedef enum VoloDocumentState {
    VOLO_DOCUMENT_EMPTY,
    VOLO_DOCUMENT_LOADING,
    VOLO_DOCUMENT_SEGMENTING,
    VOLO_DOCUMENT_READY,
    VOLO_DOCUMENT_FAILED,
} VoloDocumentState;

#define VOLO_TYPE_DOCUMENT (volo_document_get_type())
G_DECLARE_FINAL_TYPE(VoloDocument, volo_document, VOLO, DOCUMENT, GObject)

/* worker: a reference is taken. */
VoloDocument *volo_document_new(VoloWorker *worker);

/* --- what is asked of it; each drops what was being done for the one before --- */

/* Reads a picture, finds its truth beside it, segments it when there is a model. A picture that was
 * prefetched is there at once. A PNG of labels (one channel, 8 bits, or with a palette) is a
 * picture too. */
void volo_document_open(VoloDocument *self, GFile *file);
/* A picture without a file (pasted); title is shown for it. A reference is taken. */
void volo_document_open_image(VoloDocument *self, VoloImage *image, const char *title);
void volo_document_close(VoloDocument *self); /* EMPTY */

/* The model that segments (NULL: none, pictures are only shown), and one that it is compared with
 * (NULL: none, the truth is the reference). The picture is segmented anew as needed; what was
 * computed for this picture and a model is kept. */
void volo_document_set_model(VoloDocument *self, VoloModelEntry *model);
void volo_document_set_second_model(VoloDocument *self, VoloModelEntry *model);
/* A ready-made prediction or the truth from a file of labels. kind and data set are found from the
 * values and the name (truth.h); a failure is told as "message" while the document stays. A truth
 * that is opened takes the place of a second model. */
void volo_document_open_prediction(VoloDocument *self, GFile *file);
void volo_document_open_truth(VoloDocument *self, GFile *file);

/* Of segmenting: READY without a result; of reading: back to the picture before. */
void volo_document_cancel(VoloDocument *self);
void volo_document_retry(VoloDocument *self); /* after FAILED or cancelling */
/* Has the result of a picture that will probably be wanted next computed when nothing else is to be
 * done; NULL: none. */
void volo_document_prefetch(VoloDocument *self, GFile *file);
/* Whether that is done: opening the file would show it at once. */
gboolean volo_document_has_prefetched(VoloDocument *self, GFile *file);

/* --- what it knows; borrowed, NULL when there is none --- */

VoloDocumentState volo_document_state(VoloDocument *self);
double volo_document_progress(VoloDocument *self); /* 0..1 while SEGMENTING, from the blocks done */
GFile *volo_document_file(VoloDocument *self);
const char *volo_document_title(VoloDocument *self);   /* base name, UTF-8; "" when EMPTY */
const char *volo_document_message(VoloDocument *self); /* what failed and why, one line */
const char *volo_document_advice(VoloDocument *self);  /* what to do, one line */
VoloImage *volo_document_picture(VoloDocument *self);
VoloSegmentation *volo_document_result(VoloDocument *self);
VoloSegmentation *volo_document_reference(VoloDocument *self); /* second model's, else the truth */
VoloComparison *volo_document_comparison(VoloDocument *self);  /* result against reference */
GFile *volo_document_truth_file(VoloDocument *self);
VoloModelEntry *volo_document_model(VoloDocument *self);
VoloModelEntry *volo_document_second_model(VoloDocument *self);
VoloSegmentation *volo_document_prediction(VoloDocument *self); /* ready-made; then the result */

G_END_DECLS

#endif
