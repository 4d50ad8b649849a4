/* SPDX-License-Identifier: Apache-2.0 */
/* JPEG: every kind is decoded as libjpeg's defaults do, turned as Exif says, and damage is refused.
 */
#include <volo/image.h>

#include "base/limits.h"
#include "image/codec.h"

#include "support/picture_maker.h"
#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static VoloStatus load_bytes(const ScratchDir *dir, const MadeFile *file, VoloImage **ret_image,
                             VoloError *err)
{
    return volo_image_load(scratch_write(dir, "a.jpg", file->data, file->bytes), NULL, ret_image,
                           err);
}

static VoloStatus try_bytes(const ScratchDir *dir, const MadeFile *file, VoloError *err)
{
    VoloImage *image = NULL;
    const VoloStatus status = load_bytes(dir, file, &image, err);

    assert_true(!status == !!image);
    volo_image_unref(image);
    return status;
}

/* Smooth samples u8 [height,width,channels] with some noise. */
static uint8_t *make_samples(const JpegKind *kind)
{
    const size_t channels = jpeg_maker_channels(kind);
    uint8_t *samples = malloc(kind->height * kind->width * channels), *at = samples;

    assert_non_null(samples);
    random_bytes(samples, kind->height * kind->width * channels, 5);
    for (size_t i = 0; i < kind->height; i++) {
        for (size_t j = 0; j < kind->width * channels; j++, at++)
            *at = (uint8_t)(3 * i + 5 * j + *at % 8);
    }
    return samples;
}

static MadeFile make_file(const JpegKind *kind)
{
    uint8_t *samples = make_samples(kind);
    const MadeFile file = jpeg_maker_make(kind, samples);

    free(samples);
    return file;
}

static const JpegKind kinds[] = {
    { .height = 37, .width = 53, .colours = JPEG_GREY, .quality = 90 },
    { .height = 37, .width = 53, .colours = JPEG_GREY, .quality = 40, .progressive = true },
    { .height = 37, .width = 53, .colours = JPEG_YCBCR, .quality = 95 },
    { .height = 37, .width = 53, .colours = JPEG_YCBCR, .quality = 75, .h_sampling = 2 },
    { .height = 37, .width = 53, .colours = JPEG_YCBCR, .quality = 75, .v_sampling = 2 },
    { 37, 53, JPEG_YCBCR, 75, 2, 2, false, false, 0, NULL, 0 },
    { 37, 53, JPEG_YCBCR, 75, 4, 1, false, false, 0, NULL, 0 },
    { 37, 53, JPEG_YCBCR, 75, 2, 2, true, false, 0, NULL, 0 },
    { 37, 53, JPEG_YCBCR, 75, 2, 2, false, true, 0, NULL, 0 },
    { 37, 53, JPEG_YCBCR, 75, 2, 2, false, false, 1, NULL, 0 },
    { 37, 53, JPEG_YCBCR, 75, 1, 1, true, false, 3, NULL, 0 },
    { .height = 37, .width = 53, .colours = JPEG_RGB, .quality = 80 },
    { .height = 1, .width = 1, .colours = JPEG_YCBCR, .quality = 80 },
    { .height = 1, .width = 65500, .colours = JPEG_GREY, .quality = 80 },
    { .height = 65500, .width = 1, .colours = JPEG_GREY, .quality = 80 },
};

static void decodes_every_kind_as_libjpeg_does(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const MadeFile file = make_file(&kinds[i]);
        uint8_t *want = jpeg_maker_decode(&file, false);
        VoloImage *image = NULL;

        assert_int_equal(load_bytes(&dir, &file, &image, NULL), VOLO_OK);
        assert_int_equal(volo_image_height(image), kinds[i].height);
        assert_int_equal(volo_image_width(image), kinds[i].width);
        assert_memory_equal(volo_image_pixels(image), want, kinds[i].height * kinds[i].width * 3);
        volo_image_unref(image);
        free(want);
        free(file.data);
    }
    scratch_dir_clear(&dir);
}

/* A plain picture survives quality 100 without loss, so the colours are those of the samples. */
static void check_plain(const ScratchDir *dir, JpegColours colours, const uint8_t rgb[3])
{
    const JpegKind kind = { .height = 16, .width = 16, .colours = colours, .quality = 100 };
    const size_t channels = jpeg_maker_channels(&kind);
    uint8_t samples[16 * 16 * 3];
    VoloImage *image = NULL;

    for (size_t i = 0; i < sizeof samples; i++)
        samples[i] = rgb[i % channels];
    const MadeFile file = jpeg_maker_make(&kind, samples);
    assert_int_equal(load_bytes(dir, &file, &image, NULL), VOLO_OK);
    for (size_t i = 0; i < sizeof samples; i++)
        assert_int_equal(volo_image_pixels(image)[i], rgb[i % 3]);
    volo_image_unref(image);
    free(file.data);
}

static void decodes_plain_colours_exactly(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    check_plain(&dir, JPEG_RGB, (const uint8_t[]){ 200, 17, 90 });
    check_plain(&dir, JPEG_GREY, (const uint8_t[]){ 33, 33, 33 });
    scratch_dir_clear(&dir);
}

/* R = C·K/255 on the stored values, rounded as OpenCV does: (200,100,50,220) by hand. */
static void turns_cmyk_into_rgb(void **state)
{
    static const uint8_t ink[4] = { 200, 100, 50, 220 };
    static const uint8_t want[3] = { 220 - (55 * 220 >> 8), 220 - (155 * 220 >> 8),
                                     220 - (205 * 220 >> 8) };
    const JpegKind kind = { .height = 8, .width = 8, .colours = JPEG_CMYK, .quality = 100 };
    uint8_t samples[8 * 8 * 4];
    VoloImage *image = NULL;
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof samples; i++)
        samples[i] = ink[i % 4];
    const MadeFile file = jpeg_maker_make(&kind, samples);
    assert_int_equal(load_bytes(&dir, &file, &image, NULL), VOLO_OK);
    for (size_t i = 0; i < 64; i++)
        assert_memory_equal(volo_image_pixels(image) + 3 * i, want, 3);
    volo_image_unref(image);
    free(file.data);
    scratch_dir_clear(&dir);
}

static void turns_noise_in_cmyk_and_ycck_into_rgb(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (int i = 0; i < 4; i++) {
        const JpegKind kind = { .height = 33,
                                .width = 47,
                                .colours = i & 1 ? JPEG_YCCK : JPEG_CMYK,
                                .quality = 85,
                                .progressive = i & 2 };
        const MadeFile file = make_file(&kind);
        uint8_t *cmyk = jpeg_maker_decode(&file, true);
        VoloImage *image = NULL;

        assert_int_equal(load_bytes(&dir, &file, &image, NULL), VOLO_OK);
        const uint8_t *got = volo_image_pixels(image);
        for (size_t j = 0; j < kind.height * kind.width * 3; j++) {
            const int colour = cmyk[j / 3 * 4 + j % 3], black = cmyk[j / 3 * 4 + 3];

            assert_int_equal(got[j], black - ((255 - colour) * black >> 8));
            assert_true(255 * got[j] - colour * black >= -255 / 2);
            assert_true(255 * got[j] - colour * black <= 2 * 255);
        }
        volo_image_unref(image);
        free(cmyk);
        free(file.data);
    }
    scratch_dir_clear(&dir);
}

/* Stored 16 high, 24 wide: red on the left, blue top right, green bottom right. After turning, the
 * corners tell which way it went. */
static void paint(uint8_t *rgb)
{
    for (size_t i = 0; i < 16; i++) {
        for (size_t j = 0; j < 24; j++) {
            uint8_t *pixel = rgb + (i * 24 + j) * 3;

            pixel[0] = j < 8 ? 200 : 20;
            pixel[1] = i >= 8 && j >= 16 ? 200 : 20;
            pixel[2] = j >= 16 && i < 8 ? 200 : 20;
        }
    }
}

/* 'r', 'g', 'b' or '-' */
static char colour_at(const VoloImage *image, size_t i, size_t j)
{
    const uint8_t *pixel = volo_image_pixels(image) + (i * volo_image_width(image) + j) * 3;

    return pixel[0] > 120 ? 'r' : pixel[1] > 120 ? 'g' : pixel[2] > 120 ? 'b' : '-';
}

static void check_corners(const VoloImage *image, const char *want)
{
    const size_t bottom = volo_image_height(image) - 1, right = volo_image_width(image) - 1;
    const char got[5] = { colour_at(image, 0, 0), colour_at(image, 0, right),
                          colour_at(image, bottom, 0), colour_at(image, bottom, right), '\0' };

    assert_string_equal(got, want);
}

static void turns_pictures_as_exif_says(void **state)
{
    /* top left, top right, bottom left, bottom right; stored: r b / r g */
    static const char *const corners[] = { NULL,   "rbrg", "brgr", "grbr", "rgrb",
                                           "rrbg", "rrgb", "gbrr", "bgrr" };
    uint8_t rgb[16 * 24 * 3], exif[26];
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    paint(rgb);
    for (unsigned orientation = 1; orientation <= 8; orientation++) {
        const JpegKind kind = { .height = 16,
                                .width = 24,
                                .colours = JPEG_RGB,
                                .quality = 95,
                                .exif = exif,
                                .exif_bytes = sizeof exif };
        VoloImage *image = NULL;

        exif_maker_make(exif, orientation & 1, orientation);
        const MadeFile file = jpeg_maker_make(&kind, rgb);
        assert_int_equal(load_bytes(&dir, &file, &image, NULL), VOLO_OK);
        assert_int_equal(volo_image_height(image), orientation < 5 ? 16 : 24);
        assert_int_equal(volo_image_width(image), orientation < 5 ? 24 : 16);
        check_corners(image, corners[orientation]);
        volo_image_unref(image);

        const VoloImageOptions raw = { .raw_orientation = true };
        assert_int_equal(volo_image_load(scratch_path(&dir, "a.jpg"), &raw, &image, NULL), VOLO_OK);
        check_corners(image, corners[1]);
        volo_image_unref(image);
        free(file.data);
    }
    scratch_dir_clear(&dir);
}

/* Puts bytes into the file behind the start marker. */
static void insert(MadeFile *file, size_t at, const uint8_t *data, size_t bytes)
{
    file->data = realloc(file->data, file->bytes + bytes);
    assert_non_null(file->data);
    memmove(file->data + at + bytes, file->data + at, file->bytes - at);
    memcpy(file->data + at, data, bytes);
    file->bytes += bytes;
}

static void finds_exif_behind_other_segments(void **state)
{
    static const uint8_t xmp[] = "\xff\xe1\x00\x1fhttp://ns.adobe.com/xap/1.0/";
    static const uint8_t empty[] = { 0xff, 0xe1, 0x00, 0x02 };
    uint8_t exif[26];
    const JpegKind kind = { .height = 16,
                            .width = 24,
                            .colours = JPEG_GREY,
                            .quality = 50,
                            .exif = exif,
                            .exif_bytes = sizeof exif };
    VoloImage *image = NULL;
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    exif_maker_make(exif, false, 6);
    MadeFile file = make_file(&kind);
    insert(&file, 2, xmp, 33);
    insert(&file, 2, empty, sizeof empty);
    assert_int_equal(load_bytes(&dir, &file, &image, NULL), VOLO_OK);
    assert_int_equal(volo_image_height(image), 24);
    volo_image_unref(image);

    static const uint8_t wrong[] = { 0xff, 0xe1, 0x00, 0x01 };
    VoloError err;
    insert(&file, 2, wrong, sizeof wrong);
    assert_int_equal(load_bytes(&dir, &file, &image, &err), VOLO_ERR_FORMAT);
    assert_non_null(strstr(err.message, "APP1 segment shorter than its own length"));
    free(file.data);
    scratch_dir_clear(&dir);
}

static MadeFile small_file(bool progressive)
{
    return make_file(&(JpegKind){ .height = 9,
                                  .width = 11,
                                  .colours = JPEG_GREY,
                                  .quality = 30,
                                  .progressive = progressive });
}

static void refuses_every_truncation(void **state)
{
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    for (int progressive = 0; progressive <= 1; progressive++) {
        MadeFile file = small_file(progressive);

        assert_in_range(file.bytes, 100, 400);
        assert_int_equal(try_bytes(&dir, &file, NULL), VOLO_OK);
        for (file.bytes--; file.bytes > 0; file.bytes--) {
            const VoloStatus status = try_bytes(&dir, &file, &err);

            if (status != (file.bytes < 3 ? VOLO_ERR_UNSUPPORTED : VOLO_ERR_FORMAT))
                fail_msg("%zu bytes: %s", file.bytes, volo_status_name(status));
        }
        free(file.data);
    }
    scratch_dir_clear(&dir);
}

/* JPEG has no checksums: a changed byte may go unnoticed, but it must never crash the reader. */
static void survives_every_changed_byte(void **state)
{
    ScratchDir dir;
    size_t refused = 0, loaded = 0;

    (void)state;
    scratch_dir_init(&dir);
    for (int progressive = 0; progressive <= 1; progressive++) {
        const MadeFile file = small_file(progressive);

        for (size_t at = 0; at < file.bytes; at++) {
            const uint8_t before = file.data[at];

            for (int change = 0; change < 10; change++) {
                file.data[at] = (uint8_t)(change < 8    ? before ^ 1 << change
                                          : change == 8 ? 0
                                                        : 0xff);
                *(try_bytes(&dir, &file, NULL) ? &refused : &loaded) += 1;
            }
            file.data[at] = before;
        }
        free(file.data);
    }
    assert_true(refused > 1000 && loaded > 1000);
    scratch_dir_clear(&dir);
}

/* Offset of the last segment with that marker. */
static size_t find_marker(const MadeFile *file, uint8_t marker)
{
    size_t found = 0;

    for (size_t i = 0; i + 1 < file->bytes; i++) {
        if (file->data[i] == 0xff && file->data[i + 1] == marker)
            found = i;
    }
    assert_true(found > 0);
    return found;
}

static void refuses_too_many_scans(void **state)
{
    static const size_t scans[] = { VOLO_LIMIT_JPEG_SCANS - 1, VOLO_LIMIT_JPEG_SCANS,
                                    VOLO_LIMIT_JPEG_SCANS + 1, 10000 };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < 2 * sizeof scans / sizeof *scans; i++) {
        const MadeFile file = jpeg_maker_repeat_scan(scans[i / 2], i & 1);
        const bool above = scans[i / 2] > VOLO_LIMIT_JPEG_SCANS;

        assert_int_equal(try_bytes(&dir, &file, &err), above ? VOLO_ERR_LIMIT : VOLO_OK);
        free(file.data);
    }
    assert_non_null(strstr(err.message, "more than 100 JPEG scans"));
    scratch_dir_clear(&dir);
}

/* Writes another size into the frame header (SOF0 or SOF2). */
static void set_size(const MadeFile *file, bool progressive, unsigned height, unsigned width)
{
    uint8_t *frame = file->data + find_marker(file, progressive ? 0xc2 : 0xc0);

    frame[5] = (uint8_t)(height >> 8);
    frame[6] = (uint8_t)height;
    frame[7] = (uint8_t)(width >> 8);
    frame[8] = (uint8_t)width;
}

static void refuses_sizes_above_the_limit(void **state)
{
    static const struct {
        unsigned height, width;
        VoloStatus want;
    } cases[] = { { 1, VOLO_LIMIT_IMAGE_SIDE, VOLO_ERR_FORMAT }, /* allowed, but the data end */
                  { 1, VOLO_LIMIT_IMAGE_SIDE + 1, VOLO_ERR_LIMIT },
                  { VOLO_LIMIT_IMAGE_SIDE + 1, 1, VOLO_ERR_LIMIT },
                  { 10000, 10001, VOLO_ERR_LIMIT },
                  { 65500, 65500, VOLO_ERR_LIMIT },
                  { 0, 5, VOLO_ERR_FORMAT },
                  { 5, 0, VOLO_ERR_FORMAT } };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    const MadeFile file = small_file(false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_size(&file, false, cases[i].height, cases[i].width);
        assert_int_equal(try_bytes(&dir, &file, &err), cases[i].want);
    }
    free(file.data);
    scratch_dir_clear(&dir);
}

/* A progressive picture is held whole as 16-bit coefficients: 100 Mpx of colour take 600 MB. */
static void refuses_to_take_too_much_memory(void **state)
{
    const JpegKind kind = { 8, 8, JPEG_YCBCR, 50, 1, 1, true, false, 0, NULL, 0 };
    const MadeFile file = make_file(&kind);
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    set_size(&file, true, 10000, 9900);
    assert_int_equal(try_bytes(&dir, &file, &err), VOLO_ERR_LIMIT);
    assert_non_null(strstr(err.message, "the JPEG needs more than 512 MiB to decode"));
    free(file.data);
    scratch_dir_clear(&dir);
}

static void names_what_it_does_not_decode(void **state)
{
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    const MadeFile file = small_file(false);
    uint8_t *frame = file.data + find_marker(&file, 0xc0);
    frame[1] = 0xc9;
    assert_int_equal(try_bytes(&dir, &file, &err), VOLO_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "arithmetic-coded JPEG is not read"));
    frame[1] = 0xc3;
    assert_int_equal(try_bytes(&dir, &file, &err), VOLO_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "Unsupported JPEG process: SOF type 0xc3"));
    frame[1] = 0xc0;
    frame[4] = 12;
    assert_int_equal(try_bytes(&dir, &file, &err), VOLO_ERR_UNSUPPORTED);
    free(file.data);
    scratch_dir_clear(&dir);
}

/* An end marker in the middle makes libjpeg fill up with grey; that is a refusal here. */
static void refuses_what_libjpeg_would_repair(void **state)
{
    const JpegKind kind = { .height = 64, .width = 64, .colours = JPEG_YCBCR, .quality = 60 };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    const MadeFile file = make_file(&kind);
    memcpy(file.data + file.bytes / 2 + file.bytes / 4, "\xff\xd9", 2);
    assert_int_equal(try_bytes(&dir, &file, &err), VOLO_ERR_FORMAT);
    assert_non_null(strstr(err.message, "Corrupt JPEG data: premature end of data segment"));
    free(file.data);
    scratch_dir_clear(&dir);
}

static void accepts_padding_before_and_after_the_end(void **state)
{
    static const uint8_t zeros[3] = { 0, 0, 0 };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    MadeFile file = small_file(false);
    insert(&file, file.bytes - 2, zeros, sizeof zeros);
    assert_int_equal(try_bytes(&dir, &file, &err), VOLO_OK);
    insert(&file, file.bytes, zeros, sizeof zeros);
    assert_int_equal(try_bytes(&dir, &file, &err), VOLO_OK);
    insert(&file, find_marker(&file, 0xda), zeros, sizeof zeros);
    assert_int_equal(try_bytes(&dir, &file, &err), VOLO_ERR_FORMAT);
    assert_non_null(strstr(err.message, "extraneous bytes before marker 0xda"));
    free(file.data);
    scratch_dir_clear(&dir);
}

static void skips_segments_longer_than_the_buffer(void **state)
{
    static uint8_t segment[65537] = { 0xff, 0xe2, 0xff, 0xff };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    MadeFile file = small_file(false);
    for (int i = 0; i < 3; i++)
        insert(&file, 2, segment, sizeof segment);
    assert_int_equal(try_bytes(&dir, &file, NULL), VOLO_OK);
    file.bytes = 100000;
    assert_int_equal(try_bytes(&dir, &file, NULL), VOLO_ERR_FORMAT);
    free(file.data);
    scratch_dir_clear(&dir);
}

static void knows_its_library(void **state)
{
    (void)state;
    assert_memory_equal(volo_jpeg_library(), "libjpeg-turbo 2.", 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_every_kind_as_libjpeg_does),
        cmocka_unit_test(decodes_plain_colours_exactly),
        cmocka_unit_test(turns_cmyk_into_rgb),
        cmocka_unit_test(turns_noise_in_cmyk_and_ycck_into_rgb),
        cmocka_unit_test(turns_pictures_as_exif_says),
        cmocka_unit_test(finds_exif_behind_other_segments),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(survives_every_changed_byte),
        cmocka_unit_test(refuses_too_many_scans),
        cmocka_unit_test(refuses_sizes_above_the_limit),
        cmocka_unit_test(refuses_to_take_too_much_memory),
        cmocka_unit_test(names_what_it_does_not_decode),
        cmocka_unit_test(refuses_what_libjpeg_would_repair),
        cmocka_unit_test(accepts_padding_before_and_after_the_end),
        cmocka_unit_test(skips_segments_longer_than_the_buffer),
        cmocka_unit_test(knows_its_library),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
