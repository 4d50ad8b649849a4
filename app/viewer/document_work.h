/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of VoloDocument share: its parts, and the work that it has done. */
#ifndef VOLO_VIEWER_DOCUMENT_WORK_H
#define VOLO_VIEWER_DOCUMENT_WORK_H

#include "app/viewer/advice.h"
#include "app/viewer/document.h"
#include "app/viewer/sheet.h"

G_BEGIN_DECLS

/* Properties, in the order in which they are notified. */
typedef enum DocumentProperty {
    DOCUMENT_FILE = 1,
    DOCUMENT_TITLE,
    DOCUMENT_PICTURE,
    DOCUMENT_RESULT,
    DOCUMENT_REFERENCE,
    DOCUMENT_TRUTH_FILE,
    DOCUMENT_COMPARISON,
    DOCUMENT_MESSAGE,
    DOCUMENT_ADVICE,
    DOCUMENT_MODEL,
    DOCUMENT_SECOND_MODEL,
    DOCUMENT_STATE,
    DOCUMENT_PROGRESS,
    DOCUMENT_PROPERTIES,
} DocumentProperty;

struct _VoloDocument {
    GObject parent;
    VoloWorker *worker;
    VoloModelEntry *model[SHEET_RUNS];
    Sheet *sheet;     /* on the screen, perhaps without picture (FAILED); NULL: none */
    Sheet *coming;    /* LOADING; NULL: none */
    Sheet *ahead;     /* NULL: none */
    gboolean stopped; /* by the user: nothing is run until something new is asked for */
    /* What follows from the above, as last notified. */
    VoloDocumentState state;
    double progress;
    char *message, *advice;
    VoloSegmentation *result, *reference;
    VoloComparison *comparison;
    GCancellable *comparing; /* result and reference; NULL: nothing is under way */
    guint changed;           /* properties to be notified, a bit each */
};

/* Works out what follows from what is known, starts what is missing, notifies what has changed. The
 * last line of everything that changes something. */
void document_update(VoloDocument *self);
void document_tell(VoloDocument *self, const char *message, const char *advice); /* NULL: nothing */
void document_tell_error(VoloDocument *self, VoloEffort effort, const GError *error);
/* NULL: none. The model is in use from then on, the one before no more. */
void document_use_model(VoloDocument *self, size_t which, VoloModelEntry *model);
/* The sheet is there for all to see. Becomes the document's. */
void document_show(VoloDocument *self, Sheet *sheet);

/* Each starts work of which document_update is told when it is done. */
void document_read(VoloDocument *self, Sheet *sheet, VoloUrgency urgency);
void document_run(VoloDocument *self, Sheet *sheet, size_t which, VoloUrgency urgency);
/* file NULL: the truth that lies beside the picture. */
void document_find_labels(VoloDocument *self, Sheet *sheet, SheetLabels kind, GFile *file);
void document_compare(VoloDocument *self);

G_END_DECLS

#endif
