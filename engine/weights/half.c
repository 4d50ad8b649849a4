/* SPDX-License-Identifier: Apache-2.0 */
/* IEEE 754 binary16 and bfloat16 by bit arithmetic on whole arrays: no branch, no table, so that
 * the loops become vector code at any CPU level, and no f32 subnormal ever appears in between, so
 * that a thread's flush-to-zero mode changes nothing. */
#include "weights/half.h"

#include <string.h>

static inline uint32_t bits_of(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* yes or no, without a jump */
static inline uint32_t choose(bool which, uint32_t yes, uint32_t no)
{
    const uint32_t mask = -(uint32_t)which;

    return (yes & mask) | (no & ~mask);
}

static inline float half_value(uint32_t h)
{
    const uint32_t sign = (h & 0x8000u) << 16, rest = (h & 0x7fffu) << 13;
    const int32_t order = (int32_t)rest; /* signed: x86-64 compares vectors of no other kind */
    const uint32_t normal = rest + 0x38000000u;  /* exponent bias 15 -> 127 */
    const uint32_t special = rest + 0x70000000u; /* exponent 31 -> 255 */
    /* 2^-14 (1 + m/1024) - 2^-14 = m 2^-24, exact */
    const uint32_t tiny = bits_of(float_of(rest + 0x38800000u) - float_of(0x38800000u));
    const uint32_t small = choose(order < 0x00800000, tiny, normal);

    return float_of(sign | choose(order >= 0x0f800000, special, small));
}

void volo_half_to_float(float *restrict y, const uint16_t *restrict x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = half_value(x[i]);
}

void volo_bfloat_to_float(float *restrict y, const uint16_t *restrict x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = float_of((uint32_t)x[i] << 16);
}

static inline uint32_t half_bits(float x)
{
    const uint32_t bits = bits_of(x), sign = bits >> 16 & 0x8000u, rest = bits & 0x7fffffffu;
    const uint32_t normal = (rest - 0x38000000u + 0xfffu + (rest >> 13 & 1u)) >> 13;
    /* Added to 1/2, whose last bit is worth 2^-24, the number is rounded to half subnormals. */
    const uint32_t tiny = bits_of(float_of(rest < 0x38800000u ? rest : 0) + 0.5f) - 0x3f000000u;
    const uint32_t nan = 0x7e00u | (rest >> 13 & 0x3ffu);
    const uint32_t small = rest < 0x38800000u ? tiny : normal;
    const uint32_t large = rest >= 0x47800000u ? 0x7c00u : small;

    return sign | (rest > 0x7f800000u ? nan : large);
}

/* 65520 lies halfway between the largest half, 65504, and what would be the next. */
static inline bool is_beyond_half(float x)
{
    const uint32_t rest = bits_of(x) & 0x7fffffffu;

    return rest >= 0x477ff000u && rest < 0x7f800000u;
}

size_t volo_float_to_half(uint16_t *restrict y, const float *restrict x, size_t count)
{
    uint32_t beyond = 0;

    for (size_t i = 0; i < count; i++) {
        y[i] = (uint16_t)half_bits(x[i]);
        beyond |= is_beyond_half(x[i]);
    }
    if (!beyond)
        return count;
    for (size_t i = 0; i < count; i++) {
        if (is_beyond_half(x[i]))
            return i;
    }
    return count;
}
