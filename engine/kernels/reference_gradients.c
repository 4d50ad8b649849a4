/* SPDX-License-Identifier: Apache-2.0 */
/* Naive twins of the kernels that training alone needs. */
#include "kernels/kernels.h"

#include "kernels/level.h"

#include <math.h>

static double slope(double x, int activation)
{
    if (activation == 1)
        return x > 0 ? 1 : 0;
    return activation == 2 ? erfc(-x * sqrt(0.5)) / 2 + x * exp(-x * x / 2) * 0.39894228040143268
                           : 1;
}

static void activation_gradient(float *dx, const float *dy, const float *x, int activation,
                                bool add, size_t count)
{
    for (size_t i = 0; i < count; i++)
        dx[i] =
            (float)((double)dy[i] * slope((double)x[i], activation) + (add ? (double)dx[i] : 0));
}

static void layernorm_row(float *dx, float *dweight, float *dbias, const float *dy, const float *x,
                          const float *weight, float eps, bool add, size_t c)
{
    double mean = 0, variance = 0, sum = 0, dot = 0;

    for (size_t i = 0; i < c; i++)
        mean += (double)x[i] / (double)c;
    for (size_t i = 0; i < c; i++)
        variance += ((double)x[i] - mean) * ((double)x[i] - mean) / (double)c;
    const double scale = 1 / sqrt(variance + (double)eps);
    for (size_t i = 0; i < c; i++) {
        const double z = ((double)x[i] - mean) * scale;

        sum += (double)dy[i] * (double)weight[i] / (double)c;
        dot += (double)dy[i] * (double)weight[i] * z / (double)c;
        dweight[i] = (float)((double)dweight[i] + (double)dy[i] * z);
        dbias[i] += dy[i];
    }
    for (size_t i = 0; i < c && dx; i++) {
        const double z = ((double)x[i] - mean) * scale;
        const double d = ((double)dy[i] * (double)weight[i] - sum - z * dot) * scale;

        dx[i] = (float)(d + (add ? (double)dx[i] : 0));
    }
}

static void layernorm_gradient(float *dx, float *dweight, float *dbias, const float *dy,
                               const float *x, const float *weight, float eps, bool add, size_t r,
                               size_t c)
{
    for (size_t row = 0; row < r; row++)
        layernorm_row(dx ? dx + row * c : NULL, dweight, dbias, dy + row * c, x + row * c, weight,
                      eps, add, c);
}

void volo_fill_reference_gradients(VoloKernels *k)
{
    k->layernorm_gradient = layernorm_gradient;
    k->activation_gradient = activation_gradient;
}
