/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the gradient, cut into blocks of channels where there are few. */
#include "nn/gather_rows.h"

#include "base/parallel.h"
#include "nn/tape.h"

enum {
    MANY_ROWS = 32, /* enough for all threads */
    BLOCK = 64,     /* channels */
};

typedef struct Run {
    const VoloGatherJob *job;
    size_t block, blocks; /* channels, and how many times */
} Run;

static void gather_block(const VoloGatherJob *s, size_t row, size_t channel, size_t c)
{
    const size_t picture = s->h_out * s->w_out * s->ldy;
    float *const dx = s->dx + row * s->w * s->c + channel;

    for (size_t i = 0; i < s->summed; i++) {
        const float *const dy = s->dy + (row / s->h * s->summed + i) * picture + channel;

        volo_kernels()->gather_row(dx, s->c, dy, s->ldy, &s->rows, &s->columns, row % s->h, s->w,
                                   s->w_out, c, s->add || i > 0);
    }
}

static void run_blocks(size_t first, size_t count, int slot, void *user)
{
    const Run *const r = user;

    (void)slot;
    for (size_t piece = first; piece < first + count; piece++) {
        const size_t channel = piece % r->blocks * r->block, left = r->job->c - channel;

        gather_block(r->job, piece / r->blocks, channel, left < r->block ? left : r->block);
    }
}

void volo_gather_run(const VoloGatherJob *job, int threads)
{
    const size_t rows = job->n * job->h, block = rows < MANY_ROWS ? BLOCK : job->c;
    Run run = { job, block, (job->c + block - 1) / block };

    volo_parallel_rows(threads, rows * run.blocks, 1, run_blocks, &run);
}

/* dgrid [h,w,c] += the transpose of the resizing · Σ over pictures of dy [n,h_out,w_out,c] */
void volo_nn_grid_gradient(VoloNnContext *ctx, const VoloGrid *grid, VoloTensor dy)
{
    const VoloTensor dgrid = {
        volo_nn_parameter_gradient(ctx, grid->data), 1, grid->h, grid->w, grid->c, 0
    };
    const size_t of_rows = volo_readers_floats(grid->h, dy.h);
    float *const memory = volo_nn_scratch(ctx, of_rows + volo_readers_floats(grid->w, dy.w));
    VoloGatherJob job = volo_gather_job(dgrid, dy, true);

    if (!dgrid.data || volo_nn_idle(ctx))
        return;
    job.summed = dy.n;
    job.rows = volo_readers_of_cubic(memory, grid->h, dy.h);
    job.columns = volo_readers_of_cubic(memory + of_rows, grid->w, dy.w);
    volo_gather_run(&job, ctx->threads);
}
