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

/* --- batch norm --- */

static void channel_sums(double *sums, const float *x, size_t r, size_t c)
{
    for (size_t i = 0; i < 2 * c; i++) {
        sums[i] = 0;
        for (size_t row = 0; row < r; row++) {
            const double v = (double)x[row * c + i % c];

            sums[i] += i < c ? v : v * v;
        }
    }
}

static double centred(const VoloChannelNorm *n, const float *x, size_t at, size_t c)
{
    return (double)x[at] - (double)n->mean[at % c];
}

static double normed(const VoloChannelNorm *n, const float *x, size_t at, size_t c)
{
    return centred(n, x, at, c) * (double)n->scale[at % c] + (double)n->shift[at % c];
}

static void channel_norm(float *y, const float *x, const VoloChannelNorm *n, size_t r, size_t c)
{
    for (size_t i = 0; i < r * c; i++) {
        const double v = normed(n, x, i, c);

        y[i] = n->relu && v < 0 ? 0 : (float)v;
    }
}

static double passed(const VoloChannelNorm *n, const float *dy, const float *x, size_t at, size_t c)
{
    return n->relu && !(normed(n, x, at, c) > 0) ? 0 : (double)dy[at];
}

static void channel_gradient_sums(double *sums, const float *dy, const float *x,
                                  const VoloChannelNorm *n, size_t r, size_t c)
{
    for (size_t i = 0; i < 2 * c; i++)
        sums[i] = 0;
    for (size_t i = 0; i < r * c; i++) {
        sums[i % c] += passed(n, dy, x, i, c);
        sums[c + i % c] += passed(n, dy, x, i, c) * centred(n, x, i, c);
    }
}

static void channel_gradient(float *dx, const float *dy, const float *x, const VoloChannelNorm *n,
                             const float *slope, const float *offset, bool add, size_t r, size_t c)
{
    for (size_t i = 0; i < r * c; i++)
        dx[i] = (float)(passed(n, dy, x, i, c) * (double)n->scale[i % c] +
                        centred(n, x, i, c) * (double)slope[i % c] + (double)offset[i % c] +
                        (add ? (double)dx[i] : 0));
}

void volo_fill_reference_gradients(VoloKernels *k)
{
    k->activation_gradient = activation_gradient;
    k->channel_sums = channel_sums;
    k->channel_norm = channel_norm;
    k->channel_gradient_sums = channel_gradient_sums;
    k->channel_gradient = channel_gradient;
}
