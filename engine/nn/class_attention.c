/* SPDX-License-Identifier: Apache-2.0 */
/* Class attention (CaiT, Touvron et al. 2021): attention of one query for each picture. */
#include <math.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/tape.h"

typedef struct Job {
    float *y;        /* [n,c] */
    const float *q;  /* [n,c] */
    const float *kv; /* [n,tokens,2c] */
    size_t tokens, heads, c;
    float *scratch; /* [threads, scratch_floats] */
    size_t scratch_floats;
} Job;

static size_t scratch_floats(size_t c, size_t heads)
{
    return (volo_kernels()->flash_attention_scratch(c / (heads ? heads : 1)) + 15) & ~(size_t)15;
}

/* Piece = (picture, head). */
static void run_pieces(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const size_t d = s->c / s->heads;

    for (size_t i = first; i < first + count; i++) {
        const size_t at = i * d; /* pictures · c + head · d */
        const float *k = s->kv + i / s->heads * s->tokens * 2 * s->c + i % s->heads * d;

        volo_kernels()->flash_attention(s->y + at, s->c, NULL, s->q + at, k, k + s->c, 2 * s->c,
                                        1.0f / sqrtf((float)d), 1, s->tokens, d,
                                        s->scratch + (size_t)slot * s->scratch_floats);
    }
}

/* q [n,1,1,c], kv [n,h,w,2c] -> y [n,1,1,c] = softmax(q kᵀ d^-1/2) v for each picture and head */
VoloTensor volo_nn_class_attention(VoloNnContext *ctx, VoloTensor q, VoloTensor kv, size_t heads)
{
    const size_t c = q.c, tokens = kv.h * kv.w;

    volo_nn_operation(ctx);
    volo_nn_use(ctx, q);
    volo_nn_use(ctx, kv);
    volo_nn_expect(
        ctx, q.n == kv.n && q.h == 1 && q.w == 1 && kv.c == 2 * c && heads > 0 && c % heads == 0,
        "class attention of %zu heads was given q [%zu,%zu,%zu,%zu], kv of %zu channels", heads,
        q.n, q.h, q.w, q.c, kv.c);
    const VoloTensor y = volo_nn_result(ctx, q.n, 1, 1, c);
    const size_t floats = scratch_floats(c, heads);
    float *scratch = volo_nn_scratch(ctx, floats * (size_t)ctx->threads);

    volo_nn_macs(ctx, (uint64_t)2 * q.n * tokens * c);
    if (!volo_nn_idle(ctx)) {
        Job job = { y.data, q.data, kv.data, tokens, heads, c, scratch, floats };

        volo_parallel_rows(ctx->threads, q.n * heads, 1, run_pieces, &job);
    }
    return y;
}
