/* SPDX-License-Identifier: Apache-2.0 */
/* Means of 2x2 pixels and of the bins of a pyramid; largest values of 2x2 pixels and of all. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"

#include <string.h>

/* y [c] = mean of four pixels. */
static void mean4(float *restrict y, const float *p, const float *q, const float *s, const float *t,
                  size_t c)
{
    for (size_t i = 0; i < c; i++)
        y[i] = ((p[i] + q[i]) + (s[i] + t[i])) * 0.25F;
}

/* y [count,⌈w/2⌉,c] = rows first.. of the mean of what lies inside of 2x2 of x [h,w,c]. At an odd
 * edge the pixels inside are counted twice, which gives the same bits as dividing by their number.
 */
static void avg_pool2(float *y, const float *x, size_t h, size_t w, size_t c, size_t first,
                      size_t count)
{
    for (size_t row = first; row < first + count; row++) {
        const float *upper = x + 2 * row * w * c;
        const float *lower = 2 * row + 1 < h ? upper + w * c : upper;

        for (size_t column = 0; column < w; column += 2, y += c) {
            const size_t left = column * c, right = column + 1 < w ? left + c : left;
            mean4(y, upper + left, upper + right, lower + left, lower + right, c);
        }
    }
}

enum {
    BLOCK = 32
}; /* channels summed at once */

/* sum [BLOCK] = Σ x [BLOCK] over count pixels c apart */
VOLO_INLINE void sum_row(float *sum, const float *x, size_t c, size_t count)
{
    vf acc[BLOCK / VOLO_LANES] = { { 0 } };

    for (size_t i = 0; i < count; i++, x += c) {
        VOLO_UNROLL
        for (size_t k = 0; k < BLOCK / VOLO_LANES; k++)
            acc[k] += vf_load(x + k * VOLO_LANES);
    }
    VOLO_UNROLL
    for (size_t k = 0; k < BLOCK / VOLO_LANES; k++)
        vf_store(sum + k * VOLO_LANES, acc[k]);
}

/* sum [BLOCK] += Σ over the rows and columns (first and end of each) of x [.,w,c], its first
 * channels only. Floats along a row, doubles across rows: a bin may be as large as the map. */
static void sum_bin(double *restrict sum, const float *x, size_t w, size_t c, size_t channels,
                    const size_t rows[2], const size_t columns[2])
{
    for (size_t row = rows[0]; row < rows[1]; row++) {
        float row_sum[BLOCK] = { 0 };
        const float *pixel = x + (row * w + columns[0]) * c;

        if (channels == BLOCK) {
            sum_row(row_sum, pixel, c, columns[1] - columns[0]);
        } else {
            for (size_t column = columns[0]; column < columns[1]; column++, pixel += c)
                for (size_t i = 0; i < channels; i++)
                    row_sum[i] += pixel[i];
        }
        for (size_t i = 0; i < BLOCK; i++)
            sum[i] += (double)row_sum[i];
    }
}

/* limits = first and end of bin i of size pixels: ⌊i·size/bins⌋, ⌈(i+1)·size/bins⌉ */
static void bin_limits(size_t limits[2], size_t i, size_t size, size_t bins)
{
    limits[0] = i * size / bins;
    limits[1] = ((i + 1) * size + bins - 1) / bins;
}

/* y [bins,bins,c] = means over the bins of x [h,w,c] */
static void adaptive_pool(float *y, const float *x, size_t h, size_t w, size_t c, size_t bins)
{
    for (size_t bin = 0; bin < bins * bins; bin++, y += c) {
        size_t rows[2], columns[2];

        bin_limits(rows, bin / bins, h, bins);
        bin_limits(columns, bin % bins, w, bins);
        const size_t pixels = (rows[1] - rows[0]) * (columns[1] - columns[0]);
        for (size_t first = 0; first < c; first += BLOCK) {
            const size_t channels = c - first < BLOCK ? c - first : BLOCK;
            double sum[BLOCK] = { 0 };

            sum_bin(sum, x + first, w, c, channels, rows, columns);
            for (size_t i = 0; i < channels; i++)
                y[first + i] = (float)(sum[i] / (double)pixels);
        }
    }
}

static float larger(float a, float b)
{
    return a > b ? a : b;
}

/* y [c] = the largest of four pixels. */
static void max4(float *restrict y, const float *p, const float *q, const float *s, const float *t,
                 size_t c)
{
    for (size_t i = 0; i < c; i++)
        y[i] = larger(larger(p[i], q[i]), larger(s[i], t[i]));
}

/* y [count,⌊w/2⌋,c] = rows first.. of the largest of 2x2 of x [h,w,c]; an odd last row or column
 * belongs to none. */
static void max_pool2(float *y, const float *x, size_t h, size_t w, size_t c, size_t first,
                      size_t count)
{
    (void)h;
    for (size_t row = first; row < first + count; row++) {
        const float *upper = x + 2 * row * w * c, *lower = upper + w * c;

        for (size_t column = 0; column + 1 < w; column += 2, y += c)
            max4(y, upper + column * c, upper + (column + 1) * c, lower + column * c,
                 lower + (column + 1) * c, c);
    }
}

/* y [c] = y + factor · max over r of x [r,c] */
static void add_max(float *restrict y, const float *restrict x, float factor, size_t r, size_t c)
{
    for (size_t first = 0; first < c; first += BLOCK) {
        const size_t channels = c - first < BLOCK ? c - first : BLOCK;
        float most[BLOCK];

        for (size_t i = 0; i < channels; i++)
            most[i] = x[first + i];
        for (size_t row = 1; row < r; row++)
            for (size_t i = 0; i < channels; i++)
                most[i] = larger(most[i], x[row * c + first + i]);
        for (size_t i = 0; i < channels; i++)
            y[first + i] += factor * most[i];
    }
}

/* Four pixels of a cell, and where their gradients go. */
typedef struct Cell {
    const float *x[4];
    float *dx[4];
} Cell;

/* The first of the largest takes dy. */
VOLO_INLINE void give(vf dx[4], vf dy, const vf x[4])
{
    const vf most = vf_max(vf_max(x[0], x[1]), vf_max(x[2], x[3]));
    vi left = (vi){ 0 } == (vi){ 0 };

    VOLO_UNROLL
    for (size_t i = 0; i < 4; i++) {
        const vi here = (vi)(x[i] == most) & left;

        left &= ~here;
        dx[i] += vf_mask(here, dy);
    }
}

VOLO_INLINE void cell_gradient(Cell s, const float *dy, size_t c, bool add)
{
    size_t i = 0;

    for (; i + VOLO_LANES <= c; i += VOLO_LANES) {
        vf x[4], dx[4] = { { 0 } };

        VOLO_UNROLL
        for (size_t k = 0; k < 4; k++) {
            x[k] = vf_load(s.x[k] + i);
            if (add)
                dx[k] = vf_load(s.dx[k] + i);
        }
        give(dx, vf_load(dy + i), x);
        VOLO_UNROLL
        for (size_t k = 0; k < 4; k++)
            vf_store(s.dx[k] + i, dx[k]);
    }
    if (i < c) {
        vf x[4], dx[4] = { { 0 } };

        for (size_t k = 0; k < 4; k++) {
            x[k] = vf_load_some(s.x[k] + i, c - i);
            if (add)
                dx[k] = vf_load_some(s.dx[k] + i, c - i);
        }
        give(dx, vf_load_some(dy + i, c - i), x);
        for (size_t k = 0; k < 4; k++)
            vf_store_some(s.dx[k] + i, dx[k], c - i);
    }
}

/* What belongs to no cell: the last column of two rows, when w is odd. */
static void clear_last_column(float *dx, size_t w, size_t c)
{
    memset(dx + (w - 1) * c, 0, c * sizeof *dx);
    memset(dx + (2 * w - 1) * c, 0, c * sizeof *dx);
}

/* Rows 2·first.. of dx [h,w,c] (+)= dy [count,⌊w/2⌋,c] at the first of the largest of each cell of
 * x [h,w,c], 0 elsewhere. */
static void max_pool2_gradient(float *dx, const float *dy, const float *x, size_t h, size_t w,
                               size_t c, size_t first, size_t count, bool add)
{
    for (size_t row = first; row < first + count; row++) {
        const size_t upper = 2 * row * w * c, lower = upper + w * c;

        for (size_t column = 0; column + 1 < w; column += 2, dy += c) {
            const size_t at[4] = { upper + column * c, upper + (column + 1) * c, lower + column * c,
                                   lower + (column + 1) * c };
            Cell cell;

            for (size_t k = 0; k < 4; k++) {
                cell.x[k] = x + at[k];
                cell.dx[k] = dx + at[k];
            }
            cell_gradient(cell, dy, c, add);
        }
        if (w % 2 && !add)
            clear_last_column(dx + upper, w, c);
    }
    if (h % 2 && first + count == h / 2 && !add)
        memset(dx + (h - 1) * w * c, 0, w * c * sizeof *dx);
}

/* dx [r,c] (+)= factor · dy [c] at the first of the largest of x [r,c], 0 elsewhere */
static void add_max_gradient(float *restrict dx, const float *restrict dy, const float *restrict x,
                             float factor, size_t r, size_t c, bool add)
{
    for (size_t first = 0; first < c; first += BLOCK) {
        const size_t channels = c - first < BLOCK ? c - first : BLOCK;
        float most[BLOCK];
        uint32_t where[BLOCK] = { 0 };

        for (size_t i = 0; i < channels; i++)
            most[i] = x[first + i];
        for (size_t row = 1; row < r; row++) {
            for (size_t i = 0; i < channels; i++) {
                const float value = x[row * c + first + i];

                where[i] = value > most[i] ? (uint32_t)row : where[i];
                most[i] = larger(value, most[i]);
            }
        }
        if (!add)
            for (size_t row = 0; row < r; row++)
                memset(dx + row * c + first, 0, channels * sizeof *dx);
        for (size_t i = 0; i < channels; i++)
            dx[where[i] * c + first + i] += factor * dy[first + i];
    }
}

void VOLO_KERNEL(volo_fill_pool)(VoloKernels *k)
{
    k->avg_pool2 = avg_pool2;
    k->adaptive_pool = adaptive_pool;
    k->max_pool2 = max_pool2;
    k->add_max = add_max;
    k->max_pool2_gradient = max_pool2_gradient;
    k->add_max_gradient = add_max_gradient;
}
