/* SPDX-License-Identifier: Apache-2.0 */
/* The allocator between engine and C library. */
#include "support/refuse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static long calls_left = -1; /* allocations that are still granted; -1: all */
static bool forever;         /* refuse all after the first, too */
static bool refused;

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *data, size_t bytes);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *data, size_t bytes);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);

static bool is_refused(void)
{
    if (calls_left < 0)
        return false;
    if (calls_left > 0) {
        calls_left--;
        return false;
    }
    if (!forever)
        calls_left = -1;
    refused = true;
    return true;
}

void *__wrap_malloc(size_t bytes)
{
    return is_refused() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return is_refused() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *data, size_t bytes)
{
    return is_refused() ? NULL : __real_realloc(data, bytes);
}

char *__wrap_strdup(const char *text)
{
    return is_refused() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t length)
{
    return is_refused() ? NULL : __real_strndup(text, length);
}

void refuse_after(long calls, bool for_ever)
{
    forever = for_ever;
    refused = false;
    calls_left = calls;
}

bool refuse_stop(void)
{
    calls_left = -1;
    return refused;
}

void refuse_in_turn(VoloStatus (*run)(VoloError *err), long at_least)
{
    for (int rest = 0; rest <= 1; rest++) {
        long count = 0;
        bool was_refused;

        do {
            VoloError err = { VOLO_OK, "" };

            refuse_after(count++, rest);
            const VoloStatus status = run(&err);
            was_refused = refuse_stop();
            if (status != VOLO_OK && (status != VOLO_ERR_MEMORY || !was_refused))
                fail_msg("allocation %ld: %s: %s", count, volo_status_name(status), err.message);
        } while (was_refused);
        assert_true(count > at_least);
    }
}
