/* SPDX-License-Identifier: Apache-2.0 */
/* VoloPlan: where each tensor of a walk lies, for as long as it is needed.
 *
 * The measuring walk notes for every tensor its size, the operation that makes it and the last that
 * uses it; volo_plan_layout then gives each an offset so that tensors alive at the same time never
 * overlap. A tensor made over another whose last use that is takes its place. */
#ifndef VOLO_NN_PLAN_H
#define VOLO_NN_PLAN_H

#include <volo/base.h>

#include "base/arena.h"

#define VOLO_PLAN_NONE SIZE_MAX

typedef struct VoloPlanTensor {
    size_t floats;     /* rounded up to whole cache lines */
    size_t made, last; /* numbers of operations */
    size_t over;       /* tensor whose place it may take, or VOLO_PLAN_NONE */
    size_t offset;     /* in floats; set by volo_plan_layout */
} VoloPlanTensor;

typedef struct VoloPlan {
    VoloPlanTensor *tensor; /* [count] in the order of their making */
    size_t count, capacity;
    size_t floats;       /* of the whole arena */
    uint64_t macs;       /* of the whole walk, convolutions taken as direct */
    uint64_t multiplied; /* of it, multiply-adds that are really made */
} VoloPlan;

void volo_plan_init(VoloPlan *plan);
void volo_plan_clear(VoloPlan *plan);

/* Adds a tensor made by operation op. false when memory is refused. */
bool volo_plan_add(VoloPlan *plan, size_t floats, size_t op, size_t over);
/* Notes that operation op reads or writes the tensor. */
void volo_plan_use(VoloPlan *plan, size_t id, size_t op);
/* Gives every tensor its offset. Errors: MEMORY. */
VoloStatus volo_plan_layout(VoloPlan *plan, VoloError *err);

#endif
