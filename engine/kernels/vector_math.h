/* SPDX-License-Identifier: Apache-2.0 */
/* exp, log and GELU on vectors of floats, inline so that every kernel can fuse them. The
 * polynomials are minimax fits made in double, their coefficients rounded to float. */
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

/* ln x within 1e-7 relative for normal x; 0 for smaller ones, negative ones and not-a-number. x =
 * 2^n (1 + r), sqrt(1/2) <= 1 + r < sqrt(2): ln x = n ln 2 + r - r²/2 + r³ times a polynomial. */
static inline vf vf_log(vf x)
{
    const float ln2_high = 0.693359375F, ln2_low = -2.12194440e-4F;
    const vi normal = x >= vf_set(1.17549435e-38F);
    /* Above sqrt(1/2), as bits, the exponent counts one more. */
    const vu above = (vu)x - 0x3f3504f3U;
    const vi n = (vi)above >> 23;
    const vf m = (vf)((above & 0x7fffffU) + 0x3f3504f3U);
    const vf r = m - 1.0F, e = __builtin_convertvector(n, vf);
    vf p = r * 0.069154285F - 0.11789837F;

    p = p * r + 0.11872964F;
    p = p * r - 0.12384342F;
    p = p * r + 0.1421866F;
    p = p * r - 0.16669251F;
    p = p * r + 0.20002227F;
    p = p * r - 0.24999987F;
    p = p * r + 0.3333331F;
    return vf_mask(normal, e * ln2_high + (r + (r * r * (r * p - 0.5F) + e * ln2_low)));
}

/* Phi(x) = 1/2 (1 + erf(x / sqrt 2)). Phi(x) - 1/2 is odd, so it is x times a polynomial in x^2,
 * here in x^2 mapped to -1..1 (error 1e-7 up to |x| = 5); beyond that Phi is 0 or 1. A fraction
 * would take fewer terms, but a division takes as long as all of these. */
static inline vf vf_normal(vf x)
{
    const float edge = 5.0F;
    const vf u = vf_max(vf_set(-edge), vf_min(vf_set(edge), x));
    const vf s = u * u * 0.08F - 1.0F;

    vf p = s * -0.0002533915F + 0.00071050855F;
    p = p * s - 0.0008407691F;
    p = p * s + 0.0014429806F;
    p = p * s - 0.0035874182F;
    p = p * s + 0.006696591F;
    p = p * s - 0.010661495F;
    p = p * s + 0.016268725F;
    p = p * s - 0.023404159F;
    p = p * s + 0.03146996F;
    p = p * s - 0.040427063F;
    p = p * s + 0.05151844F;
    p = p * s - 0.07029679F;
    p = p * s + 0.14136381F;
    /* Masked, because a rest of 3e-7 would not be small times a huge negative x. */
    return vf_mask(x > vf_set(-edge), vf_min(vf_set(1.0F), u * p + 0.5F));
}

/* x Phi(x) within 4e-7 |x| */
static inline vf vf_gelu(vf x)
{
    return x * vf_normal(x);
}

/* d/dx x Phi(x) = Phi(x) + x phi(x); u keeps x^2 finite where phi is 0. */
static inline vf vf_gelu_slope(vf x)
{
    const vf u = vf_max(vf_set(-1e4F), vf_min(vf_set(1e4F), x));

    return vf_normal(x) + u * 0.39894228F * vf_exp(u * u * -0.5F);
}

/* Codes of VoloActivation; inlined with a constant, so that no loop holds the choice. */
static inline vf vf_activate(vf x, int activation)
{
    if (activation == 1)
        return vf_max((vf){ 0 }, x); /* in this order it keeps not-a-number */
    return activation == 2 ? vf_gelu(x) : x;
}

/* The derivative of vf_activate at x; of ReLU at 0 it is 0. */
static inline vf vf_slope(vf x, int activation)
{
    if (activation == 1)
        return vf_mask(x > (vf){ 0 }, vf_set(1.0F));
    return activation == 2 ? vf_gelu_slope(x) : vf_set(1.0F);
}

#endif
