/* SPDX-License-Identifier: Apache-2.0 */
#include <volo/volo.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/tensor_check.h"

static VoloModel *model;

static int open_model(void **state)
{
    char path[512];
    VoloError err;

    (void)state;
    snprintf(path, sizeof path, "%s/tiny/model.safetensors", getenv("VOLO_GOLDEN_DIR"));
    return volo_init(&err) || volo_model_open(path, NULL, &model, &err);
}

static int close_model(void **state)
{
    (void)state;
    volo_model_unref(model);
    return 0;
}

static VoloSession *new_session(int threads, bool exact)
{
    VoloSessionOptions options = volo_session_defaults(model);
    VoloSession *session = NULL;
    VoloError err;

    options.threads = threads;
    options.exact = exact;
    if (volo_session_new(model, &options, &session, &err))
        fail_msg("%s", err.message);
    return session;
}

/* Logits of n random pictures; the caller's to free. */
static float *logits_of(VoloSession *session, const float *x, size_t n, size_t h, size_t w,
                        size_t *ret_count)
{
    VoloTap tap;
    VoloError err;

    if (volo_session_forward(session, x, n, h, w, &tap, &err))
        fail_msg("%s", err.message);
    *ret_count = tap.n * tap.h * tap.w * tap.c;
    float *copy = malloc(*ret_count * sizeof *copy);
    memcpy(copy, tap.data, *ret_count * sizeof *copy);
    return copy;
}

static float *random_input(size_t n, size_t h, size_t w, unsigned seed)
{
    float *x = malloc(n * h * w * 3 * sizeof *x);

    tensor_fill(x, n * h * w * 3, seed);
    return x;
}

static void check_threads(void)
{
    static const int threads[] = { 2, 3, 8 };
    float *x = random_input(2, 97, 131, 1);

    for (int exact = 0; exact < 2; exact++) {
        size_t count, other_count;
        VoloSession *session = new_session(1, exact);
        float *want = logits_of(session, x, 2, 97, 131, &count);

        volo_session_free(session);
        for (size_t i = 0; i < 3; i++) {
            session = new_session(threads[i], exact);
            float *got = logits_of(session, x, 2, 97, 131, &other_count);

            assert_int_equal(count, other_count);
            assert_memory_equal(got, want, count * sizeof *got);
            free(got);
            volo_session_free(session);
        }
        free(want);
    }
    free(x);
}

static void same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    check_threads();
}

static void necks_and_tail_give_the_same_bits_too(void **state)
{
    static const char *const names[] = { "f2p", "mln", "sidelayer", "classifier" };
    VoloModel *const tiny = model;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const VoloModelOptions options = { .task = i == 3 ? VOLO_CLASSIFY : VOLO_SEGMENT };
        char path[512];
        VoloError err;

        snprintf(path, sizeof path, "%s/%s/model.safetensors", getenv("VOLO_GOLDEN_DIR"), names[i]);
        if (volo_model_open(path, &options, &model, &err))
            fail_msg("%s", err.message);
        check_threads();
        volo_model_unref(model);
    }
    model = tiny;
}

static void same_bits_in_a_batch_and_alone(void **state)
{
    const size_t h = 80, w = 112, picture = h * w * 3;
    float *x = random_input(4, h, w, 2);
    VoloSession *session = new_session(2, false);
    size_t all, one;
    float *batch = logits_of(session, x, 4, h, w, &all);

    (void)state;
    for (size_t n = 0; n < 4; n++) {
        float *alone = logits_of(session, x + n * picture, 1, h, w, &one);

        assert_int_equal(4 * one, all);
        tensor_check("alone", batch + n * one, alone, one, 1e-12);
        free(alone);
    }
    free(batch);
    free(x);
    volo_session_free(session);
}

static void runs_the_smallest_and_the_oddest_inputs(void **state)
{
    static const size_t sizes[][2] = { { 16, 16 }, { 16, 300 }, { 299, 17 }, { 31, 33 } };
    VoloSession *session = new_session(2, false);

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        float *x = random_input(1, sizes[i][0], sizes[i][1], (unsigned)i);
        size_t count;
        float *logits = logits_of(session, x, 1, sizes[i][0], sizes[i][1], &count);

        assert_true(tensor_nmse(logits, logits, count) <= 0.0); /* finite */
        free(logits);
        free(x);
    }
    volo_session_free(session);
}

static void refuses_fifteen_pixels_and_says_what_is_wanted(void **state)
{
    VoloSession *session = new_session(1, false);
    float *x = random_input(1, 15, 64, 3);
    VoloTap tap;
    VoloError err;

    (void)state;
    assert_int_equal(volo_session_forward(session, x, 1, 15, 64, &tap, &err), VOLO_ERR_LIMIT);
    assert_string_equal(err.message,
                        "an input of 1 x 15x64, expected 1 to 4096 pictures of at least 16x16");
    free(x);
    volo_session_free(session);
}

static VoloImage *plain_image(size_t h, size_t w)
{
    uint8_t *rgb = malloc(3 * h * w);
    VoloImage *image = NULL;
    VoloError err;

    for (size_t i = 0; i < 3 * h * w; i++)
        rgb[i] = (uint8_t)(i * 31 % 251);
    if (volo_image_new(h, w, rgb, &image, &err))
        fail_msg("%s", err.message);
    free(rgb);
    return image;
}

static bool stop_half_way(double done, void *user)
{
    double *last = user;

    assert_true(done >= *last && done <= 1.0);
    *last = done;
    return done < 0.5;
}

static bool note_progress(double done, void *user)
{
    double *last = user;

    assert_true(done >= *last && done <= 1.0);
    *last = done;
    return true;
}

static void progress_rises_to_one_and_can_cancel(void **state)
{
    VoloSession *session = new_session(1, false);
    VoloImage *image = plain_image(64, 96);
    VoloMask *mask = NULL;
    VoloError err;
    double done = 0;

    (void)state;
    volo_session_set_progress(session, stop_half_way, &done);
    assert_int_equal(volo_session_segment(session, image, &mask, &err), VOLO_ERR_CANCELLED);
    assert_null(mask);
    done = 0;
    volo_session_set_progress(session, note_progress, &done);
    assert_int_equal(volo_session_segment(session, image, &mask, &err), VOLO_OK);
    assert_true(done >= 1.0);
    assert_int_equal(volo_mask_height(mask), 64);
    volo_mask_unref(mask);
    volo_image_unref(image);
    volo_session_free(session);
}

static void refuses_a_plan_above_the_memory_allowed(void **state)
{
    VoloSessionOptions options = volo_session_defaults(model);
    VoloSession *session = NULL;
    VoloImage *image = plain_image(512, 512);
    VoloMask *mask = NULL;
    VoloError err;

    (void)state;
    options.max_memory = 1 << 20;
    assert_int_equal(volo_session_new(model, &options, &session, &err), VOLO_OK);
    assert_int_equal(volo_session_segment(session, image, &mask, &err), VOLO_ERR_MEMORY);
    assert_non_null(strstr(err.message, "512x512 pixels need "));
    assert_non_null(strstr(err.message, "1 MiB are allowed"));
    volo_image_unref(image);
    volo_session_free(session);
}

/* Labels at the picture's own size, whatever the network saw. */
static void labels_have_the_size_of_the_picture(void **state)
{
    VoloSessionOptions options = volo_session_defaults(model);
    VoloSession *session = NULL;
    VoloImage *image = plain_image(150, 201);
    VoloMask *mask = NULL;
    VoloError err;

    (void)state;
    options.resize =
        (VoloResize){ .kind = VOLO_RESIZE_KEEP_RATIO, .long_side = 128, .short_side = 64 };
    assert_int_equal(volo_session_new(model, &options, &session, &err), VOLO_OK);
    assert_int_equal(volo_session_segment(session, image, &mask, &err), VOLO_OK);
    assert_int_equal(volo_mask_height(mask), 150);
    assert_int_equal(volo_mask_width(mask), 201);
    volo_mask_unref(mask);
    volo_image_unref(image);
    volo_session_free(session);
}

static void the_cost_of_stages_adds_up(void **state)
{
    VoloCost cost;
    VoloStage *stage;
    size_t count;
    uint64_t macs = 0, parameters = 0;
    VoloError err;

    (void)state;
    assert_int_equal(volo_model_cost(model, 1, 64, 96, 2, &cost, &stage, &count, &err), VOLO_OK);
    for (size_t i = 0; i < count; i++) {
        macs += stage[i].macs;
        parameters += stage[i].parameters;
    }
    assert_int_equal(macs, cost.macs);
    assert_int_equal(parameters, volo_model_info(model)->parameters);
    assert_int_equal(cost.peak, cost.weights + cost.activations + cost.pictures + cost.fixed);
    free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bits_for_any_number_of_threads),
        cmocka_unit_test(necks_and_tail_give_the_same_bits_too),
        cmocka_unit_test(same_bits_in_a_batch_and_alone),
        cmocka_unit_test(runs_the_smallest_and_the_oddest_inputs),
        cmocka_unit_test(refuses_fifteen_pixels_and_says_what_is_wanted),
        cmocka_unit_test(progress_rises_to_one_and_can_cancel),
        cmocka_unit_test(refuses_a_plan_above_the_memory_allowed),
        cmocka_unit_test(labels_have_the_size_of_the_picture),
        cmocka_unit_test(the_cost_of_stages_adds_up),
    };

    return cmocka_run_group_tests(tests, open_model, close_model);
}
