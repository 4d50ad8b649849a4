/* SPDX-License-Identifier: Apache-2.0 */
/* Backwards of pooling: means and largest values. */
#include "grad/grad_check.h"

#include <math.h>
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

/* --- largest values --- */

/* Inputs are drawn: no two of a cell are so near that a step of the differences changes their
 * order. */
static VoloTensor run_max(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                          const GradCase *c)
{
    (void)parameter;
    (void)c;
    return volo_nn_max_pool2(ctx, x[0]);
}

static double largest(const double *x, const size_t *shape, size_t n, const size_t rows[2],
                      const size_t columns[2], size_t k)
{
    double most = -(double)INFINITY;

    for (size_t i = rows[0]; i < rows[1]; i++)
        for (size_t j = columns[0]; j < columns[1]; j++)
            most = fmax(most, x[((n * shape[1] + i) * shape[2] + j) * shape[3] + k]);
    return most;
}

static void max(double *y, const double *const *x, const double *const *parameter,
                const GradCase *c)
{
    const size_t *const s = c->shape[0], h = s[1] / 2, w = s[2] / 2;

    (void)parameter;
    for (size_t i = 0; i < s[0] * h * w * s[3]; i++) {
        const size_t row = i / s[3] / w % h, column = i / s[3] % w;

        y[i] = largest(x[0], s, i / s[3] / w / h, (const size_t[]){ 2 * row, 2 * row + 2 },
                       (const size_t[]){ 2 * column, 2 * column + 2 }, i % s[3]);
    }
}

/* Twice the same map, so that its gradient is added to. */
static VoloTensor run_max_twice(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                                const GradCase *c)
{
    return volo_nn_add(ctx, run_max(ctx, x, parameter, c), volo_nn_max_pool2(ctx, x[0]));
}

static void max_twice(double *y, const double *const *x, const double *const *parameter,
                      const GradCase *c)
{
    const size_t *const s = c->shape[0];

    max(y, x, parameter, c);
    for (size_t i = 0; i < s[0] * (s[1] / 2) * (s[2] / 2) * s[3]; i++)
        y[i] *= 2;
}

static void largest_of_cells(void **state)
{
    static const GradCase cases[] = {
        { .name = "one cell", .shape = { { 1, 2, 2, 1 } }, .run = run_max, .formula = max },
        { .name = "odd edges", .shape = { { 2, 7, 5, 19 } }, .run = run_max, .formula = max },
        { .name = "many rows", .shape = { { 3, 12, 6, 16 } }, .run = run_max, .formula = max },
        { .name = "twice",
          .shape = { { 2, 5, 7, 21 } },
          .run = run_max_twice,
          .formula = max_twice },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}

/* a + 0.5 max(x) + 0.25 max(x) */
static VoloTensor run_add_max(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                              const GradCase *c)
{
    (void)parameter;
    (void)c;
    return volo_nn_add_max(ctx, volo_nn_add_max(ctx, x[0], x[1], 0.5F), x[1], 0.25F);
}

static void add_max(double *y, const double *const *x, const double *const *parameter,
                    const GradCase *c)
{
    const size_t *const s = c->shape[1];

    (void)parameter;
    for (size_t i = 0; i < s[0] * s[3]; i++)
        y[i] = x[0][i] + 0.75 * largest(x[1], s, i / s[3], (const size_t[]){ 0, s[1] },
                                        (const size_t[]){ 0, s[2] }, i % s[3]);
}

static void largest_of_all_tokens(void **state)
{
    static const GradCase cases[] = {
        { .name = "one token",
          .shape = { { 2, 1, 1, 3 }, { 2, 1, 1, 3 } },
          .run = run_add_max,
          .formula = add_max },
        { .name = "tokens",
          .shape = { { 3, 1, 1, 37 }, { 3, 5, 7, 37 } },
          .run = run_add_max,
          .formula = add_max },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_of_pairs),
        cmocka_unit_test(means_of_bins),
        cmocka_unit_test(a_map_pooled_several_times),
        cmocka_unit_test(largest_of_cells),
        cmocka_unit_test(largest_of_all_tokens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
