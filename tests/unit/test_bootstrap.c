/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/bootstrap.h"

#include <volo/metrics.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static double score(const uint64_t *tp, const uint64_t *pred, const uint64_t *gt, size_t classes,
                    void *user)
{
    const VoloConvention *convention = user;

    return volo_mean_iou(*convention, classes, tp, pred, gt);
}

/* Six pictures of two classes. */
static uint32_t a_tp[] = { 50, 20, 70, 10, 0, 5, 33, 3, 90, 40, 12, 0 };
static uint32_t a_pred[] = { 70, 30, 80, 20, 40, 60, 40, 60, 95, 45, 100, 0 };
static uint32_t a_gt[] = { 60, 40, 90, 10, 90, 10, 50, 50, 93, 47, 50, 50 };
static uint32_t b_tp[] = { 55, 22, 70, 10, 30, 2, 30, 20, 90, 41, 40, 5 };
static uint32_t b_pred[] = { 72, 28, 80, 20, 40, 60, 50, 50, 95, 45, 60, 40 };
static const VoloImageCounts a = { 6, 2, a_tp, a_pred, a_gt };
static const VoloImageCounts b = { 6, 2, b_tp, b_pred, a_gt };

static VoloBootstrap compare(const VoloImageCounts *x, const VoloImageCounts *y,
                             VoloConvention convention, uint64_t seed, size_t samples, int threads)
{
    VoloBootstrap result;
    VoloError err;

    if (volo_bootstrap(x, y, score, &convention, seed, samples, threads, &result, &err))
        fail_msg("%s", err.message);
    return result;
}

static void check(VoloBootstrap got, double low, double high, double share)
{
    assert_true(fabs(got.low - low) < 1e-12);
    assert_true(fabs(got.high - high) < 1e-12);
    assert_true(fabs(got.share_above - share) < 1e-12);
}

/* The functions of tests/oracle/bootstrap.py on the counts above. */
static void gives_the_interval_of_numpy(void **state)
{
    (void)state;
    check(compare(&a, &b, VOLO_CONVENTION_MMSEG, 1, 500, 1), 0.0506357529249436,
          0.17902446024763619, 1.0);
    check(compare(&a, &b, VOLO_CONVENTION_CSAIL, 9, 333, 2), 0.05195988121131773,
          0.17464380202178395, 1.0);
}

static void does_not_depend_on_threads(void **state)
{
    const VoloBootstrap one = compare(&a, &b, VOLO_CONVENTION_CITYSCAPES, 3, 1000, 1);

    (void)state;
    for (int threads = 2; threads <= 8; threads *= 2) {
        const VoloBootstrap many = compare(&a, &b, VOLO_CONVENTION_CITYSCAPES, 3, 1000, threads);

        assert_memory_equal(&one.low, &many.low, sizeof one.low);
        assert_memory_equal(&one.high, &many.high, sizeof one.high);
        assert_int_equal(one.samples, many.samples);
    }
}

static void depends_on_the_seed(void **state)
{
    const VoloBootstrap one = compare(&a, &b, VOLO_CONVENTION_MMSEG, 1, 50, 1);
    const VoloBootstrap two = compare(&a, &b, VOLO_CONVENTION_MMSEG, 2, 50, 1);

    (void)state;
    assert_true(one.low != two.low);
}

static void finds_no_difference_where_there_is_none(void **state)
{
    (void)state;
    check(compare(&a, &a, VOLO_CONVENTION_MMSEG, 1, 100, 1), 0, 0, 0);
}

/* A class is in one picture alone: samples without it have no score. */
static void leaves_samples_without_a_score_out(void **state)
{
    static uint32_t tp[] = { 5, 0, 0 }, worse[] = { 4, 0, 0 }, gt[] = { 9, 0, 0 };
    const VoloImageCounts x = { 3, 1, tp, tp, gt }, y = { 3, 1, worse, worse, gt };
    const VoloBootstrap some = compare(&x, &y, VOLO_CONVENTION_MMSEG, 1, 1000, 1);
    const VoloImageCounts empty = { 2, 1, tp + 1, tp + 1, gt + 1 };
    const VoloBootstrap none = compare(&empty, &empty, VOLO_CONVENTION_MMSEG, 1, 10, 1);

    (void)state;
    assert_in_range(some.samples, 600, 800); /* 1 - (2/3)^3 = 70 % */
    check(some, 4.0 / 9 - 5.0 / 9, 4.0 / 9 - 5.0 / 9, 0);
    assert_int_equal(none.samples, 0);
    assert_true(isnan(none.low) && isnan(none.high) && isnan(none.share_above));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_interval_of_numpy),
        cmocka_unit_test(does_not_depend_on_threads),
        cmocka_unit_test(depends_on_the_seed),
        cmocka_unit_test(finds_no_difference_where_there_is_none),
        cmocka_unit_test(leaves_samples_without_a_score_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
