/* SPDX-License-Identifier: Apache-2.0 */
/* The walk's bookkeeping. The i-th tensor of the running walk finds the i-th place of the plan. */
#include "nn/context.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"

void volo_nn_operation(VoloNnContext *ctx)
{
    ctx->op++;
}

void volo_nn_use(VoloNnContext *ctx, VoloTensor x)
{
    if (volo_nn_measuring(ctx) && !ctx->error.status)
        volo_plan_use(ctx->plan, x.id, ctx->op);
}

void volo_nn_macs(VoloNnContext *ctx, uint64_t count)
{
    volo_nn_macs_by(ctx, count, count);
}

void volo_nn_macs_by(VoloNnContext *ctx, uint64_t count, uint64_t multiplied)
{
    ctx->macs += count;
    ctx->multiplied += multiplied;
}

bool volo_nn_expect(VoloNnContext *ctx, bool ok, const char *format, ...)
{
    char text[160];
    va_list args;

    if (ok || ctx->error.status)
        return ok;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    volo_fail(&ctx->error, VOLO_ERR_SHAPE, "after stage '%s': %s", ctx->stage, text);
    return false;
}

/* The place of the next tensor of that many floats; NULL while measuring or after an error. */
static float *place(VoloNnContext *ctx, size_t floats, size_t over, size_t *ret_id)
{
    *ret_id = ctx->next;
    if (ctx->error.status)
        return NULL;
    *ret_id = ctx->next++;
    if (volo_nn_measuring(ctx)) {
        if (!volo_plan_add(ctx->plan, floats, ctx->op, over))
            volo_fail_memory(&ctx->error, sizeof(VoloPlanTensor));
        return NULL;
    }
    assert(*ret_id < ctx->plan->count && floats <= ctx->plan->tensor[*ret_id].floats);
    return ctx->base + ctx->plan->tensor[*ret_id].offset;
}

static VoloTensor result(VoloNnContext *ctx, size_t n, size_t h, size_t w, size_t c, size_t over)
{
    const uint64_t shape[4] = { n, h, w, c };
    VoloTensor y = { NULL, n, h, w, c, 0 };
    size_t floats = 0, bytes;

    volo_nn_expect(ctx, n > 0 && h > 0 && w > 0 && c > 0, "an empty result [%zu,%zu,%zu,%zu]", n, h,
                   w, c);
    if (!volo_product(shape, 4, &floats) || !volo_mul(floats, sizeof(float), &bytes) ||
        bytes > SIZE_MAX / 4) {
        if (!ctx->error.status)
            volo_fail(&ctx->error, VOLO_ERR_LIMIT,
                      "after stage '%s': [%zu,%zu,%zu,%zu] is too large", ctx->stage, n, h, w, c);
    }
    y.data = place(ctx, floats, over, &y.id);
    return y;
}

VoloTensor volo_nn_result(VoloNnContext *ctx, size_t n, size_t h, size_t w, size_t c)
{
    return result(ctx, n, h, w, c, VOLO_PLAN_NONE);
}

VoloTensor volo_nn_result_over(VoloNnContext *ctx, VoloTensor over)
{
    return result(ctx, over.n, over.h, over.w, over.c, over.id);
}

float *volo_nn_scratch(VoloNnContext *ctx, size_t floats)
{
    size_t id;

    return floats ? place(ctx, floats, VOLO_PLAN_NONE, &id) : NULL;
}

void volo_nn_stage(VoloNnContext *ctx, VoloTensor x, const char *format, ...)
{
    char name[sizeof ctx->stage];
    va_list args;

    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    memcpy(ctx->stage, name, sizeof name);
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    if (ctx->error.status || !ctx->stage_fn)
        return;
    if (!ctx->stage_fn(name, x, ctx->macs, ctx->stage_user))
        volo_fail(&ctx->error, VOLO_ERR_CANCELLED, "cancelled after stage '%s'", name);
}
