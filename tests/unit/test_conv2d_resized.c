/* SPDX-License-Identifier: Apache-2.0 */
/* Convolutions over maps of several sizes: apart and together they are the same. */
#include <volo/impl/nn.h>

#include "support/guarded.h"
#include "support/tensor_check.h"
#include "support/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cpu.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum {
    OUT = 48,
    MAX_MAPS = 6,
    LARGEST = 100, /* more than any adaptive pool has bins: x itself */
    HALF = 101,    /* 2x2 means of x */
};

/* Maps made of x: each x itself, halved, or pooled to so many bins. */
typedef struct Pyramid {
    size_t maps[MAX_MAPS], count;
    bool align_corners;
    VoloConv2d conv;
} Pyramid;

static VoloTensor make_map(VoloNnContext *ctx, VoloTensor x, size_t kind)
{
    if (kind == LARGEST)
        return x;
    return kind == HALF ? volo_nn_avg_pool2(ctx, x) : volo_nn_adaptive_pool(ctx, x, kind);
}

static VoloTensor convolve(VoloNnContext *ctx, VoloTensor x, const void *user)
{
    const Pyramid *s = user;
    VoloTensor maps[MAX_MAPS];

    for (size_t i = 0; i < s->count; i++)
        maps[i] = make_map(ctx, x, s->maps[i]);
    return volo_nn_conv2d_resized(
        ctx, maps, s->count, (VoloResizedConv){ x.h, x.w, s->align_corners, VOLO_RELU }, &s->conv);
}

static Pyramid make_pyramid(const size_t *maps, size_t count, size_t channels, bool align_corners)
{
    Pyramid s = { .count = count, .align_corners = align_corners };
    const size_t in = count * channels;
    float *const weight = guarded_new_filled(OUT * in * 9, 7);
    float *const bias = guarded_new_filled(OUT, 8);

    memcpy(s.maps, maps, count * sizeof *maps);
    s.conv = walk_conv2d(weight, bias, OUT, in, 3, 1, 1);
    guarded_free(weight);
    return s;
}

static void free_pyramid(const Pyramid *s)
{
    guarded_free((float *)(uintptr_t)s->conv.bias); /* from make_pyramid */
}

static void check(const Pyramid *s, size_t n, size_t h, size_t w, size_t c)
{
    float *const x = guarded_new_filled(n * h * w * c, 9);
    const VoloCpuLevel before = volo_cpu_current();
    VoloTensor y;
    char name[64];

    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        volo_cpu_choose((VoloCpuLevel)level);
        float *const want = walk_run(convolve, s, x, n, h, w, c, 2, true, &y);
        float *const got = walk_run(convolve, s, x, n, h, w, c, 2, false, &y);
        float *const alone = walk_run(convolve, s, x, n, h, w, c, 1, false, &y);

        snprintf(name, sizeof name, "%s n=%zu h=%zu w=%zu",
                 volo_cpu_level_name((VoloCpuLevel)level), n, h, w);
        tensor_check(name, got, want, volo_count(y), 1e-10);
        assert_memory_equal(alone, got, volo_count(y) * sizeof *got);
        free(want);
        free(got);
        free(alone);
    }
    volo_cpu_choose(before);
    guarded_free(x);
}

static void maps_apart_give_what_they_give_side_by_side(void **state)
{
    static const size_t shapes[][3] = { { 1, 16, 16 }, { 2, 13, 18 }, { 1, 9, 30 }, { 3, 12, 12 } };
    static const size_t maps[][MAX_MAPS] = {
        { LARGEST, 1, 2, 3 }, /* as pyramid pooling has them */
        { LARGEST, HALF, HALF, HALF },
        { 1, LARGEST, 2, 2, LARGEST, 3 },
    };
    static const size_t counts[] = { 4, 4, 6 };

    (void)state;
    for (size_t i = 0; i < LENGTH(shapes) * LENGTH(maps) * 2; i++) {
        const size_t *shape = shapes[i / 2 % LENGTH(shapes)], kind = i / 2 / LENGTH(shapes);
        const Pyramid s = make_pyramid(maps[kind], counts[kind], 16, i % 2);

        check(&s, shape[0], shape[1], shape[2], 16);
        free_pyramid(&s);
    }
}

static void what_cannot_be_taken_apart_is_put_side_by_side(void **state)
{
    static const size_t maps[] = { LARGEST, 6 }; /* 6x6 bins of 9x9: more than a quarter */
    static const size_t small[] = { 2, 1 };      /* none has the size */

    (void)state;
    const Pyramid wide = make_pyramid(maps, 2, 16, false), none = make_pyramid(small, 2, 16, false);
    const Pyramid odd = make_pyramid(maps, 2, 10, false); /* no whole panels of channels */
    check(&wide, 1, 9, 9, 16);
    check(&none, 1, 12, 12, 16);
    check(&odd, 1, 16, 16, 10);
    free_pyramid(&wide);
    free_pyramid(&none);
    free_pyramid(&odd);
}

/* A batch has the bits of its pictures one by one. */
static void pictures_do_not_meet(void **state)
{
    static const size_t maps[] = { LARGEST, HALF, 3 };
    const Pyramid s = make_pyramid(maps, 3, 32, false);
    const size_t picture = 14 * 12;
    float *const x = guarded_new_filled(3 * picture * 32, 10);
    VoloTensor y;

    (void)state;
    float *const all = walk_run(convolve, &s, x, 3, 14, 12, 32, 2, false, &y);
    for (size_t i = 0; i < 3; i++) {
        float *const one =
            walk_run(convolve, &s, x + i * picture * 32, 1, 14, 12, 32, 2, false, &y);

        assert_memory_equal(one, all + i * picture * OUT, picture * OUT * sizeof *one);
        free(one);
    }
    free(all);
    guarded_free(x);
    free_pyramid(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_apart_give_what_they_give_side_by_side),
        cmocka_unit_test(what_cannot_be_taken_apart_is_put_side_by_side),
        cmocka_unit_test(pictures_do_not_meet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
