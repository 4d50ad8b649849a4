/* SPDX-License-Identifier: Apache-2.0 */
/* Batch norm: sums over rows for each channel, and what is done to each row with them. Channels are
 * taken some vectors at a time down all rows, so that their sums stay in registers. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"
#include "kernels/vector_math.h"

enum {
    HALF = VOLO_LANES / 2,
    SUMS = 4, /* of HALF channels each */
    STEP = SUMS * HALF,
    VECTORS = 2,     /* of channels whose gradients are summed at a time */
    SHORT_SUMS = 16, /* rows that are summed in floats before they go on in double */
};

/* --- x --- */

/* sums, squares [STEP] of channels of x [r,..] */
static void sum_channels(double *sums, double *squares, const float *x, size_t ldx, size_t r)
{
    vd sum[SUMS] = { { 0 } }, square[SUMS] = { { 0 } };

    for (size_t row = 0; row < r; row++, x += ldx) {
        VOLO_UNROLL
        for (size_t k = 0; k < SUMS; k++) {
            const vd v = vd_load(x + k * HALF);

            sum[k] += v;
            square[k] += v * v;
        }
    }
    memcpy(sums, sum, sizeof sum);
    memcpy(squares, square, sizeof square);
}

/* sums [2,c] = Σ x and Σ x² over the rows of x [r,c] */
static void channel_sums(double *sums, const float *x, size_t r, size_t c)
{
    size_t i = 0;

    for (; i + STEP <= c; i += STEP)
        sum_channels(sums + i, sums + c + i, x + i, c, r);
    for (; i < c; i++) {
        double sum = 0, square = 0;

        for (size_t row = 0; row < r; row++) {
            const double v = (double)x[row * c + i];

            sum += v;
            square += v * v;
        }
        sums[i] = sum;
        sums[c + i] = square;
    }
}

/* --- norm --- */

/* The constants of some channels. */
typedef struct Channels {
    vf mean, scale, shift;
} Channels;

VOLO_INLINE Channels load_channels(const VoloChannelNorm *n, size_t at, size_t count)
{
    if (count >= VOLO_LANES)
        return (Channels){ vf_load(n->mean + at), vf_load(n->scale + at), vf_load(n->shift + at) };
    return (Channels){ vf_load_some(n->mean + at, count), vf_load_some(n->scale + at, count),
                       vf_load_some(n->shift + at, count) };
}

/* Forward and backward must agree on which results ReLU takes. */
VOLO_INLINE vf normed(Channels n, vf x)
{
    return vf_fma(x - n.mean, n.scale, n.shift);
}

/* y [r,c] = act((x [r,c] - mean) · scale + shift) */
static void channel_norm(float *y, const float *x, const VoloChannelNorm *n, size_t r, size_t c)
{
    const int activation = n->relu;

    for (size_t row = 0; row < r; row++, x += c, y += c) {
        size_t i = 0;

        for (; i + VOLO_LANES <= c; i += VOLO_LANES) {
            const vf v = normed(load_channels(n, i, VOLO_LANES), vf_load(x + i));

            vf_store(y + i, activation ? vf_activate(v, 1) : v);
        }
        if (i < c) {
            const vf v = normed(load_channels(n, i, c - i), vf_load_some(x + i, c - i));

            vf_store_some(y + i, activation ? vf_activate(v, 1) : v, c - i);
        }
    }
}

/* --- gradients --- */

/* What of dy goes through the activation. */
VOLO_INLINE vf passed(const Channels *n, bool relu, vf dy, vf x)
{
    return relu ? vf_mask(normed(*n, x) > (vf){ 0 }, dy) : dy;
}

VOLO_INLINE void add_doubles(double *sums, vf sum, size_t count)
{
    float lanes[VOLO_LANES];

    vf_store(lanes, sum);
    for (size_t i = 0; i < count; i++)
        sums[i] += (double)lanes[i];
}

/* sums, products [vectors · VOLO_LANES] += of some rows; count says how much there is of the last
 * vector */
VOLO_INLINE void add_short(double *sums, double *products, const float *dy, const float *x,
                           size_t ld, const Channels *n, bool relu, size_t r, size_t vectors,
                           size_t count)
{
    vf sum[VECTORS] = { { 0 } }, product[VECTORS] = { { 0 } };

    for (size_t row = 0; row < r; row++, x += ld, dy += ld) {
        VOLO_UNROLL
        for (size_t k = 0; k < vectors; k++) {
            const size_t at = k * VOLO_LANES;
            const vf value = count < VOLO_LANES ? vf_load_some(x + at, count) : vf_load(x + at);
            const vf slope = count < VOLO_LANES ? vf_load_some(dy + at, count) : vf_load(dy + at);
            const vf gradient = passed(&n[k], relu, slope, value);

            sum[k] += gradient;
            product[k] = vf_fma(gradient, value - n[k].mean, product[k]);
        }
    }
    VOLO_UNROLL
    for (size_t k = 0; k < vectors; k++) {
        add_doubles(sums + k * VOLO_LANES, sum[k], count);
        add_doubles(products + k * VOLO_LANES, product[k], count);
    }
}

VOLO_INLINE void add_all(double *sums, double *products, const float *dy, const float *x, size_t ld,
                         const VoloChannelNorm *norm, bool relu, size_t at, size_t r,
                         size_t vectors, size_t count)
{
    Channels n[VECTORS];

    for (size_t k = 0; k < vectors; k++)
        n[k] = load_channels(norm, at + k * VOLO_LANES, count);
    for (size_t row = 0; row < r; row += SHORT_SUMS)
        add_short(sums + at, products + at, dy + row * ld + at, x + row * ld + at, ld, n, relu,
                  r - row < SHORT_SUMS ? r - row : SHORT_SUMS, vectors, count);
}

VOLO_INLINE void gradient_sums(double *sums, const float *dy, const float *x,
                               const VoloChannelNorm *n, bool relu, size_t r, size_t c)
{
    size_t i = 0;

    memset(sums, 0, 2 * c * sizeof *sums);
    for (; i + VECTORS * VOLO_LANES <= c; i += VECTORS * VOLO_LANES)
        add_all(sums, sums + c, dy, x, c, n, relu, i, r, VECTORS, VOLO_LANES);
    for (; i + VOLO_LANES <= c; i += VOLO_LANES)
        add_all(sums, sums + c, dy, x, c, n, relu, i, r, 1, VOLO_LANES);
    if (i < c)
        add_all(sums, sums + c, dy, x, c, n, relu, i, r, 1, c - i);
}

/* sums [2,c] = Σ dy' and Σ dy'·(x - mean) over the rows */
static void channel_gradient_sums(double *sums, const float *dy, const float *x,
                                  const VoloChannelNorm *n, size_t r, size_t c)
{
    if (n->relu)
        gradient_sums(sums, dy, x, n, true, r, c);
    else
        gradient_sums(sums, dy, x, n, false, r, c);
}

/* dx = dy'·scale + (x - mean)·slope + offset, of some channels */
VOLO_INLINE vf gradient_of(Channels n, bool relu, vf dy, vf x, vf slope, vf offset)
{
    return vf_fma(passed(&n, relu, dy, x), n.scale, vf_fma(x - n.mean, slope, offset));
}

VOLO_INLINE void gradient_row(float *dx, const float *dy, const float *x, const VoloChannelNorm *n,
                              const float *slope, const float *offset, bool relu, bool add,
                              size_t c)
{
    vf before = { 0 };
    size_t i = 0;

    for (; i + VOLO_LANES <= c; i += VOLO_LANES) {
        if (add)
            before = vf_load(dx + i);
        vf_store(dx + i,
                 before + gradient_of(load_channels(n, i, VOLO_LANES), relu, vf_load(dy + i),
                                      vf_load(x + i), vf_load(slope + i), vf_load(offset + i)));
    }
    if (i == c)
        return;
    const size_t rest = c - i;
    if (add)
        before = vf_load_some(dx + i, rest);
    const vf value = gradient_of(load_channels(n, i, rest), relu, vf_load_some(dy + i, rest),
                                 vf_load_some(x + i, rest), vf_load_some(slope + i, rest),
                                 vf_load_some(offset + i, rest));
    vf_store_some(dx + i, before + value, rest);
}

/* dx [r,c] = dy'·scale + (x - mean)·slope [c] + offset [c], or += when add */
static void channel_gradient(float *dx, const float *dy, const float *x, const VoloChannelNorm *n,
                             const float *slope, const float *offset, bool add, size_t r, size_t c)
{
    for (size_t row = 0; row < r; row++, x += c, dy += c, dx += c) {
        if (n->relu)
            gradient_row(dx, dy, x, n, slope, offset, true, add, c);
        else
            gradient_row(dx, dy, x, n, slope, offset, false, add, c);
    }
}

void VOLO_KERNEL(volo_fill_channel_norm)(VoloKernels *k)
{
    k->channel_sums = channel_sums;
    k->channel_norm = channel_norm;
    k->channel_gradient_sums = channel_gradient_sums;
    k->channel_gradient = channel_gradient;
}
