/* SPDX-License-Identifier: Apache-2.0 */
/* Label and instance PNGs: the plain reader gives what libpng gives, or leaves the file to it. */
#include <volo/dataset.h>

#include "base/limits.h"
#include "image/codec.h"
#include "image/png_plain.h"

#include "support/picture_maker.h"
#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

/* --- both readers on one file --- */

typedef struct Readers {
    VoloPngScratch scratch;
    VoloPngPixels plain;
    ScratchDir dir;
    size_t plain_files, libpng_files; /* what each has read */
} Readers;

static void readers_init(Readers *r)
{
    *r = (Readers){ .plain_files = 0 };
    scratch_dir_init(&r->dir);
}

static void readers_clear(Readers *r)
{
    volo_png_scratch_clear(&r->scratch);
    free(r->plain.data);
    scratch_dir_clear(&r->dir);
}

static bool read_plain(Readers *r, const uint8_t *data, size_t bytes, int bit_depth)
{
    if (!volo_png_grow(&r->scratch.file, &r->scratch.file_room, bytes + 1))
        return false;
    if (bytes)
        memcpy(r->scratch.file, data, bytes);
    return volo_png_decode_plain(&r->scratch, bytes, bit_depth, VOLO_LIMIT_IMAGE_PIXELS, &r->plain);
}

static VoloStatus read_libpng(Readers *r, const uint8_t *data, size_t bytes, int bit_depth,
                              VoloRaster *ret_raster)
{
    const VoloRasterRoom room = { VOLO_LIMIT_IMAGE_PIXELS, NULL };
    VoloByteSource source;
    VoloInput input;
    VoloError err;

    VoloStatus status = volo_input_open(scratch_write(&r->dir, "a.png", data, bytes), &input, &err);
    if (status)
        return status;
    status = volo_source_begin(&source, &input, &err);
    if (!status)
        status = (bit_depth == 8 ? volo_png_decode_labels
                                 : volo_png_decode_instances)(&source, &room, ret_raster, &err);
    volo_input_close(&input);
    return status;
}

/* What the plain reader takes libpng takes, too, with the same pixels. */
static void check_agreement(Readers *r, const uint8_t *data, size_t bytes, int bit_depth)
{
    VoloRaster raster = { .height = 0 };
    const bool plain = read_plain(r, data, bytes, bit_depth);
    const VoloStatus status = read_libpng(r, data, bytes, bit_depth, &raster);

    r->plain_files += plain;
    r->libpng_files += !status;
    if (plain) {
        assert_int_equal(status, VOLO_OK);
        assert_int_equal(r->plain.height, raster.height);
        assert_int_equal(r->plain.width, raster.width);
        assert_memory_equal(r->plain.data, raster.pixels,
                            raster.height * raster.width * (size_t)(bit_depth / 8));
    }
    volo_raster_clear(&raster);
}

static void agrees_with_libpng_on_every_kind(void **state)
{
    static const struct {
        int colour_type, bit_depth;
    } kinds[] = { { 0, 1 }, { 0, 2 }, { 0, 4 }, { 0, 8 }, { 0, 16 }, { 2, 8 }, { 2, 16 }, { 3, 1 },
                  { 3, 2 }, { 3, 4 }, { 3, 8 }, { 4, 8 }, { 4, 16 }, { 6, 8 }, { 6, 16 } };
    Readers r;

    (void)state;
    readers_init(&r);
    for (size_t i = 0; i < 8 * sizeof kinds / sizeof *kinds; i++) {
        const int depth = kinds[i / 8].bit_depth;
        const PngKind kind = { .height = 21,
                               .width = 13,
                               .colour_type = kinds[i / 8].colour_type,
                               .bit_depth = depth,
                               .interlaced = i & 1,
                               .extras = i & 2,
                               .palette_count = depth <= 8 ? (size_t)1 << depth : 0 };
        uint8_t *rows = malloc(kind.height * png_maker_stride(&kind));

        assert_non_null(rows);
        random_bytes(rows, kind.height * png_maker_stride(&kind), (unsigned)i);
        const MadeFile file = png_maker_make(&kind, rows);
        check_agreement(&r, file.data, file.bytes, i & 4 ? 16 : 8);
        free(file.data);
        free(rows);
    }
    assert_int_equal(r.plain_files, 6);   /* grey and palette of 8 bits, grey of 16 */
    assert_int_equal(r.libpng_files, 52); /* grey and palette of up to 8 bits; grey of up to 16 */
    readers_clear(&r);
}

/* --- filters --- */

/* The picture's rows filtered with a filter for each row: by the standard's formulas. */
static uint8_t predict(int filter, int left, int up, int corner)
{
    const int p = left + up - corner;
    const int a = abs(p - left), b = abs(p - up), c = abs(p - corner);

    switch (filter) {
    case 1:
        return (uint8_t)left;
    case 2:
        return (uint8_t)up;
    case 3:
        return (uint8_t)((left + up) / 2);
    case 4:
        return (uint8_t)(a <= b && a <= c ? left : b <= c ? up : corner);
    default:
        return 0;
    }
}

static void filter_rows(const uint8_t *pixels, size_t height, size_t bytes, size_t step,
                        int first_filter, uint8_t *rows)
{
    for (size_t y = 0; y < height; y++) {
        const int filter = (first_filter + (int)y) % 5;
        const uint8_t *row = pixels + y * bytes;
        uint8_t *to = rows + y * (bytes + 1);

        *to = (uint8_t)filter;
        for (size_t i = 0; i < bytes; i++) {
            const int left = i >= step ? row[i - step] : 0;
            const int up = y > 0 ? pixels[(y - 1) * bytes + i] : 0;
            const int corner = y > 0 && i >= step ? pixels[(y - 1) * bytes + i - step] : 0;

            to[1 + i] = (uint8_t)(row[i] - predict(filter, left, up, corner));
        }
    }
}

/* Areas of one value with a few dots, or noise. */
static void draw(uint8_t *pixels, size_t bytes, unsigned seed)
{
    random_bytes(pixels, bytes, seed);
    if (seed % 3 == 0)
        return;
    for (size_t i = 0; i < bytes; i++)
        pixels[i] = pixels[i] > 250 ? pixels[i] : (uint8_t)(seed + i / (40 + seed));
}

static void undoes_every_filter(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 600; i++) {
        const size_t step = 1 + i % 2, width = 1 + i % 67, height = 1 + i % 9;
        const size_t bytes = width * step;
        uint8_t *pixels = malloc(height * bytes), *got = malloc(height * bytes);
        uint8_t *rows = malloc(height * (bytes + 1));

        assert_true(pixels && got && rows);
        draw(pixels, height * bytes, i);
        filter_rows(pixels, height, bytes, step, (int)(i % 5), rows);
        assert_true(volo_png_unfilter(rows, height, width, step, got));
        assert_memory_equal(got, pixels, height * bytes);
        rows[(height - 1) * (bytes + 1)] = 5;
        assert_false(volo_png_unfilter(rows, height, width, step, got));
        free(pixels);
        free(got);
        free(rows);
    }
}

/* --- damage --- */

static MadeFile small_png(int colour_type, int bit_depth)
{
    const PngKind kind = { .height = 9,
                           .width = 8,
                           .colour_type = colour_type,
                           .bit_depth = bit_depth,
                           .extras = true,
                           .palette_count = colour_type == 3 ? 256 : 0 };
    uint8_t rows[9 * 16];

    random_bytes(rows, sizeof rows, 3);
    return png_maker_make(&kind, rows);
}

/* Puts the right checksum behind the chunk that byte at is in, so that the damage is seen. */
static void mend_crc(uint8_t *data, size_t bytes, size_t at)
{
    for (size_t i = 8; i + 12 <= bytes;) {
        const size_t length = (size_t)data[i] << 24 | (size_t)data[i + 1] << 16 |
                              (size_t)data[i + 2] << 8 | data[i + 3];

        if (length > bytes - i - 12)
            return;
        if (at < i + 8 + length) {
            const unsigned long crc = crc32(0, data + i + 4, (unsigned)length + 4);
            for (size_t j = 0; j < 4; j++)
                data[i + 8 + length + j] = (uint8_t)(crc >> (24 - 8 * j));
            return;
        }
        i += 12 + length;
    }
}

static void damage_everywhere(Readers *r, const MadeFile *file, int bit_depth)
{
    uint8_t *copy = malloc(file->bytes);

    assert_non_null(copy);
    for (size_t at = 0; at < file->bytes; at++) {
        for (int bit = 0; bit < 16; bit++) {
            memcpy(copy, file->data, file->bytes);
            copy[at] ^= (uint8_t)(1u << bit % 8);
            if (bit >= 8)
                mend_crc(copy, file->bytes, at);
            check_agreement(r, copy, file->bytes, bit_depth);
        }
        check_agreement(r, file->data, at, bit_depth);
    }
    free(copy);
}

static void takes_no_damaged_file_that_libpng_refuses(void **state)
{
    static const int kinds[][2] = { { 0, 8 }, { 3, 8 }, { 0, 16 } };
    Readers r;

    (void)state;
    readers_init(&r);
    for (size_t i = 0; i < 3; i++) {
        const MadeFile file = small_png(kinds[i][0], kinds[i][1]);

        damage_everywhere(&r, &file, kinds[i][1]);
        free(file.data);
    }
    assert_true(r.plain_files > 0 && r.plain_files < r.libpng_files);
    readers_clear(&r);
}

/* --- the public door --- */

static VoloStatus load(const ScratchDir *dir, const MadeFile *file, bool instances,
                       VoloRawPicture *picture, VoloError *err)
{
    const char *path = scratch_write(dir, "b.png", file->data, file->bytes);

    return instances ? volo_raw_picture_load_instances(picture, path, err)
                     : volo_raw_picture_load_labels(picture, path, err);
}

static void refuses_what_is_no_label_file_by_name(void **state)
{
    static const struct {
        int colour_type, bit_depth;
        bool instances;
        const char *message;
    } cases[] = { { 2, 8, false, "is a colour PNG, perhaps the coloured picture" },
                  { 6, 8, false, "has an alpha channel" },
                  { 0, 16, false, "is a 16-bit PNG, perhaps an instance file" },
                  { 3, 8, true, "is no grey PNG (of 16 bits), as instance files are" },
                  { 2, 16, true, "is no grey PNG (of 16 bits), as instance files are" } };
    VoloRawPicture *picture = NULL;
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    assert_int_equal(volo_raw_picture_new(&picture, &err), VOLO_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const MadeFile good = small_png(3, 8);
        const PngKind kind = { .height = 2,
                               .width = 2,
                               .colour_type = cases[i].colour_type,
                               .bit_depth = cases[i].bit_depth,
                               .palette_count = cases[i].colour_type == 3 ? 1 : 0 };
        const uint8_t rows[2 * 2 * 8] = { 0 };
        const MadeFile bad = png_maker_make(&kind, rows);

        assert_int_equal(load(&dir, &good, false, picture, &err), VOLO_OK);
        assert_int_equal(volo_raw_picture_height(picture), 9);
        assert_non_null(volo_raw_picture_labels(picture));
        assert_null(volo_raw_picture_instances(picture));
        assert_int_equal(load(&dir, &bad, cases[i].instances, picture, &err), VOLO_ERR_UNSUPPORTED);
        if (!strstr(err.message, cases[i].message))
            fail_msg("'%s', wanted '%s'", err.message, cases[i].message);
        assert_null(volo_raw_picture_labels(picture));
        assert_int_equal(volo_raw_picture_width(picture), 0);
        free(good.data);
        free(bad.data);
    }
    volo_raw_picture_free(picture);
    scratch_dir_clear(&dir);
}

/* Memory is kept: a small picture after a large one, an interlaced one after a plain one. */
static void is_loaded_into_again_and_again(void **state)
{
    VoloRawPicture *picture = NULL;
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    assert_int_equal(volo_raw_picture_new(&picture, &err), VOLO_OK);
    for (size_t i = 0; i < 24; i++) {
        const size_t side = i % 3 == 0 ? 90 : 5 + i;
        const PngKind kind = { .height = side,
                               .width = side + 1,
                               .colour_type = 0,
                               .bit_depth = i % 2 ? 16 : 8,
                               .interlaced = i % 5 == 0 };
        uint8_t *rows = malloc(side * png_maker_stride(&kind));

        assert_non_null(rows);
        random_bytes(rows, side * png_maker_stride(&kind), (unsigned)i);
        const MadeFile file = png_maker_make(&kind, rows);
        assert_int_equal(load(&dir, &file, i % 2, picture, &err), VOLO_OK);
        assert_int_equal(volo_raw_picture_height(picture), side);
        assert_int_equal(volo_raw_picture_width(picture), side + 1);
        for (size_t j = 0; j < side * (side + 1); j++) {
            if (i % 2)
                assert_int_equal(volo_raw_picture_instances(picture)[j],
                                 rows[2 * j] << 8 | rows[2 * j + 1]);
            else
                assert_int_equal(volo_raw_picture_labels(picture)[j], rows[j]);
        }
        free(file.data);
        free(rows);
    }
    volo_raw_picture_free(picture);
    scratch_dir_clear(&dir);
}

static void widens_instances_of_eight_bits(void **state)
{
    const PngKind kind = { .height = 3, .width = 5, .colour_type = 0, .bit_depth = 8 };
    uint8_t rows[15] = { 0, 1, 33, 255 };
    const MadeFile file = png_maker_make(&kind, rows);
    VoloRawPicture *picture = NULL;
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    assert_int_equal(volo_raw_picture_new(&picture, &err), VOLO_OK);
    assert_int_equal(load(&dir, &file, true, picture, &err), VOLO_OK);
    for (size_t i = 0; i < 15; i++)
        assert_int_equal(volo_raw_picture_instances(picture)[i], rows[i]);
    volo_raw_picture_free(picture);
    free(file.data);
    scratch_dir_clear(&dir);
}

static void names_files_that_cannot_be_opened(void **state)
{
    VoloRawPicture *picture = NULL;
    VoloError err;

    (void)state;
    assert_int_equal(volo_raw_picture_new(&picture, &err), VOLO_OK);
    assert_int_equal(volo_raw_picture_load_labels(picture, "/nowhere/a.png", &err), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, "'/nowhere/a.png'"));
    assert_int_equal(volo_raw_picture_load_labels(picture, "/dev/null", &err),
                     VOLO_ERR_UNSUPPORTED);
    volo_raw_picture_free(picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_libpng_on_every_kind),
        cmocka_unit_test(undoes_every_filter),
        cmocka_unit_test(takes_no_damaged_file_that_libpng_refuses),
        cmocka_unit_test(refuses_what_is_no_label_file_by_name),
        cmocka_unit_test(is_loaded_into_again_and_again),
        cmocka_unit_test(widens_instances_of_eight_bits),
        cmocka_unit_test(names_files_that_cannot_be_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
