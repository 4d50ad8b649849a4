/* SPDX-License-Identifier: Apache-2.0 */
/* VoloSession: a plan, its arena, and the callbacks of a run. */
#include <volo/session.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/owned.h"
#include "pipeline/network.h"

struct VoloSession {
    VoloModel *model;
    VoloSessionOptions options;
    int threads;
    VoloPlan plan;
    VoloWalkShape shape; /* of the plan; n is 0 before the first */
    float *arena;        /* [arena_floats] */
    size_t arena_floats;
    VoloProgressFn progress_fn;
    void *progress_user;
    VoloTapFn tap_fn;
    void *tap_user;
};

VoloSessionOptions volo_session_defaults(const VoloModel *model)
{
    return (VoloSessionOptions){ .resize = model->cfg.test_resize };
}

VoloStatus volo_session_new(VoloModel *model, const VoloSessionOptions *options,
                            VoloSession **ret_session, VoloError *err)
{
    VOLO_TRY(volo_model_require_head(model, err));
    VoloSession *s = calloc(1, sizeof *s);
    if (!s)
        return volo_fail_memory(err, sizeof *s);
    s->model = volo_model_ref(model);
    s->options = options ? *options : volo_session_defaults(model);
    s->threads = s->options.threads > 0 ? s->options.threads : volo_cpu_count();
    volo_plan_init(&s->plan);
    *ret_session = s;
    return VOLO_OK;
}

void volo_session_free(VoloSession *s)
{
    if (!s)
        return;
    volo_plan_clear(&s->plan);
    free(s->arena);
    volo_model_unref(s->model);
    free(s);
}

const VoloModel *volo_session_model(const VoloSession *session)
{
    return session->model;
}

int volo_session_threads(const VoloSession *session)
{
    return session->threads;
}

void volo_session_set_progress(VoloSession *session, VoloProgressFn fn, void *user)
{
    session->progress_fn = fn;
    session->progress_user = user;
}

void volo_session_set_tap(VoloSession *session, VoloTapFn fn, void *user)
{
    session->tap_fn = fn;
    session->tap_user = user;
}

static VoloTap tap_of(const char *name, VoloTensor x)
{
    return (VoloTap){ name, x.data, x.n, x.h, x.w, x.c };
}

static bool stage_done(const char *name, VoloTensor x, uint64_t macs, void *user)
{
    VoloSession *s = user;
    const VoloTap tap = tap_of(name, x);

    if (s->tap_fn)
        s->tap_fn(&tap, s->tap_user);
    if (!s->progress_fn)
        return true;
    return s->progress_fn((double)macs / (double)s->plan.macs, s->progress_user);
}

static VoloStatus check_memory(const VoloSession *s, const VoloPlan *plan,
                               const VoloWalkShape *shape, VoloError *err)
{
    VoloCost cost;

    volo_network_cost(s->model, plan, shape, s->threads, &cost);
    if (s->options.max_memory == 0 || cost.peak <= s->options.max_memory)
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_MEMORY,
                     "%zux%zu pixels need %llu MiB of memory, %llu MiB are allowed", shape->h,
                     shape->w, (unsigned long long)((cost.peak >> 20) + 1),
                     (unsigned long long)(s->options.max_memory >> 20));
}

static VoloStatus grow_arena(VoloSession *s, size_t floats, VoloError *err)
{
    enum {
        ALIGNMENT = 64
    };

    if (floats <= s->arena_floats)
        return VOLO_OK;
    free(s->arena);
    s->arena_floats = 0;
    s->arena = aligned_alloc(ALIGNMENT, floats * sizeof *s->arena);
    if (!s->arena)
        return volo_fail_memory(err, floats * sizeof *s->arena);
    s->arena_floats = floats;
    return VOLO_OK;
}

/* Makes the plan fit the shape, unless it does already. */
static VoloStatus prepare(VoloSession *s, const VoloWalkShape *shape, VoloError *err)
{
    if (memcmp(&s->shape, shape, sizeof *shape) == 0)
        return VOLO_OK;
    s->shape.n = 0;
    VOLO_TRY(volo_network_plan(&s->plan, s->model, shape, s->threads, s->options.exact, NULL, NULL,
                               err));
    VOLO_TRY(check_memory(s, &s->plan, shape, err));
    VOLO_TRY(grow_arena(s, s->plan.floats, err));
    s->shape = *shape;
    return VOLO_OK;
}

static VoloStatus run(VoloSession *s, const VoloWalkData *data, VoloTensor *ret_logits,
                      VoloError *err)
{
    VoloNnContext ctx = { .plan = &s->plan,
                          .base = s->arena,
                          .threads = s->threads,
                          .exact = s->options.exact,
                          .stage_fn = stage_done,
                          .stage_user = s };
    const VoloTensor logits = volo_network_walk(&ctx, s->model, &s->shape, data);

    if (ctx.error.status) {
        if (err)
            *err = ctx.error;
        return ctx.error.status;
    }
    *ret_logits = logits;
    return VOLO_OK;
}

VoloStatus volo_session_segment(VoloSession *s, const VoloImage *image, VoloMask **ret_mask,
                                VoloError *err)
{
    VoloWalkShape shape = { .n = 1,
                            .image_h = volo_image_height(image),
                            .image_w = volo_image_width(image) };
    VoloTensor logits;

    if (s->model->task != VOLO_SEGMENT)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "the model was opened for classifying");
    VOLO_TRY(volo_resized_size(&s->options.resize, shape.image_h, shape.image_w, &shape.h, &shape.w,
                               err));
    VOLO_TRY(prepare(s, &shape, err));
    uint8_t *labels = malloc(shape.image_h * shape.image_w);
    if (!labels)
        return volo_fail_memory(err, shape.image_h * shape.image_w);
    const VoloStatus status =
        run(s, &(VoloWalkData){ .image = image, .labels = labels }, &logits, err);
    if (status) {
        free(labels);
        return status;
    }
    return volo_mask_adopt(shape.image_h, shape.image_w, labels, ret_mask, err);
}

VoloStatus volo_session_forward(VoloSession *s, const float *x, size_t n, size_t height,
                                size_t width, VoloTap *ret_logits, VoloError *err)
{
    const VoloWalkShape shape = { .n = n, .h = height, .w = width };
    VoloTensor logits;

    if (n == 0 || n > VOLO_LIMIT_BATCH || height < VOLO_LIMIT_INPUT_MIN_SIDE ||
        width < VOLO_LIMIT_INPUT_MIN_SIDE || height > VOLO_LIMIT_IMAGE_SIDE ||
        width > VOLO_LIMIT_IMAGE_SIDE)
        return volo_fail(err, VOLO_ERR_LIMIT,
                         "an input of %zu x %zux%zu, expected 1 to %u pictures of at least %ux%u",
                         n, height, width, VOLO_LIMIT_BATCH, VOLO_LIMIT_INPUT_MIN_SIDE,
                         VOLO_LIMIT_INPUT_MIN_SIDE);
    VOLO_TRY(prepare(s, &shape, err));
    VOLO_TRY(run(s, &(VoloWalkData){ .x = x }, &logits, err));
    *ret_logits = tap_of("logits", logits);
    return VOLO_OK;
}
