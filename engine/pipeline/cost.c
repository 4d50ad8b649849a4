/* SPDX-License-Identifier: Apache-2.0 */
/* What a network costs, stage by stage, found by measuring a walk. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "pipeline/schedule.h"

typedef struct Table {
    VoloStage *stage; /* [count] */
    size_t count, capacity;
    uint64_t macs_before;
    bool failed; /* an allocation was refused */
} Table;

static bool add_stage(const char *name, VoloTensor x, uint64_t macs, void *user)
{
    Table *t = user;

    if (t->count == t->capacity) {
        const size_t capacity = t->capacity ? 2 * t->capacity : 64;
        VoloStage *grown = realloc(t->stage, capacity * sizeof *grown);

        if (!grown) {
            t->failed = true;
            return false;
        }
        t->stage = grown;
        t->capacity = capacity;
    }
    VoloStage *s = &t->stage[t->count++];
    *s = (VoloStage){ .n = x.n, .h = x.h, .w = x.w, .c = x.c, .macs = macs - t->macs_before };
    strncpy(s->name, name, sizeof s->name - 1);
    t->macs_before = macs;
    return true;
}

static uint64_t trainable_count(const VoloParameter *p)
{
    uint64_t count = p->trainable ? 1 : 0;

    for (unsigned i = 0; i < p->rank; i++)
        count *= p->shape[i];
    return count;
}

/* Whether a parameter's name is the stage's or lies below it. */
static bool lies_in(const char *parameter, const char *stage)
{
    const size_t length = strlen(stage);

    return strncmp(parameter, stage, length) == 0 &&
           (parameter[length] == '.' || parameter[length] == '\0');
}

/* Each parameter counts once: for the stage with the longest name that contains it. */
static void count_parameters(const Table *t, const VoloBinder *binder)
{
    static const char prefix[] = "backbone.";

    for (size_t i = 0; i < binder->parameter_count; i++) {
        const char *name = binder->parameter[i].name;
        VoloStage *best = NULL;

        if (strncmp(name, prefix, sizeof prefix - 1) == 0)
            name += sizeof prefix - 1;
        for (size_t k = 0; k < t->count; k++) {
            if (lies_in(name, t->stage[k].name) &&
                (!best || strlen(best->name) < strlen(t->stage[k].name)))
                best = &t->stage[k];
        }
        if (best)
            best->parameters += trainable_count(&binder->parameter[i]);
    }
}

static VoloStatus check_size(size_t n, size_t h, size_t w, VoloError *err)
{
    VOLO_TRY(volo_check_count(n, err));
    if (h < VOLO_LIMIT_INPUT_MIN_SIDE || w < VOLO_LIMIT_INPUT_MIN_SIDE ||
        h > VOLO_LIMIT_IMAGE_SIDE || w > VOLO_LIMIT_IMAGE_SIDE)
        return volo_fail(err, VOLO_ERR_LIMIT, "an input of %zux%zu, expected %u to %u on a side", h,
                         w, VOLO_LIMIT_INPUT_MIN_SIDE, VOLO_LIMIT_IMAGE_SIDE);
    return VOLO_OK;
}

VoloStatus volo_model_cost(VoloModel *model, size_t n, size_t height, size_t width, int threads,
                           VoloCost *ret_cost, VoloStage **ret_stages, size_t *ret_count,
                           VoloError *err)
{
    const VoloSessionOptions options = { .mode = VOLO_MODE_WHOLE };
    const int used_threads = threads > 0 ? threads : volo_cpu_count();
    Table table = { 0 };
    VoloSchedule schedule = { 0 };
    const VoloScheduleRequest request = { .model = model,
                                          .options = &options,
                                          .threads = used_threads,
                                          .n = n,
                                          .h = height,
                                          .w = width,
                                          .tensors = model->task != VOLO_SEGMENT,
                                          .stage_fn = ret_stages ? add_stage : NULL,
                                          .stage_user = &table };

    VOLO_TRY(check_size(n, height, width, err));
    VoloStatus status = volo_schedule_make(&schedule, &request, err);
    if (table.failed)
        status = volo_fail_memory(err, table.capacity * sizeof *table.stage);
    if (status) {
        free(table.stage);
        return status;
    }
    volo_schedule_cost(&schedule, model, used_threads, ret_cost);
    volo_schedule_clear(&schedule);
    if (ret_stages) {
        count_parameters(&table, &model->binder);
        *ret_stages = table.stage;
        *ret_count = table.count;
    }
    return VOLO_OK;
}
