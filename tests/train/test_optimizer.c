/* SPDX-License-Identifier: Apache-2.0 */
/* Optimizers against PyTorch's, and against themselves with other threads. */
#include "train/optimizer.h"

#include "support/golden_file.h"
#include "support/tensor_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    COUNT = 203, /* of the golden */
    STEPS = 4,
    MANY = 100003
};

static VoloOptimizer *new_optimizer(const VoloOptimizerOptions *o, const VoloParameterSpan *span,
                                    size_t count)
{
    VoloOptimizer *optimizer = NULL;

    assert_int_equal(volo_optimizer_new(o, span, count, &optimizer, NULL), VOLO_OK);
    return optimizer;
}

static void check_case(const GoldenFile *file, const char *name, const VoloOptimizerOptions *o)
{
    const float *gradients = golden_get(file, "gradients").f32;
    const VoloParameterSpan span[] = { { 0, 100, 1, 1 }, { 100, COUNT - 100, 1, 1 } };
    float value[COUNT], gradient[COUNT], first[COUNT] = { 0 }, second[COUNT] = { 0 };
    const VoloParameterArrays arrays = { value, gradient, first, second };
    VoloOptimizer *optimizer = new_optimizer(o, span, 2);
    char full[64];

    memcpy(value, golden_get(file, "start").f32, sizeof value);
    for (size_t step = 1; step <= STEPS; step++) {
        memcpy(gradient, gradients + (step - 1) * COUNT, sizeof gradient);
        for (size_t i = 0; i < COUNT; i++)
            gradient[i] *= 4; /* and scale is 1/4 */
        const double norm = volo_optimizer_norm(optimizer, gradient, 0.25F, 1);
        snprintf(full, sizeof full, "%s.norm%zu", name, step);
        const double want = (double)golden_get(file, full).f32[0];
        assert_true(fabs(norm - want) <= 1e-6 * want);
        volo_optimizer_step(optimizer, &arrays, step, 1e-2 / (double)step, 0.25F, norm, 1);
        snprintf(full, sizeof full, "%s.after%zu", name, step);
        tensor_check(full, value, golden_get(file, full).f32, COUNT, 1e-13);
    }
    volo_optimizer_free(optimizer);
}

static void equals_pytorch(void **state)
{
    char path[512];
    VoloOptimizerOptions o = VOLO_OPTIMIZER_OPTIONS_INIT;

    (void)state;
    snprintf(path, sizeof path, "%s/train/optimizers.safetensors", getenv("VOLO_GOLDEN_DIR"));
    GoldenFile *file = golden_open(path);
    o.clip = 10;
    o.weight_decay = 0.05;
    check_case(file, "adamw", &o);
    o.kind = VOLO_OPTIMIZER_SGD;
    check_case(file, "sgd", &o);
    o.nesterov = true;
    check_case(file, "nesterov", &o);
    o.nesterov = false;
    o.momentum = 0;
    o.weight_decay = 0;
    check_case(file, "bare", &o);
    golden_close(file);
}

static float *filled(unsigned seed)
{
    float *x = malloc(MANY * sizeof *x);

    assert_non_null(x);
    tensor_fill(x, MANY, seed);
    return x;
}

/* Two steps and a moving average; the result is the caller's: values, then averages. */
static float *train(const VoloOptimizerOptions *o, int threads)
{
    const VoloParameterSpan span[] = { { 0, 40000, 1, 0 }, { 40000, MANY - 40000, 0.5F, 1 } };
    VoloOptimizer *optimizer = new_optimizer(o, span, 2);
    float *value = filled(1), *gradient = filled(2);
    float *first = calloc(MANY, sizeof *first), *second = calloc(MANY, sizeof *second);
    float *result = malloc(2 * MANY * sizeof *result);
    const VoloParameterArrays arrays = { value, gradient, first, second };

    memcpy(result + MANY, value, MANY * sizeof *value);
    for (size_t step = 1; step <= 2; step++) {
        const double norm = volo_optimizer_norm(optimizer, gradient, 1, threads);

        volo_optimizer_step(optimizer, &arrays, step, 1e-3, 1, norm, threads);
        volo_average_step(result + MANY, value, MANY, 0.9, threads);
    }
    memcpy(result, value, MANY * sizeof *value);
    free(value);
    free(gradient);
    free(first);
    free(second);
    volo_optimizer_free(optimizer);
    return result;
}

static void has_the_same_bits_for_any_number_of_threads(void **state)
{
    VoloOptimizerOptions o = VOLO_OPTIMIZER_OPTIONS_INIT;

    (void)state;
    o.clip = 1;
    for (int kind = VOLO_OPTIMIZER_ADAMW; kind <= VOLO_OPTIMIZER_SGD; kind++) {
        o.kind = (VoloOptimizerKind)kind;
        float *one = train(&o, 1), *three = train(&o, 3);
        assert_memory_equal(one, three, 2 * MANY * sizeof *one);
        free(one);
        free(three);
    }
}

static void leaves_frozen_spans_alone(void **state)
{
    const VoloParameterSpan span[] = { { 0, 3, 0, 1 }, { 3, 2, 1, 1 } };
    VoloOptimizerOptions o = VOLO_OPTIMIZER_OPTIONS_INIT;
    float value[5] = { 1, 2, 3, 4, 5 }, gradient[5] = { NAN, NAN, NAN, 3, 4 };
    float first[5] = { 7, 7, 7, 0, 0 }, second[5] = { 7, 7, 7, 0, 0 };
    const VoloParameterArrays arrays = { value, gradient, first, second };
    VoloOptimizer *optimizer = new_optimizer(&o, span, 2);

    (void)state;
    const double norm = volo_optimizer_norm(optimizer, gradient, 2, 1);
    assert_true(norm == 10);
    volo_optimizer_step(optimizer, &arrays, 1, 0.1, 1, norm, 1);
    assert_true(value[0] == 1 && value[2] == 3 && first[1] == 7 && second[1] == 7);
    assert_true(value[3] < 4 && value[4] < 5);
    volo_optimizer_free(optimizer);
}

static void averages_with_the_past(void **state)
{
    float average[2] = { 1, 0 };
    const float value[2] = { 2, 4 };

    (void)state;
    volo_average_step(average, value, 2, 0.75, 1);
    assert_true(average[0] == 1.25F && average[1] == 1);
    volo_average_step(average, value, 2, 0, 1);
    assert_true(average[0] == 2 && average[1] == 4);
}

static void finds_what_is_not_finite(void **state)
{
    static float x[MANY];

    (void)state;
    assert_true(volo_all_finite(x, MANY, 2));
    for (size_t i = 0; i < MANY; i += 9973) {
        x[i] = i % 2 ? NAN : -INFINITY;
        assert_false(volo_all_finite(x, MANY, 2));
        x[i] = 3e38F;
    }
    assert_true(volo_all_finite(x, MANY, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_pytorch),
        cmocka_unit_test(has_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(leaves_frozen_spans_alone),
        cmocka_unit_test(averages_with_the_past),
        cmocka_unit_test(finds_what_is_not_finite),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
