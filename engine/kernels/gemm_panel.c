/* SPDX-License-Identifier: Apache-2.0 */
/* Matrix products against weights packed in panels of 16 outputs. Rows of x are copied, block by
 * block, to where they lie a constant distance apart; then tiles of a few rows by one panel are
 * accumulated in registers (Goto & van de Geijn 2008, with x's block in L2 and the panel in L1). */
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
    LD = BLOCK_K + 16,  /* between copied rows; see VOLO_PRODUCT_LD */
#if VOLO_VECTOR_BYTES == 64
    TILE_ROWS = 24, /* 24 of 32 registers; the factor x is a memory operand */
    SMALL_ROWS = 8,
#elif VOLO_VECTOR_BYTES == 32
    TILE_ROWS = 6, /* 12 accumulators, 2 of weights, 1 of x: 15 of 16 registers */
    SMALL_ROWS = 4,
#else
    TILE_ROWS = 2, /* 8 accumulators; products need registers of their own */
    SMALL_ROWS = 1,
#endif
};

/* sum [rows,panel] (+)= x [rows,k] · panel [k,panel]; the parameters after k are constants here. */
VOLO_INLINE void tile(float *sum, const float *x, const float *panel, size_t k, size_t ldx,
                      bool accumulate, size_t rows)
{
    const float *const end = panel + k * VOLO_PANEL;
    vf acc[TILE_ROWS][VECTORS] = { { { 0 } } };

    if (accumulate) {
        VOLO_UNROLL
        for (size_t i = 0; i < rows; i++)
            __builtin_prefetch(sum + i * VOLO_PANEL);
    }
    do {
        vf weight[VECTORS];

        VOLO_UNROLL
        for (size_t j = 0; j < VECTORS; j++)
            weight[j] = vf_load(panel + j * VOLO_LANES);
        VOLO_UNROLL
        for (size_t i = 0; i < rows; i++) {
            const vf factor = vf_set(x[i * ldx]);

            VOLO_UNROLL
            for (size_t j = 0; j < VECTORS; j++)
                acc[i][j] += factor * weight[j];
        }
        x++;
        panel += VOLO_PANEL;
    } while (panel < end);
    VOLO_UNROLL
    for (size_t i = 0; i < rows; i++) {
        VOLO_UNROLL
        for (size_t j = 0; j < VECTORS; j++) {
            float *at = sum + i * VOLO_PANEL + j * VOLO_LANES;

            if (accumulate)
                acc[i][j] += vf_load(at);
            vf_store(at, acc[i][j]);
        }
    }
}

/* As many tiles of so many rows as there are; returns how many rows they covered. */
VOLO_INLINE size_t tiles(float *sum, const float *x, const float *panel, size_t r, size_t k,
                         size_t ldx, bool accumulate, size_t rows)
{
    size_t i = 0;

    for (; i + rows <= r; i += rows) {
        if (accumulate)
            tile(sum + i * VOLO_PANEL, x + i * ldx, panel, k, ldx, true, rows);
        else
            tile(sum + i * VOLO_PANEL, x + i * ldx, panel, k, ldx, false, rows);
    }
    return i;
}

/* Smaller tiles for the rows that are left: they add up the same numbers in the same order. */
VOLO_INLINE void multiply(float *sum, const float *x, const float *panel, size_t r, size_t k,
                          size_t ldx, bool accumulate)
{
    size_t i = tiles(sum, x, panel, r, k, ldx, accumulate, TILE_ROWS);

    i += tiles(sum + i * VOLO_PANEL, x + i * ldx, panel, r - i, k, ldx, accumulate, SMALL_ROWS);
    tiles(sum + i * VOLO_PANEL, x + i * ldx, panel, r - i, k, ldx, accumulate, 1);
}

static void panel_product(float *sum, const float *x, const float *panel, size_t r, size_t k,
                          bool accumulate)
{
    assert(k > 0 && k <= VOLO_PRODUCT_K);
    multiply(sum, x, panel, r, k, VOLO_PRODUCT_LD, accumulate);
}

static void block_product(float *sum, const float *x, const float *panel, size_t r, size_t k,
                          bool accumulate)
{
    multiply(sum, x, panel, r, k, LD, accumulate);
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
                v += vf_load(residual + i * ld_residual + j);
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
static void finish_narrow(int activation, float *y, size_t ldy, float *sum, const float *bias,
                          const float *residual, size_t ld_residual, size_t r, size_t columns)
{
    finish(activation, sum, VOLO_PANEL, sum, bias, NULL, 0, r);
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < columns; j++)
            y[i * ldy + j] =
                sum[i * VOLO_PANEL + j] + (residual ? residual[i * ld_residual + j] : 0.0F);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
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

/* sum [panels,BLOCK_ROWS,panel] = x [r,in] · packed [panels,in,panel], x as copy_rows left it:
 * block by block, so that each block of x meets all the panels while it is in L2 */
static void sum_panels(float *sum, const float *rows, const float *packed, size_t panels, size_t r,
                       size_t in)
{
    for (size_t k = 0; k < in; k += block_length(in, k), rows += BLOCK_ROWS * LD)
        for (size_t i = 0; i < panels; i++)
            block_product(sum + i * BLOCK_ROWS * VOLO_PANEL, rows,
                          packed + (i * in + k) * VOLO_PANEL, r, block_length(in, k), k > 0);
}

/* The arguments of gemm_panel that say what becomes of a sum. */
typedef struct Target {
    float *y;
    size_t ldy;
    const float *bias, *residual;
    size_t ld_residual;
    int activation;
    size_t out;
} Target;

/* y [r,columns] at (i, j) from sum [r,panel] */
static void finish_panel(const Target *s, float *sum, size_t i, size_t j, size_t r)
{
    const size_t columns = smaller(s->out - j, VOLO_PANEL);
    const float *residual = s->residual ? s->residual + i * s->ld_residual + j : NULL;
    float *const y = s->y + i * s->ldy + j;
    float bias[VOLO_PANEL] = { 0 };

    if (s->bias)
        memcpy(bias, s->bias + j, columns * sizeof *bias);
    if (columns == VOLO_PANEL)
        finish(s->activation, y, s->ldy, sum, bias, residual, s->ld_residual, r);
    else
        finish_narrow(s->activation, y, s->ldy, sum, bias, residual, s->ld_residual, r, columns);
}

static void gemm_panel(float *y, size_t ldy, const float *x, size_t ldx, const float *packed,
                       const float *bias, const float *residual, size_t ld_residual, int activation,
                       size_t r, size_t in, size_t out, float *scratch)
{
    const Target target = { y, ldy, bias, residual, ld_residual, activation, out };
    const size_t at_once = in <= SHORT_IN ? 1 : PANELS_AT_ONCE;
    float *const rows = scratch + PANELS_AT_ONCE * BLOCK_ROWS * VOLO_PANEL;

    for (size_t i = 0; i < r; i += BLOCK_ROWS) {
        const size_t count = smaller(r - i, BLOCK_ROWS);

        copy_rows(rows, x + i * ldx, ldx, count, in);
        for (size_t j = 0; j < out; j += at_once * VOLO_PANEL) {
            const size_t panels = smaller(at_once, (out - j + VOLO_PANEL - 1) / VOLO_PANEL);

            sum_panels(scratch, rows, packed + j * in, panels, count, in);
            for (size_t l = 0; l < panels; l++)
                finish_panel(&target, scratch + l * BLOCK_ROWS * VOLO_PANEL, i, j + l * VOLO_PANEL,
                             count);
        }
    }
}

static size_t gemm_panel_scratch(size_t in)
{
    return BLOCK_ROWS * (PANELS_AT_ONCE * VOLO_PANEL + count_blocks(in) * LD);
}

void VOLO_KERNEL(volo_fill_gemm_panel)(VoloKernels *k)
{
    k->gemm_panel = gemm_panel;
    k->gemm_panel_scratch = gemm_panel_scratch;
    k->panel_product = panel_product;
}
