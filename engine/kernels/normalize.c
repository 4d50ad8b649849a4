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

void VOLO_KERNEL(volo_fill_normalize)(VoloKernels *k)
{
    k->layernorm = layernorm;
}
