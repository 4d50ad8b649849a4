/* SPDX-License-Identifier: Apache-2.0 */
/* Colours of samples: HSV beside OpenCV's bytes and the formula, each distortion by itself, and the
 * blur beside a naive one in double. */
#include "train/augment_colour.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* RGB, what cv2.cvtColor (OpenCV 5.0.0) makes of a single such pixel with COLOR_RGB2HSV, and of
 * that with COLOR_HSV2RGB. */
static const uint8_t of_opencv[][3][3] = {
    { { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 } },
    { { 255, 255, 255 }, { 0, 0, 255 }, { 255, 255, 255 } },
    { { 255, 0, 0 }, { 0, 255, 255 }, { 255, 0, 0 } },
    { { 0, 255, 0 }, { 60, 255, 255 }, { 0, 255, 0 } },
    { { 0, 0, 255 }, { 120, 255, 255 }, { 0, 0, 255 } },
    { { 255, 255, 0 }, { 30, 255, 255 }, { 255, 255, 0 } },
    { { 0, 255, 255 }, { 90, 255, 255 }, { 0, 255, 255 } },
    { { 255, 0, 255 }, { 150, 255, 255 }, { 255, 0, 255 } },
    { { 128, 128, 127 }, { 30, 2, 128 }, { 128, 128, 127 } },
    { { 1, 0, 0 }, { 0, 255, 1 }, { 1, 0, 0 } },
    { { 254, 255, 255 }, { 90, 1, 255 }, { 254, 255, 255 } },
    { { 168, 229, 184 }, { 68, 68, 229 }, { 168, 229, 184 } },
    { { 171, 238, 171 }, { 60, 72, 238 }, { 171, 238, 171 } },
    { { 20, 206, 245 }, { 95, 234, 245 }, { 20, 208, 245 } },
    { { 153, 204, 5 }, { 38, 249, 204 }, { 151, 204, 5 } },
    { { 37, 53, 213 }, { 117, 211, 213 }, { 37, 54, 213 } },
    { { 206, 192, 173 }, { 17, 41, 206 }, { 206, 192, 173 } },
    { { 6, 120, 63 }, { 75, 242, 120 }, { 6, 120, 63 } },
    { { 96, 236, 131 }, { 68, 151, 236 }, { 96, 236, 134 } },
    { { 118, 4, 87 }, { 158, 246, 118 }, { 118, 4, 88 } },
    { { 161, 124, 71 }, { 18, 143, 161 }, { 161, 125, 71 } },
    { { 42, 73, 237 }, { 115, 210, 237 }, { 42, 74, 237 } },
    { { 16, 194, 250 }, { 97, 239, 250 }, { 16, 195, 250 } },
    { { 10, 103, 206 }, { 106, 243, 206 }, { 10, 101, 206 } },
};

static void converts_as_opencv(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof of_opencv / sizeof *of_opencv; i++) {
        uint8_t x[3];

        memcpy(x, of_opencv[i][0], 3);
        volo_rgb_to_hsv(x, 1);
        assert_memory_equal(x, of_opencv[i][1], 3);
        volo_hsv_to_rgb(x, 1);
        assert_memory_equal(x, of_opencv[i][2], 3);
    }
}

/* The textbook's, in double: hue 0..180, saturation and value 0..255. */
static void exact_hsv(const uint8_t rgb[3], double hsv[3])
{
    const double r = rgb[0], g = rgb[1], b = rgb[2];
    const double v = fmax(fmax(r, g), b), range = v - fmin(fmin(r, g), b);
    double h = 0;

    if (range > 0)
        h = v == r ? (g - b) / range : v == g ? 2 + (b - r) / range : 4 + (r - g) / range;
    hsv[0] = 30 * (h < 0 ? h + 6 : h);
    hsv[1] = v > 0 ? 255 * range / v : 0;
    hsv[2] = v;
}

static void equals_the_formula_to_a_step(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1u << 24; i += 97) {
        const uint8_t rgb[3] = { (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
        uint8_t x[3] = { rgb[0], rgb[1], rgb[2] };
        double hsv[3];

        exact_hsv(rgb, hsv);
        volo_rgb_to_hsv(x, 1);
        const double around = fabs(x[0] - hsv[0]);
        assert_true(fmin(around, 180 - around) < 0.67); /* reciprocals have 12 bits */
        assert_true(fabs(x[1] - hsv[1]) < 0.54);
        assert_int_equal(x[2], (int)hsv[2]);
        volo_hsv_to_rgb(x, 1); /* a step of hue is 1/30 of the range, one of saturation 1/255 */
        for (size_t k = 0; k < 3; k++)
            assert_true(abs(x[k] - rgb[k]) <= 6);
    }
}

static VoloAugment nothing(void)
{
    VoloAugment augment = VOLO_AUGMENT_INIT;

    augment.photometric = 1;
    augment.brightness = augment.contrast = augment.saturation = augment.hue = 0;
    return augment;
}

/* The pixel after the distortion that position draws. */
static void distort(const VoloAugment *augment, uint64_t position, uint8_t rgb[3])
{
    VoloStream stream = volo_stream_at(1, VOLO_STREAM_AUGMENT, position);
    const VoloColours colours = volo_colours_draw(augment, &stream);

    volo_colours_apply(&colours, rgb, 1);
}

static void brightness_moves_all_levels(void **state)
{
    VoloAugment augment = nothing();
    int low = 0, high = 0;

    (void)state;
    augment.brightness = 32;
    for (uint64_t i = 0; i < 500; i++) {
        uint8_t x[3] = { 100, 100, 100 }, light[3] = { 250, 250, 250 };

        distort(&augment, i, x);
        distort(&augment, i, light);
        const int shift = x[0] - 100;
        assert_true(abs(shift) <= 32);
        assert_true(x[1] == x[0] && x[2] == x[0]);
        assert_int_equal(light[0], shift < 5 ? 250 + shift : 255);
        low = shift < low ? shift : low;
        high = shift > high ? shift : high;
    }
    assert_true(low < -28 && high > 28);
}

static void contrast_scales_levels_and_cuts_them(void **state)
{
    VoloAugment augment = nothing();
    int low = 255, high = 0;

    (void)state;
    augment.contrast = 0.5;
    for (uint64_t i = 0; i < 500; i++) {
        uint8_t x[3] = { 100, 100, 100 }, white[3] = { 255, 255, 255 };

        distort(&augment, i, x);
        distort(&augment, i, white);
        assert_true(x[0] == x[1] && x[1] == x[2] && x[0] >= 50 && x[0] <= 150);
        assert_true(x[0] < 100 || white[0] == 255);
        low = x[0] < low ? x[0] : low;
        high = x[0] > high ? x[0] : high;
    }
    assert_true(low < 56 && high > 144);
}

/* Contrast loses fractions, and so does saturation: whose turn is first shows in few pictures, but
 * in what is drawn. */
static void contrast_comes_before_or_after(void **state)
{
    VoloAugment augment = nothing();
    unsigned before = 0, after = 0;

    (void)state;
    augment.contrast = 0.5;
    for (uint64_t i = 0; i < 1000; i++) {
        VoloStream stream = volo_stream_at(2, VOLO_STREAM_AUGMENT, i);
        const VoloColours colours = volo_colours_draw(&augment, &stream);

        before += !colours.after;
        after += colours.after;
    }
    assert_true(before > 430 && after > 430);
}

static void hue_turns_by_at_most_its_range(void **state)
{
    VoloAugment augment = nothing();
    bool seen[180] = { false };

    (void)state;
    augment.hue = 18;
    for (uint64_t i = 0; i < 2000; i++) {
        uint8_t x[3] = { 255, 0, 0 }, grey[3] = { 77, 77, 77 };

        distort(&augment, i, x);
        distort(&augment, i, grey);
        assert_true(grey[0] == 77 && grey[1] == 77 && grey[2] == 77);
        volo_rgb_to_hsv(x, 1);
        assert_true(x[0] <= 18 || x[0] >= 162);
        seen[x[0]] = true;
    }
    for (size_t i = 0; i <= 18; i++)
        assert_true(seen[i] && seen[(180 - i) % 180]);
}

static void saturation_leaves_hue_and_value(void **state)
{
    VoloAugment augment = nothing();
    int low = 255, high = 0;

    (void)state;
    augment.saturation = 0.5;
    for (uint64_t i = 0; i < 500; i++) {
        uint8_t x[3] = { 200, 100, 100 };

        distort(&augment, i, x);
        assert_int_equal(x[0], 200);
        assert_int_equal(x[1], x[2]);
        low = x[1] < low ? x[1] : low;
        high = x[1] > high ? x[1] : high;
    }
    assert_in_range(low, 48, 54);
    assert_in_range(high, 146, 152);
}

static void each_comes_by_its_chance(void **state)
{
    VoloAugment augment = VOLO_AUGMENT_INIT;
    unsigned none = 0, in_hsv = 0;

    (void)state;
    for (uint64_t i = 0; i < 4000; i++) {
        VoloStream stream = volo_stream_at(3, VOLO_STREAM_AUGMENT, i);
        const VoloColours colours = volo_colours_draw(&augment, &stream);

        none += !colours.before && !colours.in_hsv && !colours.after;
        in_hsv += colours.in_hsv;
    }
    assert_in_range(none, 190, 310);     /* 1/16 of 4000 */
    assert_in_range(in_hsv, 2880, 3120); /* 3/4 */
    augment.photometric = 0;
    for (uint64_t i = 0; i < 100; i++) {
        uint8_t x[3] = { 1, 2, 3 };

        distort(&augment, i, x);
        assert_true(x[0] == 1 && x[1] == 2 && x[2] == 3);
    }
}

/* --- blur --- */

static double clamped(const uint8_t *x, long h, long w, long i, long j, size_t k)
{
    i = i < 0 ? 0 : i >= h ? h - 1 : i;
    j = j < 0 ? 0 : j >= w ? w - 1 : j;
    return x[3 * (i * w + j) + (long)k];
}

static double blurred(const uint8_t *x, long h, long w, long i, long j, size_t k, double sigma)
{
    const long radius = (long)ceil(3 * sigma);
    double sum = 0, weights = 0;

    for (long a = -radius; a <= radius; a++) {
        for (long b = -radius; b <= radius; b++) {
            const double weight = exp(-0.5 * (double)(a * a + b * b) / (sigma * sigma));

            sum += weight * clamped(x, h, w, i + a, j + b, k);
            weights += weight;
        }
    }
    return sum / weights;
}

static void blurs_as_the_formula_says(void **state)
{
    static const double sigmas[] = { 0.05, 0.3, 1.2, 2.6, 16 };
    enum {
        H = 13,
        W = 21
    };
    uint8_t x[H * W * 3], y[H * W * 3];
    float *row = malloc(volo_blur_scratch(W) * sizeof *row);

    (void)state;
    for (size_t i = 0; i < sizeof x; i++)
        x[i] = (uint8_t)(i * i * 31 % 256);
    for (size_t s = 0; s < sizeof sigmas / sizeof *sigmas; s++) {
        volo_blur(y, x, H, W, sigmas[s], row);
        for (long i = 0; i < H * W * 3; i++) {
            const double wanted =
                blurred(x, H, W, i / (3 * W), i / 3 % W, (size_t)(i % 3), sigmas[s]);

            assert_true(fabs(y[i] - wanted) < 0.51);
        }
    }
    free(row);
}

static void blurring_keeps_even_areas(void **state)
{
    uint8_t x[5 * 4 * 3], y[5 * 4 * 3];
    float row[512];

    (void)state;
    assert_true(volo_blur_scratch(4) <= 512);
    for (int level = 0; level < 256; level++) {
        memset(x, level, sizeof x);
        volo_blur(y, x, 5, 4, 1.1, row);
        assert_memory_equal(x, y, sizeof x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converts_as_opencv),
        cmocka_unit_test(equals_the_formula_to_a_step),
        cmocka_unit_test(brightness_moves_all_levels),
        cmocka_unit_test(contrast_scales_levels_and_cuts_them),
        cmocka_unit_test(contrast_comes_before_or_after),
        cmocka_unit_test(hue_turns_by_at_most_its_range),
        cmocka_unit_test(saturation_leaves_hue_and_value),
        cmocka_unit_test(each_comes_by_its_chance),
        cmocka_unit_test(blurs_as_the_formula_says),
        cmocka_unit_test(blurring_keeps_even_areas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
