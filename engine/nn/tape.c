/* SPDX-License-Identifier: Apache-2.0 */
/* Records, gradients of tensors by their number, and the walk backwards. */
#include "nn/tape.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/parallel.h"
#include "kernels/kernels.h"

enum {
    FLOATS_PER_PIECE = 1 << 16
};

void volo_tape_start(VoloTape *tape)
{
    tape->count = 0;
    tape->slots = 0;
    tape->paused = false;
    tape->draws = 0;
}

void volo_tape_clear(VoloTape *tape)
{
    free(tape->record);
    free(tape->slot);
    *tape = (VoloTape){ 0 };
}

/* The slot of a tensor; NULL after an error. */
static VoloGradientSlot *slot_of(VoloNnContext *ctx, VoloTensor x)
{
    VoloTape *const tape = ctx->tape;

    if (x.id >= tape->slot_capacity) {
        const size_t capacity = 2 * x.id + 256;
        VoloGradientSlot *const grown = realloc(tape->slot, capacity * sizeof *grown);

        if (!grown) {
            if (!ctx->error.status)
                volo_fail_memory(&ctx->error, capacity * sizeof *grown);
            return NULL;
        }
        tape->slot = grown;
        tape->slot_capacity = capacity;
    }
    if (x.id >= tape->slots) {
        memset(tape->slot + tape->slots, 0, (x.id + 1 - tape->slots) * sizeof *tape->slot);
        tape->slots = x.id + 1;
    }
    return &tape->slot[x.id];
}

void volo_nn_want(VoloNnContext *ctx, VoloTensor x)
{
    VoloGradientSlot *const slot = slot_of(ctx, x);

    if (slot)
        slot->wanted = true;
}

bool volo_nn_wants(const VoloNnContext *ctx, VoloTensor x)
{
    return x.n > 0 && x.id < ctx->tape->slots && ctx->tape->slot[x.id].wanted;
}

static bool grow(VoloTape *tape)
{
    const size_t capacity = tape->capacity ? 2 * tape->capacity : 256;
    VoloRecord *const grown = realloc(tape->record, capacity * sizeof *grown);

    if (grown) {
        tape->record = grown;
        tape->capacity = capacity;
    }
    return grown != NULL;
}

void volo_nn_record(VoloNnContext *ctx, VoloRecord record, bool trains)
{
    VoloTape *const tape = ctx->tape;

    if (ctx->error.status || tape->paused)
        return;
    if (!trains && !volo_nn_wants(ctx, record.x) && !volo_nn_wants(ctx, record.other))
        return;
    if (tape->count == tape->capacity && !grow(tape)) {
        volo_fail_memory(&ctx->error, tape->capacity * sizeof record);
        return;
    }
    tape->record[tape->count++] = record;
    volo_nn_want(ctx, record.y);
}

void volo_nn_remakable(VoloNnContext *ctx, VoloTensor y, VoloRemake remake)
{
    VoloGradientSlot *const slot = slot_of(ctx, y);

    if (slot)
        slot->remake = remake;
}

VoloTensor volo_nn_input(VoloNnContext *ctx, VoloTensor x)
{
    const VoloGradientSlot *const slot = slot_of(ctx, x);
    const VoloRemake remake = slot ? slot->remake : (VoloRemake){ 0 };

    if (!remake.run) {
        volo_nn_use(ctx, x);
        return x;
    }
    const VoloTensor source = volo_nn_input(ctx, remake.source);
    const VoloTensor y = volo_nn_result(ctx, x.n, x.h, x.w, x.c);
    if (!volo_nn_idle(ctx))
        remake.run(ctx, y, source, &remake);
    return y;
}

VoloTensor volo_nn_gradient(VoloNnContext *ctx, VoloTensor y)
{
    const VoloGradientSlot *const slot = slot_of(ctx, y);
    const VoloTensor dy = slot ? slot->gradient : y;

    volo_nn_use(ctx, dy);
    return dy;
}

/* The gradient of x so far, or a new tensor for it. */
static VoloTensor gradient_place(VoloNnContext *ctx, VoloTensor x, const VoloTensor *over,
                                 bool *ret_add)
{
    VoloGradientSlot *slot = slot_of(ctx, x);

    *ret_add = slot && slot->gradient.n > 0;
    if (*ret_add) {
        volo_nn_use(ctx, slot->gradient);
        return slot->gradient;
    }
    const VoloTensor dx =
        over ? volo_nn_result_over(ctx, *over) : volo_nn_result(ctx, x.n, x.h, x.w, x.c);
    if (slot)
        slot->gradient = dx;
    return dx;
}

VoloTensor volo_nn_gradient_into(VoloNnContext *ctx, VoloTensor x, bool *ret_add)
{
    return gradient_place(ctx, x, NULL, ret_add);
}

VoloTensor volo_nn_gradient_over(VoloNnContext *ctx, VoloTensor x, VoloTensor dy, bool *ret_add)
{
    return gradient_place(ctx, x, &dy, ret_add);
}

typedef struct Sum {
    float *y;
    const float *a, *b; /* b NULL: y = a */
} Sum;

static void run_sum(size_t first, size_t count, int slot, void *user)
{
    const Sum *const s = user;

    (void)slot;
    if (s->b)
        volo_kernels()->add(s->y + first, s->a + first, s->b + first, count);
    else
        memcpy(s->y + first, s->a + first, count * sizeof *s->y);
}

void volo_nn_gradient_pass(VoloNnContext *ctx, VoloTensor x, VoloTensor y)
{
    if (!volo_nn_wants(ctx, x) || ctx->error.status)
        return;
    VoloGradientSlot *const to = slot_of(ctx, x), *const from = slot_of(ctx, y);
    bool add;

    if (to->gradient.n == 0 && !from->passed) {
        from->passed = true;
        to->gradient = from->gradient;
        return;
    }
    const VoloTensor dy = volo_nn_gradient(ctx, y);
    const VoloTensor dx = volo_nn_gradient_into(ctx, x, &add);
    Sum sum = { dx.data, dy.data, add ? dx.data : NULL };

    if (!volo_nn_idle(ctx))
        volo_parallel_rows(ctx->threads, volo_count(dx), FLOATS_PER_PIECE, run_sum, &sum);
}

float *volo_nn_parameter_gradient(const VoloNnContext *ctx, const float *value)
{
    const VoloTape *const tape = ctx->tape;

    if (!value)
        return NULL;
    const size_t at = (size_t)(value - tape->values);
    return tape->frozen && tape->frozen[at / VOLO_PARAMETER_UNIT] ? NULL : tape->gradients + at;
}

/* The records from `from` on, last first; gone afterwards. Backwards may add records and take them
 * away again, so each is copied first. */
static void walk_back(VoloNnContext *ctx, size_t from)
{
    VoloTape *const tape = ctx->tape;

    while (tape->count > from && !ctx->error.status) {
        const VoloRecord record = tape->record[--tape->count];

        if (tape->slot[record.y.id].gradient.n == 0)
            continue;
        volo_nn_operation(ctx);
        record.backward(ctx, &record);
    }
}

void volo_nn_backward(VoloNnContext *ctx)
{
    walk_back(ctx, 0);
}

/* Makes the inside of the block again, this time with records, and walks back over them. */
static void block_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    VoloTape *const tape = ctx->tape;
    const size_t from = tape->count;
    const uint64_t draws = tape->draws;

    tape->draws = rec->number[0];
    const VoloTensor y = rec->block(ctx, rec->x, rec->p);
    VoloGradientSlot *const slot = slot_of(ctx, y);
    if (slot)
        slot->gradient = volo_nn_gradient(ctx, rec->y);
    walk_back(ctx, from);
    tape->draws = draws;
}

VoloTensor volo_nn_block(VoloNnContext *ctx, VoloBlockFn fn, VoloTensor x, const void *p)
{
    VoloTape *const tape = ctx->tape;

    if (!tape || !tape->recompute || tape->paused)
        return fn(ctx, x, p);
    const uint64_t draws = tape->draws;

    tape->paused = true;
    const VoloTensor y = fn(ctx, x, p);
    tape->paused = false;
    volo_nn_record(
        ctx,
        (VoloRecord){
            .backward = block_backward, .y = y, .x = x, .p = p, .block = fn, .number = { draws } },
        true);
    return y;
}
