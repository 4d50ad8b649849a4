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
        0, 1, 100, 4 * VOLO_HUGE_PAGE - 1, 4 * VOLO_HUGE_PAGE, 5 * VOLO_HUGE_PAGE + 3
    };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t unit = sizes[i] >= 4 * VOLO_HUGE_PAGE ? VOLO_HUGE_PAGE : 64;
        char *const block = volo_pages_new(sizes[i]);

        assert_non_null(block);
        assert_int_equal((uintptr_t)block % unit, 0);
        memset(block, 1, sizes[i]);
        free(block);
    }
}

static void what_cannot_be_had_is_refused(void **state)
{
    (void)state;
    assert_null(volo_pages_new(SIZE_MAX));
    assert_null(volo_pages_new(SIZE_MAX / 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_any_size_are_aligned_and_writable),
        cmocka_unit_test(what_cannot_be_had_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
