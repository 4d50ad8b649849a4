/* SPDX-License-Identifier: Apache-2.0 */
/* Backwards of layer norms. */
#include "grad/grad_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const double eps = 1e-3;

/* y = norm(x) + norm(norm(x)): x has one use, the inner result two; number: 1 once only */
static VoloTensor run_norms(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                            const GradCase *c)
{
    static VoloLayerNorm p;

    p = (VoloLayerNorm){ parameter[0], parameter[1], c->shape[0][3], (float)eps };
    const VoloTensor inner = volo_nn_layernorm(ctx, x[0], &p);
    if (c->number[0])
        return inner;
    return volo_nn_add(ctx, inner, volo_nn_layernorm(ctx, inner, &p));
}

static void normalize(double *y, const double *x, const double *const *parameter, size_t c)
{
    double mean = 0, variance = 0;

    for (size_t i = 0; i < c; i++)
        mean += x[i] / (double)c;
    for (size_t i = 0; i < c; i++)
        variance += (x[i] - mean) * (x[i] - mean) / (double)c;
    for (size_t i = 0; i < c; i++)
        y[i] = (x[i] - mean) / sqrt(variance + eps) * parameter[0][i] + parameter[1][i];
}

static void norms(double *y, const double *const *x, const double *const *parameter,
                  const GradCase *c)
{
    const size_t *const s = c->shape[0];
    double again[64];

    for (size_t row = 0; row < s[0] * s[1] * s[2]; row++) {
        normalize(y + row * s[3], x[0] + row * s[3], parameter, s[3]);
        if (c->number[0])
            continue;
        normalize(again, y + row * s[3], parameter, s[3]);
        for (size_t i = 0; i < s[3]; i++)
            y[row * s[3] + i] += again[i];
    }
}

#define NORM(n, h, w, c, once)                                                                     \
    {                                                                                              \
        .name = "layernorm " #n "x" #h "x" #w "x" #c, .shape = { { n, h, w, c } },                 \
        .parameter = { c, c }, .number = { once }, .run = run_norms, .formula = norms,             \
    }

static void layer_norms(void **state)
{
    static const GradCase cases[] = {
        NORM(1, 1, 1, 5, 1),
        NORM(2, 3, 5, 19, 1),
        NORM(3, 5, 13, 33, 0),
        NORM(2, 7, 11, 48, 0),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}
#undef NORM

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(layer_norms) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
