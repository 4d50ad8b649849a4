/* SPDX-License-Identifier: Apache-2.0 */
/* Multi-head self-attention, tile by tile with a running softmax (Milakov & Gimelshein 2018; Dao et
 * al. 2022): memory grows with the number of tokens, not with its square. */
#include <math.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/context.h"

typedef struct Job {
    float *y;         /* [n,tokens,c] */
    const float *qkv; /* [n,tokens,3c] */
    size_t tokens, heads, c;
    float *scratch; /* [threads, scratch_floats] */
    size_t scratch_floats;
} Job;

static size_t scratch_floats(size_t c, size_t heads)
{
    return (volo_kernels()->flash_attention_scratch(c / (heads ? heads : 1)) + 15) & ~(size_t)15;
}

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

    volo_kernels()->flash_attention(s->y + (n * s->tokens + row) * s->c + head * d, s->c,
                                    qkv + row * 3 * s->c, qkv + s->c, qkv + 2 * s->c, 3 * s->c,
                                    1.0f / sqrtf((float)d), rows, s->tokens, d, scratch);
}

static void run_pieces(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;

    for (size_t i = first; i < first + count; i++)
        run_block(s, i, s->scratch + (size_t)slot * s->scratch_floats);
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
    const size_t floats = scratch_floats(c, heads);
    float *scratch = volo_nn_scratch(ctx, floats * (size_t)ctx->threads);

    volo_nn_macs(ctx, (uint64_t)2 * qkv.n * tokens * tokens * c);
    if (!volo_nn_idle(ctx)) {
        Job job = { y.data, qkv.data, tokens, heads, c, scratch, floats };

        volo_parallel_rows(ctx->threads, qkv.n * heads * query_blocks(tokens), 1, run_pieces, &job);
    }
    return y;
}

/* One query for each picture. */
typedef struct ClassJob {
    float *y;        /* [n,c] */
    const float *q;  /* [n,c] */
    const float *kv; /* [n,tokens,2c] */
    size_t tokens, heads, c;
    float *scratch; /* [threads, scratch_floats] */
    size_t scratch_floats;
} ClassJob;

/* Piece = (picture, head). */
static void run_class_pieces(size_t first, size_t count, int slot, void *user)
{
    const ClassJob *s = user;
    const size_t d = s->c / s->heads;

    for (size_t i = first; i < first + count; i++) {
        const size_t at = i * d; /* pictures · c + head · d */
        const float *k = s->kv + i / s->heads * s->tokens * 2 * s->c + i % s->heads * d;

        volo_kernels()->flash_attention(s->y + at, s->c, s->q + at, k, k + s->c, 2 * s->c,
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
        ClassJob job = { y.data, q.data, kv.data, tokens, heads, c, scratch, floats };

        volo_parallel_rows(ctx->threads, q.n * heads, 1, run_class_pieces, &job);
    }
    return y;
}
