/* SPDX-License-Identifier: Apache-2.0 */
/* Masks: labels come out of a PNG as they were stored, and look-alikes are named. */
#include <volo/mask.h>

#include "support/picture_maker.h"
#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    H = 11,
    W = 19
};

/* Writes a PNG of that kind; *ret_rows is what it stores. */
static const char *make_png(const ScratchDir *dir, int colour_type, int depth, bool interlaced,
                            uint8_t **ret_rows)
{
    const PngKind kind = { .height = H,
                           .width = W,
                           .colour_type = colour_type,
                           .bit_depth = depth,
                           .interlaced = interlaced,
                           .extras = true,
                           .palette_count = depth <= 8 ? (size_t)1 << depth : 0 };
    uint8_t *rows = malloc(H * png_maker_stride(&kind));

    assert_non_null(rows);
    random_bytes(rows, H * png_maker_stride(&kind), 4);
    const MadeFile file = png_maker_make(&kind, rows);
    const char *path = scratch_write(dir, "mask.png", file.data, file.bytes);
    free(file.data);
    if (ret_rows)
        *ret_rows = rows;
    else
        free(rows);
    return path;
}

static void loads_stored_values(void **state)
{
    static const int depths[] = { 1, 2, 4, 8 };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < 16; i++) { /* each depth, grey or palette, interlaced or not */
        const size_t depth = (size_t)depths[i / 4];
        const size_t stride = (W * depth + 7) / 8;
        uint8_t *rows = NULL;
        const char *path = make_png(&dir, i & 1 ? 3 : 0, (int)depth, i & 2, &rows);
        VoloMask *mask = NULL;

        assert_int_equal(volo_mask_load(path, &mask, NULL), VOLO_OK);
        assert_int_equal(volo_mask_height(mask), H);
        assert_int_equal(volo_mask_width(mask), W);
        for (size_t pixel = 0; pixel < (size_t)H * W; pixel++) {
            const size_t bit = pixel % W * depth;
            const unsigned byte = rows[pixel / W * stride + bit / 8];
            const unsigned want = byte >> (8 - depth - bit % 8) & ((1u << depth) - 1);

            assert_int_equal(volo_mask_labels(mask)[pixel], want);
        }
        volo_mask_unref(mask);
        free(rows);
    }
    scratch_dir_clear(&dir);
}

static void names_what_is_not_labels(void **state)
{
    static const struct {
        int colour_type, depth;
        const char *message;
    } cases[] = { { 0, 16, "is a 16-bit PNG, perhaps an instance file" },
                  { 2, 8, "is a colour PNG, perhaps the coloured picture" },
                  { 2, 16, "is a colour PNG, perhaps the coloured picture" },
                  { 4, 8, "has an alpha channel" },
                  { 6, 8, "has an alpha channel" } };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = make_png(&dir, cases[i].colour_type, cases[i].depth, false, NULL);
        VoloMask *mask = NULL;

        assert_int_equal(volo_mask_load(path, &mask, &err), VOLO_ERR_UNSUPPORTED);
        assert_non_null(strstr(err.message, cases[i].message));
        assert_null(mask);
    }
    scratch_dir_clear(&dir);
}

static void refuses_files_that_are_not_png(void **state)
{
    ScratchDir dir;
    VoloError err;
    VoloMask *mask = NULL;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "a.png", "P5 1 1 255\nx", 12);
    assert_int_equal(volo_mask_load(path, &mask, &err), VOLO_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "is a PPM or PGM file; labels are read from PNG"));
    path = scratch_write(&dir, "a.png", "\xff\xd8\xff\xe0 0123456789", 15);
    assert_int_equal(volo_mask_load(path, &mask, &err), VOLO_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "is a JPEG file; labels are read from PNG"));
    path = scratch_write(&dir, "a.png", "", 0);
    assert_int_equal(volo_mask_load(path, &mask, &err), VOLO_ERR_FORMAT);
    assert_int_equal(volo_mask_load(scratch_path(&dir, "none"), &mask, &err), VOLO_ERR_IO);
    assert_int_equal(volo_mask_load(dir.path, &mask, &err), VOLO_ERR_UNSUPPORTED);
    path = scratch_write(&dir, "a.png", "\x89PNG\r\n\x1a\n", 8);
    assert_int_equal(volo_mask_load(path, &mask, &err), VOLO_ERR_FORMAT);
    assert_null(mask);
    scratch_dir_clear(&dir);
}

static void copies_labels_and_counts_them(void **state)
{
    uint8_t labels[6] = { 0, 255, 3, 3, 3, 0 };
    uint64_t counts[256];
    VoloMask *mask = NULL;

    (void)state;
    memset(counts, 0xff, sizeof counts);
    assert_int_equal(volo_mask_new(2, 3, labels, &mask, NULL), VOLO_OK);
    labels[0] = 9;
    assert_int_equal(volo_mask_labels(mask)[0], 0);
    volo_mask_count(mask, counts);
    for (size_t i = 0; i < 256; i++)
        assert_int_equal(counts[i], i == 0 ? 2 : i == 3 ? 3 : i == 255 ? 1 : 0);
    assert_ptr_equal(volo_mask_ref(mask), mask);
    volo_mask_unref(mask);
    assert_int_equal(volo_mask_height(mask), 2);
    volo_mask_unref(mask);
    volo_mask_unref(NULL);
}

static void refuses_masks_without_pixels(void **state)
{
    const uint8_t label = 0;
    VoloMask *mask = NULL;

    (void)state;
    assert_int_equal(volo_mask_new(0, 1, &label, &mask, NULL), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_mask_new(1, 0, &label, &mask, NULL), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_mask_new(1, 1, NULL, &mask, NULL), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_mask_new(65501, 1, &label, &mask, NULL), VOLO_ERR_LIMIT);
    assert_int_equal(volo_mask_new(1, 65501, &label, &mask, NULL), VOLO_ERR_LIMIT);
    assert_null(mask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_stored_values),
        cmocka_unit_test(names_what_is_not_labels),
        cmocka_unit_test(refuses_files_that_are_not_png),
        cmocka_unit_test(copies_labels_and_counts_them),
        cmocka_unit_test(refuses_masks_without_pixels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
