/* SPDX-License-Identifier: Apache-2.0 */
/* Sums: of two tensors, and of a tensor with a position grid resized to it. */
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/gather_rows.h"
#include "nn/tape.h"

enum {
    ROWS_PER_PIECE = 256
};

/* y [r,c] = a [r,c] + b [period,c] repeated along r */
typedef struct Job {
    float *y;
    const float *a, *b;
    size_t c, period;
} Job;

static void run_rows(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;

    (void)slot;
    while (count > 0) {
        const size_t at = first % s->period;
        const size_t here = count < s->period - at ? count : s->period - at;

        volo_kernels()->add(s->y + first * s->c, s->a + first * s->c, s->b + at * s->c,
                            here * s->c);
        first += here;
        count -= here;
    }
}

/* da += dy, db += dy */
static void add_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    volo_nn_gradient_pass(ctx, rec->x, rec->y);
    volo_nn_gradient_pass(ctx, rec->other, rec->y);
}

/* y [n,h,w,c] = a + b */
VoloTensor volo_nn_add(VoloNnContext *ctx, VoloTensor a, VoloTensor b)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, a);
    volo_nn_use(ctx, b);
    volo_nn_expect(ctx, a.n == b.n && a.h == b.h && a.w == b.w && a.c == b.c,
                   "a sum of [%zu,%zu,%zu,%zu] and [%zu,%zu,%zu,%zu]", a.n, a.h, a.w, a.c, b.n, b.h,
                   b.w, b.c);
    const VoloTensor y = volo_nn_result_over(ctx, a);

    if (volo_nn_training(ctx))
        volo_nn_record(ctx, (VoloRecord){ .backward = add_backward, .y = y, .x = a, .other = b },
                       false);
    if (!volo_nn_idle(ctx)) {
        Job job = { y.data, a.data, b.data, a.c, volo_rows(a) };

        volo_parallel_rows(ctx->threads, volo_rows(a), ROWS_PER_PIECE, run_rows, &job);
    }
    return y;
}

/* dgrid += the transpose of the resizing · Σ over pictures of dy, dx += dy */
static void add_grid_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    volo_nn_grid_gradient(ctx, rec->p, volo_nn_gradient(ctx, rec->y));
    volo_nn_gradient_pass(ctx, rec->x, rec->y);
}

/* y [n,h,w,c] = x + grid resized to [h,w,c]; the released models add it as it is at their own size,
 * other sizes follow LV-ViT's segmentation backbone (bicubic, align_corners=False) */
VoloTensor volo_nn_add_grid(VoloNnContext *ctx, VoloTensor x, const VoloGrid *grid)
{
    const bool resize = x.h != grid->h || x.w != grid->w;

    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, x.c == grid->c, "positions of %zu channels were added to %zu", grid->c,
                   x.c);
    const VoloTensor y = volo_nn_result_over(ctx, x);
    float *resized = volo_nn_scratch(ctx, resize ? x.h * x.w * x.c : 0);

    if (volo_nn_training(ctx))
        volo_nn_record(ctx,
                       (VoloRecord){ .backward = add_grid_backward, .y = y, .x = x, .p = grid },
                       volo_nn_parameter_gradient(ctx, grid->data) != NULL);
    if (!volo_nn_idle(ctx)) {
        Job job = { y.data, x.data, resize ? resized : grid->data, x.c, x.h * x.w };

        if (resize)
            volo_kernels()->bicubic(resized, grid->data, grid->h, grid->w, grid->c, x.h, x.w);
        volo_parallel_rows(ctx->threads, volo_rows(x), ROWS_PER_PIECE, run_rows, &job);
    }
    return y;
}
