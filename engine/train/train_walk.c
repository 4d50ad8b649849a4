/* SPDX-License-Identifier: Apache-2.0 */
/* The walk over network, losses and back; measured once, then run for each batch. */
#include <string.h>

#include "base/error.h"
#include "base/pages.h"
#include "base/parallel.h"
#include "train/trainer.h"

enum {
    MAIN,
    AUXILIARY,
    FLOATS_PER_PIECE = 1 << 16
};

VoloLossBatch volo_trainer_loss_batch(const VoloTrainer *t, const VoloWalkBatch *batch)
{
    return (VoloLossBatch){ .labels = batch->labels,
                            .group = batch->group,
                            .n = t->data.loader.batch,
                            .label_h = t->data.augment.crop[0],
                            .label_w = t->data.augment.crop[1] };
}

static void add_sums(VoloLossSums *sums, VoloLossSums more)
{
    sums->cross_entropy += more.cross_entropy;
    sums->dice += more.dice;
    sums->lovasz += more.lovasz;
    sums->correct += more.correct;
}

/* Writes factor · the gradient of the loss at logits where the walk back begins. */
static void end_in_loss(VoloNnContext *ctx, VoloTrainer *t, VoloTensor logits,
                        const VoloWalkBatch *batch, double factor, VoloLossSums *sums)
{
    VoloLossBatch b = volo_trainer_loss_batch(t, batch);
    bool add;

    b.logits = logits.data;
    b.h = logits.h;
    b.w = logits.w;
    volo_nn_operation(ctx);
    volo_nn_use(ctx, logits);
    const VoloTensor dy = volo_nn_gradient_into(ctx, logits, &add);
    const size_t floats = volo_loss_scratch(&t->loss, &b, ctx->threads);
    volo_nn_expect(ctx, floats > 0, "the loss of %zu pictures needs too much memory", b.n);
    float *const scratch = volo_nn_scratch(ctx, floats);
    if (volo_nn_idle(ctx))
        return;
    add_sums(sums,
             volo_loss_run(&t->loss, &b, &t->whole, (float)factor, dy.data, scratch, ctx->threads));
}

typedef struct Copy {
    float *y;
    const float *x;
} Copy;

static void copy_rows(size_t first, size_t count, int slot, void *user)
{
    const Copy *c = user;

    (void)slot;
    memcpy(c->y + first, c->x + first, count * sizeof *c->y);
}

static VoloTensor input(VoloNnContext *ctx, const VoloTrainer *t, const VoloWalkBatch *batch)
{
    volo_nn_operation(ctx);
    const VoloTensor x = volo_nn_result(ctx, t->data.loader.batch, t->data.augment.crop[0],
                                        t->data.augment.crop[1], 3);
    Copy copy = { x.data, batch->x };

    if (!volo_nn_idle(ctx))
        volo_parallel_rows(ctx->threads, volo_count(x), FLOATS_PER_PIECE, copy_rows, &copy);
    return x;
}

static void walk(VoloNnContext *ctx, VoloTrainer *t, const VoloWalkBatch *batch)
{
    const bool has_auxiliary = t->net.model.auxiliary != NULL;
    VoloTensor auxiliary;

    volo_tape_start(&t->tape);
    const VoloTensor x = input(ctx, t, batch);
    const VoloTensor logits =
        volo_network_forward(ctx, &t->net.model, x, has_auxiliary ? &auxiliary : NULL);
    end_in_loss(ctx, t, logits, batch, 1, &t->sums[MAIN]);
    if (has_auxiliary)
        end_in_loss(ctx, t, auxiliary, batch, t->options.aux_weight, &t->sums[AUXILIARY]);
    volo_nn_backward(ctx);
}

/* What an operation says of a shape is no help without the way out: batch norm over one value. */
static VoloStatus refuse_walk(const VoloTrainer *t, const VoloError *why, VoloError *err)
{
    if (why->status != VOLO_ERR_SHAPE || t->data.loader.batch > 1) {
        if (err)
            *err = *why;
        return why->status;
    }
    return volo_fail(err, VOLO_ERR_ARGUMENT,
                     "a batch of 1 sample cannot be trained here: take 2 or more, or pool_scales "
                     "without 1 (%s)",
                     why->message);
}

VoloStatus volo_trainer_plan(VoloTrainer *t, VoloError *err)
{
    const VoloWalkBatch nothing = { 0 };
    VoloNnContext ctx = { .plan = &t->plan, .tape = &t->tape, .threads = t->threads };

    volo_plan_init(&t->plan);
    walk(&ctx, t, &nothing);
    if (ctx.error.status)
        return refuse_walk(t, &ctx.error, err);
    VOLO_TRY(volo_plan_layout(&t->plan, err));
    const uint64_t needed = volo_trainer_info(t).memory, allowed = t->options.max_memory;
    if (allowed > 0 && needed > allowed)
        return volo_fail(err, VOLO_ERR_MEMORY,
                         "batches of %zu samples of %zux%zu pixels need %llu MiB of memory, %llu "
                         "MiB are allowed: take a smaller batch with accumulate, a smaller crop, "
                         "or checkpoint_blocks",
                         t->data.loader.batch, t->data.augment.crop[0], t->data.augment.crop[1],
                         (unsigned long long)((needed >> 20) + 1),
                         (unsigned long long)(allowed >> 20));
    t->arena = volo_pages_new(t->plan.floats * sizeof *t->arena);
    return t->arena ? VOLO_OK : volo_fail_memory(err, t->plan.floats * sizeof *t->arena);
}

VoloStatus volo_trainer_walk(VoloTrainer *t, const VoloWalkBatch *batch, uint64_t number,
                             VoloError *err)
{
    VoloNnContext ctx = {
        .plan = &t->plan, .base = t->arena, .tape = &t->tape, .threads = t->threads
    };

    t->tape.key[0] = t->options.seed;
    t->tape.key[1] = number;
    walk(&ctx, t, batch);
    if (ctx.error.status && err)
        *err = ctx.error;
    return ctx.error.status;
}
