/* SPDX-License-Identifier: Apache-2.0 */
/* Outlook attention (VOLO section 3.1): each 2x2 cell holds, for every head, a 9x9 matrix that
 * mixes the 3x3 window around its first pixel; windows overlap and their results add up. The
 * backward keeps these matrices, not the scores. */
#include <math.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/tape.h"

enum {
    WINDOW = 9, /* pixels of a 3x3 window */
    SOFTMAX_ROWS_PER_PIECE = 4096,
    ROWS_PER_PIECE = 2,
    CELL_ROWS_PER_PIECE = 1,
};

typedef struct Job {
    float *y;       /* [n,h,w,c] */
    const float *v; /* [n,h,w,c] */
    float *a;       /* [n,⌈h/2⌉,⌈w/2⌉,heads,9,9] */
    const float *scores;
    size_t h, w, c, heads;
} Job;

static void run_softmax(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const float scale = 1.0f / sqrtf((float)(s->c / s->heads));

    (void)slot;
    volo_kernels()->softmax(s->a + first * WINDOW, s->scores + first * WINDOW, scale, count,
                            WINDOW);
}

/* Rows first.. of all pictures' rows; a piece may reach into the next picture. */
static void run_sums(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const size_t picture = s->h * s->w * s->c;
    const size_t cells = ((s->h + 1) / 2) * ((s->w + 1) / 2) * s->heads * WINDOW * WINDOW;

    (void)slot;
    for (size_t row = first; row < first + count; row++) {
        const size_t n = row / s->h;

        volo_kernels()->outlook(s->y + row * s->w * s->c, s->v + n * picture, s->a + n * cells,
                                s->h, s->w, s->heads, s->c / s->heads, row % s->h, 1);
    }
}

typedef struct BackwardJob {
    float *dv, *ds; /* as v and a, what is to be written */
    const float *dy, *v, *a;
    size_t h, w, c, heads;
    bool add_v, add_s;
} BackwardJob;

static void run_value_rows(size_t first, size_t count, int slot, void *user)
{
    const BackwardJob *const s = user;
    const size_t picture = s->h * s->w * s->c;
    const size_t cells = ((s->h + 1) / 2) * ((s->w + 1) / 2) * s->heads * WINDOW * WINDOW;

    (void)slot;
    for (size_t row = first; row < first + count; row++) {
        const size_t n = row / s->h;

        volo_kernels()->outlook_value_gradient(s->dv + row * s->w * s->c, s->dy + n * picture,
                                               s->a + n * cells, s->add_v, s->h, s->w, s->heads,
                                               s->c / s->heads, row % s->h, 1);
    }
}

/* Rows of cells. */
static void run_score_rows(size_t first, size_t count, int slot, void *user)
{
    const BackwardJob *const s = user;
    const size_t picture = s->h * s->w * s->c, rows = (s->h + 1) / 2;
    const size_t cells = (s->w + 1) / 2 * s->heads * WINDOW * WINDOW;
    const float scale = 1.0f / sqrtf((float)(s->c / s->heads));

    (void)slot;
    for (size_t row = first; row < first + count; row++) {
        const size_t n = row / rows;

        volo_kernels()->outlook_score_gradient(
            s->ds + row * cells, s->dy + n * picture, s->v + n * picture, s->a + n * rows * cells,
            scale, s->add_s, s->h, s->w, s->heads, s->c / s->heads, row % rows, 1);
    }
}

/* dv += aᵀ · dy in each window; with g = dy · vᵀ there, dscores += a (g - Σ a g) d^-1/2 */
static void outlook_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    const VoloTensor dy = volo_nn_gradient(ctx, rec->y), v = volo_nn_input(ctx, rec->x);
    const VoloTensor scores = rec->other;
    BackwardJob job = { .dy = dy.data,
                        .v = v.data,
                        .a = rec->kept.data,
                        .h = v.h,
                        .w = v.w,
                        .c = v.c,
                        .heads = rec->number[0] };

    volo_nn_use(ctx, rec->kept);
    if (volo_nn_wants(ctx, rec->x))
        job.dv = volo_nn_gradient_into(ctx, rec->x, &job.add_v).data;
    if (volo_nn_wants(ctx, scores))
        job.ds = volo_nn_gradient_into(ctx, scores, &job.add_s).data;
    volo_nn_macs(ctx, (uint64_t)2 * v.n * scores.h * scores.w * WINDOW * WINDOW * v.c);
    if (volo_nn_idle(ctx))
        return;
    if (job.dv)
        volo_parallel_rows(ctx->threads, v.n * v.h, ROWS_PER_PIECE, run_value_rows, &job);
    if (job.ds)
        volo_parallel_rows(ctx->threads, v.n * scores.h, CELL_ROWS_PER_PIECE, run_score_rows, &job);
}

/* v [n,h,w,c], scores [n,⌈h/2⌉,⌈w/2⌉,81·heads] -> a = softmax(scores d^-1/2), y [n,h,w,c] */
VoloTensor volo_nn_outlook_attention(VoloNnContext *ctx, VoloTensor v, VoloTensor scores,
                                     size_t heads)
{
    const size_t h = (v.h + 1) / 2, w = (v.w + 1) / 2;

    volo_nn_operation(ctx);
    volo_nn_use(ctx, v);
    volo_nn_use(ctx, scores);
    volo_nn_expect(ctx, heads > 0 && v.c % heads == 0, "%zu channels do not divide into %zu heads",
                   v.c, heads);
    volo_nn_expect(ctx,
                   scores.n == v.n && scores.h == h && scores.w == w &&
                       scores.c == heads * WINDOW * WINDOW,
                   "outlook scores are [%zu,%zu,%zu,%zu], expected [%zu,%zu,%zu,%zu]", scores.n,
                   scores.h, scores.w, scores.c, v.n, h, w, heads * WINDOW * WINDOW);
    const VoloTensor a = volo_nn_result_over(ctx, scores);
    const VoloTensor y = volo_nn_result(ctx, v.n, v.h, v.w, v.c);

    volo_nn_macs(ctx, (uint64_t)v.n * h * w * WINDOW * WINDOW * v.c);
    if (volo_nn_training(ctx))
        volo_nn_record(ctx,
                       (VoloRecord){ .backward = outlook_backward,
                                     .y = y,
                                     .x = v,
                                     .other = scores,
                                     .kept = a,
                                     .number = { heads } },
                       false);
    if (!volo_nn_idle(ctx)) {
        Job job = { y.data, v.data, a.data, scores.data, v.h, v.w, v.c, heads };

        volo_parallel_rows(ctx->threads, v.n * h * w * heads * WINDOW, SOFTMAX_ROWS_PER_PIECE,
                           run_softmax, &job);
        volo_parallel_rows(ctx->threads, v.n * v.h, ROWS_PER_PIECE, run_sums, &job);
    }
    return y;
}
