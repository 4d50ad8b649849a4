/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/epilogue.h"

#include "nn/context.h"

VoloTensor volo_nn_product(VoloNnContext *ctx, size_t n, size_t h, size_t w, size_t c,
                           VoloEpilogue e)
{
    const VoloTensor *residual = e.residual;

    if (!residual)
        return volo_nn_result(ctx, n, h, w, c);
    volo_nn_use(ctx, *residual);
    volo_nn_expect(ctx,
                   residual->n == n && residual->h == h && residual->w == w && residual->c == c,
                   "a residual [%zu,%zu,%zu,%zu] was given for [%zu,%zu,%zu,%zu]", residual->n,
                   residual->h, residual->w, residual->c, n, h, w, c);
    return volo_nn_result_over(ctx, *residual);
}

void volo_nn_run_gemm(VoloNnContext *ctx, const VoloGemmJob *job)
{
    float *scratch = volo_nn_scratch(ctx, volo_gemm_scratch(job, ctx->threads));

    volo_nn_macs(ctx, (uint64_t)job->rows * job->weight->out * job->weight->in);
    if (!volo_nn_idle(ctx))
        volo_gemm_run(job, ctx->threads, scratch);
}
