/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/viewer/document_stage.h"

static void shows_a_ready_made_prediction_without_a_model(void **state)
{
    Stage *const stage = *state;
    uint8_t labels[20 * 30];

    for (size_t i = 0; i < sizeof labels; i++)
        labels[i] = (uint8_t)(i % 19);
    stage_open(stage, write_flat(&stage->dir, "a.png", 20, 30, 77));
    stage_wait(stage);
    stage_with_file(stage, write_grey(&stage->dir, "pred.png", 20, 30, labels),
                    volo_document_open_prediction);
    loop_until("the prediction", has_result, stage->document);
    stage_assert(stage, VOLO_DOCUMENT_READY);
    VoloSegmentation *const result = volo_document_result(stage->document);
    assert_memory_equal(volo_mask_labels(volo_segmentation_mask(result)), labels, sizeof labels);
    assert_string_equal(volo_segmentation_source(result), "pred.png");
    stage_with_file(stage, write_grey(&stage->dir, "true.png", 20, 30, labels),
                    volo_document_open_truth);
    loop_until("the comparison", has_comparison, stage->document);
    assert_true(volo_comparison_accuracy(volo_document_comparison(stage->document)) > 0.9999);
    /* A model that is chosen takes its place. */
    volo_document_set_model(stage->document, stage_model(stage));
    stage_wait(stage);
    assert_string_equal(volo_segmentation_source(volo_document_result(stage->document)), "default");
}

static void labels_that_do_not_fit_are_told_of_and_nothing_changes(void **state)
{
    Stage *const stage = *state;
    static const uint8_t labels[600];

    stage_with_file(stage, "/nowhere.png", volo_document_open_truth);
    assert_non_null(strstr(volo_document_advice(stage->document), "picture first"));
    stage_open(stage, write_flat(&stage->dir, "a.png", 20, 30, 77));
    stage_wait(stage);
    assert_null(volo_document_message(stage->document));
    stage_with_file(stage, write_grey(&stage->dir, "turned.png", 30, 20, labels),
                    volo_document_open_prediction);
    loop_until("a message", has_message, stage->document);
    assert_non_null(strstr(volo_document_message(stage->document),
                           "turned.png' has 30x20 pixels, the picture 20x30"));
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_result(stage->document));
    stage_with_file(stage, write_flat(&stage->dir, "colours.png", 20, 30, 7),
                    volo_document_open_truth);
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

    volo_document_set_model(stage->document, stage_model(stage));
    volo_document_set_second_model(stage->document, stage_second_model(stage));
    stage_open(stage, write_flat(&stage->dir, "a.png", 64, 96, 77));
    stage_wait(stage);
    loop_until("the comparison", has_comparison, stage->document);
    stage_with_file(stage, write_grey(&stage->dir, "true.png", 64, 96, labels),
                    volo_document_open_truth);
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
    stage_open(stage, path);
    stage_wait(stage);
    loop_until("a message", has_message, stage->document);
    assert_non_null(strstr(volo_document_message(stage->document), "a_gtFine_labelIds.png'"));
    stage_assert(stage, VOLO_DOCUMENT_READY);
    assert_null(volo_document_truth_file(stage->document));
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
        TEST(shows_a_ready_made_prediction_without_a_model),
        TEST(labels_that_do_not_fit_are_told_of_and_nothing_changes),
        TEST(a_truth_that_is_chosen_takes_the_second_models_place),
        TEST(a_broken_truth_beside_is_told_of),
    };
    return cmocka_run_group_tests(tests, start_library, NULL);
}
