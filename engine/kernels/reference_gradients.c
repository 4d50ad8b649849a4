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

/* Places of the four pixels of a cell, of one channel; returns the first of the largest. */
static size_t largest_of_cell(const float *x, size_t w, size_t c, size_t row, size_t column)
{
    const size_t upper = (2 * row * w + 2 * column) * c;
    const size_t at[4] = { upper, upper + c, upper + w * c, upper + (w + 1) * c };
    size_t best = at[0];

    for (size_t k = 1; k < 4; k++)
        if (x[at[k]] > x[best])
            best = at[k];
    return best;
}

static void max_pool2_gradient(float *dx, const float *dy, const float *x, size_t h, size_t w,
                               size_t c, size_t first, size_t count, bool add)
{
    const size_t end = first + count == h / 2 ? h : 2 * (first + count);

    for (size_t i = 2 * first * w * c; i < end * w * c && !add; i++)
        dx[i] = 0;
    for (size_t row = first; row < first + count; row++)
        for (size_t column = 0; column < w / 2; column++)
            for (size_t i = 0; i < c; i++)
                dx[largest_of_cell(x + i, w, c, row, column) + i] += *dy++;
}

static void add_max_gradient(float *dx, const float *dy, const float *x, float factor, size_t r,
                             size_t c, bool add)
{
    for (size_t i = 0; i < r * c && !add; i++)
        dx[i] = 0;
    for (size_t i = 0; i < c; i++) {
        size_t best = i;

        for (size_t row = 1; row < r; row++)
            if (x[row * c + i] > x[best])
                best = row * c + i;
        dx[best] += factor * dy[i];
    }
}

void volo_fill_reference_gradients(VoloKernels *k)
{
    k->activation_gradient = activation_gradient;
    k->gather_row = gather_row;
    k->max_pool2_gradient = max_pool2_gradient;
    k->add_max_gradient = add_max_gradient;
}
