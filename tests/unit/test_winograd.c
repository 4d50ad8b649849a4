/* SPDX-License-Identifier: Apache-2.0 */
/* Winograd's convolution: its transforms against their twins, the whole against plain sums. */
#include "nn/winograd.h"

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

enum {
    POINTS = VOLO_WINOGRAD_POINTS,
};

static void inputs_are_transformed_like_in_the_twin(void **state)
{
    static const ptrdiff_t places[][2] = { { -1, -1 }, { 1, 2 }, { 3, 7 }, { 7, -1 }, { 8, 11 } };
    const size_t h = 9, w = 12, ld = 150, c = 144, ld_point = 160;
    float *const x = guarded_new_filled(h * w * ld, 1);
    float *const want = guarded_new(POINTS * ld_point);

    (void)state;
    for (size_t i = 0; i < LENGTH(places); i++) {
        volo_kernels_reference()->winograd_input(want, ld_point, x, ld, h, w, places[i][0],
                                                 places[i][1], c);
        for (int level = 0; level <= (int)volo_cpu_best(); level++) {
            float *const got = guarded_new(POINTS * ld_point);

            volo_kernels_at((VoloCpuLevel)level)
                ->winograd_input(got, ld_point, x, ld, h, w, places[i][0], places[i][1], c);
            for (size_t j = 0; j < POINTS; j++)
                tensor_check(volo_cpu_level_name((VoloCpuLevel)level), got + j * ld_point,
                             want + j * ld_point, c, 1e-12);
            assert_true(isnan(got[c])); /* nothing is written between the points */
            guarded_free(got);
        }
    }
    guarded_free(x);
    guarded_free(want);
}

static void weights_are_transformed_like_in_the_twin(void **state)
{
    const size_t c = 5, ld_tap = 7 * VOLO_PANEL, ld_point = c * VOLO_PANEL + 3;
    float *const panel = guarded_new_filled(9 * ld_tap, 2);
    float *const want = guarded_new(POINTS * ld_point);

    (void)state;
    volo_kernels_reference()->winograd_weight(want, ld_point, panel, ld_tap, c);
    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        float *const got = guarded_new(POINTS * ld_point);

        volo_kernels_at((VoloCpuLevel)level)->winograd_weight(got, ld_point, panel, ld_tap, c);
        for (size_t j = 0; j < POINTS; j++)
            tensor_check(volo_cpu_level_name((VoloCpuLevel)level), got + j * ld_point,
                         want + j * ld_point, c * VOLO_PANEL, 1e-12);
        guarded_free(got);
    }
    guarded_free(panel);
    guarded_free(want);
}

static void zero(float *x, size_t count)
{
    memset(x, 0, count * sizeof *x);
}

static void outputs_are_transformed_like_in_the_twin(void **state)
{
    const size_t ld_pixel = 40, ld_row = 170, ld_point = 16, floats = 4 * 170;
    float *const m = guarded_new_filled(POINTS * ld_point, 3);
    float *const bias = guarded_new_filled(VOLO_PANEL, 4);
    float *const residual = guarded_new_filled(floats, 5);
    float *const want = guarded_new(floats), *const got = guarded_new(floats);

    (void)state;
    for (int i = 0; i < 48; i++) {
        const size_t rows = (size_t)i % 4 + 1, columns = (size_t)i / 4 % 4 + 1;
        const float *const extra = i % 2 ? residual : NULL;

        zero(want, floats);
        volo_kernels_reference()->winograd_output(want, extra, ld_row, ld_pixel, m, ld_point, bias,
                                                  i / 16, rows, columns);
        for (int level = 0; level <= (int)volo_cpu_best(); level++) {
            zero(got, floats);
            volo_kernels_at((VoloCpuLevel)level)
                ->winograd_output(got, extra, ld_row, ld_pixel, m, ld_point, bias, i / 16, rows,
                                  columns);
            tensor_check(volo_cpu_level_name((VoloCpuLevel)level), got, want, floats, 1e-12);
        }
    }
    guarded_free(m);
    guarded_free(bias);
    guarded_free(residual);
    guarded_free(want);
    guarded_free(got);
}

/* A convolution of pictures x [n,h,w,in]. */
typedef struct Case {
    size_t n, h, w;
    VoloConv2d conv;
    VoloActivation activation;
    float *rows; /* the weights [out,3,3,in] before packing */
    float *x, *bias, *addend;
} Case;

static VoloConv2d conv3x3(size_t in, size_t out)
{
    VoloConv2d conv = { .in = in, .out = out, .kh = 3, .kw = 3, .stride = 1, .pad = 1 };

    conv.weight = (VoloMatrix){ .out = out, .in = 9 * in, .layout = VOLO_LAYOUT_PANELS };
    return conv;
}

static void case_init(Case *s, size_t n, size_t h, size_t w, size_t in, size_t out)
{
    *s = (Case){ .n = n, .h = h, .w = w, .conv = conv3x3(in, out), .activation = VOLO_RELU };
    s->rows = guarded_new_filled(out * 9 * in, 1);
    s->x = guarded_new_filled(n * h * w * in, 2);
    s->bias = guarded_new_filled(out, 3);
    s->addend = guarded_new_filled(n * h * w * out, 4);
    s->conv.weight.data = guarded_new(volo_matrix_floats(&s->conv.weight));
    zero(s->conv.weight.data, volo_matrix_floats(&s->conv.weight));
    volo_matrix_pack(&s->conv.weight, s->rows, 0, out);
    s->conv.bias = s->bias;
}

static void case_clear(Case *s)
{
    guarded_free(s->rows);
    guarded_free(s->x);
    guarded_free(s->bias);
    guarded_free(s->addend);
    guarded_free(s->conv.weight.data);
}

static void convolve_into(float *y, const Case *s, const float *addend, int threads)
{
    const VoloWinogradJob job = { .y = y,
                                  .x = s->x,
                                  .addend = addend,
                                  .p = &s->conv,
                                  .bias = s->conv.bias,
                                  .in = s->conv.in,
                                  .activation = s->activation,
                                  .n = s->n,
                                  .h = s->h,
                                  .w = s->w };
    float *const scratch = guarded_new_aligned(volo_winograd_scratch(&job, threads));

    volo_winograd_run(&job, threads, scratch);
    guarded_free(scratch);
}

static float *convolve(const Case *s, const float *addend, int threads)
{
    float *const y = guarded_new(s->n * s->h * s->w * s->conv.out);

    convolve_into(y, s, addend, threads);
    return y;
}

/* The sum over one output's 3x3 window, i = (n·h + row)·w + column */
static double window_sum(const Case *s, size_t i, const float *weight)
{
    const size_t in = s->conv.in, row = i / s->w % s->h, column = i % s->w;
    double sum = 0;

    for (size_t tap = 0; tap < 9; tap++) {
        const size_t p = row + tap / 3, q = column + tap % 3; /* both one too many */

        if (p < 1 || p > s->h || q < 1 || q > s->w)
            continue;
        const float *const pixel = s->x + ((i / s->w / s->h * s->h + p - 1) * s->w + q - 1) * in;
        for (size_t k = 0; k < in; k++)
            sum += (double)pixel[k] * (double)weight[tap * in + k];
    }
    return sum;
}

static double activate(double x, VoloActivation activation)
{
    if (activation == VOLO_RELU)
        return x > 0 ? x : 0;
    return activation == VOLO_GELU ? x / 2 * erfc(-x * sqrt(0.5)) : x;
}

static float *convolve_plainly(const Case *s, const float *addend)
{
    const size_t out = s->conv.out, pixels = s->n * s->h * s->w;
    float *const y = guarded_new(pixels * out);

    for (size_t i = 0; i < pixels; i++) {
        for (size_t j = 0; j < out; j++) {
            const double sum = window_sum(s, i, s->rows + j * 9 * s->conv.in) +
                               (s->conv.bias ? (double)s->conv.bias[j] : 0) +
                               (addend ? (double)addend[i * out + j] : 0);

            y[i * out + j] = (float)activate(sum, s->activation);
        }
    }
    return y;
}

static void check(const Case *s, const float *addend)
{
    const VoloCpuLevel before = volo_cpu_current();
    float *const want = convolve_plainly(s, addend);
    char name[96];

    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        volo_cpu_choose((VoloCpuLevel)level);
        float *const got = convolve(s, addend, 2);
        snprintf(name, sizeof name, "%s n=%zu h=%zu w=%zu in=%zu out=%zu",
                 volo_cpu_level_name((VoloCpuLevel)level), s->n, s->h, s->w, s->conv.in,
                 s->conv.out);
        tensor_check(name, got, want, s->n * s->h * s->w * s->conv.out, 5e-11);
        guarded_free(got);
    }
    volo_cpu_choose(before);
    guarded_free(want);
}

static void any_picture_gives_the_plain_sums(void **state)
{
    static const size_t shapes[][5] = {
        /* n h w in out */
        { 1, 1, 1, 16, 16 },   { 1, 4, 4, 16, 48 },    { 2, 3, 5, 32, 16 },
        { 1, 13, 9, 48, 80 },  { 1, 6, 17, 144, 272 }, { 3, 5, 2, 272, 32 }, /* many weights */
        { 1, 9, 14, 160, 48 }, /* few, in two chunks */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        Case s;

        case_init(&s, shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3], shapes[i][4]);
        for (int activation = 0; activation < 3; activation++) {
            s.activation = (VoloActivation)activation;
            check(&s, activation == 1 ? s.addend : NULL);
        }
        s.conv.bias = NULL;
        check(&s, NULL);
        case_clear(&s);
    }
}

static void more_tiles_and_panels_than_a_block_give_the_plain_sums(void **state)
{
    static const size_t shapes[][5] = { /* n h w in out */
                                        { 1, 70, 62, 16, 16 },
                                        { 3, 33, 30, 16, 288 },
                                        { 1, 66, 67, 16, 528 }
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        Case s;

        case_init(&s, shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3], shapes[i][4]);
        check(&s, s.addend);
        case_clear(&s);
    }
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    static const int threads[] = { 3, 2, 1 };   /* clang's OpenMP loses memory when a team grows */
    static const size_t outputs[] = { 48, 80 }; /* few weights and many */

    (void)state;
    for (size_t j = 0; j < LENGTH(outputs); j++) {
        Case s;

        case_init(&s, 1, 50, 61, 144, outputs[j]);
        const size_t count = s.n * s.h * s.w * s.conv.out;
        float *const want = convolve(&s, NULL, 8);
        for (size_t i = 0; i < LENGTH(threads); i++) {
            float *const got = convolve(&s, NULL, threads[i]);

            assert_memory_equal(got, want, count * sizeof *got);
            guarded_free(got);
        }
        guarded_free(want);
        case_clear(&s);
    }
}

/* The weights of a convolution may be used for channels first_in.. alone. */
static void some_channels_give_their_part_of_the_sums(void **state)
{
    Case all, some;

    (void)state;
    case_init(&all, 1, 9, 10, 64, 48);
    case_init(&some, 1, 9, 10, 32, 48);
    for (size_t i = 0; i < 90 * 64; i++) { /* the other channels are zero */
        const size_t k = i % 64;
        const bool kept = k >= 16 && k < 48;

        if (kept)
            some.x[i / 64 * 32 + k - 16] = all.x[i];
        else
            all.x[i] = 0;
    }
    float *const want = convolve_plainly(&all, NULL), *const got = guarded_new(90 * 48);
    const VoloWinogradJob job = { .y = got,
                                  .x = some.x,
                                  .p = &all.conv,
                                  .bias = all.conv.bias,
                                  .first_in = 16,
                                  .in = 32,
                                  .activation = VOLO_RELU,
                                  .n = 1,
                                  .h = 9,
                                  .w = 10 };
    float *const scratch = guarded_new_aligned(volo_winograd_scratch(&job, 2));
    volo_winograd_run(&job, 2, scratch);
    tensor_check("channels 16 to 47", got, want, 90 * 48, 5e-11);
    guarded_free(scratch);
    guarded_free(want);
    guarded_free(got);
    case_clear(&all);
    case_clear(&some);
}

static void the_result_may_take_the_place_of_the_addend(void **state)
{
    Case s;

    (void)state;
    case_init(&s, 2, 9, 10, 16, 48);
    const size_t count = s.n * s.h * s.w * s.conv.out;
    float *const want = convolve(&s, s.addend, 2);
    convolve_into(s.addend, &s, s.addend, 2);
    assert_memory_equal(s.addend, want, count * sizeof *want);
    guarded_free(want);
    case_clear(&s);
}

static void suits_only_large_3x3_convolutions_in_panels(void **state)
{
    const VoloConv2d conv = conv3x3(64, 32);
    VoloConv2d other = conv;

    (void)state;
    assert_true(volo_winograd_suits(&conv, conv.in, 32, 32));
    assert_false(volo_winograd_suits(&conv, conv.in, 3, 3));
    other.stride = 2;
    assert_false(volo_winograd_suits(&other, other.in, 32, 32));
    other = conv;
    other.pad = 0;
    assert_false(volo_winograd_suits(&other, other.in, 32, 32));
    other = conv;
    other.kh = 5;
    assert_false(volo_winograd_suits(&other, other.in, 32, 32));
    other = conv3x3(3, 32);
    assert_false(volo_winograd_suits(&other, other.in, 32, 32));
    other = conv3x3(64, 150);
    assert_false(volo_winograd_suits(&other, other.in, 32, 32));
    other = conv;
    other.weight.layout = VOLO_LAYOUT_ROWS;
    assert_false(volo_winograd_suits(&other, other.in, 32, 32));
}

static void scratch_does_not_grow_with_the_picture(void **state)
{
    const VoloConv2d conv = conv3x3(2048, 512);
    const size_t limit = ((size_t)32 << 20) / sizeof(float);
    VoloWinogradJob job = { .p = &conv, .in = conv.in, .n = 1, .h = 64, .w = 64 };

    (void)state;
    assert_true(volo_winograd_scratch(&job, 2) < limit);
    job.h = 128;
    job.w = 256;
    assert_true(volo_winograd_scratch(&job, 2) < limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(inputs_are_transformed_like_in_the_twin),
        cmocka_unit_test(weights_are_transformed_like_in_the_twin),
        cmocka_unit_test(outputs_are_transformed_like_in_the_twin),
        cmocka_unit_test(any_picture_gives_the_plain_sums),
        cmocka_unit_test(some_channels_give_their_part_of_the_sums),
        cmocka_unit_test(more_tiles_and_panels_than_a_block_give_the_plain_sums),
        cmocka_unit_test(the_result_may_take_the_place_of_the_addend),
        cmocka_unit_test(suits_only_large_3x3_convolutions_in_panels),
        cmocka_unit_test(scratch_does_not_grow_with_the_picture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
