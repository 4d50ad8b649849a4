/* SPDX-License-Identifier: Apache-2.0 */
/* Windows, scales with flip and resizing against tensors that PyTorch and OpenCV computed with
 * full-size logits (tests/oracle/make_protocol_goldens.py): test_golden_protocols FOLDER MODEL. */
#include <volo/volo.h>

#include "support/golden_file.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "image/resize_opencv.h"
#include "kernels/kernels.h"
#include "pipeline/network.h"
#include "pipeline/scores.h"
#include "pipeline/windows.h"

static GoldenFile *protocols, *resizes;
static VoloModel *model;

/* The largest difference, over the largest value if that is above 1. */
static double largest_error(const float *got, const float *want, size_t count)
{
    double error = 0, scale = 1;

    for (size_t i = 0; i < count; i++) {
        error = fmax(error, fabs((double)got[i] - (double)want[i]));
        scale = fmax(scale, fabs((double)want[i]));
    }
    return error / scale;
}

/* --- protocols --- */

typedef struct Case {
    const char *name, *picture;
    VoloSessionOptions options;
} Case;

#define WINDOWS .mode = VOLO_MODE_SLIDE, .crop = { 64, 64 }, .stride = { 43, 43 }
#define VIEWS .scales = { 0.5, 1, 1.5 }, .scale_count = 3, .flip = true
static const Case cases[] = {
    { "slide", "picture", { WINDOWS } },
    { "slide_resized", "small", { WINDOWS, .resize = { VOLO_RESIZE_EXACT, 78, 109, 0, 0 } } },
    { "slide_small", "small", { WINDOWS } },
    { "mmseg0", "small", { VIEWS } },
    { "mmseg1", "small", { VIEWS, .tta = VOLO_TTA_MMSEG1 } },
    { "mmseg0_slide",
      "small",
      { WINDOWS, .scales = { 0.6, 1.2 }, .scale_count = 2, .flip = true } },
};
#undef WINDOWS
#undef VIEWS

static VoloImage *picture_of(const char *name)
{
    const GoldenTensor t = golden_get(protocols, name);
    VoloImage *image = NULL;
    VoloError err;

    if (volo_image_new(t.shape[1], t.shape[2], t.u8, &image, &err))
        fail_msg("%s", err.message);
    return image;
}

/* How far the best score of a pixel lies above that of another class. */
static double margin(const float *scores, size_t classes, uint8_t label)
{
    float best = scores[0];

    for (size_t k = 1; k < classes; k++)
        best = fmaxf(best, scores[k]);
    return (double)(best - scores[label]);
}

static void check_labels(const Case *c, const GoldenTensor *scores, const VoloMask *mask)
{
    char name[64];

    snprintf(name, sizeof name, "%s_labels", c->name);
    const GoldenTensor want = golden_get(protocols, name);
    const uint8_t *got = volo_mask_labels(mask);
    const size_t classes = scores->shape[3];

    for (size_t i = 0; i < want.count; i++) {
        if (got[i] != want.u8[i] && margin(scores->f32 + i * classes, classes, got[i]) > 2e-5)
            fail_msg("%s: label [%zu] is %u, expected %u", c->name, i, got[i], want.u8[i]);
    }
}

/* The share of a label: softmax of logits, or the mean of softmaxes that views end in. */
static double share_of(const Case *c, const float *scores, size_t classes, uint8_t label)
{
    double sum = 0;

    if (c->options.scale_count)
        return (double)scores[label];
    for (size_t k = 0; k < classes; k++)
        sum += exp((double)(scores[k] - scores[label]));
    return 1 / sum;
}

/* Shares of the three likeliest; 1e-5 is how far scores may be off. */
static void check_shares(const Case *c, const GoldenTensor *scores, const VoloConfidence *got)
{
    const size_t classes = scores->shape[3];

    for (size_t i = 0; i < scores->count / classes; i++) {
        for (size_t rank = 0; rank < VOLO_CONFIDENCE_RANKS; rank++) {
            const uint8_t label = volo_confidence_classes(got, rank)[i];
            const double parts = volo_confidence_shares(got, rank)[i];
            const double want = share_of(c, scores->f32 + i * classes, classes, label);

            if (!(fabs(parts / VOLO_CONFIDENCE_ONE - want) <= 1.0 / VOLO_CONFIDENCE_ONE + 1e-5))
                fail_msg("%s: rank %zu of pixel %zu has %g parts, expected %g", c->name, rank, i,
                         parts, want * VOLO_CONFIDENCE_ONE);
        }
    }
}

static void run_case(const Case *c, bool exact, double limit)
{
    VoloSessionOptions options = c->options;
    VoloImage *image = picture_of(c->picture);
    const GoldenTensor want = golden_get(protocols, c->name);
    float *scores = malloc(want.count * sizeof *scores);
    VoloSession *session = NULL;
    VoloMask *mask = NULL;
    VoloConfidence *confidence = NULL;
    VoloError err;

    options.threads = 2;
    options.exact = exact;
    if (volo_session_new(model, &options, &session, &err) ||
        volo_session_scores(session, image, scores, &err) ||
        volo_session_segment_confidence(session, image, &mask, &confidence, &err))
        fail_msg("%s", err.message);
    const double error = largest_error(scores, want.f32, want.count);
    if (!(error <= limit))
        fail_msg("%s: largest error %g, expected at most %g", c->name, error, limit);
    check_labels(c, &want, mask);
    check_shares(c, &want, confidence);
    free(scores);
    volo_confidence_unref(confidence);
    volo_mask_unref(mask);
    volo_session_free(session);
    volo_image_unref(image);
}

static void protocols_meet_their_goldens(void **state)
{
    static const char *const levels[] = { "base", "v3", "v4" };

    (void)state;
    for (size_t level = 0; level < 3; level++) {
        if (volo_set_cpu_level(levels[level], NULL))
            continue; /* this machine lacks it */
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            run_case(&cases[i], true, 1e-5);
            run_case(&cases[i], false, 1e-5);
        }
    }
}

/* --- resizing --- */

typedef struct Resize {
    GoldenTensor in, opencv, floats, box;
} Resize;

static bool get_resize(size_t i, Resize *ret)
{
    static const char *const parts[] = { "in", "opencv", "float", "box" };
    GoldenTensor *const into[] = { &ret->in, &ret->opencv, &ret->floats, &ret->box };
    bool found = true;

    for (size_t k = 0; k < 4; k++) {
        char name[32];

        snprintf(name, sizeof name, "%02zu.%s", i, parts[k]);
        found = golden_find(resizes, name, into[k]) && found;
    }
    return found;
}

static void the_fixed_point_kernel_gives_the_bytes_of_opencv(void **state)
{
    Resize r;
    size_t count = 0;

    (void)state;
    for (; get_resize(count, &r); count++) {
        const size_t h = r.opencv.shape[1], w = r.opencv.shape[2];
        uint8_t *got = malloc(r.opencv.count);
        float *table = malloc(3 * (h + w) * sizeof *table);

        volo_resize_opencv(got, h, w, r.in.u8, r.in.shape[1], r.in.shape[2], table, 2);
        assert_memory_equal(got, r.opencv.u8, r.opencv.count);
        free(table);
        free(got);
    }
    assert_true(count >= 20);
}

static VoloTensor preprocess(VoloNnContext *ctx, const Resize *r, const VoloWalkData *data)
{
    const VoloWalkShape shape = { .n = 1,
                                  .h = r->floats.shape[1],
                                  .w = r->floats.shape[2],
                                  .view_h = r->floats.shape[1],
                                  .view_w = r->floats.shape[2],
                                  .pixels_h = r->in.shape[1],
                                  .pixels_w = r->in.shape[2] };

    return volo_nn_preprocess(ctx, model, &shape, data);
}

/* Grey levels agree to a millionth of their range. */
static void check_floats(const Resize *r)
{
    const VoloModelInfo *info = volo_model_info(model);
    const VoloWalkData data = { .pixels = &r->in.u8 };
    VoloPlan plan;
    VoloError err;

    volo_plan_init(&plan);
    VoloNnContext ctx = { .plan = &plan, .threads = 2 };
    preprocess(&ctx, r, &data);
    assert_int_equal(volo_plan_layout(&plan, &err), VOLO_OK);
    float *arena = aligned_alloc(64, plan.floats * sizeof *arena);
    ctx = (VoloNnContext){ .plan = &plan, .base = arena, .threads = 2 };
    const VoloTensor x = preprocess(&ctx, r, &data);
    for (size_t i = 0; i < r->floats.count; i++) {
        const double got =
            (double)x.data[i] * (double)info->image_std[i % 3] + (double)info->image_mean[i % 3];

        if (!(fabs(got - (double)r->floats.f32[i]) <= 1e-6 * 255))
            fail_msg("grey level [%zu] is %.9g, expected %.9g", i, got, (double)r->floats.f32[i]);
    }
    free(arena);
    volo_plan_clear(&plan);
}

static void the_float_kernel_agrees_with_pytorch(void **state)
{
    Resize r;

    (void)state;
    for (size_t i = 0; get_resize(i, &r); i++)
        check_floats(&r);
}

static void boxes_that_keep_the_ratio_give_the_sizes_of_mmcv(void **state)
{
    Resize r;
    size_t compared = 0;

    (void)state;
    for (size_t i = 0; get_resize(i, &r); i++) {
        const VoloSessionOptions options = { .resize = { VOLO_RESIZE_KEEP_RATIO, 0, 0, r.box.u8[0],
                                                         r.box.u8[1] } };
        VoloView view[VOLO_MAX_VIEWS];
        size_t count;

        if (r.floats.shape[1] < 16 || r.floats.shape[2] < 16)
            continue; /* no network takes it */
        compared++;
        assert_int_equal(
            volo_views_list(&options, r.in.shape[1], r.in.shape[2], view, &count, NULL), VOLO_OK);
        assert_int_equal(view[0].windows.h, r.floats.shape[1]);
        assert_int_equal(view[0].windows.w, r.floats.shape[2]);
    }
    assert_true(compared >= 8);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protocols_meet_their_goldens),
        cmocka_unit_test(the_fixed_point_kernel_gives_the_bytes_of_opencv),
        cmocka_unit_test(the_float_kernel_agrees_with_pytorch),
        cmocka_unit_test(boxes_that_keep_the_ratio_give_the_sizes_of_mmcv),
    };
    char path[512];
    VoloError err;

    if (argc != 3 || volo_init(&err) || volo_model_open(argv[2], NULL, &model, &err))
        return 2;
    snprintf(path, sizeof path, "%s/protocols.safetensors", argv[1]);
    protocols = golden_open(path);
    snprintf(path, sizeof path, "%s/resize.safetensors", argv[1]);
    resizes = golden_open(path);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    golden_close(protocols);
    golden_close(resizes);
    volo_model_unref(model);
    return failed;
}
