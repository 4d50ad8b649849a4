/* SPDX-License-Identifier: Apache-2.0 */
/* Backwards of position grids and tokens, which are parameters that all pictures share, and of
 * tokens side by side. */
#include "grad/grad_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Keys' kernel, A = -0.75. */
static double keys(double u)
{
    const double a = -0.75;

    u = fabs(u);
    if (u <= 1)
        return ((a + 2) * u - (a + 3)) * u * u + 1;
    return u < 2 ? ((a * u - 5 * a) * u + 8 * a) * u - 4 * a : 0;
}

/* Share of input i in output o; inputs outside are those of the edge. */
static double cubic_share(size_t i, size_t o, size_t in, size_t out)
{
    const double at = (double)in / (double)out * ((double)o + 0.5) - 0.5;
    double share = keys(at - (double)i);

    for (int k = 1; k <= 3; k++)
        share += (i == 0 ? keys(at + k) : 0) + (i + 1 == in ? keys(at - (double)(in - 1) - k) : 0);
    return share;
}

/* number: h, w of the grid */
static VoloTensor run_add_grid(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                               const GradCase *c)
{
    static VoloGrid grid;

    grid = (VoloGrid){ parameter[0], c->number[0], c->number[1], c->shape[0][3] };
    return volo_nn_add_grid(ctx, x[0], &grid);
}

static void add_grid(double *y, const double *const *x, const double *const *parameter,
                     const GradCase *c)
{
    const size_t *const s = c->shape[0], h = c->number[0], w = c->number[1];

    for (size_t at = 0; at < s[0] * s[1] * s[2] * s[3]; at++) {
        const size_t row = at / s[3] / s[2] % s[1], column = at / s[3] % s[2];
        double sum = x[0][at];

        for (size_t i = 0; i < h * w; i++)
            sum += cubic_share(i / w, row, h, s[1]) * cubic_share(i % w, column, w, s[2]) *
                   parameter[0][i * s[3] + at % s[3]];
        y[at] = sum;
    }
}

#define GRID(n, h, w, c, h_grid, w_grid)                                                           \
    {                                                                                              \
        .name = "grid " #h_grid "x" #w_grid " to " #n "x" #h "x" #w "x" #c,                        \
        .shape = { { n, h, w, c } }, .parameter = { (h_grid) * (w_grid) * (c) },                   \
        .number = { h_grid, w_grid }, .run = run_add_grid, .formula = add_grid,                    \
    }

static void grids_at_their_size_and_resized(void **state)
{
    static const GradCase cases[] = {
        GRID(1, 1, 1, 1, 1, 1), GRID(3, 5, 4, 19, 5, 4), GRID(2, 7, 9, 5, 4, 3),
        GRID(2, 3, 4, 7, 7, 5), GRID(2, 4, 6, 33, 1, 2), GRID(3, 8, 8, 2, 4, 8),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}
#undef GRID

/* number: pictures, h, w, c of the grid: repeated, then itself added to it */
static VoloTensor run_repeat(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                             const GradCase *c)
{
    static VoloGrid grid;

    grid = (VoloGrid){ parameter[0], c->number[1], c->number[2], c->number[3] };
    (void)x;
    return volo_nn_add_grid(ctx, volo_nn_repeat_grid(ctx, &grid, c->number[0]), &grid);
}

static void repeat(double *y, const double *const *x, const double *const *parameter,
                   const GradCase *c)
{
    const size_t floats = c->number[1] * c->number[2] * c->number[3];

    (void)x;
    for (size_t i = 0; i < c->number[0] * floats; i++)
        y[i] = 2 * parameter[0][i % floats];
}

static void grids_for_each_picture(void **state)
{
    static const GradCase cases[] = {
        { .name = "one token",
          .parameter = { 19 },
          .number = { 3, 1, 1, 19 },
          .run = run_repeat,
          .formula = repeat },
        { .name = "tokens",
          .parameter = { 70 },
          .number = { 2, 5, 2, 7 },
          .run = run_repeat,
          .formula = repeat },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        grad_check(&cases[i]);
}

/* The tokens of x 0, of x 1, and of x 0 again. */
static VoloTensor run_join(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                           const GradCase *c)
{
    (void)parameter;
    (void)c;
    return volo_nn_join_tokens(ctx, volo_nn_join_tokens(ctx, x[0], x[1]), x[0]);
}

static void join(double *y, const double *const *x, const double *const *parameter,
                 const GradCase *c)
{
    const size_t ends[] = { c->shape[0][1] * c->shape[0][2] * c->shape[0][3],
                            c->shape[1][1] * c->shape[1][2] * c->shape[1][3] };

    (void)parameter;
    for (size_t n = 0; n < c->shape[0][0]; n++) {
        for (size_t i = 0; i < ends[0]; i++)
            y[i] = y[ends[0] + ends[1] + i] = x[0][n * ends[0] + i];
        for (size_t i = 0; i < ends[1]; i++)
            y[ends[0] + i] = x[1][n * ends[1] + i];
        y += 2 * ends[0] + ends[1];
    }
}

static void tokens_side_by_side(void **state)
{
    static const GradCase c = { .name = "tokens",
                                .shape = { { 3, 1, 1, 19 }, { 3, 5, 3, 19 } },
                                .run = run_join,
                                .formula = join };

    (void)state;
    grad_check(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grids_at_their_size_and_resized),
        cmocka_unit_test(grids_for_each_picture),
        cmocka_unit_test(tokens_side_by_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
