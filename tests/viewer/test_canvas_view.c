/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of zooming and panning, by properties that hold for all pictures, panes and zooms.
 */
#include "app/viewer/canvas_view.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    ROUNDS = 20000
};

static uint64_t seed = 88172645463325252u;

static uint32_t draw(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 32);
}

/* At least least, at most most; small ones as often as large ones. */
static int draw_size(int least, int most)
{
    const double share = draw() / 4294967296.0;

    return (int)floor(least * pow((most + 1.0) / least, share));
}

static double draw_real(double least, double most)
{
    return least + (most - least) * (draw() / 4294967296.0);
}

static VoloView make(int picture_width, int picture_height, int width, int height)
{
    VoloView view = { .zoom = 1, .fitting = true };

    volo_view_resize(&view, width, height);
    volo_view_set_picture(&view, picture_width, picture_height, false);
    return view;
}

static VoloView draw_view(void)
{
    VoloView view =
        make(draw_size(1, 65500), draw_size(1, 65500), draw_size(1, 4000), draw_size(1, 3000));

    for (uint32_t i = draw() % 6; i > 0; i--) {
        volo_view_zoom(&view, view.zoom * exp(draw_real(-2, 3)), draw_real(-50, view.width + 50.0),
                       draw_real(-50, view.height + 50.0));
        volo_view_pan(&view, draw_real(-9000, 9000), draw_real(-9000, 9000));
    }
    return view;
}

static int whole(double value)
{
    return (int)floor(value + 0.5);
}

static void fits_a_picture_in_the_middle(void **state)
{
    const VoloView wide = make(2048, 1024, 1280, 800), tall = make(100, 400, 1280, 800);

    (void)state;
    assert_true(wide.zoom == 1280.0 / 2048 && wide.left == 0 && wide.top == 80);
    assert_true(tall.zoom == 2 && tall.left == 540 && tall.top == 0);
    assert_true(wide.fitting && !volo_view_can_pan(&wide));
}

static void never_lets_a_picture_leave_the_pane(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        const VoloView view = draw_view();
        const int width = volo_zoomed_size(view.picture_width, view.zoom);
        const int height = volo_zoomed_size(view.picture_height, view.zoom);

        if (width <= view.width)
            assert_int_equal(whole(view.left), (view.width - width) / 2);
        else
            assert_true(whole(view.left) <= 0 && whole(view.left) + width >= view.width);
        if (height <= view.height)
            assert_int_equal(whole(view.top), (view.height - height) / 2);
        else
            assert_true(whole(view.top) <= 0 && whole(view.top) + height >= view.height);
        assert_true(view.zoom <= VOLO_ZOOM_MOST && view.zoom >= volo_view_least_zoom(&view));
    }
}

static void sees_a_fitting_picture_whole(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        VoloView view = draw_view();
        int x, y;

        volo_view_fit(&view);
        const VoloPatch patch = volo_view_patch(&view, &x, &y);

        assert_int_equal(patch.width, volo_zoomed_size(view.picture_width, view.zoom));
        assert_int_equal(patch.height, volo_zoomed_size(view.picture_height, view.zoom));
        assert_true(patch.x == 0 && patch.y == 0);
    }
}

/* A point anywhere in a pixel's cell finds that pixel, one beside the cell another or none. */
static void finds_the_pixel_that_is_drawn_there(void **state)
{
    int cells = 0;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        const VoloView view = draw_view();
        const int x = (int)(draw() % (unsigned)view.picture_width);
        const int y = (int)(draw() % (unsigned)view.picture_height);
        const VoloCell cell = volo_view_cell(&view, x, y);
        const double at_x = draw_real(cell.left, cell.right),
                     at_y = draw_real(cell.top, cell.bottom);
        int found_x = -1, found_y = -1;

        assert_true(cell.left <= cell.right && cell.top <= cell.bottom);
        if (cell.left == cell.right || cell.top == cell.bottom ||
            !volo_view_pixel_at(&view, at_x, at_y, &found_x, &found_y))
            continue; /* between pixels of the screen, or out of sight */
        assert_int_equal(found_x, x);
        assert_int_equal(found_y, y);
        cells++;
        if (volo_view_pixel_at(&view, cell.left - 0.5, at_y, &found_x, &found_y))
            assert_true(found_x < x);
        if (volo_view_pixel_at(&view, cell.right, at_y, &found_x, &found_y))
            assert_true(found_x > x);
        if (volo_view_pixel_at(&view, at_x, cell.bottom, &found_x, &found_y))
            assert_true(found_y > y);
    }
    assert_true(cells > ROUNDS / 50);
}

/* The other way round: what is found at a point has a cell around it. */
static void draws_the_pixel_that_is_found_there(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        const VoloView view = draw_view();
        const double x = draw_real(0, view.width), y = draw_real(0, view.height);
        int found_x, found_y, left, top;
        const VoloPatch patch = volo_view_patch(&view, &left, &top);
        const int column = (int)floor(x) - left, row = (int)floor(y) - top;
        const bool inside = column >= 0 && column < patch.width && row >= 0 && row < patch.height;

        assert_int_equal(volo_view_pixel_at(&view, x, y, &found_x, &found_y), inside);
        if (!inside)
            continue;
        const VoloCell cell = volo_view_cell(&view, found_x, found_y);

        assert_true(x >= cell.left && x < cell.right && y >= cell.top && y < cell.bottom);
        assert_int_equal(found_x,
                         volo_zoomed_to_picture(patch.x + column, view.zoom, view.picture_width));
        assert_int_equal(found_y,
                         volo_zoomed_to_picture(patch.y + row, view.zoom, view.picture_height));
    }
}

static void keeps_what_is_below_the_pointer(void **state)
{
    int kept = 0;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        VoloView view = draw_view();
        const double x = draw_real(0, view.width), y = draw_real(0, view.height);
        const double at_x = (x - view.left) / view.zoom, at_y = (y - view.top) / view.zoom;

        volo_view_zoom(&view, view.zoom * exp(draw_real(-1, 1)), x, y);
        assert_false(view.fitting);
        const double right = view.left + volo_zoomed_size(view.picture_width, view.zoom);
        const double bottom = view.top + volo_zoomed_size(view.picture_height, view.zoom);

        if (view.left >= 0 || right <= view.width || view.top >= 0 || bottom <= view.height)
            continue; /* the edges decide */
        assert_true(fabs(view.left + at_x * view.zoom - x) < 1e-4);
        assert_true(fabs(view.top + at_y * view.zoom - y) < 1e-4);
        kept++;
    }
    assert_true(kept > ROUNDS / 50);
}

static void keeps_the_middle_when_the_pane_changes(void **state)
{
    VoloView view = make(1000, 1000, 400, 400);
    int x, y;

    (void)state;
    volo_view_zoom(&view, 4, 200, 200);
    volo_view_pan(&view, -300, 500);
    assert_true(volo_view_pixel_at(&view, 200.5, 200.5, &x, &y));
    volo_view_resize(&view, 700, 300);
    int new_x, new_y;

    assert_true(volo_view_pixel_at(&view, 350.5, 150.5, &new_x, &new_y));
    assert_int_equal(new_x, x);
    assert_int_equal(new_y, y);
    assert_true(view.zoom == 4);
}

static void follows_the_pane_while_fitting(void **state)
{
    VoloView view = make(1000, 500, 400, 400);

    (void)state;
    volo_view_resize(&view, 2000, 2000);
    assert_true(view.zoom == 2 && view.fitting);
    volo_view_resize(&view, 0, 0); /* hidden, and shown again */
    volo_view_resize(&view, 500, 500);
    assert_true(view.zoom == 0.5 && view.fitting);
}

static void keeps_zoom_and_place_for_the_next_picture(void **state)
{
    VoloView view = make(1000, 1000, 400, 400);

    (void)state;
    volo_view_zoom(&view, 4, 0, 0);
    volo_view_pan(&view, -1800, -800); /* the middle is at a half, a quarter of the picture */
    volo_view_set_picture(&view, 2000, 2000, true);
    int x, y;

    assert_true(view.zoom == 4 && !view.fitting);
    assert_true(volo_view_pixel_at(&view, 200, 200, &x, &y));
    assert_int_equal(x, 1000);
    assert_int_equal(y, 500);
    volo_view_set_picture(&view, 2000, 2000, false);
    assert_true(view.fitting && view.zoom == 0.2);
}

static void brings_a_pixel_into_sight(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        VoloView view = draw_view();
        const int x = (int)(draw() % (unsigned)view.picture_width);
        const int y = (int)(draw() % (unsigned)view.picture_height);

        volo_view_reveal(&view, x, y);
        const VoloCell cell = volo_view_cell(&view, x, y);

        if (cell.right - cell.left <= view.width)
            assert_true(cell.left >= 0 && cell.right <= view.width);
        if (cell.bottom - cell.top <= view.height)
            assert_true(cell.top >= 0 && cell.bottom <= view.height);
    }
}

static void refuses_zooms_that_are_no_number(void **state)
{
    static const double strange[] = { (double)NAN, (double)INFINITY, (double)-INFINITY };
    VoloView view = make(100, 100, 50, 50);

    (void)state;
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        volo_view_zoom(&view, strange[i], 3, 3);
        assert_false(volo_view_pan(&view, strange[i], 1));
        assert_true(view.zoom == 0.5);
    }
    volo_view_zoom(&view, 0, 3, 3);
    assert_true(view.zoom == 0.5);
    volo_view_zoom(&view, 1e300, 3, 3);
    assert_true(view.zoom == VOLO_ZOOM_MOST);
    volo_view_zoom(&view, -1e300, 3, 3);
    assert_true(view.zoom == 0.5);
}

static void has_nothing_without_a_picture(void **state)
{
    VoloView view = make(0, 0, 300, 200);
    int x, y;

    (void)state;
    assert_int_equal(volo_view_patch(&view, &x, &y).width, 0);
    assert_false(volo_view_pixel_at(&view, 10, 10, &x, &y));
    assert_false(volo_view_pan(&view, 5, 5));
    assert_false(volo_view_can_pan(&view));
    volo_view_zoom(&view, 3, 1, 1);
    assert_true(view.zoom == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_a_picture_in_the_middle),
        cmocka_unit_test(never_lets_a_picture_leave_the_pane),
        cmocka_unit_test(sees_a_fitting_picture_whole),
        cmocka_unit_test(finds_the_pixel_that_is_drawn_there),
        cmocka_unit_test(draws_the_pixel_that_is_found_there),
        cmocka_unit_test(keeps_what_is_below_the_pointer),
        cmocka_unit_test(keeps_the_middle_when_the_pane_changes),
        cmocka_unit_test(follows_the_pane_while_fitting),
        cmocka_unit_test(keeps_zoom_and_place_for_the_next_picture),
        cmocka_unit_test(brings_a_pixel_into_sight),
        cmocka_unit_test(refuses_zooms_that_are_no_number),
        cmocka_unit_test(has_nothing_without_a_picture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
