/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void blocks_of_any_size_are_aligned_and_writable(void **state)
{
    static const size_t sizes[] = {
        0, 1, 100, VOLO_HUGE_BLOCK - 1, VOLO_HUGE_BLOCK, VOLO_HUGE_BLOCK + 3
    };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t unit = sizes[i] >= VOLO_HUGE_BLOCK ? VOLO_HUGE_PAGE : 64;
        char *const block = volo_pages_new(sizes[i]);

        assert_non_null(block);
        assert_int_equal((uintptr_t)block % unit, 0);
        memset(block, 1, sizes[i]);
        free(block);
    }
}

static void mapped_pages_are_aligned_and_zero(void **state)
{
    (void)state;
    for (size_t i = 1; i < 4; i++) {
        char *const block = volo_pages_map(i * VOLO_HUGE_PAGE);

        assert_non_null(block);
        assert_int_equal((uintptr_t)block % VOLO_HUGE_PAGE, 0);
        assert_int_equal(block[0], 0);
        assert_int_equal(block[i * VOLO_HUGE_PAGE - 1], 0);
        volo_pages_unmap(block, i * VOLO_HUGE_PAGE);
    }
    volo_pages_unmap(NULL, 0);
}

static void what_cannot_be_had_is_refused(void **state)
{
    (void)state;
    assert_null(volo_pages_new(SIZE_MAX));
    assert_null(volo_pages_map(SIZE_MAX / VOLO_HUGE_PAGE * VOLO_HUGE_PAGE));
    assert_null(volo_pages_map((size_t)1 << 60));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_any_size_are_aligned_and_writable),
        cmocka_unit_test(mapped_pages_are_aligned_and_zero),
        cmocka_unit_test(what_cannot_be_had_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
