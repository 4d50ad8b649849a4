/* SPDX-License-Identifier: Apache-2.0 */
/* Colour pictures and overlays, to the last bit of the rounding. */
#include <volo/render.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t colours[3][3] = { { 10, 20, 30 }, { 255, 0, 128 }, { 1, 2, 254 } };

static VoloClassTable *make_table(void)
{
    static const char *const names[3] = { "road", "sky", "tree" };
    VoloClassTable *table = NULL;

    assert_int_equal(volo_class_table_new("tiny", 3, names, NULL, colours, &table, NULL), VOLO_OK);
    return table;
}

static void colours_a_mask(void **state)
{
    static const uint8_t labels[6] = { 0, 1, 2, 3, 254, 255 };
    VoloClassTable *table = make_table();
    VoloMask *mask = NULL;
    VoloImage *image = NULL;

    (void)state;
    assert_int_equal(volo_mask_new(2, 3, labels, &mask, NULL), VOLO_OK);
    assert_int_equal(volo_render_colour(mask, table, &image, NULL), VOLO_OK);
    assert_int_equal(volo_image_height(image), 2);
    assert_int_equal(volo_image_width(image), 3);
    assert_memory_equal(volo_image_pixels(image), colours, sizeof colours);
    for (size_t i = 9; i < 18; i++) /* beyond the table: black */
        assert_int_equal(volo_image_pixels(image)[i], 0);
    volo_image_unref(image);
    volo_mask_unref(mask);
    volo_class_table_free(table);
}

/* Every value of the picture under every colour of the table. */
static void check_opacity(const VoloClassTable *table, double opacity)
{
    static uint8_t rgb[4][256][3], labels[4][256];
    VoloImage *image = NULL, *overlay = NULL;
    VoloMask *mask = NULL;

    for (int i = 0; i < 4 * 256 * 3; i++) {
        labels[i / 768][i / 3 % 256] = (uint8_t)(i / 768);
        rgb[i / 768][i / 3 % 256][i % 3] = (uint8_t)(i / 3);
    }
    assert_int_equal(volo_image_new(4, 256, &rgb[0][0][0], &image, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(4, 256, &labels[0][0], &mask, NULL), VOLO_OK);
    assert_int_equal(volo_render_overlay(image, mask, table, opacity, &overlay, NULL), VOLO_OK);
    for (size_t i = 0; i < 3072; i++) {
        const size_t label = i / 768;
        const int value = (int)(i / 3 % 256);
        const int colour = label < 3 ? colours[label][i % 3] : value;
        const double exact = label < 3 ? (1 - opacity) * value + opacity * colour : value;

        assert_int_equal(volo_image_pixels(overlay)[i], (int)floor(exact + 0.5));
    }
    volo_image_unref(overlay);
    volo_image_unref(image);
    volo_mask_unref(mask);
}

static void lays_colours_over_a_picture(void **state)
{
    static const double opacities[] = { 0.0, 0.125, 0.25, 0.5, 0.75, 1.0 }; /* exact in binary */
    VoloClassTable *table = make_table();

    (void)state;
    for (size_t i = 0; i < sizeof opacities / sizeof *opacities; i++)
        check_opacity(table, opacities[i]);
    volo_class_table_free(table);
}

static void refuses_what_does_not_fit(void **state)
{
    static const uint8_t bytes[6] = { 0 };
    static const double wrong[] = { -0.01, 1.01, (double)NAN, (double)INFINITY };
    VoloClassTable *table = make_table();
    VoloImage *image = NULL, *overlay = NULL;
    VoloMask *mask = NULL, *turned = NULL;
    VoloError err;

    (void)state;
    assert_int_equal(volo_image_new(2, 1, bytes, &image, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(2, 1, bytes, &mask, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(1, 2, bytes, &turned, NULL), VOLO_OK);
    assert_int_equal(volo_render_overlay(image, turned, table, 0.5, &overlay, &err),
                     VOLO_ERR_SHAPE);
    assert_string_equal(err.message, "the mask is 1x2, the picture 2x1 (HxW)");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(volo_render_overlay(image, mask, table, wrong[i], &overlay, &err),
                         VOLO_ERR_ARGUMENT);
    assert_null(overlay);
    volo_mask_unref(turned);
    volo_mask_unref(mask);
    volo_image_unref(image);
    volo_class_table_free(table);
}

/* --- lines --- */

/* Labels u8 [h,w] from a function of the place, with their lines on a grey picture. */
static VoloImage *draw_contour(size_t h, size_t w, uint8_t (*label)(size_t y, size_t x),
                               const VoloClassTable *table)
{
    uint8_t *labels = malloc(h * w), *grey = malloc(3 * h * w);
    VoloImage *picture = NULL, *image = NULL;
    VoloMask *mask = NULL;

    memset(grey, 77, 3 * h * w);
    for (size_t i = 0; i < h * w; i++)
        labels[i] = label(i / w, i % w);
    assert_int_equal(volo_image_new(h, w, grey, &picture, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(h, w, labels, &mask, NULL), VOLO_OK);
    assert_int_equal(volo_render_contour(picture, mask, table, &image, NULL), VOLO_OK);
    volo_mask_unref(mask);
    volo_image_unref(picture);
    free(labels);
    free(grey);
    return image;
}

static bool is_colour(const VoloImage *image, size_t y, size_t x, const uint8_t *colour)
{
    return memcmp(volo_image_pixels(image) + 3 * (y * volo_image_width(image) + x), colour, 3) == 0;
}

static uint8_t two_halves(size_t y, size_t x)
{
    (void)y;
    return x >= 600; /* of 1000: class 1 is the rarer */
}

/* 1/500 of the diagonal, to the nearest odd number: of 1000 and of 1414 pixels that is 3. */
static void a_line_is_as_wide_as_the_picture_asks(void **state)
{
    static const uint8_t grey[3] = { 77, 77, 77 };
    VoloClassTable *table = make_table();

    (void)state;
    for (size_t h = 4; h <= 1000; h += 996) {
        VoloImage *image = draw_contour(h, 1000, two_halves, table);

        for (size_t i = 0; i < h * 1000; i++) {
            const bool line = i % 1000 >= 598 && i % 1000 <= 600;

            assert_true(is_colour(image, i / 1000, i % 1000, line ? colours[1] : grey));
        }
        volo_image_unref(image);
    }
    volo_class_table_free(table);
}

static uint8_t a_thing(size_t y, size_t x)
{
    return y >= 10 && y < 14 && x >= 20 && x < 30 ? 2 : y == 0 && x == 0 ? 255 : 0;
}

/* A thing is outlined in its own colour all around; small pictures have lines of one pixel; what
 * has no class has no line of its own. */
static void a_thing_has_its_own_outline(void **state)
{
    static const uint8_t grey[3] = { 77, 77, 77 };
    VoloClassTable *table = make_table();
    VoloImage *image = draw_contour(24, 40, a_thing, table);

    (void)state;
    for (size_t y = 0; y < 24; y++) {
        for (size_t x = 0; x < 40; x++) {
            const bool inside = y >= 9 && y < 14 && x >= 19 && x < 30;
            const bool edge = inside && (y == 9 || y == 13 || x == 19 || x == 29) &&
                              !(y == 9 && x == 19); /* corners touch at their own pixel */
            const uint8_t *want = y == 0 && x == 0 ? colours[0] : edge ? colours[2] : grey;

            if (!is_colour(image, y, x, want))
                fail_msg("pixel %zu, %zu", y, x);
        }
    }
    volo_image_unref(image);
    volo_class_table_free(table);
}

static uint8_t alike(size_t y, size_t x)
{
    (void)y;
    (void)x;
    return 1;
}

static uint8_t one_corner(size_t y, size_t x)
{
    return y >= 1000 && x >= 1000;
}

/* At a corner a wide line is round: no farther from an edge than along it. */
static void no_edges_no_lines_and_corners_are_round(void **state)
{
    static const uint8_t grey[3] = { 77, 77, 77 };
    VoloClassTable *table = make_table();
    VoloImage *image = draw_contour(30, 50, alike, table);

    (void)state;
    for (size_t i = 0; i < 30 * 50; i++)
        assert_true(is_colour(image, i / 50, i % 50, grey));
    volo_image_unref(image);
    image = draw_contour(1600, 1600, one_corner, table); /* 2263 / 500: 5 pixels */
    for (size_t x = 1100; x < 1600; x++) {
        for (size_t y = 990; y < 1010; y++)
            assert_true(is_colour(image, y, x, y >= 997 && y <= 1001 ? colours[1] : grey));
    }
    assert_true(is_colour(image, 997, 998, grey) || is_colour(image, 997, 997, grey));
    volo_image_unref(image);
    volo_class_table_free(table);
}

/* --- legends --- */

/* Distinct colours in the strip of a legend that are the table's. */
static size_t count_swatches(const VoloImage *image, size_t top, size_t left)
{
    size_t found = 0;

    for (size_t k = 0; k < 3; k++) {
        bool seen = false;

        for (size_t y = top; y < volo_image_height(image) && !seen; y++) {
            for (size_t x = left; x < volo_image_width(image) && !seen; x++)
                seen = is_colour(image, y, x, colours[k]);
        }
        found += seen;
    }
    return found;
}

static void check_legend(size_t h, size_t w, bool below)
{
    VoloClassTable *table = make_table();
    uint8_t *labels = calloc(h, w), *grey = malloc(3 * h * w);
    VoloImage *picture = NULL, *image = NULL;
    VoloMask *mask = NULL;

    memset(grey, 77, 3 * h * w);
    labels[h * w - 1] = 1; /* no swatch is missing for being small; the third class is absent */
    assert_int_equal(volo_image_new(h, w, grey, &picture, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(h, w, labels, &mask, NULL), VOLO_OK);
    assert_int_equal(volo_render_legend(picture, mask, table, &image, NULL), VOLO_OK);
    const size_t all_h = volo_image_height(image), all_w = volo_image_width(image);
    assert_int_equal(all_h > h, below);
    assert_int_equal(all_w > w, !below);
    for (size_t y = 0; y < h; y++)
        assert_memory_equal(volo_image_pixels(image) + 3 * y * all_w, grey, 3 * w);
    assert_int_equal(count_swatches(image, below ? h : 0, below ? 0 : w), 2);
    volo_image_unref(image);
    volo_image_unref(picture);
    volo_mask_unref(mask);
    volo_class_table_free(table);
    free(labels);
    free(grey);
}

static void a_legend_stands_where_there_is_room(void **state)
{
    (void)state;
    check_legend(300, 400, true);
    check_legend(300, 375, true);
    check_legend(400, 400, false);
    check_legend(600, 300, false);
}

/* However small the picture and however many the classes, something can be read. */
static void a_legend_fits_what_it_can(void **state)
{
    VoloClassTable *table = NULL;
    uint8_t labels[16 * 24], grey[3 * 16 * 24] = { 0 };
    VoloImage *picture = NULL, *image = NULL;
    VoloMask *mask = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof labels; i++)
        labels[i] = (uint8_t)(i % 150);
    assert_int_equal(volo_class_table_open("ade20k", &table, NULL), VOLO_OK);
    for (int turned = 0; turned < 2; turned++) {
        const size_t h = turned ? 24 : 16, w = turned ? 16 : 24;

        assert_int_equal(volo_image_new(h, w, grey, &picture, NULL), VOLO_OK);
        assert_int_equal(volo_mask_new(h, w, labels, &mask, NULL), VOLO_OK);
        assert_int_equal(volo_render_legend(picture, mask, table, &image, NULL), VOLO_OK);
        assert_true(volo_image_height(image) <= 64 && volo_image_width(image) <= 320);
        volo_image_unref(image);
        volo_image_unref(picture);
        volo_mask_unref(mask);
    }
    volo_class_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_a_mask),
        cmocka_unit_test(lays_colours_over_a_picture),
        cmocka_unit_test(a_line_is_as_wide_as_the_picture_asks),
        cmocka_unit_test(a_thing_has_its_own_outline),
        cmocka_unit_test(no_edges_no_lines_and_corners_are_round),
        cmocka_unit_test(a_legend_stands_where_there_is_room),
        cmocka_unit_test(a_legend_fits_what_it_can),
        cmocka_unit_test(refuses_what_does_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
