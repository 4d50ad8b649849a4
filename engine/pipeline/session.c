/* SPDX-License-Identifier: Apache-2.0 */
/* VoloSession: a schedule, the memory it asks for, and the callbacks of a run. */
#include <volo/session.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/pages.h"
#include "image/owned.h"
#include "image/resize_opencv.h"
#include "pipeline/schedule.h"
#include "pipeline/scores.h"

struct VoloSession {
    VoloModel *model;
    VoloSessionOptions options;
    int threads;
    VoloSchedule schedule; /* of the last pictures; their number is 0 before the first */
    float *block;          /* [block_bytes] laid out as the schedule says */
    size_t block_bytes;
    uint64_t macs_done; /* in the windows before this one */
    VoloProgressFn progress_fn;
    void *progress_user;
    VoloTapFn tap_fn;
    void *tap_user;
};

/* What becomes of a picture: memory that is filled, then things that own it. */
typedef struct Result {
    uint8_t *labels; /* u8 [h,w] */
    void *planes;    /* of the confidence, or NULL */
    VoloMask *mask;
    VoloConfidence *confidence; /* or NULL */
} Result;

/* Pictures of one size, and where their results go. */
typedef struct Pictures {
    VoloImage *const *image; /* [n] */
    Result *result;          /* [n], or NULL */
    float *scores;           /* of the only picture, or NULL */
    const uint8_t **pixels;  /* [n], of the images or resized */
} Pictures;

VoloSessionOptions volo_session_defaults(const VoloModel *model)
{
    return (VoloSessionOptions){ .resize = model->cfg.test_resize, .mode = model->cfg.test_mode };
}

VoloStatus volo_session_new(VoloModel *model, const VoloSessionOptions *options,
                            VoloSession **ret_session, VoloError *err)
{
    VoloSessionOptions complete = options ? *options : volo_session_defaults(model);

    VOLO_TRY(volo_model_require_head(model, err));
    if (model->task == VOLO_SEGMENT)
        VOLO_TRY(volo_options_complete(model, &complete, err));
    VoloSession *s = calloc(1, sizeof *s);
    if (!s)
        return volo_fail_memory(err, sizeof *s);
    s->model = volo_model_ref(model);
    s->options = complete;
    s->threads = complete.threads > 0 ? complete.threads : volo_cpu_count();
    *ret_session = s;
    return VOLO_OK;
}

void volo_session_free(VoloSession *s)
{
    if (!s)
        return;
    volo_schedule_clear(&s->schedule);
    free(s->block);
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

bool volo_session_is_whole(const VoloSession *session)
{
    const VoloSessionOptions *o = &session->options;

    return o->mode == VOLO_MODE_WHOLE && o->scale_count <= 1 && !o->flip;
}

/* --- schedules and memory --- */

/* What is made of the input. */
typedef enum Wanted {
    WANTED_LABELS,
    WANTED_RANKS,  /* labels and what stands behind them */
    WANTED_LOGITS, /* of normalised tensors */
} Wanted;

static VoloScheduleRequest request(const VoloSession *s, size_t n, size_t h, size_t w,
                                   Wanted wanted)
{
    return (VoloScheduleRequest){ .model = s->model,
                                  .options = &s->options,
                                  .threads = s->threads,
                                  .n = n,
                                  .h = h,
                                  .w = w,
                                  .tensors = wanted == WANTED_LOGITS,
                                  .ranked = wanted == WANTED_RANKS };
}

static VoloStatus find_cost(VoloSession *s, size_t n, size_t height, size_t width, Wanted wanted,
                            VoloCost *ret_cost, VoloError *err)
{
    const VoloScheduleRequest r = request(s, n, height, width, wanted);
    VoloSchedule schedule = { 0 };

    VOLO_TRY(volo_check_count(n, err));
    if (height == 0 || width == 0 || height > VOLO_LIMIT_IMAGE_SIDE ||
        width > VOLO_LIMIT_IMAGE_SIDE)
        return volo_fail(err, VOLO_ERR_LIMIT, "a picture of %zux%zu, expected 1 to %u on a side",
                         height, width, VOLO_LIMIT_IMAGE_SIDE);
    VOLO_TRY(volo_schedule_make(&schedule, &r, err));
    volo_schedule_cost(&schedule, s->model, s->threads, ret_cost);
    volo_schedule_clear(&schedule);
    return VOLO_OK;
}

VoloStatus volo_session_cost(VoloSession *s, size_t n, size_t height, size_t width,
                             VoloCost *ret_cost, VoloError *err)
{
    return find_cost(s, n, height, width, WANTED_LABELS, ret_cost, err);
}

VoloStatus volo_session_confidence_cost(VoloSession *s, size_t n, size_t height, size_t width,
                                        VoloCost *ret_cost, VoloError *err)
{
    return find_cost(s, n, height, width, WANTED_RANKS, ret_cost, err);
}

static VoloStatus check_memory(const VoloSession *s, VoloError *err)
{
    VoloCost cost;

    volo_schedule_cost(&s->schedule, s->model, s->threads, &cost);
    if (s->options.max_memory == 0 || cost.peak <= s->options.max_memory)
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_MEMORY,
                     "%zux%zu pixels need %llu MiB of memory, %llu MiB are allowed", s->schedule.h,
                     s->schedule.w, (unsigned long long)((cost.peak >> 20) + 1),
                     (unsigned long long)(s->options.max_memory >> 20));
}

static VoloStatus grow_block(VoloSession *s, VoloError *err)
{
    const size_t bytes = volo_schedule_bytes(&s->schedule);

    if (bytes <= s->block_bytes)
        return VOLO_OK;
    free(s->block);
    s->block_bytes = 0;
    s->block = volo_pages_new(bytes);
    if (!s->block)
        return volo_fail_memory(err, bytes);
    s->block_bytes = bytes;
    return VOLO_OK;
}

/* Tells each view where its logits lie. */
static void place_logits(VoloSession *s)
{
    const float *at = s->block + s->schedule.work;

    for (size_t i = 0; i < s->schedule.view_count; i++) {
        s->schedule.view[i].data = at;
        at += s->schedule.n * volo_schedule_view_floats(&s->schedule, i);
    }
}

/* Makes the schedule fit, unless it does already. */
static VoloStatus prepare(VoloSession *s, size_t n, size_t h, size_t w, Wanted wanted,
                          VoloError *err)
{
    const VoloScheduleRequest r = request(s, n, h, w, wanted);
    VoloSchedule *have = &s->schedule;

    s->macs_done = 0;
    if (have->n == n && have->h == h && have->w == w && have->tensors == r.tensors &&
        have->ranked == r.ranked)
        return VOLO_OK;
    volo_schedule_clear(have);
    VOLO_TRY(volo_schedule_make(have, &r, err));
    VoloStatus status = check_memory(s, err);
    if (!status)
        status = grow_block(s, err);
    if (status)
        volo_schedule_clear(have);
    else if (!r.tensors)
        place_logits(s);
    return status;
}

/* --- runs --- */

static VoloTap tap_of(const char *name, VoloTensor x)
{
    return (VoloTap){ name, x.data, x.n, x.h, x.w, x.c };
}

static bool stage_done(const char *name, VoloTensor x, uint64_t macs, void *user)
{
    VoloSession *s = user;
    const VoloTap tap = tap_of(name, x);

    if (s->tap_fn && (s->schedule.tensors || volo_session_is_whole(s)))
        s->tap_fn(&tap, s->tap_user);
    if (!s->progress_fn)
        return true;
    return s->progress_fn((double)(s->macs_done + macs) / (double)s->schedule.macs,
                          s->progress_user);
}

static VoloStatus run_network(VoloSession *s, VoloScale *scale, const VoloWalkData *data,
                              VoloTensor *ret_logits, VoloError *err)
{
    VoloNnContext ctx = { .plan = &scale->plan,
                          .base = s->block,
                          .threads = s->threads,
                          .exact = s->options.exact,
                          .stage_fn = stage_done,
                          .stage_user = s };
    const VoloTensor logits = volo_network_walk(&ctx, s->model, &scale->shape, data);

    if (ctx.error.status) {
        if (err)
            *err = ctx.error;
        return ctx.error.status;
    }
    s->macs_done += scale->plan.macs;
    *ret_logits = logits;
    return VOLO_OK;
}

/* Keeps logits [n,h,w,classes] of one window of a view. */
static void keep_logits(VoloSession *s, size_t view, size_t window, VoloTensor logits)
{
    const size_t floats = logits.h * logits.w * logits.c;
    const size_t picture = volo_schedule_view_floats(&s->schedule, view);
    float *to = s->block + (s->schedule.view[view].data - s->block) + window * floats;

    for (size_t n = 0; n < logits.n; n++)
        memcpy(to + n * picture, logits.data + n * floats, floats * sizeof *to);
}

static VoloStatus run_view(VoloSession *s, size_t index, const Pictures *p, VoloError *err)
{
    const VoloView *view = &s->schedule.view[index].view;
    VoloScale *scale = &s->schedule.scale[index / s->schedule.views_per_scale];
    const VoloWindows *g = &view->windows;
    VoloTensor logits;

    for (size_t i = 0; i < volo_windows_count(g); i++) {
        const VoloWalkData data = { .pixels = p->pixels,
                                    .top = volo_windows_top(g, i / g->columns),
                                    .left = volo_windows_left(g, i % g->columns),
                                    .flip = view->flip };

        VOLO_TRY(run_network(s, scale, &data, &logits, err));
        keep_logits(s, index, i, logits);
    }
    return VOLO_OK;
}

/* The bytes a scale starts from: the pictures', or resized ones. */
static void take_pixels(VoloSession *s, const VoloScale *scale, const Pictures *p)
{
    const size_t h = scale->shape.view_h, w = scale->shape.view_w;
    uint8_t *resized = (uint8_t *)(s->block + s->schedule.work + s->schedule.store);

    for (size_t n = 0; n < s->schedule.n; n++, resized += 3 * h * w) {
        p->pixels[n] = volo_image_pixels(p->image[n]);
        if (!scale->resized)
            continue;
        volo_resize_opencv(resized, h, w, p->pixels[n], s->schedule.h, s->schedule.w,
                           s->block, /* its tables, where those of the walk will lie */
                           s->threads);
        p->pixels[n] = resized;
    }
}

static void make_rows(VoloSession *s, const Pictures *p)
{
    VoloSchedule *const schedule = &s->schedule;

    for (size_t n = 0; n < schedule->n; n++) {
        VoloViewLogits view[VOLO_MAX_VIEWS];
        VoloRowsJob job = schedule->rows;
        VoloNnContext ctx = { .plan = &schedule->rows_plan,
                              .base = s->block,
                              .threads = s->threads };

        for (size_t i = 0; i < schedule->view_count; i++) {
            view[i] = schedule->view[i];
            view[i].data += n * volo_schedule_view_floats(schedule, i);
        }
        job.view = view;
        job.labels = p->result ? p->result[n].labels : NULL;
        job.planes = p->result ? p->result[n].planes : NULL;
        job.scores = p->scores;
        volo_nn_rows(&ctx, &job);
    }
}

static VoloStatus run_pictures(VoloSession *s, const Pictures *p, VoloError *err)
{
    for (size_t i = 0; i < s->schedule.view_count; i++) {
        if (i % s->schedule.views_per_scale == 0)
            take_pixels(s, &s->schedule.scale[i / s->schedule.views_per_scale], p);
        VOLO_TRY(run_view(s, i, p, err));
    }
    make_rows(s, p);
    return VOLO_OK;
}

/* --- pictures in, masks out --- */

static VoloStatus check_images(VoloImage *const *images, size_t count, VoloError *err)
{
    VOLO_TRY(volo_check_count(count, err));
    for (size_t i = 1; i < count; i++) {
        const size_t h = volo_image_height(images[i]), w = volo_image_width(images[i]);

        if (h != volo_image_height(images[0]) || w != volo_image_width(images[0]))
            return volo_fail(err, VOLO_ERR_ARGUMENT,
                             "picture %zu of a batch has %zux%zu pixels, the first %zux%zu", i, h,
                             w, volo_image_height(images[0]), volo_image_width(images[0]));
    }
    return VOLO_OK;
}

static void free_results(Result *result, size_t count)
{
    for (size_t i = 0; result && i < count; i++) {
        free(result[i].labels);
        free(result[i].planes);
        volo_mask_unref(result[i].mask);
        volo_confidence_unref(result[i].confidence);
    }
    free(result);
}

static VoloStatus make_room(const VoloSchedule *schedule, Result *result, VoloError *err)
{
    const size_t pixels = schedule->h * schedule->w;

    result->labels = malloc(pixels);
    if (!result->labels)
        return volo_fail_memory(err, pixels);
    if (schedule->ranked)
        result->planes = malloc(pixels * VOLO_CONFIDENCE_PIXEL_BYTES);
    if (schedule->ranked && !result->planes)
        return volo_fail_memory(err, pixels * VOLO_CONFIDENCE_PIXEL_BYTES);
    return VOLO_OK;
}

/* Plans and runs; result [count] or NULL, scores of a single picture or NULL. */
static VoloStatus run_images(VoloSession *s, VoloImage *const *images, size_t count, Wanted wanted,
                             Result *result, float *scores, VoloError *err)
{
    Pictures p = { images, result, scores, NULL };

    if (s->model->task != VOLO_SEGMENT)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "the model was opened for classifying");
    VOLO_TRY(
        prepare(s, count, volo_image_height(images[0]), volo_image_width(images[0]), wanted, err));
    for (size_t i = 0; result && i < count; i++)
        VOLO_TRY(make_room(&s->schedule, &result[i], err));
    p.pixels = calloc(count, sizeof *p.pixels);
    if (!p.pixels)
        return volo_fail_memory(err, count * sizeof *p.pixels);
    const VoloStatus status = run_pictures(s, &p, err);
    free(p.pixels);
    return status;
}

/* Turns filled memory into a mask and a confidence, which take it over. */
static VoloStatus adopt(const VoloSchedule *schedule, Result *result, VoloError *err)
{
    uint8_t *const labels = result->labels;
    void *const planes = result->planes;

    result->labels = NULL;
    VOLO_TRY(volo_mask_adopt(schedule->h, schedule->w, labels, &result->mask, err));
    result->planes = NULL;
    return planes ? volo_confidence_adopt(result->mask, planes, &result->confidence, err) : VOLO_OK;
}

/* ret_confidences NULL: masks alone. */
static VoloStatus segment(VoloSession *s, VoloImage *const *images, size_t count,
                          VoloMask **ret_masks, VoloConfidence **ret_confidences, VoloError *err)
{
    VOLO_TRY(check_images(images, count, err));
    Result *result = calloc(count, sizeof *result);
    VoloStatus status = result ? VOLO_OK : volo_fail_memory(err, count * sizeof *result);

    if (!status)
        status = run_images(s, images, count, ret_confidences ? WANTED_RANKS : WANTED_LABELS,
                            result, NULL, err);
    for (size_t i = 0; !status && i < count; i++)
        status = adopt(&s->schedule, &result[i], err);
    for (size_t i = 0; !status && i < count; i++) {
        ret_masks[i] = result[i].mask;
        if (ret_confidences)
            ret_confidences[i] = result[i].confidence;
        result[i] = (Result){ 0 };
    }
    free_results(result, count);
    return status;
}

VoloStatus volo_session_segment_batch(VoloSession *s, VoloImage *const *images, size_t count,
                                      VoloMask **ret_masks, VoloError *err)
{
    return segment(s, images, count, ret_masks, NULL, err);
}

VoloStatus volo_session_segment_batch_confidence(VoloSession *s, VoloImage *const *images,
                                                 size_t count, VoloMask **ret_masks,
                                                 VoloConfidence **ret_confidences, VoloError *err)
{
    return segment(s, images, count, ret_masks, ret_confidences, err);
}

VoloStatus volo_session_segment(VoloSession *s, const VoloImage *image, VoloMask **ret_mask,
                                VoloError *err)
{
    VoloImage *const images[] = { (VoloImage *)(uintptr_t)image }; /* it is only read */

    return segment(s, images, 1, ret_mask, NULL, err);
}

VoloStatus volo_session_segment_confidence(VoloSession *s, const VoloImage *image,
                                           VoloMask **ret_mask, VoloConfidence **ret_confidence,
                                           VoloError *err)
{
    VoloImage *const images[] = { (VoloImage *)(uintptr_t)image }; /* it is only read */

    return segment(s, images, 1, ret_mask, ret_confidence, err);
}

VoloStatus volo_session_scores(VoloSession *s, const VoloImage *image, float *scores,
                               VoloError *err)
{
    VoloImage *const images[] = { (VoloImage *)(uintptr_t)image }; /* it is only read */

    return run_images(s, images, 1, WANTED_LABELS, NULL, scores, err);
}

VoloStatus volo_session_forward(VoloSession *s, const float *x, size_t n, size_t height,
                                size_t width, VoloTap *ret_logits, VoloError *err)
{
    VoloTensor logits;

    if (n == 0 || n > VOLO_LIMIT_BATCH || height < VOLO_LIMIT_INPUT_MIN_SIDE ||
        width < VOLO_LIMIT_INPUT_MIN_SIDE || height > VOLO_LIMIT_IMAGE_SIDE ||
        width > VOLO_LIMIT_IMAGE_SIDE)
        return volo_fail(err, VOLO_ERR_LIMIT,
                         "an input of %zu x %zux%zu, expected 1 to %u pictures of at least %ux%u",
                         n, height, width, VOLO_LIMIT_BATCH, VOLO_LIMIT_INPUT_MIN_SIDE,
                         VOLO_LIMIT_INPUT_MIN_SIDE);
    VOLO_TRY(prepare(s, n, height, width, WANTED_LOGITS, err));
    VOLO_TRY(run_network(s, &s->schedule.scale[0], &(VoloWalkData){ .x = x }, &logits, err));
    *ret_logits = tap_of("logits", logits);
    return VOLO_OK;
}
