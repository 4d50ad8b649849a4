/* SPDX-License-Identifier: Apache-2.0 */
#include "weights/half.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define HALVES 65536

static uint32_t bits_of(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* IEEE 754, by the book: sign, exponent with bias 15, 10 bits of fraction. */
static double value_of_half(uint16_t h)
{
    const int exponent = h >> 10 & 31, fraction = h & 1023;
    const double sign = h & 0x8000 ? -1.0 : 1.0;

    if (exponent == 31)
        return fraction ? (double)NAN : sign * (double)INFINITY;
    if (exponent == 0)
        return sign * ldexp(fraction, -24);
    return sign * ldexp(1024 + fraction, exponent - 25);
}

static void converts_every_half_exactly(void **state)
{
    static uint16_t x[HALVES];
    static float y[HALVES];

    (void)state;
    for (uint32_t i = 0; i < HALVES; i++)
        x[i] = (uint16_t)i;
    volo_half_to_float(y, x, HALVES);
    for (uint32_t i = 0; i < HALVES; i++) {
        const double want = value_of_half((uint16_t)i);

        if (isnan(want)) {
            assert_int_equal(bits_of(y[i]), (i & 0x8000u) << 16 | 0x7f800000u | (i & 1023u) << 13);
        } else {
            assert_true((double)y[i] == want);
            assert_int_equal(signbit(y[i]) != 0, i >> 15);
        }
    }
}

static void converts_every_bfloat_exactly(void **state)
{
    static uint16_t x[HALVES];
    static float y[HALVES];

    (void)state;
    for (uint32_t i = 0; i < HALVES; i++)
        x[i] = (uint16_t)i;
    volo_bfloat_to_float(y, x, HALVES);
    for (uint32_t i = 0; i < HALVES; i++)
        assert_int_equal(bits_of(y[i]), i << 16);
}

static void every_half_survives_the_way_there_and_back(void **state)
{
    static uint16_t x[HALVES], back[HALVES];
    static float y[HALVES];

    (void)state;
    for (uint32_t i = 0; i < HALVES; i++)
        x[i] = (uint16_t)i;
    volo_half_to_float(y, x, HALVES);
    assert_int_equal(volo_float_to_half(back, y, HALVES), HALVES);
    for (uint32_t i = 0; i < HALVES; i++) {
        const bool is_nan = (i & 0x7c00) == 0x7c00 && (i & 1023);

        assert_int_equal(back[i], is_nan ? i | 0x200 : i); /* NaN becomes quiet */
    }
}

static uint16_t half_of(float x)
{
    uint16_t y = 0xdead;

    assert_int_equal(volo_float_to_half(&y, &x, 1), 1);
    return y;
}

static void rounds_to_nearest_and_ties_to_even(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 0x7bff; i++) { /* between each half and the next */
        const double low = value_of_half((uint16_t)i), high = value_of_half((uint16_t)(i + 1));
        const float middle = (float)((low + high) / 2);

        assert_int_equal(half_of(middle), i & 1 ? i + 1 : i);
        assert_int_equal(half_of(nextafterf(middle, 0.0f)), i);
        assert_int_equal(half_of(nextafterf(middle, INFINITY)), i + 1);
        assert_int_equal(half_of(-middle), 0x8000 | (i & 1 ? i + 1 : i));
    }
}

static void tiny_numbers_become_zero(void **state)
{
    (void)state;
    assert_int_equal(half_of(FLT_TRUE_MIN), 0);
    assert_int_equal(half_of(-FLT_MIN), 0x8000);
    assert_int_equal(half_of(0x1p-25f), 0);
    assert_int_equal(half_of(nextafterf(0x1p-25f, 1.0f)), 1);
}

static void keeps_infinities(void **state)
{
    (void)state;
    assert_int_equal(half_of(INFINITY), 0x7c00);
    assert_int_equal(half_of(-INFINITY), 0xfc00);
}

static void finds_the_first_value_beyond_the_range(void **state)
{
    const float below = nextafterf(65520.0f, 0.0f);
    const float x[] = { 1.0f, below, -65520.0f, 1e30f };
    uint16_t y[4];

    (void)state;
    assert_int_equal(half_of(below), 0x7bff); /* 65504 */
    assert_int_equal(volo_float_to_half(y, x, 2), 2);
    assert_int_equal(volo_float_to_half(y, x, 4), 2);
    assert_int_equal(volo_float_to_half(y, &(float){ FLT_MAX }, 1), 0);
    assert_int_equal(volo_float_to_half(y, &(float){ float_of(0x477ff000u) }, 1), 0);
}

/* 100 million in well below a second without sanitizers; here 16 million in well below one with. */
static void converts_millions_in_a_moment(void **state)
{
    const size_t count = 16u << 20;
    uint16_t *x = calloc(count, sizeof *x);
    float *y = calloc(count, sizeof *y);

    (void)state;
    assert_true(x && y);
    const clock_t start = clock();
    volo_half_to_float(y, x, count);
    volo_bfloat_to_float(y, x, count);
    assert_true(clock() - start < CLOCKS_PER_SEC);
    free(x);
    free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converts_every_half_exactly),
        cmocka_unit_test(converts_every_bfloat_exactly),
        cmocka_unit_test(every_half_survives_the_way_there_and_back),
        cmocka_unit_test(rounds_to_nearest_and_ties_to_even),
        cmocka_unit_test(tiny_numbers_become_zero),
        cmocka_unit_test(keeps_infinities),
        cmocka_unit_test(finds_the_first_value_beyond_the_range),
        cmocka_unit_test(converts_millions_in_a_moment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
