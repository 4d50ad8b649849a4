/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of EXIF orientation: every offset in the block may be a lie. */
#include "image/codec.h"

#include "support/picture_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Looks at a copy of exactly that size, so that a sanitizer sees a read beyond the end. */
static int look(const uint8_t *data, size_t bytes)
{
    uint8_t *copy = malloc(bytes ? bytes : 1);

    assert_non_null(copy);
    memcpy(copy, data, bytes);
    const int orientation = volo_exif_orientation(copy, bytes);
    free(copy);
    return orientation;
}

static void reads_both_byte_orders(void **state)
{
    uint8_t block[26];

    (void)state;
    for (unsigned orientation = 1; orientation <= 8; orientation++) {
        exif_maker_make(block, false, orientation);
        assert_int_equal(look(block, sizeof block), orientation);
        exif_maker_make(block, true, orientation);
        assert_int_equal(look(block, sizeof block), orientation);
    }
}

static void ignores_values_that_mean_nothing(void **state)
{
    static const unsigned values[] = { 0, 9, 256, 257, 65535 };
    uint8_t block[26];

    (void)state;
    for (size_t i = 0; i < 2 * sizeof values / sizeof *values; i++) {
        exif_maker_make(block, i & 1, values[i / 2]);
        assert_int_equal(look(block, sizeof block), 0);
    }
}

static void ignores_other_types_and_counts(void **state)
{
    uint8_t block[26];

    (void)state;
    exif_maker_make(block, false, 6);
    block[12] = 4; /* LONG */
    assert_int_equal(look(block, sizeof block), 0);
    exif_maker_make(block, false, 6);
    block[14] = 2; /* two values */
    assert_int_equal(look(block, sizeof block), 0);
    exif_maker_make(block, false, 6);
    block[10] = 0x13; /* another tag */
    assert_int_equal(look(block, sizeof block), 0);
}

static void finds_the_tag_behind_others_at_any_offset(void **state)
{
    uint8_t block[100] = { 0 }, tag[26];

    (void)state;
    exif_maker_make(tag, false, 5);
    memcpy(block, tag, 8);
    block[4] = 50; /* the directory */
    block[50] = 3;
    block[52] = 0x0f, block[53] = 1;
    memcpy(block + 64, tag + 10, 12);
    assert_int_equal(look(block, sizeof block), 5);
    assert_int_equal(look(block, 76), 5);
    assert_int_equal(look(block, 75), 0);
}

static void refuses_directories_outside_the_block(void **state)
{
    static const uint32_t offsets[] = { 17, 24, 25, 26, 1000, 0x7fffffff, 0xfffffffe, 0xffffffff };
    uint8_t block[26];

    (void)state;
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        exif_maker_make(block, false, 6);
        for (int byte = 0; byte < 4; byte++)
            block[4 + byte] = (uint8_t)(offsets[i] >> 8 * byte);
        assert_int_equal(look(block, sizeof block), 0);
    }
}

static void survives_truncation_and_every_changed_byte(void **state)
{
    uint8_t block[26];

    (void)state;
    for (int big = 0; big <= 1; big++) {
        exif_maker_make(block, big, 3);
        for (size_t bytes = 0; bytes < 20 + 2; bytes++)
            assert_int_equal(look(block, bytes), 0);
        for (size_t at = 0; at < sizeof block; at++) {
            const uint8_t before = block[at];

            for (int value = 0; value < 256; value++) {
                block[at] = (uint8_t)value;
                assert_in_range(look(block, sizeof block), 0, 8);
            }
            block[at] = before;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_both_byte_orders),
        cmocka_unit_test(ignores_values_that_mean_nothing),
        cmocka_unit_test(ignores_other_types_and_counts),
        cmocka_unit_test(finds_the_tag_behind_others_at_any_offset),
        cmocka_unit_test(refuses_directories_outside_the_block),
        cmocka_unit_test(survives_truncation_and_every_changed_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
