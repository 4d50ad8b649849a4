/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures and masks in memory of the caller's, read from files that the caller has opened. */
#include <volo/dataset.h>
#include <volo/image.h>
#include <volo/mask.h>

#include "support/picture_maker.h"
#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Memory that is counted, and refused from some time on. */
typedef struct Shelf {
    int taken, released, room; /* room: how often it may be taken */
    size_t bytes;              /* taken last */
} Shelf;

static void *take(size_t bytes, void *user)
{
    Shelf *const shelf = user;

    if (shelf->taken == shelf->room)
        return NULL;
    shelf->taken++;
    shelf->bytes = bytes;
    return malloc(bytes);
}

static void release(void *pixels, void *user)
{
    Shelf *const shelf = user;

    assert_non_null(pixels);
    shelf->released++;
    free(pixels);
}

/* A PNG of 2x3 pixels that asks to be turned when orientation is not 1. */
static const char *write_png(ScratchDir *dir, unsigned orientation, uint8_t rows[18])
{
    uint8_t exif[26];
    const PngKind kind = { .height = 2,
                           .width = 3,
                           .colour_type = 2,
                           .bit_depth = 8,
                           .exif = exif,
                           .exif_bytes = sizeof exif };

    random_bytes(rows, 18, 1);
    exif_maker_make(exif, true, orientation);
    const MadeFile file = png_maker_make(&kind, rows);
    const char *const path = scratch_write(dir, "a.png", file.data, file.bytes);
    free(file.data);
    return path;
}

static void pictures_lie_where_they_are_told(void **state)
{
    (void)state;
    for (unsigned orientation = 1; orientation <= 6; orientation += 5) {
        const int turns = orientation == 6;
        Shelf shelf = { .room = 2 };
        const VoloPixelMemory memory = { take, release, &shelf };
        const VoloImageOptions options = { .memory = &memory };
        ScratchDir dir;
        VoloInput input;
        VoloImage *image = NULL;
        uint8_t rows[18];

        scratch_dir_init(&dir);
        assert_int_equal(volo_input_open(write_png(&dir, orientation, rows), &input, NULL), 0);
        assert_int_equal(lseek(input.fd, 7, SEEK_SET), 7);
        assert_int_equal(volo_image_read(&input, &options, &image, NULL), VOLO_OK);
        assert_int_equal(lseek(input.fd, 0, SEEK_CUR), 7); /* it neither matters nor moves */
        assert_int_equal(volo_image_height(image), turns ? 3 : 2);
        assert_memory_equal(volo_image_pixels(image), rows + (turns ? 9 : 0), 3);
        assert_int_equal(shelf.taken, 1 + turns);
        assert_int_equal(shelf.released, turns);
        assert_int_equal(shelf.bytes, 18);
        volo_image_unref(image);
        assert_int_equal(shelf.released, 1 + turns);
        volo_input_close(&input);
        scratch_dir_clear(&dir);
    }
}

/* First for the picture, then for the turned one. */
static void refused_memory_is_told_and_nothing_is_kept(void **state)
{
    ScratchDir dir;
    uint8_t rows[18];

    (void)state;
    scratch_dir_init(&dir);
    const char *const path = write_png(&dir, 6, rows);
    for (int room = 0; room < 2; room++) {
        Shelf shelf = { .room = room };
        const VoloPixelMemory memory = { take, release, &shelf };
        const VoloImageOptions options = { .memory = &memory };
        VoloImage *image = NULL;
        VoloError err;

        assert_int_equal(volo_image_load(path, &options, &image, &err), VOLO_ERR_MEMORY);
        assert_null(image);
        assert_int_equal(shelf.released, room);
    }
    assert_int_equal(truncate(path, 60), 0); /* damaged after the size is known */
    Shelf shelf = { .room = 2 };
    const VoloPixelMemory memory = { take, release, &shelf };
    const VoloImageOptions options = { .memory = &memory };
    VoloImage *image = NULL;
    assert_int_equal(volo_image_load(path, &options, &image, NULL), VOLO_ERR_FORMAT);
    assert_int_equal(shelf.released, shelf.taken);
    scratch_dir_clear(&dir);
}

static void pixels_are_taken_over_without_a_copy(void **state)
{
    Shelf shelf = { .room = 9 };
    const VoloPixelMemory memory = { take, release, &shelf };
    VoloImage *image = NULL;
    VoloMask *mask = NULL;

    (void)state;
    uint8_t *pixels = take(6, &shelf);
    assert_int_equal(volo_image_new_in(1, 2, pixels, &memory, &image, NULL), VOLO_OK);
    assert_ptr_equal(volo_image_pixels(image), pixels);
    volo_image_unref(image);
    pixels = take(6, &shelf);
    assert_int_equal(volo_mask_new_in(3, 2, pixels, &memory, &mask, NULL), VOLO_OK);
    assert_ptr_equal(volo_mask_labels(mask), pixels);
    volo_mask_unref(mask);
    assert_int_equal(shelf.released, 2);
    assert_int_equal(volo_mask_new_in(1, 1, malloc(1), NULL, &mask, NULL), VOLO_OK);
    volo_mask_unref(mask);
}

static void sizes_are_checked_and_the_pixels_are_gone(void **state)
{
    Shelf shelf = { .room = 9 };
    const VoloPixelMemory memory = { take, release, &shelf };
    VoloImage *image = NULL;
    VoloMask *mask = NULL;

    (void)state;
    assert_int_equal(volo_image_new_in(0, 2, take(6, &shelf), &memory, &image, NULL),
                     VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_image_new_in(65501, 1, take(6, &shelf), &memory, &image, NULL),
                     VOLO_ERR_LIMIT);
    assert_int_equal(volo_image_new_in(1, 2, NULL, &memory, &image, NULL), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_mask_new_in(2, 0, take(6, &shelf), &memory, &mask, NULL),
                     VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_mask_new_in(1, 65501, take(6, &shelf), &memory, &mask, NULL),
                     VOLO_ERR_LIMIT);
    assert_int_equal(volo_mask_new_in(1, 2, NULL, &memory, &mask, NULL), VOLO_ERR_ARGUMENT);
    assert_null(image);
    assert_null(mask);
    assert_int_equal(shelf.released, 4);
}

/* What a picture can take is within what is promised to be enough. */
static void the_limits_hold_two_pictures_and_a_jpeg(void **state)
{
    (void)state;
    assert_int_equal(volo_image_limits().memory, 600000000 + (512 << 20));
    assert_int_equal(volo_image_limits().seconds, 20);
}

static void labels_come_from_open_files(void **state)
{
    static const uint8_t rows[6] = { 0, 1, 2, 3, 4, 255 };
    const PngKind kind = { .height = 2, .width = 3, .colour_type = 0, .bit_depth = 8 };
    const MadeFile file = png_maker_make(&kind, rows);
    VoloRawPicture *picture = NULL;
    ScratchDir dir;
    VoloInput input;

    (void)state;
    scratch_dir_init(&dir);
    assert_int_equal(
        volo_input_open(scratch_write(&dir, "a.png", file.data, file.bytes), &input, NULL),
        VOLO_OK);
    assert_int_equal(volo_raw_picture_new(&picture, NULL), VOLO_OK);
    assert_int_equal(volo_raw_picture_read_labels(picture, &input, NULL), VOLO_OK);
    assert_memory_equal(volo_raw_picture_labels(picture), rows, sizeof rows);
    volo_raw_picture_free(picture);
    volo_input_close(&input);
    free(file.data);
    scratch_dir_clear(&dir);
}

static void only_regular_files_are_opened(void **state)
{
    VoloInput input = { .fd = -7 };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    assert_int_equal(volo_input_open(dir.path, &input, &err), VOLO_ERR_UNSUPPORTED);
    assert_int_equal(volo_input_open(scratch_path(&dir, "none"), &input, &err), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, "No such file or directory"));
    assert_int_equal(input.fd, -7);
    const char *const path = scratch_write(&dir, "a", "12345", 5);
    assert_int_equal(volo_input_open(path, &input, &err), VOLO_OK);
    assert_int_equal(input.bytes, 5);
    assert_ptr_equal(input.path, path);
    volo_input_close(&input);
    assert_int_equal(close(input.fd), -1);
    scratch_dir_clear(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_lie_where_they_are_told),
        cmocka_unit_test(refused_memory_is_told_and_nothing_is_kept),
        cmocka_unit_test(pixels_are_taken_over_without_a_copy),
        cmocka_unit_test(sizes_are_checked_and_the_pixels_are_gone),
        cmocka_unit_test(the_limits_hold_two_pictures_and_a_jpeg),
        cmocka_unit_test(labels_come_from_open_files),
        cmocka_unit_test(only_regular_files_are_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
