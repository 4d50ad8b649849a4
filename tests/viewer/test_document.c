/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

static int set_up(void **state)
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
static int tear_down(void **state)
{
    Stage *const stage = *state;

    loop_until_gone(stage->document);
    loop_until_gone(stage->worker);
    loop_until_gone(stage->store);
    g_string_free(stage->notified, TRUE);
    scratch_dir_clear(&stage->dir);
    return 0;
}

static VoloModelEntry *model(const Stage *stage)
{
    return volo_model_store_default(stage->store);
}

static void open_path(const Stage *stage, const char *path)
{
    GFile *const file = g_file_new_for_path(path);

    volo_document_open(stage->document, file);
    g_object_unref(file);
}

static void with_file(const Stage *stage, const char *path,
                      void (*request)(VoloDocument *, GFile *))
{
    GFile *const file = g_file_new_for_path(path);

    request(stage->document, file);
    g_object_unref(file);
}

static gboolean is_idle(gpointer document)
{
    const VoloDocumentState state = volo_document_state(document);

    return state != VOLO_DOCUMENT_LOADING && state != VOLO_DOCUMENT_SEGMENTING;
}

static void wait_idle(const Stage *stage)
{
    loop_until("the document to be done", is_idle, stage->document);
}

static gboolean has_comparison(gpointer document)
{
    return volo_document_comparison(document) != NULL;
}

static gboolean has_message(gpointer document)
{
    return volo_document_message(document) != NULL;
}

static gboolean is_segmenting(gpointer document)
{
    return volo_document_state(document) == VOLO_DOCUMENT_SEGMENTING &&
           volo_document_progress(document) > 0;
}

static gboolean has_result(gpointer document)
{
    return volo_document_result(document) != NULL;
}

static gboolean has_truth_file(gpointer document)
{
    return volo_document_truth_file(document) != NULL;
}

static gboolean has_reference(gpointer document)
{
    return volo_document_reference(document) != NULL;
}

static void assert_state(const Stage *stage, VoloDocumentState state)
{
    assert_int_equal(volo_document_state(stage->document), state);
}

static void assert_failed(const Stage *stage, const char *message, const char *advice)
{
    assert_state(stage, VOLO_DOCUMENT_FAILED);
    if (!strstr(volo_document_message(stage->document), message))
        fail_msg("'%s' does not say '%s'", volo_document_message(stage->document), message);
    if (!strstr(volo_document_advice(stage->document), advice))
        fail_msg("'%s' does not say '%s'", volo_document_advice(stage->document), advice);
}

/* --- the way of a picture --------------------------------------------------------------------- */

static void is_empty_at_first(void **state)
{
    const Stage *const stage = *state;

    assert_state(stage, VOLO_DOCUMENT_EMPTY);
    assert_null(volo_document_picture(stage->document));
    assert_null(volo_document_file(stage->document));
    assert_string_equal(volo_document_title(stage->document), "");
    volo_document_cancel(stage->document);
    volo_document_retry(stage->document);
    volo_document_close(stage->document);
    assert_state(stage, VOLO_DOCUMENT_EMPTY);
}

static void shows_a_picture_without_a_model(void **state)
{
    Stage *const stage = *state;

    open_path(stage, write_flat(&stage->dir, "a b.png", 20, 30, 77));
    assert_state(stage, VOLO_DOCUMENT_LOADING);
    assert_string_equal(volo_document_title(stage->document), "a b.png");
    assert_null(volo_document_picture(stage->document));
    wait_idle(stage);
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 30);
    assert_null(volo_document_result(stage->document));
    assert_null(volo_document_message(stage->document));
    assert_string_equal(stage->notified->str, "file title state picture truth-file state ");
    volo_document_close(stage->document);
    assert_state(stage, VOLO_DOCUMENT_EMPTY);
    assert_null(volo_document_picture(stage->document));
}

/* The picture is there before the network begins, and before its model is open. */
static void on_picture(VoloDocument *document, GParamSpec *pspec, gpointer user)
{
    (void)pspec;
    if (!volo_document_picture(document))
        return;
    assert_null(volo_document_result(document));
    ++*(int *)user;
}

static void segments_and_compares_with_the_truth_beside(void **state)
{
    Stage *const stage = *state;
    int shown = 0;

    g_signal_connect(stage->document, "notify::picture", G_CALLBACK(on_picture), &shown);
    volo_document_set_model(stage->document, model(stage));
    assert_int_equal(volo_model_entry_state(model(stage)), VOLO_MODEL_CLOSED);
    open_path(stage, sample_picture(0));
    wait_idle(stage);
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_int_equal(shown, 1);
    assert_true(stage->steps > 0);
    assert_false(stage->fell);
    VoloSegmentation *const result = volo_document_result(stage->document);
    assert_non_null(result);
    assert_non_null(volo_segmentation_confidence(result));
    assert_string_equal(volo_segmentation_source(result), "default");
    loop_until("the comparison", has_comparison, stage->document);
    assert_true(volo_comparison_mean_iou(volo_document_comparison(stage->document)) > 0.2);
    char *const truth = g_file_get_basename(volo_document_truth_file(stage->document));
    assert_string_equal(truth, "scenes_000000_000019_gtFine_labelIds.png");
    g_free(truth);
    assert_null(volo_document_message(stage->document));
}

static void segments_a_pasted_picture(void **state)
{
    Stage *const stage = *state;
    VoloImage *const image = sample_image(1);

    volo_document_set_model(stage->document, model(stage));
    volo_document_open_image(stage->document, image, "Pasted");
    assert_ptr_equal(volo_document_picture(stage->document), image);
    assert_state(stage, VOLO_DOCUMENT_SEGMENTING);
    assert_null(volo_document_file(stage->document));
    assert_string_equal(volo_document_title(stage->document), "Pasted");
    wait_idle(stage);
    assert_non_null(volo_document_result(stage->document));
    assert_null(volo_document_reference(stage->document));
    volo_image_unref(image);
}

static void keeps_the_picture_before_until_the_next_is_there(void **state)
{
    Stage *const stage = *state;

    open_path(stage, write_flat(&stage->dir, "a.png", 20, 30, 77));
    wait_idle(stage);
    VoloImage *const before = volo_document_picture(stage->document);
    open_path(stage, write_flat(&stage->dir, "b.png", 40, 50, 99));
    assert_state(stage, VOLO_DOCUMENT_LOADING);
    assert_ptr_equal(volo_document_picture(stage->document), before);
    assert_string_equal(volo_document_title(stage->document), "b.png");
    wait_idle(stage);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 50);
}

/* --- what comes too late ---------------------------------------------------------------------- */

/* No result but that of a picture of this width may ever be seen. */
static void on_result(VoloDocument *document, GParamSpec *pspec, gpointer user)
{
    VoloSegmentation *const result = volo_document_result(document);

    (void)pspec;
    if (!result)
        return;
    assert_int_equal(volo_mask_width(volo_segmentation_mask(result)),
                     volo_image_width(volo_document_picture(document)));
    ++*(int *)user;
}

static void only_the_last_of_two_pictures_gets_a_result(void **state)
{
    Stage *const stage = *state;
    int results = 0;

    g_signal_connect(stage->document, "notify::result", G_CALLBACK(on_result), &results);
    volo_document_set_model(stage->document, model(stage));
    open_path(stage, sample_picture(0));
    open_path(stage, write_flat(&stage->dir, "b.png", 64, 96, 99));
    wait_idle(stage);
    assert_int_equal(results, 1);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 96);
    /* The same when the first one's network is at work already. */
    open_path(stage, sample_picture(0));
    loop_until("the network to be at work", is_segmenting, stage->document);
    open_path(stage, write_flat(&stage->dir, "c.png", 48, 80, 99));
    wait_idle(stage);
    loop_for(100);
    assert_int_equal(results, 2);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 80);
    assert_non_null(volo_document_result(stage->document));
}

static void a_hundred_pictures_in_a_row_leave_the_last(void **state)
{
    Stage *const stage = *state;
    char last[512];

    volo_document_set_model(stage->document, model(stage));
    g_strlcpy(last, write_flat(&stage->dir, "last.png", 64, 112, 1), sizeof last);
    for (int i = 0; i < 100; i++) {
        open_path(stage, i == 99 ? last : sample_picture(i % 3));
        if (i % 7 == 0)
            loop_for(3);
    }
    wait_idle(stage);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 112);
    assert_non_null(volo_document_result(stage->document));
}

static void can_be_let_go_at_any_time(void **state)
{
    Stage *const stage = *state;

    for (guint wait = 0; wait < 5; wait++) {
        VoloDocument *const document = volo_document_new(stage->worker);
        GFile *const file = g_file_new_for_path(sample_picture(0));

        volo_document_set_model(document, model(stage));
        volo_document_open(document, file);
        volo_document_prefetch(document, file);
        loop_for(wait * wait * 8);
        loop_until_gone(document);
        g_object_unref(file);
    }
}

/* --- cancelling and trying again -------------------------------------------------------------- */

static void cancelling_leaves_the_picture_without_a_result(void **state)
{
    Stage *const stage = *state;

    volo_document_set_model(stage->document, model(stage));
    open_path(stage, sample_picture(0));
    loop_until("the network to be at work", is_segmenting, stage->document);
    volo_document_cancel(stage->document);
    assert_state(stage, VOLO_DOCUMENT_READY);
    loop_for(300);
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_result(stage->document));
    assert_non_null(volo_document_picture(stage->document));
    volo_document_retry(stage->document);
    assert_state(stage, VOLO_DOCUMENT_SEGMENTING);
    wait_idle(stage);
    assert_non_null(volo_document_result(stage->document));
}

static void cancelling_while_reading_goes_back(void **state)
{
    Stage *const stage = *state;

    open_path(stage, write_flat(&stage->dir, "a.png", 20, 30, 77));
    wait_idle(stage);
    open_path(stage, sample_picture(0));
    volo_document_cancel(stage->document);
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_string_equal(volo_document_title(stage->document), "a.png");
    loop_for(200);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 30);
}

/* --- failures --------------------------------------------------------------------------------- */

static void tells_what_is_wrong_with_a_picture_and_what_to_do(void **state)
{
    Stage *const stage = *state;
    static const char *const names[] = { "none.png", "text.txt", "cut.png", "huge.png", "." };
    static const struct {
        const char *message, *advice;
    } want[] = {
        { "none.png': No such file", "no longer there" },
        { "text.txt'", "PNG, JPEG" },
        { "cut.png'", "damaged" },
        { "huge.png': 60000x60000", "100 million" },
        { "'", "PNG, JPEG" },
    };

    volo_document_set_model(stage->document, model(stage));
    scratch_write(&stage->dir, "text.txt", "This is a text.\n", 16);
    scratch_write(&stage->dir, "cut.png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    write_huge_header(&stage->dir, "huge.png");
    for (size_t i = 0; i < G_N_ELEMENTS(want); i++) {
        open_path(stage, scratch_path(&stage->dir, names[i]));
        wait_idle(stage);
        assert_failed(stage, want[i].message, want[i].advice);
        assert_null(volo_document_picture(stage->document));
        assert_non_null(volo_document_file(stage->document));
    }
    /* The document lives on. */
    open_path(stage, write_flat(&stage->dir, "a.png", 40, 60, 7));
    wait_idle(stage);
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_message(stage->document));
    assert_non_null(volo_document_result(stage->document));
}

static void a_file_that_comes_back_is_read_when_tried_again(void **state)
{
    Stage *const stage = *state;

    open_path(stage, scratch_path(&stage->dir, "late.png"));
    wait_idle(stage);
    assert_failed(stage, "late.png", "no longer there");
    write_flat(&stage->dir, "late.png", 20, 30, 77);
    volo_document_retry(stage->document);
    wait_idle(stage);
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_message(stage->document));
}

static void a_file_that_is_not_on_this_computer_is_refused(void **state)
{
    Stage *const stage = *state;
    GFile *const file = g_file_new_for_uri("nowhere://host/a.png");

    volo_document_open(stage->document, file);
    wait_idle(stage);
    assert_failed(stage, "nowhere://host/a.png", "disk");
    volo_document_prefetch(stage->document, file);
    g_object_unref(file);
}

static void a_picture_that_is_too_small_stays_on_the_screen(void **state)
{
    Stage *const stage = *state;

    volo_document_set_model(stage->document, model(stage));
    open_path(stage, write_flat(&stage->dir, "small.png", 5, 7, 77));
    wait_idle(stage);
    assert_failed(stage, "16", "at least 16 pixels");
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 7);
    volo_document_set_model(stage->document, NULL);
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_message(stage->document));
}

static gboolean allow_one_byte(VoloModel *opened, VoloSessionOptions *options, gpointer user)
{
    (void)opened;
    (void)user;
    options->max_memory = 1;
    return TRUE;
}

static void tells_when_memory_is_short(void **state)
{
    Stage *const stage = *state;
    VoloWorker *const worker = volo_worker_new(0, allow_one_byte, NULL);
    VoloDocument *const document = volo_document_new(worker);
    VoloImage *const image = sample_image(0);

    volo_document_set_model(document, model(stage));
    volo_document_open_image(document, image, "a");
    loop_until("the refusal", is_idle, document);
    assert_int_equal(volo_document_state(document), VOLO_DOCUMENT_FAILED);
    assert_non_null(strstr(volo_document_message(document), "memory"));
    assert_non_null(strstr(volo_document_advice(document), "smaller model"));
    loop_until_gone(document);
    loop_until_gone(worker);
    volo_image_unref(image);
}

static void a_broken_model_is_told_of_and_another_one_helps(void **state)
{
    Stage *const stage = *state;
    VoloModelEntry *const broken = volo_model_store_add(
        stage->store, scratch_write(&stage->dir, "broken.safetensors", "no model at all", 15));

    open_path(stage, write_flat(&stage->dir, "a.png", 40, 60, 7));
    volo_document_set_model(stage->document, broken);
    wait_idle(stage);
    assert_failed(stage, "broken.safetensors'", "choose another one");
    assert_string_equal(volo_document_message(stage->document), volo_model_entry_message(broken));
    assert_non_null(volo_document_picture(stage->document));
    volo_document_set_model(stage->document, model(stage));
    wait_idle(stage);
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_non_null(volo_document_result(stage->document));
}

/* --- models ----------------------------------------------------------------------------------- */

/* A second model: the same weights under another name are another file. */
static VoloModelEntry *second_model(Stage *stage)
{
    GFile *const from = g_file_new_for_path(getenv("VOLO_DEFAULT_MODEL"));
    GFile *const to = g_file_new_for_path(scratch_path(&stage->dir, "second.safetensors"));

    assert_true(g_file_copy(from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, NULL));
    VoloModelEntry *const entry = volo_model_store_add(stage->store, g_file_peek_path(to));
    g_object_unref(from);
    g_object_unref(to);
    return entry;
}

static void keeps_results_of_this_picture_by_model(void **state)
{
    Stage *const stage = *state;
    VoloModelEntry *const second = second_model(stage);

    volo_document_set_model(stage->document, model(stage));
    open_path(stage, write_flat(&stage->dir, "a.png", 64, 96, 7));
    wait_idle(stage);
    VoloSegmentation *const first = volo_document_result(stage->document);
    volo_document_set_model(stage->document, second);
    assert_state(stage, VOLO_DOCUMENT_SEGMENTING);
    assert_null(volo_document_result(stage->document));
    wait_idle(stage);
    assert_string_equal(volo_segmentation_source(volo_document_result(stage->document)), "second");
    volo_document_set_model(stage->document, model(stage));
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_ptr_equal(volo_document_result(stage->document), first);
    volo_document_set_model(stage->document, NULL);
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_result(stage->document));
}

static void compares_two_models(void **state)
{
    Stage *const stage = *state;
    VoloModelEntry *const second = second_model(stage);

    volo_document_set_model(stage->document, model(stage));
    volo_document_set_second_model(stage->document, second);
    open_path(stage, sample_picture(0));
    wait_idle(stage);
    loop_until("the comparison", has_comparison, stage->document);
    assert_false(stage->fell);
    assert_string_equal(volo_segmentation_source(volo_document_reference(stage->document)),
                        "second");
    assert_true(volo_comparison_accuracy(volo_document_comparison(stage->document)) > 0.9999);
    volo_document_set_second_model(stage->document, NULL);
    loop_until("the truth", has_reference, stage->document);
    loop_until("the comparison with the truth", has_comparison, stage->document);
    assert_true(volo_comparison_accuracy(volo_document_comparison(stage->document)) < 0.9999);
}

static void a_second_model_that_fails_leaves_the_result(void **state)
{
    Stage *const stage = *state;
    VoloModelEntry *const broken = volo_model_store_add(
        stage->store, scratch_write(&stage->dir, "broken.safetensors", "no model at all", 15));

    volo_document_set_model(stage->document, model(stage));
    volo_document_set_second_model(stage->document, broken);
    open_path(stage, write_flat(&stage->dir, "a.png", 64, 96, 7));
    wait_idle(stage);
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_non_null(volo_document_result(stage->document));
    assert_non_null(strstr(volo_document_message(stage->document), "broken.safetensors"));
    volo_document_set_second_model(stage->document, NULL);
    assert_null(volo_document_message(stage->document));
}

/* --- labels ----------------------------------------------------------------------------------- */

static void shows_a_ready_made_prediction_without_a_model(void **state)
{
    Stage *const stage = *state;
    uint8_t labels[20 * 30];

    for (size_t i = 0; i < sizeof labels; i++)
        labels[i] = (uint8_t)(i % 19);
    open_path(stage, write_flat(&stage->dir, "a.png", 20, 30, 77));
    wait_idle(stage);
    with_file(stage, write_grey(&stage->dir, "pred.png", 20, 30, labels),
              volo_document_open_prediction);
    loop_until("the prediction", has_result, stage->document);
    assert_state(stage, VOLO_DOCUMENT_READY);
    VoloSegmentation *const result = volo_document_result(stage->document);
    assert_memory_equal(volo_mask_labels(volo_segmentation_mask(result)), labels, sizeof labels);
    assert_string_equal(volo_segmentation_source(result), "pred.png");
    with_file(stage, write_grey(&stage->dir, "true.png", 20, 30, labels), volo_document_open_truth);
    loop_until("the comparison", has_comparison, stage->document);
    assert_true(volo_comparison_accuracy(volo_document_comparison(stage->document)) > 0.9999);
    /* A model that is chosen takes its place. */
    volo_document_set_model(stage->document, model(stage));
    wait_idle(stage);
    assert_string_equal(volo_segmentation_source(volo_document_result(stage->document)), "default");
}

static void labels_that_do_not_fit_are_told_of_and_nothing_changes(void **state)
{
    Stage *const stage = *state;
    static const uint8_t labels[600];

    with_file(stage, "/nowhere.png", volo_document_open_truth);
    assert_non_null(strstr(volo_document_advice(stage->document), "picture first"));
    open_path(stage, write_flat(&stage->dir, "a.png", 20, 30, 77));
    wait_idle(stage);
    assert_null(volo_document_message(stage->document));
    with_file(stage, write_grey(&stage->dir, "turned.png", 30, 20, labels),
              volo_document_open_prediction);
    loop_until("a message", has_message, stage->document);
    assert_non_null(strstr(volo_document_message(stage->document),
                           "turned.png' has 30x20 pixels, the picture 20x30"));
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_result(stage->document));
    with_file(stage, write_flat(&stage->dir, "colours.png", 20, 30, 7), volo_document_open_truth);
    assert_null(volo_document_message(stage->document));
    loop_until("a message", has_message, stage->document);
    assert_non_null(strstr(volo_document_message(stage->document), "colours.png'"));
    assert_null(volo_document_reference(stage->document));
    GFile *const far = g_file_new_for_uri("nowhere://host/a.png");
    volo_document_open_truth(stage->document, far);
    assert_non_null(strstr(volo_document_message(stage->document), "nowhere://host/a.png"));
    g_object_unref(far);
}

static void a_truth_that_is_chosen_takes_the_second_models_place(void **state)
{
    Stage *const stage = *state;
    static const uint8_t labels[64 * 96];

    volo_document_set_model(stage->document, model(stage));
    volo_document_set_second_model(stage->document, second_model(stage));
    open_path(stage, write_flat(&stage->dir, "a.png", 64, 96, 77));
    wait_idle(stage);
    loop_until("the comparison", has_comparison, stage->document);
    with_file(stage, write_grey(&stage->dir, "true.png", 64, 96, labels), volo_document_open_truth);
    loop_until("the truth", has_truth_file, stage->document);
    assert_null(volo_document_second_model(stage->document));
    assert_string_equal(volo_segmentation_source(volo_document_reference(stage->document)),
                        "true.png");
    loop_until("the comparison", has_comparison, stage->document);
}

static void a_broken_truth_beside_is_told_of(void **state)
{
    Stage *const stage = *state;
    char path[512];

    g_strlcpy(path, write_flat(&stage->dir, "leftImg8bit/x/a_leftImg8bit.png", 20, 30, 77),
              sizeof path);
    write_flat(&stage->dir, "gtFine/x/a_gtFine_labelIds.png", 20, 30, 77);
    open_path(stage, path);
    wait_idle(stage);
    loop_until("a message", has_message, stage->document);
    assert_non_null(strstr(volo_document_message(stage->document), "a_gtFine_labelIds.png'"));
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_truth_file(stage->document));
}

/* --- ahead ------------------------------------------------------------------------------------ */

static gboolean has_next(gpointer document)
{
    GFile *const file = g_file_new_for_path(sample_picture(1));
    const gboolean has = volo_document_has_prefetched(document, file);

    g_object_unref(file);
    return has;
}

static void the_next_picture_is_there_at_once(void **state)
{
    Stage *const stage = *state;

    volo_document_set_model(stage->document, model(stage));
    open_path(stage, write_flat(&stage->dir, "a.png", 64, 96, 7));
    with_file(stage, sample_picture(1), volo_document_prefetch);
    wait_idle(stage);
    loop_until("the next picture's result", has_next, stage->document);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 96);
    open_path(stage, sample_picture(1));
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 1024);
    assert_int_equal(volo_mask_width(volo_segmentation_mask(volo_document_result(stage->document))),
                     1024);
    loop_until("its truth", has_comparison, stage->document);
}

static void what_is_under_way_for_the_next_picture_goes_on(void **state)
{
    Stage *const stage = *state;

    volo_document_set_model(stage->document, model(stage));
    open_path(stage, write_flat(&stage->dir, "a.png", 64, 96, 7));
    wait_idle(stage);
    for (guint wait = 0; wait < 6; wait++) {
        with_file(stage, sample_picture((int)wait % 3), volo_document_prefetch);
        loop_for(wait * 8);
        open_path(stage, sample_picture((int)wait % 3));
        wait_idle(stage);
        assert_state(stage, VOLO_DOCUMENT_READY);
        assert_non_null(volo_document_result(stage->document));
    }
}

static void a_next_picture_that_is_broken_fails_when_it_is_opened(void **state)
{
    Stage *const stage = *state;
    const char *const path = scratch_write(&stage->dir, "x.png", "no", 2);

    open_path(stage, write_flat(&stage->dir, "a.png", 64, 96, 7));
    with_file(stage, path, volo_document_prefetch);
    wait_idle(stage);
    loop_for(100);
    assert_state(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_message(stage->document));
    open_path(stage, path);
    wait_idle(stage);
    assert_failed(stage, "x.png'", "PNG, JPEG");
    volo_document_prefetch(stage->document, NULL);
}

static int start_library(void **state)
{
    VoloError err;

    (void)state;
    return volo_init(&err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(is_empty_at_first),
        TEST(shows_a_picture_without_a_model),
        TEST(segments_and_compares_with_the_truth_beside),
        TEST(segments_a_pasted_picture),
        TEST(keeps_the_picture_before_until_the_next_is_there),
        TEST(only_the_last_of_two_pictures_gets_a_result),
        TEST(a_hundred_pictures_in_a_row_leave_the_last),
        TEST(can_be_let_go_at_any_time),
        TEST(cancelling_leaves_the_picture_without_a_result),
        TEST(cancelling_while_reading_goes_back),
        TEST(tells_what_is_wrong_with_a_picture_and_what_to_do),
        TEST(a_file_that_comes_back_is_read_when_tried_again),
        TEST(a_file_that_is_not_on_this_computer_is_refused),
        TEST(a_picture_that_is_too_small_stays_on_the_screen),
        TEST(tells_when_memory_is_short),
        TEST(a_broken_model_is_told_of_and_another_one_helps),
        TEST(keeps_results_of_this_picture_by_model),
        TEST(compares_two_models),
        TEST(a_second_model_that_fails_leaves_the_result),
        TEST(shows_a_ready_made_prediction_without_a_model),
        TEST(labels_that_do_not_fit_are_told_of_and_nothing_changes),
        TEST(a_truth_that_is_chosen_takes_the_second_models_place),
        TEST(a_broken_truth_beside_is_told_of),
        TEST(the_next_picture_is_there_at_once),
        TEST(what_is_under_way_for_the_next_picture_goes_on),
        TEST(a_next_picture_that_is_broken_fails_when_it_is_opened),
    };
    return cmocka_run_group_tests(tests, start_library, NULL);
}
