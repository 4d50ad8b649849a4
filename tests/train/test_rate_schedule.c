/* SPDX-License-Identifier: Apache-2.0 */
/* Learning rates at the points where schedules turn. */
#include "train/rate_schedule.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void check(const VoloRateSchedule *s, uint64_t step, double want)
{
    const double got = volo_rate_at(s, step);

    if (!(fabs(got - want) <= 1e-12))
        fail_msg("step %u: %.15g, expected %.15g", (unsigned)step, got, want);
}

static void warms_up_then_falls_by_a_power(void **state)
{
    const VoloRateSchedule s = { .kind = VOLO_RATE_POLY,
                                 .rate = 1,
                                 .lowest = 0.1,
                                 .power = 2,
                                 .warmup_factor = 0.2,
                                 .warmup = 10,
                                 .steps = 30 };

    (void)state;
    check(&s, 0, 0.2);
    check(&s, 5, 0.6);
    check(&s, 10, 1);
    check(&s, 20, 0.1 + 0.9 * 0.25);
    check(&s, 30, 0.1);
    check(&s, 31, 0.1);
}

static void falls_by_half_a_cosine(void **state)
{
    const VoloRateSchedule s = {
        .kind = VOLO_RATE_COSINE, .rate = 2, .lowest = 1, .warmup = 0, .steps = 8
    };

    (void)state;
    check(&s, 0, 2);
    check(&s, 2, 1.5 + 0.5 * sqrt(0.5));
    check(&s, 4, 1.5);
    check(&s, 8, 1);
}

static void stays_when_constant(void **state)
{
    const VoloRateSchedule s = {
        .kind = VOLO_RATE_CONSTANT, .rate = 3, .warmup_factor = 0, .warmup = 2, .steps = 4
    };

    (void)state;
    check(&s, 0, 0);
    check(&s, 1, 1.5);
    check(&s, 2, 3);
    check(&s, 100, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warms_up_then_falls_by_a_power),
        cmocka_unit_test(falls_by_half_a_cosine),
        cmocka_unit_test(stays_when_constant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
