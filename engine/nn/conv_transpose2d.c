/* SPDX-License-Identifier: Apache-2.0 */
/* Transposed convolutions whose kernel is as wide as their stride: every input pixel becomes a k x
 * k block of its own, so a product gives all blocks and a copy puts them in their places. */
#include <string.h>

#include "base/parallel.h"
#include "nn/context.h"
#include "nn/epilogue.h"
#include "nn/gemm.h"

enum {
    ROWS_PER_PIECE = 4
};

/* y [n,h·k,w·k,c] from blocks [n,h,w,k,k,c] */
typedef struct Job {
    VoloTensor y;
    const float *blocks;
    size_t k;
} Job;

/* A row of y takes from each block of a row of pixels one of its k lines, k·c floats long. */
static void scatter_rows(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const size_t line = s->k * s->y.c, pixels = s->y.w / s->k;

    (void)slot;
    for (size_t row = first; row < first + count; row++) {
        const float *from = s->blocks + (row / s->k * pixels * s->k + row % s->k) * line;
        float *to = s->y.data + row * pixels * line;

        for (size_t i = 0; i < pixels; i++)
            memcpy(to + i * line, from + i * s->k * line, line * sizeof *to);
    }
}

/* y [n,h·k,w·k,out], y[k·i + ky, k·j + kx] = act(x[i,j] · weight[ky,kx] + bias) */
VoloTensor volo_nn_conv_transpose2d(VoloNnContext *ctx, VoloTensor x, const VoloConvTranspose2d *p,
                                    VoloActivation activation)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, x.c == p->in, "a transposed convolution of %zu channels was given %zu",
                   p->in, x.c);
    const VoloTensor y = volo_nn_result(ctx, x.n, x.h * p->k, x.w * p->k, p->out);
    float *blocks = volo_nn_scratch(ctx, volo_rows(x) * p->weight.out);
    const VoloGemmJob job = { .y = blocks,
                              .x = x.data,
                              .weight = &p->weight,
                              .bias = p->bias,
                              .activation = activation,
                              .rows = volo_rows(x) };

    volo_nn_run_gemm(ctx, &job);
    if (!volo_nn_idle(ctx)) {
        Job scatter = { y, blocks, p->k };

        volo_parallel_rows(ctx->threads, y.n * y.h, ROWS_PER_PIECE, scatter_rows, &scatter);
    }
    return y;
}
