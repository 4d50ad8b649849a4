/* SPDX-License-Identifier: Apache-2.0 */
/* VoloTape: what the operations of a training walk note, so that the walk can go on backwards
 * (reverse-mode differentiation). An operation that trains ends with
 *
 *     volo_nn_record(ctx, (VoloRecord){ .backward = fn, .y = y, .x = x, .p = p }, trains);
 *
 * and its backward, itself an operation of the walk, reads
 *
 *     const VoloTensor dy = volo_nn_gradient(ctx, rec->y);
 *     const VoloTensor x = volo_nn_input(ctx, rec->x);     for each tensor it still needs
 *     if (volo_nn_wants(ctx, rec->x)) {
 *         bool add;
 *         const VoloTensor dx = volo_nn_gradient_into(ctx, rec->x, &add);
 *         if (!volo_nn_idle(ctx)) ...                      write dx, or add to it
 *     }
 *
 * Tensors that a backward uses live until then: the plan sees to it. */
#ifndef VOLO_NN_TAPE_H
#define VOLO_NN_TAPE_H

#include "nn/context.h"

typedef struct VoloRecord VoloRecord;
typedef void (*VoloBackwardFn)(VoloNnContext *ctx, const VoloRecord *rec);

struct VoloRecord {
    VoloBackwardFn backward;
    VoloTensor y;        /* the result */
    VoloTensor x, other; /* inputs; other.n is 0 where there is one */
    VoloTensor kept;     /* something more that the forward made */
    const void *p;       /* parameters, or a block's function's */
    VoloBlockFn block;   /* of volo_nn_block */
    size_t number[6];    /* sizes and switches, by the operation's own meaning */
    float real[2];
};

/* How a tensor that is cheap to make can be had again from another, so that it need not be kept:
 * writes y from source, both complete tensors. */
typedef struct VoloRemake {
    void (*run)(VoloNnContext *ctx, VoloTensor y, VoloTensor source, const struct VoloRemake *how);
    VoloTensor source; /* kept in any case, by the backward of what made the tensor */
    const void *p;
    size_t number;
} VoloRemake;

/* Of the tensor with that number within the walk. */
typedef struct VoloGradientSlot {
    VoloTensor gradient; /* n is 0 before anything was written to it */
    bool wanted;
    bool passed;       /* another tensor has taken the gradient for its own */
    VoloRemake remake; /* run is NULL: the tensor itself is kept for backwards that need it */
} VoloGradientSlot;

/* Sums arrays over all processes that train together, in place. */
typedef void (*VoloReduceFn)(double *sums, size_t count, void *user);

typedef struct VoloTape {
    VoloRecord *record; /* [count] */
    size_t count, capacity;
    VoloGradientSlot *slot; /* [slots] by VoloTensor.id */
    size_t slots, slot_capacity;
    const float *values; /* the parameter block [floats], */
    float *gradients;    /* its gradients, added to, */
    const uint8_t
        *frozen;     /* [floats / VOLO_PARAMETER_UNIT] and which of it is not trained; or NULL */
    bool recompute;  /* volo_nn_block keeps only its input */
    bool paused;     /* nothing is recorded: a block whose inside is made again later */
    uint64_t key[2]; /* of this step's random numbers, and how many draws were made */
    uint64_t draws;
    VoloReduceFn reduce; /* NULL: one process */
    void *reduce_user;
    size_t processes; /* that reduce sums over; each has a batch of the same shape; 0: 1 */
} VoloTape;

/* Parameters begin at multiples of that many floats. */
#define VOLO_PARAMETER_UNIT 16

/* Before each walk, measuring ones too: empty, but keeps its memory. */
void volo_tape_start(VoloTape *tape);
void volo_tape_clear(VoloTape *tape);

/* Whether operations follow training's formulas: nothing folded, nothing packed beforehand. */
static inline bool volo_nn_training(const VoloNnContext *ctx)
{
    return ctx->tape != NULL;
}

/* Notes the record, if anything is to be trained through it: one of the inputs wants a gradient, or
 * the operation has parameters that train. */
void volo_nn_record(VoloNnContext *ctx, VoloRecord record, bool trains);

/* Asks for the gradient of an input of the walk (tests); results of records get theirs anyway. */
void volo_nn_want(VoloNnContext *ctx, VoloTensor x);
bool volo_nn_wants(const VoloNnContext *ctx, VoloTensor x);

/* Says how y can be had again; a backward that needs it and asks by volo_nn_input makes it anew. */
void volo_nn_remakable(VoloNnContext *ctx, VoloTensor y, VoloRemake remake);
/* x as the forward had it: itself, which lives until now, or made again for this operation. */
VoloTensor volo_nn_input(VoloNnContext *ctx, VoloTensor x);

/* dy [n,h,w,c], complete when y's record is reached. */
VoloTensor volo_nn_gradient(VoloNnContext *ctx, VoloTensor y);
/* Where to write dx; *ret_add: it holds what other uses of x gave, add to it. */
VoloTensor volo_nn_gradient_into(VoloNnContext *ctx, VoloTensor x, bool *ret_add);
/* The same for a backward that reads dy, of x's shape, no further than it has written: dx may be in
 * dy's place. */
VoloTensor volo_nn_gradient_over(VoloNnContext *ctx, VoloTensor x, VoloTensor dy, bool *ret_add);
/* dx += dy, for sums; x and y have one shape. Nothing, if x wants no gradient. The first x of a y
 * takes dy itself where it can, so y's backward reads dy before it passes it on. */
void volo_nn_gradient_pass(VoloNnContext *ctx, VoloTensor x, VoloTensor y);
/* Where to add the gradient of a parameter; NULL when it is frozen or value is NULL. */
float *volo_nn_parameter_gradient(const VoloNnContext *ctx, const float *value);

/* Walks the tape backwards. Gradients of results that training ends in (a loss) must have been
 * written by volo_nn_gradient_into; results that nobody used are passed by. */
void volo_nn_backward(VoloNnContext *ctx);

#endif
