/* SPDX-License-Identifier: Apache-2.0 */
/* exp and GELU on vectors of floats, inline so that every kernel can fuse them. The polynomials are
 * minimax fits made in double, their coefficients rounded to float. */
#ifndef VOLO_KERNELS_VECTOR_MATH_H
#define VOLO_KERNELS_VECTOR_MATH_H

#include "kernels/vector.h"

/* e^x within 2e-7 relative: e^x = 2^n e^r, n an integer, |r| <= ln(2)/2. Below -87.33 (so at -inf)
 * it is exactly 0, above 88.37 it stays at e^88.37; not-a-number stays what it is. */
static inline vf vf_exp(vf x)
{
    const float lowest = -87.33654F, highest = 88.3762F, log2_e = 1.44269504F;
    const float ln2_high = 0.693359375F, ln2_low = -2.12194440e-4F; /* n * ln2_high is exact */
    const float rounder = 12582912.0F; /* 1.5 * 2^23: what is added to it becomes an integer */
    const vi in_range = ~(x < vf_set(lowest));

    x = vf_max(vf_set(lowest), vf_min(vf_set(highest), x));
    const vf shifted = x * log2_e + rounder;
    const vf n = shifted - rounder;
    const vf r = x - n * ln2_high - n * ln2_low;
    vf p = r * 0.00019789263F + 0.0013945753F;
    p = p * r + 0.0083335042F;
    p = p * r + 0.04166628F;
    p = p * r + 0.16666666F;
    p = p * r + 0.5F;
    p = p * (r * r) + r + 1.0F;
    /* The low bits of shifted are n: moved into the exponent, with its bias, they are 2^n. */
    const vf power = (vf)(((vu)shifted << 23) + (127U << 23));
    return vf_mask(in_range, p * power);
}

/* x Phi(x) = x/2 (1 + erf(x / sqrt 2)) within 2.5e-7 |x|. Phi(x) - 1/2 is odd, so it is x times a
 * fraction in x^2 (error 1e-8 up to |x| = 5.6); beyond that Phi is 0 or 1 in float. */
static inline vf vf_gelu(vf x)
{
    const float edge = 5.6F;
    const vf u = vf_max(vf_set(-edge), vf_min(vf_set(edge), x));
    const vf s = u * u;

    vf p = s * 2.2144752e-8F + 6.3565367e-6F;
    p = p * s + 0.0001738555F;
    p = p * s + 0.004707288F;
    p = p * s + 0.034376603F;
    p = p * s + 0.39894223F;
    vf q = s * 1.1801959e-6F + 7.51033e-5F;
    q = q * s + 0.0019130054F;
    q = q * s + 0.028940367F;
    q = q * s + 0.25283507F;
    q = q * s + 1.0F;
    /* Masked, because a rest of 1e-8 would not be small times a huge negative x. */
    const vf phi = vf_mask(x > vf_set(-edge), vf_min(vf_set(1.0F), u * p / q + 0.5F));
    return x * phi;
}

/* Codes of VoloActivation; inlined with a constant, so that no loop holds the choice. */
static inline vf vf_activate(vf x, int activation)
{
    if (activation == 1)
        return vf_max((vf){ 0 }, x); /* in this order it keeps not-a-number */
    return activation == 2 ? vf_gelu(x) : x;
}

#endif
