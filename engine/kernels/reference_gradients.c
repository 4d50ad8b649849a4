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

/* Σ over the outputs that read pixel i of a row, of one channel. */
static double gathered(const float *dy, size_t ldy, const VoloReaders *rows,
                       const VoloReaders *columns, size_t row, size_t i, size_t w_out)
{
    double sum = 0;

    for (size_t y = rows->begin[row]; y < rows->begin[row + 1]; y++) {
        for (size_t x = columns->begin[i]; x < columns->begin[i + 1]; x++) {
            const size_t line = rows->first[row] + y - rows->begin[row];
            const size_t pixel = line * w_out + columns->first[i] + x - columns->begin[i];

            sum += (double)rows->weight[y] * (double)columns->weight[x] * (double)dy[pixel * ldy];
        }
    }
    return sum;
}

static void gather_row(float *dx, size_t ldx, const float *dy, size_t ldy, const VoloReaders *rows,
                       const VoloReaders *columns, size_t row, size_t w_in, size_t w_out, size_t c,
                       bool add)
{
    for (size_t i = 0; i < w_in; i++)
        for (size_t k = 0; k < c; k++)
            dx[i * ldx + k] = (float)(gathered(dy + k, ldy, rows, columns, row, i, w_out) +
                                      (add ? (double)dx[i * ldx + k] : 0));
}

void volo_fill_reference_gradients(VoloKernels *k)
{
    k->activation_gradient = activation_gradient;
    k->gather_row = gather_row;
}
