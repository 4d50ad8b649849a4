/* SPDX-License-Identifier: Apache-2.0 */
/* Backwards of convolutions, plain and transposed: every way they are computed, in odd sizes. */
#include "grad/grad_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* number: out, kernel, stride, padding, how often x is used, 1 with a residual (input 1);
 * parameters: weight [out,in,k,k], bias */
enum {
    OUT,
    KERNEL,
    STRIDE,
    PAD,
    USES,
    RESIDUAL
};

static VoloTensor run_conv2d(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                             const GradCase *c)
{
    static VoloConv2d p;
    const size_t out = c->number[OUT], k = c->number[KERNEL], in = c->shape[0][3];

    p = (VoloConv2d){ .weight = { .out = out, .in = k * k * in, .raw = parameter[0] },
                      .bias = parameter[1],
                      .in = in,
                      .out = out,
                      .kh = k,
                      .kw = k,
                      .stride = c->number[STRIDE],
                      .pad = c->number[PAD] };
    VoloTensor y = volo_nn_conv2d(ctx, x[0], &p,
                                  (VoloEpilogue){ .residual = c->number[RESIDUAL] ? &x[1] : NULL });
    for (size_t i = 1; i < c->number[USES]; i++)
        y = volo_nn_add(ctx, y, volo_nn_conv2d(ctx, x[0], &p, (VoloEpilogue){ 0 }));
    return y;
}

static size_t size_out(const GradCase *c, size_t size)
{
    return (size + 2 * c->number[PAD] - c->number[KERNEL]) / c->number[STRIDE] + 1;
}

/* Σ over the window of one output */
static double window(const double *x, const double *weight, const GradCase *c, size_t i, size_t j)
{
    const size_t *const s = c->shape[0], k = c->number[KERNEL], pad = c->number[PAD];
    double sum = 0;

    for (size_t ky = 0; ky < k; ky++) {
        for (size_t kx = 0; kx < k; kx++) {
            const size_t row = i * c->number[STRIDE] + ky - pad;
            const size_t column = j * c->number[STRIDE] + kx - pad;

            if (row >= s[1] || column >= s[2])
                continue;
            for (size_t ch = 0; ch < s[3]; ch++)
                sum += x[(row * s[2] + column) * s[3] + ch] * weight[(ch * k + ky) * k + kx];
        }
    }
    return sum;
}

static void conv2d(double *y, const double *const *x, const double *const *parameter,
                   const GradCase *c)
{
    const size_t *const s = c->shape[0], k = c->number[KERNEL], out = c->number[OUT];
    const size_t h = size_out(c, s[1]), w = size_out(c, s[2]);

    for (size_t at = 0; at < s[0] * h * w * out; at++) {
        const size_t o = at % out, j = at / out % w, i = at / out / w % h, n = at / out / w / h;
        const double *const picture = x[0] + n * s[1] * s[2] * s[3];
        const double sum = window(picture, parameter[0] + o * s[3] * k * k, c, i, j) +
                           (c->parameter[1] ? parameter[1][o] : 0);

        y[at] = sum * (double)c->number[USES] + (c->number[RESIDUAL] ? x[1][at] : 0);
    }
}

static void check(size_t n, size_t h, size_t w, size_t in, size_t out, size_t k, size_t stride,
                  size_t pad, size_t uses, bool residual, unsigned frozen)
{
    GradCase c = { .name = "conv2d",
                   .shape = { { n, h, w, in } },
                   .parameter = { out * in * k * k, out },
                   .number = { out, k, stride, pad, uses, residual },
                   .run = run_conv2d,
                   .formula = conv2d,
                   .frozen = frozen };
    char name[100];

    snprintf(name, sizeof name, "%zux%zux%zu, %zu->%zu, kernel %zu stride %zu padding %zu", n, h, w,
             in, out, k, stride, pad);
    c.name = name;
    if (residual)
        memcpy(c.shape[1], (size_t[4]){ n, size_out(&c, h), size_out(&c, w), out },
               sizeof c.shape[1]);
    grad_check(&c);
}

static void pointwise_ones(void **state)
{
    (void)state;
    check(2, 3, 5, 7, 19, 1, 1, 0, 1, false, 0);
    check(2, 5, 3, 17, 5, 1, 1, 0, 2, false, 0);
    check(2, 6, 5, 5, 7, 1, 2, 0, 2, true, 0);
}

static void ones_of_stride_one(void **state)
{
    (void)state;
    check(1, 1, 1, 1, 1, 3, 1, 1, 1, false, 0);
    check(2, 5, 7, 3, 5, 3, 1, 1, 2, false, 0);
    check(2, 7, 5, 5, 3, 3, 1, 0, 1, true, 0);
    check(1, 6, 5, 3, 18, 5, 1, 2, 1, false, 0);
    check(1, 4, 3, 2, 3, 2, 1, 3, 2, false, 0);
}

/* Enough tiles, and channels in whole panels: Winograd's way there and back. */
static void large_ones(void **state)
{
    (void)state;
    check(2, 13, 10, 16, 32, 3, 1, 1, 1, false, 0);
    check(1, 9, 11, 32, 16, 3, 1, 1, 2, true, 0);
}

static void ones_with_a_stride(void **state)
{
    (void)state;
    check(2, 8, 12, 3, 5, 4, 4, 0, 1, false, 0);
    check(2, 9, 7, 17, 18, 2, 2, 0, 2, false, 0);
    check(2, 9, 8, 3, 7, 3, 2, 1, 2, false, 0);
    check(1, 11, 13, 3, 4, 7, 2, 3, 1, true, 0);
    check(1, 7, 9, 2, 3, 2, 3, 1, 1, false, 0);
}

static void frozen_ones(void **state)
{
    (void)state;
    check(2, 5, 7, 3, 5, 3, 1, 1, 1, false, 1);
    check(2, 5, 7, 3, 5, 3, 1, 1, 1, false, 3);
}

/* --- transposed; number: out, kernel, activation; weight [in,out,k,k], bias --- */

static VoloTensor run_transposed(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                                 const GradCase *c)
{
    static VoloConvTranspose2d p;
    const size_t out = c->number[0], k = c->number[1], in = c->shape[0][3];

    p = (VoloConvTranspose2d){ .weight = { .out = k * k * out, .in = in, .raw = parameter[0] },
                               .bias = parameter[1],
                               .in = in,
                               .out = out,
                               .k = k };
    return volo_nn_add(ctx, volo_nn_conv_transpose2d(ctx, x[0], &p, (VoloActivation)c->number[2]),
                       volo_nn_conv_transpose2d(ctx, x[0], &p, VOLO_LINEAR));
}

static void transposed(double *y, const double *const *x, const double *const *parameter,
                       const GradCase *c)
{
    const size_t *const s = c->shape[0], out = c->number[0], k = c->number[1];
    const size_t h = s[1] * k, w = s[2] * k;

    for (size_t at = 0; at < s[0] * h * w * out; at++) {
        const size_t o = at % out, j = at / out % w, row = at / out / w;
        const size_t pixel = (row / h * s[1] + row % h / k) * s[2] + j / k;
        double sum = c->parameter[1] ? parameter[1][o] : 0;

        for (size_t i = 0; i < s[3]; i++)
            sum += x[0][pixel * s[3] + i] *
                   parameter[0][((i * out + o) * k + row % h % k) * k + j % k];
        y[at] = sum + (c->number[2] == VOLO_RELU && sum < 0 ? 0 : sum);
    }
}

static void transposed_ones(void **state)
{
    static const GradCase cases[] = {
        { .name = "transposed 2",
          .shape = { { 2, 3, 5, 7 } },
          .parameter = { 7 * 5 * 4, 5 },
          .number = { 5, 2, VOLO_LINEAR },
          .run = run_transposed,
          .formula = transposed },
        { .name = "transposed 3, no bias",
          .shape = { { 2, 3, 2, 18 } },
          .parameter = { 18 * 19 * 9 },
          .number = { 19, 3, VOLO_LINEAR },
          .run = run_transposed,
          .formula = transposed },
        { .name = "transposed 2, ReLU",
          .shape = { { 1, 2, 3, 5 } },
          .parameter = { 5 * 3 * 4, 3 },
          .number = { 3, 2, VOLO_RELU },
          .run = run_transposed,
          .formula = transposed },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pointwise_ones), cmocka_unit_test(ones_of_stride_one),
        cmocka_unit_test(large_ones),     cmocka_unit_test(ones_with_a_stride),
        cmocka_unit_test(frozen_ones),    cmocka_unit_test(transposed_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
