/* SPDX-License-Identifier: Apache-2.0 */
/* The label of each pixel: first the largest score, then the first place that equals it. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"

/* Index of the first largest of x [c], c < VOLO_LANES. */
static uint8_t argmax_short(const float *x, size_t c)
{
    size_t best = 0;

    for (size_t i = 1; i < c; i++)
        if (x[i] > x[best])
            best = i;
    return (uint8_t)best;
}

/* The largest of x [c], c >= VOLO_LANES; four at a time shorten the chain of maxima. */
static float largest(const float *x, size_t c)
{
    const size_t last = c - VOLO_LANES;
    vf highest = vf_load(x + last);
    size_t i = 0;

    for (; i + 4 * VOLO_LANES <= last; i += 4 * VOLO_LANES) {
        const float *next = x + i + 2 * VOLO_LANES;
        const vf a = vf_max(vf_load(x + i), vf_load(x + i + VOLO_LANES));
        const vf b = vf_max(vf_load(next), vf_load(next + VOLO_LANES));
        highest = vf_max(vf_max(a, b), highest);
    }
    for (; i < last; i += VOLO_LANES)
        highest = vf_max(vf_load(x + i), highest);
    return vf_largest(highest);
}

/* Index of the first largest of x [c], c >= VOLO_LANES. The last vector may overlap the one before:
 * what it repeats was not equal there. */
static uint8_t argmax_long(const float *x, size_t c)
{
    const size_t last = c - VOLO_LANES;
    const vf highest = vf_set(largest(x, c));

    for (size_t i = 0; i < last; i += VOLO_LANES) {
        const unsigned equal = vf_equal_bits(vf_load(x + i), highest);
        if (equal)
            return (uint8_t)(i + (size_t)__builtin_ctz(equal));
    }
    const unsigned equal = vf_equal_bits(vf_load(x + last), highest);
    return equal ? (uint8_t)(last + (size_t)__builtin_ctz(equal)) : 0;
}

/* label [w] = index of the largest of x [w,c], the first of equals */
static void argmax_row(uint8_t *label, const float *x, size_t w, size_t c)
{
    for (size_t i = 0; i < w; i++, x += c)
        label[i] = c < VOLO_LANES ? argmax_short(x, c) : argmax_long(x, c);
}

void VOLO_KERNEL(volo_fill_argmax)(VoloKernels *k)
{
    k->argmax_row = argmax_row;
}
