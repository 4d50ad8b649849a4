/* SPDX-License-Identifier: Apache-2.0 */
/* Winograd's convolution, block by block: some tiles of the picture by some panels of outputs,
 * whose sums at 36 points are built up over chunks of input channels. For each chunk inputs and
 * weights are transformed into scratch that stays in the last cache, then multiplied point by
 * point. */
#include "nn/winograd.h"

#include "base/parallel.h"
#include "kernels/kernels.h"

enum {
    POINTS = VOLO_WINOGRAD_POINTS,
    TILE = 4,               /* outputs on a side */
    MAX_TILES = 256,        /* of a block */
    MAX_SUMS = 128 * 16,    /* tiles x panels of a block: at 36 points of 16 sums 4.7 MB */
    CHUNK = VOLO_PRODUCT_K, /* input channels */
    GROUP = 2,              /* panels of a piece: 590 KB of transformed weights */
    MIN_PIECES = 4,         /* of a block's product, if need be by cutting its tiles */
    LINE = 16,              /* floats between points, against 36 of them sharing a cache set */
    TILE_GRAIN = 4,         /* transformed by a piece */
    MIN_TILES = 8,          /* fewer do not pay for transforming the weights */
};

/* A convolution and the block that is being worked on. */
typedef struct Run {
    const VoloKernels *kernels;
    const VoloConv2d *p;
    float *y;              /* [n,h,w,out] */
    const float *x;        /* [n,h,w,in] */
    const float *residual; /* [n,h,w,out] or NULL */
    VoloActivation activation;
    int threads;
    size_t h, w;
    size_t rows, columns; /* of tiles in a picture */

    size_t first_tile, tiles, first_panel, panels; /* the block */
    size_t first_in, ins;                          /* the chunk */
    float *v; /* [POINTS] ld_v apart, [tiles,VOLO_PRODUCT_LD]: inputs */
    float *m; /* [panels,POINTS] ld_m apart, [tiles,VOLO_PANEL]: sums */
    float *u; /* [threads,GROUP,POINTS] ld_u apart, [ins,VOLO_PANEL]: weights */
    size_t ld_v, ld_m, ld_u;
} Run;

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

/* Weights are transformed for each block of tiles, inputs for each block of panels; so both should
 * be large, but the sums, which come and go with every chunk, must stay in the last cache. */
static void choose_block(Run *s, const VoloConv2d *p, size_t n, size_t h, size_t w)
{
    const size_t tiles = count_tiles(n, h, w), panels = p->out / VOLO_PANEL;

    s->tiles = smaller(tiles, panels > MAX_SUMS / MAX_TILES ? MAX_TILES / 2 : MAX_TILES);
    s->panels = smaller(panels, MAX_SUMS / s->tiles);
    s->ins = smaller(p->in, CHUNK);
    s->ld_v = s->tiles * VOLO_PRODUCT_LD + LINE;
    s->ld_m = s->tiles * VOLO_PANEL + LINE;
    s->ld_u = s->ins * VOLO_PANEL + LINE;
}

bool volo_winograd_suits(const VoloConv2d *p, size_t h, size_t w)
{
    return p->kh == 3 && p->kw == 3 && p->stride == 1 && p->pad == 1 && p->in % VOLO_PANEL == 0 &&
           p->out % VOLO_PANEL == 0 && p->weight.layout == VOLO_LAYOUT_PANELS &&
           count_tiles(1, h, w) >= MIN_TILES;
}

size_t volo_winograd_scratch(const VoloConv2d *p, size_t n, size_t h, size_t w, int threads)
{
    Run s;

    choose_block(&s, p, n, h, w);
    return POINTS * (s.ld_v + s.panels * s.ld_m + (size_t)threads * GROUP * s.ld_u);
}

/* A tile of the block: its picture and its upper left output. */
typedef struct Place {
    size_t n, row, column;
} Place;

static Place place_of(const Run *s, size_t tile)
{
    const size_t picture = s->rows * s->columns, at = (s->first_tile + tile) % picture;

    return (Place){ (s->first_tile + tile) / picture, at / s->columns * TILE,
                    at % s->columns * TILE };
}

static void transform_tile(const Run *s, size_t tile)
{
    const Place at = place_of(s, tile);
    const float *x = s->x + at.n * s->h * s->w * s->p->in + s->first_in;

    s->kernels->winograd_input(s->v + tile * VOLO_PRODUCT_LD, s->ld_v, x, s->p->in, s->h, s->w,
                               (ptrdiff_t)at.row - 1, (ptrdiff_t)at.column - 1, s->ins);
}

static void transform_piece(size_t first, size_t count, int slot, void *user)
{
    (void)slot;
    for (size_t i = first; i < first + count; i++)
        transform_tile(user, i);
}

/* How a block's product is cut: groups of panels by parts of tiles. */
typedef struct Cut {
    size_t groups, parts, part_tiles;
} Cut;

static Cut cut_product(const Run *s)
{
    const size_t groups = divide_up(s->panels, GROUP), parts = divide_up(MIN_PIECES, groups);
    const size_t part_tiles = divide_up(s->tiles, parts);

    return (Cut){ groups, divide_up(s->tiles, part_tiles), part_tiles };
}

/* m (+)= v · u for some panels and tiles at all points, point by point so that its v stays in L2 */
static void multiply_part(const Run *s, const float *u, size_t first_panel, size_t panels,
                          size_t first_tile, size_t tiles)
{
    for (size_t i = 0; i < POINTS; i++)
        for (size_t j = 0; j < panels; j++)
            s->kernels->panel_product(
                s->m + ((first_panel + j) * POINTS + i) * s->ld_m + first_tile * VOLO_PANEL,
                s->v + i * s->ld_v + first_tile * VOLO_PRODUCT_LD, u + (j * POINTS + i) * s->ld_u,
                tiles, s->ins, s->first_in > 0);
}

static void multiply_piece(size_t first, size_t count, int slot, void *user)
{
    const Run *const s = user;
    const Cut cut = cut_product(s);
    const size_t in = s->p->in;
    float *const u = s->u + (size_t)slot * GROUP * POINTS * s->ld_u;

    for (size_t i = first; i < first + count; i++) {
        const size_t panel = i / cut.parts * GROUP, tile = i % cut.parts * cut.part_tiles;
        const size_t panels = smaller(GROUP, s->panels - panel);

        for (size_t j = 0; j < panels; j++) {
            const float *packed =
                s->p->weight.data +
                ((s->first_panel + panel + j) * 9 * in + s->first_in) * VOLO_PANEL;

            s->kernels->winograd_weight(u + j * POINTS * s->ld_u, s->ld_u, packed, in * VOLO_PANEL,
                                        s->ins);
        }
        multiply_part(s, u, panel, panels, tile, smaller(cut.part_tiles, s->tiles - tile));
    }
}

static void finish_tile(const Run *s, size_t tile)
{
    static const float no_bias[VOLO_PANEL];
    const Place at = place_of(s, tile);
    const size_t out = s->p->out;
    const size_t pixel = ((at.n * s->h + at.row) * s->w + at.column) * out;

    for (size_t j = 0; j < s->panels; j++) {
        const size_t channel = (s->first_panel + j) * VOLO_PANEL;

        s->kernels->winograd_output(s->y + pixel + channel,
                                    s->residual ? s->residual + pixel + channel : NULL, s->w * out,
                                    out, s->m + j * POINTS * s->ld_m + tile * VOLO_PANEL, s->ld_m,
                                    s->p->bias ? s->p->bias + channel : no_bias, (int)s->activation,
                                    smaller(TILE, s->h - at.row), smaller(TILE, s->w - at.column));
    }
}

static void finish_piece(size_t first, size_t count, int slot, void *user)
{
    (void)slot;
    for (size_t i = first; i < first + count; i++)
        finish_tile(user, i);
}

static void run_block(Run *s)
{
    const size_t in = s->p->in;
    const Cut cut = cut_product(s);

    for (s->first_in = 0; s->first_in < in; s->first_in += CHUNK) {
        s->ins = smaller(CHUNK, in - s->first_in);
        volo_parallel_rows(s->threads, s->tiles, TILE_GRAIN, transform_piece, s);
        volo_parallel_rows(s->threads, cut.groups * cut.parts, 1, multiply_piece, s);
    }
    volo_parallel_rows(s->threads, s->tiles, TILE_GRAIN, finish_piece, s);
}

void volo_winograd_run(float *y, const float *x, const VoloConv2d *p, VoloActivation activation,
                       const float *residual, size_t n, size_t h, size_t w, int threads,
                       float *scratch)
{
    Run s = { .kernels = volo_kernels(),
              .p = p,
              .y = y,
              .x = x,
              .residual = residual,
              .activation = activation,
              .threads = threads,
              .h = h,
              .w = w,
              .rows = divide_up(h, TILE),
              .columns = divide_up(w, TILE) };
    const size_t tiles = count_tiles(n, h, w), panels = p->out / VOLO_PANEL;

    choose_block(&s, p, n, h, w);
    s.v = scratch;
    s.m = s.v + POINTS * s.ld_v;
    s.u = s.m + s.panels * POINTS * s.ld_m;
    const size_t block_tiles = s.tiles, block_panels = s.panels;
    for (size_t i = 0; i < tiles; i += block_tiles) {
        for (size_t j = 0; j < panels; j += block_panels) {
            s.first_tile = i;
            s.tiles = smaller(block_tiles, tiles - i);
            s.first_panel = j;
            s.panels = smaller(block_panels, panels - j);
            run_block(&s);
        }
    }
}
