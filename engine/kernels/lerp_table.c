/* SPDX-License-Identifier: Apache-2.0 */
/* Where bilinear resizing takes its sources: PyTorch's rule, in float32 as there, and OpenCV's. */
#include "kernels/kernels.h"

#include <assert.h>
#include <math.h>

/* Output i lies at step · (i + shift) - shift: with shift 1/2 pixels have their centres half a
 * pixel inside, with 0 the first and the last centres of both sides coincide. */
static void fill(uint32_t *first, uint32_t *second, float *t, size_t in, size_t out, float step,
                 float shift)
{
    assert(in > 0);
    for (size_t i = 0; i < out; i++) {
        const float place = step * ((float)i + shift) - shift, source = place > 0 ? place : 0;
        const size_t whole =
            (size_t)source < in ? (size_t)source : in - 1; /* rounding may reach in */
        const float rest = source - (float)whole;

        first[i] = (uint32_t)whole;
        second[i] = (uint32_t)(whole + (whole + 1 < in));
        t[i] = rest < 1 ? rest : 1;
    }
}

void volo_lerp_table_step(uint32_t *first, uint32_t *second, float *t, size_t in, size_t out,
                          float step)
{
    fill(first, second, t, in, out, step, 0.5F);
}

void volo_lerp_table(uint32_t *first, uint32_t *second, float *t, size_t in, size_t out,
                     bool align_corners)
{
    if (align_corners)
        fill(first, second, t, in, out, out > 1 ? (float)(in - 1) / (float)(out - 1) : 0, 0);
    else
        fill(first, second, t, in, out, (float)in / (float)out, 0.5F);
}

void volo_lerp_table_opencv(uint32_t *first, uint32_t *second, float *t, size_t in, size_t out,
                            bool clamp)
{
    const double scale = 1 / ((double)out / (double)in); /* in this order: it rounds twice */

    assert(in > 0);
    for (size_t i = 0; i < out; i++) {
        const float source = (float)(((double)i + 0.5) * scale - 0.5);
        const float whole = floorf(source);
        const bool before = whole < 0, after = whole >= (float)(in - 1);

        first[i] = before ? 0 : after ? (uint32_t)(in - 1) : (uint32_t)whole;
        second[i] = before || after ? first[i] : first[i] + 1;
        t[i] = clamp && (before || after) ? 0 : source - whole;
    }
}
