/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation on the way in and out of pictures is refused in turn, once or from then on: the
 * answer is "out of memory", nothing leaks (LeakSanitizer) and no file appears. The linker sends
 * malloc, calloc, strdup and strndup of the engine to support/refuse.c (-Wl,--wrap). */
#include <volo/dump.h>

#include "image/owned.h"
#include "support/picture_maker.h"
#include "support/refuse.h"
#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct Job {
    VoloStatus (*run)(const char *path, const VoloDumpInput *input, const char *format,
                      VoloError *err);
    const char *path; /* read, or written in that format */
    const VoloDumpInput *input;
    const char *format;
} Job;

static VoloStatus load_image(const char *path, const VoloDumpInput *input, const char *format,
                             VoloError *err)
{
    VoloImage *image = NULL;
    const VoloStatus status = volo_image_load(path, NULL, &image, err);

    (void)input;
    (void)format;
    volo_image_unref(image);
    return status;
}

static VoloStatus load_mask(const char *path, const VoloDumpInput *input, const char *format,
                            VoloError *err)
{
    VoloMask *mask = NULL;
    const VoloStatus status = volo_mask_load(path, &mask, err);

    (void)input;
    (void)format;
    volo_mask_unref(mask);
    return status;
}

static VoloStatus write_dump(const char *path, const VoloDumpInput *input, const char *format,
                             VoloError *err)
{
    return volo_dump_write(format, input, path, err);
}

/* Refuses allocation 0, 1, 2 … until none is left to refuse. */
static void refuse_each(const Job *job)
{
    for (int mode = 0; mode <= 1; mode++) {
        long count = 0;
        bool refused;

        do {
            VoloError err = { VOLO_OK, "" };

            refuse_after(count++, mode);
            const VoloStatus status = job->run(job->path, job->input, job->format, &err);
            refused = refuse_stop();
            if (refused && status != VOLO_ERR_MEMORY)
                fail_msg("allocation %ld: %s: %s", count, volo_status_name(status), err.message);
            if (status && job->format)
                assert_int_equal(access(job->path, F_OK), -1);
            if (!refused)
                assert_int_equal(status, VOLO_OK);
        } while (refused);
        assert_true(count > 2);
        if (job->format)
            assert_int_equal(unlink(job->path), 0);
    }
}

static void reading_png(void **state)
{
    uint8_t rows[9 * 8 * 2], exif[26];
    PngKind kind = { .height = 9,
                     .width = 8,
                     .colour_type = 0,
                     .bit_depth = 16,
                     .interlaced = true,
                     .exif = exif,
                     .exif_bytes = sizeof exif };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    exif_maker_make(exif, true, 8);
    random_bytes(rows, sizeof rows, 1);
    MadeFile file = png_maker_make(&kind, rows);
    const char *path = scratch_write(&dir, "a.png", file.data, file.bytes);
    refuse_each(&(Job){ load_image, path, NULL, NULL });
    free(file.data);

    kind.bit_depth = 8;
    kind.colour_type = 3;
    kind.palette_count = 256;
    file = png_maker_make(&kind, rows);
    path = scratch_write(&dir, "a.png", file.data, file.bytes);
    refuse_each(&(Job){ load_mask, path, NULL, NULL });
    free(file.data);
    scratch_dir_clear(&dir);
}

static void reading_jpeg(void **state)
{
    uint8_t samples[16 * 24 * 4], exif[26];
    const JpegKind kind = { .height = 16,
                            .width = 24,
                            .colours = JPEG_CMYK,
                            .quality = 80,
                            .exif = exif,
                            .exif_bytes = sizeof exif };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    exif_maker_make(exif, false, 5);
    random_bytes(samples, sizeof samples, 1);
    const MadeFile file = jpeg_maker_make(&kind, samples);
    const char *path = scratch_write(&dir, "a.jpg", file.data, file.bytes);
    refuse_each(&(Job){ load_image, path, NULL, NULL });
    free(file.data);
    scratch_dir_clear(&dir);
}

static void reading_ppm(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "a.ppm", "P6 1 2 255\nabcdef", 17);
    refuse_each(&(Job){ load_image, path, NULL, NULL });
    scratch_dir_clear(&dir);
}

static void writing_every_format(void **state)
{
    static const char *const formats[] = { "color",  "confidence", "contour", "entropy", "labelid",
                                           "legend", "overlay",    "palette", "trainid" };
    static const char *const names[] = { "a", "b", "c" };
    uint8_t rgb[5 * 4 * 3];
    uint8_t labels[5 * 4] = { 1, 2, 255 };
    VoloDumpInput input = { .opacity = 0.5 };
    VoloImage *image = NULL;
    VoloMask *mask = NULL;
    VoloClassTable *table = NULL;
    VoloConfidence *confidence = NULL;
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    random_bytes(rgb, sizeof rgb, 1);
    assert_int_equal(volo_image_new(5, 4, rgb, &image, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(5, 4, labels, &mask, NULL), VOLO_OK);
    assert_int_equal(volo_class_table_new("three", 3, names, NULL, NULL, &table, NULL), VOLO_OK);
    input.image = image;
    input.mask = mask;
    input.table = table;
    assert_int_equal(
        volo_confidence_adopt(mask, calloc(5 * 4, VOLO_CONFIDENCE_PIXEL_BYTES), &confidence, NULL),
        VOLO_OK);
    input.confidence = confidence;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        refuse_each(&(Job){ write_dump, scratch_path(&dir, formats[i]), &input, formats[i] });
    volo_confidence_unref(confidence);
    volo_image_unref(image);
    volo_mask_unref(mask);
    volo_class_table_free(table);
    assert_int_equal(rmdir(dir.path), 0); /* empty: no temporary file is left */
}

static void making_pictures_and_masks(void **state)
{
    const uint8_t bytes[3] = { 1, 2, 3 };

    (void)state;
    for (long count = 0; count < 2; count++) {
        VoloImage *image = NULL;
        VoloMask *mask = NULL;

        refuse_after(count, true);
        assert_int_equal(volo_image_new(1, 1, bytes, &image, NULL), VOLO_ERR_MEMORY);
        refuse_after(count, true);
        assert_int_equal(volo_mask_new(1, 3, bytes, &mask, NULL), VOLO_ERR_MEMORY);
        assert_true(refuse_stop());
        assert_true(!image && !mask);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_png),
        cmocka_unit_test(reading_jpeg),
        cmocka_unit_test(reading_ppm),
        cmocka_unit_test(writing_every_format),
        cmocka_unit_test(making_pictures_and_masks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
