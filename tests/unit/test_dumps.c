/* SPDX-License-Identifier: Apache-2.0 */
/* The dump formats: what each writes for one small result with ignored and unknown labels. */
#include <volo/dump.h>
#include <volo/render.h>

#include "image/owned.h"
#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2 x 3: the classes 0, 1 and 18, another one, a label beyond the table, ignored */
static const uint8_t labels[6] = { 0, 1, 18, 11, 77, 255 };
static const uint8_t rgb[18] = {
    0, 50, 100, 150, 200, 250, 255, 254, 1, 3, 5, 7, 9, 11, 13, 2, 4, 6
};

typedef struct Result {
    ScratchDir dir;
    VoloImage *image;
    VoloMask *mask;
    VoloClassTable *table;
    VoloConfidence *confidence;
    VoloDumpInput input;
} Result;

/* Shares 1, 1/2, 1/3 ... of the labels; the entropy is what is left. */
static VoloConfidence *make_confidence(VoloMask *mask)
{
    void *const memory = calloc(6, VOLO_CONFIDENCE_PIXEL_BYTES);
    const VoloConfidencePlanes planes = volo_confidence_planes(memory, 2, 3);
    VoloConfidence *confidence = NULL;

    for (size_t i = 0; i < 6; i++) {
        planes.share[0][i] = (uint16_t)(VOLO_CONFIDENCE_ONE / (i + 1));
        planes.entropy[i] = (uint16_t)(VOLO_CONFIDENCE_ONE - planes.share[0][i]);
    }
    assert_int_equal(volo_confidence_adopt(mask, memory, &confidence, NULL), VOLO_OK);
    return confidence;
}

static int set_up(void **state)
{
    static Result r;
    VoloError err;

    scratch_dir_init(&r.dir);
    if (volo_class_table_open("cityscapes", &r.table, &err))
        fail_msg("%s", err.message);
    assert_int_equal(volo_image_new(2, 3, rgb, &r.image, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(2, 3, labels, &r.mask, NULL), VOLO_OK);
    r.confidence = make_confidence(r.mask);
    r.input = (VoloDumpInput){ r.image, r.mask, r.table, 0.5, r.confidence };
    *state = &r;
    return 0;
}

static int tear_down(void **state)
{
    Result *r = *state;

    volo_image_unref(r->image);
    volo_confidence_unref(r->confidence);
    volo_mask_unref(r->mask);
    volo_class_table_free(r->table);
    scratch_dir_clear(&r->dir);
    return 0;
}

/* Writes the result in that format and loads it as a picture, or as labels. */
static const char *dump(const Result *r, const char *format)
{
    const char *path = scratch_path(&r->dir, format);
    VoloError err;

    if (volo_dump_write(format, &r->input, path, &err))
        fail_msg("%s", err.message);
    return path;
}

static VoloImage *dump_image(const Result *r, const char *format)
{
    VoloImage *image = NULL;

    assert_int_equal(volo_image_load(dump(r, format), NULL, &image, NULL), VOLO_OK);
    assert_int_equal(volo_image_height(image), 2);
    assert_int_equal(volo_image_width(image), 3);
    return image;
}

static void check_labels(const Result *r, const char *format, const uint8_t *want)
{
    VoloMask *mask = NULL;

    assert_int_equal(volo_mask_load(dump(r, format), &mask, NULL), VOLO_OK);
    assert_int_equal(volo_mask_height(mask), 2);
    assert_int_equal(volo_mask_width(mask), 3);
    assert_memory_equal(volo_mask_labels(mask), want, 6);
    volo_mask_unref(mask);
}

static void trainid_writes_the_mask(void **state)
{
    check_labels(*state, "trainid", labels);
}

static void labelid_writes_the_ids_of_the_data_set(void **state)
{
    static const uint8_t want[6] = { 7, 8, 33, 24, 255, 255 };

    check_labels(*state, "labelid", want);
}

/* The colours of Cityscapes: road, sidewalk, bicycle, person. */
static const uint8_t coloured[18] = { 128, 64, 128, 244, 35, 232, 119, 11, 32, 220, 20, 60 };

static void color_writes_the_class_colours(void **state)
{
    VoloImage *image = dump_image(*state, "color");

    assert_memory_equal(volo_image_pixels(image), coloured, sizeof coloured);
    volo_image_unref(image);
}

static void palette_holds_both_trainids_and_colours(void **state)
{
    check_labels(*state, "palette", labels);
    VoloImage *image = dump_image(*state, "palette");

    assert_memory_equal(volo_image_pixels(image), coloured, sizeof coloured);
    volo_image_unref(image);
}

/* Byte 24 of a PNG is the bit depth, byte 25 the colour type; PLTE follows IHDR. */
static void palette_has_256_colours(void **state)
{
    uint8_t head[41];
    FILE *file = fopen(dump(*state, "palette"), "rb");

    assert_non_null(file);
    assert_int_equal(fread(head, 1, sizeof head, file), sizeof head);
    fclose(file);
    assert_int_equal(head[24], 8);
    assert_int_equal(head[25], 3);
    assert_memory_equal(head + 33, "\x00\x00\x03\x00PLTE", 8);
}

static void overlay_mixes_picture_and_colours(void **state)
{
    VoloImage *image = dump_image(*state, "overlay");

    for (size_t i = 0; i < 18; i++) {
        const int want = i < 12 ? (rgb[i] + coloured[i] + 1) / 2 : rgb[i];

        assert_int_equal(volo_image_pixels(image)[i], want);
    }
    volo_image_unref(image);
}

static void confidence_and_entropy_are_grey_levels(void **state)
{
    static const uint8_t sure[6] = { 255, 127, 85, 64, 51, 42 };
    static const uint8_t unsure[6] = { 0, 128, 170, 191, 204, 213 };

    assert_true(volo_dump_needs_confidence("confidence"));
    assert_true(volo_dump_needs_confidence("entropy"));
    assert_false(volo_dump_needs_confidence("overlay"));
    assert_false(volo_dump_needs_confidence("colour"));
    check_labels(*state, "confidence", sure);
    check_labels(*state, "entropy", unsure);
}

/* All are equally rare: of two classes the larger label has the line; labels beyond the table have
 * none. */
static void contour_draws_lines_in_class_colours(void **state)
{
    static const size_t line[6] = { 11, 18, 18, 11, 77, 255 };
    const Result *r = *state;
    VoloImage *image = dump_image(r, "contour");

    for (size_t i = 0; i < 6; i++) {
        const uint8_t *want =
            line[i] < 19 ? volo_class_table_get(r->table, line[i])->colour : rgb + 3 * i;

        assert_memory_equal(volo_image_pixels(image) + 3 * i, want, 3);
    }
    volo_image_unref(image);
}

static void legend_is_the_overlay_with_a_strip(void **state)
{
    const Result *r = *state;
    VoloImage *overlay = dump_image(r, "overlay"), *legend = NULL;

    assert_int_equal(volo_image_load(dump(r, "legend"), NULL, &legend, NULL), VOLO_OK);
    const size_t w = volo_image_width(legend);
    assert_true(volo_image_height(legend) > 10 && w > 60);
    for (size_t y = 0; y < 2; y++)
        assert_memory_equal(volo_image_pixels(legend) + 3 * y * w,
                            volo_image_pixels(overlay) + 9 * y, 9);
    volo_image_unref(legend);
    volo_image_unref(overlay);
}

static void refuses_bad_requests(void **state)
{
    Result *r = *state;
    VoloDumpInput input = r->input;
    VoloError err;
    const char *path = scratch_path(&r->dir, "x.png");
    VoloImage *thin = NULL;

    assert_int_equal(volo_dump_write("colour", &input, path, &err), VOLO_ERR_MISSING);
    assert_string_equal(err.message, "no dump format 'colour'");
    assert_int_equal(volo_image_new(6, 1, rgb, &thin, NULL), VOLO_OK);
    input.image = thin;
    assert_int_equal(volo_dump_write("overlay", &input, path, &err), VOLO_ERR_SHAPE);
    assert_non_null(strstr(err.message, "x.png': the mask is 2x3, the picture 6x1 (HxW)"));
    assert_int_equal(volo_dump_write("color", &input, path, &err), VOLO_OK);
    assert_int_equal(volo_dump_write("contour", &input, path, &err), VOLO_ERR_SHAPE);
    assert_int_equal(volo_dump_write("legend", &input, path, &err), VOLO_ERR_SHAPE);
    volo_image_unref(thin);
    input.image = NULL;
    assert_int_equal(volo_dump_write("overlay", &input, path, &err), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_dump_write("contour", &input, path, &err), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_dump_write("legend", &input, path, &err), VOLO_ERR_ARGUMENT);
    input.confidence = NULL;
    assert_int_equal(volo_dump_write("entropy", &input, path, &err), VOLO_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, "x.png': entropy is made of the confidence"));
    input.mask = NULL;
    assert_int_equal(volo_dump_write("color", &input, path, &err), VOLO_ERR_ARGUMENT);
    const char *nowhere = scratch_path(&r->dir, "none/x.png");
    assert_int_equal(volo_dump_write("color", &r->input, nowhere, &err), VOLO_ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trainid_writes_the_mask),
        cmocka_unit_test(labelid_writes_the_ids_of_the_data_set),
        cmocka_unit_test(color_writes_the_class_colours),
        cmocka_unit_test(palette_holds_both_trainids_and_colours),
        cmocka_unit_test(palette_has_256_colours),
        cmocka_unit_test(overlay_mixes_picture_and_colours),
        cmocka_unit_test(confidence_and_entropy_are_grey_levels),
        cmocka_unit_test(contour_draws_lines_in_class_colours),
        cmocka_unit_test(legend_is_the_overlay_with_a_strip),
        cmocka_unit_test(refuses_bad_requests),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
