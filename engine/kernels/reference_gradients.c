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

void volo_fill_reference_gradients(VoloKernels *k)
{
    k->activation_gradient = activation_gradient;
}
