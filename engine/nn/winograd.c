/* SPDX-License-Identifier: Apache-2.0 */
/* Winograd's convolution in two orders. With few weights all of them are transformed first, then
 * every piece takes some tiles through all steps while they stay in its L2. With many weights the
 * inputs of a block of tiles are transformed first, then every piece takes some panels of outputs
 * through all steps: weights, 128 inputs at a time, and sums stay in L2. */
#include "nn/winograd.h"

#include "base/parallel.h"
#include "kernels/kernels.h"

enum {
    POINTS = VOLO_WINOGRAD_POINTS,
    TILE = 4,               /* outputs on a side */
    CHUNK = VOLO_PRODUCT_K, /* inputs that are multiplied at once */
    FEW_WEIGHTS = 8192,     /* inputs times outputs: transformed they are 1.2 MB */
    FEW_TILES = 32,         /* of a piece with few weights */
    BLOCK_TILES = 256,      /* of a block with many */
    BLOCK_FLOATS = 6 << 20, /* at most, of transformed inputs of a block */
    GROUP = 2,              /* panels of a piece with many weights */
    LINE = 16,              /* floats between points, against 36 of them sharing a cache set */
    GRAIN = 4,              /* tiles transformed by a piece */
    MIN_TILES = 8,          /* fewer do not pay for transforming the weights */
};

/* Some tiles' inputs: chunk [⌈in/CHUNK⌉] ld_chunk apart, point [POINTS] ld apart,
 * [tiles,VOLO_PRODUCT_LD]. */
typedef struct Inputs {
    float *at;
    size_t ld, ld_chunk;
} Inputs;

/* A convolution and the memory it works in. */
typedef struct Run {
    const VoloWinogradJob *job;
    const VoloKernels *kernels;
    int threads;
    size_t panels, chunks;
    size_t rows, columns; /* of tiles in a picture */
    size_t tiles;         /* in a block or piece, at most */
    bool few_weights;

    Inputs v;
    float *m; /* [threads], [panels of a piece,POINTS] ld_m apart, [tiles,VOLO_PANEL]: sums */
    float *u; /* [threads] or all, [panels,POINTS] ld_u apart, [CHUNK,VOLO_PANEL]: weights */
    size_t ld_m, ld_u;
    size_t v_floats, m_floats, u_floats; /* of each thread, or of all */
    size_t first_tile;                   /* of the block */
} Run;

/* A piece: some tiles from the first of v on, and some panels of outputs. */
typedef struct Piece {
    size_t first_tile, tiles;
    size_t first_panel, panels;
} Piece;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t divide_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static size_t count_tiles(size_t n, size_t h, size_t w)
{
    return n * divide_up(h, TILE) * divide_up(w, TILE);
}

/* Inputs of a chunk */
static size_t chunk_inputs(const Run *s, size_t chunk)
{
    return smaller(CHUNK, s->job->in - chunk * CHUNK);
}

/* Weights are transformed anew for each block of tiles, so it should be large, but its inputs must
 * stay in the last cache. */
static size_t choose_tiles(const Run *s)
{
    const size_t tile_floats = POINTS * s->chunks * VOLO_PRODUCT_LD;
    const size_t most = smaller(BLOCK_TILES, BLOCK_FLOATS / tile_floats);

    return s->few_weights ? FEW_TILES : most < MIN_TILES ? MIN_TILES : most;
}

static Run lay_out(const VoloWinogradJob *job, int threads)
{
    Run s = { .job = job,
              .threads = threads,
              .panels = job->p->out / VOLO_PANEL,
              .chunks = divide_up(job->in, CHUNK),
              .rows = divide_up(job->h, TILE),
              .columns = divide_up(job->w, TILE),
              .few_weights = job->in * job->p->out <= FEW_WEIGHTS };

    s.tiles = smaller(choose_tiles(&s), count_tiles(job->n, job->h, job->w));
    s.v.ld = s.tiles * VOLO_PRODUCT_LD + LINE;
    s.v.ld_chunk = POINTS * s.v.ld;
    s.ld_m = s.tiles * VOLO_PANEL + LINE;
    s.ld_u = CHUNK * VOLO_PANEL + LINE;
    s.v_floats = s.chunks * s.v.ld_chunk;
    s.m_floats = (s.few_weights ? s.panels : GROUP) * POINTS * s.ld_m;
    s.u_floats = (s.few_weights ? s.panels * s.chunks : GROUP) * POINTS * s.ld_u;
    return s;
}

bool volo_winograd_suits(const VoloConv2d *p, size_t in, size_t h, size_t w)
{
    return p->kh == 3 && p->kw == 3 && p->stride == 1 && p->pad == 1 && in % VOLO_PANEL == 0 &&
           p->out % VOLO_PANEL == 0 && p->weight.layout == VOLO_LAYOUT_PANELS &&
           count_tiles(1, h, w) >= MIN_TILES;
}

size_t volo_winograd_scratch(const VoloWinogradJob *job, int threads)
{
    const Run s = lay_out(job, threads);
    const size_t slots = (size_t)threads;

    return s.m_floats * slots + s.v_floats * (s.few_weights ? slots : 1) +
           s.u_floats * (s.few_weights ? 1 : slots);
}

/* --- steps --- */

/* A tile: its picture and its upper left output. */
typedef struct Place {
    size_t n, row, column;
} Place;

static Place place_of(const Run *s, size_t tile)
{
    const size_t picture = s->rows * s->columns, at = tile % picture;

    return (Place){ tile / picture, at / s->columns * TILE, at % s->columns * TILE };
}

/* Inputs of tile first_tile + i, as the i-th of v. */
static void transform_tile(const Run *s, const Inputs *v, size_t first_tile, size_t i)
{
    const VoloWinogradJob *const job = s->job;
    const Place at = place_of(s, first_tile + i);
    const float *x = job->x + at.n * job->h * job->w * job->in;

    for (size_t k = 0; k < s->chunks; k++)
        s->kernels->winograd_input(v->at + k * v->ld_chunk + i * VOLO_PRODUCT_LD, v->ld,
                                   x + k * CHUNK, job->in, job->h, job->w, (ptrdiff_t)at.row - 1,
                                   (ptrdiff_t)at.column - 1, chunk_inputs(s, k));
}

/* u [panels,POINTS] from one chunk of the weights of some panels */
static void transform_weights(const Run *s, float *u, size_t first_panel, size_t panels,
                              size_t chunk)
{
    const VoloConv2d *const p = s->job->p;

    for (size_t j = 0; j < panels; j++) {
        const float *packed =
            p->weight.data +
            ((first_panel + j) * 9 * p->in + s->job->first_in + chunk * CHUNK) * VOLO_PANEL;

        s->kernels->winograd_weight(u + j * POINTS * s->ld_u, s->ld_u, packed, p->in * VOLO_PANEL,
                                    chunk_inputs(s, chunk));
    }
}

/* m [panels,POINTS,tiles] (+)= v · u at all points */
static void multiply_chunk(const Run *s, float *m, const Inputs *v, const float *u, size_t panels,
                           size_t tiles, size_t chunk)
{
    for (size_t i = 0; i < POINTS; i++)
        s->kernels->panel_product(
            m + i * s->ld_m, POINTS * s->ld_m, v->at + chunk * v->ld_chunk + i * v->ld,
            u + i * s->ld_u, POINTS * s->ld_u, panels, tiles, chunk_inputs(s, chunk), chunk > 0);
}

/* Outputs of a tile in all panels of a piece; its sums are the i-th of m. */
static void finish_tile(const Run *s, const float *m, const Piece *piece, size_t i)
{
    static const float no_bias[VOLO_PANEL];
    const VoloWinogradJob *const job = s->job;
    const Place at = place_of(s, piece->first_tile + i);
    const size_t out = job->p->out, pixel = (at.n * job->h + at.row) * job->w + at.column;

    for (size_t j = 0; j < piece->panels; j++) {
        const size_t channel = (piece->first_panel + j) * VOLO_PANEL;
        const size_t first = pixel * out + channel;

        s->kernels->winograd_output(job->y + first, job->addend ? job->addend + first : NULL,
                                    job->w * out, out, m + j * POINTS * s->ld_m + i * VOLO_PANEL,
                                    s->ld_m, job->bias ? job->bias + channel : no_bias,
                                    (int)job->activation, smaller(TILE, job->h - at.row),
                                    smaller(TILE, job->w - at.column));
    }
}

/* --- few weights --- */

static void transform_few_weights(size_t first, size_t count, int slot, void *user)
{
    const Run *const s = user;

    (void)slot;
    for (size_t i = first; i < first + count; i++) /* chunk · panels + panel */
        transform_weights(s, s->u + i * POINTS * s->ld_u, i % s->panels, 1, i / s->panels);
}

static void run_few_weights(size_t first, size_t count, int slot, void *user)
{
    const Run *const s = user;
    const Inputs v = { s->v.at + (size_t)slot * s->v_floats, s->v.ld, s->v.ld_chunk };
    float *const m = s->m + (size_t)slot * s->m_floats;
    const Piece piece = { first, count, 0, s->panels };

    for (size_t i = 0; i < count; i++)
        transform_tile(s, &v, first, i);
    for (size_t k = 0; k < s->chunks; k++)
        multiply_chunk(s, m, &v, s->u + k * s->panels * POINTS * s->ld_u, s->panels, count, k);
    for (size_t i = 0; i < count; i++)
        finish_tile(s, m, &piece, i);
}

/* --- many weights --- */

static void transform_block(size_t first, size_t count, int slot, void *user)
{
    const Run *const s = user;

    (void)slot;
    for (size_t i = first; i < first + count; i++)
        transform_tile(s, &s->v, s->first_tile, i);
}

static void run_many_weights(size_t first, size_t count, int slot, void *user)
{
    const Run *const s = user;
    const size_t all = count_tiles(s->job->n, s->job->h, s->job->w);
    const Piece piece = { s->first_tile, smaller(s->tiles, all - s->first_tile), first, count };
    float *const m = s->m + (size_t)slot * s->m_floats;
    float *const u = s->u + (size_t)slot * s->u_floats;

    for (size_t k = 0; k < s->chunks; k++) {
        transform_weights(s, u, first, count, k);
        multiply_chunk(s, m, &s->v, u, count, piece.tiles, k);
    }
    for (size_t i = 0; i < piece.tiles; i++)
        finish_tile(s, m, &piece, i);
}

void volo_winograd_run(const VoloWinogradJob *job, int threads, float *scratch)
{
    const size_t tiles = count_tiles(job->n, job->h, job->w);
    Run s = lay_out(job, threads);

    s.kernels = volo_kernels();
    s.m = scratch;
    s.u = s.m + s.m_floats * (size_t)threads;
    s.v.at = s.u + s.u_floats * (s.few_weights ? 1 : (size_t)threads);
    if (s.few_weights) {
        volo_parallel_rows(threads, s.panels * s.chunks, 1, transform_few_weights, &s);
        volo_parallel_rows(threads, tiles, s.tiles, run_few_weights, &s);
        return;
    }
    for (; s.first_tile < tiles; s.first_tile += s.tiles) {
        volo_parallel_rows(threads, smaller(s.tiles, tiles - s.first_tile), GRAIN, transform_block,
                           &s);
        volo_parallel_rows(threads, s.panels, GROUP, run_many_weights, &s);
    }
}
