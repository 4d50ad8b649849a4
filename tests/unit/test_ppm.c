/* SPDX-License-Identifier: Apache-2.0 */
/* PPM and PGM: both ways of writing them, every maximum, comments, and damage. */
#include <volo/image.h>

#include "base/limits.h"

#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILE_OF(literal) literal, sizeof(literal) - 1

static VoloStatus load_bytes(const ScratchDir *dir, const char *data, size_t bytes,
                             VoloImage **ret_image, VoloError *err)
{
    return volo_image_load(scratch_write(dir, "a.ppm", data, bytes), NULL, ret_image, err);
}

static void reads_every_kind(void **state)
{
    static const struct {
        const char *data;
        size_t bytes;
        size_t height, width;
        uint8_t want[12];
    } cases[] = {
        { FILE_OF("P5 2 2 255\n\x01\x02\x7f\xff"),
          2,
          2,
          { 1, 1, 1, 2, 2, 2, 127, 127, 127, 255, 255, 255 } },
        { FILE_OF("P6 1 2 255 abcdef"), 2, 1, { 'a', 'b', 'c', 'd', 'e', 'f' } },
        { FILE_OF("P6\n2\t1\r\n255\n #abcd"), 1, 2, { ' ', '#', 'a', 'b', 'c', 'd' } },
        { FILE_OF("P2\n2 1\n255\n7 8"), 1, 2, { 7, 7, 7, 8, 8, 8 } },
        { FILE_OF("P3 1 2 255 1 2 3\n4 5 6 and more"), 2, 1, { 1, 2, 3, 4, 5, 6 } },
        { FILE_OF("P3#c\n1#1\n 1#x\n255#y\n 1#9\n2 #0\n3"), 1, 1, { 1, 2, 3 } },
        { FILE_OF("P5 # a # b\n# c\n1 1 255\nx trailing"), 1, 1, { 'x', 'x', 'x' } },
        { FILE_OF("P5 1 2 65535\n\x12\xff\xfe\x00"), 2, 1, { 0x12, 0x12, 0x12, 0xfe, 0xfe, 0xfe } },
        { FILE_OF("P6 1 1 65535\n\x00\xff\x01\x00\xff\xff"), 1, 1, { 0, 1, 255 } },
        { FILE_OF("P5 4 1 1\n\x00\x01\x01\x00"), 1, 4, { 0, 0, 0, 255, 255, 255, 255, 255, 255 } },
        { FILE_OF("P5 4 1 100\n\x00\x01\x32\x64"),
          1,
          4,
          { 0, 0, 0, 3, 3, 3, 128, 128, 128, 255, 255, 255 } },
        { FILE_OF("P5 2 1 1000\n\x01\xf4\x03\xe8"), 1, 2, { 128, 128, 128, 255, 255, 255 } },
        { FILE_OF("P2 2 1 65535 65535 256"), 1, 2, { 255, 255, 255, 1, 1, 1 } },
    };
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        VoloImage *image = NULL;

        if (load_bytes(&dir, cases[i].data, cases[i].bytes, &image, &err))
            fail_msg("case %zu: %s", i, err.message);
        assert_int_equal(volo_image_height(image), cases[i].height);
        assert_int_equal(volo_image_width(image), cases[i].width);
        assert_memory_equal(volo_image_pixels(image), cases[i].want,
                            3 * cases[i].height * cases[i].width);
        volo_image_unref(image);
    }
    scratch_dir_clear(&dir);
}

static void refuses_what_is_wrong(void **state)
{
    static const struct {
        const char *data;
        size_t bytes;
        VoloStatus want;
        const char *message;
    } cases[] = {
        { FILE_OF("P6 x"), VOLO_ERR_FORMAT, "a number was expected, not the byte 0x78" },
        { FILE_OF("P6 1 -1 255\n"), VOLO_ERR_FORMAT, "not the byte 0x2d" },
        { FILE_OF("P6 1 1 255x\n"), VOLO_ERR_FORMAT, "not the byte 0x78" },
        { FILE_OF("P6 1.0 1 255\n"), VOLO_ERR_FORMAT, "not the byte 0x2e" },
        { FILE_OF("P6 0 1 255\n"), VOLO_ERR_FORMAT, "the picture has no pixels" },
        { FILE_OF("P6 1 0 255\n"), VOLO_ERR_FORMAT, "the picture has no pixels" },
        { FILE_OF("P6 1 1 0\nabc"), VOLO_ERR_FORMAT, "a maximum of 0, expected 1..65535" },
        { FILE_OF("P6 1 1 65536\n"), VOLO_ERR_FORMAT, "a maximum of 65536" },
        { FILE_OF("P6 1 1 255\nab"), VOLO_ERR_FORMAT, "the file ends early" },
        { FILE_OF("P6 1 1 256\nabcde"), VOLO_ERR_FORMAT, "the file ends early" },
        { FILE_OF("P5 1 1 99\nd"), VOLO_ERR_FORMAT, "a sample of 100, above the maximum 99" },
        { FILE_OF("P2 1 1 99 100"), VOLO_ERR_FORMAT, "a sample of 100, above the maximum 99" },
        { FILE_OF("P2 1 1 255 99999999999999999999"), VOLO_ERR_FORMAT, "a sample of 1000000000" },
        { FILE_OF("P2 2 1 255 1"), VOLO_ERR_FORMAT, "the file ends early" },
        { FILE_OF("P2 2 1 255 1 # 2"), VOLO_ERR_FORMAT, "the file ends early" },
        { FILE_OF("P5 65501 1 255\n"), VOLO_ERR_LIMIT, "1x65501 pixels (HxW), the limit is 65500" },
        { FILE_OF("P5 1 65501 255\n"), VOLO_ERR_LIMIT, "65501x1 pixels" },
        { FILE_OF("P5 65500 1 255\n"), VOLO_ERR_FORMAT, "the file ends early" },
        { FILE_OF("P5 10000 10000 255\n"), VOLO_ERR_FORMAT, "the file ends early" },
        { FILE_OF("P5 10001 10000 255\n"), VOLO_ERR_LIMIT, "the limit is 100000000" },
        { FILE_OF("P5 99999999999999999999 1 255\n"), VOLO_ERR_LIMIT, "1x1000000000 pixels" },
        { FILE_OF("P4 8 1\n\x01"), VOLO_ERR_UNSUPPORTED, "not a PNG, JPEG, PPM or PGM" },
        { FILE_OF("P7\nWIDTH 1"), VOLO_ERR_UNSUPPORTED, "not a PNG, JPEG, PPM or PGM" },
        { FILE_OF("P66 1 1 255\n"), VOLO_ERR_UNSUPPORTED, "not a PNG, JPEG, PPM or PGM" },
    };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        VoloImage *image = NULL;
        VoloError err = { VOLO_OK, "" };
        const VoloStatus status = load_bytes(&dir, cases[i].data, cases[i].bytes, &image, &err);

        if (status != cases[i].want || !strstr(err.message, cases[i].message))
            fail_msg("case %zu: %s: %s", i, volo_status_name(status), err.message);
        assert_null(image);
    }
    scratch_dir_clear(&dir);
}

static void refuses_every_truncation(void **state)
{
    static const struct {
        const char *data;
        size_t bytes;
    } files[] = { { FILE_OF("P6\n# comment\n3 2\n255\nabcdefghijklmnopqr") },
                  { FILE_OF("P5 2 2 999\n\x01\x02\x01\x03\x01\x04\x01\x05") },
                  { FILE_OF("P3 2 1 9 1 2 3 4 5 6") } };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        VoloImage *image = NULL;

        assert_int_equal(load_bytes(&dir, files[i].data, files[i].bytes, &image, NULL), VOLO_OK);
        volo_image_unref(image);
        for (size_t bytes = 1; bytes < files[i].bytes; bytes++) {
            const VoloStatus status = load_bytes(&dir, files[i].data, bytes, &image, NULL);

            assert_int_equal(status, bytes < 3 ? VOLO_ERR_UNSUPPORTED : VOLO_ERR_FORMAT);
        }
    }
    scratch_dir_clear(&dir);
}

static void survives_every_changed_byte(void **state)
{
    char data[] = "P3\n# c\n3 2 255\n1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n";
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t at = 0; at < sizeof data - 1; at++) {
        const char before = data[at];

        for (int change = 0; change < 10; change++) {
            VoloImage *image = NULL;

            data[at] = (char)(change < 8 ? before ^ 1 << change : change == 8 ? 0 : 0xff);
            const VoloStatus status = load_bytes(&dir, data, sizeof data - 1, &image, NULL);
            assert_true(!status == !!image);
            volo_image_unref(image);
        }
        data[at] = before;
    }
    scratch_dir_clear(&dir);
}

/* Rows longer than the reader's buffer, and pictures one pixel wide. */
static void reads_long_and_thin_pictures(void **state)
{
    static char data[20 + 3 * 65500];
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (int tall = 0; tall <= 1; tall++) {
        const int header = sprintf(data, tall ? "P6 1 65500 255\n" : "P6 65500 1 255\n");
        const size_t bytes = (size_t)header + 3 * 65500;
        VoloImage *image = NULL;

        for (size_t i = (size_t)header; i < bytes; i++)
            data[i] = (char)(i * 13 + i / 256);
        assert_int_equal(load_bytes(&dir, data, bytes, &image, NULL), VOLO_OK);
        assert_int_equal(volo_image_height(image), tall ? 65500 : 1);
        assert_memory_equal(volo_image_pixels(image), data + header, 3 * 65500);
        volo_image_unref(image);
    }
    scratch_dir_clear(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_kind),
        cmocka_unit_test(refuses_what_is_wrong),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(survives_every_changed_byte),
        cmocka_unit_test(reads_long_and_thin_pictures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
