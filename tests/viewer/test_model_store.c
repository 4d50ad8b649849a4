/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/model_store.h"
#include "app/viewer/viewer_error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/viewer/main_loop.h"

static void touch(const ScratchDir *dir, const char *name)
{
    scratch_write(dir, name, "0123456789", 10);
}

/* The titles, each followed by a blank. */
static void assert_titles(VoloModelStore *store, const char *want)
{
    GListModel *const list = G_LIST_MODEL(store);
    GString *const titles = g_string_new(NULL);

    for (guint i = 0; i < g_list_model_get_n_items(list); i++) {
        VoloModelEntry *const entry = g_list_model_get_item(list, i);

        g_string_append_printf(titles, "%s ", volo_model_entry_title(entry));
        g_object_unref(entry);
    }
    assert_string_equal(titles->str, want);
    g_string_free(titles, TRUE);
}

/* A list of at least so many. */
typedef struct Wanted {
    VoloModelStore *store;
    guint count;
} Wanted;

static gboolean has_count(gpointer user)
{
    const Wanted *const wanted = user;

    return g_list_model_get_n_items(G_LIST_MODEL(wanted->store)) >= wanted->count;
}

static void wait_count(VoloModelStore *store, guint count)
{
    loop_until("models to be found", has_count, &(Wanted){ store, count });
}

static void lists_default_recent_and_those_of_folders(void **state)
{
    VoloModelStore *const store = volo_model_store_new(getenv("VOLO_DEFAULT_MODEL"));
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    make_folder(&dir, "models/a folder");
    make_folder(&dir, "models/no model");
    touch(&dir, "models/a folder/config.json");
    touch(&dir, "models/d10.safetensors");
    touch(&dir, "models/d2.pth");
    touch(&dir, "models/e.pth.tar");
    touch(&dir, "models/f.bin");
    touch(&dir, "models/.hidden.pth");
    touch(&dir, "models/notes.txt");
    touch(&dir, "mine.pt");
    assert_titles(store, "default ");
    VoloModelEntry *const mine = volo_model_store_add(store, scratch_path(&dir, "mine.pt"));
    assert_titles(store, "default mine ");
    assert_string_equal(volo_model_entry_subtitle(mine), "10 bytes");
    assert_string_equal(volo_model_entry_path(mine), scratch_path(&dir, "mine.pt"));
    volo_model_store_add_folder(store, scratch_path(&dir, "models"));
    wait_count(store, 7);
    assert_titles(store, "default mine a folder d2 d10 e f ");
    /* One of them is used: it comes to the front of those used lately. */
    volo_model_store_add(store, scratch_path(&dir, "models/e.pth.tar"));
    assert_titles(store, "default e mine a folder d2 d10 f ");
    volo_model_store_add(store, getenv("VOLO_DEFAULT_MODEL"));
    assert_titles(store, "default e mine a folder d2 d10 f ");
    assert_ptr_equal(volo_model_store_add(store, scratch_path(&dir, "mine.pt")), mine);
    assert_titles(store, "default mine e a folder d2 d10 f ");
    /* The same folder again adds nothing; nor does one that is not there. */
    volo_model_store_add_folder(store, scratch_path(&dir, "models"));
    volo_model_store_add_folder(store, scratch_path(&dir, "nowhere"));
    loop_for(100);
    assert_titles(store, "default mine e a folder d2 d10 f ");
    loop_until_gone(store);
    scratch_dir_clear(&dir);
}

static void a_file_is_one_entry_whatever_its_names(void **state)
{
    VoloModelStore *const store = volo_model_store_new(NULL);
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    assert_null(volo_model_store_default(store));
    touch(&dir, "a.pth");
    assert_int_equal(symlink(scratch_path(&dir, "a.pth"), scratch_path(&dir, "b.pth")), 0);
    assert_int_equal(link(scratch_path(&dir, "a.pth"), scratch_path(&dir, "c.pth")), 0);
    VoloModelEntry *const entry = volo_model_store_add(store, scratch_path(&dir, "b.pth"));
    assert_ptr_equal(volo_model_store_add(store, scratch_path(&dir, "./c.pth")), entry);
    volo_model_store_add_folder(store, dir.path);
    loop_for(100);
    assert_titles(store, "b ");
    /* One that is not there is told apart by its path, and fails when it is opened. */
    VoloModelEntry *const gone = volo_model_store_add(store, scratch_path(&dir, "x.pth"));
    assert_ptr_equal(volo_model_store_add(store, scratch_path(&dir, "x.pth")), gone);
    assert_titles(store, "x b ");
    assert_string_equal(volo_model_entry_subtitle(gone), "");
    loop_until_gone(store);
    scratch_dir_clear(&dir);
}

static void count_notifications(GObject *object, GParamSpec *pspec, gpointer user)
{
    (void)object;
    (void)pspec;
    ++*(int *)user;
}

static void keeps_the_paths_used_lately(void **state)
{
    VoloModelStore *const store = volo_model_store_new(NULL);
    VoloModelStore *const later = volo_model_store_new(NULL);
    int notified = 0;
    char name[16];
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    assert_null(volo_model_store_recent(store)[0]);
    g_signal_connect(store, "notify::recent", G_CALLBACK(count_notifications), &notified);
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "m%d.pth", i);
        touch(&dir, name);
        volo_model_store_add(store, scratch_path(&dir, name));
    }
    assert_int_equal(notified, 12);
    const char *const *recent = volo_model_store_recent(store);
    assert_int_equal(g_strv_length((char **)(uintptr_t)recent), 10);
    assert_string_equal(recent[0], scratch_path(&dir, "m11.pth"));
    assert_string_equal(recent[9], scratch_path(&dir, "m2.pth"));
    volo_model_store_add(store, scratch_path(&dir, "m5.pth"));
    recent = volo_model_store_recent(store);
    assert_string_equal(recent[0], scratch_path(&dir, "m5.pth"));
    assert_string_equal(recent[1], scratch_path(&dir, "m11.pth"));
    assert_int_equal(g_strv_length((char **)(uintptr_t)recent), 10);
    /* Kept and read again, without one that is gone. */
    char **const kept = g_strdupv((char **)(uintptr_t)recent);
    unlink(scratch_path(&dir, "m11.pth"));
    volo_model_store_set_recent(later, (const char *const *)kept);
    assert_titles(later, "m5 m10 m9 m8 m7 m6 m4 m3 m2 ");
    assert_string_equal(volo_model_store_recent(later)[1], scratch_path(&dir, "m10.pth"));
    assert_int_equal(g_strv_length((char **)(uintptr_t)volo_model_store_recent(later)), 9);
    g_strfreev(kept);
    /* A name that settings could not hold is used, but not kept. */
    volo_model_store_add(later, "/tmp/caf\xe9.pth");
    assert_string_equal(volo_model_store_recent(later)[0], scratch_path(&dir, "m5.pth"));
    loop_until_gone(store);
    loop_until_gone(later);
    scratch_dir_clear(&dir);
}

/* --- opening ---------------------------------------------------------------------------------- */

typedef struct Answer {
    int count, good;
    GError *error;
} Answer;

static void on_open(GObject *entry, GAsyncResult *result, gpointer user)
{
    Answer *const answer = user;

    g_clear_error(&answer->error);
    answer->good += volo_model_entry_open_finish(VOLO_MODEL_ENTRY(entry), result, &answer->error);
    answer->count++;
}

static gboolean has_three(gpointer answer)
{
    return ((Answer *)answer)->count >= 3;
}

static gboolean has_one(gpointer answer)
{
    return ((Answer *)answer)->count >= 1;
}

static void opens_once_for_all_that_wait(void **state)
{
    VoloModelStore *const store = volo_model_store_new(getenv("VOLO_DEFAULT_MODEL"));
    VoloModelEntry *const entry = volo_model_store_default(store);
    GCancellable *const wish = g_cancellable_new();
    Answer answer = { .count = 0 };
    int states = 0;

    (void)state;
    g_signal_connect(entry, "notify::state", G_CALLBACK(count_notifications), &states);
    assert_int_equal(volo_model_entry_state(entry), VOLO_MODEL_CLOSED);
    assert_null(volo_model_entry_model(entry));
    volo_model_entry_open_async(entry, NULL, on_open, &answer);
    assert_int_equal(volo_model_entry_state(entry), VOLO_MODEL_OPENING);
    volo_model_entry_open_async(entry, wish, on_open, &answer);
    volo_model_entry_open_async(entry, NULL, on_open, &answer);
    g_cancellable_cancel(wish);
    loop_until("three answers", has_three, &answer);
    assert_int_equal(answer.good, 2);
    assert_int_equal(states, 2);
    assert_int_equal(volo_model_entry_state(entry), VOLO_MODEL_OPEN);
    assert_non_null(volo_model_entry_model(entry));
    assert_null(volo_model_entry_message(entry));
    const char *const subtitle = volo_model_entry_subtitle(entry);
    assert_non_null(strstr(subtitle, "19 classes"));
    assert_non_null(strstr(subtitle, "cityscapes"));
    assert_non_null(strstr(subtitle, "MB"));
    answer.count = 0;
    volo_model_entry_open_async(entry, NULL, on_open, &answer);
    assert_int_equal(answer.count, 0); /* later, even so */
    loop_until("an answer", has_one, &answer);
    assert_int_equal(answer.good, 3);
    assert_int_equal(states, 2);
    g_clear_error(&answer.error);
    g_object_unref(wish);
    loop_until_gone(store);
}

static void a_broken_model_says_why_and_can_be_tried_again(void **state)
{
    VoloModelStore *const store = volo_model_store_new(NULL);
    Answer answer = { .count = 0 };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    touch(&dir, "a.safetensors");
    VoloModelEntry *const entry = volo_model_store_add(store, scratch_path(&dir, "a.safetensors"));
    volo_model_entry_open_async(entry, NULL, on_open, &answer);
    loop_until("an answer", has_one, &answer);
    assert_int_equal(answer.good, 0);
    assert_true(answer.error->domain == VOLO_VIEWER_ERROR);
    assert_string_equal(answer.error->message, volo_model_entry_message(entry));
    assert_non_null(strstr(answer.error->message, "a.safetensors'"));
    assert_int_equal(volo_model_entry_state(entry), VOLO_MODEL_FAILED);
    assert_null(volo_model_entry_model(entry));
    unlink(scratch_path(&dir, "a.safetensors"));
    assert_int_equal(symlink(getenv("VOLO_DEFAULT_MODEL"), scratch_path(&dir, "a.safetensors")), 0);
    answer.count = 0;
    volo_model_entry_open_async(entry, NULL, on_open, &answer);
    loop_until("an answer", has_one, &answer);
    assert_int_equal(volo_model_entry_state(entry), VOLO_MODEL_OPEN);
    assert_null(volo_model_entry_message(entry));
    g_clear_error(&answer.error);
    loop_until_gone(store);
    scratch_dir_clear(&dir);
}

static void a_classifier_is_no_model_for_masks(void **state)
{
    char *const path = g_build_filename(getenv("VOLO_GOLDEN_DIR"), "classifier", NULL);
    VoloModelStore *const store = volo_model_store_new(path);
    VoloModelEntry *const entry = volo_model_store_default(store);
    Answer answer = { .count = 0 };

    (void)state;
    volo_model_entry_open_async(entry, NULL, on_open, &answer);
    loop_until("an answer", has_one, &answer);
    assert_true(g_error_matches(answer.error, VOLO_VIEWER_ERROR, VOLO_ERR_UNSUPPORTED));
    assert_non_null(strstr(answer.error->message, "it makes no masks"));
    g_clear_error(&answer.error);
    g_free(path);
    loop_until_gone(store);
}

/* Another name of the default model's copy, opened. */
static VoloModelEntry *open_copy(VoloModelStore *store, const ScratchDir *dir, const char *name)
{
    char *weights;
    gsize bytes;
    Answer answer = { .count = 0 };

    assert_true(g_file_get_contents(getenv("VOLO_DEFAULT_MODEL"), &weights, &bytes, NULL));
    VoloModelEntry *const entry =
        volo_model_store_add(store, scratch_write(dir, name, weights, bytes));
    g_free(weights);
    volo_model_entry_open_async(entry, NULL, on_open, &answer);
    loop_until("a model", has_one, &answer);
    assert_int_equal(answer.good, 1);
    return entry;
}

static void closes_models_that_nobody_uses(void **state)
{
    VoloModelStore *const store = volo_model_store_new(NULL);
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    VoloModelEntry *const used = open_copy(store, &dir, "a.safetensors");
    volo_model_entry_use(used);
    VoloModelEntry *const second = open_copy(store, &dir, "b.safetensors");
    VoloModelEntry *const third = open_copy(store, &dir, "c.safetensors");
    assert_int_equal(volo_model_entry_state(second), VOLO_MODEL_OPEN);
    VoloModelEntry *const fourth = open_copy(store, &dir, "d.safetensors");
    assert_int_equal(volo_model_entry_state(used), VOLO_MODEL_OPEN);
    assert_int_equal(volo_model_entry_state(second), VOLO_MODEL_CLOSED);
    assert_null(volo_model_entry_model(second));
    assert_int_equal(volo_model_entry_state(third), VOLO_MODEL_OPEN);
    volo_model_entry_unuse(used);
    assert_int_equal(volo_model_entry_state(third), VOLO_MODEL_CLOSED);
    assert_int_equal(volo_model_entry_state(fourth), VOLO_MODEL_OPEN);
    assert_int_equal(volo_model_entry_state(used), VOLO_MODEL_OPEN);
    loop_until_gone(store);
    scratch_dir_clear(&dir);
}

static void can_be_let_go_while_opening(void **state)
{
    VoloModelStore *const store = volo_model_store_new(getenv("VOLO_DEFAULT_MODEL"));
    VoloModelEntry *const entry = g_object_ref(volo_model_store_default(store));
    Answer answer = { .count = 0 };

    (void)state;
    volo_model_entry_open_async(entry, NULL, on_open, &answer);
    volo_model_store_add_folder(store, getenv("VOLO_GOLDEN_DIR"));
    loop_until_gone(store);
    loop_until_gone(entry);
    assert_int_equal(answer.good, 1);
}

static int start_library(void **state)
{
    VoloError err;

    (void)state;
    return (int)volo_init(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_default_recent_and_those_of_folders),
        cmocka_unit_test(a_file_is_one_entry_whatever_its_names),
        cmocka_unit_test(keeps_the_paths_used_lately),
        cmocka_unit_test(opens_once_for_all_that_wait),
        cmocka_unit_test(a_broken_model_says_why_and_can_be_tried_again),
        cmocka_unit_test(a_classifier_is_no_model_for_masks),
        cmocka_unit_test(closes_models_that_nobody_uses),
        cmocka_unit_test(can_be_let_go_while_opening),
    };
    return cmocka_run_group_tests(tests, start_library, NULL);
}
