/* SPDX-License-Identifier: Apache-2.0 */
/* Attention without its score matrix, against the twin that computes every score in double. */
#include "kernels/kernels.h"

#include "support/guarded.h"
#include "support/tensor_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* q [r,d], k and v [keys,d], ld floats from row to row as in a matrix [q|k|v]. */
typedef struct Head {
    size_t r, keys, d, ld;
    float scale;
    float *q, *k, *v;
} Head;

static void head_init(Head *s, size_t r, size_t keys, size_t d)
{
    *s = (Head){ .r = r, .keys = keys, .d = d, .ld = 3 * d + 1, .scale = 1 / sqrtf((float)d) };
    s->q = guarded_new_filled((r - 1) * s->ld + d, 1);
    s->k = guarded_new_filled((keys - 1) * s->ld + d, 2);
    s->v = guarded_new_filled((keys - 1) * s->ld + d, 3);
}

static void head_clear(Head *s)
{
    guarded_free(s->q);
    guarded_free(s->k);
    guarded_free(s->v);
}

/* [r,d], then the log-sum-exp of each of the r queries */
static float *attend(const VoloKernels *k, const Head *s)
{
    float *const y = guarded_new(s->r * (s->d + 1));
    float *const scratch = guarded_new_aligned(k->flash_attention_scratch(s->d));

    k->flash_attention(y, s->d, y + s->r * s->d, s->q, s->k, s->v, s->ld, s->scale, s->r, s->keys,
                       s->d, scratch);
    guarded_free(scratch);
    return y;
}

static void check(const Head *s, double limit)
{
    float *const want = attend(volo_kernels_reference(), s);
    char name[96];

    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        float *const got = attend(volo_kernels_at((VoloCpuLevel)level), s);

        snprintf(name, sizeof name, "%s r=%zu keys=%zu d=%zu",
                 volo_cpu_level_name((VoloCpuLevel)level), s->r, s->keys, s->d);
        tensor_check(name, got, want, s->r * s->d, limit);
        tensor_check(name, got + s->r * s->d, want + s->r * s->d, s->r, limit);
        guarded_free(got);
    }
    guarded_free(want);
}

static void any_sizes_agree_with_the_twin(void **state)
{
    static const size_t rows[] = { 1, 2, 23, 24, 25, VOLO_ATTENTION_ROWS + 1 };
    static const size_t keys[] = { 1, 3, 128, 129, 300 };
    static const size_t widths[] = { 1, 3, 16, 32, 50 };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        for (size_t j = 0; j < LENGTH(keys); j++) {
            for (size_t l = 0; l < LENGTH(widths); l++) {
                Head s;

                if (rows[i] * keys[j] * widths[l] * widths[l] > 20000000)
                    continue; /* the twin would take its time */
                head_init(&s, rows[i], keys[j], widths[l]);
                check(&s, 1e-12);
                head_clear(&s);
            }
        }
    }
}

static void scores_may_differ_by_thousands(void **state)
{
    Head s;

    (void)state;
    head_init(&s, 30, 260, 32);
    s.scale = 500;
    check(&s, 1e-6); /* of scores up to 5000 a float has 2e-4 */
    head_clear(&s);
}

static void scores_far_below_zero_do_not_underflow(void **state)
{
    Head s;

    (void)state;
    head_init(&s, 30, 140, 8);
    for (size_t i = 0; i < 8; i++) {
        for (size_t j = 0; j < s.r; j++)
            s.q[j * s.ld + i] = 100;
        for (size_t j = 0; j < s.keys; j++)
            s.k[j * s.ld + i] = -100.0F - (float)(j % 5);
    }
    check(&s, 1e-7); /* scores near -28000 */
    head_clear(&s);
}

static void the_largest_score_may_come_last(void **state)
{
    Head s;

    (void)state;
    head_init(&s, 25, 400, 16);
    for (size_t i = 0; i < 16; i++) {
        for (size_t j = 0; j < s.r; j++)
            s.q[j * s.ld + i] = 1;
        for (size_t j = 0; j < s.keys; j++)
            s.k[j * s.ld + i] = 0.25F * (float)j;
    }
    check(&s, 1e-8); /* scores up to 400, of which a float has 3e-5 */
    head_clear(&s);
}

static void scale(float *x, size_t count, float factor)
{
    for (size_t i = 0; i < count; i++)
        x[i] *= factor;
}

static void huge_and_denormal_values_are_weighted(void **state)
{
    static const float factors[] = { 1e30F, 1e-39F, 0 };

    (void)state;
    for (size_t i = 0; i < LENGTH(factors); i++) {
        Head s;

        head_init(&s, 30, 150, 12);
        scale(s.v, (s.keys - 1) * s.ld + s.d, factors[i]);
        check(&s, 1e-9); /* sums of denormal numbers are coarse */
        scale(s.q, (s.r - 1) * s.ld + s.d, 1e-39F);
        check(&s, 1e-9);
        head_clear(&s);
    }
}

static void a_single_key_hands_over_its_value(void **state)
{
    Head s;

    (void)state;
    head_init(&s, 5, 1, 20);
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        float *const y = attend(volo_kernels_at((VoloCpuLevel)level), &s);

        for (size_t i = 0; i < s.r; i++)
            assert_memory_equal(y + i * s.d, s.v, s.d * sizeof *y);
        guarded_free(y);
    }
    head_clear(&s);
}

static void a_query_does_not_depend_on_its_neighbours(void **state)
{
    Head s;

    (void)state;
    head_init(&s, VOLO_ATTENTION_ROWS + 30, 200, 32);
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        const VoloKernels *const k = volo_kernels_at((VoloCpuLevel)level);
        float *const all = attend(k, &s);

        for (size_t i = 0; i < s.r; i += 29) {
            Head some = s;

            some.q += i * s.ld;
            some.r = s.r - i < 3 ? s.r - i : 3;
            float *const alone = attend(k, &some);
            assert_memory_equal(alone, all + i * s.d, some.r * s.d * sizeof *alone);
            guarded_free(alone);
        }
        guarded_free(all);
    }
    head_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_sizes_agree_with_the_twin),
        cmocka_unit_test(scores_may_differ_by_thousands),
        cmocka_unit_test(scores_far_below_zero_do_not_underflow),
        cmocka_unit_test(the_largest_score_may_come_last),
        cmocka_unit_test(huge_and_denormal_values_are_weighted),
        cmocka_unit_test(a_single_key_hands_over_its_value),
        cmocka_unit_test(a_query_does_not_depend_on_its_neighbours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
