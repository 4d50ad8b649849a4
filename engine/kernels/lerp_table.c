/* SPDX-License-Identifier: Apache-2.0 */
/* Where bilinear resizing takes its sources: PyTorch's rule, in float32 as there. */
#include "kernels/kernels.h"

#include <assert.h>

/* Half-pixel centres: max(0, in/out * (i + 0.5) - 0.5). With align_corners the first and the last
 * centres coincide: (in-1)/(out-1) * i, and 0 for a single output. */
static float source_of(size_t i, size_t in, size_t out, bool align_corners)
{
    if (align_corners)
        return out > 1 ? (float)(in - 1) / (float)(out - 1) * (float)i : 0;
    const float source = (float)in / (float)out * ((float)i + 0.5F) - 0.5F;
    return source > 0 ? source : 0;
}

void volo_lerp_table(uint32_t *first, uint32_t *second, float *t, size_t in, size_t out,
                     bool align_corners)
{
    assert(in > 0);
    for (size_t i = 0; i < out; i++) {
        const float source = source_of(i, in, out, align_corners);
        const size_t whole =
            (size_t)source < in ? (size_t)source : in - 1; /* rounding may reach in */
        const float rest = source - (float)whole;

        first[i] = (uint32_t)whole;
        second[i] = (uint32_t)(whole + (whole + 1 < in));
        t[i] = rest < 1 ? rest : 1;
    }
}
