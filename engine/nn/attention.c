/* SPDX-License-Identifier: Apache-2.0 */
/* Multi-head self-attention, tile by tile with a running softmax (Milakov & Gimelshein 2018; Dao et
 * al. 2022): memory grows with the number of tokens, not with its square. */
#include <math.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/attention.h"
#include "nn/tape.h"

typedef struct Job {
    float *y;         /* [n,tokens,c] */
    float *lse;       /* [n,heads,tokens], or NULL */
    const float *qkv; /* [n,tokens,3c] */
    size_t tokens, heads, c;
    float *scratch; /* [threads, scratch_floats] */
    size_t scratch_floats;
} Job;

static size_t query_blocks(size_t tokens)
{
    return (tokens + VOLO_ATTENTION_ROWS - 1) / VOLO_ATTENTION_ROWS;
}

/* Piece = (picture, head, block of queries), the block fastest: neighbours share keys and values.
 */
static void run_block(const Job *s, size_t piece, float *scratch)
{
    const size_t blocks = query_blocks(s->tokens), d = s->c / s->heads;
    const size_t row = piece % blocks * VOLO_ATTENTION_ROWS;
    const size_t head = piece / blocks % s->heads;
    const size_t n = piece / blocks / s->heads;
    const size_t left = s->tokens - row;
    const size_t rows = left < VOLO_ATTENTION_ROWS ? left : VOLO_ATTENTION_ROWS;
    const float *qkv = s->qkv + n * s->tokens * 3 * s->c + head * d; /* q; then k, v at +c, +2c */

    volo_kernels()->flash_attention(
        s->y + (n * s->tokens + row) * s->c + head * d, s->c,
        s->lse ? s->lse + (n * s->heads + head) * s->tokens + row : NULL, qkv + row * 3 * s->c,
        qkv + s->c, qkv + 2 * s->c, 3 * s->c, 1.0f / sqrtf((float)d), rows, s->tokens, d, scratch);
}

static void run_pieces(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;

    for (size_t i = first; i < first + count; i++)
        run_block(s, i, s->scratch + (size_t)slot * s->scratch_floats);
}

typedef struct BackwardJob {
    float *dqkv; /* [n,tokens,3c] */
    const float *dy, *y, *qkv, *lse;
    size_t tokens, heads, c;
    bool add;
    float *scratch; /* [threads, scratch_floats] */
    size_t scratch_floats;
} BackwardJob;

/* Piece = (picture, head). */
static void run_backward(size_t first, size_t count, int slot, void *user)
{
    const BackwardJob *const s = user;
    const size_t c = s->c, d = c / s->heads;

    for (size_t i = first; i < first + count; i++) {
        const size_t row = i / s->heads * s->tokens, head = i % s->heads * d;
        float *const dqkv = s->dqkv + row * 3 * c + head;
        const float *const qkv = s->qkv + row * 3 * c + head;
        const VoloAttentionGradient job = { .dq = dqkv,
                                            .dk = dqkv + c,
                                            .dv = dqkv + 2 * c,
                                            .dy = s->dy + row * c + head,
                                            .y = s->y + row * c + head,
                                            .lse = s->lse + i * s->tokens,
                                            .q = qkv,
                                            .k = qkv + c,
                                            .v = qkv + 2 * c,
                                            .ld_gradient = 3 * c,
                                            .ldy = c,
                                            .ld = 3 * c,
                                            .scale = 1.0f / sqrtf((float)d),
                                            .add_query = s->add,
                                            .add_key = s->add,
                                            .r = s->tokens,
                                            .keys = s->tokens,
                                            .d = d };

        volo_kernels()->flash_attention_gradient(&job,
                                                 s->scratch + (size_t)slot * s->scratch_floats);
    }
}

/* With the weights p = softmax(q kᵀ d^-1/2) and ds = p (dy vᵀ - Σ dy · y):
 * dq += ds k d^-1/2, dk += dsᵀ q d^-1/2, dv += pᵀ dy */
static void attention_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    const VoloTensor dy = volo_nn_gradient(ctx, rec->y), qkv = volo_nn_input(ctx, rec->x);
    BackwardJob job = { .dy = dy.data,
                        .y = rec->y.data,
                        .qkv = qkv.data,
                        .lse = rec->kept.data,
                        .tokens = qkv.h * qkv.w,
                        .heads = rec->number[0],
                        .c = qkv.c / 3 };

    volo_nn_use(ctx, rec->y);
    volo_nn_use(ctx, rec->kept);
    job.dqkv = volo_nn_gradient_into(ctx, rec->x, &job.add).data;
    job.scratch_floats = volo_whole_lines(
        volo_kernels()->flash_attention_gradient_scratch(job.tokens, job.c / job.heads));
    job.scratch = volo_nn_scratch(ctx, job.scratch_floats * (size_t)ctx->threads);
    volo_nn_macs(ctx, (uint64_t)5 * qkv.n * job.tokens * job.tokens * job.c);
    if (!volo_nn_idle(ctx))
        volo_parallel_rows(ctx->threads, qkv.n * job.heads, 1, run_backward, &job);
}

/* qkv [n,h,w,3c] -> y [n,h,w,c] = softmax(q kᵀ d^-1/2) v for each picture and head */
VoloTensor volo_nn_attention(VoloNnContext *ctx, VoloTensor qkv, size_t heads)
{
    const size_t c = qkv.c / 3, tokens = qkv.h * qkv.w;

    volo_nn_operation(ctx);
    volo_nn_use(ctx, qkv);
    volo_nn_expect(ctx, qkv.c % 3 == 0 && heads > 0 && c % heads == 0,
                   "%zu channels do not divide into q, k, v of %zu heads", qkv.c, heads);
    const VoloTensor y = volo_nn_result(ctx, qkv.n, qkv.h, qkv.w, c);
    const VoloTensor lse =
        volo_nn_training(ctx) ? volo_nn_result(ctx, qkv.n, 1, heads, tokens) : (VoloTensor){ 0 };
    const size_t floats = volo_attention_scratch(c, heads);
    float *scratch = volo_nn_scratch(ctx, floats * (size_t)ctx->threads);

    volo_nn_macs(ctx, (uint64_t)2 * qkv.n * tokens * tokens * c);
    if (volo_nn_training(ctx))
        volo_nn_record(ctx,
                       (VoloRecord){ .backward = attention_backward,
                                     .y = y,
                                     .x = qkv,
                                     .kept = lse,
                                     .number = { heads } },
                       false);
    if (!volo_nn_idle(ctx)) {
        Job job = { y.data, lse.data, qkv.data, tokens, heads, c, scratch, floats };

        volo_parallel_rows(ctx->threads, qkv.n * heads * query_blocks(tokens), 1, run_pieces, &job);
    }
    return y;
}
