/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void shows(const char *text, const char *want)
{
    VoloError err;

    volo_fail(&err, VOLO_ERR_FORMAT, "%s", text);
    assert_string_equal(err.message, want);
}

static void replaces_what_would_break_a_line(void **state)
{
    (void)state;
    shows("a\nb\tc\x1b[31m", "a?b?c?[31m");
    shows("\xc3\xa4 \xe4\xb8\xad \xf0\x9f\x98\x80", "\xc3\xa4 \xe4\xb8\xad \xf0\x9f\x98\x80");
    shows("\xc3", "?");                /* cut off */
    shows("\xc0\xaf", "??");           /* overlong */
    shows("\xe0\x80\xaf", "???");      /* overlong */
    shows("\xed\xa0\x80", "???");      /* half of a surrogate */
    shows("\xf4\x90\x80\x80", "????"); /* beyond Unicode */
    shows("\xc2\x85", "??");           /* a C1 control character */
    shows("\xff\xfe", "??");
}

static void cuts_long_text_and_says_so(void **state)
{
    char text[1000];
    VoloError err;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(volo_fail(&err, VOLO_ERR_LIMIT, "%s", text), VOLO_ERR_LIMIT);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_string_equal(err.message + sizeof err.message - 4, "...");
}

static void keeps_the_reason_when_the_name_is_long(void **state)
{
    char name[600];
    VoloError err;

    (void)state;
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(volo_fail_errno(&err, ENOENT, "'%s'", name), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, ": No such file or directory"));
    assert_int_equal(volo_fail_errno(&err, ENOSPC, "'%s'", "out.png"), VOLO_ERR_SPACE);
    assert_string_equal(err.message, "'out.png': No space left on device");
}

static void prefixes_keep_the_status(void **state)
{
    VoloError err;

    (void)state;
    volo_fail(&err, VOLO_ERR_SHAPE, "inner");
    volo_error_prefix(&err, "'%s'", "file");
    assert_int_equal(err.status, VOLO_ERR_SHAPE);
    assert_string_equal(err.message, "'file': inner");
    volo_error_prefix(NULL, "nothing");
    assert_int_equal(volo_fail(NULL, VOLO_ERR_IO, "nobody asks"), VOLO_ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replaces_what_would_break_a_line),
        cmocka_unit_test(cuts_long_text_and_says_so),
        cmocka_unit_test(keeps_the_reason_when_the_name_is_long),
        cmocka_unit_test(prefixes_keep_the_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
