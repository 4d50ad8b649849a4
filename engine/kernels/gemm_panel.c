/* SPDX-License-Identifier: Apache-2.0 */
/* Matrix products against weights packed in panels of 16 outputs. Rows of x are copied, block by
 * block, to where they lie a constant distance apart; then tiles of a few rows by one or two panels
 * are accumulated in registers (Goto & van de Geijn 2008, with x's block in L2 and the panels in
 * L1). */
#include "kernels/level.h"
#include "kernels/vector.h"
#include "kernels/vector_math.h"

#include <assert.h>

enum {
    VECTORS = VOLO_PANEL / VOLO_LANES,
    BLOCK_ROWS = 192,   /* a multiple of every TILE_ROWS */
    BLOCK_K = 256,      /* inner length of a block: its panel takes half of L1 */
    SHORT_IN = 768,     /* up to here all of x's blocks stay in L2, one panel after the other */
    PANELS_AT_ONCE = 8, /* where they do not */
    LINE = 16,          /* floats of a cache line */
    LD = BLOCK_K + 16,  /* between copied rows; see VOLO_PRODUCT_LD */
#if VOLO_VECTOR_BYTES == 64
    TILE_PANELS = 2,
    TILE_ROWS = 12, /* 24 accumulators, 2 of weights, 1 of x: 27 of 32 registers */
    SMALL_ROWS = 4,
#elif VOLO_VECTOR_BYTES == 32
    TILE_PANELS = 1,
    TILE_ROWS = 6, /* 12 accumulators, 2 of weights, 1 of x: 15 of 16 registers */
    SMALL_ROWS = 4,
#else
    TILE_PANELS = 1,
    TILE_ROWS = 2, /* 8 accumulators; products need registers of their own */
    SMALL_ROWS = 1,
#endif
};

/* Pointers that move with each step take the ports of multiplications: fewer moves. */
#ifdef __clang__
#define UNROLL_STEPS _Pragma("clang loop unroll_count(4)")
#else
#define UNROLL_STEPS _Pragma("GCC unroll 4")
#endif

/* Some panels of sums: at + panel · ld + row · VOLO_PANEL. */
typedef struct Sums {
    float *at;
    size_t ld;
} Sums;

/* The same for weights: panels of [k,VOLO_PANEL], ld apart. */
typedef struct Panels {
    const float *at;
    size_t ld;
} Panels;

/* What becomes of sums: y [r,out] = act(sum + bias [out]) + residual [r,out], from output column.
 */
typedef struct Target {
    float *y;
    size_t ldy;
    const float *bias, *residual; /* or NULL */
    size_t ld_residual;
    int activation;
    size_t out, column;
} Target;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* sum [panels,rows,panel] (+)= x [rows,k] · weight [panels,k,panel]; accumulate and what follows
 * are constants here. The rows of the next tile, which follow those of x, the sums to add to, and
 * as many weights from ahead on are asked for on the way: rows side by side are no stream that the
 * processor would see, and a new panel is one that it sees too late. */
VOLO_INLINE void tile(Sums sum, const float *x, Panels weight, const float *ahead, size_t k,
                      bool accumulate, size_t ldx, size_t rows, size_t panels)
{
    const float *panel = weight.at;
    const float *next = x + rows * ldx;
    vf acc[TILE_ROWS][TILE_PANELS * VECTORS] = { { { 0 } } };

    if (accumulate) {
        VOLO_UNROLL
        for (size_t i = 0; i < rows * panels; i++)
            __builtin_prefetch(sum.at + i / rows * sum.ld + i % rows * VOLO_PANEL);
    }
    UNROLL_STEPS
    for (size_t step = 0; step < k; step++) {
        vf w[TILE_PANELS * VECTORS];

        if (rows == TILE_ROWS) {
            __builtin_prefetch(next);
            __builtin_prefetch(ahead, 0, 2);
        }
        VOLO_UNROLL
        for (size_t j = 0; j < panels * VECTORS; j++)
            w[j] = vf_load(panel + j / VECTORS * weight.ld + j % VECTORS * VOLO_LANES);
        VOLO_UNROLL
        for (size_t i = 0; i < rows; i++) {
            const vf factor = vf_set(x[i * ldx]);

            VOLO_UNROLL
            for (size_t j = 0; j < panels * VECTORS; j++)
                acc[i][j] = vf_fma(factor, w[j], acc[i][j]);
        }
        x++;
        panel += VOLO_PANEL;
        next += LINE;
        ahead += VOLO_PANEL;
    }
    VOLO_UNROLL
    for (size_t j = 0; j < panels * VECTORS; j++) {
        float *at = sum.at + j / VECTORS * sum.ld + j % VECTORS * VOLO_LANES;

        VOLO_UNROLL
        for (size_t i = 0; i < rows; i++, at += VOLO_PANEL) {
            if (accumulate)
                acc[i][j] += vf_load(at);
            vf_store(at, acc[i][j]);
        }
    }
}

/* y [r,panel] = act(sum [r,panel] + bias [panel]) + residual [r,panel]; y may be sum or residual */
VOLO_INLINE void finish_as(int activation, float *y, size_t ldy, const float *sum,
                           const float *bias, const float *residual, size_t ld_residual, size_t r)
{
    for (size_t i = 0; i < r; i++) {
        VOLO_UNROLL
        for (size_t j = 0; j < VOLO_PANEL; j += VOLO_LANES) {
            vf v = vf_activate(vf_load(sum + i * VOLO_PANEL + j) + vf_load(bias + j), activation);

            if (residual)
                v = vf_keep(v) + vf_load(residual + i * ld_residual + j);
            vf_store(y + i * ldy + j, v);
        }
    }
}

static void finish(int activation, float *y, size_t ldy, const float *sum, const float *bias,
                   const float *residual, size_t ld_residual, size_t r)
{
    if (activation == 2)
        finish_as(2, y, ldy, sum, bias, residual, ld_residual, r);
    else if (activation == 1)
        finish_as(1, y, ldy, sum, bias, residual, ld_residual, r);
    else
        finish_as(0, y, ldy, sum, bias, residual, ld_residual, r);
}

/* The same for the last panel, of which only some columns are outputs. */
static void finish_narrow(const Target *s, float *y, float *sum, const float *residual, size_t r,
                          size_t columns)
{
    float bias[VOLO_PANEL] = { 0 };

    if (s->bias)
        memcpy(bias, s->bias + s->out - columns, columns * sizeof *bias);
    finish(s->activation, sum, VOLO_PANEL, sum, bias, NULL, 0, r);
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < columns; j++)
            y[i * s->ldy + j] =
                sum[i * VOLO_PANEL + j] + (residual ? residual[i * s->ld_residual + j] : 0.0F);
}

/* Rows row.. of the target from sum [panels,r,panel] */
static void finish_tile(const Target *s, Sums sum, size_t row, size_t r, size_t panels)
{
    static const float no_bias[VOLO_PANEL];

    for (size_t column = s->column; panels > 0; panels--, column += VOLO_PANEL, sum.at += sum.ld) {
        const float *residual = s->residual ? s->residual + row * s->ld_residual + column : NULL;
        float *const y = s->y + row * s->ldy + column;

        if (s->out - column < VOLO_PANEL)
            finish_narrow(s, y, sum.at, residual, r, s->out - column);
        else
            finish(s->activation, y, s->ldy, sum.at, s->bias ? s->bias + column : no_bias, residual,
                   s->ld_residual, r);
    }
}

/* What a tile will write is asked for before its long sum: it lies apart, in other rows. */
VOLO_INLINE void expect_tile(const Target *s, size_t row, size_t rows, size_t panels)
{
    VOLO_UNROLL
    for (size_t i = 0; i < rows; i++) {
        VOLO_UNROLL
        for (size_t j = 0; j < panels; j++) {
            __builtin_prefetch(s->y + (row + i) * s->ldy + s->column + j * VOLO_PANEL, 1);
            if (s->residual && s->residual != s->y)
                __builtin_prefetch(s->residual + (row + i) * s->ld_residual + s->column +
                                   j * VOLO_PANEL);
        }
    }
}

/* As many tiles of so many rows as there are below r, from row first on; returns the next row. */
VOLO_INLINE size_t tiles(Sums sum, const float *x, Panels weight, const Target *target,
                         size_t first, size_t r, size_t k, bool accumulate, size_t ldx, size_t rows,
                         size_t panels)
{
    for (; first + rows <= r; first += rows) {
        const Sums here = { sum.at + first * VOLO_PANEL, sum.ld };
        const float *ahead = weight.at + (panels + first / rows % panels) * weight.ld;

        if (target)
            expect_tile(target, first, rows, panels);
        if (accumulate)
            tile(here, x + first * ldx, weight, ahead, k, true, ldx, rows, panels);
        else
            tile(here, x + first * ldx, weight, ahead, k, false, ldx, rows, panels);
        if (target)
            finish_tile(target, here, first, rows, panels);
    }
    return first;
}

/* Smaller tiles for the rows that are left: they add up the same numbers in the same order. */
VOLO_INLINE void all_rows(Sums sum, const float *x, Panels weight, const Target *target, size_t r,
                          size_t k, bool accumulate, size_t ldx, size_t panels)
{
    size_t row = tiles(sum, x, weight, target, 0, r, k, accumulate, ldx, TILE_ROWS, panels);

    row = tiles(sum, x, weight, target, row, r, k, accumulate, ldx, SMALL_ROWS, panels);
    tiles(sum, x, weight, target, row, r, k, accumulate, ldx, 1, panels);
}

/* sum [panels,r,panel] (+)= x [r,k] · weight [panels,k,panel], and on to the target, if any */
VOLO_INLINE void multiply(Sums sum, const float *x, Panels weight, const Target *target,
                          size_t panels, size_t r, size_t k, bool accumulate, size_t ldx)
{
    Target at = target ? *target : (Target){ 0 };

    for (; panels >= TILE_PANELS; panels -= TILE_PANELS) {
        all_rows(sum, x, weight, target ? &at : NULL, r, k, accumulate, ldx, TILE_PANELS);
        sum.at += TILE_PANELS * sum.ld;
        weight.at += TILE_PANELS * weight.ld;
        at.column += TILE_PANELS * VOLO_PANEL;
    }
    if (panels > 0)
        all_rows(sum, x, weight, target ? &at : NULL, r, k, accumulate, ldx, 1);
}

static void panel_product(float *sum, size_t ld_sum, const float *x, const float *panel,
                          size_t ld_panel, size_t panels, size_t r, size_t k, bool accumulate)
{
    assert(k > 0 && k <= VOLO_PRODUCT_K);
    multiply((Sums){ sum, ld_sum }, x, (Panels){ panel, ld_panel }, NULL, panels, r, k, accumulate,
             VOLO_PRODUCT_LD);
}

static __attribute__((noinline)) void block_product(Sums sum, const float *x, Panels weight,
                                                    const Target *target, size_t panels, size_t r,
                                                    size_t k, bool accumulate)
{
    multiply(sum, x, weight, target, panels, r, k, accumulate, LD);
}

/* in is cut into equal blocks of at most BLOCK_K. */
static size_t count_blocks(size_t in)
{
    return (in + BLOCK_K - 1) / BLOCK_K;
}

/* Length of the block that starts at k. */
static size_t block_length(size_t in, size_t k)
{
    const size_t length = (in + count_blocks(in) - 1) / count_blocks(in);

    return smaller(in - k, length);
}

/* rows: blocks of x [r,in], each BLOCK_ROWS rows of LD */
static void copy_rows(float *rows, const float *x, size_t ldx, size_t r, size_t in)
{
    for (size_t k = 0; k < in; k += block_length(in, k), rows += BLOCK_ROWS * LD)
        for (size_t i = 0; i < r; i++)
            memcpy(rows + i * LD, x + i * ldx + k, block_length(in, k) * sizeof *rows);
}

/* target [r,panels·panel] from x [r,in] · packed [panels,in,panel], x as copy_rows left it: block
 * by block, so that each block of x meets all the panels while it is in L2; the last block finishes
 */
static void multiply_panels(const Target *target, Sums sum, const float *rows, Panels packed,
                            size_t panels, size_t r, size_t in)
{
    for (size_t k = 0; k < in; k += block_length(in, k), rows += BLOCK_ROWS * LD) {
        const bool last = k + block_length(in, k) == in;

        block_product(sum, rows, (Panels){ packed.at + k * VOLO_PANEL, packed.ld },
                      last ? target : NULL, panels, r, block_length(in, k), k > 0);
    }
}

static void gemm_panel(float *y, size_t ldy, const float *x, size_t ldx, const float *packed,
                       size_t ld_packed, const float *bias, const float *residual,
                       size_t ld_residual, int activation, size_t r, size_t in, size_t out,
                       float *scratch)
{
    const size_t at_once = in <= SHORT_IN ? TILE_PANELS : PANELS_AT_ONCE;
    float *const rows = scratch + PANELS_AT_ONCE * BLOCK_ROWS * VOLO_PANEL;
    const Sums sum = { scratch, BLOCK_ROWS * VOLO_PANEL };
    Target target = { y, ldy, bias, residual, ld_residual, activation, out, 0 };

    for (size_t i = 0; i < r; i += BLOCK_ROWS) {
        const size_t count = smaller(r - i, BLOCK_ROWS);

        copy_rows(rows, x + i * ldx, ldx, count, in);
        target.y = y + i * ldy;
        target.residual = residual ? residual + i * ld_residual : NULL;
        for (size_t j = 0; j < out; j += at_once * VOLO_PANEL) {
            const size_t panels = smaller(at_once, (out - j + VOLO_PANEL - 1) / VOLO_PANEL);

            target.column = j;
            multiply_panels(&target, sum, rows,
                            (Panels){ packed + j / VOLO_PANEL * ld_packed, ld_packed }, panels,
                            count, in);
        }
    }
}

static size_t gemm_panel_scratch(size_t in)
{
    return BLOCK_ROWS * (PANELS_AT_ONCE * VOLO_PANEL + count_blocks(in) * LD);
}

#undef UNROLL_STEPS

void VOLO_KERNEL(volo_fill_gemm_panel)(VoloKernels *k)
{
    k->gemm_panel = gemm_panel;
    k->gemm_panel_scratch = gemm_panel_scratch;
    k->panel_product = panel_product;
}
