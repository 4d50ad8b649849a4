/* SPDX-License-Identifier: Apache-2.0 */
#include "support/guarded.h"

#include "support/tensor_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    ALIGNMENT = 64,
    GUARD = 256, /* bytes on either side; the size stands before the first guard */
};

static float *make(size_t count, size_t shift)
{
    const size_t bytes = ALIGNMENT + GUARD + shift + count * sizeof(float) + GUARD;
    unsigned char *const block =
        aligned_alloc(ALIGNMENT, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);

    assert_non_null(block);
    memset(block, 0xff, bytes);
    memcpy(block, &count, sizeof count);
    return (float *)(void *)(block + ALIGNMENT + GUARD + shift);
}

float *guarded_new(size_t count)
{
    return make(count, sizeof(float));
}

float *guarded_new_aligned(size_t count)
{
    return make(count, 0);
}

float *guarded_new_filled(size_t count, unsigned seed)
{
    float *const data = guarded_new(count);

    tensor_fill(data, count, seed);
    return data;
}

static void check_guard(const unsigned char *guard, const char *where)
{
    for (size_t i = 0; i < GUARD; i++) {
        if (guard[i] != 0xff)
            fail_msg("wrote %s its array, at byte %zu of the guard", where, i);
    }
}

void guarded_free(float *data)
{
    unsigned char *const bytes = (unsigned char *)data;

    if (!data)
        return;
    /* Data begin a whole number of lines after the block, or one float later. */
    const size_t shift = (uintptr_t)bytes % ALIGNMENT;
    unsigned char *const block = bytes - shift - GUARD - ALIGNMENT;
    size_t count;

    memcpy(&count, block, sizeof count);
    check_guard(bytes - GUARD, "before");
    check_guard(bytes + count * sizeof(float), "behind");
    free(block);
}
