/* SPDX-License-Identifier: Apache-2.0 */
/* Layer norm over channels (Ba, Kiros & Hinton 2016). The backward finds mean and variance again in
 * x; sums over rows are made chunk by chunk and added in order. */
#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/tape.h"

enum {
    ROWS_PER_PIECE = 64,
    COLUMNS_PER_PIECE = 64
};

typedef struct Job {
    float *y;
    const float *x;
    const VoloLayerNorm *p;
} Job;

static void run_rows(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const size_t c = s->p->c;

    (void)slot;
    volo_kernels()->layernorm(s->y + first * c, s->x + first * c, s->p->weight, s->p->bias,
                              s->p->eps, count, c);
}

typedef struct BackwardJob {
    float *dx; /* or NULL */
    const float *dy, *x;
    const VoloLayerNorm *p;
    bool add;
    size_t chunks;
    float *sums; /* [chunks,2,c]: of dweight and dbias over the chunk's rows */
    float *dweight, *dbias;
} BackwardJob;

/* One chunk. */
static void run_chunk(size_t first, size_t count, int slot, void *user)
{
    const BackwardJob *const s = user;
    const size_t c = s->p->c;
    float *const sums = s->sums + first / ROWS_PER_PIECE * 2 * c;

    (void)slot;
    memset(sums, 0, 2 * c * sizeof *sums);
    volo_kernels()->layernorm_gradient(s->dx ? s->dx + first * c : NULL, sums, sums + c,
                                       s->dy + first * c, s->x + first * c, s->p->weight, s->p->eps,
                                       s->add, count, c);
}

/* to [i] += Σ over chunks of sums [i] */
static void add_chunks(float *to, const float *sums, size_t chunks, size_t c, size_t i)
{
    double sum = 0;

    for (size_t k = 0; k < chunks && to; k++)
        sum += (double)sums[k * 2 * c + i];
    if (to)
        to[i] += (float)sum;
}

static void run_columns(size_t first, size_t count, int slot, void *user)
{
    const BackwardJob *const s = user;
    const size_t c = s->p->c;

    (void)slot;
    for (size_t i = first; i < first + count; i++) {
        add_chunks(s->dweight, s->sums, s->chunks, c, i);
        add_chunks(s->dbias, s->sums + c, s->chunks, c, i);
    }
}

/* With z = (x - mean) / sqrt(var + eps) and g = dy · weight:
 * dx += (g - mean(g) - z · mean(g · z)) / sqrt(var + eps); dweight += Σ dy · z; dbias += Σ dy */
static void layernorm_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    const VoloLayerNorm *const p = rec->p;
    const VoloTensor dy = volo_nn_gradient(ctx, rec->y);
    const VoloTensor x = volo_nn_input(ctx, rec->x);
    const size_t rows = volo_rows(x);
    BackwardJob job = { .dy = dy.data,
                        .x = x.data,
                        .p = p,
                        .chunks = (rows + ROWS_PER_PIECE - 1) / ROWS_PER_PIECE,
                        .dweight = volo_nn_parameter_gradient(ctx, p->weight),
                        .dbias = volo_nn_parameter_gradient(ctx, p->bias) };

    if (volo_nn_wants(ctx, rec->x))
        job.dx = volo_nn_gradient_over(ctx, rec->x, dy, &job.add).data;
    job.sums = volo_nn_scratch(ctx, job.chunks * 2 * p->c);
    if (volo_nn_idle(ctx))
        return;
    volo_parallel_rows(ctx->threads, rows, ROWS_PER_PIECE, run_chunk, &job);
    if (job.dweight || job.dbias)
        volo_parallel_rows(ctx->threads, p->c, COLUMNS_PER_PIECE, run_columns, &job);
}

static void run(VoloNnContext *ctx, VoloTensor y, VoloTensor x, const VoloLayerNorm *p)
{
    Job job = { y.data, x.data, p };

    volo_parallel_rows(ctx->threads, volo_rows(x), ROWS_PER_PIECE, run_rows, &job);
}

static void run_again(VoloNnContext *ctx, VoloTensor y, VoloTensor source, const VoloRemake *how)
{
    run(ctx, y, source, how->p);
}

static void record(VoloNnContext *ctx, VoloTensor y, VoloTensor x, const VoloLayerNorm *p)
{
    const bool trains =
        volo_nn_parameter_gradient(ctx, p->weight) || volo_nn_parameter_gradient(ctx, p->bias);

    volo_nn_record(ctx, (VoloRecord){ .backward = layernorm_backward, .y = y, .x = x, .p = p },
                   trains);
    if (trains || volo_nn_wants(ctx, x)) /* else nobody keeps x */
        volo_nn_remakable(ctx, y, (VoloRemake){ run_again, x, p, 0 });
}

/* y [n,h,w,c] = (x - mean) / sqrt(var + eps) · weight [c] + bias [c] */
VoloTensor volo_nn_layernorm(VoloNnContext *ctx, VoloTensor x, const VoloLayerNorm *p)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, x.c == p->c, "a layer norm of %zu channels was given %zu", p->c, x.c);
    const VoloTensor y = volo_nn_result_over(ctx, x);

    if (volo_nn_training(ctx))
        record(ctx, y, x, p);
    if (!volo_nn_idle(ctx))
        run(ctx, y, x, p);
    return y;
}
