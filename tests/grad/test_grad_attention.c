/* SPDX-License-Identifier: Apache-2.0 */
/* Backwards of self-attention and class attention, against all their weights. */
#include "grad/grad_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* number: heads, 1 for a second use of the input */
static VoloTensor run_attention(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                                const GradCase *c)
{
    (void)parameter;
    const VoloTensor y = volo_nn_attention(ctx, x[0], c->number[0]);

    return c->number[1] ? volo_nn_add(ctx, y, volo_nn_attention(ctx, x[0], 1)) : y;
}

static double dot(const double *a, const double *b, size_t d)
{
    double sum = 0;

    for (size_t i = 0; i < d; i++)
        sum += a[i] * b[i];
    return sum;
}

/* y [d] += Σ weight · v for one query; k, v [tokens,d], ld apart */
static void attend(double *y, const double *q, const double *k, const double *v, size_t tokens,
                   size_t ld, size_t d)
{
    const double scale = 1 / sqrt((double)d);
    double sum = 0;

    for (size_t j = 0; j < tokens; j++)
        sum += exp(dot(q, k + j * ld, d) * scale);
    for (size_t j = 0; j < tokens; j++) {
        const double weight = exp(dot(q, k + j * ld, d) * scale) / sum;

        for (size_t i = 0; i < d; i++)
            y[i] += weight * v[j * ld + i];
    }
}

static void add_heads(double *y, const double *qkv, size_t heads, const size_t *shape)
{
    const size_t tokens = shape[1] * shape[2], c = shape[3] / 3, d = c / heads;

    for (size_t i = 0; i < shape[0] * tokens * heads; i++) {
        const size_t row = i / heads, head = i % heads * d;
        const double *const picture = qkv + row / tokens * tokens * 3 * c + head;

        attend(y + row * c + head, qkv + row * 3 * c + head, picture + c, picture + 2 * c, tokens,
               3 * c, d);
    }
}

static void attention(double *y, const double *const *x, const double *const *parameter,
                      const GradCase *c)
{
    const size_t *const s = c->shape[0];

    (void)parameter;
    memset(y, 0, s[0] * s[1] * s[2] * (s[3] / 3) * sizeof *y);
    add_heads(y, x[0], c->number[0], s);
    if (c->number[1])
        add_heads(y, x[0], 1, s);
}

#define ATTENTION(n, h, w, heads, d, twice)                                                        \
    {                                                                                              \
        .name = "attention " #n "x" #h "x" #w ", " #heads " heads of " #d,                         \
        .shape = { { n, h, w, 3 * (heads) * (d) } }, .number = { heads, twice },                   \
        .run = run_attention, .formula = attention,                                                \
    }

static void self_attention(void **state)
{
    static const GradCase cases[] = {
        ATTENTION(1, 1, 1, 1, 1, 0),  ATTENTION(2, 3, 5, 2, 7, 0),   ATTENTION(2, 7, 9, 3, 5, 1),
        ATTENTION(1, 4, 5, 1, 33, 0), ATTENTION(1, 11, 12, 1, 8, 0),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}
#undef ATTENTION

/* number: heads, 1 for a second use of the keys and values; input 0: q, 1: kv */
static VoloTensor run_class(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                            const GradCase *c)
{
    (void)parameter;
    const VoloTensor y = volo_nn_class_attention(ctx, x[0], x[1], c->number[0]);

    return c->number[1] ? volo_nn_class_attention(ctx, y, x[1], c->number[0]) : y;
}

static void add_class_heads(double *y, const double *q, const double *kv, size_t heads,
                            const size_t *shape)
{
    const size_t tokens = shape[1] * shape[2], c = shape[3] / 2, d = c / heads;

    for (size_t i = 0; i < shape[0] * heads; i++) {
        const double *const k = kv + i / heads * tokens * 2 * c + i % heads * d;

        attend(y + i * d, q + i * d, k, k + c, tokens, 2 * c, d);
    }
}

static void class_tokens(double *y, const double *const *x, const double *const *parameter,
                         const GradCase *c)
{
    const size_t count = c->shape[0][0] * c->shape[0][3];
    double again[256] = { 0 };

    (void)parameter;
    assert_true(count <= sizeof again / sizeof *again);
    memset(y, 0, count * sizeof *y);
    add_class_heads(y, x[0], x[1], c->number[0], c->shape[1]);
    if (!c->number[1])
        return;
    add_class_heads(again, y, x[1], c->number[0], c->shape[1]);
    memcpy(y, again, count * sizeof *y);
}

#define CLASS(n, h, w, heads, d, twice)                                                            \
    {                                                                                              \
        .name = "class attention " #n "x" #h "x" #w ", " #heads " heads of " #d,                   \
        .shape = { { n, 1, 1, (heads) * (d) }, { n, h, w, 2 * (heads) * (d) } },                   \
        .number = { heads, twice }, .run = run_class, .formula = class_tokens,                     \
    }

static void class_attention(void **state)
{
    static const GradCase cases[] = {
        CLASS(1, 1, 1, 1, 1, 0),
        CLASS(2, 3, 5, 2, 7, 0),
        CLASS(3, 7, 9, 3, 5, 1),
        CLASS(2, 10, 13, 1, 32, 1),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}
#undef CLASS

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(self_attention),
                                        cmocka_unit_test(class_attention) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
