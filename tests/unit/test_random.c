/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* numpy.random.Philox(key=..., counter=...).random_raw(4), which steps its counter first: so the
 * counters here are one higher. */
static void gives_the_numbers_of_numpy(void **state)
{
    static const struct {
        uint64_t key[2], counter[4], wanted[4];
    } cases[] = {
        { { 0, 0 },
          { 1, 0, 0, 0 },
          { 0x2f4ba6408e4d89bu, 0x3dd62b0b9ca8c5b2u, 0x1c8667a55d902e79u, 0x907d7a052fd5b4dcu } },
        { { 7, 0 },
          { 4, 11, 0, 0 },
          { 0xb239d8ab4d2c63b4u, 0x5e12bb9be7026defu, 0x51e49279fe3a53aeu, 0x591c863768e05f66u } },
        { { UINT64_MAX, (UINT64_C(1) << 63) + 5 },
          { UINT64_MAX, 1, 2, 3 },
          { 0x8b5fed98974e9e4du, 0xee09a0d5b9d60942u, 0x833a8378da7b58edu, 0x212b8eaf44d1c411u } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t got[4];

        volo_random_block(cases[i].key, cases[i].counter, got);
        assert_memory_equal(got, cases[i].wanted, sizeof got);
    }
}

static void scales_to_any_bound(void **state)
{
    (void)state;
    assert_int_equal(volo_random_below(0, 6), 0);
    assert_int_equal(volo_random_below(UINT64_MAX, 6), 5);
    assert_int_equal(volo_random_below(UINT64_MAX, 1), 0);
    assert_int_equal(volo_random_below(UINT64_MAX / 2 + 1, 6), 3);
    assert_int_equal(volo_random_below(UINT64_MAX, UINT64_MAX), UINT64_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_numbers_of_numpy),
        cmocka_unit_test(scales_to_any_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
