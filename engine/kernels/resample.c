/* SPDX-License-Identifier: Apache-2.0 */
/* Bilinear rows and bicubic pictures with the coordinates and the order of operations of PyTorch's
 * interpolate. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"

#include <math.h>

/* The four pixels around an output pixel, and its weights along x and y. */
typedef struct Corners {
    const float *p0, *q0; /* of the upper row: left, right */
    const float *p1, *q1; /* of the lower row */
    float along, down;
} Corners;

/* a + (b - a) * t: exactly a where a = b. */
static inline vf lerp(vf a, vf b, float t)
{
    return a + (b - a) * t;
}

/* y [c] (+)= bilinear mean of four pixels. Down first, then along. */
VOLO_INLINE void lerp_pixel(float *y, Corners s, size_t c, bool accumulate)
{
    size_t i = 0;

    for (; i + VOLO_LANES <= c; i += VOLO_LANES) {
        const vf left = lerp(vf_load(s.p0 + i), vf_load(s.p1 + i), s.down);
        const vf right = lerp(vf_load(s.q0 + i), vf_load(s.q1 + i), s.down);
        vf value = lerp(left, right, s.along);
        if (accumulate)
            value += vf_load(y + i);
        vf_store(y + i, value);
    }
    if (i < c) {
        const size_t rest = c - i;
        const vf left = lerp(vf_load_some(s.p0 + i, rest), vf_load_some(s.p1 + i, rest), s.down);
        const vf right = lerp(vf_load_some(s.q0 + i, rest), vf_load_some(s.q1 + i, rest), s.down);
        vf value = lerp(left, right, s.along);
        if (accumulate)
            value += vf_load_some(y + i, rest);
        vf_store_some(y + i, value, rest);
    }
}

/* y [w_out,c] (+)= lerp of rows x0 and x1 [w_in,c], then along the row; pixels of y ldy apart. */
static void bilinear_row(float *y, size_t ldy, const float *x0, const float *x1, float t,
                         const VoloLerp *along, size_t w_out, size_t c, bool accumulate)
{
    for (size_t i = 0; i < w_out; i++, y += ldy) {
        const size_t first = along->first[i] * c, second = along->second[i] * c;
        const Corners s = { x0 + first, x0 + second, x1 + first, x1 + second, along->t[i], t };

        if (accumulate)
            lerp_pixel(y, s, c, true);
        else
            lerp_pixel(y, s, c, false);
    }
}

/* Four neighbours with clamped indices, and their weights. */
typedef struct CubicTaps {
    size_t index[4];
    float weight[4];
} CubicTaps;

/* Keys' cubic convolution with A = -0.75: distances up to 1, and from 1 to 2. */
static float cubic_near(float u)
{
    const float a = -0.75F;

    return ((a + 2) * u - (a + 3)) * u * u + 1;
}

static float cubic_far(float u)
{
    const float a = -0.75F;

    return ((a * u - 5 * a) * u + 8 * a) * u - 4 * a;
}

/* Half-pixel centres: src = (at + 0.5) * in/out - 0.5, not clamped; indices are. */
static CubicTaps cubic_taps(size_t at, size_t in, size_t out)
{
    const float scale = (float)in / (float)out;
    const float source = scale * ((float)at + 0.5F) - 0.5F;
    const float whole = floorf(source), t = source - whole;
    CubicTaps taps = { .weight = { cubic_far(t + 1), cubic_near(t), cubic_near(1 - t),
                                   cubic_far((1 - t) + 1) } };

    for (int i = 0; i < 4; i++) {
        const ptrdiff_t index = (ptrdiff_t)whole - 1 + i;
        const size_t last = in - 1;
        taps.index[i] = index < 0 ? 0 : (size_t)index > last ? last : (size_t)index;
    }
    return taps;
}

/* y [c] = Σ rows of weight * Σ columns of weight * x, in this order. p [row][column] are the
 * pixels. */
static void cubic_pixel(float *y, const float *p[4][4], const float *wy, const float *wx, size_t c)
{
    size_t i = 0;

    for (; i + VOLO_LANES <= c; i += VOLO_LANES) {
        vf sum = { 0 };

        VOLO_UNROLL
        for (size_t row = 0; row < 4; row++)
            sum += (vf_load(p[row][0] + i) * wx[0] + vf_load(p[row][1] + i) * wx[1] +
                    vf_load(p[row][2] + i) * wx[2] + vf_load(p[row][3] + i) * wx[3]) *
                   wy[row];
        vf_store(y + i, sum);
    }
    for (; i < c; i++) {
        float sum = 0;

        for (size_t row = 0; row < 4; row++)
            sum += (p[row][0][i] * wx[0] + p[row][1][i] * wx[1] + p[row][2][i] * wx[2] +
                    p[row][3][i] * wx[3]) *
                   wy[row];
        y[i] = sum;
    }
}

/* y [h_out,w_out,c] = bicubic x [h_in,w_in,c] */
static void bicubic(float *y, const float *x, size_t h_in, size_t w_in, size_t c, size_t h_out,
                    size_t w_out)
{
    for (size_t row = 0; row < h_out; row++) {
        const CubicTaps rows = cubic_taps(row, h_in, h_out);

        for (size_t column = 0; column < w_out; column++, y += c) {
            const CubicTaps columns = cubic_taps(column, w_in, w_out);
            const float *pixels[4][4];

            for (size_t i = 0; i < 16; i++)
                pixels[i / 4][i % 4] = x + (rows.index[i / 4] * w_in + columns.index[i % 4]) * c;
            cubic_pixel(y, pixels, rows.weight, columns.weight, c);
        }
    }
}

void VOLO_KERNEL(volo_fill_resample)(VoloKernels *k)
{
    k->bilinear_row = bilinear_row;
    k->bicubic = bicubic;
}
