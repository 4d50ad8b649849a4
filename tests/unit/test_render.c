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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_a_mask),
        cmocka_unit_test(lays_colours_over_a_picture),
        cmocka_unit_test(refuses_what_does_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
