/* SPDX-License-Identifier: Apache-2.0 */
/* The naive twins of the kernels: obvious loops with double accumulators, never optimised. Where a
 * kernel and its twin disagree, the twin is right until proved otherwise. */
#include "kernels/kernels.h"

#include "kernels/level.h"

#include <float.h>
#include <math.h>

#define NO_CLASS 255

static void add(float *y, const float *a, const float *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = a[i] + b[i];
}

static double activate(double x, int activation)
{
    if (activation == 1)
        return x > 0 ? x : 0;
    return activation == 2 ? x / 2 * erfc(-x * sqrt(0.5)) : x; /* 1 + erf(x) = erfc(-x) */
}

static void epilogue(float *y, size_t ldy, const float *bias, const float *residual,
                     size_t ld_residual, int activation, size_t r, size_t c)
{
    for (size_t i = 0; i < r; i++) {
        for (size_t k = 0; k < c; k++) {
            const double sum = (double)y[i * ldy + k] + (bias ? (double)bias[k] : 0);
            const double other = residual ? (double)residual[i * ld_residual + k] : 0;
            y[i * ldy + k] = (float)(activate(sum, activation) + other);
        }
    }
}

static void layernorm(float *y, const float *x, const float *weight, const float *bias, float eps,
                      size_t r, size_t c)
{
    for (size_t row = 0; row < r; row++, x += c, y += c) {
        double mean = 0, variance = 0;

        for (size_t i = 0; i < c; i++)
            mean += (double)x[i] / (double)c;
        for (size_t i = 0; i < c; i++)
            variance += ((double)x[i] - mean) * ((double)x[i] - mean) / (double)c;
        for (size_t i = 0; i < c; i++)
            y[i] =
                (float)(((double)x[i] - mean) / sqrt(variance + (double)eps) * (double)weight[i] +
                        (double)bias[i]);
    }
}

static void softmax(float *y, const float *x, float scale, size_t r, size_t c)
{
    for (size_t row = 0; row < r; row++, x += c, y += c) {
        double highest = -(double)INFINITY, sum = 0;

        for (size_t i = 0; i < c; i++)
            highest = fmax(highest, (double)scale * (double)x[i]);
        if (isinf(highest))
            highest = 0; /* a row of -inf: every e^-inf is 0 */
        for (size_t i = 0; i < c; i++)
            sum += exp((double)scale * (double)x[i] - highest);
        for (size_t i = 0; i < c; i++)
            y[i] = sum > 0 ? (float)(exp((double)scale * (double)x[i] - highest) / sum) : 0;
    }
}

/* Result i of the window at (row, column): Σ over its 9 places j of a [9,9] * v, zeros outside. */
static double window_sum(const float *v, const float *a, size_t row, size_t column, size_t i,
                         size_t h, size_t w, size_t c)
{
    double sum = 0;

    for (size_t j = 0; j < 9; j++) {
        const ptrdiff_t y = (ptrdiff_t)(2 * row + j / 3) - 1;
        const ptrdiff_t x = (ptrdiff_t)(2 * column + j % 3) - 1;
        if (y >= 0 && y < (ptrdiff_t)h && x >= 0 && x < (ptrdiff_t)w)
            sum += (double)a[i * 9 + j] * (double)v[((size_t)y * w + (size_t)x) * c];
    }
    return sum;
}

/* Looks through all windows (row, column) for those that cover the pixel, which is their place i.
 */
static double outlook_pixel(const float *v, const float *a, size_t py, size_t px, size_t head,
                            size_t heads, size_t h, size_t w, size_t c)
{
    const size_t columns = (w + 1) / 2;
    double sum = 0;

    for (size_t row = 0; row < (h + 1) / 2; row++) {
        if (py + 1 < 2 * row || py > 2 * row + 1)
            continue;
        for (size_t column = 0; column < columns; column++) {
            if (px + 1 < 2 * column || px > 2 * column + 1)
                continue;
            const size_t i = (py + 1 - 2 * row) * 3 + px + 1 - 2 * column;
            const float *weight = a + ((row * columns + column) * heads + head) * 81;
            sum += window_sum(v, weight, row, column, i, h, w, c);
        }
    }
    return sum;
}

static void outlook(float *y, const float *v, const float *a, size_t h, size_t w, size_t heads,
                    size_t d, size_t first, size_t count)
{
    const size_t c = heads * d;

    for (size_t row = 0; row < count; row++)
        for (size_t px = 0; px < w; px++)
            for (size_t i = 0; i < c; i++)
                y[(row * w + px) * c + i] =
                    (float)outlook_pixel(v + i, a, first + row, px, i / d, heads, h, w, c);
}

/* Mean of channel i over rows y0..y1-1 and columns x0..x1-1 of x [.,w,c]. */
static float mean_of(const float *x, size_t y0, size_t y1, size_t x0, size_t x1, size_t w, size_t c,
                     size_t i)
{
    double sum = 0;

    for (size_t row = y0; row < y1; row++)
        for (size_t column = x0; column < x1; column++)
            sum += (double)x[(row * w + column) * c + i];
    return (float)(sum / (double)((y1 - y0) * (x1 - x0)));
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void avg_pool2(float *y, const float *x, size_t h, size_t w, size_t c, size_t first,
                      size_t count)
{
    for (size_t row = first; row < first + count; row++)
        for (size_t column = 0; column < (w + 1) / 2; column++)
            for (size_t i = 0; i < c; i++)
                *y++ = mean_of(x, 2 * row, smaller(2 * row + 2, h), 2 * column,
                               smaller(2 * column + 2, w), w, c, i);
}

static void adaptive_pool(float *y, const float *x, size_t h, size_t w, size_t c, size_t bins)
{
    for (size_t row = 0; row < bins; row++)
        for (size_t column = 0; column < bins; column++)
            for (size_t i = 0; i < c; i++)
                *y++ = mean_of(x, row * h / bins, ((row + 1) * h + bins - 1) / bins,
                               column * w / bins, ((column + 1) * w + bins - 1) / bins, w, c, i);
}

static void max_pool2(float *y, const float *x, size_t h, size_t w, size_t c, size_t first,
                      size_t count)
{
    (void)h;
    for (size_t row = first; row < first + count; row++)
        for (size_t column = 0; column < w / 2; column++)
            for (size_t i = 0; i < c; i++, y++) {
                *y = -INFINITY;
                for (size_t k = 0; k < 4; k++)
                    *y = fmaxf(*y, x[((2 * row + k / 2) * w + 2 * column + k % 2) * c + i]);
            }
}

static void add_max(float *y, const float *x, float factor, size_t r, size_t c)
{
    for (size_t i = 0; i < c; i++) {
        double most = -(double)INFINITY;

        for (size_t row = 0; row < r; row++)
            most = fmax(most, (double)x[row * c + i]);
        y[i] = (float)((double)y[i] + (double)factor * most);
    }
}

static double lerp(double a, double b, float t)
{
    return a + (b - a) * (double)t;
}

static void bilinear_row(float *y, size_t ldy, const float *x0, const float *x1, float t,
                         const VoloLerp *along, size_t w_out, size_t c, bool accumulate)
{
    for (size_t column = 0; column < w_out; column++) {
        for (size_t i = 0; i < c; i++) {
            const size_t p = along->first[column] * c + i, q = along->second[column] * c + i;
            const double left = lerp((double)x0[p], (double)x1[p], t);
            const double right = lerp((double)x0[q], (double)x1[q], t);
            const double before = accumulate ? (double)y[column * ldy + i] : 0;
            y[column * ldy + i] = (float)(before + lerp(left, right, along->t[column]));
        }
    }
}

/* The coordinate is the float32 one that PyTorch computes, the rest double. */
static float cubic_source(size_t at, size_t in, size_t out)
{
    return (float)in / (float)out * ((float)at + 0.5F) - 0.5F;
}

/* Keys' kernel at distance u, A = -0.75. */
static double cubic_weight(double u)
{
    const double a = -0.75;

    u = fabs(u);
    if (u <= 1)
        return (a + 2) * u * u * u - (a + 3) * u * u + 1;
    return u < 2 ? a * u * u * u - 5 * a * u * u + 8 * a * u - 4 * a : 0;
}

static size_t clamped(ptrdiff_t index, size_t size)
{
    return index < 0 ? 0 : smaller((size_t)index, size - 1);
}

static void bicubic(float *y, const float *x, size_t h_in, size_t w_in, size_t c, size_t h_out,
                    size_t w_out)
{
    for (size_t at = 0; at < h_out * w_out * c; at++) {
        const float sy = cubic_source(at / c / w_out, h_in, h_out);
        const float sx = cubic_source(at / c % w_out, w_in, w_out);
        double sum = 0;

        for (ptrdiff_t j = (ptrdiff_t)floorf(sy) - 1; j <= (ptrdiff_t)floorf(sy) + 2; j++) {
            for (ptrdiff_t i = (ptrdiff_t)floorf(sx) - 1; i <= (ptrdiff_t)floorf(sx) + 2; i++) {
                const size_t pixel = clamped(j, h_in) * w_in + clamped(i, w_in);
                sum += cubic_weight((double)sy - (double)j) * cubic_weight((double)sx - (double)i) *
                       (double)x[pixel * c + at % c];
            }
        }
        y[at] = (float)sum;
    }
}

static void argmax_row(uint8_t *label, const float *x, size_t w, size_t c)
{
    for (size_t i = 0; i < w; i++) {
        size_t best = 0;

        for (size_t k = 1; k < c; k++)
            if (x[i * c + k] > x[i * c + best])
                best = k;
        label[i] = (uint8_t)best;
    }
}

static void runners_up_row(uint8_t *second, uint8_t *third, const uint8_t *label, const float *x,
                           size_t w, size_t c)
{
    for (size_t i = 0; i < w; i++) {
        uint8_t *const rank[2] = { second + i, third + i };

        for (size_t place = 0; place < 2; place++) {
            size_t best = NO_CLASS;

            for (size_t k = 0; k < c; k++)
                if (k != label[i] && (place == 0 || k != second[i]) &&
                    (best == NO_CLASS || x[i * c + k] > x[i * c + best]))
                    best = k;
            *rank[place] = (uint8_t)best;
        }
    }
}

static void entropy_row(float *y, const float *p, size_t w, size_t c)
{
    for (size_t i = 0; i < w; i++) {
        double sum = 0;

        for (size_t k = 0; k < c; k++)
            if (p[i * c + k] >= FLT_MIN)
                sum -= (double)p[i * c + k] * log((double)p[i * c + k]);
        y[i] = c > 1 ? (float)(sum / log((double)c)) : 0;
    }
}

static void normalize_row(float *y, const uint8_t *rgb, const float *mean, const float *std,
                          size_t w)
{
    for (size_t i = 0; i < 3 * w; i++)
        y[i] = ((float)rgb[i] - mean[i % 3]) / std[i % 3];
}

static void resize_normalize_row(float *y, const uint8_t *x0, const uint8_t *x1, float t,
                                 const VoloLerp *along, const float *mean, const float *std,
                                 size_t w_out)
{
    for (size_t i = 0; i < 3 * w_out; i++) {
        const size_t p = 3 * (size_t)along->first[i / 3] + i % 3;
        const size_t q = 3 * (size_t)along->second[i / 3] + i % 3;
        const double value = lerp(lerp(x0[p], x1[p], t), lerp(x0[q], x1[q], t), along->t[i / 3]);
        y[i] = (float)((value - (double)mean[i % 3]) / (double)std[i % 3]);
    }
}

/* round(weight · 2048), halves to the even one */
static long long fixed_weight(double weight)
{
    return (long long)nearbyint(weight * 2048);
}

/* weight · ⌊(2048ths of a row) / 16⌋ / 65536, in quarters of a grey level */
static long long fixed_quarters(const uint8_t *x, size_t p, size_t q, float along, double weight)
{
    const long long sum =
        fixed_weight((double)(1 - along)) * x[p] + fixed_weight((double)along) * x[q];

    return fixed_weight(weight) * (sum / 16) / 65536;
}

static void fixed_point_row(uint8_t *y, const uint8_t *x0, const uint8_t *x1, float t,
                            const VoloLerp *along, size_t w_out)
{
    for (size_t i = 0; i < 3 * w_out; i++) {
        const size_t p = 3 * (size_t)along->first[i / 3] + i % 3;
        const size_t q = 3 * (size_t)along->second[i / 3] + i % 3;
        const long long quarters = fixed_quarters(x0, p, q, along->t[i / 3], (double)(1 - t)) +
                                   fixed_quarters(x1, p, q, along->t[i / 3], (double)t);
        y[i] = (uint8_t)((quarters + 2) / 4);
    }
}

void volo_fill_reference(VoloKernels *k)
{
    k->add = add;
    k->epilogue = epilogue;
    k->layernorm = layernorm;
    k->softmax = softmax;
    k->outlook = outlook;
    k->avg_pool2 = avg_pool2;
    k->adaptive_pool = adaptive_pool;
    k->max_pool2 = max_pool2;
    k->add_max = add_max;
    k->bilinear_row = bilinear_row;
    k->bicubic = bicubic;
    k->argmax_row = argmax_row;
    k->runners_up_row = runners_up_row;
    k->entropy_row = entropy_row;
    k->normalize_row = normalize_row;
    k->resize_normalize_row = resize_normalize_row;
    k->fixed_point_row = fixed_point_row;
}
