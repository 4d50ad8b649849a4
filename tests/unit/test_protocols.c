/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions that see a picture more than once: windows, scales, flips, batches. */
#include <volo/volo.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static VoloModel *model;

/* At the present CPU level, which decides how weights are packed. */
static VoloStatus open_tiny(void)
{
    char path[512];

    snprintf(path, sizeof path, "%s/tiny/model.safetensors", getenv("VOLO_GOLDEN_DIR"));
    return volo_model_open(path, NULL, &model, NULL);
}

static int open_model(void **state)
{
    (void)state;
    return volo_init(NULL) != VOLO_OK || open_tiny() != VOLO_OK;
}

static int close_model(void **state)
{
    (void)state;
    volo_model_unref(model);
    return 0;
}

static VoloSessionOptions windows(void)
{
    return (VoloSessionOptions){
        .threads = 1, .mode = VOLO_MODE_SLIDE, .crop = { 48, 64 }, .stride = { 32, 43 }
    };
}

static VoloSessionOptions views(void)
{
    return (VoloSessionOptions){
        .threads = 1, .scales = { 0.75, 1.25 }, .scale_count = 2, .flip = true
    };
}

static VoloSession *new_session(VoloSessionOptions options)
{
    VoloSession *session = NULL;
    VoloError err;

    if (volo_session_new(model, &options, &session, &err))
        fail_msg("%s", err.message);
    return session;
}

static VoloImage *make_image(size_t h, size_t w, size_t seed)
{
    uint8_t *rgb = malloc(3 * h * w);
    VoloImage *image = NULL;
    VoloError err;

    for (size_t i = 0; i < 3 * h * w; i++)
        rgb[i] = (uint8_t)((i * (31 + seed) + i / w * 7 + seed * 91) % 251);
    if (volo_image_new(h, w, rgb, &image, &err))
        fail_msg("%s", err.message);
    free(rgb);
    return image;
}

static VoloMask *segment(VoloSession *session, const VoloImage *image)
{
    VoloMask *mask = NULL;
    VoloError err;

    if (volo_session_segment(session, image, &mask, &err))
        fail_msg("%s", err.message);
    return mask;
}

static void check_equal(const VoloMask *got, const VoloMask *want)
{
    assert_int_equal(volo_mask_height(got), volo_mask_height(want));
    assert_int_equal(volo_mask_width(got), volo_mask_width(want));
    assert_memory_equal(volo_mask_labels(got), volo_mask_labels(want),
                        volo_mask_height(got) * volo_mask_width(got));
}

static void same_labels_for_any_number_of_threads(void **state)
{
    static const int threads[] = { 2, 3, 8 };
    VoloImage *image = make_image(97, 131, 1);

    (void)state;
    for (int several = 0; several < 2; several++) {
        VoloSessionOptions options = several ? views() : windows();
        VoloSession *session = new_session(options);
        VoloMask *want = segment(session, image);

        volo_session_free(session);
        for (size_t i = 0; i < 3; i++) {
            options.threads = threads[i];
            session = new_session(options);
            VoloMask *got = segment(session, image);

            check_equal(got, want);
            volo_mask_unref(got);
            volo_session_free(session);
        }
        volo_mask_unref(want);
    }
    volo_image_unref(image);
}

/* Sizes whose rows of tokens do not divide by the rows of any tile of a product. */
static void check_batch(VoloSessionOptions options, size_t h, size_t w)
{
    enum {
        COUNT = 3
    };
    VoloSession *session = new_session(options);
    VoloImage *images[COUNT];
    VoloMask *masks[COUNT];
    VoloError err;

    for (size_t i = 0; i < COUNT; i++)
        images[i] = make_image(h, w, i);
    if (volo_session_segment_batch(session, images, COUNT, masks, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < COUNT; i++) {
        VoloMask *alone = segment(session, images[i]);

        check_equal(masks[i], alone);
        volo_mask_unref(alone);
        volo_mask_unref(masks[i]);
        volo_image_unref(images[i]);
    }
    volo_session_free(session);
}

static void a_batch_has_the_labels_of_its_pictures_one_by_one(void **state)
{
    VoloSessionOptions resized = volo_session_defaults(model);

    (void)state;
    resized.resize = (VoloResize){ VOLO_RESIZE_EXACT, 70, 90, 0, 0 };
    check_batch(resized, 97, 131);
    resized.resize_kernel = VOLO_RESIZE_OPENCV;
    check_batch(resized, 97, 131);
    check_batch(volo_session_defaults(model), 33, 47);
    check_batch(windows(), 61, 85);
    check_batch(views(), 61, 85);
}

/* The network's own results, to the last bit, whoever multiplies. */
static void check_bits(VoloSession *session)
{
    static const size_t sizes[][2] = { { 16, 16 }, { 33, 47 }, { 64, 96 }, { 97, 131 } };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t h = sizes[i][0], w = sizes[i][1], picture = 3 * h * w;
        float *x = malloc(3 * picture * sizeof *x);
        VoloTap tap;

        for (size_t k = 0; k < 3 * picture; k++)
            x[k] = (float)(k * 37 % 401) / 200 - 1;
        assert_int_equal(volo_session_forward(session, x, 3, h, w, &tap, NULL), VOLO_OK);
        const size_t one = tap.h * tap.w * tap.c;
        float *batch = malloc(3 * one * sizeof *batch);
        memcpy(batch, tap.data, 3 * one * sizeof *batch);
        for (size_t n = 0; n < 3; n++) {
            assert_int_equal(volo_session_forward(session, x + n * picture, 1, h, w, &tap, NULL),
                             VOLO_OK);
            assert_memory_equal(tap.data, batch + n * one, one * sizeof *batch);
        }
        free(batch);
        free(x);
    }
}

static void a_batch_has_the_bits_of_its_pictures_one_by_one(void **state)
{
    static const char *const levels[] = { "base", "v3", "v4" };
    const char *const level = volo_cpu_level();

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        VoloModel *const usual = model;

        if (volo_set_cpu_level(levels[i], NULL))
            continue; /* this machine lacks it */
        assert_int_equal(open_tiny(), VOLO_OK);
        VoloSession *session = new_session(volo_session_defaults(model));
        check_bits(session);
        volo_session_free(session);
        close_model(NULL);
        model = usual;
    }
    assert_int_equal(volo_set_cpu_level(level, NULL), VOLO_OK);
}

static void pictures_of_different_sizes_are_no_batch(void **state)
{
    VoloSession *session = new_session(volo_session_defaults(model));
    VoloImage *const images[] = { make_image(32, 48, 0), make_image(48, 32, 0) };
    VoloMask *masks[2];
    VoloError err;

    (void)state;
    assert_int_equal(volo_session_segment_batch(session, images, 2, masks, &err),
                     VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "picture 1 of a batch has 48x32 pixels, the first 32x48");
    assert_int_equal(volo_session_segment_batch(session, images, 0, masks, &err), VOLO_ERR_LIMIT);
    assert_string_equal(err.message, "a batch of 0, expected 1 to 4096");
    volo_image_unref(images[0]);
    volo_image_unref(images[1]);
    volo_session_free(session);
}

/* --- windows and views --- */

/* One window over all of it is the picture as a whole; so is a view at its own size. */
static void one_window_is_the_whole_picture(void **state)
{
    VoloSessionOptions options = windows();
    VoloImage *image = make_image(61, 85, 2);
    VoloSession *whole = new_session(volo_session_defaults(model));
    VoloMask *want = segment(whole, image);

    (void)state;
    options.crop[0] = options.crop[1] = 90;
    VoloSession *session = new_session(options);
    VoloMask *got = segment(session, image);
    check_equal(got, want);
    volo_mask_unref(got);
    volo_session_free(session);
    options = volo_session_defaults(model);
    options.scales[0] = 1;
    options.scale_count = 1;
    session = new_session(options);
    got = segment(session, image);
    check_equal(got, want);
    volo_mask_unref(got);
    volo_session_free(session);
    volo_mask_unref(want);
    volo_session_free(whole);
    volo_image_unref(image);
}

typedef struct Steps {
    double last, stop; /* cancels from there on */
    size_t count;
} Steps;

static bool note_progress(double done, void *user)
{
    Steps *steps = user;

    assert_true(done >= steps->last && done <= 1.0);
    steps->last = done;
    steps->count++;
    return done < steps->stop;
}

static void progress_runs_over_all_windows_and_can_cancel(void **state)
{
    VoloImage *image = make_image(97, 131, 3);
    VoloMask *mask = NULL;
    VoloError err;

    (void)state;
    for (int several = 0; several < 2; several++) {
        VoloSession *session = new_session(several ? views() : windows());
        Steps all = { .stop = 2 }, some = { .stop = 0.6 };

        volo_session_set_progress(session, note_progress, &some);
        assert_int_equal(volo_session_segment(session, image, &mask, &err), VOLO_ERR_CANCELLED);
        assert_null(mask);
        assert_true(some.last >= 0.6 && some.last < 0.9);
        volo_session_set_progress(session, note_progress, &all);
        volo_mask_unref(segment(session, image));
        assert_true(all.last >= 1.0);
        assert_true(all.count > some.count);
        volo_session_free(session);
    }
    volo_image_unref(image);
}

static void count_tap(const VoloTap *tap, void *user)
{
    (void)tap;
    ++*(size_t *)user;
}

static void taps_are_called_for_whole_pictures_alone(void **state)
{
    VoloImage *image = make_image(61, 85, 4);
    size_t count = 0;

    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        VoloSession *session = new_session(kind == 0   ? windows()
                                           : kind == 1 ? views()
                                                       : volo_session_defaults(model));

        volo_session_set_tap(session, count_tap, &count);
        volo_mask_unref(segment(session, image));
        assert_int_equal(volo_session_is_whole(session), kind == 2);
        assert_int_equal(count > 0, kind == 2);
        volo_session_free(session);
    }
    volo_image_unref(image);
}

static VoloCost cost_of(VoloSessionOptions options, size_t n, size_t h, size_t w)
{
    VoloSession *session = new_session(options);
    VoloCost cost;
    VoloError err;

    if (volo_session_cost(session, n, h, w, &cost, &err))
        fail_msg("%s", err.message);
    volo_session_free(session);
    return cost;
}

static void the_cost_knows_windows_views_and_batches(void **state)
{
    VoloSessionOptions whole = volo_session_defaults(model);

    (void)state;
    whole.threads = 1;
    const VoloCost one_window = cost_of(whole, 1, 48, 64), all = cost_of(whole, 1, 480, 640);
    const VoloCost cut = cost_of(windows(), 1, 480, 640);
    const VoloCost one = cost_of(whole, 1, 97, 131), two = cost_of(whole, 2, 97, 131);

    assert_int_equal(cut.macs,
                     one_window.macs * 15 * 15); /* (480-48+31)/32+1 by (640-64+42)/43+1 */
    assert_true(cut.activations < all.activations / 2);
    assert_int_equal(cut.peak, cut.weights + cut.activations + cut.pictures + cut.fixed);
    assert_int_equal(two.macs, 2 * one.macs);
    assert_int_equal(two.pictures, 2 * one.pictures);
    assert_int_equal(cost_of(views(), 1, 96, 128).macs,
                     2 * (cost_of(whole, 1, 72, 96).macs + cost_of(whole, 1, 120, 160).macs));
}

/* --- options --- */

static void check_refused(VoloSessionOptions options, const char *message)
{
    VoloSession *session = NULL;
    VoloError err;

    assert_int_equal(volo_session_new(model, &options, &session, &err), VOLO_ERR_ARGUMENT);
    assert_null(session);
    assert_string_equal(err.message, message);
}

static void windows_and_scales_that_make_no_sense_are_refused(void **state)
{
    VoloSessionOptions options = windows();

    (void)state;
    options.crop[1] = 15;
    check_refused(options, "a crop of 48x15, expected at least 16x16");
    options = windows();
    options.stride[0] = 49;
    check_refused(options, "a stride of 49x43, expected at least 1x1 and at most the crop, 48x64");
    options.stride[0] = 0;
    check_refused(options, "a stride of 0x43, expected at least 1x1 and at most the crop, 48x64");
    options = views();
    options.scales[1] = -0.5;
    check_refused(options, "a scale of -0.5, expected a number above 0");
    options.scale_count = 17;
    check_refused(options, "17 scales, expected at most 16");
}

/* Of a crop that is given, 2/3 (and 768 of 1024); with none, crop and stride are the model's. */
static void strides_follow_from_crops(void **state)
{
    const VoloModelInfo *info = volo_model_info(model);
    const size_t h = 480, w = 640;

    (void)state;
    VoloSessionOptions given = { .threads = 1, .mode = VOLO_MODE_SLIDE, .crop = { 96, 96 } };
    VoloSessionOptions full = given;
    full.stride[0] = full.stride[1] = 64;
    assert_int_equal(cost_of(given, 1, h, w).macs, cost_of(full, 1, h, w).macs);
    given.crop[0] = given.crop[1] = 0;
    memcpy(full.crop, info->crop_size, sizeof full.crop);
    memcpy(full.stride, info->stride, sizeof full.stride);
    assert_int_equal(cost_of(given, 1, h, w).macs, cost_of(full, 1, h, w).macs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_labels_for_any_number_of_threads),
        cmocka_unit_test(a_batch_has_the_labels_of_its_pictures_one_by_one),
        cmocka_unit_test(a_batch_has_the_bits_of_its_pictures_one_by_one),
        cmocka_unit_test(pictures_of_different_sizes_are_no_batch),
        cmocka_unit_test(one_window_is_the_whole_picture),
        cmocka_unit_test(progress_runs_over_all_windows_and_can_cancel),
        cmocka_unit_test(taps_are_called_for_whole_pictures_alone),
        cmocka_unit_test(the_cost_knows_windows_views_and_batches),
        cmocka_unit_test(windows_and_scales_that_make_no_sense_are_refused),
        cmocka_unit_test(strides_follow_from_crops),
    };

    return cmocka_run_group_tests(tests, open_model, close_model);
}
