/* SPDX-License-Identifier: Apache-2.0 */
/* Activations as a step of their own, in training: the backward of GELU needs what went in. */
#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/tape.h"

enum {
    FLOATS_PER_PIECE = 1 << 14
};

typedef struct Job {
    float *y;        /* or dx */
    const float *x;  /* [count] */
    const float *dy; /* NULL: forward */
    VoloActivation activation;
    bool add;
} Job;

static void run_forward(size_t first, size_t count, int slot, void *user)
{
    const Job *const s = user;
    float *const y = s->y + first;

    (void)slot;
    if (y != s->x + first)
        memcpy(y, s->x + first, count * sizeof *y);
    volo_kernels()->epilogue(y, count, NULL, NULL, 0, (int)s->activation, 1, count);
}

static void run_backward(size_t first, size_t count, int slot, void *user)
{
    const Job *const s = user;

    (void)slot;
    volo_kernels()->activation_gradient(s->y + first, s->dy + first, s->x + first,
                                        (int)s->activation, s->add, count);
}

/* dx += dy · act'(x) */
static void activation_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    const VoloTensor dy = volo_nn_gradient(ctx, rec->y);
    bool add;

    const VoloTensor x = volo_nn_input(ctx, rec->x);
    const VoloTensor dx = volo_nn_gradient_over(ctx, rec->x, dy, &add);
    Job job = { dx.data, x.data, dy.data, (VoloActivation)rec->number[0], add };

    if (!volo_nn_idle(ctx))
        volo_parallel_rows(ctx->threads, volo_count(dx), FLOATS_PER_PIECE, run_backward, &job);
}

/* y = act(source) */
static void run_again(VoloNnContext *ctx, VoloTensor y, VoloTensor source, const VoloRemake *how)
{
    Job job = { y.data, source.data, NULL, (VoloActivation)how->number, false };

    volo_parallel_rows(ctx->threads, volo_count(y), FLOATS_PER_PIECE, run_forward, &job);
}

VoloTensor volo_nn_activate(VoloNnContext *ctx, VoloTensor x, VoloActivation activation)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    const VoloTensor y = volo_nn_result_over(ctx, x);
    Job job = { y.data, x.data, NULL, activation, false };

    if (volo_nn_training(ctx)) {
        volo_nn_record(
            ctx,
            (VoloRecord){
                .backward = activation_backward, .y = y, .x = x, .number = { (size_t)activation } },
            false);
        if (volo_nn_wants(ctx, x)) /* else nobody keeps x */
            volo_nn_remakable(ctx, y, (VoloRemake){ run_again, x, NULL, (size_t)activation });
    }
    if (!volo_nn_idle(ctx))
        volo_parallel_rows(ctx->threads, volo_count(x), FLOATS_PER_PIECE, run_forward, &job);
    return y;
}
