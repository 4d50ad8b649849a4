/* SPDX-License-Identifier: Apache-2.0 */
/* A document with a worker and a store of models, watched by a test. Failures end the test. */
#ifndef VOLO_TESTS_DOCUMENT_STAGE_H
#define VOLO_TESTS_DOCUMENT_STAGE_H

#include "app/viewer/document.h"
#include "tests/viewer/main_loop.h"

/* A document that is being watched. */
typedef struct Stage {
    VoloWorker *worker;
    VoloModelStore *store;
    VoloDocument *document;
    ScratchDir dir;
    GString *notified; /* names of properties, each followed by a blank */
    double progress;   /* the last, which may not fall while SEGMENTING */
    int steps;         /* of progress */
    gboolean fell;
} Stage;

/* Before and after each test; afterwards all is gone, whatever was under way. */
int stage_set_up(void **state);
int stage_tear_down(void **state);

VoloModelEntry *stage_model(const Stage *stage); /* the default model */
/* The same weights under another name are another model. */
VoloModelEntry *stage_second_model(Stage *stage);
void stage_open(const Stage *stage, const char *path);
void stage_with_file(const Stage *stage, const char *path,
                     void (*request)(VoloDocument *, GFile *));
void stage_wait(const Stage *stage); /* until nothing is read or run */
void stage_assert(const Stage *stage, VoloDocumentState state);
/* FAILED, and message and advice contain these words. */
void stage_assert_failed(const Stage *stage, const char *message, const char *advice);

/* Conditions for loop_until, of a document. */
gboolean is_idle(gpointer document);
gboolean is_segmenting(gpointer document); /* with blocks done */
gboolean has_result(gpointer document);
gboolean has_reference(gpointer document);
gboolean has_truth_file(gpointer document);
gboolean has_comparison(gpointer document);
gboolean has_message(gpointer document);

#endif
