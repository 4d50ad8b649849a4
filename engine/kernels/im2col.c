/* SPDX-License-Identifier: Apache-2.0 */
/* Patches of convolutions as rows of a matrix. Of a patch's row, the kernel's k neighbouring pixels
 * lie side by side in the picture too, so what is inside comes in one copy. */
#include "kernels/level.h"

#include <string.h>

static size_t clamp(ptrdiff_t value, size_t highest)
{
    if (value < 0)
        return 0;
    return (size_t)value < highest ? (size_t)value : highest;
}

/* y [k,c] = x [w,c] from pixel first on, zeros outside */
static void copy_pixels(float *y, const float *x, size_t w, size_t c, size_t k, ptrdiff_t first)
{
    const size_t from = clamp(-first, k), to = clamp((ptrdiff_t)w - first, k);

    if (from >= to) {
        memset(y, 0, k * c * sizeof *y);
        return;
    }
    memset(y, 0, from * c * sizeof *y);
    memcpy(y + from * c, x + (first + (ptrdiff_t)from) * (ptrdiff_t)c, (to - from) * c * sizeof *y);
    memset(y + to * c, 0, (k - to) * c * sizeof *y);
}

static void im2col(float *y, const float *x, size_t h, size_t w, size_t c, size_t k, size_t stride,
                   size_t pad, size_t w_out, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        const ptrdiff_t row = (ptrdiff_t)(i / w_out * stride) - (ptrdiff_t)pad;
        const ptrdiff_t column = (ptrdiff_t)(i % w_out * stride) - (ptrdiff_t)pad;

        for (ptrdiff_t r = row; r < row + (ptrdiff_t)k; r++, y += k * c) {
            if (r < 0 || r >= (ptrdiff_t)h)
                memset(y, 0, k * c * sizeof *y);
            else
                copy_pixels(y, x + (size_t)r * w * c, w, c, k, column);
        }
    }
}

void VOLO_KERNEL(volo_fill_im2col)(VoloKernels *k)
{
    k->im2col = im2col;
}
