/* SPDX-License-Identifier: Apache-2.0 */
/* Transposed convolutions whose kernel is as wide as their stride: every input pixel becomes a k x
 * k block of its own, so a product gives all blocks and a copy puts them in their places. Backwards
 * it is a convolution with that stride. */
#include <string.h>

#include "base/parallel.h"
#include "nn/conv2d.h"
#include "nn/epilogue.h"
#include "nn/gemm.h"
#include "nn/spread.h"
#include "nn/tape.h"
#include "nn/training_product.h"

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

/* The result's place, all shapes checked. */
static VoloTensor begin(VoloNnContext *ctx, VoloTensor x, const VoloConvTranspose2d *p)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, x.c == p->in, "a transposed convolution of %zu channels was given %zu",
                   p->in, x.c);
    return volo_nn_result(ctx, x.n, x.h * p->k, x.w * p->k, p->out);
}

/* y [n,h·k,w·k,out], y[k·i + ky, k·j + kx] = act(x[i,j] · weight[ky,kx] + bias) */
static VoloTensor product(VoloNnContext *ctx, VoloTensor x, const VoloConvTranspose2d *p,
                          VoloActivation activation)
{
    const VoloTensor y = begin(ctx, x, p);
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

/* --- training, weight as the file has it: [in,out,k,k] --- */

static VoloTensor spread(VoloNnContext *ctx, VoloTensor x, const VoloConvTranspose2d *p)
{
    const VoloTensor y = begin(ctx, x, p);
    const VoloMatrix turned =
        volo_nn_packed_transposed(ctx, p->weight.raw, p->in, p->out, p->k * p->k);

    volo_nn_run_spread(ctx, &(VoloSpreadJob){ .y = y.data,
                                              .x = x.data,
                                              .weight = &turned,
                                              .bias = p->bias,
                                              .n = y.n,
                                              .h = y.h,
                                              .w = y.w,
                                              .out = p->out,
                                              .h_in = x.h,
                                              .w_in = x.w,
                                              .in = p->in,
                                              .k = p->k,
                                              .stride = p->k });
    return y;
}

/* dweight [in,out,k·k] += Σ x ⊗ blocks of dy */
static void weight_gradient(VoloNnContext *ctx, VoloTensor dy, VoloTensor x,
                            const VoloConvTranspose2d *p)
{
    volo_nn_weight_gradient(
        ctx, &(VoloWeightGradientJob){ .gradient = volo_nn_parameter_gradient(ctx, p->weight.raw),
                                       .dy = x.data,
                                       .x = dy.data,
                                       .n = x.n,
                                       .h = x.h,
                                       .w = x.w,
                                       .h_in = dy.h,
                                       .w_in = dy.w,
                                       .out = p->in,
                                       .in = p->out,
                                       .k = p->k,
                                       .stride = p->k });
}

/* dbias [out] += Σ dy */
static void bias_gradient(VoloNnContext *ctx, VoloTensor dy, const VoloConvTranspose2d *p)
{
    volo_nn_weight_gradient(
        ctx, &(VoloWeightGradientJob){ .bias = volo_nn_parameter_gradient(ctx, p->bias),
                                       .dy = dy.data,
                                       .n = 1,
                                       .h = 1,
                                       .w = volo_rows(dy),
                                       .h_in = 1,
                                       .w_in = volo_rows(dy),
                                       .out = p->out,
                                       .in = 1,
                                       .k = 1,
                                       .stride = 1 });
}

/* dx [n,h,w,in] += the convolution of dy [n,h·k,w·k,out] with stride k */
static void input_gradient(VoloNnContext *ctx, VoloTensor x, VoloTensor dy,
                           const VoloConvTranspose2d *p)
{
    volo_nn_operation(ctx); /* x and the scratch of before are not needed any more */
    volo_nn_use(ctx, dy);
    const size_t taps = p->k * p->k;
    const VoloMatrix as_file = { .out = p->in, .in = p->out * taps, .raw = p->weight.raw };
    const VoloConv2d back = { .weight = volo_nn_packed(ctx, &as_file, taps),
                              .in = p->out,
                              .out = p->in,
                              .kh = p->k,
                              .kw = p->k,
                              .stride = p->k };
    bool add;
    const VoloTensor dx = volo_nn_gradient_into(ctx, x, &add);

    volo_nn_run_conv2d(ctx, dx, dy, &back, (VoloEpilogue){ .residual = add ? &dx : NULL });
}

static void transposed_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    const VoloConvTranspose2d *const p = rec->p;
    const VoloTensor dy = volo_nn_gradient(ctx, rec->y);

    if (volo_nn_parameter_gradient(ctx, p->weight.raw))
        weight_gradient(ctx, dy, volo_nn_input(ctx, rec->x), p);
    bias_gradient(ctx, dy, p);
    if (volo_nn_wants(ctx, rec->x))
        input_gradient(ctx, rec->x, dy, p);
}

static VoloTensor steps(VoloNnContext *ctx, VoloTensor x, const VoloConvTranspose2d *p,
                        VoloActivation activation)
{
    const VoloTensor y = spread(ctx, x, p);

    volo_nn_record(ctx, (VoloRecord){ .backward = transposed_backward, .y = y, .x = x, .p = p },
                   volo_nn_parameter_gradient(ctx, p->weight.raw) ||
                       volo_nn_parameter_gradient(ctx, p->bias));
    if (p->norm)
        return volo_nn_batchnorm(ctx, y, p->norm, activation);
    return activation == VOLO_LINEAR ? y : volo_nn_activate(ctx, y, activation);
}

VoloTensor volo_nn_conv_transpose2d(VoloNnContext *ctx, VoloTensor x, const VoloConvTranspose2d *p,
                                    VoloActivation activation)
{
    return volo_nn_training(ctx) ? steps(ctx, x, p, activation) : product(ctx, x, p, activation);
}
