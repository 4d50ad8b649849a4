/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void hands_out_zeroed_aligned_blocks_that_do_not_overlap(void **state)
{
    static const size_t sizes[] = {
        1, 63, 64, 65, 4096, 16384, 16385, 65536, 200000, 3, 1000000, 7
    };
    enum {
        COUNT = sizeof sizes / sizeof *sizes
    };
    VoloArena arena = { 0 };
    unsigned char *taken[COUNT];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        taken[i] = volo_arena_take(&arena, sizes[i]);
        assert_non_null(taken[i]);
        assert_int_equal((uintptr_t)taken[i] % 64, 0);
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(taken[i][j], 0);
        memset(taken[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(taken[i][j], i + 1);
    }
    volo_arena_clear(&arena);
}

static void counts_what_it_hands_out_with_padding(void **state)
{
    VoloArena arena = { 0 };

    (void)state;
    assert_non_null(volo_arena_take(&arena, 1));
    assert_int_equal(arena.bytes, 64);
    assert_non_null(volo_arena_take(&arena, 65));
    assert_int_equal(arena.bytes, 192);
    volo_arena_clear(&arena);
    assert_int_equal(arena.bytes, 0);
    assert_null(arena.blocks);
}

static void keeps_filling_a_shared_block_after_a_large_request(void **state)
{
    VoloArena arena = { 0 };

    (void)state;
    char *first = volo_arena_take(&arena, 64);
    assert_non_null(volo_arena_take(&arena, 1 << 20));
    char *second = volo_arena_take(&arena, 64);
    assert_ptr_equal(second, first + 64);
    volo_arena_clear(&arena);
}

static void gives_different_places_to_empty_requests(void **state)
{
    VoloArena arena = { 0 };

    (void)state;
    const void *first = volo_arena_take(&arena, 0);
    const void *second = volo_arena_take(&arena, 0);
    assert_non_null(first);
    assert_non_null(second);
    assert_ptr_not_equal(first, second);
    volo_arena_clear(&arena);
}

static void refuses_sizes_that_cannot_be_padded(void **state)
{
    VoloArena arena = { 0 };

    (void)state;
    assert_null(volo_arena_take(&arena, SIZE_MAX));
    assert_null(volo_arena_take(&arena, SIZE_MAX - 63));
    assert_int_equal(arena.bytes, 0);
    assert_non_null(volo_arena_take(&arena, 10));
    volo_arena_clear(&arena);
}

static void copies_text(void **state)
{
    VoloArena arena = { 0 };
    char text[] = "traffic light";

    (void)state;
    const char *copy = volo_arena_strdup(&arena, text);
    memset(text, 'x', sizeof text - 1);
    assert_string_equal(copy, "traffic light");
    assert_string_equal(volo_arena_strdup(&arena, ""), "");
    volo_arena_clear(&arena);
}

static void can_be_cleared_twice_and_used_again(void **state)
{
    VoloArena arena = { 0 };

    (void)state;
    volo_arena_clear(&arena);
    assert_non_null(volo_arena_take(&arena, 100));
    volo_arena_clear(&arena);
    volo_arena_clear(&arena);
    assert_non_null(volo_arena_take(&arena, 100));
    volo_arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_out_zeroed_aligned_blocks_that_do_not_overlap),
        cmocka_unit_test(counts_what_it_hands_out_with_padding),
        cmocka_unit_test(keeps_filling_a_shared_block_after_a_large_request),
        cmocka_unit_test(gives_different_places_to_empty_requests),
        cmocka_unit_test(refuses_sizes_that_cannot_be_padded),
        cmocka_unit_test(copies_text),
        cmocka_unit_test(can_be_cleared_twice_and_used_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
