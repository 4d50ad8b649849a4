/* SPDX-License-Identifier: Apache-2.0 */
/* Outlook attention backwards to its scores: for each window and head the 81 products of a pixel's
 * gradient with a neighbour's values, then softmax backwards over the neighbours, while all of it
 * is in registers and L1. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"

enum {
    WINDOW = 9, /* places in a 3x3 window */
    CENTRE = 4, /* always inside the picture */
};

/* The pixels of a window: those outside are read where the centre is, and do not count. */
typedef struct Window {
    const float *dy[WINDOW], *v[WINDOW];
    bool inside[WINDOW], whole;
#if VOLO_VECTOR_BYTES == 64
    vi inside_lanes;
#endif
} Window;

static Window window_at(const float *dy, const float *v, size_t row, size_t column, size_t h,
                        size_t w, size_t c)
{
    Window s = { .whole = true };

    for (size_t i = 0; i < WINDOW; i++) {
        const size_t y = 2 * row + i / 3, x = 2 * column + i % 3; /* one more than they are */
        const bool inside = y > 0 && y <= h && x > 0 && x <= w;
        const size_t at = inside ? (y - 1) * w + x - 1 : 2 * row * w + 2 * column;

        s.dy[i] = dy + at * c;
        s.v[i] = v + at * c;
        s.inside[i] = inside;
        s.whole = s.whole && inside;
#if VOLO_VECTOR_BYTES == 64
        s.inside_lanes[i] = inside ? -1 : 0;
#endif
    }
    return s;
}

#if VOLO_VECTOR_BYTES == 64
/* The upper halves of a and b added to the lower ones, side by side. */
static inline vf fold_halves(vf a, vf b)
{
    const __m512 x = (__m512)a, y = (__m512)b;

    return (vf)_mm512_shuffle_f32x4(x, y, 0x44) + (vf)_mm512_shuffle_f32x4(x, y, 0xee);
}

/* Odd quarters added to even ones. */
static inline vf fold_quarters(vf a, vf b)
{
    const __m512 x = (__m512)a, y = (__m512)b;

    return (vf)_mm512_shuffle_f32x4(x, y, 0x88) + (vf)_mm512_shuffle_f32x4(x, y, 0xdd);
}

/* In each quarter, pairs of lanes, and then neighbours. */
static inline vf fold_pairs(vf a, vf b)
{
    const __m512 x = (__m512)a, y = (__m512)b;

    return (vf)_mm512_shuffle_ps(x, y, 0x44) + (vf)_mm512_shuffle_ps(x, y, 0xee);
}

static inline vf fold_neighbours(vf a, vf b)
{
    const __m512 x = (__m512)a, y = (__m512)b;

    return (vf)_mm512_shuffle_ps(x, y, 0x88) + (vf)_mm512_shuffle_ps(x, y, 0xdd);
}

/* Lane j = the sum of product [j]: all at once in 24 shuffles, where one by one each takes 4. */
static inline vf fold_row(const vf product[WINDOW])
{
    const vf none = { 0 };
    vf quad[4];

    VOLO_UNROLL
    for (size_t k = 0; k < 4; k++)
        quad[k] = fold_quarters(fold_halves(product[k], product[k + 4]),
                                k == 0 ? fold_halves(product[8], none) : none);
    return fold_neighbours(fold_pairs(quad[0], quad[1]), fold_pairs(quad[2], quad[3]));
}

/* Lane j of 9 = dy [d] · v [9,d] at the head's channels */
VOLO_INLINE vf row_products(const float *dy, const Window *s, size_t offset, size_t d)
{
    vf product[WINDOW] = { { 0 } };
    size_t k = 0;

    for (; k + VOLO_LANES <= d; k += VOLO_LANES) {
        const vf x = vf_load(dy + offset + k);

        VOLO_UNROLL
        for (size_t j = 0; j < WINDOW; j++)
            product[j] += x * vf_load(s->v[j] + offset + k);
    }
    if (k < d) {
        const vf x = vf_load_some(dy + offset + k, d - k);

        VOLO_UNROLL
        for (size_t j = 0; j < WINDOW; j++)
            product[j] += x * vf_load_some(s->v[j] + offset + k, d - k);
    }
    return fold_row(product);
}

/* ds [9] (+)= scale · a (g - Σ a g), a row of g in the lanes of one vector */
VOLO_INLINE void score_row(float *ds, const float *a, const Window *s, size_t i, size_t offset,
                           size_t d, float scale, bool add)
{
    const vf weight = vf_load_some(a, WINDOW);
    vf g = row_products(s->dy[i], s, offset, d);

    if (!s->whole)
        g = vf_mask(s->inside_lanes & (s->inside[i] ? -1 : 0), g);
    vf result = (g - vf_sum(weight * g)) * weight * scale;
    if (add)
        result += vf_load_some(ds, WINDOW);
    vf_store_some(ds, result, WINDOW);
}

/* All rows of one head. */
VOLO_INLINE void score_rows(float *ds, const float *a, const Window *s, size_t offset, size_t d,
                            float scale, bool add)
{
    for (size_t i = 0; i < WINDOW; i++)
        score_row(ds + i * WINDOW, a + i * WINDOW, s, i, offset, d, scale, add);
}
#else
/* Σ a [d] · b [d] */
VOLO_INLINE float dot(const float *a, const float *b, size_t d)
{
    vf sum = { 0 };
    size_t i = 0;

    for (; i + VOLO_LANES <= d; i += VOLO_LANES)
        sum += vf_load(a + i) * vf_load(b + i);
    if (i < d)
        sum += vf_load_some(a + i, d - i) * vf_load_some(b + i, d - i);
    return vf_sum(sum);
}

static void clear_outside(float *g, const Window *s)
{
    for (size_t i = 0; i < WINDOW; i++)
        for (size_t j = 0; j < WINDOW; j++)
            if (!s->inside[i] || !s->inside[j])
                g[i * WINDOW + j] = 0;
}

/* ds [9] (+)= scale · a (g - Σ a g), number by number: a row fills no vector */
VOLO_INLINE void softmax_row(float *ds, const float *g, const float *a, float scale, bool add)
{
    float sum = 0;

    for (size_t j = 0; j < WINDOW; j++)
        sum += a[j] * g[j];
    for (size_t j = 0; j < WINDOW; j++)
        ds[j] = (add ? ds[j] : 0) + scale * a[j] * (g[j] - sum);
}

/* All rows of one head. */
VOLO_INLINE void score_rows(float *ds, const float *a, const Window *s, size_t offset, size_t d,
                            float scale, bool add)
{
    float g[WINDOW * WINDOW];

    for (size_t i = 0; i < WINDOW; i++)
        for (size_t j = 0; j < WINDOW; j++)
            g[i * WINDOW + j] = dot(s->dy[i] + offset, s->v[j] + offset, d);
    if (!s->whole)
        clear_outside(g, s);
    for (size_t i = 0; i < WINDOW * WINDOW; i += WINDOW)
        softmax_row(ds + i, g + i, a + i, scale, add);
}
#endif

static void outlook_score_gradient(float *ds, const float *dy, const float *v, const float *a,
                                   float scale, bool add, size_t h, size_t w, size_t heads,
                                   size_t d, size_t first, size_t count)
{
    const size_t c = heads * d, columns = (w + 1) / 2, numbers = WINDOW * WINDOW;

    a += first * columns * heads * numbers;
    for (size_t cell = first * columns; cell < (first + count) * columns; cell++) {
        const Window s = window_at(dy, v, cell / columns, cell % columns, h, w, c);

        for (size_t head = 0; head < heads; head++, ds += numbers, a += numbers) {
            if (d == 32)
                score_rows(ds, a, &s, head * d, 32, scale, add);
            else
                score_rows(ds, a, &s, head * d, d, scale, add);
        }
    }
}

void VOLO_KERNEL(volo_fill_outlook_gradient)(VoloKernels *k)
{
    k->outlook_score_gradient = outlook_score_gradient;
}
