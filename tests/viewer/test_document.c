/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/viewer/decoder_stage.h"
#include "tests/viewer/document_stage.h"

/* --- the way of a picture --------------------------------------------------------------------- */

static void is_empty_at_first(void **state)
{
    const Stage *const stage = *state;

    stage_assert(stage, VOLO_DOCUMENT_EMPTY);
    assert_null(volo_document_picture(stage->document));
    assert_null(volo_document_file(stage->document));
    assert_string_equal(volo_document_title(stage->document), "");
    volo_document_cancel(stage->document);
    volo_document_retry(stage->document);
    volo_document_close(stage->document);
    stage_assert(stage, VOLO_DOCUMENT_EMPTY);
}

static void shows_a_picture_without_a_model(void **state)
{
    Stage *const stage = *state;

    stage_open(stage, write_flat(&stage->dir, "a b.png", 20, 30, 77));
    stage_assert(stage, VOLO_DOCUMENT_LOADING);
    assert_string_equal(volo_document_title(stage->document), "a b.png");
    assert_null(volo_document_picture(stage->document));
    stage_wait(stage);
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 30);
    assert_null(volo_document_result(stage->document));
    assert_null(volo_document_message(stage->document));
    assert_string_equal(stage->notified->str, "file title state picture truth-file state ");
    volo_document_close(stage->document);
    stage_assert(stage, VOLO_DOCUMENT_EMPTY);
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
    volo_document_set_model(stage->document, stage_model(stage));
    assert_int_equal(volo_model_entry_state(stage_model(stage)), VOLO_MODEL_CLOSED);
    stage_open(stage, sample_picture(0));
    stage_wait(stage);
    stage_assert(stage, VOLO_DOCUMENT_READY);
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

/* Where the size is not the point. */
static const char *small_picture(Stage *stage, const char *name, uint8_t shade)
{
    return write_flat(&stage->dir, name, 192, 320, shade);
}

static VoloImage *small_image(Stage *stage)
{
    VoloImage *image = NULL;
    VoloError err;

    if (volo_image_load(small_picture(stage, "small_image.png", 90), NULL, &image, &err))
        fail_msg("%s", err.message);
    return image;
}

static void segments_a_pasted_picture(void **state)
{
    Stage *const stage = *state;
    VoloImage *const image = small_image(stage);

    volo_document_set_model(stage->document, stage_model(stage));
    volo_document_open_image(stage->document, image, "Pasted");
    assert_ptr_equal(volo_document_picture(stage->document), image);
    stage_assert(stage, VOLO_DOCUMENT_SEGMENTING);
    assert_null(volo_document_file(stage->document));
    assert_string_equal(volo_document_title(stage->document), "Pasted");
    stage_wait(stage);
    assert_non_null(volo_document_result(stage->document));
    assert_null(volo_document_reference(stage->document));
    volo_image_unref(image);
}

static void keeps_the_picture_before_until_the_next_is_there(void **state)
{
    Stage *const stage = *state;

    stage_open(stage, write_flat(&stage->dir, "a.png", 20, 30, 77));
    stage_wait(stage);
    VoloImage *const before = volo_document_picture(stage->document);
    stage_open(stage, write_flat(&stage->dir, "b.png", 40, 50, 99));
    stage_assert(stage, VOLO_DOCUMENT_LOADING);
    assert_ptr_equal(volo_document_picture(stage->document), before);
    assert_string_equal(volo_document_title(stage->document), "b.png");
    stage_wait(stage);
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
    volo_document_set_model(stage->document, stage_model(stage));
    stage_open(stage, sample_picture(0));
    stage_open(stage, write_flat(&stage->dir, "b.png", 64, 96, 99));
    stage_wait(stage);
    assert_int_equal(results, 1);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 96);
    /* The same when the first one's network is at work already. */
    stage_open(stage, sample_picture(0));
    loop_until("the network to be at work", is_segmenting, stage->document);
    stage_open(stage, write_flat(&stage->dir, "c.png", 48, 80, 99));
    stage_wait(stage);
    loop_for(100);
    assert_int_equal(results, 2);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 80);
    assert_non_null(volo_document_result(stage->document));
}

static void a_hundred_pictures_in_a_row_leave_the_last(void **state)
{
    Stage *const stage = *state;
    char last[512];

    volo_document_set_model(stage->document, stage_model(stage));
    g_strlcpy(last, write_flat(&stage->dir, "last.png", 64, 112, 1), sizeof last);
    for (int i = 0; i < 100; i++) {
        stage_open(stage, i == 99 ? last : sample_picture(i % 3));
        if (i % 7 == 0)
            loop_for(3);
    }
    stage_wait(stage);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 112);
    assert_non_null(volo_document_result(stage->document));
}

static void can_be_let_go_at_any_time(void **state)
{
    Stage *const stage = *state;

    for (guint wait = 0; wait < 5; wait++) {
        VoloDocument *const document = volo_document_new(stage->worker);
        GFile *const file = g_file_new_for_path(sample_picture(0));

        volo_document_set_model(document, stage_model(stage));
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

    volo_document_set_model(stage->document, stage_model(stage));
    stage_open(stage, small_picture(stage, "small.png", 90));
    loop_until("the network to be at work", is_segmenting, stage->document);
    volo_document_cancel(stage->document);
    stage_assert(stage, VOLO_DOCUMENT_READY);
    loop_for(300);
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_result(stage->document));
    assert_non_null(volo_document_picture(stage->document));
    volo_document_retry(stage->document);
    stage_assert(stage, VOLO_DOCUMENT_SEGMENTING);
    stage_wait(stage);
    assert_non_null(volo_document_result(stage->document));
}

static void cancelling_while_reading_goes_back(void **state)
{
    Stage *const stage = *state;

    stage_open(stage, write_flat(&stage->dir, "a.png", 20, 30, 77));
    stage_wait(stage);
    stage_open(stage, sample_picture(0));
    volo_document_cancel(stage->document);
    stage_assert(stage, VOLO_DOCUMENT_READY);
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

    volo_document_set_model(stage->document, stage_model(stage));
    scratch_write(&stage->dir, "text.txt", "This is a text.\n", 16);
    scratch_write(&stage->dir, "cut.png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    write_huge_header(&stage->dir, "huge.png");
    for (size_t i = 0; i < G_N_ELEMENTS(want); i++) {
        stage_open(stage, scratch_path(&stage->dir, names[i]));
        stage_wait(stage);
        stage_assert_failed(stage, want[i].message, want[i].advice);
        assert_null(volo_document_picture(stage->document));
        assert_non_null(volo_document_file(stage->document));
    }
    /* The document lives on. */
    stage_open(stage, write_flat(&stage->dir, "a.png", 40, 60, 7));
    stage_wait(stage);
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_message(stage->document));
    assert_non_null(volo_document_result(stage->document));
}

/* Of a picture, and of labels chosen by hand. */
static void a_file_that_crashes_its_reader_is_told_and_the_next_is_shown(void **state)
{
    Stage *const stage = *state;

    decoder_stage_use_hooks(0);
    for (int i = 0; i < 2; i++) {
        stage_open(stage, decoder_stage_hook(&stage->dir, "crash.png", "fault"));
        stage_wait(stage);
        stage_assert_failed(stage, "crash.png': its reader", "damaged");
        stage_open(stage, write_flat(&stage->dir, "a.png", 40, 60, 7));
        stage_wait(stage);
        stage_assert(stage, VOLO_DOCUMENT_READY);
        assert_null(volo_document_message(stage->document));
    }
    stage_with_file(stage, scratch_path(&stage->dir, "crash.png"), volo_document_open_truth);
    loop_until("the message", has_message, stage->document);
    assert_non_null(strstr(volo_document_message(stage->document), "crash.png': its reader"));
    stage_assert(stage, VOLO_DOCUMENT_READY);
}

/* The document waits for it no longer than the user does. */
static void another_picture_ends_the_reader_of_a_slow_one(void **state)
{
    Stage *const stage = *state;

    decoder_stage_use_hooks(0);
    stage_open(stage, decoder_stage_hook(&stage->dir, "slow.png", "spin"));
    loop_for(100);
    stage_assert(stage, VOLO_DOCUMENT_LOADING);
    stage_open(stage, write_flat(&stage->dir, "a.png", 40, 60, 7));
    stage_wait(stage);
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_message(stage->document));
    const pid_t zygote = decoder_stage_child(0);
    for (int i = 0; i < 500 && decoder_stage_child(zygote); i++)
        loop_for(10);
    assert_int_equal(decoder_stage_child(zygote), 0);
}

static void a_file_that_comes_back_is_read_when_tried_again(void **state)
{
    Stage *const stage = *state;

    stage_open(stage, scratch_path(&stage->dir, "late.png"));
    stage_wait(stage);
    stage_assert_failed(stage, "late.png", "no longer there");
    write_flat(&stage->dir, "late.png", 20, 30, 77);
    volo_document_retry(stage->document);
    stage_wait(stage);
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_message(stage->document));
}

static void a_file_that_is_not_on_this_computer_is_refused(void **state)
{
    Stage *const stage = *state;
    GFile *const file = g_file_new_for_uri("nowhere://host/a.png");

    volo_document_open(stage->document, file);
    stage_wait(stage);
    stage_assert_failed(stage, "nowhere://host/a.png", "disk");
    volo_document_prefetch(stage->document, file);
    g_object_unref(file);
}

static void a_picture_that_is_too_small_stays_on_the_screen(void **state)
{
    Stage *const stage = *state;

    volo_document_set_model(stage->document, stage_model(stage));
    stage_open(stage, write_flat(&stage->dir, "small.png", 5, 7, 77));
    stage_wait(stage);
    stage_assert_failed(stage, "16", "at least 16 pixels");
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 7);
    volo_document_set_model(stage->document, NULL);
    stage_assert(stage, VOLO_DOCUMENT_READY);
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

    volo_document_set_model(document, stage_model(stage));
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

    stage_open(stage, write_flat(&stage->dir, "a.png", 40, 60, 7));
    volo_document_set_model(stage->document, broken);
    stage_wait(stage);
    stage_assert_failed(stage, "broken.safetensors'", "choose another one");
    assert_string_equal(volo_document_message(stage->document), volo_model_entry_message(broken));
    assert_non_null(volo_document_picture(stage->document));
    volo_document_set_model(stage->document, stage_model(stage));
    stage_wait(stage);
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_non_null(volo_document_result(stage->document));
}

/* --- models ----------------------------------------------------------------------------------- */

static void keeps_results_of_this_picture_by_model(void **state)
{
    Stage *const stage = *state;
    VoloModelEntry *const second = stage_second_model(stage);

    volo_document_set_model(stage->document, stage_model(stage));
    stage_open(stage, write_flat(&stage->dir, "a.png", 64, 96, 7));
    stage_wait(stage);
    VoloSegmentation *const first = volo_document_result(stage->document);
    volo_document_set_model(stage->document, second);
    stage_assert(stage, VOLO_DOCUMENT_SEGMENTING);
    assert_null(volo_document_result(stage->document));
    stage_wait(stage);
    assert_string_equal(volo_segmentation_source(volo_document_result(stage->document)), "second");
    volo_document_set_model(stage->document, stage_model(stage));
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_ptr_equal(volo_document_result(stage->document), first);
    volo_document_set_model(stage->document, NULL);
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_result(stage->document));
}

static void compares_two_models(void **state)
{
    Stage *const stage = *state;
    VoloModelEntry *const second = stage_second_model(stage);

    volo_document_set_model(stage->document, stage_model(stage));
    volo_document_set_second_model(stage->document, second);
    stage_open(stage, sample_picture(0));
    stage_wait(stage);
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

    volo_document_set_model(stage->document, stage_model(stage));
    volo_document_set_second_model(stage->document, broken);
    stage_open(stage, write_flat(&stage->dir, "a.png", 64, 96, 7));
    stage_wait(stage);
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_non_null(volo_document_result(stage->document));
    assert_non_null(strstr(volo_document_message(stage->document), "broken.safetensors"));
    volo_document_set_second_model(stage->document, NULL);
    assert_null(volo_document_message(stage->document));
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

    volo_document_set_model(stage->document, stage_model(stage));
    stage_open(stage, write_flat(&stage->dir, "a.png", 64, 96, 7));
    stage_with_file(stage, sample_picture(1), volo_document_prefetch);
    stage_wait(stage);
    loop_until("the next picture's result", has_next, stage->document);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 96);
    stage_open(stage, sample_picture(1));
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_int_equal(volo_image_width(volo_document_picture(stage->document)), 1024);
    assert_int_equal(volo_mask_width(volo_segmentation_mask(volo_document_result(stage->document))),
                     1024);
    loop_until("its truth", has_comparison, stage->document);
}

static void what_is_under_way_for_the_next_picture_goes_on(void **state)
{
    Stage *const stage = *state;

    volo_document_set_model(stage->document, stage_model(stage));
    stage_open(stage, write_flat(&stage->dir, "a.png", 64, 96, 7));
    stage_wait(stage);
    for (guint wait = 0; wait < 6; wait++) {
        char *const name = g_strdup_printf("%u.png", wait);
        char *const path = g_strdup(small_picture(stage, name, (uint8_t)wait));

        stage_with_file(stage, path, volo_document_prefetch);
        loop_for(wait * 8);
        stage_open(stage, path);
        g_free(name);
        g_free(path);
        stage_wait(stage);
        stage_assert(stage, VOLO_DOCUMENT_READY);
        assert_non_null(volo_document_result(stage->document));
    }
}

static void a_next_picture_that_is_broken_fails_when_it_is_opened(void **state)
{
    Stage *const stage = *state;
    const char *const path = scratch_write(&stage->dir, "x.png", "no", 2);

    stage_open(stage, write_flat(&stage->dir, "a.png", 64, 96, 7));
    stage_with_file(stage, path, volo_document_prefetch);
    stage_wait(stage);
    loop_for(100);
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_message(stage->document));
    stage_open(stage, path);
    stage_wait(stage);
    stage_assert_failed(stage, "x.png'", "PNG, JPEG");
    volo_document_prefetch(stage->document, NULL);
}

static int start_library(void **state)
{
    VoloError err;

    (void)state;
    return (int)volo_init(&err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_set_up, stage_tear_down)

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
        TEST(a_file_that_crashes_its_reader_is_told_and_the_next_is_shown),
        TEST(another_picture_ends_the_reader_of_a_slow_one),
        TEST(a_file_that_comes_back_is_read_when_tried_again),
        TEST(a_file_that_is_not_on_this_computer_is_refused),
        TEST(a_picture_that_is_too_small_stays_on_the_screen),
        TEST(tells_when_memory_is_short),
        TEST(a_broken_model_is_told_of_and_another_one_helps),
        TEST(keeps_results_of_this_picture_by_model),
        TEST(compares_two_models),
        TEST(a_second_model_that_fails_leaves_the_result),
        TEST(the_next_picture_is_there_at_once),
        TEST(what_is_under_way_for_the_next_picture_goes_on),
        TEST(a_next_picture_that_is_broken_fails_when_it_is_opened),
    };
    return cmocka_run_group_tests(tests, start_library, NULL);
}
