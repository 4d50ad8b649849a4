/* SPDX-License-Identifier: Apache-2.0 */
/* Gradients of resamplings that go axis by axis, gathered pixel by pixel: what an input gets from
 * the outputs that read it. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"

enum {
    BLOCK = VOLO_VECTOR_BYTES == 64 ? 8 : 4 /* vectors, twice, stay in registers */
};

/* The outputs that read one pixel: rows x columns of them, from the first on. */
typedef struct Patch {
    const float *dy;
    size_t ld_row, ld_pixel;
    const float *row_weight, *column_weight;
    size_t rows, columns;
} Patch;

/* dx [vectors] (+)= Σ weights · dy. Along the rows first: sums over large patches stay exact. */
VOLO_INLINE void gather_vectors(float *dx, Patch p, size_t vectors, bool add)
{
    vf sum[BLOCK] = { { 0 } };

    for (size_t i = 0; i < p.rows; i++) {
        const float *at = p.dy + i * p.ld_row;
        vf line[BLOCK] = { { 0 } };

        for (size_t k = 0; k < p.columns; k++, at += p.ld_pixel) {
            const vf weight = vf_set(p.column_weight[k]);

            VOLO_UNROLL
            for (size_t v = 0; v < vectors; v++)
                line[v] = vf_fma(vf_load(at + v * VOLO_LANES), weight, line[v]);
        }
        VOLO_UNROLL
        for (size_t v = 0; v < vectors; v++)
            sum[v] = vf_fma(line[v], vf_set(p.row_weight[i]), sum[v]);
    }
    VOLO_UNROLL
    for (size_t v = 0; v < vectors; v++) {
        if (add)
            sum[v] += vf_load(dx + v * VOLO_LANES);
        vf_store(dx + v * VOLO_LANES, sum[v]);
    }
}

/* The same for count < VOLO_LANES channels. */
static void gather_some(float *dx, Patch p, size_t count, bool add)
{
    vf sum = { 0 };

    for (size_t i = 0; i < p.rows; i++) {
        const float *at = p.dy + i * p.ld_row;
        vf line = { 0 };

        for (size_t k = 0; k < p.columns; k++, at += p.ld_pixel)
            line = vf_fma(vf_load_some(at, count), vf_set(p.column_weight[k]), line);
        sum = vf_fma(line, vf_set(p.row_weight[i]), sum);
    }
    if (add)
        sum += vf_load_some(dx, count);
    vf_store_some(dx, sum, count);
}

VOLO_INLINE void gather_pixel(float *dx, Patch p, size_t c, bool add)
{
    const float *const dy = p.dy;
    size_t i = 0;

    for (; i + BLOCK * VOLO_LANES <= c; i += BLOCK * VOLO_LANES) {
        p.dy = dy + i;
        gather_vectors(dx + i, p, BLOCK, add);
    }
    for (; i + BLOCK / 2 * VOLO_LANES <= c; i += BLOCK / 2 * VOLO_LANES) {
        p.dy = dy + i;
        gather_vectors(dx + i, p, BLOCK / 2, add);
    }
    for (; i + VOLO_LANES <= c; i += VOLO_LANES) {
        p.dy = dy + i;
        gather_vectors(dx + i, p, 1, add);
    }
    p.dy = dy + i;
    if (i < c)
        gather_some(dx + i, p, c - i, add);
}

/* dx [w_in,c] (+)= Σ over the outputs that read each pixel of the row: weight · dy [.,w_out,c] */
static void gather_row(float *dx, size_t ldx, const float *dy, size_t ldy, const VoloReaders *rows,
                       const VoloReaders *columns, size_t row, size_t w_in, size_t w_out, size_t c,
                       bool add)
{
    Patch p = { .ld_row = w_out * ldy,
                .ld_pixel = ldy,
                .row_weight = rows->weight + rows->begin[row],
                .rows = rows->begin[row + 1] - rows->begin[row] };

    dy += rows->first[row] * p.ld_row;
    for (size_t i = 0; i < w_in; i++, dx += ldx) {
        p.dy = dy + columns->first[i] * ldy;
        p.column_weight = columns->weight + columns->begin[i];
        p.columns = columns->begin[i + 1] - columns->begin[i];
        if (add)
            gather_pixel(dx, p, c, true);
        else
            gather_pixel(dx, p, c, false);
    }
}

void VOLO_KERNEL(volo_fill_gather)(VoloKernels *k)
{
    k->gather_row = gather_row;
}
