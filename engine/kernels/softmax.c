/* SPDX-License-Identifier: Apache-2.0 */
/* Softmax of rows. Short rows (the 9 weights of outlook attention) are done VOLO_LANES at a time,
 * one row in each lane; long ones a vector at a time. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"
#include "kernels/vector_math.h"

#include <assert.h>
#include <math.h>

#define SHORT_ROW 16 /* columns */
#define WINDOW 9     /* columns in outlook attention */

/* value [c] = softmax(scale · value) in each lane */
VOLO_INLINE void softmax_lanes(vf *value, float scale, size_t c)
{
    vf highest = vf_set(-INFINITY), sum = { 0 };

    for (size_t i = 0; i < c; i++)
        highest = vf_max(value[i], highest);
    /* In a row of -inf nothing is taken off -inf, and e^-inf is 0. */
    highest = vf_mask(highest != vf_set(-INFINITY), highest);
    for (size_t i = 0; i < c; i++) {
        value[i] = vf_exp((value[i] - highest) * scale);
        sum += value[i];
    }
    const vf factor = 1.0F / (sum + vf_mask(sum == (vf){ 0 }, vf_set(1)));
    for (size_t i = 0; i < c; i++)
        value[i] *= factor;
}

/* y [rows,c] = softmax(scale · x [rows,c]); rows <= VOLO_LANES, c <= SHORT_ROW. Inlined for
 * constant rows and c. */
VOLO_INLINE void softmax_short(float *y, const float *x, float scale, size_t rows, size_t c)
{
    vf value[SHORT_ROW];

    for (size_t i = 0; i < c; i++) {
        float lanes[VOLO_LANES] = { 0 };

        for (size_t row = 0; row < rows; row++)
            lanes[row] = x[row * c + i];
        value[i] = vf_load(lanes);
    }
    softmax_lanes(value, scale, c);
    for (size_t i = 0; i < c; i++) {
        float lanes[VOLO_LANES];

        vf_store(lanes, value[i]);
        for (size_t row = 0; row < rows; row++)
            y[row * c + i] = lanes[row];
    }
}

static float row_highest(const float *x, size_t c)
{
    vf highest = vf_set(-INFINITY);
    size_t i = 0;

    for (; i + VOLO_LANES <= c; i += VOLO_LANES)
        highest = vf_max(vf_load(x + i), highest);
    float result = vf_largest(highest);
    for (; i < c; i++)
        result = x[i] > result ? x[i] : result;
    return result;
}

static double row_sum(const float *x, size_t c)
{
    vd sum = { 0 };
    size_t i = 0;

    for (; i + VOLO_LANES / 2 <= c; i += VOLO_LANES / 2)
        sum += vd_load(x + i);
    double result = vd_sum(sum);
    for (; i < c; i++)
        result += (double)x[i];
    return result;
}

/* y [c] = softmax(scale · x [c]) */
static void softmax_long(float *y, const float *x, float scale, size_t c)
{
    const float highest = row_highest(x, c);
    const float offset = isinf(highest) && highest < 0 ? 0 : highest; /* a row of -inf */
    size_t i = 0;

    for (; i + VOLO_LANES <= c; i += VOLO_LANES)
        vf_store(y + i, vf_exp((vf_load(x + i) - offset) * scale));
    if (i < c)
        vf_store_some(y + i, vf_exp((vf_load_some(x + i, c - i) - offset) * scale), c - i);
    const double sum = row_sum(y, c);
    const float factor = sum > 0 ? (float)(1 / sum) : 0;
    for (i = 0; i < c; i++)
        y[i] *= factor;
}

/* y [r,c] = softmax(scale · x [r,c]) for each row, scale > 0; y may be x. A row of -inf gives
 * zeros. The largest is taken off before scaling: scale · x - largest, fused, is not 0 at the
 * largest. */
static void softmax(float *y, const float *x, float scale, size_t r, size_t c)
{
    assert(scale > 0);
    if (c > SHORT_ROW) {
        for (size_t row = 0; row < r; row++)
            softmax_long(y + row * c, x + row * c, scale, c);
        return;
    }
    for (; r >= VOLO_LANES; r -= VOLO_LANES, x += VOLO_LANES * c, y += VOLO_LANES * c) {
        if (c == WINDOW)
            softmax_short(y, x, scale, VOLO_LANES, WINDOW);
        else
            softmax_short(y, x, scale, VOLO_LANES, c);
    }
    if (r > 0)
        softmax_short(y, x, scale, r, c);
}

void VOLO_KERNEL(volo_fill_softmax)(VoloKernels *k)
{
    k->softmax = softmax;
}
