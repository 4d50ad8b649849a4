/* SPDX-License-Identifier: Apache-2.0 */
/* Linear layers: one matrix product with its epilogue fused. */
#include "nn/context.h"
#include "nn/epilogue.h"
#include "nn/gemm.h"

/* y [n,h,w,out] = act(x [n,h,w,in] · weight [out,in]ᵀ + bias [out]) + residual [n,h,w,out] */
VoloTensor volo_nn_linear(VoloNnContext *ctx, VoloTensor x, const VoloLinear *p, VoloEpilogue e)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, x.c == p->weight.in, "a linear layer of %zu inputs was given %zu",
                   p->weight.in, x.c);
    const VoloTensor y = volo_nn_product(ctx, x.n, x.h, x.w, p->weight.out, e);
    const VoloGemmJob job = { .y = y.data,
                              .x = x.data,
                              .weight = &p->weight,
                              .bias = p->bias,
                              .residual = e.residual ? e.residual->data : NULL,
                              .activation = e.activation,
                              .rows = volo_rows(x),
                              .pictures = x.n };

    volo_nn_run_gemm(ctx, &job);
    return y;
}
