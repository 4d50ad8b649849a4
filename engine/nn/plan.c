/* SPDX-License-Identifier: Apache-2.0 */
/* Placing tensors by size: the largest first, each at the lowest offset that is free for as long as
 * it lives ("greedy by size", Pisarchyk & Lee 2020). */
#include "nn/plan.h"

#include <stdlib.h>

#include "base/error.h"

void volo_plan_init(VoloPlan *plan)
{
    *plan = (VoloPlan){ 0 };
}

void volo_plan_clear(VoloPlan *plan)
{
    free(plan->tensor);
    volo_plan_init(plan);
}

bool volo_plan_add(VoloPlan *plan, size_t floats, size_t op, size_t over)
{
    if (plan->count == plan->capacity) {
        const size_t capacity = plan->capacity ? 2 * plan->capacity : 256;
        VoloPlanTensor *grown = realloc(plan->tensor, capacity * sizeof *grown);

        if (!grown)
            return false;
        plan->tensor = grown;
        plan->capacity = capacity;
    }
    plan->tensor[plan->count++] = (VoloPlanTensor){
        .floats = (floats + 15) & ~(size_t)15, .made = op, .last = op, .over = over
    };
    return true;
}

void volo_plan_use(VoloPlan *plan, size_t id, size_t op)
{
    plan->tensor[id].last = op;
}

/* One stretch of memory and how long it is taken; several tensors may follow each other in it. */
typedef struct Slot {
    size_t floats, made, last, offset;
} Slot;

/* Gathers tensors into slots; slot_of[id] tells which. Returns the number of slots. */
static size_t make_slots(const VoloPlan *plan, Slot *slot, size_t *slot_of)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const VoloPlanTensor *t = &plan->tensor[i];
        const VoloPlanTensor *over = t->over == VOLO_PLAN_NONE ? NULL : &plan->tensor[t->over];

        if (over && over->last == t->made && over->floats == t->floats) {
            slot_of[i] = slot_of[t->over];
            slot[slot_of[i]].last = t->last;
            continue;
        }
        slot_of[i] = count;
        slot[count++] = (Slot){ t->floats, t->made, t->last, 0 };
    }
    return count;
}

static int larger_first(const void *a, const void *b)
{
    const Slot *x = *(Slot *const *)a, *y = *(Slot *const *)b;

    if (x->floats != y->floats)
        return x->floats < y->floats ? 1 : -1;
    return x < y ? -1 : x > y;
}

static bool live_together(const Slot *a, const Slot *b)
{
    return a->made <= b->last && b->made <= a->last;
}

/* The lowest offset at which slot fits beside those already placed that live at the same time;
 * placed is kept sorted by offset. */
static size_t lowest_offset(const Slot *slot, Slot *const *placed, size_t count)
{
    size_t offset = 0;

    for (size_t i = 0; i < count; i++) {
        if (!live_together(slot, placed[i]))
            continue;
        if (placed[i]->offset >= offset + slot->floats)
            break;
        if (placed[i]->offset + placed[i]->floats > offset)
            offset = placed[i]->offset + placed[i]->floats;
    }
    return offset;
}

static void insert_by_offset(Slot **placed, size_t count, Slot *slot)
{
    size_t i = count;

    for (; i > 0 && placed[i - 1]->offset > slot->offset; i--)
        placed[i] = placed[i - 1];
    placed[i] = slot;
}

static size_t place_slots(Slot *slot, size_t count, Slot **by_size, Slot **placed)
{
    size_t floats = 0;

    for (size_t i = 0; i < count; i++)
        by_size[i] = &slot[i];
    qsort(by_size, count, sizeof *by_size, larger_first);
    for (size_t i = 0; i < count; i++) {
        by_size[i]->offset = lowest_offset(by_size[i], placed, i);
        insert_by_offset(placed, i, by_size[i]);
        if (by_size[i]->offset + by_size[i]->floats > floats)
            floats = by_size[i]->offset + by_size[i]->floats;
    }
    return floats;
}

VoloStatus volo_plan_layout(VoloPlan *plan, VoloError *err)
{
    const size_t count = plan->count + 1; /* never a request for nothing */
    Slot *slot = malloc(count * sizeof *slot);
    Slot **order = malloc(2 * count * sizeof *order);
    size_t *slot_of = malloc(count * sizeof *slot_of);
    VoloStatus status = VOLO_OK;

    if (slot && order && slot_of) {
        const size_t slots = make_slots(plan, slot, slot_of);

        plan->floats = place_slots(slot, slots, order, order + count);
        for (size_t i = 0; i < plan->count; i++)
            plan->tensor[i].offset = slot[slot_of[i]].offset;
    } else {
        status = volo_fail_memory(err, count * (sizeof *slot + 2 * sizeof *order));
    }
    free(slot);
    free(order);
    free(slot_of);
    return status;
}
