/* SPDX-License-Identifier: Apache-2.0 */
#include <volo/volo.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/windows.h"

/* Checks where the windows of one side begin. */
static void check_starts(size_t side, size_t crop, size_t stride, size_t count, const size_t *start)
{
    const size_t crops[] = { crop, crop }, strides[] = { stride, stride };
    const VoloWindows across = volo_windows_cut(crop, side, crops, strides);
    const VoloWindows down = volo_windows_cut(side, crop, crops, strides);

    assert_int_equal(across.columns, count);
    assert_int_equal(down.rows, count);
    assert_int_equal(across.rows, 1);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(volo_windows_left(&across, i), start[i]);
        assert_int_equal(volo_windows_top(&down, i), start[i]);
    }
}

/* Section D.4: 683 by 512/341, 2048 by 1024/768 and by 1024/683. */
static void windows_begin_where_mmsegmentation_lets_them(void **state)
{
    static const size_t ade[] = { 0, 171 }, cityscapes[] = { 0, 768, 1024 },
                        closer[] = { 0, 683, 1024 }, tiny[] = { 0, 43, 67 }, exact[] = { 0, 32 },
                        one_more[] = { 0, 32, 33 };

    (void)state;
    check_starts(683, 512, 341, 2, ade);
    check_starts(2048, 1024, 768, 3, cityscapes);
    check_starts(2048, 1024, 683, 3, closer);
    check_starts(131, 64, 43, 3, tiny);
    check_starts(64, 32, 32, 2, exact);
    check_starts(65, 32, 32, 3, one_more);
}

static void a_small_view_is_one_small_window(void **state)
{
    const size_t crop[] = { 512, 512 }, stride[] = { 341, 341 };
    const VoloWindows small = volo_windows_cut(256, 342, crop, stride);
    const VoloWindows low = volo_windows_cut(256, 683, crop, stride);

    (void)state;
    assert_int_equal(volo_windows_count(&small), 1);
    assert_int_equal(small.h, 256);
    assert_int_equal(small.w, 342);
    assert_int_equal(volo_windows_count(&low), 2);
    assert_int_equal(low.h, 256);
    assert_int_equal(low.w, 512);
}

/* Every pixel of every side is covered, and no window leaves the view. */
static void windows_cover_everything_and_stay_inside(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3000; i++) {
        const size_t side = 16 + i * 7 % 211, crop = 16 + i * 13 % 97, stride = 1 + i * 29 % crop;
        const size_t crops[] = { crop, crop }, strides[] = { stride, stride };
        const VoloWindows g = volo_windows_cut(side, side, crops, strides);
        size_t end = 0;

        for (size_t k = 0; k < g.columns; k++) {
            assert_true(volo_windows_left(&g, k) <= end);
            end = volo_windows_left(&g, k) + g.w;
        }
        assert_int_equal(end, side);
    }
}

/* --- views --- */

typedef struct SizeCase {
    VoloResize resize;
    VoloTta tta;
    double scale;
    size_t h, w, want_h, want_w;
} SizeCase;

static void check_size(const SizeCase *c)
{
    const VoloSessionOptions options = {
        .resize = c->resize, .tta = c->tta, .scales = { c->scale }, .scale_count = c->scale > 0
    };
    VoloView view[VOLO_MAX_VIEWS];
    size_t count;
    VoloError err;

    if (volo_views_list(&options, c->h, c->w, view, &count, &err))
        fail_msg("%s", err.message);
    assert_int_equal(count, 1);
    assert_int_equal(view[0].windows.view_h, c->want_h);
    assert_int_equal(view[0].windows.view_w, c->want_w);
    assert_int_equal(volo_windows_count(&view[0].windows), 1);
}

/* Section D.5: mmseg0 scales the box and cuts, mmseg1 scales the picture and rounds. */
static void scales_multiply_the_box_or_the_picture(void **state)
{
    const VoloResize none = { .kind = VOLO_RESIZE_NONE };
    const VoloResize box = { VOLO_RESIZE_KEEP_RATIO, 0, 0, 2048, 512 };
    const VoloResize exact = { VOLO_RESIZE_EXACT, 99, 201, 0, 0 };
    const SizeCase cases[] = {
        { none, VOLO_TTA_MMSEG0, 0, 97, 131, 97, 131 },
        { none, VOLO_TTA_MMSEG0, 0.5, 97, 131, 48, 65 },
        { none, VOLO_TTA_MMSEG1, 0.5, 97, 131, 49, 66 },
        { box, VOLO_TTA_MMSEG0, 0, 683, 512, 683, 512 },
        { box, VOLO_TTA_MMSEG0, 1.5, 256, 342, 768, 1026 },
        { box, VOLO_TTA_MMSEG1, 1.5, 256, 342, 384, 513 },
        { box, VOLO_TTA_MMSEG1, 0, 256, 342, 512, 684 },
        { exact, VOLO_TTA_MMSEG0, 0.5, 640, 480, 49, 100 },
        { exact, VOLO_TTA_MMSEG1, 0.5, 641, 480, 321, 240 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_size(&cases[i]);
}

static void each_scale_is_followed_by_its_mirror_image(void **state)
{
    const VoloSessionOptions options = { .scales = { 0.75, 1, 1.25 },
                                         .scale_count = 3,
                                         .flip = true };
    static const size_t heights[] = { 75, 75, 100, 100, 125, 125 };
    VoloView view[VOLO_MAX_VIEWS];
    size_t count;

    (void)state;
    assert_int_equal(volo_views_list(&options, 100, 200, view, &count, NULL), VOLO_OK);
    assert_int_equal(count, 6);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(view[i].windows.view_h, heights[i]);
        assert_int_equal(view[i].flip, i % 2 == 1);
    }
}

static void views_that_no_network_takes_are_refused(void **state)
{
    VoloSessionOptions options = { .scales = { 0.25 }, .scale_count = 1 };
    VoloView view[VOLO_MAX_VIEWS];
    size_t count;
    VoloError err;

    (void)state;
    assert_int_equal(volo_views_list(&options, 60, 200, view, &count, &err), VOLO_ERR_LIMIT);
    assert_string_equal(err.message, "the network would see 15x50 pixels of a 60x200 picture; at "
                                     "least 16x16 are needed");
    options.scales[0] = 400;
    assert_int_equal(volo_views_list(&options, 60, 200, view, &count, &err), VOLO_ERR_LIMIT);
    assert_string_equal(err.message, "a 60x200 picture would be resized to 24000x80000 pixels, "
                                     "above the limit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_begin_where_mmsegmentation_lets_them),
        cmocka_unit_test(a_small_view_is_one_small_window),
        cmocka_unit_test(windows_cover_everything_and_stay_inside),
        cmocka_unit_test(scales_multiply_the_box_or_the_picture),
        cmocka_unit_test(each_scale_is_followed_by_its_mirror_image),
        cmocka_unit_test(views_that_no_network_takes_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
