/* SPDX-License-Identifier: Apache-2.0 */
/* The three transforms of Winograd's F(4x4,3x3) (Lavin & Gray 2015): 6x6 inputs, 3x3 weights and
 * sums at 6x6 points, each a small matrix from the left and its transpose from the right; and those
 * of the sums and weights backwards, with the matrices transposed. The interpolation points come in
 * pairs ±p, so even and odd parts are shared. */
#include "kernels/level.h"
#include "kernels/vector.h"
#include "kernels/vector_math.h"

enum {
    IN = 6,
    OUT = 4,
    TAPS = 3,
    STRIP = 128, /* channels of 36 pixels: 18 KB of L1 */
};

/* All exact: no more than 9 bits. */
static const float a = (float)VOLO_WINOGRAD_A, b = (float)VOLO_WINOGRAD_B;
static const float a2 = (float)(VOLO_WINOGRAD_A * VOLO_WINOGRAD_A);
static const float b2 = (float)(VOLO_WINOGRAD_B * VOLO_WINOGRAD_B);

/* y [6], step apart = Bᵀ · x [6], step apart */
VOLO_INLINE void input_line(vf *y, size_t y_step, const vf *x, size_t x_step)
{
    const vf x0 = x[0], x1 = x[x_step], x2 = x[2 * x_step];
    const vf x3 = x[3 * x_step], x4 = x[4 * x_step], x5 = x[5 * x_step];
    const vf even_a = x4 - x2 * b2, odd_a = (x3 - x1 * b2) * a;
    const vf even_b = x4 - x2 * a2, odd_b = (x3 - x1 * a2) * b;

    y[0] = x0 * (a2 * b2) - x2 * (a2 + b2) + x4;
    y[y_step] = even_a + odd_a;
    y[2 * y_step] = even_a - odd_a;
    y[3 * y_step] = even_b + odd_b;
    y[4 * y_step] = even_b - odd_b;
    y[5 * y_step] = x1 * (a2 * b2) - x3 * (a2 + b2) + x5;
}

/* half [6,6,STRIP], column j = Bᵀ · a column of 6 pixels, from each [c] */
static void transform_column(float *half, const float *const pixel[IN], size_t c)
{
    for (size_t k = 0; k < c; k += VOLO_LANES) {
        vf x[IN], y[IN];

        VOLO_UNROLL
        for (size_t i = 0; i < IN; i++)
            x[i] = vf_load(pixel[i] + k);
        input_line(y, 1, x, 1);
        VOLO_UNROLL
        for (size_t i = 0; i < IN; i++)
            vf_store(half + i * IN * STRIP + k, y[i]);
    }
}

/* v [6] points ld_point apart, at each [c] = half [6,STRIP] · B */
static void transform_row(float *v, size_t ld_point, const float *half, size_t c)
{
    for (size_t k = 0; k < c; k += VOLO_LANES) {
        vf x[IN], y[IN];

        VOLO_UNROLL
        for (size_t j = 0; j < IN; j++)
            x[j] = vf_load(half + j * STRIP + k);
        input_line(y, 1, x, 1);
        VOLO_UNROLL
        for (size_t j = 0; j < IN; j++)
            vf_store(v + j * ld_point + k, y[j]);
    }
}

/* Column by column, then row by row over a strip of channels, because 36 pixels at once are more
 * streams than cache and prefetcher follow. */
static void winograd_input(float *v, size_t ld_point, const float *x, size_t ldx, size_t h,
                           size_t w, ptrdiff_t row, ptrdiff_t column, size_t c)
{
    static const float outside[STRIP];
    float half[IN * IN * STRIP];

    for (size_t k = 0; k < c; k += STRIP) {
        const size_t strip = c - k < STRIP ? c - k : STRIP;

        for (ptrdiff_t j = 0; j < IN; j++) {
            const float *pixel[IN];

            for (ptrdiff_t i = 0; i < IN; i++) {
                const ptrdiff_t p = row + i, q = column + j;
                const bool inside = p >= 0 && p < (ptrdiff_t)h && q >= 0 && q < (ptrdiff_t)w;

                pixel[i] = inside ? x + ((size_t)p * w + (size_t)q) * ldx + k : outside;
            }
            transform_column(half + j * STRIP, pixel, strip);
        }
        for (size_t i = 0; i < IN; i++)
            transform_row(v + i * IN * ld_point + k, ld_point, half + i * IN * STRIP, strip);
    }
}

/* y [6] = G · x [3], x_step apart */
VOLO_INLINE void weight_line(vf *y, size_t y_step, const vf *x, size_t x_step)
{
    const float at_0 = 1 / (a2 * b2);
    const float at_a = 1 / (2 * a2 * (a2 - b2)), at_b = 1 / (2 * b2 * (b2 - a2));
    const vf x0 = x[0], x1 = x[x_step], x2 = x[2 * x_step];
    const vf even_a = (x0 + x2 * a2) * at_a, odd_a = x1 * (a * at_a);
    const vf even_b = (x0 + x2 * b2) * at_b, odd_b = x1 * (b * at_b);

    y[0] = x0 * at_0;
    y[y_step] = even_a + odd_a;
    y[2 * y_step] = even_a - odd_a;
    y[3 * y_step] = even_b + odd_b;
    y[4 * y_step] = even_b - odd_b;
    y[5 * y_step] = x2;
}

VOLO_INLINE void weight_vector(float *u, size_t ld_point, const float *panel, size_t ld_tap)
{
    vf tap[TAPS][TAPS], half[IN][TAPS];

    VOLO_UNROLL
    for (size_t i = 0; i < TAPS; i++) {
        VOLO_UNROLL
        for (size_t j = 0; j < TAPS; j++)
            tap[i][j] = vf_load(panel + (i * TAPS + j) * ld_tap);
    }
    VOLO_UNROLL
    for (size_t j = 0; j < TAPS; j++)
        weight_line(&half[0][j], TAPS, &tap[0][j], TAPS);
    VOLO_UNROLL
    for (size_t i = 0; i < IN; i++) {
        vf row[IN];

        weight_line(row, 1, half[i], 1);
        VOLO_UNROLL
        for (size_t j = 0; j < IN; j++)
            vf_store(u + (i * IN + j) * ld_point, row[j]);
    }
}

static void winograd_weight(float *u, size_t ld_point, const float *panel, size_t ld_tap, size_t c)
{
    for (size_t k = 0; k < c * VOLO_PANEL; k += VOLO_LANES)
        weight_vector(u + k, ld_point, panel + k, ld_tap);
}

/* y [4], y_step apart = Aᵀ · x [6], x_step apart */
VOLO_INLINE void output_line(vf *y, size_t y_step, const vf *x, size_t x_step)
{
    const vf even_a = x[x_step] + x[2 * x_step], odd_a = x[x_step] - x[2 * x_step];
    const vf even_b = x[3 * x_step] + x[4 * x_step], odd_b = x[3 * x_step] - x[4 * x_step];

    y[0] = x[0] + even_a + even_b;
    y[y_step] = odd_a * a + odd_b * b;
    y[2 * y_step] = even_a * a2 + even_b * b2;
    y[3 * y_step] = odd_a * (a2 * a) + odd_b * (b2 * b) + x[5 * x_step];
}

/* y [4,4] = Aᵀ · m [6,6] · A, for one vector of channels */
VOLO_INLINE void output_vector(vf y[OUT][OUT], const float *m, size_t ld_point)
{
    vf half[OUT][IN];

    VOLO_UNROLL
    for (size_t j = 0; j < IN; j++) {
        vf column[IN];

        VOLO_UNROLL
        for (size_t i = 0; i < IN; i++)
            column[i] = vf_load(m + (i * IN + j) * ld_point);
        output_line(&half[0][j], IN, column, 1);
    }
    VOLO_UNROLL
    for (size_t i = 0; i < OUT; i++)
        output_line(y[i], 1, half[i], 1);
}

/* Rows and columns vary at the picture's edges only; activation is constant in each caller. */
VOLO_INLINE void output_as(int activation, float *y, const float *addend, size_t ld_row,
                           size_t ld_pixel, const float *m, size_t ld_point, const float *bias,
                           size_t rows, size_t columns)
{
    for (size_t k = 0; k < VOLO_PANEL; k += VOLO_LANES) {
        vf pixel[OUT][OUT];

        output_vector(pixel, m + k, ld_point);
        for (size_t i = 0; i < rows; i++) {
            for (size_t j = 0; j < columns; j++) {
                const size_t at = i * ld_row + j * ld_pixel + k;
                vf v = pixel[i][j] + vf_load(bias + k);

                if (addend)
                    v += vf_load(addend + at);
                vf_store(y + at, vf_activate(v, activation));
            }
        }
    }
}

static void winograd_output(float *y, const float *addend, size_t ld_row, size_t ld_pixel,
                            const float *m, size_t ld_point, const float *bias, int activation,
                            size_t rows, size_t columns)
{
    if (activation == 2)
        output_as(2, y, addend, ld_row, ld_pixel, m, ld_point, bias, rows, columns);
    else if (activation == 1)
        output_as(1, y, addend, ld_row, ld_pixel, m, ld_point, bias, rows, columns);
    else
        output_as(0, y, addend, ld_row, ld_pixel, m, ld_point, bias, rows, columns);
}

/* --- backwards --- */

/* x [6], x_step apart = A · y [4], y_step apart */
VOLO_INLINE void output_line_gradient(vf *x, size_t x_step, const vf *y, size_t y_step)
{
    const vf y0 = y[0], y1 = y[y_step], y2 = y[2 * y_step], y3 = y[3 * y_step];
    const vf even_a = y0 + y2 * a2, odd_a = (y1 + y3 * a2) * a;
    const vf even_b = y0 + y2 * b2, odd_b = (y1 + y3 * b2) * b;

    x[0] = y0;
    x[x_step] = even_a + odd_a;
    x[2 * x_step] = even_a - odd_a;
    x[3 * x_step] = even_b + odd_b;
    x[4 * x_step] = even_b - odd_b;
    x[5 * x_step] = y3;
}

VOLO_INLINE void output_vector_gradient(float *m, size_t ld_point, vf y[OUT][OUT])
{
    vf half[OUT][IN];

    VOLO_UNROLL
    for (size_t i = 0; i < OUT; i++)
        output_line_gradient(half[i], 1, y[i], 1);
    VOLO_UNROLL
    for (size_t j = 0; j < IN; j++) {
        vf column[IN];

        output_line_gradient(column, 1, &half[0][j], IN);
        VOLO_UNROLL
        for (size_t i = 0; i < IN; i++)
            vf_store(m + (i * IN + j) * ld_point, column[i]);
    }
}

static void winograd_output_gradient(float *m, size_t ld_point, const float *dy, size_t ld_row,
                                     size_t ld_pixel, size_t rows, size_t columns)
{
    for (size_t k = 0; k < VOLO_PANEL; k += VOLO_LANES) {
        vf y[OUT][OUT] = { { { 0 } } };

        if (rows == OUT && columns == OUT) {
            VOLO_UNROLL
            for (size_t i = 0; i < OUT * OUT; i++)
                y[i / OUT][i % OUT] = vf_load(dy + i / OUT * ld_row + i % OUT * ld_pixel + k);
        } else {
            for (size_t i = 0; i < rows; i++)
                for (size_t j = 0; j < columns; j++)
                    y[i][j] = vf_load(dy + i * ld_row + j * ld_pixel + k);
        }
        output_vector_gradient(m + k, ld_point, y);
    }
}

/* x [3], x_step apart = Gᵀ · y [6], y_step apart */
VOLO_INLINE void weight_line_gradient(vf *x, size_t x_step, const vf *y, size_t y_step)
{
    const float at_0 = 1 / (a2 * b2);
    const float at_a = 1 / (2 * a2 * (a2 - b2)), at_b = 1 / (2 * b2 * (b2 - a2));
    const vf even_a = (y[y_step] + y[2 * y_step]) * at_a;
    const vf even_b = (y[3 * y_step] + y[4 * y_step]) * at_b;
    const vf odd_a = y[y_step] - y[2 * y_step], odd_b = y[3 * y_step] - y[4 * y_step];

    x[0] = y[0] * at_0 + even_a + even_b;
    x[x_step] = odd_a * (a * at_a) + odd_b * (b * at_b);
    x[2 * x_step] = even_a * a2 + even_b * b2 + y[5 * y_step];
}

static void winograd_weight_gradient(float *dg, size_t ld_tap, const float *du, size_t ld_point,
                                     bool add, size_t count)
{
    for (size_t k = 0; k < count; k += VOLO_LANES) {
        vf half[TAPS][IN], tap[TAPS];

        VOLO_UNROLL
        for (size_t j = 0; j < IN; j++) {
            vf column[IN];

            VOLO_UNROLL
            for (size_t i = 0; i < IN; i++)
                column[i] = vf_load(du + (i * IN + j) * ld_point + k);
            weight_line_gradient(&half[0][j], IN, column, 1);
        }
        VOLO_UNROLL
        for (size_t i = 0; i < TAPS; i++) {
            weight_line_gradient(tap, 1, half[i], 1);
            VOLO_UNROLL
            for (size_t j = 0; j < TAPS; j++) {
                float *const to = dg + (i * TAPS + j) * ld_tap + k;

                if (add)
                    tap[j] += vf_load(to);
                vf_store(to, tap[j]);
            }
        }
    }
}

void VOLO_KERNEL(volo_fill_winograd_tiles)(VoloKernels *k)
{
    k->winograd_input = winograd_input;
    k->winograd_weight = winograd_weight;
    k->winograd_output = winograd_output;
    k->winograd_output_gradient = winograd_output_gradient;
    k->winograd_weight_gradient = winograd_weight_gradient;
}
