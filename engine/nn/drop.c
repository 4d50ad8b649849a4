/* SPDX-License-Identifier: Apache-2.0 */
/* Stochastic depth and spatial dropout: parts of a result are left out in training, and the rest is
 * scaled so that the mean stays. Random numbers come from (key of the step, number of the draw), so
 * they are the same when a block is made again. */
#include "base/parallel.h"
#include "base/random.h"
#include "kernels/kernels.h"
#include "nn/tape.h"

enum {
    ROWS_PER_PIECE = 64
};

/* y = factor · x, a factor for each picture, or for each channel of each picture */
typedef struct Job {
    float *y;
    const float *x, *factor;
    size_t rows, c; /* of a picture */
    size_t factors; /* of a picture: 1 or c */
    bool add;
} Job;

static void run_rows(size_t first, size_t count, int slot, void *user)
{
    const Job *const s = user;

    (void)slot;
    for (size_t row = first; row < first + count; row++) {
        const float *const factor = s->factor + row / s->rows * s->factors;
        float *const y = s->y + row * s->c;
        const float *const x = s->x + row * s->c;

        for (size_t i = 0; i < s->c; i++)
            y[i] = (s->add ? y[i] : 0) + x[i] * factor[s->factors == 1 ? 0 : i];
    }
}

static void scale(VoloNnContext *ctx, VoloTensor y, VoloTensor x, VoloTensor factor, bool add)
{
    Job job = { y.data, x.data, factor.data, x.h * x.w, x.c, factor.c, add };

    if (!volo_nn_idle(ctx))
        volo_parallel_rows(ctx->threads, volo_rows(x), ROWS_PER_PIECE, run_rows, &job);
}

/* dx += factor · dy */
static void drop_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    const VoloTensor dy = volo_nn_gradient(ctx, rec->y);
    bool add;

    volo_nn_use(ctx, rec->kept);
    const VoloTensor dx = volo_nn_gradient_over(ctx, rec->x, dy, &add);
    scale(ctx, dx, dy, rec->kept, add);
}

/* factor [count] = 0 with probability rate, else 1 / (1 - rate) */
static void draw(const VoloTape *tape, uint64_t number, float rate, float *factor, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t random[4];

        volo_random_block(tape->key, (const uint64_t[4]){ number, i, 0, 0 }, random);
        factor[i] = (double)(random[0] >> 11) * 0x1p-53 < (double)rate ? 0 : 1 / (1 - rate);
    }
}

static VoloTensor drop(VoloNnContext *ctx, VoloTensor x, float rate, size_t factors)
{
    if (!volo_nn_training(ctx) || rate <= 0)
        return x;
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    const VoloTensor factor = volo_nn_result(ctx, x.n, 1, 1, factors);
    const VoloTensor y = volo_nn_result_over(ctx, x);
    const uint64_t number = ctx->tape->draws++;

    volo_nn_record(ctx, (VoloRecord){ .backward = drop_backward, .y = y, .x = x, .kept = factor },
                   false);
    if (!volo_nn_idle(ctx))
        draw(ctx->tape, number, rate, factor.data, x.n * factors);
    scale(ctx, y, x, factor, false);
    return y;
}

VoloTensor volo_nn_drop_path(VoloNnContext *ctx, VoloTensor x, float rate)
{
    return drop(ctx, x, rate, 1);
}

VoloTensor volo_nn_drop_channels(VoloNnContext *ctx, VoloTensor x, float rate)
{
    return drop(ctx, x, rate, x.c);
}
