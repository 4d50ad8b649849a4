/* SPDX-License-Identifier: Apache-2.0 */
/* Outlook attention's weighted sums (VOLO, section 3.1; Yuan et al. 2021), gathered: where the
 * paper computes 3x3 results per window and folds them, here each pixel looks up the windows that
 * cover it, so rows are independent and nothing is added twice. Backwards to the values it is the
 * same, with each window's matrix transposed. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"

#define WINDOW 9    /* places in a 3x3 window */
#define MAX_TAPS 36 /* 4 windows of 9 */

/* What one neighbour adds: v[e] * weight[head * 81]; v points at the neighbour's channels, weight
 * at head 0's number. */
typedef struct Tap {
    const float *v, *weight;
} Tap;

/* Windows that cover row (or column) at: of each the index and the place 0..2 of at inside it.
 * Window l covers 2l-1 .. 2l+1 and sits on an even centre, so even rows are in one, odd ones in
 * two. */
static size_t covering_windows(size_t at, size_t windows, size_t index[2], size_t place[2])
{
    size_t count = 0;

    if (at % 2 == 0) {
        index[0] = at / 2;
        place[0] = 1;
        return 1;
    }
    index[count] = at / 2;
    place[count++] = 2;
    if (at / 2 + 1 < windows) {
        index[count] = at / 2 + 1;
        place[count++] = 0;
    }
    return count;
}

/* Appends the neighbours inside of v [h,w,c] of window (row, column); weight is that of the window,
 * for this pixel's place in it and the first neighbour, the others lie step apart. */
VOLO_INLINE size_t add_window(Tap *taps, size_t count, const float *v, const float *weight,
                              size_t step, size_t row, size_t column, size_t h, size_t w, size_t c)
{
    for (size_t ky = 0; ky < 3; ky++) {
        const size_t y = 2 * row + ky; /* one more than the row, so never negative */
        if (y == 0 || y > h)
            continue;
        for (size_t kx = 0; kx < 3; kx++) {
            const size_t x = 2 * column + kx;
            if (x > 0 && x <= w)
                taps[count++] =
                    (Tap){ v + ((y - 1) * w + x - 1) * c, weight + (ky * 3 + kx) * step };
        }
    }
    return count;
}

/* y [vectors * VOLO_LANES] (+)= Σ tap.weight[number] * tap.v[offset ..] */
VOLO_INLINE void sum_taps(float *y, const Tap *taps, size_t count, size_t number, size_t offset,
                          size_t vectors, bool add)
{
    vf sum[4] = { { 0 } };

    for (size_t k = 0; k < vectors && add; k++)
        sum[k] = vf_load(y + offset + k * VOLO_LANES);
    for (size_t i = 0; i < count; i++) {
        const vf weight = vf_set(taps[i].weight[number]);
        for (size_t k = 0; k < vectors; k++)
            sum[k] += weight * vf_load(taps[i].v + offset + k * VOLO_LANES);
    }
    for (size_t k = 0; k < vectors; k++)
        vf_store(y + offset + k * VOLO_LANES, sum[k]);
}

/* One head of one pixel: channels offset .. offset+d-1 of y. */
VOLO_INLINE void sum_head(float *y, const Tap *taps, size_t count, size_t number, size_t offset,
                          size_t d, bool add)
{
    const size_t end = offset + d;

    for (; offset + 4 * VOLO_LANES <= end; offset += 4 * VOLO_LANES)
        sum_taps(y, taps, count, number, offset, 4, add);
    for (; offset + 2 * VOLO_LANES <= end; offset += 2 * VOLO_LANES)
        sum_taps(y, taps, count, number, offset, 2, add);
    for (; offset + VOLO_LANES <= end; offset += VOLO_LANES)
        sum_taps(y, taps, count, number, offset, 1, add);
    for (; offset < end; offset++) {
        float sum = add ? y[offset] : 0;
        for (size_t i = 0; i < count; i++)
            sum += taps[i].weight[number] * taps[i].v[offset];
        y[offset] = sum;
    }
}

/* Rows first.. of y [h,w,c], from v [h,w,c] and, for each window, [heads,9 places,9 neighbours] of
 * a, or with turned the other way round. */
VOLO_INLINE void gather(float *y, const float *v, const float *a, bool turned, bool add, size_t h,
                        size_t w, size_t heads, size_t d, size_t first, size_t count)
{
    const size_t c = heads * d, columns = (w + 1) / 2, numbers = WINDOW * WINDOW;
    const size_t place_step = turned ? 1 : WINDOW, neighbour_step = turned ? WINDOW : 1;

    for (size_t py = first; py < first + count; py++) {
        size_t rows[2], row_places[2];
        const size_t row_count = covering_windows(py, (h + 1) / 2, rows, row_places);

        for (size_t px = 0; px < w; px++, y += c) {
            size_t cols[2], col_places[2], tap_count = 0;
            const size_t col_count = covering_windows(px, columns, cols, col_places);
            Tap taps[MAX_TAPS];

            for (size_t i = 0; i < row_count; i++) {
                for (size_t j = 0; j < col_count; j++) {
                    const float *weight = a + (rows[i] * columns + cols[j]) * heads * numbers +
                                          (row_places[i] * 3 + col_places[j]) * place_step;
                    tap_count = add_window(taps, tap_count, v, weight, neighbour_step, rows[i],
                                           cols[j], h, w, c);
                }
            }
            for (size_t head = 0; head < heads; head++)
                sum_head(y, taps, tap_count, head * numbers, head * d, d, add);
        }
    }
}

/* y [count,w,c] = rows first.. of the outlook output; v [h,w,c], a [⌈h/2⌉,⌈w/2⌉,heads,9,9] */
static void outlook(float *y, const float *v, const float *a, size_t h, size_t w, size_t heads,
                    size_t d, size_t first, size_t count)
{
    gather(y, v, a, false, false, h, w, heads, d, first, count);
}

/* dv [count,w,c] (+)= rows first.., from dy [h,w,c] */
static void outlook_value_gradient(float *dv, const float *dy, const float *a, bool add, size_t h,
                                   size_t w, size_t heads, size_t d, size_t first, size_t count)
{
    if (add)
        gather(dv, dy, a, true, true, h, w, heads, d, first, count);
    else
        gather(dv, dy, a, true, false, h, w, heads, d, first, count);
}

void VOLO_KERNEL(volo_fill_outlook)(VoloKernels *k)
{
    k->outlook = outlook;
    k->outlook_value_gradient = outlook_value_gradient;
}
