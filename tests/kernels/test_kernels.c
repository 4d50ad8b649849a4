/* SPDX-License-Identifier: Apache-2.0 */
/* Every kernel at every level this machine has, against its naive twin, on every case of
 * kernels/cases.c: random, zeros, huge, denormal and infinite inputs, aligned and not. Outputs
 * stand between guard bytes; inputs end where their memory ends, so that a sanitizer sees what is
 * read past them, and must come back unchanged. */
#include "kernels/cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    GUARD = 64,
    GUARD_BYTE = 0x5a
};

static const char *const input_names[VOLO_CASE_INPUTS] = { "random", "zeros", "huge", "denormal",
                                                           "infinite" };

/* The memory of one run of a case. */
typedef struct Arrays {
    VoloCaseArray plan[VOLO_CASE_ARRAYS];
    unsigned char *memory[VOLO_CASE_ARRAYS];
    void *data[VOLO_CASE_ARRAYS];
    size_t misalign; /* bytes, from a multiple of 64 */
} Arrays;

static bool is_bytes(VoloCaseRole role)
{
    return role == VOLO_CASE_BYTES || role == VOLO_CASE_LABELS;
}

static bool is_written(VoloCaseRole role)
{
    return role == VOLO_CASE_OUTPUT || role == VOLO_CASE_UPDATE || role == VOLO_CASE_LABELS;
}

/* Floats lie 4 bytes off when not aligned, bytes 1. */
static void arrays_init(Arrays *a, const VoloKernelCase *c, bool aligned)
{
    volo_case_plan(c, a->plan);
    for (size_t i = 0; i < VOLO_CASE_ARRAYS; i++) {
        const VoloCaseRole role = a->plan[i].role;
        const size_t bytes = volo_case_bytes(&a->plan[i]);
        const size_t guard = is_written(role) ? GUARD : 0;
        const size_t step = aligned || role == VOLO_CASE_SCRATCH ? 0 : is_bytes(role) ? 1 : 4;
        void *memory = NULL;

        assert_int_equal(posix_memalign(&memory, 64, guard + step + bytes + guard), 0);
        memset(memory, GUARD_BYTE, guard + step + bytes + guard);
        a->memory[i] = memory;
        a->data[i] = a->memory[i] + guard + step;
    }
}

static void arrays_clear(Arrays *a)
{
    for (size_t i = 0; i < VOLO_CASE_ARRAYS; i++)
        free(a->memory[i]);
}

static bool guards_are_whole(const Arrays *a, size_t i)
{
    const unsigned char *data = a->data[i];

    if (!is_written(a->plan[i].role))
        return true;
    for (const unsigned char *p = a->memory[i]; p < data; p++)
        if (*p != GUARD_BYTE)
            return false;
    data += volo_case_bytes(&a->plan[i]);
    for (size_t k = 0; k < GUARD; k++)
        if (data[k] != GUARD_BYTE)
            return false;
    return true;
}

/* got: filled and run on a level; want: filled alike and run by the twin. */
static void check_arrays(const VoloKernelCase *c, const char *what, const Arrays *got,
                         const Arrays *want)
{
    const double error = volo_case_error(c, got->data[0], want->data[0]);

    for (size_t i = 0; i < VOLO_CASE_ARRAYS; i++) {
        const VoloCaseRole role = got->plan[i].role;

        if (!guards_are_whole(got, i))
            fail_msg("%s: wrote outside of array %zu", what, i);
        if (role != VOLO_CASE_UNUSED && role != VOLO_CASE_SCRATCH && !is_written(role) &&
            memcmp(got->data[i], want->data[i], volo_case_bytes(&got->plan[i])) != 0)
            fail_msg("%s: changed its input, array %zu", what, i);
    }
    if (!(error <= c->kind->limit))
        fail_msg("%s: NMSE %g, limit %g", what, error, c->kind->limit);
}

static void check_level(const VoloKernelCase *c, const VoloKernels *k, VoloCaseInput input,
                        bool aligned, const Arrays *want)
{
    char what[200];
    Arrays got;

    arrays_init(&got, c, aligned);
    volo_case_fill(c, got.data, input);
    volo_case_run(c, k, got.data);
    snprintf(what, sizeof what, "%s, %s%s", volo_cpu_level_name(k->level), input_names[input],
             aligned ? "" : ", not aligned");
    check_arrays(c, what, &got, want);
    arrays_clear(&got);
}

static void agrees_with_its_twin(void **state)
{
    const VoloKernelCase *c = *state;
    Arrays want;

    arrays_init(&want, c, true);
    for (int input = 0; input < VOLO_CASE_INPUTS; input++) {
        if (!volo_case_takes(c, (VoloCaseInput)input))
            continue;
        volo_case_fill(c, want.data, (VoloCaseInput)input);
        volo_case_run(c, volo_kernels_reference(), want.data);
        for (int level = 0; level <= (int)volo_cpu_best(); level++) {
            const VoloKernels *k = volo_kernels_at((VoloCpuLevel)level);

            check_level(c, k, (VoloCaseInput)input, true, &want);
            check_level(c, k, (VoloCaseInput)input, false, &want);
        }
    }
    arrays_clear(&want);
}

enum {
    FUNCTIONS = (sizeof(VoloKernels) - offsetof(VoloKernels, add)) / sizeof(void (*)(void))
};

/* Each function of the table but the three that give sizes of scratch has a block of cases. */
static void has_cases_for_every_kernel(void **state)
{
    size_t count, kernels = 1;
    const VoloKernelCase *cases = volo_kernel_cases(&count);

    (void)state;
    for (size_t i = 1; i < count; i++)
        kernels += cases[i].kind != cases[i - 1].kind;
    assert_int_equal(kernels, FUNCTIONS - 3);
}

/* After the level a table holds nothing but pointers to functions. */
static void assert_complete(const VoloKernels *k)
{
    void (*functions[FUNCTIONS])(void);

    memcpy(functions, (const char *)k + offsetof(VoloKernels, add), sizeof functions);
    for (size_t i = 0; i < FUNCTIONS; i++)
        if (!functions[i])
            fail_msg("kernel %zu is missing at level %s", i, volo_cpu_level_name(k->level));
}

static void fills_every_pointer_of_every_table(void **state)
{
    (void)state;
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        assert_int_equal(volo_kernels_at((VoloCpuLevel)level)->level, level);
        assert_complete(volo_kernels_at((VoloCpuLevel)level));
    }
    assert_complete(volo_kernels_reference());
}

static void offers_no_level_that_the_machine_lacks(void **state)
{
    (void)state;
    for (int level = (int)volo_cpu_best() + 1; level < VOLO_CPU_LEVELS; level++)
        assert_null(volo_kernels_at((VoloCpuLevel)level));
}

static void uses_the_level_that_was_chosen(void **state)
{
    (void)state;
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        volo_cpu_choose((VoloCpuLevel)level);
        assert_ptr_equal(volo_kernels(), volo_kernels_at((VoloCpuLevel)level));
    }
}

enum {
    ROWS = 11,
    COLUMNS = 37
};

static void fill(float *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = (float)((i * 7919) % 1009) / 300 - 1.5F;
}

/* In place and elsewhere: the same bits. */
static void works_in_place_where_it_may(void **state)
{
    float x[ROWS * COLUMNS], away[ROWS * COLUMNS], here[ROWS * COLUMNS], weight[COLUMNS];

    (void)state;
    fill(x, ROWS * COLUMNS);
    fill(weight, COLUMNS);
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        const VoloKernels *k = volo_kernels_at((VoloCpuLevel)level);

        for (size_t c = 9; c <= COLUMNS; c += COLUMNS - 9) {
            k->softmax(away, x, 1.5F, ROWS, c);
            memcpy(here, x, sizeof here);
            k->softmax(here, here, 1.5F, ROWS, c);
            assert_memory_equal(here, away, ROWS * c * sizeof(float));
        }
        k->layernorm(away, x, weight, weight, 1e-6F, ROWS, COLUMNS);
        memcpy(here, x, sizeof here);
        k->layernorm(here, here, weight, weight, 1e-6F, ROWS, COLUMNS);
        assert_memory_equal(here, away, sizeof here);

        k->add(away, x, x, ROWS * COLUMNS);
        memcpy(here, x, sizeof here);
        k->add(here, here, x, ROWS * COLUMNS);
        assert_memory_equal(here, away, sizeof here);
        memcpy(here, x, sizeof here);
        k->add(here, x, here, ROWS * COLUMNS);
        assert_memory_equal(here, away, sizeof here);
    }
}

/* What comes along must not change a row's bits: callers cut the rows for their threads. */
static void gives_a_row_the_same_bits_alone(void **state)
{
    float x[ROWS * COLUMNS], all[ROWS * COLUMNS], one[COLUMNS];

    (void)state;
    fill(x, ROWS * COLUMNS);
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        const VoloKernels *k = volo_kernels_at((VoloCpuLevel)level);

        for (size_t c = 9; c <= COLUMNS; c += COLUMNS - 9) {
            k->softmax(all, x, 1.5F, ROWS, c);
            for (size_t row = 0; row < ROWS; row++) {
                k->softmax(one, x + row * c, 1.5F, 1, c);
                assert_memory_equal(one, all + row * c, c * sizeof(float));
            }
            k->layernorm(all, x, x + 1, x + 2, 1e-6F, ROWS, c);
            for (size_t row = 0; row < ROWS; row++) {
                k->layernorm(one, x + row * c, x + 1, x + 2, 1e-6F, 1, c);
                assert_memory_equal(one, all + row * c, c * sizeof(float));
            }
        }
    }
}

static void gives_outlook_rows_the_same_bits_alone(void **state)
{
    enum {
        H = 5,
        W = 3,
        HEADS = 2,
        D = 5,
        C = HEADS * D
    };
    float v[H * W * C], a[3 * 2 * HEADS * 81], all[H * W * C], one[W * C];

    (void)state;
    fill(v, H * W * C);
    fill(a, sizeof a / sizeof a[0]);
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        const VoloKernels *k = volo_kernels_at((VoloCpuLevel)level);

        k->outlook(all, v, a, H, W, HEADS, D, 0, H);
        for (size_t row = 0; row < H; row++) {
            k->outlook(one, v, a, H, W, HEADS, D, row, 1);
            assert_memory_equal(one, all + row * W * C, sizeof one);
        }
    }
}

/* A row far from zero loses nothing: mean 4096, deviation about 1. */
static void normalizes_rows_far_from_zero(void **state)
{
    float x[384], y[384], want[384], weight[384], bias[384] = { 0 };
    double error = 0, power = 0;

    (void)state;
    fill(x, 384);
    for (size_t i = 0; i < 384; i++) {
        x[i] += 4096;
        weight[i] = 1;
    }
    volo_kernels_reference()->layernorm(want, x, weight, bias, 1e-6F, 1, 384);
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        volo_kernels_at((VoloCpuLevel)level)->layernorm(y, x, weight, bias, 1e-6F, 1, 384);
        for (size_t i = 0; i < 384; i++) {
            error += (double)(y[i] - want[i]) * (double)(y[i] - want[i]);
            power += (double)want[i] * (double)want[i];
        }
        assert_true(error <= 1e-12 * power);
    }
}

static void takes_the_first_of_equal_scores(void **state)
{
    (void)state;
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        for (size_t c = 2; c <= 255; c++) {
            float x[255];
            uint8_t label = 255;
            const size_t first = (c * 7) % (c - 1);

            fill(x, c);
            x[first] = x[c - 1] = 9;
            volo_kernels_at((VoloCpuLevel)level)->argmax_row(&label, x, 1, c);
            assert_int_equal(label, first);
        }
    }
}

static const struct CMUnitTest rules[] = {
    cmocka_unit_test(has_cases_for_every_kernel),
    cmocka_unit_test(fills_every_pointer_of_every_table),
    cmocka_unit_test(offers_no_level_that_the_machine_lacks),
    cmocka_unit_test(uses_the_level_that_was_chosen),
    cmocka_unit_test(works_in_place_where_it_may),
    cmocka_unit_test(gives_a_row_the_same_bits_alone),
    cmocka_unit_test(gives_outlook_rows_the_same_bits_alone),
    cmocka_unit_test(normalizes_rows_far_from_zero),
    cmocka_unit_test(takes_the_first_of_equal_scores),
};

enum {
    MAX_CASES = 256,
    NAME = 128,
    RULES = sizeof rules / sizeof rules[0]
};

/* One test for each case, then the rules. */
int main(void)
{
    static struct CMUnitTest tests[MAX_CASES + RULES];
    static char names[MAX_CASES][NAME];
    size_t count;
    const VoloKernelCase *cases = volo_kernel_cases(&count);

    if (count > MAX_CASES)
        return 1;
    for (size_t i = 0; i < count; i++) {
        char what[NAME - 32];

        volo_case_name(&cases[i], what, sizeof what);
        snprintf(names[i], sizeof names[i], "%s agrees with its twin", what);
        tests[i] = (struct CMUnitTest){ .name = names[i],
                                        .test_func = agrees_with_its_twin,
                                        .initial_state = (void *)(uintptr_t)&cases[i] };
    }
    memcpy(tests + count, rules, sizeof rules);
    return _cmocka_run_group_tests("kernels", tests, count + RULES, NULL, NULL);
}
