/* SPDX-License-Identifier: Apache-2.0 */
/* Average pooling: 2x2 in ceil mode (outlook attention), adaptive (pyramid pooling). Largest
 * values: of 2x2 (necks), of all tokens (classification). */
#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/gather_rows.h"
#include "nn/tape.h"

enum {
    ROWS_PER_PIECE = 4
};

typedef void (*PoolFn)(float *y, const float *x, size_t h, size_t w, size_t c, size_t first,
                       size_t count);

typedef struct Job {
    VoloTensor y, x; /* or dy */
    PoolFn pool;     /* of 2x2 cells */
    float *dx;
    float factor;
    bool add;
} Job;

static void run_cells(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const VoloTensor x = s->x, y = s->y;

    (void)slot;
    for (size_t row = first; row < first + count; row++)
        s->pool(y.data + row * y.w * y.c, x.data + row / y.h * x.h * x.w * x.c, x.h, x.w, x.c,
                row % y.h, 1);
}

/* y [n,h,w,c]: one value of each channel for each 2x2 cell of x */
static VoloTensor pool_cells(VoloNnContext *ctx, VoloTensor x, size_t h, size_t w, PoolFn pool)
{
    const VoloTensor y = volo_nn_result(ctx, x.n, h, w, x.c);

    if (!volo_nn_idle(ctx)) {
        Job job = { .y = y, .x = x, .pool = pool };

        volo_parallel_rows(ctx->threads, y.n * y.h, ROWS_PER_PIECE, run_cells, &job);
    }
    return y;
}

/* dx [n,h,w,c] += each mean's share of dy [n,h_out,w_out,c] */
static void spread(VoloNnContext *ctx, VoloTensor x, VoloTensor dy, bool pairs)
{
    bool add;
    const VoloTensor dx = volo_nn_gradient_into(ctx, x, &add);
    const size_t of_rows = volo_readers_floats(x.h, dy.h);
    float *const memory = volo_nn_scratch(ctx, of_rows + volo_readers_floats(x.w, dy.w));
    VoloGatherJob job = volo_gather_job(dx, dy, add);

    if (volo_nn_idle(ctx))
        return;
    job.rows = pairs ? volo_readers_of_pairs(memory, x.h) : volo_readers_of_bins(memory, x.h, dy.h);
    job.columns = pairs ? volo_readers_of_pairs(memory + of_rows, x.w)
                        : volo_readers_of_bins(memory + of_rows, x.w, dy.w);
    volo_gather_run(&job, ctx->threads);
}

static void avg_pool2_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    spread(ctx, rec->x, volo_nn_gradient(ctx, rec->y), true);
}

static void adaptive_pool_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    spread(ctx, rec->x, volo_nn_gradient(ctx, rec->y), false);
}

/* y [n,⌈h/2⌉,⌈w/2⌉,c]: mean of what lies inside of each 2x2 cell of x [n,h,w,c] */
VoloTensor volo_nn_avg_pool2(VoloNnContext *ctx, VoloTensor x)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    const VoloTensor y =
        pool_cells(ctx, x, (x.h + 1) / 2, (x.w + 1) / 2, volo_kernels()->avg_pool2);

    if (volo_nn_training(ctx))
        volo_nn_record(ctx, (VoloRecord){ .backward = avg_pool2_backward, .y = y, .x = x }, false);
    return y;
}

static void run_adaptive(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const VoloTensor x = s->x, y = s->y;

    (void)slot;
    for (size_t n = first; n < first + count; n++)
        volo_kernels()->adaptive_pool(y.data + n * y.h * y.w * y.c, x.data + n * x.h * x.w * x.c,
                                      x.h, x.w, x.c, y.h);
}

/* y [n,bins,bins,c]: means of x [n,h,w,c] over bins that may overlap by a row */
VoloTensor volo_nn_adaptive_pool(VoloNnContext *ctx, VoloTensor x, size_t bins)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    const VoloTensor y = volo_nn_result(ctx, x.n, bins, bins, x.c);

    if (volo_nn_training(ctx))
        volo_nn_record(ctx, (VoloRecord){ .backward = adaptive_pool_backward, .y = y, .x = x },
                       false);
    if (!volo_nn_idle(ctx)) {
        Job job = { .y = y, .x = x };

        volo_parallel_rows(ctx->threads, x.n, 1, run_adaptive, &job);
    }
    return y;
}

static void run_max_pool2_gradient(size_t first, size_t count, int slot, void *user)
{
    const Job *const s = user;
    const VoloTensor x = s->x, dy = s->y;

    (void)slot;
    for (size_t row = first; row < first + count; row++) {
        const size_t picture = row / dy.h * x.h * x.w * x.c;

        volo_kernels()->max_pool2_gradient(s->dx + picture, dy.data + row * dy.w * dy.c,
                                           x.data + picture, x.h, x.w, x.c, row % dy.h, 1, s->add);
    }
}

/* dx [n,h,w,c] += dy [n,⌊h/2⌋,⌊w/2⌋,c] where x is the largest of its cell */
static void max_pool2_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    Job job = { .y = volo_nn_gradient(ctx, rec->y), .x = rec->x };

    volo_nn_use(ctx, rec->x);
    job.dx = volo_nn_gradient_into(ctx, rec->x, &job.add).data;
    if (!volo_nn_idle(ctx))
        volo_parallel_rows(ctx->threads, job.y.n * job.y.h, ROWS_PER_PIECE, run_max_pool2_gradient,
                           &job);
}

/* y [n,⌊h/2⌋,⌊w/2⌋,c]: the largest of each whole 2x2 cell of x [n,h,w,c] */
VoloTensor volo_nn_max_pool2(VoloNnContext *ctx, VoloTensor x)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, x.h >= 2 && x.w >= 2, "a map of %zux%zu is too small to be halved", x.h,
                   x.w);
    const VoloTensor y = pool_cells(ctx, x, x.h / 2, x.w / 2, volo_kernels()->max_pool2);

    if (volo_nn_training(ctx))
        volo_nn_record(ctx, (VoloRecord){ .backward = max_pool2_backward, .y = y, .x = x }, false);
    return y;
}

static void run_add_max_gradient(size_t first, size_t count, int slot, void *user)
{
    const Job *const s = user;
    const size_t rows = s->x.h * s->x.w, c = s->x.c;

    (void)slot;
    for (size_t n = first; n < first + count; n++)
        volo_kernels()->add_max_gradient(s->dx + n * rows * c, s->y.data + n * c,
                                         s->x.data + n * rows * c, s->factor, rows, c, s->add);
}

/* dx [n,h,w,c] += factor · dy [n,1,1,c] where x is the largest of its channel; da += dy */
static void add_max_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    if (volo_nn_wants(ctx, rec->x)) {
        Job job = { .y = volo_nn_gradient(ctx, rec->y), .x = rec->x, .factor = rec->real[0] };

        volo_nn_use(ctx, rec->x);
        job.dx = volo_nn_gradient_into(ctx, rec->x, &job.add).data;
        if (!volo_nn_idle(ctx))
            volo_parallel_rows(ctx->threads, rec->x.n, 1, run_add_max_gradient, &job);
    }
    volo_nn_gradient_pass(ctx, rec->other, rec->y);
}

/* y [n,1,1,c] = a [n,1,1,c] + factor · max over h and w of x [n,h,w,c]; in the place of a */
VoloTensor volo_nn_add_max(VoloNnContext *ctx, VoloTensor a, VoloTensor x, float factor)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, a);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, a.n == x.n && a.h == 1 && a.w == 1 && a.c == x.c,
                   "largest values of %zu channels were added to [%zu,%zu,%zu,%zu]", x.c, a.n, a.h,
                   a.w, a.c);
    const VoloTensor y = volo_nn_result_over(ctx, a);

    if (volo_nn_training(ctx))
        volo_nn_record(
            ctx,
            (VoloRecord){
                .backward = add_max_backward, .y = y, .x = x, .other = a, .real = { factor } },
            false);
    if (volo_nn_idle(ctx))
        return y;
    if (y.data != a.data)
        memcpy(y.data, a.data, volo_count(a) * sizeof *a.data);
    for (size_t i = 0; i < x.n; i++)
        volo_kernels()->add_max(y.data + i * y.c, x.data + i * x.h * x.w * x.c, factor, x.h * x.w,
                                x.c);
    return y;
}
