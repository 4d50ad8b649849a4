/* SPDX-License-Identifier: Apache-2.0 */
/* Backwards of average pooling. */
#include "grad/grad_check.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Mean of x [n,h,w,c] over rows and columns (first and end of each). */
static double mean(const double *x, const size_t *shape, size_t n, const size_t rows[2],
                   const size_t columns[2], size_t k)
{
    double sum = 0;

    for (size_t i = rows[0]; i < rows[1]; i++)
        for (size_t j = columns[0]; j < columns[1]; j++)
            sum += x[((n * shape[1] + i) * shape[2] + j) * shape[3] + k];
    return sum / (double)((rows[1] - rows[0]) * (columns[1] - columns[0]));
}

/* --- number: bins; 0: pairs --- */

static VoloTensor run_pool(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                           const GradCase *c)
{
    (void)parameter;
    if (c->number[0] == 0)
        return volo_nn_avg_pool2(ctx, x[0]);
    return volo_nn_adaptive_pool(ctx, x[0], c->number[0]);
}

static void limits(size_t at[2], size_t i, size_t size, size_t bins)
{
    at[0] = bins ? i * size / bins : 2 * i;
    at[1] = bins ? ((i + 1) * size + bins - 1) / bins : 2 * i + 2 < size ? 2 * i + 2 : size;
}

static void pool(double *y, const double *const *x, const double *const *parameter,
                 const GradCase *c)
{
    const size_t *const s = c->shape[0], bins = c->number[0];
    const size_t h = bins ? bins : (s[1] + 1) / 2, w = bins ? bins : (s[2] + 1) / 2;

    (void)parameter;
    for (size_t i = 0; i < s[0] * h * w * s[3]; i++) {
        size_t rows[2], columns[2];

        limits(rows, i / s[3] / w % h, s[1], bins);
        limits(columns, i / s[3] % w, s[2], bins);
        y[i] = mean(x[0], s, i / s[3] / w / h, rows, columns, i % s[3]);
    }
}

#define POOL(bins, n, h, w, c)                                                                     \
    {                                                                                              \
        .name = #bins " of " #n "x" #h "x" #w "x" #c, .shape = { { n, h, w, c } },                 \
        .number = { bins }, .run = run_pool, .formula = pool,                                      \
    }

static void means_of_pairs(void **state)
{
    static const GradCase cases[] = {
        POOL(0, 1, 1, 1, 1),
        POOL(0, 2, 6, 4, 21),
        POOL(0, 3, 5, 7, 19),
        POOL(0, 2, 1, 3, 40),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}

static void means_of_bins(void **state)
{
    static const GradCase cases[] = {
        POOL(1, 2, 7, 5, 19), POOL(2, 2, 6, 8, 3),  POOL(3, 2, 8, 7, 5),
        POOL(6, 3, 8, 11, 7), POOL(6, 2, 4, 1, 33), POOL(4, 2, 35, 5, 9),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}
#undef POOL

/* Pyramid pooling: one map has several readers. */
static VoloTensor run_pyramid(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                              const GradCase *c)
{
    (void)parameter;
    (void)c;
    const VoloTensor maps[] = { volo_nn_adaptive_pool(ctx, x[0], 2),
                                volo_nn_adaptive_pool(ctx, x[0], 2),
                                volo_nn_adaptive_pool(ctx, volo_nn_avg_pool2(ctx, x[0]), 2) };

    return volo_nn_concat_resized(ctx, maps, 3, 2, 2, false);
}

static void pyramid(double *y, const double *const *x, const double *const *parameter,
                    const GradCase *c)
{
    static double t[3][1024];
    GradCase pairs = *c, bins = *c, bins_of_pairs = *c;

    pairs.number[0] = 0;
    bins.number[0] = bins_of_pairs.number[0] = 2;
    bins_of_pairs.shape[0][1] = (c->shape[0][1] + 1) / 2;
    bins_of_pairs.shape[0][2] = (c->shape[0][2] + 1) / 2;
    pool(t[0], x, parameter, &pairs);
    pool(t[1], x, parameter, &bins);
    pool(t[2], (const double *const[]){ t[0] }, parameter, &bins_of_pairs);
    for (size_t i = 0, channels = c->shape[0][3]; i < c->shape[0][0] * 4 * channels; i++) {
        double *const pixel = y + i / channels * 3 * channels + i % channels;

        pixel[0] = pixel[channels] = t[1][i];
        pixel[2 * channels] = t[2][i];
    }
}

static void a_map_pooled_several_times(void **state)
{
    static const GradCase c = {
        .name = "pyramid", .shape = { { 2, 7, 9, 5 } }, .run = run_pyramid, .formula = pyramid
    };

    (void)state;
    grad_check(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_of_pairs),
        cmocka_unit_test(means_of_bins),
        cmocka_unit_test(a_map_pooled_several_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
