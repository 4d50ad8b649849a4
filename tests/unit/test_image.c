/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures: which files are opened at all, the limit on pixels, orientation, references. */
#include <volo/image.h>

#include "image/codec.h"

#include "support/picture_maker.h"
#include "support/scratch_dir.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char small_ppm[] = "P6 3 2 255\nabcdefghijklmnopqr";

static void opens_only_regular_files(void **state)
{
    ScratchDir dir;
    VoloError err;
    VoloImage *image = NULL;

    (void)state;
    scratch_dir_init(&dir);
    const char *fifo = scratch_path(&dir, "fifo"), *loop = scratch_path(&dir, "loop");
    assert_int_equal(mkfifo(fifo, 0666), 0);
    assert_int_equal(symlink("loop", loop), 0);
    alarm(10); /* a FIFO without a writer must not block */
    assert_int_equal(volo_image_load(fifo, NULL, &image, &err), VOLO_ERR_UNSUPPORTED);
    alarm(0);
    assert_int_equal(volo_image_load(dir.path, NULL, &image, &err), VOLO_ERR_UNSUPPORTED);
    assert_int_equal(volo_image_load("/dev/zero", NULL, &image, &err), VOLO_ERR_UNSUPPORTED);
    assert_int_equal(volo_image_load(loop, NULL, &image, &err), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, "Too many levels of symbolic links"));
    assert_int_equal(volo_image_load(scratch_path(&dir, "none"), NULL, &image, &err), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, "No such file or directory"));
    assert_int_equal(volo_image_load("", NULL, &image, &err), VOLO_ERR_IO);
    const char *empty = scratch_write(&dir, "empty", "", 0);
    assert_int_equal(volo_image_load(empty, NULL, &image, &err), VOLO_ERR_FORMAT);
    assert_non_null(strstr(err.message, "the file is empty"));
    assert_null(image);
    scratch_dir_clear(&dir);
}

/* Root may read anything, so a child process that is nobody tries. */
static void refuses_files_without_permission(void **state)
{
    ScratchDir dir;
    int result = 0;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "a.ppm", small_ppm, sizeof small_ppm - 1);
    assert_int_equal(chmod(dir.path, 0755), 0);
    assert_int_equal(chmod(path, 0), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        VoloImage *image = NULL;
        VoloError err = { VOLO_OK, "" };

        if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
            _exit(100);
        const VoloStatus status = volo_image_load(path, NULL, &image, &err);
        _exit(strstr(err.message, "Permission denied") ? (int)status : 101);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    assert_int_equal(WEXITSTATUS(result), VOLO_ERR_IO);
    scratch_dir_clear(&dir);
}

static void loads_whatever_the_name(void **state)
{
    static const char *const names[] = {
        "new\nline.png", "\xff\xfe\x80",       "a.txt",           "-", " ",
        "%s%n",          "'quoted' \"twice\"", "sch\xc3\xb6n.jpg"
    };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        VoloImage *image = NULL;
        const char *path = scratch_write(&dir, names[i], small_ppm, sizeof small_ppm - 1);

        assert_int_equal(volo_image_load(path, NULL, &image, NULL), VOLO_OK);
        volo_image_unref(image);
        path = scratch_write(&dir, names[i], "P6 no", 5);
        assert_int_equal(volo_image_load(path, NULL, &image, &err), VOLO_ERR_FORMAT);
        assert_null(strpbrk(err.message, "\n\xff\xfe\x80"));
    }
    scratch_dir_clear(&dir);
}

static void names_formats_that_are_not_read(void **state)
{
    static const struct {
        const char *data, *name;
    } cases[] = { { "RIFF....WEBPVP8 ", "WebP data" },      { "GIF89a..........", "GIF data" },
                  { "BM..............", "BMP data" },       { "II*.............", "TIFF data" },
                  { "....ftypavif....", "HEIF or AVIF" },   { "%PDF-1.7........", "PDF data" },
                  { "hello, world ...", "something else" }, { "x", "something else" } };
    ScratchDir dir;
    VoloError err;
    VoloImage *image = NULL;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = scratch_write(&dir, "a.jpg", cases[i].data, strlen(cases[i].data));

        assert_int_equal(volo_image_load(path, NULL, &image, &err), VOLO_ERR_UNSUPPORTED);
        assert_non_null(strstr(err.message, cases[i].name));
        assert_non_null(strstr(err.message, "not a PNG, JPEG, PPM or PGM picture"));
    }
    scratch_dir_clear(&dir);
}

static void limits_pixels_as_asked(void **state)
{
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "a.ppm", small_ppm, sizeof small_ppm - 1);
    for (uint64_t max_pixels = 5; max_pixels <= 7; max_pixels++) {
        const VoloImageOptions options = { .max_pixels = max_pixels };
        VoloImage *image = NULL;
        const VoloStatus status = volo_image_load(path, &options, &image, &err);

        assert_int_equal(status, max_pixels < 6 ? VOLO_ERR_LIMIT : VOLO_OK);
        volo_image_unref(image);
    }
    assert_non_null(strstr(err.message, "2x3 pixels (HxW), the limit is 5"));
    scratch_dir_clear(&dir);
}

/* The picture 0 1 2 / 3 4 5 under each orientation, by hand. */
static void turns_to_the_pixel(void **state)
{
    static const char *const want[] = { NULL,     "012345", "210543", "543210", "345012",
                                        "031425", "304152", "524130", "251403" };

    (void)state;
    for (int orientation = 1; orientation <= 8; orientation++) {
        VoloRaster raster = {
            .height = 2, .width = 3, .channels = 1, .pixels = malloc(6), .orientation = orientation
        };

        assert_non_null(raster.pixels);
        memcpy(raster.pixels, "012345", 6);
        assert_int_equal(volo_raster_orient(&raster, NULL), VOLO_OK);
        assert_int_equal(raster.height, orientation < 5 ? 2 : 3);
        assert_int_equal(raster.width, orientation < 5 ? 3 : 2);
        assert_int_equal(raster.orientation, 1);
        assert_memory_equal(raster.pixels, want[orientation], 6);
        volo_raster_clear(&raster);
    }
}

static void turns_png_as_exif_says(void **state)
{
    uint8_t rows[6 * 3], exif[26];
    const PngKind kind = { .height = 2,
                           .width = 3,
                           .colour_type = 2,
                           .bit_depth = 8,
                           .exif = exif,
                           .exif_bytes = sizeof exif };
    ScratchDir dir;
    VoloImage *image = NULL;

    (void)state;
    scratch_dir_init(&dir);
    random_bytes(rows, sizeof rows, 1);
    exif_maker_make(exif, true, 6);
    const MadeFile file = png_maker_make(&kind, rows);
    const char *path = scratch_write(&dir, "a.png", file.data, file.bytes);
    assert_int_equal(volo_image_load(path, NULL, &image, NULL), VOLO_OK);
    assert_int_equal(volo_image_height(image), 3);
    assert_memory_equal(volo_image_pixels(image), rows + 9, 3);
    volo_image_unref(image);
    const VoloImageOptions raw = { .raw_orientation = true };
    assert_int_equal(volo_image_load(path, &raw, &image, NULL), VOLO_OK);
    assert_int_equal(volo_image_height(image), 2);
    assert_memory_equal(volo_image_pixels(image), rows, sizeof rows);
    volo_image_unref(image);
    free(file.data);
    scratch_dir_clear(&dir);
}

static void copies_pixels(void **state)
{
    uint8_t rgb[6] = { 1, 2, 3, 4, 5, 6 };
    VoloImage *image = NULL;

    (void)state;
    assert_int_equal(volo_image_new(1, 2, rgb, &image, NULL), VOLO_OK);
    rgb[0] = 9;
    assert_int_equal(volo_image_pixels(image)[0], 1);
    assert_int_equal(volo_image_height(image), 1);
    assert_int_equal(volo_image_width(image), 2);
    volo_image_unref(image);
    volo_image_unref(NULL);
    assert_int_equal(volo_image_new(0, 2, rgb, &image, NULL), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_image_new(1, 0, rgb, &image, NULL), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_image_new(1, 2, NULL, &image, NULL), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_image_new(65501, 1, rgb, &image, NULL), VOLO_ERR_LIMIT);
    assert_int_equal(volo_image_new(1, 65501, rgb, &image, NULL), VOLO_ERR_LIMIT);
}

static void *ref_and_unref(void *image)
{
    for (int i = 0; i < 10000; i++)
        volo_image_unref(volo_image_ref(image));
    volo_image_unref(image);
    return NULL;
}

static void is_shared_between_threads(void **state)
{
    const uint8_t rgb[3] = { 1, 2, 3 };
    VoloImage *image = NULL;
    pthread_t threads[4];

    (void)state;
    assert_int_equal(volo_image_new(1, 1, rgb, &image, NULL), VOLO_OK);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ref_and_unref, volo_image_ref(image)),
                         0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_memory_equal(volo_image_pixels(image), rgb, 3);
    volo_image_unref(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_only_regular_files),
        cmocka_unit_test(refuses_files_without_permission),
        cmocka_unit_test(loads_whatever_the_name),
        cmocka_unit_test(names_formats_that_are_not_read),
        cmocka_unit_test(limits_pixels_as_asked),
        cmocka_unit_test(turns_to_the_pixel),
        cmocka_unit_test(turns_png_as_exif_says),
        cmocka_unit_test(copies_pixels),
        cmocka_unit_test(is_shared_between_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
