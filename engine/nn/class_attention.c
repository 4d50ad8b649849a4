/* SPDX-License-Identifier: Apache-2.0 */
/* Class attention (CaiT, Touvron et al. 2021): attention of one query for each picture. Backwards
 * it is attention with one row of weights. */
#include <math.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/attention.h"
#include "nn/tape.h"

typedef struct Job {
    float *y;        /* [n,c] */
    float *lse;      /* [n,heads], or NULL */
    const float *q;  /* [n,c] */
    const float *kv; /* [n,tokens,2c] */
    size_t tokens, heads, c;
    float *scratch; /* [threads, scratch_floats] */
    size_t scratch_floats;
} Job;

/* Piece = (picture, head). */
static void run_pieces(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const size_t d = s->c / s->heads;

    for (size_t i = first; i < first + count; i++) {
        const size_t at = i * d; /* pictures · c + head · d */
        const float *k = s->kv + i / s->heads * s->tokens * 2 * s->c + i % s->heads * d;

        volo_kernels()->flash_attention(s->y + at, s->c, s->lse ? s->lse + i : NULL, s->q + at, k,
                                        k + s->c, 2 * s->c, 1.0f / sqrtf((float)d), 1, s->tokens, d,
                                        s->scratch + (size_t)slot * s->scratch_floats);
    }
}

typedef struct BackwardJob {
    float *dq, *dkv; /* as q and kv; NULL where none is wanted */
    const float *dy, *y, *q, *kv, *lse;
    size_t tokens, heads, c;
    bool add_query, add_key;
    float *scratch; /* [threads, scratch_floats] */
    size_t scratch_floats;
} BackwardJob;

/* Piece = (picture, head). */
static void run_backward(size_t first, size_t count, int slot, void *user)
{
    const BackwardJob *const s = user;
    const size_t c = s->c, d = c / s->heads;

    for (size_t i = first; i < first + count; i++) {
        const size_t key = i / s->heads * s->tokens * 2 * c + i % s->heads * d;
        const VoloAttentionGradient job = { .dq = s->dq ? s->dq + i * d : NULL,
                                            .dk = s->dkv ? s->dkv + key : NULL,
                                            .dv = s->dkv ? s->dkv + key + c : NULL,
                                            .dy = s->dy + i * d,
                                            .y = s->y + i * d,
                                            .lse = s->lse + i,
                                            .q = s->q + i * d,
                                            .k = s->kv + key,
                                            .v = s->kv + key + c,
                                            .ld_gradient = 2 * c,
                                            .ldy = c,
                                            .ld = 2 * c,
                                            .scale = 1.0f / sqrtf((float)d),
                                            .add_query = s->add_query,
                                            .add_key = s->add_key,
                                            .r = 1,
                                            .keys = s->tokens,
                                            .d = d };

        volo_kernels()->flash_attention_gradient(&job,
                                                 s->scratch + (size_t)slot * s->scratch_floats);
    }
}

/* As that of attention, with one row of weights. */
static void class_attention_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    const VoloTensor dy = volo_nn_gradient(ctx, rec->y);
    const VoloTensor q = volo_nn_input(ctx, rec->x), kv = volo_nn_input(ctx, rec->other);
    BackwardJob job = { .dy = dy.data,
                        .y = rec->y.data,
                        .q = q.data,
                        .kv = kv.data,
                        .lse = rec->kept.data,
                        .tokens = kv.h * kv.w,
                        .heads = rec->number[0],
                        .c = q.c };

    volo_nn_use(ctx, rec->y);
    volo_nn_use(ctx, rec->kept);
    if (volo_nn_wants(ctx, rec->x))
        job.dq = volo_nn_gradient_into(ctx, rec->x, &job.add_query).data;
    if (volo_nn_wants(ctx, rec->other))
        job.dkv = volo_nn_gradient_into(ctx, rec->other, &job.add_key).data;
    job.scratch_floats =
        volo_whole_lines(volo_kernels()->flash_attention_gradient_scratch(1, job.c / job.heads));
    job.scratch = volo_nn_scratch(ctx, job.scratch_floats * (size_t)ctx->threads);
    volo_nn_macs(ctx, (uint64_t)5 * q.n * job.tokens * job.c);
    if (!volo_nn_idle(ctx))
        volo_parallel_rows(ctx->threads, q.n * job.heads, 1, run_backward, &job);
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
    const VoloTensor lse =
        volo_nn_training(ctx) ? volo_nn_result(ctx, q.n, 1, 1, heads) : (VoloTensor){ 0 };
    const size_t floats = volo_attention_scratch(c, heads);
    float *scratch = volo_nn_scratch(ctx, floats * (size_t)ctx->threads);

    volo_nn_macs(ctx, (uint64_t)2 * q.n * tokens * c);
    if (volo_nn_training(ctx))
        volo_nn_record(ctx,
                       (VoloRecord){ .backward = class_attention_backward,
                                     .y = y,
                                     .x = q,
                                     .other = kv,
                                     .kept = lse,
                                     .number = { heads } },
                       false);
    if (!volo_nn_idle(ctx)) {
        Job job = { y.data, lse.data, q.data, kv.data, tokens, heads, c, scratch, floats };

        volo_parallel_rows(ctx->threads, q.n * heads, 1, run_pieces, &job);
    }
    return y;
}
