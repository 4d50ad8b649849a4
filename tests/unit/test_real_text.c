/* SPDX-License-Identifier: Apache-2.0 */
#include "base/real_text.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check(double value, const char *wanted)
{
    char text[VOLO_REAL_TEXT_SIZE];

    assert_int_equal(volo_real_text(value, text), strlen(wanted));
    assert_string_equal(text, wanted);
}

/* All as Python 3.11 prints them. */
static void writes_numbers_as_python_does(void **state)
{
    (void)state;
    check(0, "0.0");
    check(-0.0, "-0.0");
    check(1, "1.0");
    check(-12.5, "-12.5");
    check(100, "100.0");
    check(0.1, "0.1");
    check(1.0 / 3, "0.3333333333333333");
    check(2.0 / 3, "0.6666666666666666");
    check(0.0001, "0.0001");
    check(0.00001, "1e-05");
    check(0.000012345, "1.2345e-05");
    check(1e15, "1000000000000000.0");
    check(123456789012345.6, "123456789012345.6");
    check(9007199254740993.0, "9007199254740992.0");
    check(1e16, "1e+16");
    check(1.5e300, "1.5e+300");
    check(5e-324, "5e-324");
    check(2.2250738585072014e-308, "2.2250738585072014e-308");
    check(1.7976931348623157e308, "1.7976931348623157e+308");
}

/* Where the gap below is half of that above. */
static void finds_the_shortest_at_powers_of_two(void **state)
{
    (void)state;
    check(ldexp(1, -44), "5.684341886080802e-14");
    check(ldexp(1, -20), "9.5367431640625e-07");
    check(ldexp(1, -1022), "2.2250738585072014e-308");
    check(ldexp(1, 1023), "8.98846567431158e+307");
}

static void names_what_is_no_number(void **state)
{
    (void)state;
    check((double)NAN, "NaN");
    check(-(double)NAN, "NaN");
    check((double)INFINITY, "Infinity");
    check(-(double)INFINITY, "-Infinity");
}

static void reads_back_the_same_bits(void **state)
{
    uint64_t bits = 1;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[VOLO_REAL_TEXT_SIZE];
        double value;

        bits = bits * 6364136223846793005u + 1442695040888963407u;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        volo_real_text(value, text);
        assert_true(strtod(text, NULL) == value);
    }
}

/* A program may have set a locale whose decimal point is a comma; where none is installed this
 * says nothing new. */
static void does_not_depend_on_the_locale(void **state)
{
    (void)state;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        setlocale(LC_NUMERIC, "");
    check(0.1, "0.1");
    check(1.5e300, "1.5e+300");
    setlocale(LC_NUMERIC, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_numbers_as_python_does),
        cmocka_unit_test(finds_the_shortest_at_powers_of_two),
        cmocka_unit_test(names_what_is_no_number),
        cmocka_unit_test(reads_back_the_same_bits),
        cmocka_unit_test(does_not_depend_on_the_locale),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
