/* SPDX-License-Identifier: Apache-2.0 */
/* Layer normalisation. Sums run in double, and the mean is taken off in two floats, so that rows
 * far from 0 lose nothing. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"

#include <math.h>

/* Σ x or, with centred, Σ (x - mean)² over x [c]; four sums side by side hide the latency. */
VOLO_INLINE double row_sum(const float *x, size_t c, double mean, bool centred)
{
    enum {
        SUMS = 4,
        HALF = VOLO_LANES / 2,
        STEP = SUMS * HALF
    };
    vd sums[SUMS] = { { 0 } };
    size_t i = 0;

    for (; i + STEP <= c; i += STEP) {
        VOLO_UNROLL
        for (size_t k = 0; k < SUMS; k++) {
            const vd v = vd_load(x + i + k * HALF);
            if (centred)
                sums[k] += (v - mean) * (v - mean);
            else
                sums[k] += v;
        }
    }
    double sum = vd_sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; i < c; i++) {
        const double v = (double)x[i];
        sum += centred ? (v - mean) * (v - mean) : v;
    }
    return sum;
}

/* y [r,c] = (x [r,c] - mean(x)) / sqrt(var(x) + eps) * weight [c] + bias [c]; y may be x. */
static void layernorm(float *y, const float *x, const float *weight, const float *bias, float eps,
                      size_t r, size_t c)
{
    for (size_t row = 0; row < r; row++, x += c, y += c) {
        const double mean = row_sum(x, c, 0, false) / (double)c;
        const double variance = row_sum(x, c, mean, true) / (double)c;
        const float scale = (float)(1 / sqrt(variance + (double)eps));
        const float mean_high = (float)mean, mean_low = (float)(mean - (double)mean_high);
        size_t i = 0;

        for (; i + VOLO_LANES <= c; i += VOLO_LANES) {
            const vf centred = vf_load(x + i) - mean_high - mean_low;
            vf_store(y + i, centred * scale * vf_load(weight + i) + vf_load(bias + i));
        }
        for (; i < c; i++)
            y[i] = (x[i] - mean_high - mean_low) * scale * weight[i] + bias[i];
    }
}

/* A row's mean, in two floats, and 1 / sqrt(var + eps). */
typedef struct Moments {
    float mean_high, mean_low, scale;
} Moments;

/* One pass: of differences from the first value, which are exact where a row is far from 0. */
static Moments moments_of(const float *x, float eps, size_t c)
{
    enum {
        HALF = VOLO_LANES / 2
    };
    const double first = (double)x[0], share = 1 / (double)c;
    vd sums[2] = { { 0 } }, squares[2] = { { 0 } };
    size_t i = 0;

    for (; i + VOLO_LANES <= c; i += VOLO_LANES) {
        VOLO_UNROLL
        for (size_t k = 0; k < 2; k++) {
            const vd v = vd_load(x + i + k * HALF) - first;

            sums[k] += v;
            squares[k] += v * v;
        }
    }
    double sum = vd_sum(sums[0] + sums[1]), square = vd_sum(squares[0] + squares[1]);
    for (; i < c; i++) {
        const double v = (double)x[i] - first;

        sum += v;
        square += v * v;
    }
    const double mean = sum * share + first, variance = (square - sum * sum * share) * share;

    return (Moments){ (float)mean, (float)(mean - (double)(float)mean),
                      1 / sqrtf((float)(fmax(variance, 0) + (double)eps)) };
}

/* dweight += dy · z, dbias += dy, sums [2] += weight · dy and weight · dy · z of some lanes, where
 * z is x normalised. */
VOLO_INLINE void add_columns(float *dweight, float *dbias, vf sums[2], const float *dy,
                             const float *x, const float *weight, Moments m, size_t lanes)
{
    const bool whole = lanes == VOLO_LANES;
    const vf v = whole ? vf_load(x) : vf_load_some(x, lanes);
    const vf d = whole ? vf_load(dy) : vf_load_some(dy, lanes);
    const vf g = vf_keep(d * (whole ? vf_load(weight) : vf_load_some(weight, lanes)));
    const vf z = (v - m.mean_high - m.mean_low) * m.scale;
    const vf dw = (whole ? vf_load(dweight) : vf_load_some(dweight, lanes)) + d * z;
    const vf db = (whole ? vf_load(dbias) : vf_load_some(dbias, lanes)) + d;

    sums[0] += g;
    sums[1] += g * z;
    if (whole) {
        vf_store(dweight, dw);
        vf_store(dbias, db);
    } else {
        vf_store_some(dweight, dw, lanes);
        vf_store_some(dbias, db, lanes);
    }
}

/* dx (+)= scale · (weight · dy - mean [0] - z · mean [1]) of some lanes. The product is rounded
 * before the mean is taken off, as it was when the mean was made. */
VOLO_INLINE void finish_columns(float *dx, const float *dy, const float *x, const float *weight,
                                Moments m, const float mean[2], bool add, size_t lanes)
{
    const bool whole = lanes == VOLO_LANES;
    const vf v = whole ? vf_load(x) : vf_load_some(x, lanes);
    const vf d = whole ? vf_load(dy) : vf_load_some(dy, lanes);
    const vf g = vf_keep(d * (whole ? vf_load(weight) : vf_load_some(weight, lanes)));
    const vf z = (v - m.mean_high - m.mean_low) * m.scale;
    vf result = (g - mean[0] - z * mean[1]) * m.scale;

    if (add)
        result += whole ? vf_load(dx) : vf_load_some(dx, lanes);
    if (whole)
        vf_store(dx, result);
    else
        vf_store_some(dx, result, lanes);
}

VOLO_INLINE void finish_row(float *dx, const float *dy, const float *x, const float *weight,
                            Moments m, const float mean[2], bool add, size_t c)
{
    size_t i = 0;

    for (; i + VOLO_LANES <= c; i += VOLO_LANES)
        finish_columns(dx + i, dy + i, x + i, weight + i, m, mean, add, VOLO_LANES);
    if (i < c)
        finish_columns(dx + i, dy + i, x + i, weight + i, m, mean, add, c - i);
}

/* Rows a few ahead are asked for: the processor alone does not look past the sums of a row. */
VOLO_INLINE void expect_columns(const float *dx, const float *dy, const float *x, size_t c)
{
    enum {
        ROWS_AHEAD = 4
    };

    __builtin_prefetch(x + ROWS_AHEAD * c);
    __builtin_prefetch(dy + ROWS_AHEAD * c);
    if (dx)
        __builtin_prefetch(dx + ROWS_AHEAD * c, 1);
}

static void layernorm_gradient(float *dx, float *dweight, float *dbias, const float *dy,
                               const float *x, const float *weight, float eps, bool add, size_t r,
                               size_t c)
{
    for (size_t row = 0; row < r; row++, x += c, dy += c) {
        const Moments m = moments_of(x, eps, c);
        vf sums[2] = { { 0 } };
        size_t i = 0;

        for (; i + VOLO_LANES <= c; i += VOLO_LANES) {
            expect_columns(dx ? dx + row * c + i : NULL, dy + i, x + i, c);
            add_columns(dweight + i, dbias + i, sums, dy + i, x + i, weight + i, m, VOLO_LANES);
        }
        if (i < c)
            add_columns(dweight + i, dbias + i, sums, dy + i, x + i, weight + i, m, c - i);
        if (!dx)
            continue;
        const float mean[2] = { vf_sum(sums[0]) / (float)c, vf_sum(sums[1]) / (float)c };
        if (add)
            finish_row(dx + row * c, dy, x, weight, m, mean, true, c);
        else
            finish_row(dx + row * c, dy, x, weight, m, mean, false, c);
    }
}

void VOLO_KERNEL(volo_fill_normalize)(VoloKernels *k)
{
    k->layernorm_gradient = layernorm_gradient;
    k->layernorm = layernorm;
}
