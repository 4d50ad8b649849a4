/* SPDX-License-Identifier: Apache-2.0 */
/* How sure a choice of classes is: what comes after the best, and the entropy over all. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"
#include "kernels/vector_math.h"

#include <math.h>

#define NO_CLASS 255

/* Keeps class k if x [k] is larger than one of the two in best; of equals the first stays. */
static inline void rank_class(uint8_t best[2], const float *x, size_t k)
{
    if (best[0] == NO_CLASS || x[k] > x[best[0]]) {
        best[1] = best[0];
        best[0] = (uint8_t)k;
    } else if (best[1] == NO_CLASS || x[k] > x[best[1]]) {
        best[1] = (uint8_t)k;
    }
}

/* Classes first..end-1 but skip, each for itself. */
static void rank_some(uint8_t best[2], const float *x, size_t first, size_t end, size_t skip)
{
    for (size_t k = first; k < end; k++)
        if (k != skip)
            rank_class(best, x, k);
}

/* The two largest of x [c] but skip. Once two are known few others are larger: whole vectors are
 * passed over. */
static void rank_pixel(uint8_t best[2], const float *x, size_t c, size_t skip)
{
    const size_t known = c < 3 ? c : 3; /* two, whichever is left out */
    size_t k = known;

    rank_some(best, x, 0, known, skip);
    for (; k + VOLO_LANES <= c; k += VOLO_LANES) {
        unsigned above = vf_above_bits(vf_load(x + k), vf_set(x[best[1]]));

        for (; above; above &= above - 1)
            rank_some(best, x, k + (size_t)__builtin_ctz(above),
                      k + (size_t)__builtin_ctz(above) + 1, skip);
    }
    rank_some(best, x, k, c, skip);
}

/* second, third [w] = index of the largest of x [w,c], and of the one after it, label [w] left
 * out */
static void runners_up_row(uint8_t *second, uint8_t *third, const uint8_t *label, const float *x,
                           size_t w, size_t c)
{
    for (size_t i = 0; i < w; i++, x += c) {
        uint8_t best[2] = { NO_CLASS, NO_CLASS };

        rank_pixel(best, x, c, label[i]);
        second[i] = best[0];
        third[i] = best[1];
    }
}

/* p ln p, and 0 where p is not above 0 */
static inline vf surprise(vf p)
{
    return vf_mask(p > (vf){ 0 }, p * vf_log(p));
}

/* y [w] = -Σ p ln p / ln c over p [w,c] */
static void entropy_row(float *y, const float *p, size_t w, size_t c)
{
    const float factor = c > 1 ? (float)(-1 / log((double)c)) : 0;

    for (size_t i = 0; i < w; i++, p += c) {
        vf sum = { 0 };
        size_t k = 0;

        for (; k + VOLO_LANES <= c; k += VOLO_LANES)
            sum += surprise(vf_load(p + k));
        if (k < c)
            sum += surprise(vf_load_some(p + k, c - k));
        y[i] = factor * vf_sum(sum);
    }
}

void VOLO_KERNEL(volo_fill_ranking)(VoloKernels *k)
{
    k->runners_up_row = runners_up_row;
    k->entropy_row = entropy_row;
}
