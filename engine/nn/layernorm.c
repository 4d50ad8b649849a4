/* SPDX-License-Identifier: Apache-2.0 */
/* Layer norm over channels (Ba, Kiros & Hinton 2016). */
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/context.h"

enum {
    ROWS_PER_PIECE = 64
};

typedef struct Job {
    float *y;
    const float *x;
    const VoloLayerNorm *p;
} Job;

static void run_rows(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const size_t c = s->p->c;

    (void)slot;
    volo_kernels()->layernorm(s->y + first * c, s->x + first * c, s->p->weight, s->p->bias,
                              s->p->eps, count, c);
}

/* y [n,h,w,c] = (x - mean) / sqrt(var + eps) · weight [c] + bias [c] */
VoloTensor volo_nn_layernorm(VoloNnContext *ctx, VoloTensor x, const VoloLayerNorm *p)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, x.c == p->c, "a layer norm of %zu channels was given %zu", p->c, x.c);
    const VoloTensor y = volo_nn_result_over(ctx, x);

    if (!volo_nn_idle(ctx)) {
        Job job = { y.data, x.data, p };

        volo_parallel_rows(ctx->threads, volo_rows(x), ROWS_PER_PIECE, run_rows, &job);
    }
    return y;
}
