/* SPDX-License-Identifier: Apache-2.0 */
/* Backwards of linear layers and of what is element by element, and of blocks made again. */
#include "grad/grad_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static VoloLinear layer(float *weight, float *bias, size_t out, size_t in)
{
    return (VoloLinear){ .weight = { .out = out, .in = in, .raw = weight }, .bias = bias };
}

/* number: out, activation, 1 with a residual (input 1); parameters: weight, bias */
static VoloTensor run_linear(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                             const GradCase *c)
{
    static VoloLinear p;

    p = layer(parameter[0], parameter[1], c->number[0], c->shape[0][3]);
    return volo_nn_linear(ctx, x[0], &p,
                          (VoloEpilogue){ .activation = (VoloActivation)c->number[1],
                                          .residual = c->number[2] ? &x[1] : NULL });
}

static double act(double x, size_t activation)
{
    if (activation == VOLO_RELU)
        return x > 0 ? x : 0;
    return activation == VOLO_GELU ? x / 2 * erfc(-x * sqrt(0.5)) : x;
}

static void linear(double *y, const double *const *x, const double *const *parameter,
                   const GradCase *c)
{
    const size_t *const s = c->shape[0];
    const size_t rows = s[0] * s[1] * s[2], in = s[3], out = c->number[0];

    for (size_t i = 0; i < rows * out; i++) {
        const size_t r = i / out, o = i % out;
        double sum = c->parameter[1] ? parameter[1][o] : 0;

        for (size_t k = 0; k < in; k++)
            sum += x[0][r * in + k] * parameter[0][o * in + k];
        y[i] = act(sum, c->number[1]) + (c->number[2] ? x[1][i] : 0);
    }
}

#define LINEAR(n, h, w, in, out, bias, act, residual)                                              \
    {                                                                                              \
        .name = "linear " #n "x" #h "x" #w " " #in "->" #out " " #act,                             \
        .shape = { { n, h, w, in }, { (residual) ? (n) : 0, h, w, out } },                         \
        .parameter = { (in) * (out), (bias) ? (out) : 0 }, .number = { out, act, residual },       \
        .run = run_linear, .formula = linear,                                                      \
    }

static void linear_layers(void **state)
{
    static const GradCase cases[] = {
        LINEAR(1, 1, 1, 1, 1, 1, VOLO_LINEAR, 0),   LINEAR(2, 3, 5, 7, 19, 1, VOLO_LINEAR, 0),
        LINEAR(2, 3, 5, 19, 7, 0, VOLO_LINEAR, 1),  LINEAR(3, 5, 13, 33, 17, 1, VOLO_GELU, 1),
        LINEAR(1, 11, 13, 20, 36, 1, VOLO_RELU, 0), LINEAR(2, 31, 23, 16, 32, 1, VOLO_LINEAR, 1),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}
#undef LINEAR

/* x + gelu(x wᵀ + b) vᵀ: two uses of x; parameters w, b, v */
static VoloTensor branch(VoloNnContext *ctx, VoloTensor x, const void *p)
{
    const VoloLinear *const pair = p;
    const VoloTensor t = volo_nn_linear(ctx, x, &pair[0], (VoloEpilogue){ VOLO_GELU, 0, NULL });

    return volo_nn_linear(ctx, t, &pair[1], (VoloEpilogue){ .residual = &x });
}

static VoloTensor run_blocks(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                             const GradCase *c)
{
    static VoloLinear pair[2];
    const size_t in = c->shape[0][3], hidden = c->number[0];

    pair[0] = layer(parameter[0], parameter[1], hidden, in);
    pair[1] = layer(parameter[2], NULL, in, hidden);
    const VoloTensor y = volo_nn_block(ctx, branch, x[0], pair);
    return volo_nn_block(ctx, branch, volo_nn_add(ctx, y, x[0]), pair);
}

static void block(double *y, const double *x, const double *const *parameter, size_t in,
                  size_t hidden)
{
    for (size_t i = 0; i < in; i++)
        y[i] = x[i];
    for (size_t k = 0; k < hidden; k++) {
        double sum = parameter[1][k];

        for (size_t i = 0; i < in; i++)
            sum += x[i] * parameter[0][k * in + i];
        for (size_t i = 0; i < in; i++)
            y[i] += act(sum, VOLO_GELU) * parameter[2][i * hidden + k];
    }
}

static void blocks(double *y, const double *const *x, const double *const *parameter,
                   const GradCase *c)
{
    const size_t in = c->shape[0][3], rows = c->shape[0][0] * c->shape[0][1] * c->shape[0][2];
    double t[16];

    for (size_t r = 0; r < rows; r++) {
        block(t, x[0] + r * in, parameter, in, c->number[0]);
        for (size_t i = 0; i < in; i++)
            t[i] += x[0][r * in + i];
        block(y + r * in, t, parameter, in, c->number[0]);
    }
}

static void a_block_made_again_has_the_same_gradients(void **state)
{
    GradCase c = { .name = "blocks",
                   .shape = { { 2, 3, 2, 5 } },
                   .parameter = { 35, 7, 35 },
                   .number = { 7 },
                   .run = run_blocks,
                   .formula = blocks };

    (void)state;
    grad_check(&c);
    c.name = "blocks made again";
    c.recompute = true;
    grad_check(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_layers),
        cmocka_unit_test(a_block_made_again_has_the_same_gradients),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
