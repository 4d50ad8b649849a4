/* SPDX-License-Identifier: Apache-2.0 */
/* Planning a run: each scale's network, then the rows; sizes are added up on the way. */
#include "pipeline/schedule.h"

#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/pages.h"
#include "image/owned.h"

VoloStatus volo_check_count(size_t n, VoloError *err)
{
    if (n < 1 || n > VOLO_LIMIT_BATCH)
        return volo_fail(err, VOLO_ERR_LIMIT, "a batch of %zu, expected 1 to %u", n,
                         VOLO_LIMIT_BATCH);
    return VOLO_OK;
}

void volo_schedule_clear(VoloSchedule *s)
{
    for (size_t i = 0; i < s->scale_count; i++)
        volo_plan_clear(&s->scale[i].plan);
    volo_plan_clear(&s->rows_plan);
    memset(s, 0, sizeof *s);
}

size_t volo_schedule_view_floats(const VoloSchedule *s, size_t view)
{
    const VoloViewLogits *v = &s->view[view];

    return volo_windows_count(&v->view.windows) * v->h * v->w * s->rows.classes;
}

/* *total += n pictures' logits of that view; LIMIT when they cannot be addressed. */
static VoloStatus add_logits(VoloSchedule *s, size_t view, VoloError *err)
{
    const VoloViewLogits *v = &s->view[view];
    const uint64_t shape[] = { s->n, volo_windows_count(&v->view.windows), v->h, v->w,
                               s->rows.classes };
    size_t floats, bytes;

    if (!volo_product(shape, 5, &floats) || !volo_mul(floats, 4 * sizeof(float), &bytes) ||
        !volo_add(s->store, floats, &s->store))
        return volo_fail(err, VOLO_ERR_LIMIT, "the logits of %zu windows are too large",
                         volo_windows_count(&v->view.windows));
    return VOLO_OK;
}

/* Plans the network for the views i .. i + views_per_scale - 1. */
static VoloStatus plan_scale(VoloSchedule *s, const VoloScheduleRequest *r, size_t i,
                             VoloError *err)
{
    VoloScale *scale = &s->scale[i / s->views_per_scale];
    const VoloWindows *g = &s->view[i].view.windows;
    const bool resize = g->view_h != r->h || g->view_w != r->w;
    VoloTensor logits;

    scale->resized = resize && !r->tensors && r->options->resize_kernel == VOLO_RESIZE_OPENCV;
    scale->shape = (VoloWalkShape){ .n = r->n, .h = g->h, .w = g->w };
    if (!r->tensors) {
        scale->shape.view_h = g->view_h;
        scale->shape.view_w = g->view_w;
        scale->shape.pixels_h = scale->resized ? g->view_h : r->h;
        scale->shape.pixels_w = scale->resized ? g->view_w : r->w;
    }
    volo_plan_init(&scale->plan);
    s->scale_count++;
    VOLO_TRY(volo_network_plan(&scale->plan, r->model, &scale->shape, r->threads, r->options->exact,
                               r->stage_fn, r->stage_user, &logits, err));
    if (scale->plan.floats > s->work)
        s->work = scale->plan.floats;
    if (scale->resized && 3 * r->n * g->view_h * g->view_w > s->bytes)
        s->bytes = 3 * r->n * g->view_h * g->view_w;
    s->rows.classes = logits.c;
    for (size_t k = i; k < i + s->views_per_scale; k++) {
        s->view[k].h = logits.h;
        s->view[k].w = logits.w;
        s->macs += scale->plan.macs * volo_windows_count(g);
        s->multiplied += scale->plan.multiplied * volo_windows_count(g);
        if (!r->tensors)
            VOLO_TRY(add_logits(s, k, err));
    }
    return VOLO_OK;
}

static VoloStatus plan_rows(VoloSchedule *s, const VoloScheduleRequest *r, VoloError *err)
{
    VoloNnContext ctx = { .plan = &s->rows_plan, .threads = r->threads };

    volo_plan_init(&s->rows_plan);
    s->rows = (VoloRowsJob){ .view = s->view,
                             .view_count = s->view_count,
                             .image_h = r->h,
                             .image_w = r->w,
                             .classes = s->rows.classes,
                             .align_corners = r->model->cfg.align_corners,
                             .ranked = r->ranked,
                             .flip_logits = r->options->tta == VOLO_TTA_MMSEG1 };
    volo_nn_rows(&ctx, &s->rows);
    if (ctx.error.status) {
        if (err)
            *err = ctx.error;
        return ctx.error.status;
    }
    VOLO_TRY(volo_plan_layout(&s->rows_plan, err));
    if (s->rows_plan.floats > s->work)
        s->work = s->rows_plan.floats;
    return VOLO_OK;
}

static VoloStatus list_views(VoloSchedule *s, const VoloScheduleRequest *r, VoloError *err)
{
    VoloView view[VOLO_MAX_VIEWS] = { { volo_windows_cut(r->h, r->w, NULL, NULL), false } };
    size_t count = 1;

    if (!r->tensors)
        VOLO_TRY(volo_views_list(r->options, r->h, r->w, view, &count, err));
    for (size_t i = 0; i < count; i++)
        s->view[i].view = view[i];
    s->view_count = count;
    s->views_per_scale = count > 1 && view[1].flip ? 2 : 1;
    return VOLO_OK;
}

static VoloStatus make(VoloSchedule *s, const VoloScheduleRequest *r, VoloError *err)
{
    VOLO_TRY(list_views(s, r, err));
    for (size_t i = 0; i < s->view_count; i += s->views_per_scale)
        VOLO_TRY(plan_scale(s, r, i, err));
    s->store = (s->store + 15) & ~(size_t)15;
    return r->tensors ? VOLO_OK : plan_rows(s, r, err);
}

VoloStatus volo_schedule_make(VoloSchedule *s, const VoloScheduleRequest *r, VoloError *err)
{
    s->n = r->n;
    s->h = r->h;
    s->w = r->w;
    s->tensors = r->tensors;
    s->ranked = r->ranked;
    const VoloStatus status = make(s, r, err);
    if (status)
        volo_schedule_clear(s);
    return status;
}

size_t volo_schedule_bytes(const VoloSchedule *s)
{
    return (s->work + s->store) * sizeof(float) + ((s->bytes + 63) & ~(size_t)63);
}

/* What a process touches once, whatever it runs; measured on Debian 12
 * (tests/oracle/peak_memory.c). */
enum {
    FIXED_BYTES = 5 << 20,
    THREAD_BYTES = 1 << 20,
    PARAMETER_BYTES = 4096, /* large ones have pages of their own, the last of them part-filled */
};

/* What huge pages touch beyond the ends of weights and activations. */
static uint64_t huge_tails(const VoloSchedule *s, const VoloModel *model)
{
    return (volo_schedule_bytes(s) >= VOLO_HUGE_BLOCK ? VOLO_HUGE_PAGE : 0) +
           (model->arena.bytes >= VOLO_HUGE_BLOCK ? VOLO_HUGE_PAGE : 0);
}

void volo_schedule_cost(const VoloSchedule *s, const VoloModel *model, int threads,
                        VoloCost *ret_cost)
{
    const uint64_t ranks = s->ranked ? VOLO_CONFIDENCE_PIXEL_BYTES : 0;
    const uint64_t picture = s->tensors ? 0 : 4 + ranks; /* bytes of a pixel: colours and label */
    VoloCost cost = { .weights = model->arena.bytes,
                      .activations = (uint64_t)(s->work + s->store) * sizeof(float),
                      .pictures = (uint64_t)s->n * s->h * s->w * picture + s->bytes,
                      .fixed = FIXED_BYTES + huge_tails(s, model) +
                               (uint64_t)threads * THREAD_BYTES +
                               model->binder.parameter_count * PARAMETER_BYTES,
                      .macs = s->macs,
                      .multiplied = s->multiplied };

    cost.peak = cost.weights + cost.activations + cost.pictures + cost.fixed;
    *ret_cost = cost;
}
