/* SPDX-License-Identifier: Apache-2.0 */
/* Matrix products: kernels against their twins at every level, then the door in nn/gemm.c with its
 * two ways of computing, cut for any number of threads. */
#include "nn/gemm.h"

#include "kernels/kernels.h"
#include "nn/openblas.h"
#include "support/guarded.h"
#include "support/tensor_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* The operands of y [r,out] = act(x [r,in] · weightᵀ + bias) + residual. */
typedef struct Product {
    size_t r, in, out;
    int activation;
    float *x, *packed, *bias, *residual;
} Product;

static size_t round_up(size_t count, size_t unit)
{
    return (count + unit - 1) / unit * unit;
}

static void product_init(Product *p)
{
    VoloMatrix m = { .out = p->out, .in = p->in, .layout = VOLO_LAYOUT_PANELS };
    float *const rows = guarded_new_filled(p->out * p->in, 2);

    p->x = guarded_new_filled(p->r * p->in, 1);
    p->bias = guarded_new_filled(p->out, 3);
    p->residual = guarded_new_filled(p->r * p->out, 4);
    p->packed = guarded_new(round_up(p->out, VOLO_PANEL) * p->in);
    memset(p->packed, 0, round_up(p->out, VOLO_PANEL) * p->in * sizeof *p->packed);
    m.data = p->packed;
    volo_matrix_pack(&m, rows, 0, p->out);
    guarded_free(rows);
}

static void product_clear(Product *p)
{
    guarded_free(p->x);
    guarded_free(p->bias);
    guarded_free(p->residual);
    guarded_free(p->packed);
}

static float *multiply(const VoloKernels *k, const Product *p)
{
    float *const y = guarded_new(p->r * p->out);
    float *const scratch = guarded_new_aligned(k->gemm_panel_scratch(p->in));

    k->gemm_panel(y, p->out, p->x, p->in, p->packed, p->in * VOLO_PANEL, p->bias, p->residual,
                  p->out, p->activation, p->r, p->in, p->out, scratch);
    guarded_free(scratch);
    return y;
}

static void check_product(const Product *p, double limit)
{
    float *const want = multiply(volo_kernels_reference(), p);
    char name[96];

    for (int level = 0; level < VOLO_CPU_LEVELS; level++) {
        const VoloKernels *const k = volo_kernels_at((VoloCpuLevel)level);

        if (!k)
            continue;
        float *const got = multiply(k, p);
        snprintf(name, sizeof name, "%s r=%zu in=%zu out=%zu act=%d",
                 volo_cpu_level_name((VoloCpuLevel)level), p->r, p->in, p->out, p->activation);
        tensor_check(name, got, want, p->r * p->out, limit);
        guarded_free(got);
    }
    guarded_free(want);
}

static void panels_multiply_like_their_twin(void **state)
{
    static const size_t rows[] = { 1, 2, 3, 4, 5, 6, 7, 23, 25, 31, 97, 200 };
    static const size_t ins[] = { 1, 3, 17, 147, 256, 257, 600, 1100 };
    static const size_t outs[] = { 1, 15, 16, 17, 150 };
    unsigned number = 0;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        for (size_t j = 0; j < LENGTH(ins); j++) {
            for (size_t l = 0; l < LENGTH(outs); l++, number++) {
                Product p = { rows[i], ins[j], outs[l], (int)(number % 3), 0, 0, 0, 0 };

                product_init(&p);
                check_product(&p, 1e-11);
                product_clear(&p);
            }
        }
    }
}

static void bias_and_residual_may_be_missing(void **state)
{
    Product p = { 7, 20, 33, 0, 0, 0, 0, 0 };

    (void)state;
    product_init(&p);
    guarded_free(p.bias);
    p.bias = NULL;
    check_product(&p, 1e-12);
    guarded_free(p.residual);
    p.residual = NULL;
    check_product(&p, 1e-12);
    product_clear(&p);
}

static void scale(float *x, size_t count, float factor)
{
    for (size_t i = 0; i < count; i++)
        x[i] *= factor;
}

static void huge_and_denormal_numbers_multiply_like_in_the_twin(void **state)
{
    static const float factors[] = { 1e18F, 1e-39F, 0 };

    (void)state;
    for (size_t i = 0; i < LENGTH(factors); i++) {
        for (int activation = 0; activation < 3; activation++) {
            Product p = { 29, 40, 37, activation, 0, 0, 0, 0 };

            product_init(&p);
            scale(p.x, p.r * p.in, factors[i]);
            scale(p.bias, p.out, factors[i]);
            scale(p.residual, p.r * p.out, factors[i]);
            check_product(&p, 1e-10);
            product_clear(&p);
        }
    }
}

static void gelu_is_within_a_millionth_of_erf(void **state)
{
    Product p = { 2001, 1, 1, 2, 0, 0, 0, 0 };

    (void)state;
    product_init(&p);
    for (size_t i = 0; i < p.r; i++)
        p.x[i] = ((float)i - 1000.0F) * 0.008F;
    p.packed[0] = 1;
    memset(p.residual, 0, p.r * sizeof *p.residual);
    p.bias[0] = 0;
    float *const want = multiply(volo_kernels_reference(), &p);
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        float *const got = multiply(volo_kernels_at((VoloCpuLevel)level), &p);

        for (size_t i = 0; i < p.r; i++)
            assert_true(fabsf(got[i] - want[i]) <= 0.5e-6F * fabsf(p.x[i]));
        guarded_free(got);
    }
    guarded_free(want);
    product_clear(&p);
}

static void a_row_does_not_depend_on_its_neighbours(void **state)
{
    Product p = { 131, 300, 50, 2, 0, 0, 0, 0 };

    (void)state;
    product_init(&p);
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        const VoloKernels *const k = volo_kernels_at((VoloCpuLevel)level);
        float *const all = multiply(k, &p);

        for (size_t i = 0; i < p.r; i += 13) {
            Product one = p;

            one.r = 1;
            one.x += i * p.in;
            one.residual += i * p.out;
            float *const alone = multiply(k, &one);
            assert_memory_equal(alone, all + i * p.out, p.out * sizeof *alone);
            guarded_free(alone);
        }
        guarded_free(all);
    }
    product_clear(&p);
}

static void panel_products_add_up_like_their_twin(void **state)
{
    static const size_t rows[] = { 1, 5, 6, 9, 24, 35, 64 };
    static const size_t lengths[] = { 1, 63, VOLO_PRODUCT_K };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows) * LENGTH(lengths); i++) {
        const size_t r = rows[i / LENGTH(lengths)], k = lengths[i % LENGTH(lengths)];
        float *const x = guarded_new_filled((r - 1) * VOLO_PRODUCT_LD + k, 5);
        const size_t panels = 3, sums = r * VOLO_PANEL, weights = k * VOLO_PANEL;
        float *const panel = guarded_new_filled(panels * weights, 6);
        float *const want = guarded_new(panels * sums);

        volo_kernels_reference()->panel_product(want, sums, x, panel, weights, panels, r, k, false);
        volo_kernels_reference()->panel_product(want, sums, x, panel, weights, panels, r, k, true);
        for (int level = 0; level <= (int)volo_cpu_best(); level++) {
            const VoloKernels *const kernels = volo_kernels_at((VoloCpuLevel)level);
            float *const got = guarded_new(panels * sums);

            kernels->panel_product(got, sums, x, panel, weights, panels, r, k, false);
            kernels->panel_product(got, sums, x, panel, weights, panels, r, k, true);
            tensor_check(volo_cpu_level_name((VoloCpuLevel)level), got, want, panels * sums, 1e-12);
            guarded_free(got);
        }
        guarded_free(x);
        guarded_free(panel);
        guarded_free(want);
    }
}

static void patches_are_those_of_the_twin(void **state)
{
    static const size_t shapes[][6] = {
        /* h w c k stride pad */
        { 5, 7, 3, 7, 2, 3 }, { 9, 8, 16, 3, 1, 1 }, { 6, 5, 5, 3, 2, 1 }, { 8, 8, 4, 4, 4, 0 },
        { 1, 1, 2, 3, 1, 1 }, { 4, 6, 1, 2, 2, 0 },  { 3, 3, 8, 7, 1, 3 }
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        const size_t h = shapes[i][0], w = shapes[i][1], c = shapes[i][2], k = shapes[i][3];
        const size_t stride = shapes[i][4], pad = shapes[i][5];
        const size_t h_out = (h + 2 * pad - k) / stride + 1, w_out = (w + 2 * pad - k) / stride + 1;
        const size_t first = h_out * w_out / 3, count = h_out * w_out - first;
        float *const x = guarded_new_filled(h * w * c, 7);
        float *const want = guarded_new(count * k * k * c);

        volo_kernels_reference()->im2col(want, x, h, w, c, k, stride, pad, w_out, first, count);
        for (int level = 0; level <= (int)volo_cpu_best(); level++) {
            float *const got = guarded_new(count * k * k * c);

            volo_kernels_at((VoloCpuLevel)level)
                ->im2col(got, x, h, w, c, k, stride, pad, w_out, first, count);
            assert_memory_equal(got, want, count * k * k * c * sizeof *got);
            guarded_free(got);
        }
        guarded_free(want);
        guarded_free(x);
    }
}

static void choose(const char *gemm)
{
    VoloError err;

    if (gemm)
        setenv("VOLO_GEMM", gemm, 1);
    else
        unsetenv("VOLO_GEMM");
    assert_int_equal(volo_openblas_open(&err), VOLO_OK);
}

/* A matrix [out,in] in the layout of the present choice, from numbers of that seed. */
static void matrix_init(VoloMatrix *m, size_t out, size_t in, unsigned seed)
{
    float *const rows = guarded_new_filled(out * in, seed);

    volo_matrix_plan(m, out, in);
    m->data = guarded_new(volo_matrix_floats(m));
    memset(m->data, 0, volo_matrix_floats(m) * sizeof *m->data);
    for (size_t i = 0; i < out; i += 7)
        volo_matrix_pack(m, rows + i * in, i, out - i < 7 ? out - i : 7);
    guarded_free(rows);
}

static void run(const VoloGemmJob *job, int threads)
{
    float *const scratch = guarded_new_aligned(volo_gemm_scratch(job, threads));

    volo_gemm_run(job, threads, scratch);
    guarded_free(scratch);
}

static void weights_packed_in_parts_are_those_packed_whole(void **state)
{
    VoloMatrix parts, whole;
    float *const rows = guarded_new_filled(50 * 21, 2);

    (void)state;
    choose("own");
    matrix_init(&parts, 50, 21, 2);
    volo_matrix_plan(&whole, 50, 21);
    assert_int_equal(whole.layout, VOLO_LAYOUT_PANELS);
    assert_int_equal(volo_matrix_floats(&whole), 64 * 21);
    whole.data = guarded_new(64 * 21);
    memset(whole.data, 0, 64 * 21 * sizeof *whole.data);
    volo_matrix_pack(&whole, rows, 0, 50);
    assert_memory_equal(parts.data, whole.data, 64 * 21 * sizeof *whole.data);
    assert_true(whole.data[(2 * 21 + 5) * VOLO_PANEL + 3] == rows[(2 * VOLO_PANEL + 3) * 21 + 5]);
    guarded_free(rows);
    guarded_free(whole.data);
    guarded_free(parts.data);
}

enum {
    ROWS = 700,
    IN = 96,
    OUT = 70,
};

/* Runs one job with each of the two; y is [ROWS,OUT] each. */
static void run_both(VoloGemmJob *job, float *own, float *openblas)
{
    VoloMatrix m;

    choose("own");
    matrix_init(&m, OUT, IN, 9);
    job->weight = &m;
    job->y = own;
    run(job, 2);
    guarded_free(m.data);
    choose("openblas");
    matrix_init(&m, OUT, IN, 9);
    job->y = openblas;
    run(job, 2);
    guarded_free(m.data);
}

static void both_ways_agree(void **state)
{
    float *const x = guarded_new_filled(ROWS * IN, 8), *const bias = guarded_new_filled(OUT, 10);
    float *const residual = guarded_new_filled(ROWS * OUT, 11);
    float *const own = guarded_new(ROWS * OUT), *const openblas = guarded_new(ROWS * OUT);

    (void)state;
    for (int i = 0; i < 6; i++) {
        VoloGemmJob job = { .x = x,
                            .bias = i == 5 ? NULL : bias,
                            .residual = i < 3 ? NULL : residual,
                            .activation = (VoloActivation)(i % 3),
                            .rows = ROWS };

        run_both(&job, own, openblas);
        tensor_check("openblas and own", openblas, own, ROWS * OUT, 1e-12);
    }
    guarded_free(x);
    guarded_free(bias);
    guarded_free(residual);
    guarded_free(own);
    guarded_free(openblas);
}

static void check_residual_in_place(const char *gemm)
{
    float *const x = guarded_new_filled(ROWS * IN, 8), *const want = guarded_new(ROWS * OUT);
    float *const y = guarded_new_filled(ROWS * OUT, 11);
    float *const residual = guarded_new_filled(ROWS * OUT, 11);
    VoloMatrix m;

    choose(gemm);
    matrix_init(&m, OUT, IN, 9);
    VoloGemmJob job = {
        .y = want, .x = x, .weight = &m, .residual = residual, .activation = VOLO_GELU, .rows = ROWS
    };
    run(&job, 2);
    job.y = y;
    job.residual = y;
    run(&job, 2);
    assert_memory_equal(y, want, ROWS * OUT * sizeof *y);
    guarded_free(m.data);
    guarded_free(x);
    guarded_free(y);
    guarded_free(want);
    guarded_free(residual);
}

static void the_result_may_take_the_place_of_the_residual(void **state)
{
    (void)state;
    check_residual_in_place("own");
    check_residual_in_place("openblas");
}

/* Rows made on demand: x [ROWS,IN] of user. */
static void fill(float *x, size_t first, size_t count, const void *user)
{
    memcpy(x, (const float *)user + first * IN, count * IN * sizeof *x);
}

static void check_thread_counts(const char *gemm)
{
    float *const x = guarded_new_filled(ROWS * IN, 8), *const want = guarded_new(ROWS * OUT);
    VoloMatrix m;

    choose(gemm);
    matrix_init(&m, OUT, IN, 9);
    VoloGemmJob job = { .y = want, .x = x, .weight = &m, .activation = VOLO_RELU, .rows = ROWS };
    run(&job, 8); /* from many to few: clang's OpenMP loses memory when a team grows */
    for (int i = 0; i < 8; i++) {
        static const int threads[] = { 8, 3, 2, 1 };
        float *const y = guarded_new(ROWS * OUT);

        job.y = y;
        job.x = i % 2 ? x : NULL;
        job.fill = i % 2 ? NULL : fill;
        job.fill_user = x;
        run(&job, threads[i / 2]);
        assert_memory_equal(y, want, ROWS * OUT * sizeof *y);
        guarded_free(y);
    }
    guarded_free(m.data);
    guarded_free(x);
    guarded_free(want);
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    (void)state;
    check_thread_counts("own");
    check_thread_counts("openblas");
    check_thread_counts(NULL);
}

static void refuses_an_unknown_gemm(void **state)
{
    VoloError err;

    (void)state;
    setenv("VOLO_GEMM", "mkl", 1);
    assert_int_equal(volo_openblas_open(&err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "VOLO_GEMM is 'mkl', expected openblas or own");
    unsetenv("VOLO_GEMM");
}

static void openblas_is_opened_when_it_is_asked_for(void **state)
{
    (void)state;
    choose("own");
    assert_int_equal(volo_gemm_choice(), VOLO_GEMM_OWN);
    choose("openblas");
    assert_int_equal(volo_gemm_choice(), VOLO_GEMM_OPENBLAS);
    assert_string_not_equal(volo_openblas_core(), "none");
    choose(NULL);
    assert_int_equal(volo_gemm_choice(), VOLO_GEMM_BY_TABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(panels_multiply_like_their_twin),
        cmocka_unit_test(bias_and_residual_may_be_missing),
        cmocka_unit_test(huge_and_denormal_numbers_multiply_like_in_the_twin),
        cmocka_unit_test(gelu_is_within_a_millionth_of_erf),
        cmocka_unit_test(a_row_does_not_depend_on_its_neighbours),
        cmocka_unit_test(panel_products_add_up_like_their_twin),
        cmocka_unit_test(patches_are_those_of_the_twin),
        cmocka_unit_test(weights_packed_in_parts_are_those_packed_whole),
        cmocka_unit_test(both_ways_agree),
        cmocka_unit_test(the_result_may_take_the_place_of_the_residual),
        cmocka_unit_test(refuses_an_unknown_gemm),
        cmocka_unit_test(openblas_is_opened_when_it_is_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
