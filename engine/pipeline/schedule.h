/* SPDX-License-Identifier: Apache-2.0 */
/* VoloSchedule: everything that is known before pictures of one size are run: views and windows, a
 * plan of the network for each scale, where logits are kept, how rows are made, what it costs. */
#ifndef VOLO_PIPELINE_SCHEDULE_H
#define VOLO_PIPELINE_SCHEDULE_H

#include "pipeline/labels.h"
#include "pipeline/network.h"

/* Network inputs of one size: the windows of a view and of its mirror image. */
typedef struct VoloScale {
    VoloWalkShape shape;
    VoloPlan plan;
    bool resized; /* to bytes, before the walk: the fixed-point kernel */
} VoloScale;

/* Memory of a run, one block: f32 [work] for plans in turn, then f32 [store] of logits, then u8
 * [bytes] of resized pictures. */
typedef struct VoloSchedule {
    size_t n, h, w; /* pictures; n 0: nothing is scheduled */
    bool tensors;   /* the network alone, on normalised tensors */
    bool ranked;    /* labels and what stands behind them */
    VoloScale scale[VOLO_MAX_SCALES];
    size_t scale_count;
    /* Of view i the scale is i / views_per_scale. Logits of all pictures lie one behind the other,
     * data points at the first picture's once there is memory. */
    VoloViewLogits view[VOLO_MAX_VIEWS];
    size_t view_count, views_per_scale;
    VoloRowsJob rows; /* but where results go */
    VoloPlan rows_plan;
    size_t work, store; /* floats */
    size_t bytes;
    uint64_t macs;       /* of all windows of all views, convolutions taken as direct */
    uint64_t multiplied; /* of them, multiply-adds that are really made */
} VoloSchedule;

/* What to plan for. */
typedef struct VoloScheduleRequest {
    const VoloModel *model;
    const VoloSessionOptions *options; /* completed */
    int threads;
    size_t n, h, w;
    bool tensors, ranked;
    VoloStageFn stage_fn; /* told of the stages of every scale's network; may be NULL */
    void *stage_user;
} VoloScheduleRequest;

/* Whether a batch may have that many pictures. Errors: LIMIT. */
VoloStatus volo_check_count(size_t n, VoloError *err);

/* s is all zero, or as volo_schedule_clear leaves it; so it is after a failure. Errors: LIMIT,
 * MEMORY, SHAPE. */
VoloStatus volo_schedule_make(VoloSchedule *s, const VoloScheduleRequest *request, VoloError *err);
void volo_schedule_clear(VoloSchedule *s);

size_t volo_schedule_bytes(const VoloSchedule *s); /* of the block, a multiple of 64 */
/* Of the network's windows of one picture in one view. */
size_t volo_schedule_view_floats(const VoloSchedule *s, size_t view);

/* Memory and work in all. */
void volo_schedule_cost(const VoloSchedule *s, const VoloModel *model, int threads,
                        VoloCost *ret_cost);

#endif
