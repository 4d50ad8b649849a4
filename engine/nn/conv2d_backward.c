/* SPDX-License-Identifier: Apache-2.0 */
/* Convolutions backwards: dx is a convolution of dy with turned weights where the stride is 1, and
 * spread from dy else. */
#include "nn/conv2d.h"
#include "nn/spread.h"
#include "nn/tape.h"
#include "nn/training_product.h"

/* dweight [out,in,k·k] += Σ dy ⊗ patches of x, dbias [out] += Σ dy */
static void weight_gradient(VoloNnContext *ctx, VoloTensor dy, VoloTensor x, const VoloConv2d *p)
{
    volo_nn_weight_gradient(
        ctx, &(VoloWeightGradientJob){ .gradient = volo_nn_parameter_gradient(ctx, p->weight.raw),
                                       .bias = volo_nn_parameter_gradient(ctx, p->bias),
                                       .dy = dy.data,
                                       .x = x.data,
                                       .n = dy.n,
                                       .h = dy.h,
                                       .w = dy.w,
                                       .h_in = x.h,
                                       .w_in = x.w,
                                       .out = p->out,
                                       .in = p->in,
                                       .k = p->kh,
                                       .stride = p->stride,
                                       .pad = p->pad,
                                       .exact = ctx->exact });
}

/* dx (+)= conv(dy) with the taps reversed, out and in exchanged */
static void convolve_back(VoloNnContext *ctx, VoloTensor dx, bool add, VoloTensor dy,
                          const VoloConv2d *p, const VoloMatrix *turned)
{
    const VoloConv2d back = { .weight = *turned,
                              .in = p->out,
                              .out = p->in,
                              .kh = p->kh,
                              .kw = p->kw,
                              .stride = 1,
                              .pad = p->kh - 1 - p->pad };

    volo_nn_run_conv2d(ctx, dx, dy, &back, (VoloEpilogue){ .residual = add ? &dx : NULL });
}

static void spread_back(VoloNnContext *ctx, VoloTensor dx, bool add, VoloTensor dy,
                        const VoloConv2d *p, const VoloMatrix *turned)
{
    volo_nn_run_spread(ctx, &(VoloSpreadJob){ .y = dx.data,
                                              .x = dy.data,
                                              .weight = turned,
                                              .add = add,
                                              .n = dx.n,
                                              .h = dx.h,
                                              .w = dx.w,
                                              .out = p->in,
                                              .h_in = dy.h,
                                              .w_in = dy.w,
                                              .in = p->out,
                                              .k = p->kh,
                                              .stride = p->stride,
                                              .pad = p->pad });
}

static void input_gradient(VoloNnContext *ctx, VoloTensor x, VoloTensor dy, const VoloConv2d *p)
{
    volo_nn_operation(ctx); /* x and the scratch of before are not needed any more */
    volo_nn_use(ctx, dy);
    const VoloMatrix turned =
        volo_nn_packed_transposed(ctx, p->weight.raw, p->out, p->in, p->kh * p->kw);
    bool add;
    const VoloTensor dx = volo_nn_gradient_into(ctx, x, &add);

    if (p->stride == 1 && p->pad < p->kh)
        convolve_back(ctx, dx, add, dy, p, &turned);
    else
        spread_back(ctx, dx, add, dy, p, &turned);
}

void volo_nn_conv2d_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    const VoloConv2d *const p = rec->p;
    const VoloTensor dy = volo_nn_gradient(ctx, rec->y);

    if (volo_nn_parameter_gradient(ctx, p->weight.raw))
        weight_gradient(ctx, dy, volo_nn_input(ctx, rec->x), p);
    else
        weight_gradient(ctx, dy, rec->x, p); /* the bias's alone, which x has no part in */
    if (volo_nn_wants(ctx, rec->x))
        input_gradient(ctx, rec->x, dy, p);
    if (rec->other.n > 0)
        volo_nn_gradient_pass(ctx, rec->other, rec->y);
}
