/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_failure_has_advice_in_one_line(void **state)
{
    (void)state;
    for (int effort = 0; effort < VOLO_EFFORTS; effort++) {
        for (int status = VOLO_ERR_ARGUMENT; status <= VOLO_ERR_SPACE; status++) {
            const char *const advice = volo_advice((VoloEffort)effort, (VoloStatus)status);

            assert_in_range(strlen(advice), 20, 160);
            assert_null(strchr(advice, '\n'));
            assert_int_equal(advice[strlen(advice) - 1], '.');
        }
    }
}

static void check(VoloEffort effort, VoloStatus status, const char *part)
{
    if (!strstr(volo_advice(effort, status), part))
        fail_msg("'%s' does not say '%s'", volo_advice(effort, status), part);
}

static void advice_is_about_what_went_wrong(void **state)
{
    (void)state;
    check(VOLO_EFFORT_PICTURE, VOLO_ERR_MISSING, "no longer there");
    check(VOLO_EFFORT_PICTURE, VOLO_ERR_FORMAT, "damaged");
    check(VOLO_EFFORT_PICTURE, VOLO_ERR_UNSUPPORTED, "PNG, JPEG");
    check(VOLO_EFFORT_PICTURE, VOLO_ERR_LIMIT, "100 million");
    check(VOLO_EFFORT_PICTURE, VOLO_ERR_IO, "may read");
    check(VOLO_EFFORT_PICTURE, VOLO_ERR_MEMORY, "Close other programs");
    check(VOLO_EFFORT_NETWORK, VOLO_ERR_MEMORY, "smaller model");
    check(VOLO_EFFORT_NETWORK, VOLO_ERR_LIMIT, "16 pixels");
    check(VOLO_EFFORT_MODEL, VOLO_ERR_FORMAT, "choose another one");
    check(VOLO_EFFORT_MODEL, VOLO_ERR_IO, "still there");
    check(VOLO_EFFORT_MODEL, VOLO_ERR_UNSUPPORTED, "made for segmentation");
    check(VOLO_EFFORT_LABELS, VOLO_ERR_SHAPE, "belong to this picture");
    check(VOLO_EFFORT_LABELS, VOLO_ERR_UNSUPPORTED, "one channel");
    check(VOLO_EFFORT_LABELS, VOLO_ERR_IO, "may read");
    check(VOLO_EFFORT_COMPARISON, VOLO_ERR_MISSING, "same classes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failure_has_advice_in_one_line),
        cmocka_unit_test(advice_is_about_what_went_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
