/* SPDX-License-Identifier: Apache-2.0 */
#include "support/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nn/gemm.h"

static VoloTensor input(VoloNnContext *ctx, const float *x, size_t n, size_t h, size_t w, size_t c)
{
    volo_nn_operation(ctx);
    const VoloTensor t = volo_nn_result(ctx, n, h, w, c);

    if (!volo_nn_idle(ctx))
        memcpy(t.data, x, volo_count(t) * sizeof *x);
    return t;
}

float *walk_run(WalkFn fn, const void *user, const float *x, size_t n, size_t h, size_t w, size_t c,
                int threads, bool exact, VoloTensor *ret_y)
{
    VoloPlan plan;
    VoloError err;

    volo_plan_init(&plan);
    VoloNnContext ctx = { .plan = &plan, .threads = threads, .exact = exact };
    volo_nn_stage(&ctx, fn(&ctx, input(&ctx, x, n, h, w, c), user), "result");
    if (ctx.error.status || volo_plan_layout(&plan, &err))
        fail_msg("%s", ctx.error.status ? ctx.error.message : err.message);
    float *arena = aligned_alloc(64, plan.floats * sizeof *arena);
    memset(arena, 0x7f, plan.floats * sizeof *arena); /* large numbers where nothing was written */
    ctx = (VoloNnContext){ .plan = &plan, .base = arena, .threads = threads, .exact = exact };
    VoloTensor y = fn(&ctx, input(&ctx, x, n, h, w, c), user);
    float *values = malloc(volo_count(y) * sizeof *values);
    memcpy(values, y.data, volo_count(y) * sizeof *values);
    free(arena);
    volo_plan_clear(&plan);
    y.data = NULL;
    *ret_y = y;
    return values;
}

static void *kept[1024];
static size_t kept_count;

/* Reachable until the program ends, so that leak checkers stay quiet. */
static void *keep(void *memory)
{
    if (kept_count == sizeof kept / sizeof *kept)
        fail_msg("too many parameters are kept");
    return kept[kept_count++] = memory;
}

static VoloMatrix pack(const float *rows, size_t out, size_t in)
{
    VoloMatrix m = { 0 };

    volo_matrix_plan(&m, out, in);
    const size_t bytes = (volo_matrix_floats(&m) * sizeof *m.data + 63) & ~(size_t)63;
    m.data = keep(aligned_alloc(64, bytes));
    memset(m.data, 0, bytes);
    volo_matrix_pack(&m, rows, 0, out);
    return m;
}

VoloLinear walk_linear(const float *weight, const float *bias, size_t out, size_t in)
{
    return (VoloLinear){ .weight = pack(weight, out, in), .bias = bias };
}

VoloConv2d walk_conv2d(const float *weight, const float *bias, size_t out, size_t in, size_t k,
                       size_t stride, size_t pad)
{
    const size_t taps = k * k;
    float *rows = malloc(out * in * taps * sizeof *rows);

    for (size_t o = 0; o < out; o++) {
        for (size_t i = 0; i < in; i++) {
            for (size_t t = 0; t < taps; t++)
                rows[(o * taps + t) * in + i] = weight[(o * in + i) * taps + t];
        }
    }
    const VoloConv2d p = { .weight = pack(rows, out, in * taps),
                           .bias = bias,
                           .in = in,
                           .out = out,
                           .kh = k,
                           .kw = k,
                           .stride = stride,
                           .pad = pad };
    free(rows);
    return p;
}
