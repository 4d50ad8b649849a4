/* SPDX-License-Identifier: Apache-2.0 */
/* The walk itself and its plan. */
#include "pipeline/network.h"

#include <string.h>

#include "base/error.h"

static VoloTensor input_tensor(VoloNnContext *ctx, const VoloWalkShape *shape, const float *x)
{
    volo_nn_operation(ctx);
    const VoloTensor y = volo_nn_result(ctx, shape->n, shape->h, shape->w, 3);

    if (!volo_nn_idle(ctx))
        memcpy(y.data, x, volo_count(y) * sizeof *x);
    return y;
}

VoloTensor volo_network_forward(VoloNnContext *ctx, const VoloModel *model, VoloTensor x,
                                VoloTensor *ret_auxiliary)
{
    VoloFeatures features = { 0 };

    model->backbone->forward(ctx, model->backbone_state, x, &features);
    const VoloFeatures taps = features;
    if (model->neck)
        model->neck->forward(ctx, model->neck_state, &taps, &features);
    const VoloTensor logits = model->head->forward(ctx, model->head_state, &features);
    volo_nn_stage(ctx, logits, "logits");
    if (ret_auxiliary)
        *ret_auxiliary = model->auxiliary->forward(ctx, model->auxiliary_state, &taps);
    return logits;
}

VoloTensor volo_network_walk(VoloNnContext *ctx, const VoloModel *model, const VoloWalkShape *shape,
                             const VoloWalkData *data)
{
    const VoloTensor x = shape->view_h ? volo_nn_preprocess(ctx, model, shape, data)
                                       : input_tensor(ctx, shape, data->x);

    volo_nn_stage(ctx, x, "input");
    return volo_network_forward(ctx, model, x, NULL);
}

VoloStatus volo_network_plan(VoloPlan *plan, const VoloModel *model, const VoloWalkShape *shape,
                             int threads, bool exact, VoloStageFn stage_fn, void *stage_user,
                             VoloTensor *ret_logits, VoloError *err)
{
    VoloNnContext ctx = { .plan = plan,
                          .threads = threads,
                          .exact = exact,
                          .stage_fn = stage_fn,
                          .stage_user = stage_user };
    VoloStatus status = volo_model_require_head(model, err);

    if (status)
        return status;
    plan->count = 0;
    *ret_logits = volo_network_walk(&ctx, model, shape, &(VoloWalkData){ 0 });
    plan->macs = ctx.macs;
    plan->multiplied = ctx.multiplied;
    status = ctx.error.status;
    if (status && err)
        *err = ctx.error;
    if (!status)
        status = volo_plan_layout(plan, err);
    if (status)
        volo_plan_clear(plan);
    return status;
}
