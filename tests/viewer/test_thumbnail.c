/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/name_order.h"
#include "app/viewer/thumbnail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/picture_maker.h"
#include "tests/viewer/main_loop.h"

static void check_size(size_t height, size_t width, size_t want_height, size_t want_width)
{
    size_t h, w;

    volo_thumbnail_size(height, width, &h, &w);
    assert_int_equal(h, want_height);
    assert_int_equal(w, want_width);
}

static void sizes_keep_the_ratio_and_never_grow(void **state)
{
    (void)state;
    check_size(1024, 2048, 160, 320);
    check_size(2048, 1024, 160, 80);
    check_size(480, 640, 160, 213);
    check_size(100, 150, 100, 150);
    check_size(1, 1, 1, 1);
    check_size(100, 1000, 32, 320);
    check_size(1, 65500, 1, 320);
    check_size(65500, 1, 160, 1);
    check_size(65500, 65500, 160, 160);
}

static void boxes_are_averaged_and_rounded(void **state)
{
    static const uint8_t x[2 * 4 * 3] = {
        0, 0, 10, 1,   0, 20, 255, 0, 1, 255, 0, 2, /* */
        1, 0, 30, 100, 0, 40, 255, 0, 3, 254, 0, 5,
    };
    static const uint8_t want[2 * 3] = { 26, 0, 25, 255, 0, 3 };
    uint8_t y[2 * 3];

    (void)state;
    volo_thumbnail_scale(x, 2, 4, y, 1, 2);
    assert_memory_equal(y, want, sizeof want);
}

/* Every pixel of the picture is in one box: the sum of a picture of 7 x 5 goes into 3 x 2 boxes. */
static void odd_sizes_are_cut_at_whole_pixels(void **state)
{
    uint8_t x[7 * 5 * 3], y[3 * 2 * 3];

    (void)state;
    for (size_t row = 0; row < 7; row++) {
        for (size_t column = 0; column < 5; column++)
            memset(x + 3 * (5 * row + column),
                   (int)(row < 2   ? 10
                         : row < 4 ? 20
                                   : 30) +
                       (column < 2 ? 0 : 100),
                   3);
    }
    volo_thumbnail_scale(x, 7, 5, y, 3, 2);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(y[3 * i + 1], 10 * (i / 2 + 1) + 100 * (i % 2));
}

static void the_same_size_is_a_copy(void **state)
{
    uint8_t x[9 * 8 * 3], y[9 * 8 * 3];

    (void)state;
    random_bytes(x, sizeof x, 3);
    volo_thumbnail_scale(x, 9, 8, y, 9, 8);
    assert_memory_equal(x, y, sizeof x);
}

static void check_none(const char *path)
{
    assert_null(volo_thumbnail_load(path).rgb);
}

static void reads_pictures_upright_and_nothing_else(void **state)
{
    uint8_t rgb[20 * 400 * 3], exif[26];
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    memset(rgb, 120, sizeof rgb);
    exif_maker_make(exif, true, 6); /* to be turned by a quarter */
    MadeFile made = jpeg_maker_make(&(JpegKind){ .height = 20,
                                                 .width = 400,
                                                 .colours = JPEG_YCBCR,
                                                 .quality = 90,
                                                 .exif = exif,
                                                 .exif_bytes = sizeof exif },
                                    rgb);
    VoloThumbnail thumbnail =
        volo_thumbnail_load(scratch_write(&dir, "turned.jpg", made.data, made.bytes));
    free(made.data);
    assert_int_equal(thumbnail.height, 160);
    assert_int_equal(thumbnail.width, 8);
    assert_int_equal(g_bytes_get_size(thumbnail.rgb), 160 * 8 * 3);
    assert_in_range(((const uint8_t *)g_bytes_get_data(thumbnail.rgb, NULL))[0], 118, 122);
    g_bytes_unref(thumbnail.rgb);
    check_none(scratch_write(&dir, "text.png", "text", 4));
    check_none(scratch_path(&dir, "none.png"));
    check_none(write_huge_header(&dir, "huge.png"));
    check_none(dir.path);
    scratch_dir_clear(&dir);
}

static void names_come_as_people_count(void **state)
{
    static const char *const names[] = { "a1.png", "a2.png", "a9.png",   "a10.png",
                                         "b.png",  "c.png",  "c100.png", "caf\xe9.png" };

    (void)state;
    for (size_t i = 1; i < G_N_ELEMENTS(names); i++) {
        char *const before = volo_name_key(names[i - 1]);
        char *const after = volo_name_key(names[i]);

        if (strcmp(before, after) >= 0)
            fail_msg("'%s' does not come before '%s'", names[i - 1], names[i]);
        g_free(before);
        g_free(after);
    }
}

static int start_library(void **state)
{
    VoloError err;

    (void)state;
    return (int)volo_init(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_keep_the_ratio_and_never_grow),
        cmocka_unit_test(boxes_are_averaged_and_rounded),
        cmocka_unit_test(odd_sizes_are_cut_at_whole_pixels),
        cmocka_unit_test(the_same_size_is_a_copy),
        cmocka_unit_test(reads_pictures_upright_and_nothing_else),
        cmocka_unit_test(names_come_as_people_count),
    };
    return cmocka_run_group_tests(tests, start_library, NULL);
}
