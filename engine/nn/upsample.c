/* SPDX-License-Identifier: Apache-2.0 */
/* Bilinear resizing. To a size, into its consumer: added to a map, or side by side with others, so
 * that no resized copy is ever stored; coordinates: half-pixel centres, or align_corners. By a
 * factor, to a tensor of its own. */
#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/gather_rows.h"
#include "nn/tape.h"

enum {
    ROWS_PER_PIECE = 4
};

/* Tables for rows and columns, in one piece of scratch. */
typedef struct Tables {
    VoloLerp rows, columns;
} Tables;

static size_t table_floats(size_t h_out, size_t w_out)
{
    return 3 * (h_out + w_out);
}

/* How outputs lie between inputs: so many inputs apart, or as the sizes want it. */
typedef struct Rule {
    float step; /* 0: by the sizes */
    bool align_corners;
} Rule;

static VoloLerp fill_table(float **at, size_t in, size_t out, Rule rule)
{
    uint32_t *first = (uint32_t *)*at, *second = first + out;
    float *t = *at + 2 * out;

    if (rule.step > 0)
        volo_lerp_table_step(first, second, t, in, out, rule.step);
    else
        volo_lerp_table(first, second, t, in, out, rule.align_corners);
    *at += 3 * out;
    return (VoloLerp){ first, second, t };
}

typedef struct Job {
    float *y; /* [n,h,w,ld], from the channel where the result starts */
    size_t ld, h, w;
    VoloTensor x;
    Tables tables;
    const float *base; /* what x is added to: y or as large; or NULL */
} Job;

static void copy_row(float *y, size_t ld, const float *x, size_t w, size_t c)
{
    for (size_t i = 0; i < w; i++)
        memcpy(y + i * ld, x + i * c, c * sizeof *x);
}

static void run_rows(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const VoloTensor x = s->x;
    const size_t row_floats = x.w * x.c;

    (void)slot;
    for (size_t row = first; row < first + count; row++) {
        const size_t i = row % s->h, row_out = s->w * s->ld;
        const float *picture = x.data + row / s->h * x.h * row_floats;
        float *y = s->y + row * row_out;

        if (s->base && s->base != s->y)
            memcpy(y, s->base + row * row_out, row_out * sizeof *y);
        if (x.h == s->h && x.w == s->w && !s->base)
            copy_row(y, s->ld, picture + i * row_floats, x.w, x.c);
        else
            volo_kernels()->bilinear_row(y, s->ld, picture + s->tables.rows.first[i] * row_floats,
                                         picture + s->tables.rows.second[i] * row_floats,
                                         s->tables.rows.t[i], &s->tables.columns, s->w, x.c,
                                         s->base != NULL);
    }
}

static void resize_into(VoloNnContext *ctx, Job job, float *table, Rule rule)
{
    job.tables.rows = fill_table(&table, job.x.h, job.h, rule);
    job.tables.columns = fill_table(&table, job.x.w, job.w, rule);
    volo_parallel_rows(ctx->threads, job.x.n * job.h, ROWS_PER_PIECE, run_rows, &job);
}

/* dx [n,h,w,c] += what the channels of dy [n,h_out,w_out,·] from `channel` on say of bilinear(x) */
static void resized_gradient(VoloNnContext *ctx, VoloTensor x, VoloTensor dy, size_t channel,
                             Rule rule)
{
    bool add;
    const VoloTensor dx = volo_nn_gradient_into(ctx, x, &add);
    const size_t of_rows = volo_readers_floats(x.h, dy.h);
    float *table = volo_nn_scratch(ctx, table_floats(dy.h, dy.w));
    float *const readers = volo_nn_scratch(ctx, of_rows + volo_readers_floats(x.w, dy.w));

    if (volo_nn_idle(ctx))
        return;
    const VoloLerp rows = fill_table(&table, x.h, dy.h, rule);
    const VoloLerp columns = fill_table(&table, x.w, dy.w, rule);
    VoloGatherJob job = volo_gather_job(dx, dy, add);

    job.dy += channel;
    job.rows = volo_readers_of_lerp(readers, &rows, x.h, dy.h);
    job.columns = volo_readers_of_lerp(readers + of_rows, &columns, x.w, dy.w);
    volo_gather_run(&job, ctx->threads);
}

/* Of one x beside others: number is its first channel and the coordinates' rule, real the step. */
static void resized_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    resized_gradient(ctx, rec->x, volo_nn_gradient(ctx, rec->y), rec->number[0],
                     (Rule){ rec->real[0], rec->number[1] != 0 });
}

/* dsmall += the transpose of the resizing · dy, dx += dy */
static void add_resized_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    if (volo_nn_wants(ctx, rec->other))
        resized_gradient(ctx, rec->other, volo_nn_gradient(ctx, rec->y), 0,
                         (Rule){ 0, rec->number[1] != 0 });
    volo_nn_gradient_pass(ctx, rec->x, rec->y);
}

/* y [n,h,w,c] = x [n,h,w,c] + bilinear(small [n,·,·,c]); in the place of x */
VoloTensor volo_nn_add_resized(VoloNnContext *ctx, VoloTensor x, VoloTensor small,
                               bool align_corners)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_use(ctx, small);
    volo_nn_expect(ctx, x.n == small.n && x.c == small.c,
                   "a map of %zu channels was added to one of %zu", small.c, x.c);
    const VoloTensor y = volo_nn_result_over(ctx, x);
    float *table = volo_nn_scratch(ctx, table_floats(x.h, x.w));

    if (volo_nn_training(ctx))
        volo_nn_record(ctx,
                       (VoloRecord){ .backward = add_resized_backward,
                                     .y = y,
                                     .x = x,
                                     .other = small,
                                     .number = { 0, align_corners } },
                       false);
    if (!volo_nn_idle(ctx))
        resize_into(ctx, (Job){ y.data, y.c, y.h, y.w, small, { { 0 }, { 0 } }, x.data }, table,
                    (Rule){ 0, align_corners });
    return y;
}

/* A record for each map: its own channels of dy, which lie Σc apart. */
static void record_concat(VoloNnContext *ctx, VoloTensor y, const VoloTensor *x, size_t count,
                          bool align_corners)
{
    size_t channel = 0;

    for (size_t i = 0; i < count; i++) {
        volo_nn_record(ctx,
                       (VoloRecord){ .backward = resized_backward,
                                     .y = y,
                                     .x = x[i],
                                     .number = { channel, align_corners } },
                       false);
        channel += x[i].c;
    }
}

/* y [n,h,w,Σc]: channels of every x in turn, each resized to h x w */
VoloTensor volo_nn_concat_resized(VoloNnContext *ctx, const VoloTensor *x, size_t count, size_t h,
                                  size_t w, bool align_corners)
{
    size_t c = 0;

    volo_nn_operation(ctx);
    for (size_t i = 0; i < count; i++) {
        volo_nn_use(ctx, x[i]);
        volo_nn_expect(ctx, x[i].n == x[0].n, "maps of %zu and %zu pictures side by side", x[i].n,
                       x[0].n);
        c += x[i].c;
    }
    const VoloTensor y = volo_nn_result(ctx, x[0].n, h, w, c);
    float *table = volo_nn_scratch(ctx, table_floats(h, w));

    if (volo_nn_training(ctx))
        record_concat(ctx, y, x, count, align_corners);
    if (volo_nn_idle(ctx))
        return y;
    float *at = y.data;
    for (size_t i = 0; i < count; i++) {
        resize_into(ctx, (Job){ at, y.c, h, w, x[i], { { 0 }, { 0 } }, NULL }, table,
                    (Rule){ 0, align_corners });
        at += x[i].c;
    }
    return y;
}

/* y [n,⌊h·up/down⌋,⌊w·up/down⌋,c] = bilinear x [n,h,w,c]. Outputs lie down/up inputs apart even
 * where the size was rounded, as PyTorch has it for a scale_factor. */
VoloTensor volo_nn_rescale(VoloNnContext *ctx, VoloTensor x, size_t up, size_t down)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, x.h * up >= down && x.w * up >= down,
                   "a map of %zux%zu is too small to be resized by %zu/%zu", x.h, x.w, up, down);
    const VoloTensor y = volo_nn_result(ctx, x.n, x.h * up / down, x.w * up / down, x.c);
    const Rule rule = { (float)down / (float)up, false };
    float *table = volo_nn_scratch(ctx, table_floats(y.h, y.w));

    if (volo_nn_training(ctx))
        volo_nn_record(
            ctx,
            (VoloRecord){ .backward = resized_backward, .y = y, .x = x, .real = { rule.step } },
            false);
    if (!volo_nn_idle(ctx))
        resize_into(ctx, (Job){ y.data, y.c, y.h, y.w, x, { { 0 }, { 0 } }, NULL }, table, rule);
    return y;
}
