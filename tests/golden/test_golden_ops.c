/* SPDX-License-Identifier: Apache-2.0 */
/* Single operations at awkward sizes against PyTorch's: test_golden_ops FILE. */
#include <volo/base.h>

#include "support/golden_file.h"
#include "support/tensor_check.h"
#include "support/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernels/kernels.h"

static GoldenFile *golden;

enum {
    THREADS = 2
};

static GoldenTensor get(const char *format, ...) VOLO_PRINTF(1, 2);

static GoldenTensor get(const char *format, ...)
{
    char name[96];
    va_list args;

    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    return golden_get(golden, name);
}

/* Runs fn on x [n,h,w,c] and compares with want of the same layout. */
static void check(const char *name, WalkFn fn, const void *user, const GoldenTensor *x,
                  const GoldenTensor *want)
{
    VoloTensor y;
    float *got = walk_run(fn, user, x->f32, x->shape[0], x->shape[1], x->shape[2], x->shape[3],
                          THREADS, true, &y);

    assert_int_equal(volo_count(y), want->count);
    tensor_check(name, got, want->f32, want->count, 1e-11);
    free(got);
}

/* The same for golden tensors stored [n,c,h,w]. */
static void check_channels_first(const char *name, WalkFn fn, const void *user,
                                 const GoldenTensor *x, const GoldenTensor *want)
{
    float *x_last = golden_channels_last(x), *want_last = golden_channels_last(want);
    const GoldenTensor in = { .f32 = x_last,
                              .shape = { x->shape[0], x->shape[2], x->shape[3], x->shape[1] },
                              .count = x->count };
    const GoldenTensor out = { .f32 = want_last, .count = want->count };

    check(name, fn, user, &in, &out);
    free(x_last);
    free(want_last);
}

typedef struct Outlook {
    VoloLinear v, attn, proj;
} Outlook;

static VoloTensor outlook(VoloNnContext *ctx, VoloTensor x, const void *user)
{
    const Outlook *p = user;
    const VoloTensor v = volo_nn_linear(ctx, x, &p->v, (VoloEpilogue){ 0 });
    const VoloTensor a =
        volo_nn_linear(ctx, volo_nn_avg_pool2(ctx, x), &p->attn, (VoloEpilogue){ 0 });

    return volo_nn_linear(ctx, volo_nn_outlook_attention(ctx, v, a, 3), &p->proj,
                          (VoloEpilogue){ 0 });
}

static void outlook_attention_at_odd_sizes(void **state)
{
    static const char *const sizes[] = { "6x8", "7x5", "1x1", "2x9" };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *s = sizes[i];
        const Outlook p = { walk_linear(get("outlook_%s.v.weight", s).f32, NULL, 24, 24),
                            walk_linear(get("outlook_%s.attn.weight", s).f32,
                                        get("outlook_%s.attn.bias", s).f32, 243, 24),
                            walk_linear(get("outlook_%s.proj.weight", s).f32,
                                        get("outlook_%s.proj.bias", s).f32, 24, 24) };
        const GoldenTensor x = get("outlook_%s.x", s), y = get("outlook_%s.y", s);

        check(s, outlook, &p, &x, &y);
    }
}

static VoloTensor attention(VoloNnContext *ctx, VoloTensor x, const void *user)
{
    const VoloLinear *p = user;
    const VoloTensor qkv = volo_nn_linear(ctx, x, &p[0], (VoloEpilogue){ 0 });

    return volo_nn_linear(ctx, volo_nn_attention(ctx, qkv, 3), &p[1], (VoloEpilogue){ 0 });
}

static void attention_of_a_batch(void **state)
{
    const VoloLinear p[2] = { walk_linear(get("attention.qkv.weight").f32, NULL, 72, 24),
                              walk_linear(get("attention.proj.weight").f32,
                                          get("attention.proj.bias").f32, 24, 24) };
    const GoldenTensor x = get("attention.x"), y = get("attention.y");

    (void)state;
    check("attention", attention, p, &x, &y);
}

static VoloTensor conv(VoloNnContext *ctx, VoloTensor x, const void *user)
{
    return volo_nn_conv2d(ctx, x, user, (VoloEpilogue){ 0 });
}

static void convolutions(void **state)
{
    static const struct {
        size_t in, out, k, stride, pad, h, w;
    } cases[] = { { 3, 5, 7, 2, 3, 17, 13 }, { 8, 8, 3, 1, 1, 9, 11 },  { 8, 6, 4, 4, 0, 17, 14 },
                  { 8, 6, 2, 2, 0, 7, 9 },   { 16, 16, 3, 1, 1, 1, 1 }, { 16, 12, 3, 1, 1, 4, 6 } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[64];
        snprintf(name, sizeof name, "conv_%zu_%zu_k%zu_s%zu_p%zu_%zux%zu", cases[i].in,
                 cases[i].out, cases[i].k, cases[i].stride, cases[i].pad, cases[i].h, cases[i].w);
        const VoloConv2d p = walk_conv2d(get("%s.w", name).f32, get("%s.b", name).f32, cases[i].out,
                                         cases[i].in, cases[i].k, cases[i].stride, cases[i].pad);
        const GoldenTensor x = get("%s.x", name), y = get("%s.y", name);

        check_channels_first(name, conv, &p, &x, &y);
    }
}

typedef struct Resize {
    size_t h, w;
    bool align_corners;
} Resize;

static VoloTensor resize(VoloNnContext *ctx, VoloTensor x, const void *user)
{
    const Resize *p = user;

    return volo_nn_concat_resized(ctx, &x, 1, p->h, p->w, p->align_corners);
}

static const size_t sizes[][2] = { { 18, 14 }, { 5, 4 }, { 9, 7 }, { 23, 40 }, { 1, 1 } };

static void bilinear_resizing_both_ways(void **state)
{
    const GoldenTensor x = get("resize.x");

    (void)state;
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
        const Resize p = { sizes[i / 2][0], sizes[i / 2][1], i % 2 == 1 };
        const GoldenTensor y =
            get("resize.bilinear%s.%zux%zu", p.align_corners ? "_align_corners" : "", p.h, p.w);

        check_channels_first("bilinear", resize, &p, &x, &y);
    }
}

static void bicubic_resizing_of_positions(void **state)
{
    const GoldenTensor x = get("resize.x");
    float *grid = golden_channels_last(&x);

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t h = sizes[i][0], w = sizes[i][1];
        const GoldenTensor y = get("resize.bicubic.%zux%zu", h, w);
        float *want = golden_channels_last(&y), *got = malloc(y.count * sizeof *got);

        volo_kernels()->bicubic(got, grid, 9, 7, 3, h, w);
        tensor_check("bicubic", got, want, y.count, 1e-12);
        free(got);
        free(want);
    }
    free(grid);
}

static VoloTensor pool(VoloNnContext *ctx, VoloTensor x, const void *user)
{
    return volo_nn_adaptive_pool(ctx, x, *(const size_t *)user);
}

static void adaptive_pooling(void **state)
{
    static const size_t bins[] = { 1, 2, 3, 6 };
    const GoldenTensor x = get("resize.x");

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const GoldenTensor y = get("resize.adaptive_avg_pool.%zu", bins[i]);

        check_channels_first("adaptive pooling", pool, &bins[i], &x, &y);
    }
}

static void gelu_layernorm_and_softmax(void **state)
{
    const VoloKernels *k = volo_kernels();
    const GoldenTensor gx = get("gelu.x"), gy = get("gelu.y"), lx = get("layernorm.x"),
                       ly = get("layernorm.y"), sx = get("softmax.x"), sy = get("softmax.y");
    float y[4 * 33];

    (void)state;
    memcpy(y, gx.f32, gx.count * sizeof *y);
    k->epilogue(y, 33, NULL, NULL, 0, VOLO_GELU, 4, 33);
    tensor_check("gelu", y, gy.f32, gy.count, 1e-12);
    k->layernorm(y, lx.f32, get("layernorm.w").f32, get("layernorm.b").f32, 1e-5f, lx.shape[0],
                 lx.shape[1]);
    tensor_check("layernorm", y, ly.f32, ly.count, 1e-12);
    k->softmax(y, sx.f32, 1.0f, sx.shape[0], sx.shape[1]);
    tensor_check("softmax", y, sy.f32, sy.count, 1e-12);
}

static int choose_level(void **state)
{
    return volo_set_cpu_level(*state, NULL) ? -1 : 0;
}

/* Every operation at every level this machine has. */
static size_t make_tests(struct CMUnitTest *tests)
{
    static const struct CMUnitTest operations[] = {
        cmocka_unit_test(outlook_attention_at_odd_sizes),
        cmocka_unit_test(attention_of_a_batch),
        cmocka_unit_test(convolutions),
        cmocka_unit_test(bilinear_resizing_both_ways),
        cmocka_unit_test(bicubic_resizing_of_positions),
        cmocka_unit_test(adaptive_pooling),
        cmocka_unit_test(gelu_layernorm_and_softmax),
    };
    static char levels[3][5] = { "base", "v3", "v4" };
    size_t count = 0;

    for (size_t i = 0; i < 3 && !volo_set_cpu_level(levels[i], NULL); i++) {
        for (size_t k = 0; k < sizeof operations / sizeof *operations; k++) {
            tests[count] = operations[k];
            tests[count].setup_func = choose_level;
            tests[count++].initial_state = levels[i];
        }
    }
    return count;
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[3 * 7];
    VoloError err;

    if (argc != 2 || volo_init(&err))
        return 2;
    golden = golden_open(argv[1]);
    const int failed = _cmocka_run_group_tests("ops", tests, make_tests(tests), NULL, NULL);
    golden_close(golden);
    return failed;
}
