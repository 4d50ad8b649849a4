/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures at other sizes. */
#include "painted.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    WIDTH = 40
};

static uint32_t seed = 2463534242u;

static uint32_t draw(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    return seed ^= seed << 5;
}

/* Exactly what a box of that width sees, by integrating the picture. */
static double box_mean(const uint8_t *pixels, int size, int stride, double from, double to)
{
    double sum = 0;

    for (int i = (int)floor(from); i < to; i++) {
        const int at = i < 0 ? 0 : i < size ? i : size - 1;

        sum += pixels[at * stride] * (fmin(to, i + 1) - fmax(from, i));
    }
    return sum / (to - from);
}

static void mixes_what_lies_below_a_pixel(void **state)
{
    static const double between[] = { 0.55, 0.8, 0.97, 1.3, 2.9 };
    uint8_t row[WIDTH * 3];
    VoloImage *image = NULL;

    (void)state;
    for (int i = 0; i < WIDTH * 3; i++)
        row[i] = (uint8_t)draw();
    assert_int_equal(volo_image_new(1, WIDTH, row, &image, NULL), VOLO_OK);
    VoloLevels *levels = volo_levels_new(image, true);
    VoloPainter *painter = volo_painter_new();
    VoloLook look = { .hidden = { false } };
    const VoloScene scene = { .levels = levels,
                              .side = { { .look = &look }, { .look = &look } },
                              .layer = VOLO_LAYER_PICTURE,
                              .scale = 1 };

    for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
        const double ratio = 1 / between[i], half = fmax(ratio, 1) / 2;
        const VoloPatch patch = { .zoom = between[i],
                                  .width = volo_zoomed_size(WIDTH, between[i]),
                                  .height = 1 };
        uint8_t rgb[3 * 3 * WIDTH];

        paint_rgb(painter, &scene, VOLO_SIDE_FIRST, &patch, 0, patch.width, rgb);
        for (int x = 0; x < 3 * patch.width; x++) {
            const double centre = fmin((x / 3 + 0.5) * ratio, WIDTH);

            assert_true(
                fabs(box_mean(row + x % 3, WIDTH, 3, centre - half, centre + half) - rgb[x]) < 1.6);
        }
    }
    volo_painter_free(painter);
    volo_levels_free(levels);
    volo_image_unref(image);
}

static void halves_by_the_mean_of_four(void **state)
{
    static const uint8_t rgb[3][3][3] = { { { 0, 4, 255 }, { 2, 4, 255 }, { 9, 9, 9 } },
                                          { { 4, 4, 255 }, { 6, 4, 255 }, { 11, 9, 10 } },
                                          { { 8, 0, 0 }, { 9, 0, 1 }, { 200, 100, 50 } } };
    static const uint8_t half[2][2][3] = { { { 3, 4, 255 }, { 10, 9, 10 } },
                                           { { 9, 0, 1 }, { 200, 100, 50 } } };
    VoloImage *image = NULL;

    (void)state;
    assert_int_equal(volo_image_new(3, 3, &rgb[0][0][0], &image, NULL), VOLO_OK);
    VoloLevels *levels = volo_levels_new(image, true);
    const VoloLevel level = volo_levels_choose(levels, 0.4), full = volo_levels_choose(levels, 0.6);

    assert_true(level.width == 2 && level.height == 2 && level.scale == 0.5);
    assert_memory_equal(level.rgb, half, sizeof half);
    assert_ptr_equal(full.rgb, volo_image_pixels(image));
    assert_int_equal(volo_levels_choose(levels, 1e-6).width, 1);
    volo_levels_free(levels);
    volo_image_unref(image);
}

static void keeps_even_pictures_even_at_every_zoom(void **state)
{
    uint8_t *rgb = malloc(3 * 301 * 207), *seen = malloc(3 * 900 * 620);
    VoloImage *image = NULL;
    VoloLook look = { .hidden = { false } };

    (void)state;
    for (int i = 0; i < 301 * 207; i++)
        memcpy(rgb + 3 * i, "\xc8\x01\xff", 3);
    assert_int_equal(volo_image_new(207, 301, rgb, &image, NULL), VOLO_OK);
    for (int halves = 0; halves < 2; halves++) {
        VoloLevels *levels = volo_levels_new(image, halves);
        VoloPainter *painter = volo_painter_new();
        const VoloScene scene = { .levels = levels,
                                  .side = { { .look = &look }, { .look = &look } },
                                  .layer = VOLO_LAYER_PICTURE,
                                  .scale = 1 };

        for (double zoom = 0.003; zoom < 2.9; zoom *= 1.07) {
            const VoloPatch patch = { .zoom = zoom,
                                      .width = volo_zoomed_size(301, zoom),
                                      .height = volo_zoomed_size(207, zoom) };

            paint_rgb(painter, &scene, VOLO_SIDE_FIRST, &patch, 0, patch.width, seen);
            for (int i = 0; i < patch.width * patch.height; i++)
                assert_memory_equal(seen + 3 * i, "\xc8\x01\xff", 3);
        }
        volo_painter_free(painter);
        volo_levels_free(levels);
    }
    volo_image_unref(image);
    free(seen);
    free(rgb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mixes_what_lies_below_a_pixel),
        cmocka_unit_test(halves_by_the_mean_of_four),
        cmocka_unit_test(keeps_even_pictures_even_at_every_zoom),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
