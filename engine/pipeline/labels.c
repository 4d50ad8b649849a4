/* SPDX-License-Identifier: Apache-2.0 */
/* Row by row: bilinear to the windows' size and, added up, to rows of the view; bilinear to the
 * picture's size (two resizes in this order, as mmsegmentation does); softmax and mean where there
 * are several views; argmax, and if wanted what stands behind it. Nothing of full size but the
 * results themselves is ever held. */
#include "pipeline/labels.h"

#include <string.h>

#include "base/parallel.h"
#include "image/owned.h"
#include "kernels/kernels.h"

enum {
    ROWS_PER_PIECE = 32,
    ROWS_PER_SUM = 8, /* with several views a piece holds the sum of its rows */
};

/* A view, and how its rows are made. */
typedef struct Source {
    const VoloViewLogits *logits;
    const VoloWindows *windows;
    VoloLerp rows, columns;             /* logits to the window */
    VoloLerp image_rows, image_columns; /* view to the picture */
    float *cover;                       /* [view_w]: how many windows of a row cover each column */
    bool direct;                        /* the picture has the view's size: one resize */
} Source;

typedef struct Run {
    const VoloRowsJob *job;
    Source source[VOLO_MAX_VIEWS];
    size_t classes, view_w; /* view_w: the largest of the views that are resized */
    float *scratch;         /* [threads, slot_floats] */
    size_t slot_floats;
} Run;

/* What one thread works in. */
typedef struct Bench {
    float *row[2];   /* [view_w,classes] rows of a view: the next one needs mostly the same */
    size_t index[2]; /* which they are; SIZE_MAX: none yet */
    float *out;      /* [image_w,classes] */
    float *sum;      /* [ROWS_PER_SUM,image_w,classes], of several views */
    float *entropy;  /* [image_w], when ranked */
} Bench;

/* --- rows of a view --- */

/* y [w,c] (+)= row i of a window, whose logits are x [h,w,c] */
static void window_row(const Source *s, float *y, const float *x, size_t i, size_t c, bool add)
{
    const size_t line = s->logits->w * c;

    volo_kernels()->bilinear_row(y, c, x + s->rows.first[i] * line, x + s->rows.second[i] * line,
                                 s->rows.t[i], &s->columns, s->windows->w, c, add);
}

/* y [view_w,c] /= how many windows cover each pixel, in so many rows of windows */
static void divide_by_count(const Source *s, float *y, size_t rows, size_t c)
{
    for (size_t x = 0; x < s->windows->view_w; x++, y += c) {
        const float count = (float)rows * s->cover[x];

        for (size_t k = 0; k < c && count > 1; k++)
            y[k] /= count;
    }
}

/* y [view_w,c] = mean of all windows that cover row i */
static void mean_row(const Source *s, float *y, size_t i, size_t c)
{
    const VoloWindows *g = s->windows;
    const size_t floats = s->logits->h * s->logits->w * c;
    size_t rows = 0;

    memset(y, 0, g->view_w * c * sizeof *y);
    for (size_t row = 0; row < g->rows; row++) {
        const size_t top = volo_windows_top(g, row);

        if (i - top >= g->h)
            continue;
        rows++;
        for (size_t column = 0; column < g->columns; column++)
            window_row(s, y + volo_windows_left(g, column) * c,
                       s->logits->data + (row * g->columns + column) * floats, i - top, c, true);
    }
    divide_by_count(s, y, rows, c);
}

/* Mirrors y [w,c] left to right, in place. */
static void mirror_row(float *y, size_t w, size_t c)
{
    for (float *a = y, *b = y + (w - 1) * c; a < b; a += c, b -= c) {
        for (size_t k = 0; k < c; k++) {
            const float other = a[k];

            a[k] = b[k];
            b[k] = other;
        }
    }
}

static void view_row(const Run *run, const Source *s, float *y, size_t i)
{
    if (volo_windows_count(s->windows) == 1)
        window_row(s, y, s->logits->data, i, run->classes, false);
    else
        mean_row(s, y, i, run->classes);
    if (s->logits->view.flip && run->job->flip_logits)
        mirror_row(y, s->windows->view_w, run->classes);
}

/* --- rows of the picture --- */

static const float *cached_row(const Run *run, const Source *s, Bench *bench, size_t i, size_t keep)
{
    for (size_t k = 0; k < 2; k++) {
        if (bench->index[k] == i)
            return bench->row[k];
    }
    const size_t k = bench->index[0] == keep ? 1 : 0;
    view_row(run, s, bench->row[k], i);
    bench->index[k] = i;
    return bench->row[k];
}

/* bench->out [image_w,classes] = row y of the picture, seen by one view */
static void picture_row(const Run *run, const Source *s, Bench *bench, size_t y)
{
    if (s->direct) {
        view_row(run, s, bench->out, y);
        return;
    }
    const size_t first = s->image_rows.first[y], second = s->image_rows.second[y];
    const float *x0 = cached_row(run, s, bench, first, second);
    const float *x1 = cached_row(run, s, bench, second, first);
    volo_kernels()->bilinear_row(bench->out, run->classes, x0, x1, s->image_rows.t[y],
                                 &s->image_columns, run->job->image_w, run->classes, false);
}

static uint16_t parts_of(float share)
{
    if (!(share > 0)) /* or not a number */
        return 0;
    return share < 1 ? (uint16_t)(share * VOLO_CONFIDENCE_ONE + 0.5F) : VOLO_CONFIDENCE_ONE;
}

/* Shares of the classes of each rank; of p [image_w,classes] close together the order may be lost
 * in rounding, but not here. */
static void put_shares(const VoloRowsJob *job, const VoloConfidencePlanes *to, size_t y,
                       const float *p)
{
    const size_t first = y * job->image_w;

    for (size_t i = first; i < first + job->image_w; i++, p += job->classes) {
        uint16_t most = VOLO_CONFIDENCE_ONE;

        for (size_t rank = 0; rank < VOLO_CONFIDENCE_RANKS; rank++) {
            const size_t k = rank ? to->next[rank - 1][i] : job->labels[i];
            const uint16_t share = k < job->classes ? parts_of(p[k]) : 0;

            most = share < most ? share : most;
            to->share[rank][i] = most;
        }
    }
}

/* row [image_w,classes], logits of one view or the mean of softmaxes, becomes shares. */
static void rank_row(const VoloRowsJob *job, size_t y, float *row, float *entropy)
{
    const size_t w = job->image_w, c = job->classes;
    const VoloConfidencePlanes to = volo_confidence_planes(job->planes, job->image_h, w);

    volo_kernels()->runners_up_row(to.next[0] + y * w, to.next[1] + y * w, job->labels + y * w, row,
                                   w, c);
    if (job->view_count == 1)
        volo_kernels()->softmax(row, row, 1, w, c);
    put_shares(job, &to, y, row);
    volo_kernels()->entropy_row(entropy, row, w, c);
    for (size_t i = 0; i < w; i++)
        to.entropy[y * w + i] = parts_of(entropy[i]);
}

static void finish_row(const VoloRowsJob *job, size_t y, float *row, float *entropy)
{
    if (job->labels)
        volo_kernels()->argmax_row(job->labels + y * job->image_w, row, job->image_w, job->classes);
    if (job->scores)
        memcpy(job->scores + y * job->image_w * job->classes, row,
               job->image_w * job->classes * sizeof *row);
    if (job->ranked)
        rank_row(job, y, row, entropy);
}

/* Adds the softmax of one view's rows to bench->sum, or begins it. */
static void add_view(const Run *run, const Source *s, Bench *bench, size_t first, size_t count)
{
    const size_t image_w = run->job->image_w, floats = image_w * run->classes;

    bench->index[0] = bench->index[1] = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        float *sum = bench->sum + i * floats;

        picture_row(run, s, bench, first + i);
        volo_kernels()->softmax(bench->out, bench->out, 1, image_w, run->classes);
        if (s->logits->view.flip && !run->job->flip_logits)
            mirror_row(bench->out, image_w, run->classes);
        if (s == run->source)
            memcpy(sum, bench->out, floats * sizeof *sum);
        else
            volo_kernels()->add(sum, sum, bench->out, floats);
    }
}

static void average_rows(const Run *run, Bench *bench, size_t first, size_t count)
{
    const size_t floats = run->job->image_w * run->classes;
    const float views = (float)run->job->view_count;

    for (size_t v = 0; v < run->job->view_count; v++)
        add_view(run, &run->source[v], bench, first, count);
    for (size_t i = 0; i < count * floats; i++)
        bench->sum[i] /= views;
    for (size_t i = 0; i < count; i++)
        finish_row(run->job, first + i, bench->sum + i * floats, bench->entropy);
}

static void run_rows(size_t first, size_t count, int slot, void *user)
{
    const Run *run = user;
    const size_t line = run->view_w * run->classes;
    float *scratch = run->scratch + (size_t)slot * run->slot_floats;
    float *out = scratch + 2 * line;
    Bench bench = { { scratch, scratch + line },
                    { SIZE_MAX, SIZE_MAX },
                    out,
                    out + run->job->image_w * run->classes,
                    scratch + run->slot_floats - run->job->image_w };

    if (run->job->view_count > 1) {
        average_rows(run, &bench, first, count);
        return;
    }
    for (size_t y = first; y < first + count; y++) {
        picture_row(run, run->source, &bench, y);
        finish_row(run->job, y, bench.out, bench.entropy);
    }
}

/* --- the operation --- */

static VoloLerp lerp_in(float **table, size_t in, size_t out, bool align_corners)
{
    uint32_t *first = (uint32_t *)*table, *second = first + out;
    float *t = *table + 2 * out;

    volo_lerp_table(first, second, t, in, out, align_corners);
    *table += 3 * out;
    return (VoloLerp){ first, second, t };
}

static float *count_columns(float **table, const VoloWindows *g)
{
    float *cover = *table;

    for (size_t x = 0; x < g->view_w; x++)
        cover[x] = 0;
    for (size_t i = 0; i < g->columns; i++) {
        for (size_t x = 0; x < g->w; x++)
            cover[volo_windows_left(g, i) + x] += 1;
    }
    *table += g->view_w;
    return cover;
}

static Source source_of(const VoloRowsJob *job, const VoloViewLogits *v, float **table)
{
    const VoloWindows *g = &v->view.windows;
    const bool align = job->align_corners;

    return (Source){ .logits = v,
                     .windows = g,
                     .rows = lerp_in(table, v->h, g->h, align),
                     .columns = lerp_in(table, v->w, g->w, align),
                     .image_rows = lerp_in(table, g->view_h, job->image_h, align),
                     .image_columns = lerp_in(table, g->view_w, job->image_w, align),
                     .cover = count_columns(table, g),
                     .direct = g->view_h == job->image_h && g->view_w == job->image_w };
}

/* Floats of all tables, and in run what a thread needs. */
static size_t measure(const VoloRowsJob *job, Run *run)
{
    size_t table = 0;

    for (size_t i = 0; i < job->view_count; i++) {
        const VoloWindows *g = &job->view[i].view.windows;

        table += 3 * (g->h + g->w + job->image_h + job->image_w) + g->view_w;
        if ((g->view_h != job->image_h || g->view_w != job->image_w) && g->view_w > run->view_w)
            run->view_w = g->view_w;
    }
    const size_t rows = job->view_count > 1 ? 1 + ROWS_PER_SUM : 1;
    const size_t entropy = job->ranked ? job->image_w : 0;
    run->slot_floats =
        (job->classes * (2 * run->view_w + rows * job->image_w) + entropy + 15) & ~(size_t)15;
    return table;
}

void volo_nn_rows(VoloNnContext *ctx, const VoloRowsJob *job)
{
    Run run = { .job = job, .classes = job->classes };

    volo_nn_operation(ctx);
    float *table = volo_nn_scratch(ctx, measure(job, &run));
    run.scratch = volo_nn_scratch(ctx, run.slot_floats * (size_t)ctx->threads);
    if (volo_nn_idle(ctx))
        return;
    for (size_t i = 0; i < job->view_count; i++)
        run.source[i] = source_of(job, &job->view[i], &table);
    volo_parallel_rows(ctx->threads, job->image_h,
                       job->view_count > 1 ? ROWS_PER_SUM : ROWS_PER_PIECE, run_rows, &run);
}
