/* SPDX-License-Identifier: Apache-2.0 */
/* dweight [out,cols] = Σ dyᵀ [out,rows] · x [rows,cols], chunk by chunk of rows: dy is transposed
 * once, x is packed into panels by the piece that needs it. Pieces are blocks of the result, and,
 * where these are few, groups of chunks, which are added in order at the end. */
#include "nn/weight_gradient.h"

#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"

enum {
    CHUNK = VOLO_PRODUCT_K, /* rows */
    COLUMN_PANELS = 8,      /* of a piece: with its packed rows and its sums it stays in L2 */
    OUT_BLOCK = 256,
    MANY_PIECES = 32, /* enough for all threads */
    LEAST_CHUNKS = 8, /* of a group */
    LINE = 64 / sizeof(float),
};

typedef struct Run {
    const VoloWeightGradientJob *job;
    size_t rows, columns, panels, chunks;
    size_t column_blocks, out_blocks, groups, group_chunks;
    float *turned;    /* [chunks,out,VOLO_PRODUCT_LD] dy with its rows fastest */
    float *bias_sums; /* [chunks,out] */
    float *sums;      /* [groups,panels,out,VOLO_PANEL] */
    float *packed;    /* [threads,COLUMN_PANELS,CHUNK,VOLO_PANEL] */
} Run;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t blocks(size_t count, size_t size)
{
    return (count + size - 1) / size;
}

static Run plan(const VoloWeightGradientJob *job)
{
    Run r = { .job = job, .rows = job->n * job->h * job->w, .columns = job->in * job->k * job->k };

    r.panels = blocks(r.columns, VOLO_PANEL);
    r.chunks = blocks(r.rows, CHUNK);
    r.column_blocks = blocks(r.panels, COLUMN_PANELS);
    r.out_blocks = blocks(job->out, OUT_BLOCK);
    const size_t wanted = blocks(MANY_PIECES, r.column_blocks * r.out_blocks);
    const size_t possible = r.chunks / LEAST_CHUNKS ? r.chunks / LEAST_CHUNKS : 1;
    r.group_chunks = blocks(r.chunks, smaller(wanted, possible));
    r.groups = blocks(r.chunks, r.group_chunks);
    return r;
}

/* Floats of each part of the scratch, whole cache lines. */
static size_t part(size_t floats)
{
    return blocks(floats, LINE) * LINE;
}

static size_t turned_floats(const Run *r)
{
    return r->chunks * r->job->out * VOLO_PRODUCT_LD;
}

static size_t sum_floats(const Run *r)
{
    return r->groups * r->panels * r->job->out * VOLO_PANEL;
}

size_t volo_weight_gradient_scratch(const VoloWeightGradientJob *job, int threads)
{
    const Run r = plan(job);

    return part(turned_floats(&r)) + part(r.chunks * job->out) + part(sum_floats(&r)) +
           (size_t)threads * COLUMN_PANELS * CHUNK * VOLO_PANEL;
}

static size_t chunk_rows(const Run *r, size_t chunk)
{
    return smaller(CHUNK, r->rows - chunk * CHUNK);
}

/* turned [16,LD] = dy [count,16 of ld] */
static void turn_panel(float *turned, const float *dy, size_t ld, size_t count, size_t lanes)
{
    for (size_t i = 0; i < count; i++)
        for (size_t lane = 0; lane < lanes; lane++)
            turned[lane * VOLO_PRODUCT_LD + i] = dy[i * ld + lane];
}

static void turn_chunks(size_t first, size_t count, int slot, void *user)
{
    const Run *const r = user;
    const size_t out = r->job->out;

    (void)slot;
    for (size_t chunk = first; chunk < first + count; chunk++) {
        const size_t rows = chunk_rows(r, chunk);
        const float *const dy = r->job->dy + chunk * CHUNK * out;
        float *const turned = r->turned + chunk * out * VOLO_PRODUCT_LD;

        for (size_t o = 0; o < out; o += VOLO_PANEL)
            turn_panel(turned + o * VOLO_PRODUCT_LD, dy + o, out, rows,
                       smaller(VOLO_PANEL, out - o));
        for (size_t o = 0; o < out; o++) {
            double sum = 0;

            for (size_t i = 0; i < rows; i++)
                sum += (double)turned[o * VOLO_PRODUCT_LD + i];
            r->bias_sums[chunk * out + o] = (float)sum;
        }
    }
}

/* A column of the matrix of patches: the tap and the channel it is. */
typedef struct Column {
    size_t ky, kx, channel;
} Column;

static Column column_of(const VoloWeightGradientJob *job, size_t at)
{
    const size_t tap = at / job->in;

    return (Column){ tap / job->k, tap % job->k, at % job->in };
}

/* The pixel of x that the tap reads for a row of dy; NULL outside. */
static const float *source(const VoloWeightGradientJob *job, size_t row, size_t ky, size_t kx)
{
    const size_t j = row % job->w, i = row / job->w % job->h, n = row / job->w / job->h;
    const size_t y = i * job->stride + ky - job->pad, x = j * job->stride + kx - job->pad;

    if (y >= job->h_in || x >= job->w_in) /* below 0 wraps to far above */
        return NULL;
    return job->x + ((n * job->h_in + y) * job->w_in + x) * job->in;
}

/* Of one tap: packed [count,VOLO_PANEL] = whole panels of 16 channels from channel on */
static void pack_pixels(const Run *r, float *packed, size_t row, size_t count, Column c)
{
    for (size_t i = 0; i < count; i++) {
        const float *const x = source(r->job, row + i, c.ky, c.kx);

        if (x)
            memcpy(packed + i * VOLO_PANEL, x + c.channel, VOLO_PANEL * sizeof *x);
        else
            memset(packed + i * VOLO_PANEL, 0, VOLO_PANEL * sizeof *x);
    }
}

/* Lane by lane, where a panel has channels of several taps or ends. */
static void pack_lanes(const Run *r, float *packed, size_t row, size_t count, size_t column)
{
    for (size_t lane = 0; lane < VOLO_PANEL; lane++) {
        const Column c = column_of(r->job, column + lane);

        for (size_t i = 0; i < count; i++) {
            const float *const x =
                column + lane < r->columns ? source(r->job, row + i, c.ky, c.kx) : NULL;

            packed[i * VOLO_PANEL + lane] = x ? x[c.channel] : 0;
        }
    }
}

static void pack_rows(const Run *r, float *packed, size_t chunk, size_t first, size_t panels)
{
    const size_t row = chunk * CHUNK, count = chunk_rows(r, chunk);

    for (size_t i = 0; i < panels; i++) {
        const size_t column = (first + i) * VOLO_PANEL;
        const Column c = column_of(r->job, column);
        float *const panel = packed + i * CHUNK * VOLO_PANEL;

        if (c.channel + VOLO_PANEL <= r->job->in)
            pack_pixels(r, panel, row, count, c);
        else
            pack_lanes(r, panel, row, count, column);
    }
}

/* Piece = (group, block of columns, block of out). */
static void run_piece(const Run *r, size_t piece, float *packed)
{
    const size_t out = r->job->out;
    const size_t o = piece % r->out_blocks * OUT_BLOCK;
    const size_t first = piece / r->out_blocks % r->column_blocks * COLUMN_PANELS;
    const size_t group = piece / r->out_blocks / r->column_blocks;
    const size_t panels = smaller(COLUMN_PANELS, r->panels - first);
    const size_t begin = group * r->group_chunks;
    const size_t end = smaller(begin + r->group_chunks, r->chunks);
    float *const sums = r->sums + ((group * r->panels + first) * out + o) * VOLO_PANEL;

    for (size_t chunk = begin; chunk < end; chunk++) {
        pack_rows(r, packed, chunk, first, panels);
        volo_kernels()->panel_product(sums, out * VOLO_PANEL,
                                      r->turned + (chunk * out + o) * VOLO_PRODUCT_LD, packed,
                                      CHUNK * VOLO_PANEL, panels, smaller(OUT_BLOCK, out - o),
                                      chunk_rows(r, chunk), chunk > begin);
    }
}

static void run_pieces(size_t first, size_t count, int slot, void *user)
{
    const Run *const r = user;

    for (size_t i = first; i < first + count; i++)
        run_piece(r, i, r->packed + (size_t)slot * COLUMN_PANELS * CHUNK * VOLO_PANEL);
}

/* gradient [in,taps] += Σ over groups of sums [taps,in], of one output */
static void add_row(const Run *r, size_t o)
{
    const VoloWeightGradientJob *const job = r->job;
    const size_t taps = job->k * job->k, group = r->panels * job->out * VOLO_PANEL;
    float *const gradient = job->gradient + o * r->columns;

    for (size_t tap = 0, at = 0; tap < taps; tap++) {
        for (size_t i = 0; i < job->in; i++, at++) {
            const float *sum = r->sums + (at / VOLO_PANEL * job->out + o) * VOLO_PANEL;
            float total = sum[at % VOLO_PANEL];

            for (size_t g = 1; g < r->groups; g++)
                total += sum[g * group + at % VOLO_PANEL];
            gradient[i * taps + tap] += total;
        }
    }
}

static void add_rows(size_t first, size_t count, int slot, void *user)
{
    const Run *const r = user;

    (void)slot;
    for (size_t o = first; o < first + count; o++)
        add_row(r, o);
}

static void add_bias(const Run *r)
{
    for (size_t o = 0; o < r->job->out; o++) {
        double sum = 0;

        for (size_t chunk = 0; chunk < r->chunks; chunk++)
            sum += (double)r->bias_sums[chunk * r->job->out + o];
        r->job->bias[o] += (float)sum;
    }
}

void volo_weight_gradient_run(const VoloWeightGradientJob *job, int threads, float *scratch)
{
    Run r = plan(job);

    r.turned = scratch;
    r.bias_sums = r.turned + part(turned_floats(&r));
    r.sums = r.bias_sums + part(r.chunks * job->out);
    r.packed = r.sums + part(sum_floats(&r));
    volo_parallel_rows(threads, r.chunks, 1, turn_chunks, &r);
    if (job->gradient) {
        volo_parallel_rows(threads, r.groups * r.column_blocks * r.out_blocks, 1, run_pieces, &r);
        volo_parallel_rows(threads, job->out, 4, add_rows, &r);
    }
    if (job->bias)
        add_bias(&r);
}
