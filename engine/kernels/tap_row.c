/* SPDX-License-Identifier: Apache-2.0 */
/* A 3x3 convolution over a resized map, without the resized map: convolving and resizing are both
 * sums, so the small map is multiplied by each of the nine taps first, and the products are resized
 * and shifted instead. Down first, over three rows of taps, then along. */
#include "kernels/level.h"
#include "kernels/vector.h"

enum {
    TAPS = 3, /* on a side */
    VECTORS = VOLO_PANEL / VOLO_LANES,
};

/* The rows of products that one row of taps looks at, and the weight of the second. */
typedef struct Pair {
    const float *first, *second; /* [w_in] pixels, at tap (ky,0) */
    float t;
} Pair;

/* Fills the pairs of the rows of taps that lie inside; returns how many. */
static size_t find_pairs(Pair pair[TAPS], const float *z, size_t row_floats, const VoloLerp *rows,
                         size_t h_out, size_t row)
{
    size_t count = 0;

    for (size_t ky = 0; ky < TAPS; ky++) {
        const size_t at = row + ky; /* one more than the row, so never negative */

        if (at == 0 || at > h_out)
            continue;
        pair[count++] = (Pair){ z + rows->first[at - 1] * row_floats + ky * TAPS * VOLO_PANEL,
                                z + rows->second[at - 1] * row_floats + ky * TAPS * VOLO_PANEL,
                                rows->t[at - 1] };
    }
    return count;
}

/* half [VOLO_PANEL] = Σ of the pairs' means; offset leads to pixel and tap */
VOLO_INLINE void sum_pairs(float *half, const Pair *pair, size_t count, size_t offset)
{
    vf sum[VECTORS] = { { 0 } };

    for (size_t i = 0; i < count; i++) {
        VOLO_UNROLL
        for (size_t j = 0; j < VECTORS; j++) {
            const vf a = vf_load(pair[i].first + offset + j * VOLO_LANES);
            const vf b = vf_load(pair[i].second + offset + j * VOLO_LANES);

            sum[j] += a + (b - a) * pair[i].t;
        }
    }
    VOLO_UNROLL
    for (size_t j = 0; j < VECTORS; j++)
        vf_store(half + j * VOLO_LANES, sum[j]);
}

/* sum [VOLO_PANEL] += half [w_in,VOLO_PANEL] resized, at column */
VOLO_INLINE void add_along(vf sum[VECTORS], const float *half, const VoloLerp *columns,
                           size_t column)
{
    const float *a = half + columns->first[column] * VOLO_PANEL;
    const float *b = half + columns->second[column] * VOLO_PANEL;

    VOLO_UNROLL
    for (size_t j = 0; j < VECTORS; j++) {
        const vf left = vf_load(a + j * VOLO_LANES), right = vf_load(b + j * VOLO_LANES);

        sum[j] += left + (right - left) * columns->t[column];
    }
}

static void tap_row(float *y, size_t ldy, const float *z, size_t ldz, const VoloLerp *rows,
                    const VoloLerp *columns, size_t w_in, size_t h_out, size_t w_out, size_t row,
                    bool accumulate, float *half)
{
    const size_t plane = w_in * VOLO_PANEL; /* of one column of taps in half */
    Pair pair[TAPS];
    const size_t count = find_pairs(pair, z, w_in * ldz, rows, h_out, row);

    for (size_t i = 0; i < w_in; i++)
        for (size_t kx = 0; kx < TAPS; kx++)
            sum_pairs(half + kx * plane + i * VOLO_PANEL, pair, count, i * ldz + kx * VOLO_PANEL);
    for (size_t i = 0; i < w_out; i++, y += ldy) {
        vf sum[VECTORS] = { { 0 } };

        for (size_t kx = i == 0; kx < TAPS && i + kx <= w_out; kx++)
            add_along(sum, half + kx * plane, columns, i + kx - 1);
        VOLO_UNROLL
        for (size_t j = 0; j < VECTORS; j++) {
            if (accumulate)
                sum[j] += vf_load(y + j * VOLO_LANES);
            vf_store(y + j * VOLO_LANES, sum[j]);
        }
    }
}

void VOLO_KERNEL(volo_fill_tap_row)(VoloKernels *k)
{
    k->tap_row = tap_row;
}
