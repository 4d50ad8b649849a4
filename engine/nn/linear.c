/* SPDX-License-Identifier: Apache-2.0 */
/* Linear layers: one matrix product with its epilogue fused; in training a step for each part that
 * has work to do. */
#include "nn/context.h"
#include "nn/epilogue.h"
#include "nn/gemm.h"
#include "nn/tape.h"
#include "nn/training_product.h"

/* dx [r,in] += dy [r,out] · weight [out,in] */
static void input_gradient(VoloNnContext *ctx, VoloTensor x, VoloTensor dy, const VoloLinear *p)
{
    volo_nn_operation(ctx); /* x and the scratch of before are not needed any more */
    volo_nn_use(ctx, dy);
    const VoloMatrix turned =
        volo_nn_packed_transposed(ctx, p->weight.raw, p->weight.out, p->weight.in, 1);
    bool add;
    const VoloTensor dx = volo_nn_gradient_into(ctx, x, &add);
    const VoloGemmJob job = { .y = dx.data,
                              .x = dy.data,
                              .weight = &turned,
                              .residual = add ? dx.data : NULL,
                              .rows = volo_rows(x) };

    volo_nn_run_gemm(ctx, &job);
}

/* dx += dy · weight; dweight [out,in] += dyᵀ · x; dbias [out] += column sums of dy; the residual is
 * passed dy */
static void linear_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    const VoloLinear *const p = rec->p;
    const VoloTensor dy = volo_nn_gradient(ctx, rec->y);

    const bool trains = volo_nn_parameter_gradient(ctx, p->weight.raw) != NULL;
    const VoloTensor x = trains ? volo_nn_input(ctx, rec->x) : rec->x;

    volo_nn_weight_gradient(
        ctx, &(VoloWeightGradientJob){ .gradient = volo_nn_parameter_gradient(ctx, p->weight.raw),
                                       .bias = volo_nn_parameter_gradient(ctx, p->bias),
                                       .dy = dy.data,
                                       .x = x.data,
                                       .n = 1,
                                       .h = 1,
                                       .w = volo_rows(dy),
                                       .h_in = 1,
                                       .w_in = volo_rows(dy),
                                       .out = p->weight.out,
                                       .in = p->weight.in,
                                       .k = 1,
                                       .stride = 1 });
    if (volo_nn_wants(ctx, rec->x))
        input_gradient(ctx, rec->x, dy, p);
    if (rec->other.n > 0)
        volo_nn_gradient_pass(ctx, rec->other, rec->y);
}

/* y [n,h,w,out] = act(x [n,h,w,in] · weight [out,in]ᵀ + bias [out]) + residual [n,h,w,out] */
static VoloTensor product(VoloNnContext *ctx, VoloTensor x, const VoloLinear *p, VoloEpilogue e)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, x.c == p->weight.in, "a linear layer of %zu inputs was given %zu",
                   p->weight.in, x.c);
    const VoloTensor y = volo_nn_product(ctx, x.n, x.h, x.w, p->weight.out, e);
    const VoloMatrix weight =
        volo_nn_training(ctx) ? volo_nn_packed(ctx, &p->weight, 1) : p->weight;
    const VoloGemmJob job = { .y = y.data,
                              .x = x.data,
                              .weight = &weight,
                              .bias = p->bias,
                              .residual = e.residual ? e.residual->data : NULL,
                              .activation = e.activation,
                              .rows = volo_rows(x),
                              .pictures = x.n };

    volo_nn_run_gemm(ctx, &job);
    return y;
}

/* The steps of training; the residual goes into the product when nothing stands between. */
static VoloTensor steps(VoloNnContext *ctx, VoloTensor x, const VoloLinear *p, VoloEpilogue e)
{
    const bool direct = e.residual && e.activation == VOLO_LINEAR && e.drop <= 0;
    const VoloEpilogue fused = { .residual = direct ? e.residual : NULL };
    VoloTensor y = product(ctx, x, p, fused);

    volo_nn_record(ctx,
                   (VoloRecord){ .backward = linear_backward,
                                 .y = y,
                                 .x = x,
                                 .other = direct ? *e.residual : (VoloTensor){ 0 },
                                 .p = p },
                   volo_nn_parameter_gradient(ctx, p->weight.raw) != NULL);
    if (e.activation != VOLO_LINEAR)
        y = volo_nn_activate(ctx, y, e.activation);
    if (e.drop > 0)
        y = volo_nn_drop_path(ctx, y, e.drop);
    return e.residual && !direct ? volo_nn_add(ctx, *e.residual, y) : y;
}

VoloTensor volo_nn_linear(VoloNnContext *ctx, VoloTensor x, const VoloLinear *p, VoloEpilogue e)
{
    return volo_nn_training(ctx) ? steps(ctx, x, p, e) : product(ctx, x, p, e);
}
