/* SPDX-License-Identifier: Apache-2.0 */
/* Backwards of batch norm, alone and behind convolutions, and how running statistics follow. */
#include "grad/grad_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    MOST = 64 /* channels */
};

static const double eps = 1e-2; /* large, so that a mistake about it shows */
static float running_mean[MOST], running_var[MOST];

static float first_mean(size_t i)
{
    return 0.1F * (float)i - 0.5F;
}

static float first_var(size_t i)
{
    return 0.5F + 0.1F * (float)i;
}

/* Before each walk, so that what they hold afterwards comes from the last alone. */
static void start_statistics(void)
{
    for (size_t i = 0; i < MOST; i++) {
        running_mean[i] = first_mean(i);
        running_var[i] = first_var(i);
    }
}

static VoloBatchNorm norm_of(float *weight, float *bias, size_t c)
{
    return (VoloBatchNorm){ weight, bias, running_mean, running_var, c, (float)eps };
}

/* number: activation; parameters: weight, bias. Used twice: input 0 is the sum of two others. */
static VoloTensor run_norm(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                           const GradCase *c)
{
    static VoloBatchNorm p;

    if (volo_nn_measuring(ctx))
        start_statistics();
    p = norm_of(parameter[0], parameter[1], c->shape[0][3]);
    return volo_nn_add(ctx, volo_nn_batchnorm(ctx, x[0], &p, (VoloActivation)c->number[0]), x[0]);
}

static double act(double x, size_t activation)
{
    if (activation == VOLO_RELU)
        return x > 0 ? x : 0;
    return activation == VOLO_GELU ? x / 2 * erfc(-x * sqrt(0.5)) : x;
}

/* Of channel i of x [rows,c]; the batch's, biased. */
static double mean_of(const double *x, size_t rows, size_t c, size_t i)
{
    double sum = 0;

    for (size_t r = 0; r < rows; r++)
        sum += x[r * c + i];
    return sum / (double)rows;
}

static double variance_of(const double *x, size_t rows, size_t c, size_t i)
{
    const double mean = mean_of(x, rows, c, i);
    double sum = 0;

    for (size_t r = 0; r < rows; r++)
        sum += (x[r * c + i] - mean) * (x[r * c + i] - mean);
    return sum / (double)rows;
}

/* y = act(norm(x)) */
static void norm(double *y, const double *x, const double *weight, const double *bias, size_t rows,
                 size_t c, size_t activation, bool frozen)
{
    for (size_t i = 0; i < c; i++) {
        const double mean = frozen ? (double)first_mean(i) : mean_of(x, rows, c, i);
        const double var = frozen ? (double)first_var(i) : variance_of(x, rows, c, i);

        for (size_t r = 0; r < rows; r++)
            y[r * c + i] =
                act((x[r * c + i] - mean) / sqrt(var + (double)(float)eps) * weight[i] + bias[i],
                    activation);
    }
}

static size_t rows_of(const GradCase *c)
{
    return c->shape[0][0] * c->shape[0][1] * c->shape[0][2];
}

static void sum_with_norm(double *y, const double *const *x, const double *const *parameter,
                          const GradCase *c)
{
    const size_t channels = c->shape[0][3];

    norm(y, x[0], parameter[0], parameter[1], rows_of(c), channels, c->number[0], c->frozen & 1);
    for (size_t i = 0; i < rows_of(c) * channels; i++)
        y[i] += x[0][i];
}

static GradCase norm_case(size_t n, size_t h, size_t w, size_t c, VoloActivation activation)
{
    return (GradCase){ .name = "batch norm",
                       .shape = { { n, h, w, c } },
                       .parameter = { c, c },
                       .number = { (size_t)activation },
                       .run = run_norm,
                       .formula = sum_with_norm };
}

static void norms(void **state)
{
    const GradCase cases[] = {
        norm_case(2, 1, 1, 3, VOLO_LINEAR),  norm_case(2, 3, 5, 19, VOLO_LINEAR),
        norm_case(3, 5, 4, 7, VOLO_RELU),    norm_case(2, 11, 13, 16, VOLO_RELU),
        norm_case(2, 17, 23, 33, VOLO_GELU), norm_case(1, 27, 31, 64, VOLO_RELU),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}

/* The input of a case, as the harness hands it in, to hold statistics against. */
static VoloTensor seen;
static double *seen_values;

static VoloTensor run_seen(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                           const GradCase *c)
{
    seen = x[0];
    for (size_t i = 0; !volo_nn_measuring(ctx) && i < volo_count(seen); i++)
        seen_values[i] = (double)x[0].data[i];
    return run_norm(ctx, x, parameter, c);
}

static void check_statistics(const GradCase *c, double count, double share)
{
    const size_t rows = rows_of(c), channels = c->shape[0][3];

    for (size_t i = 0; i < channels; i++) {
        const double mean = mean_of(seen_values, rows, channels, i);
        const double var = variance_of(seen_values, rows, channels, i) * count / (count - 1);
        const double m = (double)first_mean(i), v = (double)first_var(i);

        assert_true(fabs((double)running_mean[i] - (m + share * (mean - m))) < 1e-6);
        assert_true(fabs((double)running_var[i] - (v + share * (var - v))) < 1e-6);
    }
}

static void running_statistics_follow_once(void **state)
{
    GradCase c = norm_case(2, 3, 5, 19, VOLO_RELU);

    (void)state;
    seen_values = malloc(rows_of(&c) * c.shape[0][3] * sizeof *seen_values);
    assert_non_null(seen_values);
    c.run = run_seen;
    grad_check(&c);
    check_statistics(&c, 30, 0.1);
    c.twins = 3;
    grad_check(&c);
    check_statistics(&c, 90, 0.1);
    c.twins = 0;
    c.frozen = 3;
    grad_check(&c);
    check_statistics(&c, 30, 0);
    free(seen_values);
}

static void processes_are_one_batch(void **state)
{
    GradCase c = norm_case(3, 5, 4, 7, VOLO_RELU);

    (void)state;
    c.twins = 2;
    grad_check(&c);
}

static void a_frozen_norm_is_a_fixed_function(void **state)
{
    GradCase c = norm_case(3, 5, 4, 7, VOLO_RELU);

    (void)state;
    c.frozen = 3;
    grad_check(&c);
    c.frozen = 1;
    grad_check(&c);
}

static void a_single_value_is_refused(void **state)
{
    VoloPlan plan;
    VoloTape tape = { 0 };
    float parameter[2 * VOLO_PARAMETER_UNIT];

    (void)state;
    volo_plan_init(&plan);
    tape.values = tape.gradients = parameter;
    VoloNnContext ctx = { .plan = &plan, .tape = &tape, .threads = 1 };
    const VoloBatchNorm p = norm_of(parameter, parameter + VOLO_PARAMETER_UNIT, 3);
    volo_nn_operation(&ctx);
    volo_nn_batchnorm(&ctx, volo_nn_result(&ctx, 1, 1, 1, 3), &p, VOLO_RELU);
    assert_int_equal(ctx.error.status, VOLO_ERR_SHAPE);
    volo_tape_clear(&tape);
    volo_plan_clear(&plan);
}

/* --- behind a convolution: number: out, activation, 1 with a residual (input 1), 1 transposed;
 * parameters: weight [out,in,1,1] or [in,out,1,1], bias, norm's weight and bias --- */

static VoloTensor run_behind(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                             const GradCase *c)
{
    static VoloConv2d conv;
    static VoloConvTranspose2d transposed;
    static VoloBatchNorm p;
    const size_t out = c->number[0], in = c->shape[0][3];
    const VoloMatrix weight = { .out = out, .in = in, .raw = parameter[0] };
    const VoloActivation activation = (VoloActivation)c->number[1];

    if (volo_nn_measuring(ctx))
        start_statistics();
    p = norm_of(parameter[2], parameter[3], out);
    conv = (VoloConv2d){ weight, parameter[1], in, out, 1, 1, 1, 0, &p };
    transposed = (VoloConvTranspose2d){ weight, parameter[1], in, out, 1, &p };
    if (c->number[3])
        return volo_nn_conv_transpose2d(ctx, x[0], &transposed, activation);
    return volo_nn_conv2d(ctx, x[0], &conv,
                          (VoloEpilogue){ activation, 0, c->number[2] ? &x[1] : NULL });
}

static void behind(double *y, const double *const *x, const double *const *parameter,
                   const GradCase *c)
{
    const size_t out = c->number[0], in = c->shape[0][3], rows = rows_of(c);
    double *const product = malloc(rows * out * sizeof *product);

    assert_non_null(product);
    for (size_t i = 0; i < rows * out; i++) {
        product[i] = parameter[1][i % out];
        for (size_t k = 0; k < in; k++)
            product[i] += x[0][i / out * in + k] *
                          parameter[0][c->number[3] ? k * out + i % out : i % out * in + k];
    }
    norm(y, product, parameter[2], parameter[3], rows, out, c->number[1], false);
    for (size_t i = 0; c->number[2] && i < rows * out; i++)
        y[i] += x[1][i];
    free(product);
}

static void norms_behind_convolutions(void **state)
{
    GradCase c = { .name = "behind a convolution",
                   .shape = { { 2, 3, 5, 4 }, { 2, 3, 5, 7 } },
                   .parameter = { 28, 7, 7, 7 },
                   .number = { 7, VOLO_RELU, 1, 0 },
                   .run = run_behind,
                   .formula = behind,
                   .frozen = 1 << 1 }; /* the bias: norm takes it off again, its gradient is 0 */

    (void)state;
    grad_check(&c);
    c.shape[1][0] = c.number[2] = 0;
    grad_check(&c);
    c.name = "behind a transposed one";
    c.number[1] = VOLO_GELU;
    c.number[3] = 1;
    grad_check(&c);
}

/* --- between two convolutions, whose second has its input made again; parameters: weight [7,in],
 * norm's weight and bias, weight [5,7] --- */

enum {
    INSIDE = 7,
    OUT = 5
};

static VoloTensor run_between(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                              const GradCase *c)
{
    static VoloConv2d conv, last;
    static VoloBatchNorm p;
    const size_t in = c->shape[0][3];

    if (volo_nn_measuring(ctx))
        start_statistics();
    p = norm_of(parameter[1], parameter[2], INSIDE);
    conv = (VoloConv2d){
        { .out = INSIDE, .in = in, .raw = parameter[0] }, NULL, in, INSIDE, 1, 1, 1, 0, &p
    };
    last = (VoloConv2d){
        { .out = OUT, .in = INSIDE, .raw = parameter[3] }, NULL, INSIDE, OUT, 1, 1, 1, 0, NULL
    };
    const VoloTensor y =
        volo_nn_conv2d(ctx, x[0], &conv, (VoloEpilogue){ .activation = VOLO_RELU });
    return volo_nn_conv2d(ctx, y, &last, (VoloEpilogue){ 0 });
}

static void between(double *y, const double *const *x, const double *const *parameter,
                    const GradCase *c)
{
    const size_t in = c->shape[0][3], rows = rows_of(c);
    double *const product = calloc(rows * INSIDE, sizeof *product);

    assert_non_null(product);
    for (size_t i = 0; i < rows * INSIDE; i++)
        for (size_t k = 0; k < in; k++)
            product[i] += x[0][i / INSIDE * in + k] * parameter[0][i % INSIDE * in + k];
    norm(product, product, parameter[1], parameter[2], rows, INSIDE, VOLO_RELU, c->frozen >> 1 & 1);
    for (size_t i = 0; i < rows * OUT; i++) {
        y[i] = 0;
        for (size_t k = 0; k < INSIDE; k++)
            y[i] += product[i / OUT * INSIDE + k] * parameter[3][i % OUT * INSIDE + k];
    }
    free(product);
}

static void norms_between_convolutions(void **state)
{
    GradCase c = { .name = "between convolutions",
                   .shape = { { 2, 3, 5, 4 } },
                   .parameter = { 4 * INSIDE, INSIDE, INSIDE, INSIDE * OUT },
                   .run = run_between,
                   .formula = between };

    (void)state;
    grad_check(&c);
    c.frozen = 1 << 1 | 1 << 2;
    grad_check(&c);
    c.frozen = 1 << 0 | 1 << 3;
    grad_check(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(norms),
        cmocka_unit_test(running_statistics_follow_once),
        cmocka_unit_test(processes_are_one_batch),
        cmocka_unit_test(a_frozen_norm_is_a_fixed_function),
        cmocka_unit_test(a_single_value_is_refused),
        cmocka_unit_test(norms_behind_convolutions),
        cmocka_unit_test(norms_between_convolutions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
