/* SPDX-License-Identifier: Apache-2.0 */
/* Naive twins of the kernels that training alone needs. */
#include "kernels/kernels.h"

#include "kernels/level.h"

#include <math.h>

static double dot(const float *a, const float *b, size_t d)
{
    double sum = 0;

    for (size_t i = 0; i < d; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

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

/* Whether a window's place, 0 to 8, is inside; *ret_at: its pixel. */
static bool place(size_t row, size_t column, size_t i, size_t h, size_t w, size_t *ret_at)
{
    const size_t y = 2 * row + i / 3, x = 2 * column + i % 3; /* one more than they are */

    *ret_at = (y - 1) * w + x - 1;
    return y > 0 && y <= h && x > 0 && x <= w;
}

/* Looks through the four windows near and their pairs of places for those whose second is the
 * pixel. */
static double value_gradient(const float *dy, const float *a, size_t pixel, size_t head,
                             size_t heads, size_t h, size_t w, size_t c)
{
    const size_t rows = (h + 1) / 2, columns = (w + 1) / 2;
    double sum = 0;

    for (size_t at = 0; at < 4 * 81; at++) {
        const size_t row = pixel / w / 2 + at / 81 / 2, column = pixel % w / 2 + at / 81 % 2;
        const size_t i = at / 9 % 9, j = at % 9;
        size_t from, to;

        if (row < rows && column < columns && place(row, column, j, h, w, &to) && to == pixel &&
            place(row, column, i, h, w, &from))
            sum += (double)a[((row * columns + column) * heads + head) * 81 + i * 9 + j] *
                   (double)dy[from * c];
    }
    return sum;
}

static void outlook_value_gradient(float *dv, const float *dy, const float *a, bool add, size_t h,
                                   size_t w, size_t heads, size_t d, size_t first, size_t count)
{
    const size_t c = heads * d;

    for (size_t i = 0; i < count * w * c; i++)
        dv[i] =
            (float)(value_gradient(dy + i % c, a, first * w + i / c, i % c / d, heads, h, w, c) +
                    (add ? (double)dv[i] : 0));
}

/* One place of one window and head; dy and v at the head's channels. */
static void score_row(float *ds, const float *dy, const float *v, const float *a, float scale,
                      bool add, size_t cell, size_t i, size_t h, size_t w, size_t c, size_t d)
{
    const size_t columns = (w + 1) / 2;
    double g[9] = { 0 }, sum = 0;

    for (size_t j = 0; j < 9; j++) {
        size_t from, to;

        if (place(cell / columns, cell % columns, i, h, w, &from) &&
            place(cell / columns, cell % columns, j, h, w, &to))
            g[j] = dot(dy + from * c, v + to * c, d);
        sum += (double)a[j] * g[j];
    }
    for (size_t j = 0; j < 9; j++)
        ds[j] = (float)((add ? (double)ds[j] : 0) + (double)scale * (double)a[j] * (g[j] - sum));
}

static void outlook_score_gradient(float *ds, const float *dy, const float *v, const float *a,
                                   float scale, bool add, size_t h, size_t w, size_t heads,
                                   size_t d, size_t first, size_t count)
{
    const size_t rows = (w + 1) / 2 * heads * 9;

    for (size_t row = 0; row < count * rows; row++) {
        const size_t offset = row / 9 % heads * d, cell = first * ((w + 1) / 2) + row / 9 / heads;

        score_row(ds + row * 9, dy + offset, v + offset, a + (first * rows + row) * 9, scale, add,
                  cell, row % 9, h, w, heads * d, d);
    }
}

/* The weight of key j for query i, and *ret_ds. */
static double weight(const VoloAttentionGradient *s, size_t i, size_t j, double *ret_ds)
{
    const float *const dy = s->dy + i * s->ldy;
    const double score = (double)s->scale * dot(s->q + i * s->ld, s->k + j * s->ld, s->d);
    const double p = fmin(1, exp(score - (double)s->lse[i]));

    *ret_ds = p * (dot(dy, s->v + j * s->ld, s->d) - dot(dy, s->y + i * s->ldy, s->d));
    return p;
}

static void put(float *to, double value, bool add)
{
    *to = (float)(value + (add ? (double)*to : 0));
}

static void query_gradient(const VoloAttentionGradient *s, size_t i, size_t l)
{
    double sum = 0, ds;

    for (size_t j = 0; j < s->keys; j++) {
        weight(s, i, j, &ds);
        sum += ds * (double)s->k[j * s->ld + l];
    }
    put(s->dq + i * s->ld_gradient + l, sum * (double)s->scale, s->add_query);
}

static void key_gradient(const VoloAttentionGradient *s, size_t j, size_t l)
{
    double key = 0, value = 0, ds;

    for (size_t i = 0; i < s->r; i++) {
        value += weight(s, i, j, &ds) * (double)s->dy[i * s->ldy + l];
        key += ds * (double)s->q[i * s->ld + l];
    }
    put(s->dk + j * s->ld_gradient + l, key * (double)s->scale, s->add_key);
    put(s->dv + j * s->ld_gradient + l, value, s->add_key);
}

static void flash_attention_gradient(const VoloAttentionGradient *s, float *scratch)
{
    (void)scratch;
    for (size_t l = 0; l < s->d; l++) {
        for (size_t i = 0; i < s->r && s->dq; i++)
            query_gradient(s, i, l);
        for (size_t j = 0; j < s->keys && s->dk; j++)
            key_gradient(s, j, l);
    }
}

static size_t flash_attention_gradient_scratch(size_t r, size_t d)
{
    (void)r;
    (void)d;
    return 0;
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
    k->gather_row = gather_row;
    k->max_pool2_gradient = max_pool2_gradient;
    k->add_max_gradient = add_max_gradient;
    k->flash_attention_gradient = flash_attention_gradient;
    k->flash_attention_gradient_scratch = flash_attention_gradient_scratch;
    k->outlook_value_gradient = outlook_value_gradient;
    k->outlook_score_gradient = outlook_score_gradient;
    k->layernorm_gradient = layernorm_gradient;
    k->channel_sums = channel_sums;
    k->channel_norm = channel_norm;
    k->channel_gradient_sums = channel_gradient_sums;
    k->channel_gradient = channel_gradient;
}
