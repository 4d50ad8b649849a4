/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/viewer/document_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void on_notify(GObject *object, GParamSpec *pspec, gpointer user)
{
    Stage *const stage = user;
    VoloDocument *const document = VOLO_DOCUMENT(object);

    if (strcmp(pspec->name, "progress") != 0) {
        g_string_append_printf(stage->notified, "%s ", pspec->name);
        return;
    }
    const double now = volo_document_progress(document);
    stage->fell |=
        volo_document_state(document) == VOLO_DOCUMENT_SEGMENTING && now < stage->progress;
    stage->steps += now > stage->progress;
    stage->progress = now;
}

int stage_set_up(void **state)
{
    static Stage stage;

    stage = (Stage){ .worker = volo_worker_new(0, NULL, NULL),
                     .store = volo_model_store_new(getenv("VOLO_DEFAULT_MODEL")),
                     .notified = g_string_new(NULL) };
    stage.document = volo_document_new(stage.worker);
    g_signal_connect(stage.document, "notify", G_CALLBACK(on_notify), &stage);
    scratch_dir_init(&stage.dir);
    *state = &stage;
    return 0;
}

/* Everything that is let go is gone, whatever is under way. */
int stage_tear_down(void **state)
{
    Stage *const stage = *state;

    loop_until_gone(stage->document);
    loop_until_gone(stage->worker);
    loop_until_gone(stage->store);
    g_string_free(stage->notified, TRUE);
    scratch_dir_clear(&stage->dir);
    return 0;
}

VoloModelEntry *stage_model(const Stage *stage)
{
    return volo_model_store_default(stage->store);
}

void stage_open(const Stage *stage, const char *path)
{
    GFile *const file = g_file_new_for_path(path);

    volo_document_open(stage->document, file);
    g_object_unref(file);
}

void stage_with_file(const Stage *stage, const char *path, void (*request)(VoloDocument *, GFile *))
{
    GFile *const file = g_file_new_for_path(path);

    request(stage->document, file);
    g_object_unref(file);
}

gboolean is_idle(gpointer document)
{
    const VoloDocumentState state = volo_document_state(document);

    return state != VOLO_DOCUMENT_LOADING && state != VOLO_DOCUMENT_SEGMENTING;
}

void stage_wait(const Stage *stage)
{
    loop_until("the document to be done", is_idle, stage->document);
}

gboolean has_comparison(gpointer document)
{
    return volo_document_comparison(document) != NULL;
}

gboolean has_message(gpointer document)
{
    return volo_document_message(document) != NULL;
}

gboolean is_segmenting(gpointer document)
{
    return volo_document_state(document) == VOLO_DOCUMENT_SEGMENTING &&
           volo_document_progress(document) > 0;
}

gboolean has_result(gpointer document)
{
    return volo_document_result(document) != NULL;
}

gboolean has_truth_file(gpointer document)
{
    return volo_document_truth_file(document) != NULL;
}

gboolean has_reference(gpointer document)
{
    return volo_document_reference(document) != NULL;
}

void stage_assert(const Stage *stage, VoloDocumentState state)
{
    assert_int_equal(volo_document_state(stage->document), state);
}

void stage_assert_failed(const Stage *stage, const char *message, const char *advice)
{
    stage_assert(stage, VOLO_DOCUMENT_FAILED);
    if (!strstr(volo_document_message(stage->document), message))
        fail_msg("'%s' does not say '%s'", volo_document_message(stage->document), message);
    if (!strstr(volo_document_advice(stage->document), advice))
        fail_msg("'%s' does not say '%s'", volo_document_advice(stage->document), advice);
}

/* A second model: the same weights under another name are another file. */
VoloModelEntry *stage_second_model(Stage *stage)
{
    GFile *const from = g_file_new_for_path(getenv("VOLO_DEFAULT_MODEL"));
    GFile *const to = g_file_new_for_path(scratch_path(&stage->dir, "second.safetensors"));

    assert_true(g_file_copy(from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, NULL));
    VoloModelEntry *const entry = volo_model_store_add(stage->store, g_file_peek_path(to));
    g_object_unref(from);
    g_object_unref(to);
    return entry;
}
