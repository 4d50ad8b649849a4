/* SPDX-License-Identifier: Apache-2.0 */
/* Naive twins of the products: obvious loops, sums in double, never optimised. */
#include "kernels/level.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static double activate(double x, int activation)
{
    if (activation == 1)
        return x < 0 ? 0 : x; /* keeps what is not a number */
    return activation == 2 ? x / 2 * (1 + erf(x / sqrt(2))) : x;
}

/* weight [out,in] at (row, column), packed in panels ld apart */
static double weight_at(const float *packed, size_t ld, size_t row, size_t column)
{
    return (double)packed[row / VOLO_PANEL * ld + column * VOLO_PANEL + row % VOLO_PANEL];
}

static void gemm_panel(float *y, size_t ldy, const float *x, size_t ldx, const float *packed,
                       size_t ld_packed, const float *bias, const float *residual,
                       size_t ld_residual, int activation, size_t r, size_t in, size_t out,
                       float *scratch)
{
    (void)scratch;
    for (size_t i = 0; i < r; i++) {
        for (size_t j = 0; j < out; j++) {
            double sum = bias ? (double)bias[j] : 0;

            for (size_t k = 0; k < in; k++)
                sum += (double)x[i * ldx + k] * weight_at(packed, ld_packed, j, k);
            sum = activate(sum, activation);
            if (residual)
                sum += (double)residual[i * ld_residual + j];
            y[i * ldy + j] = (float)sum;
        }
    }
}

static size_t gemm_panel_scratch(size_t in)
{
    (void)in;
    return 0;
}

static void panel_product(float *sum, size_t ld_sum, const float *x, const float *panel,
                          size_t ld_panel, size_t panels, size_t r, size_t k, bool accumulate)
{
    for (size_t i = 0; i < panels * r * VOLO_PANEL; i++) {
        const size_t p = i / (r * VOLO_PANEL), row = i / VOLO_PANEL % r, lane = i % VOLO_PANEL;
        float *const at = sum + p * ld_sum + row * VOLO_PANEL + lane;
        double value = accumulate ? (double)*at : 0;

        for (size_t l = 0; l < k; l++)
            value += (double)x[row * VOLO_PRODUCT_LD + l] *
                     (double)panel[p * ld_panel + l * VOLO_PANEL + lane];
        *at = (float)value;
    }
}

static double dot(const float *a, const float *b, size_t d)
{
    double sum = 0;

    for (size_t i = 0; i < d; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* Scores are computed twice, for their maximum and for their weights, instead of being kept. */
static void flash_attention(float *y, size_t ldy, float *lse, const float *q, const float *k,
                            const float *v, size_t ld, float scale, size_t r, size_t keys, size_t d,
                            float *scratch)
{
    (void)scratch;
    for (size_t i = 0; i < r; i++) {
        for (size_t j = 0; j < d; j++) {
            double largest = -HUGE_VAL, weights = 0, sum = 0;

            for (size_t t = 0; t < keys; t++)
                largest = fmax(largest, (double)scale * dot(q + i * ld, k + t * ld, d));
            for (size_t t = 0; t < keys; t++) {
                const double score = (double)scale * dot(q + i * ld, k + t * ld, d);
                const double weight = exp(score - largest);

                weights += weight;
                sum += weight * (double)v[t * ld + j];
            }
            y[i * ldy + j] = (float)(sum / weights);
            if (lse)
                lse[i] = (float)(largest + log(weights));
        }
    }
}

static size_t flash_attention_scratch(size_t d)
{
    (void)d;
    return 0;
}

static void im2col(float *y, const float *x, size_t h, size_t w, size_t c, size_t k, size_t stride,
                   size_t pad, size_t w_out, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        for (size_t ky = 0; ky < k; ky++) {
            for (size_t kx = 0; kx < k; kx++) {
                const size_t row = i / w_out * stride + ky, column = i % w_out * stride + kx;
                const bool inside =
                    row >= pad && row - pad < h && column >= pad && column - pad < w;

                for (size_t j = 0; j < c; j++)
                    *y++ = inside ? x[((row - pad) * w + column - pad) * c + j] : 0;
            }
        }
    }
}

/* The transforms' matrices, Cook and Toom's formulas at the points of point(). */
enum {
    IN = 6,
    OUT = 4,
    TAPS = 3,
};

/* The last of the six is infinity and has no value. */
static double point(size_t i)
{
    static const double points[IN - 1] = { 0, VOLO_WINOGRAD_A, -VOLO_WINOGRAD_A, VOLO_WINOGRAD_B,
                                           -VOLO_WINOGRAD_B };

    return points[i];
}

/* bt [6,6]: row i holds the coefficients of the product of all (x - p) but that of its own point;
 * the last row, of infinity, leaves none out. */
static void input_matrix(double bt[IN][IN])
{
    for (size_t i = 0; i < IN; i++) {
        double c[IN + 1] = { 1 };

        for (size_t j = 0; j < IN - 1; j++) {
            if (j == i)
                continue;
            for (size_t k = IN; k > 0; k--)
                c[k] = c[k - 1] - point(j) * c[k];
            c[0] *= -point(j);
        }
        memcpy(bt[i], c, IN * sizeof *c);
    }
}

/* g [6,3]: powers of the point over the product of its distances to the others */
static void weight_matrix(double g[IN][TAPS])
{
    for (size_t i = 0; i < IN - 1; i++) {
        double distances = 1;

        for (size_t j = 0; j < IN - 1; j++)
            distances *= j == i ? 1 : point(i) - point(j);
        for (size_t k = 0; k < TAPS; k++)
            g[i][k] = pow(point(i), (double)k) / distances;
    }
    for (size_t k = 0; k < TAPS; k++)
        g[IN - 1][k] = k == TAPS - 1;
}

/* at [4,6]: powers of the points */
static void output_matrix(double at[OUT][IN])
{
    for (size_t k = 0; k < OUT; k++) {
        for (size_t i = 0; i < IN - 1; i++)
            at[k][i] = pow(point(i), (double)k);
        at[k][IN - 1] = k == OUT - 1;
    }
}

/* (left [rows,inner] · x [inner,inner] · left transposed) at (i, j) */
static double sandwich(const double *left, const double *x, size_t inner, size_t i, size_t j)
{
    double sum = 0;

    for (size_t k = 0; k < inner; k++)
        for (size_t l = 0; l < inner; l++)
            sum += left[i * inner + k] * x[k * inner + l] * left[j * inner + l];
    return sum;
}

static void winograd_input(float *v, size_t ld_point, const float *x, size_t ldx, size_t h,
                           size_t w, ptrdiff_t row, ptrdiff_t column, size_t c)
{
    double bt[IN][IN], tile[IN][IN];

    input_matrix(bt);
    for (size_t k = 0; k < c; k++) {
        for (ptrdiff_t i = 0; i < IN; i++) {
            for (ptrdiff_t j = 0; j < IN; j++) {
                const ptrdiff_t p = row + i, q = column + j;
                const bool inside = p >= 0 && p < (ptrdiff_t)h && q >= 0 && q < (ptrdiff_t)w;

                tile[i][j] = inside ? (double)x[((size_t)p * w + (size_t)q) * ldx + k] : 0;
            }
        }
        for (size_t i = 0; i < VOLO_WINOGRAD_POINTS; i++)
            v[i * ld_point + k] = (float)sandwich(bt[0], tile[0], IN, i / IN, i % IN);
    }
}

static void winograd_weight(float *u, size_t ld_point, const float *panel, size_t ld_tap, size_t c)
{
    double g[IN][TAPS], tap[TAPS][TAPS];

    weight_matrix(g);
    for (size_t k = 0; k < c * VOLO_PANEL; k++) {
        for (size_t i = 0; i < TAPS * TAPS; i++)
            tap[i / TAPS][i % TAPS] = (double)panel[i * ld_tap + k];
        for (size_t i = 0; i < VOLO_WINOGRAD_POINTS; i++)
            u[i * ld_point + k] = (float)sandwich(g[0], tap[0], TAPS, i / IN, i % IN);
    }
}

static void winograd_output(float *y, const float *addend, size_t ld_row, size_t ld_pixel,
                            const float *m, size_t ld_point, const float *bias, int activation,
                            size_t rows, size_t columns)
{
    double at[OUT][IN], sum[IN][IN];

    output_matrix(at);
    for (size_t k = 0; k < VOLO_PANEL; k++) {
        for (size_t i = 0; i < VOLO_WINOGRAD_POINTS; i++)
            sum[i / IN][i % IN] = (double)m[i * ld_point + k];
        for (size_t i = 0; i < rows; i++) {
            for (size_t j = 0; j < columns; j++) {
                const size_t place = i * ld_row + j * ld_pixel + k;
                const double value = sandwich(at[0], sum[0], IN, i, j) + (double)bias[k];

                y[place] =
                    (float)activate(value + (addend ? (double)addend[place] : 0), activation);
            }
        }
    }
}

/* (leftᵀ [columns,rows] · x [rows,rows] · left [rows,columns]) at (i, j) */
static double turned_sandwich(const double *left, const double *x, size_t rows, size_t columns,
                              size_t i, size_t j)
{
    double sum = 0;

    for (size_t k = 0; k < rows; k++)
        for (size_t l = 0; l < rows; l++)
            sum += left[k * columns + i] * x[k * rows + l] * left[l * columns + j];
    return sum;
}

static void winograd_output_gradient(float *m, size_t ld_point, const float *dy, size_t ld_row,
                                     size_t ld_pixel, size_t rows, size_t columns)
{
    double at[OUT][IN], pixel[OUT][OUT];

    output_matrix(at);
    for (size_t k = 0; k < VOLO_PANEL; k++) {
        for (size_t i = 0; i < OUT; i++)
            for (size_t j = 0; j < OUT; j++)
                pixel[i][j] =
                    i < rows && j < columns ? (double)dy[i * ld_row + j * ld_pixel + k] : 0;
        for (size_t i = 0; i < VOLO_WINOGRAD_POINTS; i++)
            m[i * ld_point + k] = (float)turned_sandwich(at[0], pixel[0], OUT, IN, i / IN, i % IN);
    }
}

static void winograd_weight_gradient(float *dg, size_t ld_tap, const float *du, size_t ld_point,
                                     bool add, size_t count)
{
    double g[IN][TAPS], at_points[IN][IN];

    weight_matrix(g);
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < VOLO_WINOGRAD_POINTS; i++)
            at_points[i / IN][i % IN] = (double)du[i * ld_point + k];
        for (size_t i = 0; i < TAPS * TAPS; i++) {
            float *const to = dg + i * ld_tap + k;
            const double tap = turned_sandwich(g[0], at_points[0], IN, TAPS, i / TAPS, i % TAPS);

            *to = (float)(tap + (add ? (double)*to : 0));
        }
    }
}

static void turn(float *y, const float *x, size_t ldx, size_t r, size_t c)
{
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < c; j++)
            y[j * VOLO_PRODUCT_LD + i] = x[i * ldx + j];
}

/* One channel of one tap's products z, resized, at (row, column) */
static double tap_product(const float *z, size_t ldz, const VoloLerp *rows, const VoloLerp *columns,
                          size_t w_in, size_t row, size_t column)
{
    const double down = (double)rows->t[row], along = (double)columns->t[column];
    const float *upper = z + rows->first[row] * w_in * ldz;
    const float *lower = z + rows->second[row] * w_in * ldz;
    const size_t a = columns->first[column] * ldz, b = columns->second[column] * ldz;
    const double left = (1 - down) * (double)upper[a] + down * (double)lower[a];
    const double right = (1 - down) * (double)upper[b] + down * (double)lower[b];

    return (1 - along) * left + along * right;
}

static void tap_row(float *y, size_t ldy, const float *z, size_t ldz, const VoloLerp *rows,
                    const VoloLerp *columns, size_t w_in, size_t h_out, size_t w_out, size_t row,
                    bool accumulate, float *half)
{
    (void)half;
    for (size_t i = 0; i < w_out * VOLO_PANEL; i++) {
        const size_t column = i / VOLO_PANEL, lane = i % VOLO_PANEL;
        float *const at = y + column * ldy + lane;
        double sum = accumulate ? (double)*at : 0;

        for (size_t tap = 0; tap < TAPS * TAPS; tap++) {
            const size_t p = row + tap / TAPS, q = column + tap % TAPS; /* one more than meant */

            if (p > 0 && p <= h_out && q > 0 && q <= w_out)
                sum += tap_product(z + tap * VOLO_PANEL + lane, ldz, rows, columns, w_in, p - 1,
                                   q - 1);
        }
        *at = (float)sum;
    }
}

void volo_fill_reference_products(VoloKernels *k)
{
    k->gemm_panel = gemm_panel;
    k->gemm_panel_scratch = gemm_panel_scratch;
    k->panel_product = panel_product;
    k->winograd_input = winograd_input;
    k->winograd_weight = winograd_weight;
    k->winograd_output = winograd_output;
    k->winograd_output_gradient = winograd_output_gradient;
    k->winograd_weight_gradient = winograd_weight_gradient;
    k->turn = turn;
    k->tap_row = tap_row;
    k->flash_attention = flash_attention;
    k->flash_attention_scratch = flash_attention_scratch;
    k->im2col = im2col;
}
