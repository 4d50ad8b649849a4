/* SPDX-License-Identifier: Apache-2.0 */
/* Sums and epilogues, element by element. */
#include "kernels/kernels.h"

#include "kernels/level.h"
#include "kernels/vector.h"
#include "kernels/vector_math.h"

/* y = a + b; y may be a or b. */
static void add(float *y, const float *a, const float *b, size_t count)
{
    size_t i = 0;

    for (; i + VOLO_LANES <= count; i += VOLO_LANES)
        vf_store(y + i, vf_load(a + i) + vf_load(b + i));
    for (; i < count; i++)
        y[i] = a[i] + b[i];
}

/* y [c] = act(y + bias) + residual; what is NULL adds zeros. Inlined for each activation; the
 * compiler takes the questions about NULL out of the loop. */
VOLO_INLINE void epilogue_row(float *y, const float *bias, const float *residual, int activation,
                              size_t c)
{
    vf b = { 0 }, other = { 0 };
    size_t i = 0;

    for (; i + VOLO_LANES <= c; i += VOLO_LANES) {
        if (bias)
            b = vf_load(bias + i);
        if (residual)
            other = vf_load(residual + i);
        vf_store(y + i, vf_activate(vf_load(y + i) + b, activation) + other);
    }
    if (i == c)
        return;
    if (bias)
        b = vf_load_some(bias + i, c - i);
    if (residual)
        other = vf_load_some(residual + i, c - i);
    vf_store_some(y + i, vf_activate(vf_load_some(y + i, c - i) + b, activation) + other, c - i);
}

/* y [r,c] = act(y [r,c] + bias [c]) + residual [r,c] */
static void epilogue(float *y, size_t ldy, const float *bias, const float *residual,
                     size_t ld_residual, int activation, size_t r, size_t c)
{
    for (size_t i = 0; i < r; i++, y += ldy) {
        if (activation == 0)
            epilogue_row(y, bias, residual, 0, c);
        else if (activation == 1)
            epilogue_row(y, bias, residual, 1, c);
        else
            epilogue_row(y, bias, residual, 2, c);
        if (residual)
            residual += ld_residual;
    }
}

VOLO_INLINE void gradient_row(float *dx, const float *dy, const float *x, int activation, bool add,
                              size_t count)
{
    vf before = { 0 };
    size_t i = 0;

    for (; i + VOLO_LANES <= count; i += VOLO_LANES) {
        if (add)
            before = vf_load(dx + i);
        vf_store(dx + i, vf_load(dy + i) * vf_slope(vf_load(x + i), activation) + before);
    }
    if (i == count)
        return;
    if (add)
        before = vf_load_some(dx + i, count - i);
    const vf slope = vf_slope(vf_load_some(x + i, count - i), activation);
    vf_store_some(dx + i, vf_load_some(dy + i, count - i) * slope + before, count - i);
}

/* dx = dy · act'(x), or += when add */
static void activation_gradient(float *dx, const float *dy, const float *x, int activation,
                                bool add, size_t count)
{
    if (activation == 0)
        gradient_row(dx, dy, x, 0, add, count);
    else if (activation == 1)
        gradient_row(dx, dy, x, 1, add, count);
    else
        gradient_row(dx, dy, x, 2, add, count);
}

void VOLO_KERNEL(volo_fill_pointwise)(VoloKernels *k)
{
    k->add = add;
    k->epilogue = epilogue;
    k->activation_gradient = activation_gradient;
}
