/* SPDX-License-Identifier: Apache-2.0 */
/* dweight [out,cols] = Σ dyᵀ [out,rows] · x [rows,cols], chunk by chunk of rows: each piece
 * transposes the dy and packs the x that it needs, in L2. Pieces are blocks of the result, and,
 * where these are few, groups of chunks, which are added in order at the end. Large 3x3 kernels go
 * Winograd's way. */
#include "nn/weight_gradient.h"

#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/winograd_gradient.h"

enum {
    CHUNK = VOLO_PRODUCT_K, /* rows */
    COLUMN_PANELS = 16,     /* of a piece, at most: with its packed rows and sums it stays in L2 */
    OUT_BLOCK = 256,
    MANY_PIECES = 32, /* enough for all threads */
    LEAST_CHUNKS = 8, /* of a group */
    LINE = 64 / sizeof(float),
};

typedef struct Run {
    const VoloWeightGradientJob *job;
    bool winograd, patches; /* of which patches are gathered whole, before they are packed */
    bool matrix;            /* rows of x are those of dy */
    size_t rows, columns, panels, chunks;
    size_t block_panels, column_blocks, out_blocks, groups, group_chunks;
    double *bias_sums; /* [chunks,2,out], of which the second is not needed */
    float *sums;       /* [groups,panels,out,VOLO_PANEL] */
    float *slot;       /* [threads] Slot */
    size_t slot_floats;
} Run;

/* What a thread works in. */
typedef struct Slot {
    float *turned;  /* [OUT_BLOCK,VOLO_PRODUCT_LD] dy with its rows fastest */
    float *packed;  /* [COLUMN_PANELS,CHUNK,VOLO_PANEL] x */
    float *patches; /* [CHUNK,columns] */
} Slot;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t blocks(size_t count, size_t size)
{
    return (count + size - 1) / size;
}

/* Floats of each part of the scratch, whole cache lines. */
static size_t part(size_t floats)
{
    return blocks(floats, LINE) * LINE;
}

static Run plan(const VoloWeightGradientJob *job)
{
    Run r = { .job = job, .rows = job->n * job->h * job->w, .columns = job->in * job->k * job->k };

    r.winograd = !job->exact && volo_winograd_gradient_suits(job);
    r.matrix = job->k == 1 && job->stride == 1 && job->pad == 0;
    r.patches = !r.matrix && job->in % VOLO_PANEL != 0;
    r.panels = blocks(r.columns, VOLO_PANEL);
    r.chunks = blocks(r.rows, CHUNK);
    r.column_blocks = blocks(r.panels, COLUMN_PANELS);
    r.block_panels = blocks(r.panels, r.column_blocks);
    r.out_blocks = blocks(job->out, OUT_BLOCK);
    const size_t wanted = blocks(MANY_PIECES, r.column_blocks * r.out_blocks);
    const size_t possible = r.chunks / LEAST_CHUNKS ? r.chunks / LEAST_CHUNKS : 1;
    r.group_chunks = blocks(r.chunks, smaller(wanted, possible));
    r.groups = r.winograd ? volo_winograd_gradient_groups(job) : blocks(r.chunks, r.group_chunks);
    r.slot_floats = OUT_BLOCK * VOLO_PRODUCT_LD + COLUMN_PANELS * CHUNK * VOLO_PANEL +
                    part(r.patches ? CHUNK * r.columns : 0);
    return r;
}

uint64_t volo_weight_gradient_macs(const VoloWeightGradientJob *job)
{
    const Run r = plan(job);

    return r.winograd ? volo_winograd_gradient_macs(job) : (uint64_t)r.rows * r.columns * job->out;
}

static size_t bias_floats(const Run *r)
{
    return part(r->job->bias ? r->chunks * 2 * r->job->out * (sizeof(double) / sizeof(float)) : 0);
}

static size_t sum_floats(const Run *r)
{
    return part(r->job->gradient ? r->groups * r->panels * r->job->out * VOLO_PANEL : 0);
}

size_t volo_weight_gradient_scratch(const VoloWeightGradientJob *job, int threads)
{
    const Run r = plan(job);
    const size_t always = bias_floats(&r) + sum_floats(&r);

    if (!job->gradient)
        return always;
    return always + (r.winograd ? volo_winograd_gradient_scratch(job, threads)
                                : (size_t)threads * r.slot_floats);
}

static size_t chunk_rows(const Run *r, size_t chunk)
{
    return smaller(CHUNK, r->rows - chunk * CHUNK);
}

static Slot slot_of(const Run *r, int slot)
{
    float *const turned = r->slot + (size_t)slot * r->slot_floats;
    float *const packed = turned + OUT_BLOCK * VOLO_PRODUCT_LD;

    return (Slot){ turned, packed, packed + COLUMN_PANELS * CHUNK * VOLO_PANEL };
}

static void sum_chunks(size_t first, size_t count, int slot, void *user)
{
    const Run *const r = user;
    const size_t out = r->job->out;

    (void)slot;
    for (size_t chunk = first; chunk < first + count; chunk++)
        volo_kernels()->channel_sums(r->bias_sums + chunk * 2 * out,
                                     r->job->dy + chunk * CHUNK * out, chunk_rows(r, chunk), out);
}

/* --- packing x --- */

/* Pixels of x that a tap reads for rows of dy; NULL outside. */
static void find_sources(const VoloWeightGradientJob *job, const float *source[CHUNK], size_t row,
                         size_t count, size_t tap)
{
    const size_t ky = tap / job->k, kx = tap % job->k;
    size_t j = row % job->w, i = row / job->w % job->h, n = row / job->w / job->h;

    for (size_t at = 0; at < count; at++) {
        const size_t y = i * job->stride + ky - job->pad, x = j * job->stride + kx - job->pad;
        const bool inside = y < job->h_in && x < job->w_in; /* below 0 wraps to far above */

        source[at] = inside ? job->x + ((n * job->h_in + y) * job->w_in + x) * job->in : NULL;
        if (++j == job->w) {
            j = 0;
            if (++i == job->h) {
                i = 0;
                n++;
            }
        }
    }
}

/* packed [count,VOLO_PANEL] = 16 channels of each source, from channel on */
static void pack_pixels(float *packed, const float *const source[CHUNK], size_t count,
                        size_t channel)
{
    for (size_t i = 0; i < count; i++) {
        if (source[i])
            memcpy(packed + i * VOLO_PANEL, source[i] + channel, VOLO_PANEL * sizeof *packed);
        else
            memset(packed + i * VOLO_PANEL, 0, VOLO_PANEL * sizeof *packed);
    }
}

/* Whole panels of one tap each. */
static void pack_taps(const Run *r, float *packed, size_t row, size_t count, size_t first,
                      size_t panels)
{
    const float *source[CHUNK];
    const size_t tap_panels = r->job->in / VOLO_PANEL;

    for (size_t panel = first; panel < first + panels; panel++, packed += CHUNK * VOLO_PANEL) {
        if (panel == first || panel % tap_panels == 0)
            find_sources(r->job, source, row, count, panel / tap_panels);
        pack_pixels(packed, source, count, panel % tap_panels * VOLO_PANEL);
    }
}

/* From rows [count,columns] */
static void pack_matrix(const Run *r, float *packed, const float *rows, size_t count, size_t first,
                        size_t panels)
{
    for (size_t panel = first; panel < first + panels; panel++, packed += CHUNK * VOLO_PANEL) {
        const size_t lanes = smaller(VOLO_PANEL, r->columns - panel * VOLO_PANEL);
        const float *from = rows + panel * VOLO_PANEL;

        if (lanes < VOLO_PANEL)
            memset(packed, 0, count * VOLO_PANEL * sizeof *packed);
        for (size_t i = 0; i < count; i++, from += r->columns)
            memcpy(packed + i * VOLO_PANEL, from, lanes * sizeof *packed);
    }
}

/* patches [count,columns], picture by picture */
static void gather(const Run *r, float *patches, size_t row, size_t count)
{
    const VoloWeightGradientJob *const job = r->job;
    const size_t pixels = job->h * job->w;

    while (count > 0) {
        const size_t n = row / pixels, at = row % pixels, here = smaller(count, pixels - at);

        volo_kernels()->im2col(patches, job->x + n * job->h_in * job->w_in * job->in, job->h_in,
                               job->w_in, job->in, job->k, job->stride, job->pad, job->w, at, here);
        patches += here * r->columns;
        row += here;
        count -= here;
    }
}

/* packed [panels,CHUNK,VOLO_PANEL] of a chunk's rows */
static void pack_rows(const Run *r, const Slot *to, size_t chunk, size_t first, size_t panels)
{
    const VoloWeightGradientJob *const job = r->job;
    const size_t row = chunk * CHUNK, count = chunk_rows(r, chunk);

    if (r->patches) {
        gather(r, to->patches, row, count);
        pack_matrix(r, to->packed, to->patches, count, first, panels);
    } else if (r->matrix) {
        pack_matrix(r, to->packed, job->x + row * job->in, count, first, panels);
    } else {
        pack_taps(r, to->packed, row, count, first, panels);
    }
}

/* --- products --- */

/* Piece = (group, block of columns, block of out). */
static void run_piece(const Run *r, size_t piece, const Slot *slot)
{
    const size_t out = r->job->out;
    const size_t o = piece % r->out_blocks * OUT_BLOCK, outs = smaller(OUT_BLOCK, out - o);
    const size_t first = piece / r->out_blocks % r->column_blocks * r->block_panels;
    const size_t group = piece / r->out_blocks / r->column_blocks;
    const size_t panels = smaller(r->block_panels, r->panels - first);
    const size_t begin = group * r->group_chunks;
    const size_t end = smaller(begin + r->group_chunks, r->chunks);
    float *const sums = r->sums + ((group * r->panels + first) * out + o) * VOLO_PANEL;

    for (size_t chunk = begin; chunk < end; chunk++) {
        const size_t rows = chunk_rows(r, chunk);

        volo_kernels()->turn(slot->turned, r->job->dy + chunk * CHUNK * out + o, out, rows, outs);
        pack_rows(r, slot, chunk, first, panels);
        volo_kernels()->panel_product(sums, out * VOLO_PANEL, slot->turned, slot->packed,
                                      CHUNK * VOLO_PANEL, panels, outs, rows, chunk > begin);
    }
}

static void run_pieces(size_t first, size_t count, int slot, void *user)
{
    const Run *const r = user;
    const Slot at = slot_of(r, slot);

    for (size_t i = first; i < first + count; i++)
        run_piece(r, i, &at);
}

/* --- what comes of it --- */

/* gradient [inputs,taps] from input i on += Σ over groups of sums [taps,in] of output o */
static void add_inputs(const Run *r, size_t o, size_t i, size_t inputs)
{
    const VoloWeightGradientJob *const job = r->job;
    const size_t taps = job->k * job->k, group = r->panels * job->out * VOLO_PANEL;
    float *const gradient = job->gradient + o * r->columns + i * taps;

    for (size_t tap = 0; tap < taps; tap++) {
        for (size_t k = 0; k < inputs; k++) {
            const size_t at = tap * job->in + i + k;
            const float *const sum =
                r->sums + (at / VOLO_PANEL * job->out + o) * VOLO_PANEL + at % VOLO_PANEL;
            float total = *sum;

            for (size_t g = 1; g < r->groups; g++)
                total += sum[g * group];
            gradient[k * taps + tap] += total;
        }
    }
}

static void add_rows(size_t first, size_t count, int slot, void *user)
{
    const Run *const r = user;
    const size_t in = r->job->in;

    (void)slot;
    for (size_t o = first; o < first + count; o++)
        for (size_t i = 0; i < in; i += VOLO_PANEL)
            add_inputs(r, o, i, smaller(VOLO_PANEL, in - i));
}

static void add_bias(const Run *r)
{
    const size_t out = r->job->out;

    for (size_t o = 0; o < out; o++) {
        double sum = 0;

        for (size_t chunk = 0; chunk < r->chunks; chunk++)
            sum += r->bias_sums[chunk * 2 * out + o];
        r->job->bias[o] += (float)sum;
    }
}

void volo_weight_gradient_run(const VoloWeightGradientJob *job, int threads, float *scratch)
{
    Run r = plan(job);

    r.bias_sums = (double *)scratch;
    r.sums = scratch + bias_floats(&r);
    r.slot = r.sums + sum_floats(&r);
    if (job->gradient && r.winograd)
        volo_winograd_gradient_run(job, threads, r.sums, r.slot);
    else if (job->gradient)
        volo_parallel_rows(threads, r.groups * r.column_blocks * r.out_blocks, 1, run_pieces, &r);
    if (job->gradient)
        volo_parallel_rows(threads, job->out, 4, add_rows, &r);
    if (!job->bias)
        return;
    volo_parallel_rows(threads, r.chunks, 1, sum_chunks, &r);
    add_bias(&r);
}
