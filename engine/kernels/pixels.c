/* SPDX-License-Identifier: Apache-2.0 */
/* From bytes to the network's input. (x - mean) / std is one subtraction and one division in
 * float32, each correctly rounded, so every level gives the bits that numpy gives. */
#include "kernels/kernels.h"

#include "kernels/level.h"

#include <math.h>

enum {
    BLOCK = 48
}; /* whole pixels and whole vectors at every level */

/* The three numbers of mean or std, repeated to a block. */
static void repeat3(float *restrict block, const float *rgb)
{
    for (size_t i = 0; i < BLOCK; i++)
        block[i] = rgb[i % 3];
}

/* y [w,3] = (rgb [w,3] - mean [3]) / std [3] */
static void normalize_row(float *restrict y, const uint8_t *restrict rgb, const float *mean,
                          const float *std, size_t w)
{
    const size_t count = 3 * w;
    float means[BLOCK], stds[BLOCK];
    size_t i = 0;

    repeat3(means, mean);
    repeat3(stds, std);
    for (; i + BLOCK <= count; i += BLOCK)
        for (size_t k = 0; k < BLOCK; k++)
            y[i + k] = ((float)rgb[i + k] - means[k]) / stds[k];
    for (; i < count; i++)
        y[i] = ((float)rgb[i] - mean[i % 3]) / std[i % 3];
}

/* y [count] = (y - mean) / std in place, y starting at a pixel. */
static void normalize_floats(float *y, const float *mean, const float *std, size_t count)
{
    float means[BLOCK], stds[BLOCK];
    size_t i = 0;

    repeat3(means, mean);
    repeat3(stds, std);
    for (; i + BLOCK <= count; i += BLOCK)
        for (size_t k = 0; k < BLOCK; k++)
            y[i + k] = (y[i + k] - means[k]) / stds[k];
    for (; i < count; i++)
        y[i] = (y[i] - mean[i % 3]) / std[i % 3];
}

/* a + (b - a) * t, a and b bytes: exactly a where a = b. */
static float lerp_bytes(uint8_t a, uint8_t b, float t)
{
    return (float)a + (float)(b - a) * t;
}

/* y [w_out,3] = (bilinear mean of rows x0 and x1 u8 [w_in,3] - mean) / std. In this order: down
 * (weight t on x1), along the row, mean off, divided; floats throughout, nothing rounded to bytes.
 */
static void resize_normalize_row(float *y, const uint8_t *x0, const uint8_t *x1, float t,
                                 const VoloLerp *along, const float *mean, const float *std,
                                 size_t w_out)
{
    for (size_t i = 0; i < w_out; i++) {
        const size_t first = 3 * (size_t)along->first[i], second = 3 * (size_t)along->second[i];

        for (size_t k = 0; k < 3; k++) {
            const float left = lerp_bytes(x0[first + k], x1[first + k], t);
            const float right = lerp_bytes(x0[second + k], x1[second + k], t);
            y[3 * i + k] = left + (right - left) * along->t[i];
        }
    }
    normalize_floats(y, mean, std, 3 * w_out);
}

/* A weight in 2048ths, halves to the even one. */
static int fixed_weight(float t)
{
    return (int)lrintf(t * 2048);
}

/* y [w_out,3]: OpenCV's HResizeLinear of both rows, in 2048ths; then its VResizeLinear, which drops
 * 4 bits before and 16 after each product and rounds away the last 2. */
static void fixed_point_row(uint8_t *y, const uint8_t *x0, const uint8_t *x1, float t,
                            const VoloLerp *along, size_t w_out)
{
    const int up = fixed_weight(1 - t), down = fixed_weight(t);

    for (size_t i = 0; i < w_out; i++) {
        const size_t p = 3 * (size_t)along->first[i], q = 3 * (size_t)along->second[i];
        const int left = fixed_weight(1 - along->t[i]), right = fixed_weight(along->t[i]);

        for (size_t k = 0; k < 3; k++) {
            const int upper = x0[p + k] * left + x0[q + k] * right;
            const int lower = x1[p + k] * left + x1[q + k] * right;
            const int value = (up * (upper >> 4) >> 16) + (down * (lower >> 4) >> 16);
            y[3 * i + k] = (uint8_t)((value + 2) >> 2);
        }
    }
}

void VOLO_KERNEL(volo_fill_pixels)(VoloKernels *k)
{
    k->normalize_row = normalize_row;
    k->resize_normalize_row = resize_normalize_row;
    k->fixed_point_row = fixed_point_row;
}
