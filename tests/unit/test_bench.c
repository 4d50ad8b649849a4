/* SPDX-License-Identifier: Apache-2.0 */
/* What volo-bench measures with: the cases it times, the probes, refusals. How fast anything is is
 * not tested. */
#include <volo/impl/bench.h>

#include "bench/measure.h"
#include "bench/timed_cases.h"
#include "kernels/probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double moment = 1e-4; /* seconds */

static void every_row_names_a_kernel_and_its_sizes(void **state)
{
    VoloKernelCase c;
    const char *row;

    (void)state;
    for (size_t i = 0; (row = volo_timed_row(i)); i++) {
        char name[200];

        if (!volo_timed_parse(row, &c))
            fail_msg("'%s' names no kernel with all its sizes, in their order", row);
        volo_case_name(&c, name, sizeof name);
        assert_string_equal(name, row);
    }
}

static void refuses_rows_that_are_none(void **state)
{
    static const char *const bad[] = {
        "",
        "softmax",
        "softmax r=1",
        "softmax c=1 r=1",
        "softmax r=1 c=1 d=1",
        "sofa count=1",
        "softmax r= c=1",
        "add count=",
        "add  count=1",
        "add count=1 ",
    };
    VoloKernelCase c;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (volo_timed_parse(bad[i], &c))
            fail_msg("'%s' was taken", bad[i]);
    }
    assert_true(volo_timed_parse("softmax r=3 c=14", &c));
    assert_int_equal(c.size[0], 3);
    assert_int_equal(c.size[1], 14);
}

static void every_kernel_is_timed(void **state)
{
    size_t count;
    const VoloKernelCase *cases = volo_kernel_cases(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        VoloKernelCase c;
        size_t k = 0;

        while (volo_timed_case(k, &c) && c.kind != cases[i].kind)
            k++;
        assert_true(volo_timed_case(k, &c));
    }
}

static void times_a_case_at_every_level(void **state)
{
    VoloBenchCase c;
    size_t cases = 0;
    VoloError err;

    (void)state;
    while (volo_bench_case(cases, &c)) {
        assert_true(c.bytes >= c.footprint && c.footprint > 0);
        assert_memory_equal(c.name, c.kernel, strlen(c.kernel));
        cases++;
    }
    for (size_t i = 0; i < cases; i += 7) {
        static const char *const levels[] = { NULL, "base", "v3", "v4" };

        for (size_t k = 0; k < sizeof levels / sizeof *levels; k++) {
            double seconds = 0;

            if (levels[k] && !volo_bench_has_level(levels[k]))
                continue;
            assert_int_equal(volo_bench_case_time(i, levels[k], moment, &seconds, NULL), VOLO_OK);
            assert_true(seconds > 0);
        }
    }
    double seconds = -1;
    assert_int_equal(volo_bench_case_time(cases, "base", moment, &seconds, &err),
                     VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_bench_case_time(0, "v9", moment, &seconds, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "CPU level 'v9' is unknown: base, v3 or v4");
    assert_true(seconds < 0);
    assert_false(volo_bench_case(cases, &c));
}

static void check_probe(const VoloProbe *p)
{
    enum {
        COUNT = 4 * VOLO_PROBE_FLOATS,
    };
    float y[COUNT], a[COUNT], b[COUNT];
    float sums[VOLO_PROBE_FLOATS] = { 0 };
    double sum = 0;

    for (size_t i = 0; i < COUNT; i++) {
        a[i] = (float)i;
        b[i] = (float)(i % 7);
    }
    p->copy(y, a, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        assert_float_equal(y[i], (float)i + 1, 0);
    p->triad(y, a, b, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        assert_float_equal(y[i], (float)i + 3 * (float)(i % 7), 0);
    p->read(sums, a, COUNT);
    for (size_t i = 0; i < VOLO_PROBE_FLOATS; i++)
        sum += (double)sums[i];
    assert_true(sum == COUNT * (COUNT - 1) / 2.0);

    memset(y, 0, sizeof y);
    p->multiply_add(y, 3); /* 0, 1/2, 3/4, 7/8 */
    const size_t lanes = (size_t)(p->flops_per_round / 2);
    assert_true(lanes > 0 && lanes <= VOLO_PROBE_FLOATS);
    for (size_t i = 0; i < VOLO_PROBE_FLOATS; i++)
        assert_float_equal(y[i], (i < lanes ? 0.875F : 0.0F), 0);
}

static void probes_compute_what_they_say(void **state)
{
    VoloProbe p;

    (void)state;
    volo_fill_probe_base(&p);
    check_probe(&p);
    if (volo_cpu_best() >= VOLO_CPU_V3) {
        volo_fill_probe_v3(&p);
        check_probe(&p);
    }
    if (volo_cpu_best() >= VOLO_CPU_V4) {
        volo_fill_probe_v4(&p);
        check_probe(&p);
    }
}

static void measures_the_machine(void **state)
{
    VoloError err;
    double rate = 0;

    (void)state;
    assert_true(volo_bench_has_level("base"));
    assert_false(volo_bench_has_level("v5"));
    assert_int_equal(volo_bench_peak("base", 2, moment, &rate, NULL), VOLO_OK);
    assert_true(rate > 0);
    for (int kind = VOLO_BENCH_READ; kind <= VOLO_BENCH_TRIAD; kind++) {
        for (int threads = 1; threads <= 3; threads++) {
            rate = 0;
            assert_int_equal(
                volo_bench_bandwidth((VoloBenchStream)kind, 100000, threads, moment, &rate, NULL),
                VOLO_OK);
            assert_true(rate > 0);
        }
    }
    assert_int_equal(volo_bench_peak("v5", 1, moment, &rate, &err), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_bench_peak("base", 0, moment, &rate, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "0 threads, expected at least 1");
    assert_int_equal(volo_bench_bandwidth(VOLO_BENCH_READ, 8191, 2, moment, &rate, &err),
                     VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "8191 bytes for 2 threads, expected 4096 for each");
}

static void times_products(void **state)
{
    const VoloBenchProduct small = { "small", 37, 19, 23 };
    VoloError err;
    double seconds = 0;
    size_t count = 0;

    (void)state;
    while (volo_bench_product(count))
        count++;
    assert_true(count > 10);
    for (int threads = 1; threads <= 3; threads++) {
        seconds = 0;
        assert_int_equal(volo_bench_product_time(&small, false, threads, moment, &seconds, NULL),
                         VOLO_OK);
        assert_true(seconds > 0);
    }
    /* volo_init was not called, so OpenBLAS is closed. */
    assert_null(volo_bench_blas_core());
    assert_int_equal(volo_bench_product_time(&small, true, 1, moment, &seconds, &err),
                     VOLO_ERR_UNSUPPORTED);
    assert_false(volo_bench_product_is_openblas(&small));
}

static void count_call(void *user)
{
    ++*(size_t *)user;
}

static void repeats_for_as_long_as_it_is_told(void **state)
{
    size_t calls = 0;

    (void)state;
    for (int i = 0; i < 100 && calls < 1000; i++) { /* where the system lets us run */
        calls = 0;
        assert_true(volo_measure_median(count_call, &calls, 0.01) >= 0);
    }
    assert_true(calls >= 1000);
    calls = 0;
    volo_measure_median(count_call, &calls, 0);
    assert_int_equal(calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_names_a_kernel_and_its_sizes),
        cmocka_unit_test(refuses_rows_that_are_none),
        cmocka_unit_test(every_kernel_is_timed),
        cmocka_unit_test(times_a_case_at_every_level),
        cmocka_unit_test(probes_compute_what_they_say),
        cmocka_unit_test(measures_the_machine),
        cmocka_unit_test(times_products),
        cmocka_unit_test(repeats_for_as_long_as_it_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
