/* SPDX-License-Identifier: Apache-2.0 */
/* Transposition for products whose inner dimension is rows: four columns at a time, of as many rows
 * as a vector has lanes. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"

/* y [4,VOLO_LANES] = four columns of VOLO_LANES rows of x */
VOLO_INLINE void turn_four(float *y, const float *x, size_t ldx)
{
    vf v[4];

    VOLO_UNROLL
    for (size_t i = 0; i < 4; i++)
        v[i] = vf_load_fours(x + i * ldx, 4 * ldx);
    vf_transpose_fours(v);
    VOLO_UNROLL
    for (size_t j = 0; j < 4; j++)
        vf_store(y + j * VOLO_PRODUCT_LD, v[j]);
}

/* y [c,r] = x [r,c] transposed, rows of y VOLO_PRODUCT_LD apart */
static void turn(float *y, const float *x, size_t ldx, size_t r, size_t c)
{
    size_t i = 0;

    for (; i + VOLO_LANES <= r; i += VOLO_LANES) {
        size_t j = 0;

        for (; j + 4 <= c; j += 4)
            turn_four(y + j * VOLO_PRODUCT_LD + i, x + i * ldx + j, ldx);
        for (; j < c; j++)
            for (size_t k = i; k < i + VOLO_LANES; k++)
                y[j * VOLO_PRODUCT_LD + k] = x[k * ldx + j];
    }
    for (; i < r; i++)
        for (size_t j = 0; j < c; j++)
            y[j * VOLO_PRODUCT_LD + i] = x[i * ldx + j];
}

void VOLO_KERNEL(volo_fill_turn)(VoloKernels *k)
{
    k->turn = turn;
}
