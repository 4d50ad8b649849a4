/* SPDX-License-Identifier: Apache-2.0 */
/* The context of a walk over a network: measuring or running (see <volo/impl/nn.h>), and what the
 * operations in this folder share. Every operation follows one pattern:
 *
 *     volo_nn_operation(ctx);                     a new number
 *     volo_nn_use(ctx, x);                        for each input
 *     y = volo_nn_result(ctx, n, h, w, c);        shape checked, placed by the plan
 *     if (volo_nn_idle(ctx)) return y;            nothing to compute while measuring
 *
 * and in training adds a record to the tape (nn/tape.h), whose backward follows it too.
 */
#ifndef VOLO_NN_CONTEXT_H
#define VOLO_NN_CONTEXT_H

#include <volo/impl/nn.h>
#include <volo/session.h>

#include "nn/plan.h"

/* Told of every stage, in both walks. false: stop (only while running). */
typedef bool (*VoloStageFn)(const char *name, VoloTensor x, uint64_t macs_so_far, void *user);

struct VoloTape;

struct VoloNnContext {
    VoloPlan *plan;
    struct VoloTape *tape; /* training; NULL: inference */
    float *base;           /* the arena; NULL while measuring */
    int threads;
    bool exact;          /* no reassociating shortcuts */
    size_t op;           /* number of the current operation */
    size_t next;         /* number of the next tensor */
    uint64_t macs;       /* so far, convolutions taken as direct */
    uint64_t multiplied; /* so far, multiply-adds that are really made */
    char stage[64];      /* the last one finished, for messages */
    VoloStageFn stage_fn;
    void *stage_user;
    VoloError error; /* the first; operations after it do nothing */
};

static inline bool volo_nn_measuring(const VoloNnContext *ctx)
{
    return ctx->base == NULL;
}

/* Nothing to compute: measuring, or after an error. */
static inline bool volo_nn_idle(const VoloNnContext *ctx)
{
    return ctx->base == NULL || ctx->error.status != VOLO_OK;
}

void volo_nn_operation(VoloNnContext *ctx);
void volo_nn_use(VoloNnContext *ctx, VoloTensor x);
/* Multiply-adds of an operation, and how many of them a shortcut makes instead. */
void volo_nn_macs(VoloNnContext *ctx, uint64_t count);
void volo_nn_macs_by(VoloNnContext *ctx, uint64_t count, uint64_t multiplied);

/* A new tensor [n,h,w,c]; over: in the place of that one (same shape), if it is not needed again.
 */
VoloTensor volo_nn_result(VoloNnContext *ctx, size_t n, size_t h, size_t w, size_t c);
VoloTensor volo_nn_result_over(VoloNnContext *ctx, VoloTensor over);

/* Floats that live as long as the current operation; NULL while measuring. */
float *volo_nn_scratch(VoloNnContext *ctx, size_t floats);

/* Keeps a shape error (with the stage's name) unless there is one already. Returns whether ok. */
bool volo_nn_expect(VoloNnContext *ctx, bool ok, const char *format, ...) VOLO_PRINTF(3, 4);

#endif
