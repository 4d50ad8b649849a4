/* SPDX-License-Identifier: Apache-2.0 */
/* Classifying pictures, from the file to probabilities, against Pillow and PyTorch. */
#include <volo/volo.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/golden_file.h"
#include "support/tensor_check.h"

static VoloModel *classifier, *segmentor;
static VoloModel *both; /* a file that has a decode head too, opened for classifying */

static const char *golden_path(const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "%s/%s", getenv("VOLO_GOLDEN_DIR"), name);
    return path;
}

static VoloStatus open_model(const char *name, VoloTask task, VoloModel **ret, VoloError *err)
{
    const VoloModelOptions options = { .task = task };

    return volo_model_open(golden_path(name), &options, ret, err);
}

static int open_models(void **state)
{
    VoloError err;

    (void)state;
    return volo_init(&err) ||
           open_model("classifier/model.safetensors", VOLO_CLASSIFY, &classifier, &err) ||
           open_model("tiny/model.safetensors", VOLO_SEGMENT, &segmentor, &err) ||
           open_model("zy/model.safetensors", VOLO_CLASSIFY, &both, &err);
}

static int close_models(void **state)
{
    (void)state;
    volo_model_unref(classifier);
    volo_model_unref(segmentor);
    volo_model_unref(both);
    return 0;
}

static VoloSession *new_session(VoloModel *model)
{
    VoloSession *session = NULL;
    VoloError err;

    if (volo_session_new(model, NULL, &session, &err))
        fail_msg("%s", err.message);
    return session;
}

static VoloImage *load(const char *name)
{
    VoloImage *image = NULL;
    VoloError err;

    if (volo_image_load(golden_path(name), NULL, &image, &err))
        fail_msg("%s", err.message);
    return image;
}

static void compare_tap(const VoloTap *tap, void *user)
{
    GoldenTensor want;

    if (strcmp(tap->name, "input") != 0 && strcmp(tap->name, "logits") != 0)
        return;
    want = golden_get(user, tap->name);
    float *last = golden_channels_last(&want);
    tensor_check(tap->name, tap->data, last, want.count,
                 strcmp(tap->name, "input") == 0 ? 1e-12 : 1e-8);
    free(last);
}

static void check_guesses(const VoloGuess *guess, size_t count, const GoldenTensor *want)
{
    bool seen[64] = { false };

    assert_int_equal(count, want->count);
    for (size_t i = 0; i < count; i++) {
        assert_true(guess[i].id < count && !seen[guess[i].id]);
        seen[guess[i].id] = true;
        assert_true(fabs(guess[i].probability - (double)want->f32[guess[i].id]) < 1e-4);
        assert_true(i == 0 || guess[i].probability <= guess[i - 1].probability);
    }
}

/* What Pillow and PyTorch make of a picture: pictures_75x110_96.safetensors is at crop_pct 0.96. */
static void check_picture(VoloModel *model, const char *picture, const char *tensors,
                          double crop_pct)
{
    VoloSession *session = new_session(model);
    VoloImage *image = load(picture);
    GoldenFile *golden = golden_open(golden_path(tensors));
    const GoldenTensor want = golden_get(golden, "probabilities");
    const VoloClassifyOptions options = { .size = { 64, 64 }, .crop_pct = crop_pct };
    VoloGuess all[64], best;
    size_t count;
    VoloError err;

    volo_session_set_tap(session, compare_tap, golden);
    if (volo_session_classify(session, image, &options, all, 64, &count, &err))
        fail_msg("%s", err.message);
    check_guesses(all, count, &want);
    if (volo_session_classify(session, image, &options, &best, 1, &count, &err))
        fail_msg("%s", err.message);
    assert_int_equal(count, 1);
    assert_int_equal(best.id, all[0].id);
    golden_close(golden);
    volo_image_unref(image);
    volo_session_free(session);
}

static void a_picture_is_cut_to_its_middle(void **state)
{
    (void)state;
    check_picture(classifier, "classifier/picture_75x110.png",
                  "classifier/pictures_75x110_96.safetensors", 0.96);
}

static void a_frame_surrounds_what_is_smaller_than_the_crop(void **state)
{
    (void)state;
    check_picture(classifier, "classifier/picture_131x60.png",
                  "classifier/pictures_131x60_115.safetensors", 1.15);
}

static void small_models_crop_as_published(void **state)
{
    (void)state; /* 0.96 is the default up to 224 pixels */
    check_picture(classifier, "classifier/picture_75x110.png",
                  "classifier/pictures_75x110_96.safetensors", 0);
}

static void a_file_may_hold_both(void **state)
{
    (void)state; /* its tail's names lack "backbone.", and its profile leaves out the last stage */
    check_picture(both, "zy/picture_75x110.png", "zy/pictures_75x110_96.safetensors", 0.96);
}

static void what_a_classifier_is_shows_in_its_info(void **state)
{
    const VoloModelInfo *info = volo_model_info(classifier);

    (void)state;
    assert_string_equal(info->head, "classifier");
    assert_int_equal(info->classes, 11);
    assert_null(volo_model_classes(classifier));
}

static void each_task_wants_its_model(void **state)
{
    VoloSession *classify = new_session(classifier), *segment = new_session(segmentor);
    VoloImage *image = load("classifier/picture_75x110.png");
    VoloMask *mask = NULL;
    VoloGuess guess;
    size_t count;
    VoloError err;

    (void)state;
    assert_int_equal(volo_session_segment(classify, image, &mask, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "the model was opened for classifying");
    assert_int_equal(volo_session_classify(segment, image, NULL, &guess, 1, &count, &err),
                     VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "the model was opened for segmenting");
    volo_image_unref(image);
    volo_session_free(classify);
    volo_session_free(segment);
}

static void options_out_of_range_are_refused(void **state)
{
    static const struct {
        VoloClassifyOptions options;
        VoloStatus status;
        const char *message;
    } cases[] = {
        { { { 8, 8 }, 0 }, VOLO_ERR_LIMIT, "an input of 8x8, expected 16 to 65500 on a side" },
        { { { 64, 64 }, 11 }, VOLO_ERR_ARGUMENT, "crop_pct is 11, expected 0.1 to 10" },
    };
    VoloSession *session = new_session(classifier);
    VoloImage *image = load("classifier/picture_75x110.png");
    VoloGuess guess;
    size_t count;
    VoloError err;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(
            volo_session_classify(session, image, &cases[i].options, &guess, 1, &count, &err),
            cases[i].status);
        assert_string_equal(err.message, cases[i].message);
    }
    volo_image_unref(image);
    volo_session_free(session);
}

static void a_file_without_a_tail_is_refused(void **state)
{
    VoloModel *model = NULL;
    VoloError err;

    (void)state;
    assert_int_equal(open_model("mln/model.safetensors", VOLO_CLASSIFY, &model, &err),
                     VOLO_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message,
                           "there is no tensor 'backbone.head.weight': the file has no "
                           "classification tail and cannot say what a picture shows"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_cut_to_its_middle),
        cmocka_unit_test(a_frame_surrounds_what_is_smaller_than_the_crop),
        cmocka_unit_test(small_models_crop_as_published),
        cmocka_unit_test(a_file_may_hold_both),
        cmocka_unit_test(what_a_classifier_is_shows_in_its_info),
        cmocka_unit_test(each_task_wants_its_model),
        cmocka_unit_test(options_out_of_range_are_refused),
        cmocka_unit_test(a_file_without_a_tail_is_refused),
    };

    return cmocka_run_group_tests(tests, open_models, close_models);
}
