/* SPDX-License-Identifier: Apache-2.0 */
/* Sources of bilinear resizing, against values that PyTorch's rule gives. */
#include "kernels/kernels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    MAX_OUT = 4099
};

static uint32_t first[MAX_OUT], second[MAX_OUT];
static float t[MAX_OUT];

static void check(size_t i, uint32_t want_first, uint32_t want_second, float want_t)
{
    assert_int_equal(first[i], want_first);
    assert_int_equal(second[i], want_second);
    assert_true(t[i] == want_t);
}

static void clamps_half_pixel_centres_at_the_first(void **state)
{
    (void)state;
    volo_lerp_table(first, second, t, 2, 4, false);
    check(0, 0, 1, 0);
    check(1, 0, 1, 0.25F);
    check(2, 0, 1, 0.75F);
    check(3, 1, 1, 0.25F);
}

static void samples_between_pixels_when_halving(void **state)
{
    (void)state;
    volo_lerp_table(first, second, t, 6, 3, false);
    check(0, 0, 1, 0.5F);
    check(1, 2, 3, 0.5F);
    check(2, 4, 5, 0.5F);
}

static void aligns_the_corners(void **state)
{
    (void)state;
    volo_lerp_table(first, second, t, 3, 5, true);
    check(0, 0, 1, 0);
    check(1, 0, 1, 0.5F);
    check(2, 1, 2, 0);
    check(3, 1, 2, 0.5F);
    check(4, 2, 2, 0);
    volo_lerp_table(first, second, t, 7, 1, true);
    check(0, 0, 1, 0);
}

static void copies_when_the_size_stays(void **state)
{
    (void)state;
    for (int align = 0; align <= 1; align++) {
        volo_lerp_table(first, second, t, MAX_OUT, MAX_OUT, align != 0);
        for (uint32_t i = 0; i < MAX_OUT; i++) {
            assert_int_equal(first[i], i);
            assert_true(t[i] == 0);
        }
    }
}

static void never_leaves_the_input(void **state)
{
    (void)state;
    for (size_t in = 1; in < 700; in += 3) {
        for (int align = 0; align <= 1; align++) {
            volo_lerp_table(first, second, t, in, MAX_OUT, align != 0);
            for (size_t i = 0; i < MAX_OUT; i++) {
                assert_true(first[i] < in && second[i] < in && second[i] - first[i] <= 1);
                assert_true(t[i] >= 0 && t[i] <= 1);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clamps_half_pixel_centres_at_the_first),
        cmocka_unit_test(samples_between_pixels_when_halving),
        cmocka_unit_test(aligns_the_corners),
        cmocka_unit_test(copies_when_the_size_stays),
        cmocka_unit_test(never_leaves_the_input),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
