/* SPDX-License-Identifier: Apache-2.0 */
/* What attention and its backward share: queries stand in the lanes of vectors, GROUP of them side
 * by side. Scores come as [key,query], so maximum, exponential and sum need nothing across lanes,
 * keys and values are only ever broadcast, and a query never meets its neighbours. */
#ifndef VOLO_KERNELS_ATTENTION_TILES_H
#define VOLO_KERNELS_ATTENTION_TILES_H

#include "kernels/kernels.h"
#include "kernels/vector.h"

enum {
    VECTORS = 3,
    GROUP = VECTORS * VOLO_LANES, /* queries side by side */
    GROUPS = VOLO_ATTENTION_ROWS / GROUP,
    KEY_TILE = 128, /* keys whose scores with a group stay in L1 */
#if VOLO_VECTOR_BYTES == 64
    TILE_ROWS = 8, /* 24 accumulators of 32 registers */
#elif VOLO_VECTOR_BYTES == 32
    TILE_ROWS = 4,                     /* 12 of 16 */
#else
    TILE_ROWS = 2, /* 6 of 16; products need registers of their own */
#endif
};
_Static_assert(VOLO_ATTENTION_ROWS % GROUP == 0, "queries come in whole groups");

static const float LOG2_E = 1.44269504F, LN_2 = 0.693147181F;

static inline size_t padded(size_t d)
{
    return (d + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS;
}

static inline size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* 2^x for -125 <= x <= 0 within 2e-7 relative. Exactly 1 at 0. */
static inline vf exp2_in_range(vf x)
{
#if VOLO_VECTOR_BYTES == 64
    enum {
        DOWN_TO_INTEGER = 1
    };
    const vf r = (vf)_mm512_reduce_ps((__m512)x, DOWN_TO_INTEGER); /* x - floor(x) */

    vf p = r * 0.0018671298F + 0.009017031F;
    p = p * r + 0.055799913F;
    p = p * r + 0.24016444F;
    p = p * r + 0.6931513F;
    p = p * r + 1.0F;
    return (vf)_mm512_scalef_ps((__m512)p, (__m512)x); /* p · 2^floor(x) */
#else
    const float rounder = 12582912.0F; /* 1.5 * 2^23: what is added to it becomes an integer */
    const vf shifted = x + rounder;
    const vf r = x - (shifted - rounder);

    vf p = r * 0.00132647203F + 0.00967151299F;
    p = p * r + 0.0555073395F;
    p = p * r + 0.240222424F;
    p = p * r + 0.693147004F;
    p = p * r + 1.0F;
    return (vf)((vu)p + ((vu)shifted << 23));
#endif
}

/* The same, but 2^-125 where it is less: beside the 1 of the largest score that is nothing, and it
 * keeps denormal numbers out. */
static inline vf exp2_below(vf x)
{
    return exp2_in_range(vf_max(x, vf_set(-125.0F)));
}

/* acc [TILE_ROWS,GROUP] += a · b [count,GROUP], a's rows a_row apart and its columns a_column */
VOLO_INLINE void multiply(vf acc[TILE_ROWS][VECTORS], const float *a, size_t a_row, size_t a_column,
                          const float *b, size_t count)
{
    const float *const end = b + count * GROUP;

    do {
        const vf b0 = vf_keep(vf_load(b)), b1 = vf_keep(vf_load(b + VOLO_LANES));
        const vf b2 = vf_keep(vf_load(b + 2 * VOLO_LANES));

        VOLO_UNROLL
        for (size_t i = 0; i < TILE_ROWS; i++) {
            const vf factor = vf_set(a[i * a_row]);

            acc[i][0] = vf_fma(factor, b0, acc[i][0]);
            acc[i][1] = vf_fma(factor, b1, acc[i][1]);
            acc[i][2] = vf_fma(factor, b2, acc[i][2]);
        }
        a += a_column;
        b += GROUP;
    } while (b < end);
}

/* y [keys,e] = x [keys,d], zeros beside; rows are too short for memcpy */
static inline void copy_tile(float *y, size_t e, const float *x, size_t ld, size_t keys, size_t d)
{
    for (size_t i = 0; i < keys; i++, y += e, x += ld) {
        size_t j = 0;

        for (; j + VOLO_LANES <= d; j += VOLO_LANES)
            vf_store(y + j, vf_load(x + j));
        for (; j < e; j++)
            y[j] = j < d ? x[j] : 0.0F;
    }
}

/* y [columns,rows] = x [rows,columns] times factor */
static inline void transpose(float *y, size_t ldy, const float *x, size_t ldx, float factor,
                             size_t rows, size_t columns)
{
    size_t i = 0;

    for (; i + VOLO_LANES <= rows; i += VOLO_LANES)
        for (size_t j = 0; j < columns; j++)
            vf_store(y + j * ldy + i, vf_gather(x + i * ldx + j, ldx) * factor);
    for (; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            y[j * ldy + i] = x[i * ldx + j] * factor;
}

#endif
