/* SPDX-License-Identifier: Apache-2.0 */
/* dg = Gᵀ·(Σ over tiles of A·dy·Aᵀ ⊗ Bᵀ·x·B)·G. Tiles are taken by chunks, a product's inner
 * dimension: for some chunks dy is transformed, with its tiles fastest, and then every piece takes
 * some inputs of some chunks through all points; their sums stay in L2 until they are taps. */
#include "nn/winograd_gradient.h"

#include "base/parallel.h"
#include "kernels/kernels.h"

enum {
    POINTS = VOLO_WINOGRAD_POINTS,
    TAPS = 9,
    TILE = 4,               /* outputs on a side */
    CHUNK = VOLO_PRODUCT_K, /* tiles */
    STRIP = 16,             /* tiles whose dy is transformed and transposed at once */
    IN_PANELS = 4,          /* of a piece: its inputs take 1.2 MB */
    OUT_BLOCK = 64,         /* and its sums half as much */
    BLOCK_FLOATS = 6 << 20, /* of dy that is transformed at once */
    MANY_PIECES = 16,       /* enough for all threads */
    LEAST_TILES = 64,
    LEAST_CHANNELS = 32,
    LINE = 16, /* floats between points, against 36 of them sharing a cache set */
};

typedef struct Run {
    const VoloWeightGradientJob *job;
    const VoloKernels *kernels;
    size_t rows, columns, tiles; /* of tiles: in a picture, and in all */
    size_t chunks, panels, in_blocks, groups;
    size_t block;      /* chunks whose dy is transformed at once */
    size_t first, end; /* of the chunks of this block */
    size_t ld_m, ld_v, ld_s;
    float *m;    /* [block,POINTS] ld_m apart, [out,VOLO_PRODUCT_LD]: dy */
    float *sums; /* [groups,TAPS,panels,out,VOLO_PANEL] */
    float *slot; /* [threads,slot_floats]: v [POINTS] ld_v apart, [IN_PANELS,CHUNK,VOLO_PANEL], the
                  * inputs, and [POINTS] ld_s apart, [IN_PANELS,OUT_BLOCK,VOLO_PANEL], sums */
    size_t slot_floats;
} Run;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t divide_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static Run lay_out(const VoloWeightGradientJob *job)
{
    Run s = { .job = job,
              .rows = divide_up(job->h, TILE),
              .columns = divide_up(job->w, TILE),
              .panels = job->in / VOLO_PANEL };

    s.tiles = job->n * s.rows * s.columns;
    s.chunks = divide_up(s.tiles, CHUNK);
    s.in_blocks = divide_up(s.panels, IN_PANELS);
    s.ld_m = job->out * VOLO_PRODUCT_LD + LINE;
    s.ld_v = IN_PANELS * CHUNK * VOLO_PANEL + LINE;
    s.ld_s = IN_PANELS * OUT_BLOCK * VOLO_PANEL + LINE;
    s.slot_floats = POINTS * (s.ld_v + s.ld_s);
    s.groups = smaller(divide_up(MANY_PIECES, s.in_blocks), s.chunks);
    s.block = smaller(BLOCK_FLOATS / (POINTS * s.ld_m), s.chunks);
    if (s.block < s.groups)
        s.block = s.groups;
    return s;
}

bool volo_winograd_gradient_suits(const VoloWeightGradientJob *job)
{
    return job->k == 3 && job->stride == 1 && job->pad == 1 && job->in % VOLO_PANEL == 0 &&
           job->out % VOLO_PANEL == 0 && job->in >= LEAST_CHANNELS && job->out >= LEAST_CHANNELS &&
           lay_out(job).tiles >= LEAST_TILES;
}

size_t volo_winograd_gradient_groups(const VoloWeightGradientJob *job)
{
    return lay_out(job).groups;
}

uint64_t volo_winograd_gradient_macs(const VoloWeightGradientJob *job)
{
    return (uint64_t)POINTS * lay_out(job).tiles * job->in * job->out;
}

size_t volo_winograd_gradient_scratch(const VoloWeightGradientJob *job, int threads)
{
    const Run s = lay_out(job);

    return s.block * POINTS * s.ld_m + (size_t)threads * s.slot_floats;
}

/* A tile: its picture and its upper left output. */
typedef struct Place {
    size_t n, row, column;
} Place;

static Place place_of(const Run *s, size_t tile)
{
    const size_t picture = s->rows * s->columns, at = tile % picture;

    return (Place){ tile / picture, at / s->columns * TILE, at % s->columns * TILE };
}

static size_t chunk_tiles(const Run *s, size_t chunk)
{
    return smaller(CHUNK, s->tiles - chunk * CHUNK);
}

/* --- dy --- */

/* strip [POINTS,STRIP,VOLO_PANEL] of count tiles' gradients from channel on */
static void transform_strip(const Run *s, float *strip, size_t tile, size_t count, size_t channel)
{
    const VoloWeightGradientJob *const job = s->job;

    for (size_t i = 0; i < count; i++) {
        const Place at = place_of(s, tile + i);
        const size_t pixel = (at.n * job->h + at.row) * job->w + at.column;

        s->kernels->winograd_output_gradient(
            strip + i * VOLO_PANEL, STRIP * VOLO_PANEL + LINE, job->dy + pixel * job->out + channel,
            job->w * job->out, job->out, smaller(TILE, job->h - at.row),
            smaller(TILE, job->w - at.column));
    }
}

/* Strips, counted from the first of the block. */
static void transform_dy(size_t first, size_t count, int slot, void *user)
{
    const Run *const s = user;
    float strip[POINTS * (STRIP * VOLO_PANEL + LINE)];

    (void)slot;
    for (size_t at = first * STRIP; at < (first + count) * STRIP; at += STRIP) {
        const size_t tile = s->first * CHUNK + at, tiles = smaller(STRIP, s->tiles - tile);
        float *const m = s->m + at / CHUNK * POINTS * s->ld_m + at % CHUNK;

        for (size_t channel = 0; channel < s->job->out; channel += VOLO_PANEL) {
            transform_strip(s, strip, tile, tiles, channel);
            for (size_t p = 0; p < POINTS; p++)
                s->kernels->turn(m + p * s->ld_m + channel * VOLO_PRODUCT_LD,
                                 strip + p * (STRIP * VOLO_PANEL + LINE), VOLO_PANEL, tiles,
                                 VOLO_PANEL);
        }
    }
}

/* --- pieces: a group's chunks of the block and some panels of inputs --- */

static void transform_x(const Run *s, float *v, size_t chunk, size_t first_panel, size_t panels)
{
    const VoloWeightGradientJob *const job = s->job;

    for (size_t i = 0; i < chunk_tiles(s, chunk); i++) {
        const Place at = place_of(s, chunk * CHUNK + i);
        const float *const x = job->x + at.n * job->h * job->w * job->in + first_panel * VOLO_PANEL;

        for (size_t j = 0; j < panels; j++)
            s->kernels->winograd_input(v + (j * CHUNK + i) * VOLO_PANEL, s->ld_v,
                                       x + j * VOLO_PANEL, job->in, job->h, job->w,
                                       (ptrdiff_t)at.row - 1, (ptrdiff_t)at.column - 1, VOLO_PANEL);
    }
}

/* Some outputs of a chunk: their sums at all points, then their taps, into those of the group. */
static void multiply(const Run *s, float *v, size_t chunk, size_t first_panel, size_t panels,
                     size_t o)
{
    const size_t out = s->job->out, outs = smaller(OUT_BLOCK, out - o);
    const float *const m = s->m + (chunk - s->first) * POINTS * s->ld_m + o * VOLO_PRODUCT_LD;
    float *const sums = s->sums + chunk % s->groups * TAPS * s->panels * out * VOLO_PANEL;
    float *const points = v + POINTS * s->ld_v;

    for (size_t p = 0; p < POINTS; p++)
        s->kernels->panel_product(points + p * s->ld_s, outs * VOLO_PANEL, m + p * s->ld_m,
                                  v + p * s->ld_v, CHUNK * VOLO_PANEL, panels, outs,
                                  chunk_tiles(s, chunk), false);
    for (size_t j = 0; j < panels; j++)
        s->kernels->winograd_weight_gradient(
            sums + ((first_panel + j) * out + o) * VOLO_PANEL, s->panels * out * VOLO_PANEL,
            points + j * outs * VOLO_PANEL, s->ld_s, chunk >= s->groups, outs * VOLO_PANEL);
}

static void run_pieces(size_t first, size_t count, int slot, void *user)
{
    const Run *const s = user;
    float *const v = s->slot + (size_t)slot * s->slot_floats;

    for (size_t piece = first; piece < first + count; piece++) {
        const size_t group = piece / s->in_blocks, panel = piece % s->in_blocks * IN_PANELS;
        const size_t panels = smaller(IN_PANELS, s->panels - panel);

        for (size_t chunk = s->first; chunk < s->end; chunk++) {
            if (chunk % s->groups != group)
                continue;
            transform_x(s, v, chunk, panel, panels);
            for (size_t o = 0; o < s->job->out; o += OUT_BLOCK)
                multiply(s, v, chunk, panel, panels, o);
        }
    }
}

void volo_winograd_gradient_run(const VoloWeightGradientJob *job, int threads, float *sums,
                                float *scratch)
{
    Run s = lay_out(job);

    s.kernels = volo_kernels();
    s.sums = sums;
    s.m = scratch;
    s.slot = s.m + s.block * POINTS * s.ld_m;
    for (; s.first < s.chunks; s.first += s.block) {
        s.end = smaller(s.first + s.block, s.chunks);
        volo_parallel_rows(threads,
                           divide_up(smaller(s.end * CHUNK, s.tiles) - s.first * CHUNK, STRIP), 1,
                           transform_dy, &s);
        volo_parallel_rows(threads, s.groups * s.in_blocks, 1, run_pieces, &s);
    }
}
