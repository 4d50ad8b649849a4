/* SPDX-License-Identifier: Apache-2.0 */
/* Backwards of bilinear resizing: into a sum, side by side, and by a factor. */
#include "grad/grad_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Where output o of an axis lies among the inputs; step 0: the sizes say. */
static double place(size_t o, size_t in, size_t out, bool align_corners, double step)
{
    if (align_corners)
        return out > 1 ? (double)o * (double)(in - 1) / (double)(out - 1) : 0;
    const double at = (step > 0 ? step : (double)in / (double)out) * ((double)o + 0.5) - 0.5;
    return fmin(fmax(at, 0), (double)(in - 1));
}

typedef struct Resize {
    size_t h, w; /* outputs */
    bool align_corners;
    double step;
} Resize;

/* The value at (row, column) of channel k of picture n of x, shape [n,h,w,c]. */
static double resized(const double *x, const size_t *shape, size_t n, size_t row, size_t column,
                      size_t k, Resize r)
{
    const double v = place(row, shape[1], r.h, r.align_corners, r.step);
    const double u = place(column, shape[2], r.w, r.align_corners, r.step);
    double sum = 0;

    for (size_t i = 0; i < shape[1]; i++) {
        if (fabs(v - (double)i) >= 1)
            continue;
        for (size_t j = 0; j < shape[2]; j++)
            sum += (1 - fabs(v - (double)i)) * fmax(0, 1 - fabs(u - (double)j)) *
                   x[((n * shape[1] + i) * shape[2] + j) * shape[3] + k];
    }
    return sum;
}

/* --- a sum; number: align_corners --- */

static VoloTensor run_add(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                          const GradCase *c)
{
    (void)parameter;
    return volo_nn_add_resized(ctx, x[0], x[1], c->number[0] != 0);
}

static void add(double *y, const double *const *x, const double *const *parameter,
                const GradCase *c)
{
    const size_t *const s = c->shape[0];
    const Resize r = { s[1], s[2], c->number[0] != 0, 0 };

    (void)parameter;
    for (size_t i = 0; i < s[0] * s[1] * s[2] * s[3]; i++)
        y[i] = x[0][i] + resized(x[1], c->shape[1], i / s[3] / s[2] / s[1], i / s[3] / s[2] % s[1],
                                 i / s[3] % s[2], i % s[3], r);
}

#define ADD(n, h, w, c, h_small, w_small, align_corners)                                           \
    {                                                                                              \
        .name = "add " #n "x" #h "x" #w "x" #c " from " #h_small "x" #w_small " " #align_corners,  \
        .shape = { { n, h, w, c }, { n, h_small, w_small, c } }, .number = { align_corners },      \
        .run = run_add, .formula = add,                                                            \
    }

static void sums_with_a_resized_map(void **state)
{
    static const GradCase cases[] = {
        ADD(1, 1, 1, 1, 1, 1, 0),  ADD(2, 8, 10, 19, 4, 5, 0), ADD(2, 7, 11, 5, 3, 4, 0),
        ADD(2, 7, 11, 5, 3, 4, 1), ADD(3, 5, 4, 37, 5, 4, 0),  ADD(3, 5, 4, 37, 5, 4, 1),
        ADD(2, 3, 5, 7, 8, 9, 0),  ADD(2, 3, 5, 7, 8, 9, 1),   ADD(2, 9, 7, 70, 1, 1, 0),
        ADD(2, 9, 1, 3, 4, 6, 1),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}
#undef ADD

/* A pyramid: a map is added to and read again, and is small and large at once. */
static VoloTensor run_pyramid(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                              const GradCase *c)
{
    (void)parameter;
    (void)c;
    const VoloTensor middle = volo_nn_add_resized(ctx, x[1], x[2], false);
    const VoloTensor fine = volo_nn_add_resized(ctx, x[0], middle, false);
    const VoloTensor maps[] = { fine, middle, x[2] };

    return volo_nn_concat_resized(ctx, maps, 3, 6, 5, false);
}

static double pyramid_value(const double *const *x, const GradCase *c, size_t level, size_t n,
                            size_t row, size_t column, size_t k)
{
    const size_t *const s = c->shape[level];
    double value = x[level][((n * s[1] + row) * s[2] + column) * s[3] + k];

    if (level == 2)
        return value;
    const size_t *const t = c->shape[level + 1];
    const double v = place(row, t[1], s[1], false, 0), u = place(column, t[2], s[2], false, 0);

    for (size_t i = 0; i < t[1]; i++)
        for (size_t j = 0; j < t[2]; j++)
            value += fmax(0, 1 - fabs(v - (double)i)) * fmax(0, 1 - fabs(u - (double)j)) *
                     pyramid_value(x, c, level + 1, n, i, j, k);
    return value;
}

static void pyramid(double *y, const double *const *x, const double *const *parameter,
                    const GradCase *c)
{
    const size_t channels = c->shape[0][3];
    double *const map = malloc(sizeof(double) * 4096);

    (void)parameter;
    assert_non_null(map);
    for (size_t level = 0; level < 3; level++) {
        const size_t *const s = c->shape[level];
        const Resize r = { 6, 5, false, 0 };

        for (size_t i = 0; i < s[0] * s[1] * s[2] * s[3]; i++)
            map[i] = pyramid_value(x, c, level, i / s[3] / s[2] / s[1], i / s[3] / s[2] % s[1],
                                   i / s[3] % s[2], i % s[3]);
        for (size_t i = 0; i < s[0] * 30 * channels; i++)
            y[(i / channels * 3 + level) * channels + i % channels] = resized(
                map, s, i / channels / 30, i / channels / 5 % 6, i / channels % 5, i % channels, r);
    }
    free(map);
}

static void maps_with_several_readers(void **state)
{
    static const GradCase c = { .name = "pyramid",
                                .shape = { { 2, 6, 5, 3 }, { 2, 4, 3, 3 }, { 2, 2, 2, 3 } },
                                .run = run_pyramid,
                                .formula = pyramid };

    (void)state;
    grad_check(&c);
}

/* --- side by side; number: h, w, align_corners --- */

static VoloTensor run_concat(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                             const GradCase *c)
{
    size_t count = 0;

    (void)parameter;
    while (count < GRAD_INPUTS && c->shape[count][0] > 0)
        count++;
    return volo_nn_concat_resized(ctx, x, count, c->number[0], c->number[1], c->number[2] != 0);
}

static void concat(double *y, const double *const *x, const double *const *parameter,
                   const GradCase *c)
{
    const Resize r = { c->number[0], c->number[1], c->number[2] != 0, 0 };

    (void)parameter;
    for (size_t i = 0; i < c->shape[0][0] * r.h * r.w; i++)
        for (size_t m = 0; m < GRAD_INPUTS && c->shape[m][0] > 0; m++)
            for (size_t k = 0; k < c->shape[m][3]; k++)
                *y++ = resized(x[m], c->shape[m], i / r.w / r.h, i / r.w % r.h, i % r.w, k, r);
}

static void maps_side_by_side(void **state)
{
    static const GradCase cases[] = {
        { .name = "one map",
          .shape = { { 2, 3, 5, 7 } },
          .number = { 6, 10, 0 },
          .run = run_concat,
          .formula = concat },
        { .name = "three maps",
          .shape = { { 3, 6, 7, 5 }, { 3, 3, 4, 19 }, { 3, 1, 1, 40 } },
          .number = { 6, 7, 0 },
          .run = run_concat,
          .formula = concat },
        { .name = "three maps, corners aligned",
          .shape = { { 2, 6, 7, 5 }, { 2, 9, 4, 19 }, { 2, 1, 2, 40 } },
          .number = { 6, 7, 1 },
          .run = run_concat,
          .formula = concat },
        { .name = "to a pixel",
          .shape = { { 2, 6, 7, 5 }, { 2, 1, 1, 3 } },
          .number = { 1, 1, 1 },
          .run = run_concat,
          .formula = concat },
        { .name = "many rows",
          .shape = { { 2, 32, 5, 21 } },
          .number = { 41, 9, 0 },
          .run = run_concat,
          .formula = concat },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}

/* --- by a factor; number: up, down --- */

static VoloTensor run_rescale(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                              const GradCase *c)
{
    (void)parameter;
    return volo_nn_rescale(ctx, x[0], c->number[0], c->number[1]);
}

static void rescale(double *y, const double *const *x, const double *const *parameter,
                    const GradCase *c)
{
    const size_t *const s = c->shape[0], up = c->number[0], down = c->number[1];
    const Resize r = { s[1] * up / down, s[2] * up / down, false, (double)down / (double)up };

    (void)parameter;
    for (size_t i = 0; i < s[0] * r.h * r.w * s[3]; i++)
        y[i] = resized(x[0], s, i / s[3] / r.w / r.h, i / s[3] / r.w % r.h, i / s[3] % r.w,
                       i % s[3], r);
}

static void maps_rescaled(void **state)
{
    static const GradCase cases[] = {
        { .name = "by 2",
          .shape = { { 2, 5, 3, 7 } },
          .number = { 2, 1 },
          .run = run_rescale,
          .formula = rescale },
        { .name = "by 1/2",
          .shape = { { 2, 7, 9, 5 } },
          .number = { 1, 2 },
          .run = run_rescale,
          .formula = rescale },
        { .name = "by 1/4, which leaves inputs unread",
          .shape = { { 2, 11, 9, 19 } },
          .number = { 1, 4 },
          .run = run_rescale,
          .formula = rescale },
        { .name = "by 3/2",
          .shape = { { 3, 5, 7, 4 } },
          .number = { 3, 2 },
          .run = run_rescale,
          .formula = rescale },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_with_a_resized_map),
        cmocka_unit_test(maps_with_several_readers),
        cmocka_unit_test(maps_side_by_side),
        cmocka_unit_test(maps_rescaled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
