/* SPDX-License-Identifier: Apache-2.0 */
/* Drawings: pixels where they were asked for, the same bytes every time, errors that stick. */
#include <volo/drawing.h>
#include <volo/image.h>

#include "base/limits.h"
#include "render/svg_ids.h"
#include "support/scratch_dir.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const VoloColour red = { 255, 0, 0 }, blue = { 0, 0, 255 }, black = { 0, 0, 0 };

static VoloDrawing *begin(double width, double height)
{
    VoloDrawing *d = NULL;

    assert_int_equal(volo_drawing_new(width, height, &d, NULL), VOLO_OK);
    return d;
}

/* Writes a PNG of the drawing, reads it back, and frees the drawing. */
static VoloImage *to_image(VoloDrawing *d)
{
    ScratchDir dir;
    VoloImage *image = NULL;
    VoloError err = { VOLO_OK, "" };

    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "a.png");
    if (volo_drawing_write(d, path, &err) || volo_image_load(path, NULL, &image, &err))
        fail_msg("%s", err.message);
    scratch_dir_clear(&dir);
    volo_drawing_free(d);
    return image;
}

static void assert_pixel(const VoloImage *image, size_t x, size_t y, VoloColour want)
{
    const uint8_t *got = volo_image_pixels(image) + 3 * (y * volo_image_width(image) + x);

    if (got[0] != want.red || got[1] != want.green || got[2] != want.blue)
        fail_msg("(%zu,%zu) is %d %d %d, wanted %d %d %d", x, y, got[0], got[1], got[2], want.red,
                 want.green, want.blue);
}

static const VoloColour white = { 255, 255, 255 };

static void fills_where_it_was_asked_to(void **state)
{
    static const double corners[][2] = { { 1, 31 }, { 19, 31 }, { 1, 49 } };
    VoloDrawing *d = begin(60, 50);

    (void)state;
    volo_drawing_fill_box(d, (VoloBox){ 2, 3, 5, 4 }, red);
    volo_drawing_stroke_box(d, (VoloBox){ 20.5, 3.5, 10, 10 }, (VoloStroke){ blue, 1, 0 });
    volo_drawing_line(d, 0, 20.5, 60, 20.5, (VoloStroke){ black, 1, 4 });
    volo_drawing_fill_circle(d, 45, 8, 5, blue);
    volo_drawing_stroke_circle(d, 45, 35, 9, (VoloStroke){ red, 4, 0 });
    volo_drawing_fill_polygon(d, corners, 3, blue);
    volo_drawing_polyline(d, corners, 1, (VoloStroke){ red, 50, 0 }); /* no line yet */
    VoloImage *image = to_image(d);
    assert_int_equal(volo_image_width(image), 60);
    assert_int_equal(volo_image_height(image), 50);
    assert_pixel(image, 1, 3, white);
    assert_pixel(image, 2, 3, red);
    assert_pixel(image, 6, 6, red);
    assert_pixel(image, 7, 6, white);
    assert_pixel(image, 6, 7, white);
    assert_pixel(image, 20, 10, blue);
    assert_pixel(image, 25, 10, white);
    assert_pixel(image, 1, 20, black); /* dash, gap, dash */
    assert_pixel(image, 5, 20, white);
    assert_pixel(image, 9, 20, black);
    assert_pixel(image, 45, 8, blue);
    assert_pixel(image, 49, 12, white);
    assert_pixel(image, 45, 35, white);
    assert_pixel(image, 54, 35, red);
    assert_pixel(image, 4, 40, blue);
    assert_pixel(image, 15, 45, white);
    volo_image_unref(image);
}

static void clips_nest(void **state)
{
    VoloDrawing *d = begin(20, 20);

    (void)state;
    volo_drawing_clip(d, (VoloBox){ 0, 0, 10, 20 });
    volo_drawing_clip(d, (VoloBox){ 0, 0, 20, 10 });
    volo_drawing_fill_box(d, (VoloBox){ 0, 0, 20, 20 }, red);
    volo_drawing_unclip(d);
    volo_drawing_fill_box(d, (VoloBox){ 0, 15, 20, 5 }, blue);
    volo_drawing_unclip(d);
    volo_drawing_fill_box(d, (VoloBox){ 15, 10, 5, 1 }, black);
    VoloImage *image = to_image(d);
    assert_pixel(image, 9, 9, red);
    assert_pixel(image, 10, 9, white);
    assert_pixel(image, 9, 10, white);
    assert_pixel(image, 9, 15, blue);
    assert_pixel(image, 10, 15, white);
    assert_pixel(image, 15, 10, black);
    volo_image_unref(image);
}

static void marks_have_one_area(void **state)
{
    (void)state;
    for (VoloMarker kind = VOLO_MARKER_CIRCLE; kind <= VOLO_MARKER_TRIANGLE; kind++) {
        VoloDrawing *d = begin(100, 100);
        double dark = 0;

        volo_drawing_mark(d, kind, 50, 50, 60, black);
        VoloImage *image = to_image(d);
        for (size_t i = 0; i < 100 * 100; i++)
            dark += 1 - volo_image_pixels(image)[3 * i] / 255.0;
        assert_true(fabs(dark / (3.14159 / 4 * 60 * 60) - 1) < 0.02);
        assert_pixel(image, 50, 50, black);
        volo_image_unref(image);
    }
}

/* The columns and rows that hold anything but white. */
static void find_ink(const VoloImage *image, size_t ret_x[2], size_t ret_y[2])
{
    const size_t width = volo_image_width(image), height = volo_image_height(image);

    ret_x[0] = width;
    ret_y[0] = height;
    ret_x[1] = ret_y[1] = 0;
    for (size_t i = 0; i < width * height; i++) {
        const size_t x = i % width, y = i / width;

        if (memcmp(volo_image_pixels(image) + 3 * i, &white, 3) == 0)
            continue;
        ret_x[0] = x < ret_x[0] ? x : ret_x[0];
        ret_x[1] = x > ret_x[1] ? x : ret_x[1];
        ret_y[0] = y < ret_y[0] ? y : ret_y[0];
        ret_y[1] = y > ret_y[1] ? y : ret_y[1];
    }
}

static void aligns_and_turns_text(void **state)
{
    static const struct {
        VoloAlign align;
        double angle;
        double left, right, top, bottom; /* of the text, by its width, about (100, 100) */
    } rows[] = {
        { VOLO_ALIGN_LEFT, 0, 0, 1, 0, 0 },         { VOLO_ALIGN_CENTRE, 0, -0.5, 0.5, 0, 0 },
        { VOLO_ALIGN_RIGHT, 0, -1, 0, 0, 0 },       { VOLO_ALIGN_LEFT, 90, 0, 0, -1, 0 },
        { VOLO_ALIGN_CENTRE, 90, 0, 0, -0.5, 0.5 }, { VOLO_ALIGN_LEFT, -90, 0, 0, 0, 1 },
    };
    const double em = 12;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        VoloDrawing *d = begin(200, 200);
        const VoloTextStyle style = {
            .size = em, .align = rows[i].align, .angle = rows[i].angle, .colour = black
        };
        const double width = volo_drawing_text_width(d, "some words", &style);
        size_t x[2], y[2];

        assert_true(width > 50 && width < 90);
        volo_drawing_text(d, 100, 100, "some words", &style);
        VoloImage *image = to_image(d);
        find_ink(image, x, y);
        assert_true(fabs((double)x[0] - (100 + rows[i].left * width)) < em);
        assert_true(fabs((double)x[1] - (100 + rows[i].right * width)) < em);
        assert_true(fabs((double)y[0] - (100 + rows[i].top * width)) < em);
        assert_true(fabs((double)y[1] - (100 + rows[i].bottom * width)) < em);
        volo_image_unref(image);
    }
}

static void measures_text(void **state)
{
    const VoloTextStyle plain = { .size = 10, .colour = black };
    const VoloTextStyle bold = { .size = 10, .bold = true, .colour = black };
    const VoloTextStyle large = { .size = 20, .colour = black };
    VoloDrawing *d = begin(10, 10);
    const double width = volo_drawing_text_width(d, "Wide", &plain);

    (void)state;
    assert_true(width > 15 && width < 40);
    assert_true(volo_drawing_text_width(d, "Wide", &bold) > width);
    assert_true(fabs(volo_drawing_text_width(d, "Wide", &large) - 2 * width) < 0.1);
    assert_true(volo_drawing_text_width(d, "", &plain) <= 0);
    /* What is no UTF-8 is drawn as question marks, as wide as they are. */
    assert_true(fabs(volo_drawing_text_width(d, "\xff\n", &plain) -
                     volo_drawing_text_width(d, "??", &plain)) < 0.001);
    assert_true(volo_drawing_text_width(d, "\xc3\xa9", &plain) <
                volo_drawing_text_width(d, "ee", &plain));
    volo_drawing_free(d);
}

static void scales_pictures(void **state)
{
    static const uint8_t rgb[] = { 255, 0, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255 };
    VoloDrawing *d = begin(40, 20);

    (void)state;
    volo_drawing_picture(d, (VoloBox){ 0, 0, 20, 20 }, 2, 2, rgb, false);
    volo_drawing_picture(d, (VoloBox){ 20, 0, 20, 20 }, 2, 2, rgb, true);
    VoloImage *image = to_image(d);
    assert_pixel(image, 9, 9, red);
    assert_pixel(image, 10, 9, blue);
    assert_pixel(image, 9, 10, black);
    assert_pixel(image, 10, 10, white);
    assert_pixel(image, 20, 0, red); /* the edges do not fade */
    assert_pixel(image, 39, 0, blue);
    const uint8_t *middle = volo_image_pixels(image) + 3 * 30;
    assert_true(middle[0] > 90 && middle[0] < 165 && middle[2] > 90 && middle[2] < 165);
    volo_image_unref(image);
}

static void a_scale_makes_larger_pngs(void **state)
{
    VoloDrawing *d = begin(10, 20);

    (void)state;
    volo_drawing_set_scale(d, 2.5);
    volo_drawing_fill_box(d, (VoloBox){ 2, 2, 2, 2 }, red);
    VoloImage *image = to_image(d);
    assert_int_equal(volo_image_width(image), 25);
    assert_int_equal(volo_image_height(image), 50);
    assert_pixel(image, 4, 5, white);
    assert_pixel(image, 5, 5, red);
    assert_pixel(image, 9, 9, red);
    assert_pixel(image, 10, 9, white);
    volo_image_unref(image);
}

/* A page with something of everything. */
static void draw_page(VoloDrawing *d)
{
    uint8_t rgb[8 * 4 * 3];

    for (size_t i = 0; i < sizeof rgb; i++)
        rgb[i] = (uint8_t)(i * 37);
    volo_drawing_picture(d, (VoloBox){ 5, 5, 40, 80 }, 8, 4, rgb, true);
    volo_drawing_picture(d, (VoloBox){ 50, 5, 40, 80 }, 8, 4, rgb, false);
    volo_drawing_clip(d, (VoloBox){ 10, 10, 50, 50 });
    for (int i = 0; i < 20; i++)
        volo_drawing_mark(d, (VoloMarker)(i % 4), 5 * i, 50 + 2 * i, 8, blue);
    volo_drawing_unclip(d);
    volo_drawing_text(d, 50, 95, "caf\xc3\xa9 \xc2\xb5s <&>",
                      &(VoloTextStyle){ .size = 9, .align = VOLO_ALIGN_CENTRE, .colour = red });
    volo_drawing_text(d, 97, 60, "turned", &(VoloTextStyle){ 9, true, 0, 90, black });
}

static void the_same_calls_give_the_same_bytes(void **state)
{
    uint8_t *first = NULL, *second = NULL;
    size_t first_bytes, second_bytes;

    (void)state;
    for (VoloDrawingFormat format = VOLO_DRAWING_SVG; format <= VOLO_DRAWING_PDF; format++) {
        for (int i = 0; i < 3; i++) { /* each a new drawing, with other things between */
            VoloDrawing *d = begin(100, 100);

            draw_page(d);
            if (format == VOLO_DRAWING_PDF) {
                volo_drawing_add_page(d, 100, 120);
                draw_page(d);
            }
            assert_int_equal(volo_drawing_encode(d, format, i ? &second : &first,
                                                 i ? &second_bytes : &first_bytes, NULL),
                             VOLO_OK);
            volo_drawing_free(d);
            volo_drawing_free(begin(10, 10));
            if (i == 0)
                continue;
            assert_int_equal(first_bytes, second_bytes);
            assert_memory_equal(first, second, first_bytes);
            free(second);
        }
        free(first);
    }
}

static void formats_look_like_themselves(void **state)
{
    static const char *const starts[] = { "<?xml version=", "\x89PNG\r\n\x1a\n", "%PDF-1." };
    VoloDrawing *d = begin(100, 100);
    uint8_t *data = NULL;
    size_t bytes = 0;

    (void)state;
    draw_page(d);
    for (int i = 0; i < 3; i++) { /* one drawing, several formats */
        assert_int_equal(volo_drawing_encode(d, (VoloDrawingFormat)i, &data, &bytes, NULL),
                         VOLO_OK);
        assert_true(bytes > 200);
        assert_memory_equal(data, starts[i], strlen(starts[i]));
        free(data);
    }
    volo_drawing_free(d);
}

static void a_pdf_has_its_pages_and_a_fixed_date(void **state)
{
    VoloDrawing *d = begin(100, 50);
    uint8_t *data = NULL;
    size_t bytes = 0;
    VoloError err;

    (void)state;
    volo_drawing_add_page(d, 70, 80);
    volo_drawing_add_page(d, 300, 400);
    assert_int_equal(volo_drawing_encode(d, VOLO_DRAWING_PDF, &data, &bytes, NULL), VOLO_OK);
    assert_non_null(memmem(data, bytes, "/Count 3", 8));
    assert_non_null(memmem(data, bytes, "/MediaBox [ 0 0 100 50 ]", 24));
    assert_non_null(memmem(data, bytes, "/MediaBox [ 0 0 70 80 ]", 23));
    assert_non_null(memmem(data, bytes, "20000101000000", 14));
    free(data);
    for (VoloDrawingFormat format = VOLO_DRAWING_SVG; format <= VOLO_DRAWING_PNG; format++) {
        assert_int_equal(volo_drawing_encode(d, format, &data, &bytes, &err), VOLO_ERR_UNSUPPORTED);
        assert_string_equal(err.message, "3 pages, but only PDF holds more than one");
    }
    volo_drawing_free(d);
}

static void numbers_ids_in_the_order_of_creation(void **state)
{
    static const char before[] =
        "<g id=\"surface12\"/><image id=\"image9\"/><use href=\"#image9\"/>"
        "url(#surface12) id=\"surface130\" \"image\" image77 #surface";
    static const char after[] = "<g id=\"surface2\"/><image id=\"image1\"/><use href=\"#image1\"/>"
                                "url(#surface2) id=\"surface3\" \"image\" image77 #surface";
    char text[sizeof before];
    size_t bytes = strlen(before);

    (void)state;
    memcpy(text, before, sizeof before);
    assert_int_equal(volo_svg_number_ids((uint8_t *)text, &bytes, NULL), VOLO_OK);
    assert_int_equal(bytes, strlen(after));
    assert_memory_equal(text, after, bytes);
}

static void breaks_after_an_error(VoloDrawing *d, VoloStatus status, const char *message)
{
    VoloError err = { VOLO_OK, "" };
    uint8_t *data = NULL;
    size_t bytes = 0;

    volo_drawing_fill_box(d, (VoloBox){ 0, 0, -1, 1 }, red); /* a later error is not told */
    volo_drawing_add_page(d, 10, 10);
    assert_int_equal(volo_drawing_encode(d, VOLO_DRAWING_PDF, &data, &bytes, &err), status);
    assert_string_equal(err.message, message);
    assert_null(data);
    volo_drawing_free(d);
}

static void refuses_bad_numbers(void **state)
{
    static const double bad[][2] = { { 0, 0 }, { 1, (double)INFINITY } };
    const VoloTextStyle style = { .size = -2 };
    VoloDrawing *d = begin(10, 10);

    (void)state;
    volo_drawing_line(d, 0, 0, (double)NAN, 1, (VoloStroke){ red, 1, 0 });
    breaks_after_an_error(d, VOLO_ERR_ARGUMENT, "cannot draw at nan, expected -1e+06..1e+06");
    d = begin(10, 10);
    volo_drawing_polyline(d, bad, 2, (VoloStroke){ red, 1, 0 });
    breaks_after_an_error(d, VOLO_ERR_ARGUMENT, "cannot draw at inf, expected -1e+06..1e+06");
    d = begin(10, 10);
    volo_drawing_fill_circle(d, -2e6, 0, 1, red);
    breaks_after_an_error(d, VOLO_ERR_ARGUMENT, "cannot draw at -2e+06, expected -1e+06..1e+06");
    d = begin(10, 10);
    volo_drawing_text(d, 1, 1, "x", &style);
    breaks_after_an_error(d, VOLO_ERR_ARGUMENT, "cannot draw a size of -2, expected 0 or more");
    d = begin(10, 10);
    volo_drawing_unclip(d);
    breaks_after_an_error(d, VOLO_ERR_ARGUMENT, "nothing clips the drawing");
    d = begin(10, 10);
    volo_drawing_set_scale(d, 0);
    breaks_after_an_error(d, VOLO_ERR_ARGUMENT, "a scale of 0, expected more than 0, at most 16");
    d = begin(10, 10);
    volo_drawing_add_page(d, 14401, 10);
    breaks_after_an_error(d, VOLO_ERR_ARGUMENT, "a page of 14401x10 (WxH), expected 1..14400");
}

static void refuses_what_is_too_large(void **state)
{
    const uint8_t rgb[3] = { 1, 2, 3 };
    uint8_t *row = calloc(VOLO_LIMIT_DRAWING_SIDE, 3), *data = NULL;
    size_t bytes = 0;
    VoloError err;
    VoloDrawing *d = begin(10, 10);

    (void)state;
    volo_drawing_picture(d, (VoloBox){ 0, 0, 5, 5 }, 1, VOLO_LIMIT_DRAWING_SIDE, row, true);
    assert_int_equal(volo_drawing_encode(d, VOLO_DRAWING_PNG, &data, &bytes, &err), VOLO_OK);
    free(data);
    free(row);
    volo_drawing_picture(d, (VoloBox){ 0, 0, 5, 5 }, VOLO_LIMIT_DRAWING_SIDE + 1, 1, rgb, true);
    data = NULL;
    breaks_after_an_error(d, VOLO_ERR_LIMIT,
                          "a picture of 32768x1 (HxW), expected sides of 1..32767");
    assert_int_equal(volo_drawing_new(0.5, 10, &d, &err), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_drawing_new((double)NAN, 10, &d, &err), VOLO_ERR_ARGUMENT);

    d = begin(14400, 1);
    volo_drawing_set_scale(d, 2.2755); /* 32767.2 pixels */
    assert_int_equal(volo_drawing_encode(d, VOLO_DRAWING_PNG, &data, &bytes, &err), VOLO_OK);
    free(data);
    volo_drawing_set_scale(d, 2.276);
    assert_int_equal(volo_drawing_encode(d, VOLO_DRAWING_PNG, &data, &bytes, &err), VOLO_ERR_LIMIT);
    volo_drawing_free(d);
    d = begin(14400, 14400);
    assert_int_equal(volo_drawing_encode(d, VOLO_DRAWING_PNG, &data, &bytes, &err), VOLO_ERR_LIMIT);
    assert_string_equal(err.message, "a PNG of 14400x14400 pixels (HxW), limit 32767 on a side and "
                                     "100000000 in all");
    volo_drawing_free(d);
}

static void the_ending_names_the_format(void **state)
{
    static const char *const bad[] = { "a", "a.jpg", ".svg", "svg", "a.svgz", "" };
    VoloDrawingFormat format = VOLO_DRAWING_PNG;
    VoloError err;

    (void)state;
    assert_int_equal(volo_drawing_format("x/y.SVG", &format, NULL), VOLO_OK);
    assert_int_equal(format, VOLO_DRAWING_SVG);
    assert_int_equal(volo_drawing_format("a.b.pdf", &format, NULL), VOLO_OK);
    assert_int_equal(format, VOLO_DRAWING_PDF);
    assert_int_equal(volo_drawing_format("a.Png", &format, NULL), VOLO_OK);
    assert_int_equal(format, VOLO_DRAWING_PNG);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(volo_drawing_format(bad[i], &format, &err), VOLO_ERR_UNSUPPORTED);
    assert_int_equal(volo_drawing_format("a.jpg", &format, &err), VOLO_ERR_UNSUPPORTED);
    assert_string_equal(err.message, "'a.jpg': drawings are written as .svg, .png or .pdf");
}

static void a_failure_leaves_no_file(void **state)
{
    VoloDrawing *d = begin(10, 10);
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "a.svg", "old", 3);
    const char *beyond = scratch_path(&dir, "none/a.svg");
    assert_int_equal(volo_drawing_write(d, beyond, &err), VOLO_ERR_IO);
    assert_int_equal(volo_drawing_write(d, scratch_path(&dir, "a.gif"), &err),
                     VOLO_ERR_UNSUPPORTED);
    volo_drawing_unclip(d);
    assert_int_equal(volo_drawing_write(d, scratch_path(&dir, "b.png"), &err), VOLO_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, "b.png': nothing clips the drawing"));
    assert_int_equal(volo_drawing_write(d, path, &err), VOLO_ERR_ARGUMENT);
    volo_drawing_free(d);

    FILE *file = fopen(path, "r"); /* is as it was */
    char text[8] = "";
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof text, file), 3);
    assert_string_equal(text, "old");
    fclose(file);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir.path), 0); /* nothing else is there */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_where_it_was_asked_to),
        cmocka_unit_test(clips_nest),
        cmocka_unit_test(marks_have_one_area),
        cmocka_unit_test(aligns_and_turns_text),
        cmocka_unit_test(measures_text),
        cmocka_unit_test(scales_pictures),
        cmocka_unit_test(a_scale_makes_larger_pngs),
        cmocka_unit_test(the_same_calls_give_the_same_bytes),
        cmocka_unit_test(formats_look_like_themselves),
        cmocka_unit_test(a_pdf_has_its_pages_and_a_fixed_date),
        cmocka_unit_test(numbers_ids_in_the_order_of_creation),
        cmocka_unit_test(refuses_bad_numbers),
        cmocka_unit_test(refuses_what_is_too_large),
        cmocka_unit_test(the_ending_names_the_format),
        cmocka_unit_test(a_failure_leaves_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
