/* SPDX-License-Identifier: Apache-2.0 */
/* PNG: every kind is read as the rules say, damage is refused, and what is written can be read. */
#include <volo/image.h>
#include <volo/mask.h>

#include "base/limits.h"
#include "image/codec.h"

#include "support/picture_maker.h"
#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <zlib.h>

static const struct {
    int colour_type, bit_depth;
} kinds[] = { { 0, 1 }, { 0, 2 }, { 0, 4 }, { 0, 8 }, { 0, 16 }, { 2, 8 }, { 2, 16 }, { 3, 1 },
              { 3, 2 }, { 3, 4 }, { 3, 8 }, { 4, 8 }, { 4, 16 }, { 6, 8 }, { 6, 16 } };

/* Sample number index of a packed row: the stored value, the high byte of 16 bits. */
static unsigned sample_at(const uint8_t *row, int bit_depth, size_t index)
{
    const size_t bit = index * (size_t)bit_depth;

    if (bit_depth >= 8)
        return row[bit / 8];
    return row[bit / 8] >> (8 - (size_t)bit_depth - bit % 8) & ((1u << bit_depth) - 1);
}

/* rgb u8 [3] of pixel j, by the rules of docs/formats.md and nothing of libpng. */
static void expect_pixel(uint8_t *rgb, const PngKind *kind, const uint8_t *row, size_t j)
{
    static const size_t channels[] = { 1, 0, 3, 1, 2, 0, 4 };
    const size_t stored = channels[kind->colour_type];

    for (size_t c = 0; c < 3; c++) {
        const size_t offset = kind->colour_type == 2 || kind->colour_type == 6 ? c : 0;
        const unsigned value = sample_at(row, kind->bit_depth, j * stored + offset);

        if (kind->colour_type == 3)
            rgb[c] = value < kind->palette_count ? png_maker_colour(value, c) : 0;
        else
            rgb[c] = (uint8_t)(kind->bit_depth < 8 ? value * 255 / ((1u << kind->bit_depth) - 1)
                                                   : value);
    }
}

static void check_kind(const ScratchDir *dir, const PngKind *kind)
{
    const size_t stride = png_maker_stride(kind);
    uint8_t *rows = malloc(kind->height * stride);
    VoloImage *image = NULL;
    VoloError err = { VOLO_OK, "" };

    assert_non_null(rows);
    random_bytes(rows, kind->height * stride, (unsigned)kind->bit_depth);
    const MadeFile file = png_maker_make(kind, rows);
    const char *path = scratch_write(dir, "a.png", file.data, file.bytes);
    if (volo_image_load(path, NULL, &image, &err))
        fail_msg("%s", err.message);
    assert_int_equal(volo_image_height(image), kind->height);
    assert_int_equal(volo_image_width(image), kind->width);
    for (size_t i = 0; i < kind->height; i++) {
        for (size_t j = 0; j < kind->width; j++) {
            uint8_t want[3];

            expect_pixel(want, kind, rows + i * stride, j);
            assert_memory_equal(volo_image_pixels(image) + (i * kind->width + j) * 3, want, 3);
        }
    }
    volo_image_unref(image);
    free(file.data);
    free(rows);
}

static void reads_every_kind_to_the_pixel(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds * 4; i++) {
        const int depth = kinds[i / 4].bit_depth;
        const PngKind kind = { .height = 21,
                               .width = 13,
                               .colour_type = kinds[i / 4].colour_type,
                               .bit_depth = depth,
                               .interlaced = i & 1,
                               .extras = i & 2,
                               .palette_count = depth <= 8 ? (size_t)1 << depth : 0 };

        check_kind(&dir, &kind);
    }
    scratch_dir_clear(&dir);
}

static void reads_pictures_one_pixel_wide_or_high(void **state)
{
    static const size_t sizes[][2] = { { 1, 1 }, { 1, 65500 }, { 65500, 1 }, { 2, 1 }, { 1, 9 } };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++)
        check_kind(&dir, &(PngKind){ .height = sizes[i / 2][0],
                                     .width = sizes[i / 2][1],
                                     .colour_type = 2,
                                     .bit_depth = 8,
                                     .interlaced = i & 1 });
    scratch_dir_clear(&dir);
}

/* A file of signature, chunks and nothing else; crc is right. */
static void add_chunk(MadeFile *file, const char *type, const uint8_t *data, size_t bytes)
{
    uint8_t *to = realloc(file->data, file->bytes + bytes + 12);

    assert_non_null(to);
    file->data = to;
    to += file->bytes;
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(bytes >> (24 - 8 * i));
    memcpy(to + 4, type, 4);
    if (bytes > 0)
        memcpy(to + 8, data, bytes);
    const unsigned long crc = crc32(0, to + 4, (unsigned)bytes + 4);
    for (int i = 0; i < 4; i++)
        to[8 + bytes + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
    file->bytes += bytes + 12;
}

static MadeFile begin_png(uint32_t height, uint32_t width, uint8_t depth, uint8_t colour_type)
{
    const uint8_t header[13] = { (uint8_t)(width >> 24),
                                 (uint8_t)(width >> 16),
                                 (uint8_t)(width >> 8),
                                 (uint8_t)width,
                                 (uint8_t)(height >> 24),
                                 (uint8_t)(height >> 16),
                                 (uint8_t)(height >> 8),
                                 (uint8_t)height,
                                 depth,
                                 colour_type };
    MadeFile file = { malloc(8), 8 };

    assert_non_null(file.data);
    memcpy(file.data, "\x89PNG\r\n\x1a\n", 8);
    add_chunk(&file, "IHDR", header, sizeof header);
    return file;
}

/* Adds the zlib stream of bytes zeros, and IEND. */
static void end_png(MadeFile *file, size_t bytes)
{
    static const uint8_t zeros[1 << 16];
    const size_t room = bytes / 900 + 4096;
    uint8_t *stream = malloc(room);
    z_stream z = { .next_out = stream, .avail_out = (unsigned)room };

    assert_non_null(stream);
    assert_int_equal(deflateInit(&z, 6), Z_OK);
    while (bytes > 0) {
        const size_t part = bytes < sizeof zeros ? bytes : sizeof zeros;
        z.next_in = (Bytef *)(uintptr_t)zeros;
        z.avail_in = (unsigned)part;
        assert_int_equal(deflate(&z, Z_NO_FLUSH), Z_OK);
        bytes -= part;
    }
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    add_chunk(file, "IDAT", stream, z.total_out);
    add_chunk(file, "IEND", NULL, 0);
    deflateEnd(&z);
    free(stream);
}

static VoloStatus load_bytes(const ScratchDir *dir, const MadeFile *file, VoloError *err)
{
    VoloImage *image = NULL;
    const VoloStatus status =
        volo_image_load(scratch_write(dir, "b.png", file->data, file->bytes), NULL, &image, err);

    assert_true(!status == !!image);
    volo_image_unref(image);
    return status;
}

static void m16_refuses_a_bomb_at_once(void **state)
{
    ScratchDir dir;
    VoloError err;
    struct timespec from, to;

    (void)state;
    scratch_dir_init(&dir);
    MadeFile file = begin_png(30000, 30000, 1, 0);
    end_png(&file, 30000ull * 3751);
    assert_in_range(file.bytes, 100000, 120000); /* 109 kB that would be 2.7 GB as RGB */
    const char *path = scratch_write(&dir, "bomb.png", file.data, file.bytes);
    VoloImage *image = NULL;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    assert_int_equal(volo_image_load(path, NULL, &image, &err), VOLO_ERR_LIMIT);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    assert_true((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9 <
                0.1);
    assert_non_null(strstr(err.message, "30000x30000 pixels (HxW), the limit is 100000000"));
    free(file.data);
    scratch_dir_clear(&dir);
}

static void refuses_sides_above_the_limit(void **state)
{
    static const struct {
        uint32_t height, width;
        VoloStatus want;
    } cases[] = { { 1, VOLO_LIMIT_IMAGE_SIDE - 1, VOLO_OK },
                  { 1, VOLO_LIMIT_IMAGE_SIDE, VOLO_OK },
                  { VOLO_LIMIT_IMAGE_SIDE, 1, VOLO_OK },
                  { 1, VOLO_LIMIT_IMAGE_SIDE + 1, VOLO_ERR_LIMIT },
                  { VOLO_LIMIT_IMAGE_SIDE + 1, 1, VOLO_ERR_LIMIT },
                  { 0x7fffffff, 0x7fffffff, VOLO_ERR_LIMIT },
                  { 0xffffffff, 1, VOLO_ERR_LIMIT },
                  { 0, 1, VOLO_ERR_FORMAT },
                  { 1, 0, VOLO_ERR_FORMAT } };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        MadeFile file = begin_png(cases[i].height, cases[i].width, 8, 0);

        end_png(&file, cases[i].want ? 10 : cases[i].height * (cases[i].width + 1ull));
        assert_int_equal(load_bytes(&dir, &file, &err), cases[i].want);
        free(file.data);
    }
    scratch_dir_clear(&dir);
}

static void refuses_chunks_above_the_limit(void **state)
{
    ScratchDir dir;
    VoloError err;
    uint8_t *exif = calloc(1, VOLO_LIMIT_PNG_CHUNK_BYTES + 1);

    (void)state;
    assert_non_null(exif);
    exif_maker_make(exif, false, 3);
    scratch_dir_init(&dir);
    for (int above = -1; above <= 1; above++) {
        MadeFile file = begin_png(1, 1, 8, 0);

        add_chunk(&file, "eXIf", exif, (size_t)((int)VOLO_LIMIT_PNG_CHUNK_BYTES + above));
        end_png(&file, 2);
        assert_int_equal(load_bytes(&dir, &file, &err), above > 0 ? VOLO_ERR_LIMIT : VOLO_OK);
        free(file.data);
    }
    assert_non_null(strstr(err.message, "a chunk of 8000001 bytes, the limit is 8000000"));
    free(exif);
    scratch_dir_clear(&dir);
}

/* Comments are never kept, so their size and number do not matter. */
static void skips_comments_of_any_size_and_number(void **state)
{
    ScratchDir dir;
    uint8_t *text = calloc(1, VOLO_LIMIT_PNG_CHUNK_BYTES + 1);
    MadeFile file = begin_png(1, 1, 8, 0);

    (void)state;
    assert_non_null(text);
    scratch_dir_init(&dir);
    for (unsigned i = 0; i <= VOLO_LIMIT_PNG_CHUNKS; i++)
        add_chunk(&file, i & 1 ? "zTXt" : "sPLT", text, 9);
    add_chunk(&file, "iCCP", text, 3);
    add_chunk(&file, "tEXt", text, VOLO_LIMIT_PNG_CHUNK_BYTES + 1);
    end_png(&file, 2);
    assert_int_equal(load_bytes(&dir, &file, NULL), VOLO_OK);
    free(file.data);
    free(text);
    scratch_dir_clear(&dir);
}

static void refuses_what_libpng_refuses(void **state)
{
    static const struct {
        uint8_t depth, colour_type;
        size_t bytes; /* of pixel data, for 4 x 4 pixels */
        const char *message;
    } cases[] = { { 3, 0, 20, "libpng: " },
                  { 8, 5, 20, "libpng: " },
                  { 8, 3, 20, "libpng: IDAT: Missing PLTE before IDAT" },
                  { 8, 0, 19, "libpng: Not enough image data" },
                  { 16, 2, 99, "libpng: Not enough image data" } };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        MadeFile file = begin_png(4, 4, cases[i].depth, cases[i].colour_type);

        end_png(&file, cases[i].bytes);
        assert_int_equal(load_bytes(&dir, &file, &err), VOLO_ERR_FORMAT);
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s, expected %s", err.message, cases[i].message);
        free(file.data);
    }
    scratch_dir_clear(&dir);
}

/* Adds a chunk of that many bytes, all 0x55. */
static void add_filled(MadeFile *file, const char *type, size_t bytes)
{
    static uint8_t data[1024];

    assert_in_range(bytes, 0, sizeof data);
    memset(data, 0x55, sizeof data);
    add_chunk(file, type, data, bytes);
}

/* The faults of libpng in 2025 were in what applications set or in its simplified interface, which
 * is not used here (tests/style/boundaries.sh); palettes and transparency are what they abused. */
static void m15_survives_palettes_and_transparency_that_lie(void **state)
{
    static const struct {
        uint8_t depth, colour_type;
        size_t palette, transparency; /* bytes; 0: none, of palettes 1 too */
        bool swapped;
        VoloStatus want;
    } cases[] = {
        { 8, 3, 3 * 256, 256, false, VOLO_OK },   { 8, 3, 3, 256, false, VOLO_OK },
        { 8, 3, 3, 257, false, VOLO_OK },         { 8, 3, 3 * 257, 1, false, VOLO_ERR_FORMAT },
        { 8, 3, 4, 1, false, VOLO_ERR_FORMAT },   { 1, 3, 3 * 3, 1, false, VOLO_OK },
        { 2, 3, 3 * 256, 4, false, VOLO_OK },     { 8, 3, 3, 1, true, VOLO_OK },
        { 8, 2, 3 * 300, 6, false, VOLO_OK },     { 8, 0, 3, 2, false, VOLO_OK },
        { 8, 6, 3 * 256, 255, false, VOLO_OK },   { 8, 4, 3, 1, false, VOLO_OK },
        { 16, 2, 3 * 256, 1000, false, VOLO_OK }, { 8, 3, 0, 256, false, VOLO_ERR_FORMAT },
    };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        MadeFile file = begin_png(4, 4, cases[i].depth, cases[i].colour_type);

        if (cases[i].swapped)
            add_filled(&file, "tRNS", cases[i].transparency);
        if (cases[i].palette)
            add_filled(&file, "PLTE", cases[i].palette);
        if (!cases[i].swapped)
            add_filled(&file, "tRNS", cases[i].transparency);
        add_filled(&file, "hIST", 2 * 300);
        add_filled(&file, "sPLT", 100);
        add_filled(&file, "bKGD", 1);
        end_png(&file, 4 * (1 + 4 * 8));
        const VoloStatus status = load_bytes(&dir, &file, &err);
        if (status != cases[i].want)
            fail_msg("case %zu: %s: %s", i, volo_status_name(status), status ? err.message : "");
        free(file.data);
    }
    scratch_dir_clear(&dir);
}

/* The smallest file of that kind with some content: 8 x 9 pixels. */
static MadeFile small_file(bool interlaced)
{
    const PngKind kind = { .height = 9,
                           .width = 8,
                           .colour_type = 3,
                           .bit_depth = 2,
                           .interlaced = interlaced,
                           .extras = true,
                           .palette_count = 4 };
    uint8_t rows[18];

    random_bytes(rows, sizeof rows, 7);
    return png_maker_make(&kind, rows);
}

static void refuses_every_truncation(void **state)
{
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    MadeFile file = small_file(true);
    assert_in_range(file.bytes, 100, 400);
    assert_int_equal(load_bytes(&dir, &file, &err), VOLO_OK);
    for (file.bytes--; file.bytes > 0; file.bytes--) {
        const VoloStatus status = load_bytes(&dir, &file, &err);

        if (status != (file.bytes < 8 ? VOLO_ERR_UNSUPPORTED : VOLO_ERR_FORMAT))
            fail_msg("%zu bytes: %s", file.bytes, volo_status_name(status));
    }
    free(file.data);
    scratch_dir_clear(&dir);
}

/* Every byte is under a checksum, a signature or a length, so each change must be noticed. */
static void refuses_every_changed_byte(void **state)
{
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    const MadeFile file = small_file(false);
    for (size_t at = 0; at < file.bytes; at++) {
        const uint8_t before = file.data[at];

        for (int change = 0; change < 10; change++) {
            file.data[at] = (uint8_t)(change < 8 ? before ^ 1 << change : change == 8 ? 0 : 0xff);
            if (file.data[at] != before && load_bytes(&dir, &file, &err) == VOLO_OK)
                fail_msg("byte %zu as 0x%02x was not noticed", at, file.data[at]);
        }
        file.data[at] = before;
    }
    free(file.data);
    scratch_dir_clear(&dir);
}

static void ignores_what_follows_the_end(void **state)
{
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    MadeFile file = small_file(false);
    add_chunk(&file, "junk", NULL, 0);
    assert_int_equal(load_bytes(&dir, &file, &err), VOLO_OK);
    free(file.data);
    scratch_dir_clear(&dir);
}

/* What was written, read back: grey and palette through masks, colours through pictures. */
static void reads_back_what_it_writes(void **state)
{
    enum {
        H = 17,
        W = 31
    };
    ScratchDir dir;
    VoloMask *mask = NULL;
    VoloImage *image = NULL;
    uint8_t pixels[H * W * 3], palette[256][3];

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "w.png");
    random_bytes(pixels, sizeof pixels, 1);
    random_bytes(&palette[0][0], sizeof palette, 2);
    VoloPng png = { .height = H, .width = W, .kind = VOLO_PIXELS_GREY8, .pixels = pixels };
    assert_int_equal(volo_png_write(path, &png, NULL), VOLO_OK);
    assert_int_equal(volo_mask_load(path, &mask, NULL), VOLO_OK);
    assert_memory_equal(volo_mask_labels(mask), pixels, (size_t)H * W);
    volo_mask_unref(mask);

    png.kind = VOLO_PIXELS_PALETTE8;
    png.palette = (const uint8_t(*)[3])palette;
    png.palette_count = 256;
    assert_int_equal(volo_png_write(path, &png, NULL), VOLO_OK);
    assert_int_equal(volo_mask_load(path, &mask, NULL), VOLO_OK);
    assert_memory_equal(volo_mask_labels(mask), pixels, (size_t)H * W);
    volo_mask_unref(mask);
    assert_int_equal(volo_image_load(path, NULL, &image, NULL), VOLO_OK);
    for (size_t i = 0; i < (size_t)H * W; i++)
        assert_memory_equal(volo_image_pixels(image) + 3 * i, palette[pixels[i]], 3);
    volo_image_unref(image);

    png.kind = VOLO_PIXELS_RGB8;
    assert_int_equal(volo_png_write(path, &png, NULL), VOLO_OK);
    assert_int_equal(volo_image_load(path, NULL, &image, NULL), VOLO_OK);
    assert_memory_equal(volo_image_pixels(image), pixels, sizeof pixels);
    volo_image_unref(image);
    scratch_dir_clear(&dir);
}

static void writes_16_bits_in_the_order_of_the_file(void **state)
{
    const uint16_t pixels[6] = { 0x0102, 0x8001, 0xffff, 0x00ff, 0x1234, 0xab00 };
    ScratchDir dir;
    VoloImage *image = NULL;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "w.png");
    const VoloPng png = { .height = 2, .width = 3, .kind = VOLO_PIXELS_GREY16, .pixels = pixels };
    assert_int_equal(volo_png_write(path, &png, NULL), VOLO_OK);
    assert_int_equal(volo_image_load(path, NULL, &image, NULL), VOLO_OK);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(volo_image_pixels(image)[3 * i], pixels[i] >> 8);
    volo_image_unref(image);
    scratch_dir_clear(&dir);
}

static void writes_the_same_bytes_twice(void **state)
{
    ScratchDir dir;
    uint8_t pixels[64 * 3], bytes[2][1024];
    size_t count[2];

    (void)state;
    scratch_dir_init(&dir);
    random_bytes(pixels, sizeof pixels, 3);
    for (size_t i = 0; i < 2; i++) {
        const VoloPng png = { .height = 8, .width = 8, .kind = VOLO_PIXELS_RGB8, .pixels = pixels };
        const char *path = scratch_path(&dir, "w.png");

        assert_int_equal(volo_png_write(path, &png, NULL), VOLO_OK);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        count[i] = fread(bytes[i], 1, sizeof bytes[i], file);
        fclose(file);
    }
    assert_int_equal(count[0], count[1]);
    assert_memory_equal(bytes[0], bytes[1], count[0]);
    scratch_dir_clear(&dir);
}

static void refuses_to_write_what_is_no_picture(void **state)
{
    static const uint8_t pixel[4] = { 9 }, colour[1][3] = { { 1, 2, 3 } };
    const VoloPng wrong[] = {
        { 0, 1, VOLO_PIXELS_GREY8, pixel, NULL, 0 },
        { 1, 0, VOLO_PIXELS_GREY8, pixel, NULL, 0 },
        { VOLO_LIMIT_IMAGE_SIDE + 1, 1, VOLO_PIXELS_GREY8, pixel, NULL, 0 },
        { 1, 1, VOLO_PIXELS_GREY8, NULL, NULL, 0 },
        { 1, 1, (VoloPixels)99, pixel, NULL, 0 },
        { 1, 1, VOLO_PIXELS_PALETTE8, pixel, NULL, 1 },
        { 1, 1, VOLO_PIXELS_PALETTE8, pixel, colour, 0 },
        { 1, 1, VOLO_PIXELS_PALETTE8, pixel, colour, 257 },
        { 1, 1, VOLO_PIXELS_PALETTE8, pixel, colour, 1 }, /* the pixel is beyond the palette */
    };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "old.png", "old", 3);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(volo_png_write(path, &wrong[i], &err), VOLO_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, "old.png': index 9 in a palette of 1 colours"));
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fgetc(file), 'o');
    fclose(file);
    scratch_dir_clear(&dir);
}

static void knows_the_version_that_is_linked(void **state)
{
    (void)state;
    assert_memory_equal(volo_png_library(), "1.6.", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_kind_to_the_pixel),
        cmocka_unit_test(reads_pictures_one_pixel_wide_or_high),
        cmocka_unit_test(m16_refuses_a_bomb_at_once),
        cmocka_unit_test(refuses_sides_above_the_limit),
        cmocka_unit_test(refuses_chunks_above_the_limit),
        cmocka_unit_test(skips_comments_of_any_size_and_number),
        cmocka_unit_test(refuses_what_libpng_refuses),
        cmocka_unit_test(m15_survives_palettes_and_transparency_that_lie),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(refuses_every_changed_byte),
        cmocka_unit_test(ignores_what_follows_the_end),
        cmocka_unit_test(reads_back_what_it_writes),
        cmocka_unit_test(writes_16_bits_in_the_order_of_the_file),
        cmocka_unit_test(writes_the_same_bytes_twice),
        cmocka_unit_test(refuses_to_write_what_is_no_picture),
        cmocka_unit_test(knows_the_version_that_is_linked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
