/* SPDX-License-Identifier: Apache-2.0 */
/* The loss against PyTorch, finite differences of a naive twin in double, and itself with other
 * threads and in parts. */
#include "train/loss.h"

#include "base/cpu.h"
#include "support/golden_file.h"
#include "support/tensor_check.h"
#include "train/loss_terms.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    MAX_LOGITS = 4 * 40 * 40 * 19
};

static float gradient[MAX_LOGITS];

static VoloLossOptions plain_options(size_t classes)
{
    return (VoloLossOptions){ .classes = classes, .cross_entropy = 1 };
}

/* Loss and gradient of a batch that is the whole. */
static double run(const VoloLossOptions *o, const VoloLossBatch *b, float *dlogits, int threads)
{
    const VoloLossCount count = volo_loss_count(o, b);
    const size_t floats = volo_loss_scratch(o, b, threads);
    float *scratch = aligned_alloc(64, floats * sizeof *scratch);

    assert_non_null(scratch);
    memset(scratch, 0xff, floats * sizeof *scratch); /* not a number, until it is written */
    const VoloLossSums sums = volo_loss_run(o, b, &count, 1, dlogits, scratch, threads);
    free(scratch);
    return volo_loss_value(o, &sums, &count);
}

/* --- PyTorch --- */

typedef struct Golden {
    GoldenFile *file;
    VoloLossBatch batch;
    const float *weight;
    const uint8_t *group, *coarse;
    GoldenTensor labels, small;
} Golden;

static Golden open_golden(void)
{
    char path[512];
    Golden g = { 0 };

    snprintf(path, sizeof path, "%s/train/losses.safetensors", getenv("VOLO_GOLDEN_DIR"));
    g.file = golden_open(path);
    const GoldenTensor logits = golden_get(g.file, "logits");
    g.labels = golden_get(g.file, "labels");
    g.small = golden_get(g.file, "small");
    g.weight = golden_get(g.file, "weight").f32;
    g.group = golden_get(g.file, "group").u8;
    g.coarse = golden_get(g.file, "coarse").u8;
    g.batch = (VoloLossBatch){ .logits = logits.f32,
                               .labels = g.labels.u8,
                               .n = logits.shape[0],
                               .h = logits.shape[1],
                               .w = logits.shape[2],
                               .label_h = g.labels.shape[1],
                               .label_w = g.labels.shape[2] };
    return g;
}

static void check_golden(const Golden *g, const char *name, VoloLossOptions o, VoloLossBatch b)
{
    char full[64];

    snprintf(full, sizeof full, "%s.loss", name);
    const double want = (double)golden_get(g->file, full).f32[0];
    snprintf(full, sizeof full, "%s.gradient", name);
    const GoldenTensor want_gradient = golden_get(g->file, full);
    const double got = run(&o, &b, gradient, 2);
    if (!(fabs(got - want) <= 1e-5 * fabs(want)))
        fail_msg("%s: loss is %.9g, PyTorch says %.9g", name, got, want);
    tensor_check(name, gradient, want_gradient.f32, want_gradient.count, 1e-11);
}

static void equals_pytorch(void **state)
{
    Golden g = open_golden();
    const VoloLossOptions plain = plain_options(19);
    VoloLossOptions o = plain;
    VoloLossBatch small = g.batch, groups = g.batch;
    const uint8_t *group[] = { NULL, g.group };

    (void)state;
    check_golden(&g, "plain", o, g.batch);
    o.align_corners = true;
    check_golden(&g, "corners", o, g.batch);
    small.labels = g.small.u8;
    small.label_h = g.small.shape[1];
    small.label_w = g.small.shape[2];
    check_golden(&g, "smaller", plain, small);
    o = plain;
    o.class_weight = g.weight;
    check_golden(&g, "weights", o, g.batch);
    groups.labels = g.coarse;
    groups.group = group;
    check_golden(&g, "groups", o, groups);
    o.smoothing = 0.2F;
    check_golden(&g, "both", o, g.batch);
    o.class_weight = NULL;
    o.smoothing = 0.1F;
    check_golden(&g, "smoothing", o, g.batch);
    golden_close(g.file);
}

static void equals_pytorch_in_the_optional_terms(void **state)
{
    Golden g = open_golden();
    VoloLossOptions o = plain_options(19);

    (void)state;
    o.ohem_threshold = 0.3F;
    o.ohem_kept = 10;
    check_golden(&g, "threshold", o, g.batch);
    o.ohem_threshold = 0.001F;
    o.ohem_kept = 700;
    check_golden(&g, "kept", o, g.batch);
    check_golden(&g, "dice", (VoloLossOptions){ .classes = 19, .dice = 1 }, g.batch);
    check_golden(&g, "lovasz", (VoloLossOptions){ .classes = 19, .lovasz = 1 }, g.batch);
    o = (VoloLossOptions){ .classes = 19,
                           .align_corners = true,
                           .class_weight = g.weight,
                           .cross_entropy = 1,
                           .dice = 0.5F,
                           .lovasz = 2 };
    check_golden(&g, "sum", o, g.batch);
    golden_close(g.file);
}

/* --- the naive twin: all of full size, in double --- */

typedef struct Twin {
    const VoloLossOptions *o;
    const VoloLossBatch *b;
    const double *logits;
} Twin;

static double twin_logit(const Twin *t, size_t picture, size_t y, size_t x, size_t c)
{
    const VoloLossBatch *b = t->b;
    const double step_y = (double)b->h / (double)b->label_h;
    const double step_x = (double)b->w / (double)b->label_w;
    const double down = fmax(0, step_y * ((double)y + 0.5) - 0.5);
    const double along = fmax(0, step_x * ((double)x + 0.5) - 0.5);
    const size_t y0 = (size_t)down, x0 = (size_t)along;
    const size_t y1 = y0 + 1 < b->h ? y0 + 1 : y0, x1 = x0 + 1 < b->w ? x0 + 1 : x0;
    const double ty = down - (double)y0, tx = along - (double)x0;
    const double *z = t->logits + picture * b->h * b->w * t->o->classes + c;
    const size_t k = t->o->classes;

    return (1 - ty) * ((1 - tx) * z[(y0 * b->w + x0) * k] + tx * z[(y0 * b->w + x1) * k]) +
           ty * ((1 - tx) * z[(y1 * b->w + x0) * k] + tx * z[(y1 * b->w + x1) * k]);
}

/* Cross entropy of one pixel, and the weight of its label. */
static double twin_pixel(const Twin *t, size_t picture, size_t y, size_t x, double *ret_weight)
{
    const VoloLossOptions *o = t->o;
    const uint8_t *group = t->b->group ? t->b->group[picture] : NULL;
    const uint8_t label = t->b->labels[(picture * t->b->label_h + y) * t->b->label_w + x];
    double all = 0, members = 0, count = 0, weight = 0, spread = 0;

    for (size_t c = 0; c < o->classes; c++) {
        const double e = exp(twin_logit(t, picture, y, x, c));
        const bool is_member = label != 255 && (group ? group[c] : c) == label;

        all += e;
        members += is_member ? e : 0;
        count += is_member;
        weight += is_member ? (o->class_weight ? (double)o->class_weight[c] : 1) : 0;
    }
    *ret_weight = count > 0 ? weight / count : 0;
    if (*ret_weight <= 0)
        return 0;
    for (size_t c = 0; c < o->classes; c++)
        spread += (o->class_weight ? (double)o->class_weight[c] : 1) *
                  (log(all) - twin_logit(t, picture, y, x, c)) / (double)o->classes;
    return (1 - (double)o->smoothing) * *ret_weight * log(all / members) +
           (double)o->smoothing * spread;
}

static double twin_loss(const Twin *t)
{
    double loss = 0, total = 0, weight;

    for (size_t i = 0; i < t->b->n; i++) {
        for (size_t y = 0; y < t->b->label_h; y++) {
            for (size_t x = 0; x < t->b->label_w; x++) {
                loss += twin_pixel(t, i, y, x, &weight);
                total += weight;
            }
        }
    }
    return total > 0 ? loss / total : 0;
}

/* Checks each derivative against the twin's differences. */
static void check_differences(const VoloLossOptions *o, const VoloLossBatch *b, const char *name)
{
    const size_t count = b->n * b->h * b->w * o->classes;
    const double step = 1e-5;
    double *logits = malloc(count * sizeof *logits);
    const Twin twin = { o, b, logits };

    assert_non_null(logits);
    for (size_t i = 0; i < count; i++)
        logits[i] = (double)b->logits[i];
    const double want = twin_loss(&twin), got = run(o, b, gradient, 1);
    assert_true(fabs(got - want) <= 1e-6 * fabs(want));
    for (size_t i = 0; i < count; i++) {
        const double kept = logits[i];

        logits[i] = kept + step;
        const double above = twin_loss(&twin);
        logits[i] = kept - step;
        const double slope = (above - twin_loss(&twin)) / (2 * step);
        logits[i] = kept;
        if (!(fabs(slope - (double)gradient[i]) <= 1e-7 + 1e-5 * fabs(slope)))
            fail_msg("%s: derivative %zu is %.9g, the difference says %.9g", name, i,
                     (double)gradient[i], slope);
    }
    free(logits);
}

static void equals_differences_of_the_naive_twin(void **state)
{
    float logits[2 * 3 * 5 * 6];
    uint8_t labels[2 * 11 * 9];
    const float weight[6] = { 1, 0.5F, 2, 0, 0.25F, 3 };
    const uint8_t table[6] = { 0, 0, 1, 255, 1, 1 };
    const uint8_t *const group[2] = { table, NULL };
    VoloLossBatch b = {
        .logits = logits, .labels = labels, .n = 2, .h = 3, .w = 5, .label_h = 11, .label_w = 9
    };
    VoloLossOptions o = plain_options(6);

    (void)state;
    tensor_fill(logits, sizeof logits / sizeof *logits, 3);
    for (size_t i = 0; i < sizeof labels; i++)
        labels[i] = (uint8_t)(i * 7 % 8); /* 6 and 7 are no classes */
    check_differences(&o, &b, "plain");
    o.class_weight = weight;
    check_differences(&o, &b, "weights");
    o.smoothing = 0.3F;
    check_differences(&o, &b, "weights, smoothing");
    b.group = group;
    check_differences(&o, &b, "weights, smoothing, groups");
    o.class_weight = NULL;
    o.smoothing = 0;
    check_differences(&o, &b, "groups");
}

/* --- extremes --- */

static void survives_extreme_logits(void **state)
{
    float logits[2 * 3] = { 500, -500, 0, -500, 500, 0 };
    const uint8_t labels[2] = { 1, 1 }, table[3] = { 0, 1, 1 };
    const uint8_t *const group[1] = { table };
    VoloLossBatch b = {
        .logits = logits, .labels = labels, .n = 1, .h = 1, .w = 2, .label_h = 1, .label_w = 2
    };
    const VoloLossOptions o = plain_options(3);

    (void)state;
    assert_true(fabs(run(&o, &b, gradient, 1) - 500) < 1e-3);
    assert_true(gradient[0] == 0.5F && gradient[1] == -0.5F && gradient[4] == 0);
    b.group = group;
    assert_true(fabs(run(&o, &b, gradient, 1) - 250) < 1e-3);
    assert_true(gradient[0] == 0.5F && gradient[1] == 0 && gradient[2] == -0.5F);
    logits[0] = NAN;
    assert_true(isnan(run(&o, &b, gradient, 1)));
    b.group = NULL;
    assert_true(isnan(run(&o, &b, gradient, 1)));
}

static void is_nothing_when_all_is_ignored(void **state)
{
    float logits[4 * 4 * 5];
    uint8_t labels[8 * 8];
    const VoloLossBatch b = {
        .logits = logits, .labels = labels, .n = 1, .h = 4, .w = 4, .label_h = 8, .label_w = 8
    };
    VoloLossOptions o = plain_options(5);

    (void)state;
    o.dice = o.lovasz = 1;
    o.ohem_threshold = 0.5F;
    tensor_fill(logits, sizeof logits / sizeof *logits, 5);
    memset(labels, 255, sizeof labels);
    assert_true(run(&o, &b, gradient, 1) == 0);
    for (size_t i = 0; i < sizeof logits / sizeof *logits; i++)
        assert_true(gradient[i] == 0);
}

/* --- threads and parts --- */

static void make_scene(float *logits, uint8_t *labels, const VoloLossBatch *b, size_t classes)
{
    tensor_fill(logits, b->n * b->h * b->w * classes, 17);
    for (size_t i = 0; i < b->n * b->label_h * b->label_w; i++)
        labels[i] = i % 11 == 3 ? 255 : (uint8_t)(i / 97 % classes);
}

static const VoloLossOptions all_terms = { .classes = 19,
                                           .smoothing = 0.1F,
                                           .ohem_threshold = 0.05F,
                                           .ohem_kept = 300,
                                           .cross_entropy = 1,
                                           .dice = 1,
                                           .lovasz = 1 };

static void has_the_same_bits_for_any_number_of_threads(void **state)
{
    static float logits[3 * 13 * 9 * 19], first[3 * 13 * 9 * 19];
    static uint8_t labels[3 * 100 * 71];
    const VoloLossBatch b = {
        .logits = logits, .labels = labels, .n = 3, .h = 13, .w = 9, .label_h = 100, .label_w = 71
    };

    (void)state;
    make_scene(logits, labels, &b, 19);
    const double loss = run(&all_terms, &b, first, 1);
    for (int threads = 2; threads <= 8; threads += 3) {
        memset(gradient, 0, sizeof first);
        assert_true(run(&all_terms, &b, gradient, threads) == loss);
        assert_memory_equal(gradient, first, sizeof first);
    }
}

static void adds_up_from_parts(void **state)
{
    static float logits[4 * 6 * 6 * 19], whole_gradient[4 * 6 * 6 * 19];
    static uint8_t labels[4 * 48 * 48];
    VoloLossBatch b = {
        .logits = logits, .labels = labels, .n = 4, .h = 6, .w = 6, .label_h = 48, .label_w = 48
    };
    VoloLossOptions o = all_terms;
    const size_t half = 2 * 6 * 6 * 19;

    (void)state;
    o.ohem_threshold = 0; /* it looks at a batch */
    make_scene(logits, labels, &b, 19);
    memset(labels + 48, 255, 900); /* parts count differently */
    const double loss = run(&o, &b, whole_gradient, 2);
    const VoloLossCount whole = volo_loss_count(&o, &b);
    float *scratch = aligned_alloc(64, volo_loss_scratch(&o, &b, 1) * sizeof *scratch);
    double sum = 0;
    b.n = 2;
    for (size_t part = 0; part < 2; part++) {
        b.logits = logits + part * half;
        b.labels = labels + part * 2 * 48 * 48;
        const VoloLossSums sums =
            volo_loss_run(&o, &b, &whole, 1, gradient + part * half, scratch, 1);
        sum += volo_loss_value(&o, &sums, &whole);
    }
    assert_true(fabs(sum - loss) < 1e-12);
    tensor_check("parts", gradient, whole_gradient, 2 * half, 1e-13);
    free(scratch);
}

static void counts_what_is_right(void **state)
{
    const float logits[4 * 2] = { 1, 0, 0, 1, 2, 1, 1, 2 };
    const uint8_t labels[4] = { 0, 0, 255, 1 }, table[2] = { 7, 7 };
    const uint8_t coarse[4] = { 7, 7, 255, 1 };
    const uint8_t *const group[1] = { table };
    VoloLossBatch b = {
        .logits = logits, .labels = labels, .n = 1, .h = 1, .w = 4, .label_h = 1, .label_w = 4
    };
    const VoloLossOptions o = plain_options(2);
    float scratch[4096] __attribute__((aligned(64)));

    (void)state;
    assert_true(volo_loss_scratch(&o, &b, 1) <= 4096);
    VoloLossCount count = volo_loss_count(&o, &b);
    assert_int_equal(count.pixels, 3);
    assert_int_equal(count.pictures, 1);
    assert_int_equal(volo_loss_run(&o, &b, &count, 1, gradient, scratch, 1).correct, 2);
    b.labels = coarse;
    b.group = group;
    count = volo_loss_count(&o, &b);
    assert_int_equal(count.pixels, 2);
    assert_int_equal(count.pictures, 0);
    assert_int_equal(volo_loss_run(&o, &b, &count, 1, gradient, scratch, 1).correct, 2);
}

static void selects_like_a_sort(void **state)
{
    float x[999];

    (void)state;
    tensor_fill(x, 999, 23);
    for (size_t i = 0; i < 999; i++)
        x[i] = fabsf(x[i]) < 0.3F ? 0.25F : fabsf(x[i]);
    for (size_t k = 0; k < 999; k += 83) {
        const float got = volo_loss_select(x, 999, k);
        size_t below = 0, up_to = 0;

        for (size_t i = 0; i < 999; i++) {
            below += x[i] < got;
            up_to += x[i] <= got;
        }
        assert_true(below <= k && k < up_to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_pytorch),
        cmocka_unit_test(equals_pytorch_in_the_optional_terms),
        cmocka_unit_test(equals_differences_of_the_naive_twin),
        cmocka_unit_test(survives_extreme_logits),
        cmocka_unit_test(is_nothing_when_all_is_ignored),
        cmocka_unit_test(has_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(adds_up_from_parts),
        cmocka_unit_test(counts_what_is_right),
        cmocka_unit_test(selects_like_a_sort),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
