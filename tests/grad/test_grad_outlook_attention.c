/* SPDX-License-Identifier: Apache-2.0 */
/* Backwards of outlook attention, against windows that are made and folded one by one. */
#include "grad/grad_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* number: heads, 1 for a second use of both inputs; input 0: v, 1: scores */
static VoloTensor run_outlook(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                              const GradCase *c)
{
    (void)parameter;
    const VoloTensor y = volo_nn_outlook_attention(ctx, x[0], x[1], c->number[0]);

    if (!c->number[1])
        return y;
    return volo_nn_add(ctx, y, volo_nn_outlook_attention(ctx, y, x[1], c->number[0]));
}

/* weight [9] = softmax(score [9] · scale) */
static void soften(double *weight, const double *score, double scale)
{
    double sum = 0;

    for (size_t j = 0; j < 9; j++)
        sum += exp(score[j] * scale);
    for (size_t j = 0; j < 9; j++)
        weight[j] = exp(score[j] * scale) / sum;
}

/* Channels 0..d-1 of one place i of the window at (row, column), added to y. */
static void add_place(double *y, const double *v, const double *weight, size_t row, size_t column,
                      size_t i, size_t d, const size_t *shape)
{
    const size_t h = shape[1], w = shape[2], c = shape[3];
    const size_t to_y = 2 * row + i / 3 - 1, to_x = 2 * column + i % 3 - 1;

    if (to_y >= h || to_x >= w) /* below 0 wraps to far above */
        return;
    for (size_t j = 0; j < 9; j++) {
        const size_t from_y = 2 * row + j / 3 - 1, from_x = 2 * column + j % 3 - 1;

        for (size_t e = 0; e < d && from_y < h && from_x < w; e++)
            y[(to_y * w + to_x) * c + e] += weight[j] * v[(from_y * w + from_x) * c + e];
    }
}

static void fold(double *y, const double *v, const double *scores, const GradCase *c)
{
    const size_t *const s = c->shape[0];
    const size_t heads = c->number[0], d = s[3] / heads, picture = s[1] * s[2] * s[3];
    const size_t rows = (s[1] + 1) / 2, columns = (s[2] + 1) / 2;

    memset(y, 0, s[0] * picture * sizeof *y);
    for (size_t at = 0; at < s[0] * rows * columns * heads * 9; at++) {
        const size_t i = at % 9, head = at / 9 % heads, cell = at / 9 / heads;
        const size_t n = cell / columns / rows, from = n * picture + head * d;
        double weight[9];

        soften(weight, scores + at * 9, 1 / sqrt((double)d));
        add_place(y + from, v + from, weight, cell / columns % rows, cell % columns, i, d, s);
    }
}

static void outlook(double *y, const double *const *x, const double *const *parameter,
                    const GradCase *c)
{
    const size_t *const s = c->shape[0];
    double again[2048];

    (void)parameter;
    fold(y, x[0], x[1], c);
    if (!c->number[1])
        return;
    assert_true(s[0] * s[1] * s[2] * s[3] <= sizeof again / sizeof *again);
    fold(again, y, x[1], c);
    for (size_t i = 0; i < s[0] * s[1] * s[2] * s[3]; i++)
        y[i] += again[i];
}

#define OUTLOOK(n, h, w, heads, d, twice)                                                          \
    {                                                                                              \
        .name = "outlook " #n "x" #h "x" #w ", " #heads " heads of " #d,                           \
        .shape = { { n, h, w, (heads) * (d) },                                                     \
                   { n, ((h) + 1) / 2, ((w) + 1) / 2, 81 * (heads) } },                            \
        .number = { heads, twice }, .run = run_outlook, .formula = outlook,                        \
    }

static void outlook_attention(void **state)
{
    static const GradCase cases[] = {
        OUTLOOK(1, 1, 1, 1, 1, 0), OUTLOOK(2, 3, 5, 2, 7, 0),  OUTLOOK(2, 4, 6, 1, 32, 0),
        OUTLOOK(3, 5, 7, 3, 5, 1), OUTLOOK(2, 8, 3, 2, 17, 1),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}
#undef OUTLOOK

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(outlook_attention) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
