/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of y are worked on apart, tap by tap: a tap meets every stride-th pixel of a row, to which
 * the product of a row of x is added where it lies. */
#include "nn/spread.h"

#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/context.h"

enum {
    ROWS_PER_PIECE = 8 /* of y: they share a tap's weights */
};

typedef struct Run {
    const VoloSpreadJob *job;
    float *scratch; /* [threads, slot_floats] */
    size_t slot_floats;
} Run;

/* Where a tap reads and writes along an axis of y: pixels first.. of x, count of them, the first at
 * y's pixel `to`. */
typedef struct Reach {
    size_t first, count, to;
} Reach;

static Reach reach(const VoloSpreadJob *job, size_t tap, size_t size, size_t size_in)
{
    const size_t skip = job->pad > tap ? job->pad - tap : 0; /* pixels of y before its first */
    const size_t first = (skip + job->stride - 1) / job->stride;
    const size_t past = size + job->pad > tap ? size + job->pad - tap : 0;
    size_t end = (past + job->stride - 1) / job->stride;

    if (end > size_in)
        end = size_in;
    return (Reach){ first, end > first ? end - first : 0, first * job->stride + tap - job->pad };
}

/* A row of y += the row of x that the tap takes to it, if any. */
static void add_tap(const VoloSpreadJob *job, size_t row, size_t ky, size_t kx, float *scratch)
{
    const Reach down = reach(job, ky, job->h, job->h_in), along = reach(job, kx, job->w, job->w_in);
    const size_t picture = row / job->h, from_first = row % job->h - down.to;
    const size_t i = down.first + from_first / job->stride, taps = job->k * job->k;

    if (row % job->h < down.to || from_first % job->stride != 0 || i >= down.first + down.count ||
        along.count == 0)
        return;
    float *const y = job->y + (row * job->w + along.to) * job->out;
    const float *const x = job->x + ((picture * job->h_in + i) * job->w_in + along.first) * job->in;
    const float *const weight =
        job->weight->data + (taps - 1 - ky * job->k - kx) * job->in * VOLO_PANEL;

    volo_kernels()->gemm_panel(y, job->stride * job->out, x, job->in, weight,
                               taps * job->in * VOLO_PANEL, NULL, y, job->stride * job->out, 0,
                               along.count, job->in, job->out, scratch);
}

/* y [pixels,out] = bias, or 0 */
static void begin_pixels(const VoloSpreadJob *job, float *y, size_t pixels)
{
    if (!job->bias)
        memset(y, 0, pixels * job->out * sizeof *y);
    for (size_t i = 0; job->bias && i < pixels; i++)
        memcpy(y + i * job->out, job->bias, job->out * sizeof *y);
}

static void run_rows(size_t first, size_t count, int slot, void *user)
{
    const Run *const s = user;
    const VoloSpreadJob *const job = s->job;
    float *const scratch = s->scratch + (size_t)slot * s->slot_floats;

    if (!job->add)
        begin_pixels(job, job->y + first * job->w * job->out, count * job->w);
    for (size_t tap = 0; tap < job->k * job->k; tap++)
        for (size_t row = first; row < first + count; row++)
            add_tap(job, row, tap / job->k, tap % job->k, scratch);
}

void volo_nn_run_spread(VoloNnContext *ctx, const VoloSpreadJob *job)
{
    const size_t floats = (volo_kernels()->gemm_panel_scratch(job->in) + 15) & ~(size_t)15;
    Run run = { job, volo_nn_scratch(ctx, floats * (size_t)ctx->threads), floats };

    volo_nn_macs(ctx,
                 (uint64_t)job->n * job->h_in * job->w_in * job->in * job->out * job->k * job->k);
    if (!volo_nn_idle(ctx))
        volo_parallel_rows(ctx->threads, job->n * job->h, ROWS_PER_PIECE, run_rows, &run);
}
