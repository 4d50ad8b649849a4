/* SPDX-License-Identifier: Apache-2.0 */
/* CPU levels: names, and agreement with what the compiler's own detection says. */
#include "base/cpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void parses_the_name_of_each_level(void **state)
{
    (void)state;
    for (int level = 0; level < VOLO_CPU_LEVELS; level++) {
        VoloCpuLevel parsed = VOLO_CPU_LEVELS;

        assert_true(volo_cpu_level_parse(volo_cpu_level_name((VoloCpuLevel)level), &parsed));
        assert_int_equal(parsed, level);
    }
}

static void refuses_other_names_and_leaves_the_result_alone(void **state)
{
    static const char *const names[] = { "", "v", "v2", "v5", "V3", "v3 ", "avx2", "base3" };
    VoloCpuLevel level = VOLO_CPU_V4;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_false(volo_cpu_level_parse(names[i], &level));
        assert_int_equal(level, VOLO_CPU_V4);
    }
}

static void finds_what_the_compiler_finds(void **state)
{
    const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512vl");

    (void)state;
    assert_int_equal(volo_cpu_best(), v4 ? VOLO_CPU_V4 : v3 ? VOLO_CPU_V3 : VOLO_CPU_BASE);
}

static void uses_the_best_level_until_another_is_chosen(void **state)
{
    (void)state;
    assert_int_equal(volo_cpu_current(), volo_cpu_best());
    volo_cpu_choose(VOLO_CPU_BASE);
    assert_int_equal(volo_cpu_current(), VOLO_CPU_BASE);
    volo_cpu_choose(volo_cpu_best());
    assert_int_equal(volo_cpu_current(), volo_cpu_best());
}

static void calls_no_machine_without_avx512_a_newer_amd(void **state)
{
    (void)state;
    if (volo_cpu_best() != VOLO_CPU_V4)
        assert_false(volo_cpu_is_newer_amd());
    else
        assert_int_equal(volo_cpu_is_newer_amd(), __builtin_cpu_is("amd") != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_the_name_of_each_level),
        cmocka_unit_test(refuses_other_names_and_leaves_the_result_alone),
        cmocka_unit_test(finds_what_the_compiler_finds),
        cmocka_unit_test(uses_the_best_level_until_another_is_chosen),
        cmocka_unit_test(calls_no_machine_without_avx512_a_newer_amd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
