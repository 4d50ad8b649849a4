/* SPDX-License-Identifier: Apache-2.0 */
/* Results and gradients of single operations in training against PyTorch's autograd in float64:
 * test_grad_golden FILE, made by tests/oracle/train_op_goldens.py. */
#include "grad/grad_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static GoldenFile *golden;

enum {
    MOST = 16 /* channels of batch norm */
};

/* number of each: what its network would know; see the table. */

static VoloTensor linear_gelu(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                              const GradCase *c)
{
    static VoloLinear p;

    p = (VoloLinear){ { .out = c->number[0], .in = x[0].c, .raw = parameter[0] }, parameter[1] };
    return volo_nn_linear(ctx, x[0], &p, (VoloEpilogue){ .activation = VOLO_GELU });
}

static VoloTensor gelu(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                       const GradCase *c)
{
    (void)parameter;
    (void)c;
    return volo_nn_activate(ctx, x[0], VOLO_GELU);
}

static VoloTensor layernorm(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                            const GradCase *c)
{
    static VoloLayerNorm p;

    (void)c;
    p = (VoloLayerNorm){ parameter[0], parameter[1], x[0].c, 1e-5F };
    return volo_nn_layernorm(ctx, x[0], &p);
}

static VoloTensor batchnorm(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                            const GradCase *c)
{
    static VoloBatchNorm p;
    static float running_mean[MOST], running_var[MOST];

    (void)c;
    assert_true(x[0].c <= MOST);
    p = (VoloBatchNorm){ parameter[0], parameter[1], running_mean, running_var, x[0].c, 1e-5F };
    return volo_nn_batchnorm(ctx, x[0], &p, VOLO_RELU);
}

/* number: out, kernel, stride, padding */
static VoloTensor conv2d(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                         const GradCase *c)
{
    static VoloConv2d p;
    const size_t k = c->number[1];

    p = (VoloConv2d){
        .weight = { .out = c->number[0], .in = k * k * x[0].c, .raw = parameter[0] },
        .bias = parameter[1],
        .in = x[0].c,
        .out = c->number[0],
        .kh = k,
        .kw = k,
        .stride = c->number[2],
        .pad = c->number[3],
    };
    return volo_nn_conv2d(ctx, x[0], &p, (VoloEpilogue){ 0 });
}

/* number: out, kernel */
static VoloTensor conv_transpose2d(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                                   const GradCase *c)
{
    static VoloConvTranspose2d p;
    const size_t out = c->number[0], k = c->number[1];

    p = (VoloConvTranspose2d){ .weight = { .out = k * k * out, .in = x[0].c, .raw = parameter[0] },
                               .bias = parameter[1],
                               .in = x[0].c,
                               .out = out,
                               .k = k };
    return volo_nn_conv_transpose2d(ctx, x[0], &p, VOLO_LINEAR);
}

/* number: heads */
static VoloTensor attention(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                            const GradCase *c)
{
    (void)parameter;
    return volo_nn_attention(ctx, x[0], c->number[0]);
}

static VoloTensor class_attention(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                                  const GradCase *c)
{
    (void)parameter;
    return volo_nn_class_attention(ctx, x[0], x[1], c->number[0]);
}

static VoloTensor outlook_attention(VoloNnContext *ctx, const VoloTensor *x,
                                    float *const *parameter, const GradCase *c)
{
    (void)parameter;
    return volo_nn_outlook_attention(ctx, x[0], x[1], c->number[0]);
}

/* number: h, w, 1 for aligned corners, maps */
static VoloTensor concat_resized(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                                 const GradCase *c)
{
    (void)parameter;
    return volo_nn_concat_resized(ctx, x, c->number[3], c->number[0], c->number[1],
                                  c->number[2] != 0);
}

/* number: 1 for aligned corners */
static VoloTensor add_resized(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                              const GradCase *c)
{
    (void)parameter;
    return volo_nn_add_resized(ctx, x[0], x[1], c->number[0] != 0);
}

/* number: up, down */
static VoloTensor rescale(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                          const GradCase *c)
{
    (void)parameter;
    return volo_nn_rescale(ctx, x[0], c->number[0], c->number[1]);
}

/* number: bins */
static VoloTensor adaptive_pool(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                                const GradCase *c)
{
    (void)parameter;
    return volo_nn_adaptive_pool(ctx, x[0], c->number[0]);
}

static VoloTensor avg_pool2(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                            const GradCase *c)
{
    (void)parameter;
    (void)c;
    return volo_nn_avg_pool2(ctx, x[0]);
}

static VoloTensor max_pool2(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                            const GradCase *c)
{
    (void)parameter;
    (void)c;
    return volo_nn_max_pool2(ctx, x[0]);
}

static VoloTensor add_max(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                          const GradCase *c)
{
    (void)parameter;
    (void)c;
    return volo_nn_add_max(ctx, x[0], x[1], 0.5F);
}

/* number: h, w of the grid */
static VoloTensor add_grid(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                           const GradCase *c)
{
    static VoloGrid p;

    p = (VoloGrid){ parameter[0], c->number[0], c->number[1], x[0].c };
    return volo_nn_add_grid(ctx, x[0], &p);
}

static const GradCase cases[] = {
    { .name = "linear_gelu", .number = { 9 }, .run = linear_gelu },
    { .name = "gelu", .run = gelu },
    { .name = "layernorm", .run = layernorm },
    { .name = "batchnorm_relu", .run = batchnorm },
    { .name = "conv_k3_s1_p1", .number = { 20, 3, 1, 1 }, .run = conv2d },
    { .name = "conv_k3_s2_p1", .number = { 6, 3, 2, 1 }, .run = conv2d },
    { .name = "conv_k7_s2_p3", .number = { 6, 7, 2, 3 }, .run = conv2d },
    { .name = "conv_k2_s2_p0", .number = { 6, 2, 2, 0 }, .run = conv2d },
    { .name = "conv_transpose_k2", .number = { 7, 2 }, .run = conv_transpose2d },
    { .name = "attention", .number = { 3 }, .run = attention },
    { .name = "class_attention", .number = { 3 }, .run = class_attention },
    { .name = "outlook_attention", .number = { 3 }, .run = outlook_attention },
    { .name = "concat_resized", .number = { 7, 9, 0, 3 }, .run = concat_resized },
    { .name = "concat_resized_aligned", .number = { 7, 9, 1, 3 }, .run = concat_resized },
    { .name = "add_resized", .number = { 0 }, .run = add_resized },
    { .name = "add_resized_aligned", .number = { 1 }, .run = add_resized },
    { .name = "rescale_3_2", .number = { 3, 2 }, .run = rescale },
    { .name = "adaptive_pool_3", .number = { 3 }, .run = adaptive_pool },
    { .name = "adaptive_pool_6", .number = { 6 }, .run = adaptive_pool },
    { .name = "avg_pool2", .run = avg_pool2 },
    { .name = "max_pool2", .run = max_pool2 },
    { .name = "add_max", .run = add_max },
    { .name = "add_grid", .number = { 4, 3 }, .run = add_grid },
};

enum {
    CASES = sizeof cases / sizeof *cases
};

static void agrees_with_autograd(void **state)
{
    grad_check_golden(*state, golden);
}

/* Everything in the file is somebody's. */
static void no_case_is_left_out(void **state)
{
    size_t results = 0;

    (void)state;
    for (size_t i = 0; golden_name(golden, i); i++) {
        const char *const dot = strrchr(golden_name(golden, i), '.');

        results += dot && strcmp(dot, ".y") == 0;
    }
    assert_int_equal(results, CASES);
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[CASES + 1];
    static GradCase copies[CASES];

    if (argc != 2)
        return 2;
    golden = golden_open(argv[1]);
    for (size_t i = 0; i < CASES; i++) {
        copies[i] = cases[i];
        tests[i] = (struct CMUnitTest){ .name = copies[i].name,
                                        .test_func = agrees_with_autograd,
                                        .initial_state = &copies[i] };
    }
    tests[CASES] = (struct CMUnitTest)cmocka_unit_test(no_case_is_left_out);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    golden_close(golden);
    return failed;
}
