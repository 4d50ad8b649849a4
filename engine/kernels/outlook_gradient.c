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
    }
    return s;
}

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

/* g [9,9] = dy [9,d] · v [9,d]ᵀ at the head's channels */
VOLO_INLINE void products(float *g, const Window *s, size_t offset, size_t d)
{
    for (size_t i = 0; i < WINDOW; i++)
        for (size_t j = 0; j < WINDOW; j++)
            g[i * WINDOW + j] = dot(s->dy[i] + offset, s->v[j] + offset, d);
}

static void clear_outside(float *g, const Window *s)
{
    for (size_t i = 0; i < WINDOW; i++)
        for (size_t j = 0; j < WINDOW; j++)
            if (!s->inside[i] || !s->inside[j])
                g[i * WINDOW + j] = 0;
}

/* ds [9] (+)= scale · a (g - Σ a g) */
VOLO_INLINE void softmax_row(float *ds, const float *g, const float *a, float scale, bool add)
{
    float sum = 0;

    for (size_t j = 0; j < WINDOW; j++)
        sum += a[j] * g[j];
    for (size_t j = 0; j < WINDOW; j++)
        ds[j] = (add ? ds[j] : 0) + scale * a[j] * (g[j] - sum);
}

static void outlook_score_gradient(float *ds, const float *dy, const float *v, const float *a,
                                   float scale, bool add, size_t h, size_t w, size_t heads,
                                   size_t d, size_t first, size_t count)
{
    const size_t c = heads * d, columns = (w + 1) / 2, numbers = WINDOW * WINDOW;

    a += first * columns * heads * numbers;
    for (size_t cell = first * columns; cell < (first + count) * columns; cell++) {
        const Window s = window_at(dy, v, cell / columns, cell % columns, h, w, c);

        for (size_t head = 0; head < heads; head++, ds += numbers, a += numbers) {
            float g[WINDOW * WINDOW];

            if (d == 32)
                products(g, &s, head * d, 32);
            else
                products(g, &s, head * d, d);
            if (!s.whole)
                clear_outside(g, &s);
            for (size_t i = 0; i < numbers; i += WINDOW)
                softmax_row(ds + i, g + i, a + i, scale, add);
        }
    }
}

void VOLO_KERNEL(volo_fill_outlook_gradient)(VoloKernels *k)
{
    k->outlook_score_gradient = outlook_score_gradient;
}
