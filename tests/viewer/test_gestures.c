/* SPDX-License-Identifier: Apache-2.0 */
/* Two fingers on the canvas: what lies between them stays there. GTK 4.8 cannot make touch events,
 * so the gesture tells what it would, or the canvas is told where the fingers are. */
#include "canvas_case.h"

#include "app/viewer/canvas_parts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const double nearness = 1e-9;

/* The picture's point, in its pixels, at a point of the canvas. */
typedef struct Point {
    double x, y;
} Point;

static Point point_at(VoloCanvasCase *its, double x, double y)
{
    const VoloView *view = &its->canvas->view;

    return (Point){ (x - view->left) / view->zoom, (y - view->top) / view->zoom };
}

/* Within a pixel of the screen. */
static void assert_near(VoloCanvasCase *its, Point a, Point b)
{
    const double zoom = volo_canvas_case_number(its, "zoom");

    if (hypot(a.x - b.x, a.y - b.y) * zoom > 1)
        fail_msg("%g %g became %g %g at zoom %g", a.x, a.y, b.x, b.y, zoom);
}

static void assert_zoom(VoloCanvasCase *its, double wanted)
{
    const double zoom = volo_canvas_case_number(its, "zoom");

    if (fabs(zoom - wanted) > nearness * wanted)
        fail_msg("zoom %.17g, not %.17g", zoom, wanted);
}

static void start(VoloCanvasCase *its, int width, int height, double zoom)
{
    volo_canvas_case_show(its, width, height);
    volo_canvas_case_settle(its);
    volo_canvas_zoom_to(its->canvas, zoom);
}

static void keeps_the_middle(void **state)
{
    VoloCanvasCase *its = *state;

    start(its, 600, 400, 2);
    const Point before = point_at(its, 40, 150);
    volo_canvas_pinch_begin(its->canvas, 40, 150);
    volo_canvas_pinch(its->canvas, 1.7, 40, 150);
    assert_zoom(its, 3.4);
    assert_near(its, before, point_at(its, 40, 150));
    volo_canvas_pinch(its->canvas, 0.9, 40, 150); /* since they began */
    assert_zoom(its, 1.8);
    assert_near(its, before, point_at(its, 40, 150));
    assert_false(volo_canvas_case_is(its, "fitting"));
}

static void follows_the_fingers(void **state)
{
    VoloCanvasCase *its = *state;

    start(its, 600, 400, 2);
    const Point before = point_at(its, 100, 100);
    volo_canvas_pinch_begin(its->canvas, 100, 100);
    volo_canvas_pinch(its->canvas, 1, 130, 90); /* moved alone */
    assert_zoom(its, 2);
    assert_near(its, before, point_at(its, 130, 90));
    volo_canvas_pinch(its->canvas, 1.5, 180, 60); /* and moved apart */
    assert_zoom(its, 3);
    assert_near(its, before, point_at(its, 180, 60));
}

static void comes_to_the_same_by_many_steps(void **state)
{
    VoloCanvasCase *its = *state;

    start(its, 600, 400, 2);
    volo_canvas_pinch_begin(its->canvas, 70, 50);
    volo_canvas_pinch(its->canvas, 2.5, 70, 50);
    const VoloView once = its->canvas->view;
    volo_canvas_zoom_to_fit(its->canvas);
    volo_canvas_zoom_to(its->canvas, 2);
    volo_canvas_pinch_begin(its->canvas, 70, 50);
    for (int i = 1; i <= 60; i++)
        volo_canvas_pinch(its->canvas, 1 + 1.5 * i / 60, 70, 50);
    assert_zoom(its, once.zoom);
    assert_true(fabs(its->canvas->view.left - once.left) < 1e-6);
    assert_true(fabs(its->canvas->view.top - once.top) < 1e-6);
}

static void stays_within_limits(void **state)
{
    VoloCanvasCase *its = *state;

    start(its, 600, 400, 2);
    const double least = 0.5; /* fits */
    volo_canvas_pinch_begin(its->canvas, 70, 50);
    volo_canvas_pinch(its->canvas, 1e6, 70, 50);
    assert_zoom(its, VOLO_ZOOM_MOST);
    volo_canvas_pinch(its->canvas, 1e-6, 70, 50);
    assert_zoom(its, least);
    volo_canvas_pinch(its->canvas, 1, 70, 50); /* back to where it began */
    assert_zoom(its, 2);
    for (gsize i = 0; i < 3; i++)
        volo_canvas_pinch(its->canvas, (const double[]){ 0, -1, (double)NAN }[i], 70, 50);
    assert_zoom(its, 2);
}

static void does_nothing_without_a_picture(void **state)
{
    VoloCanvasCase *its = *state;

    volo_canvas_pinch_begin(its->canvas, 70, 50);
    volo_canvas_pinch(its->canvas, 2, 80, 60);
    assert_zoom(its, 1);
}

/* --- by the gesture's signals: the fingers are where the pointer was last --- */

static void listens_to_the_gesture(void **state)
{
    VoloCanvasCase *its = *state;
    GtkEventController *zoom = volo_canvas_case_controller(its->widget, GTK_TYPE_GESTURE_ZOOM);
    GtkEventController *motion =
        volo_canvas_case_controller(its->widget, GTK_TYPE_EVENT_CONTROLLER_MOTION);

    start(its, 600, 400, 2);
    g_signal_emit_by_name(motion, "motion", 220.0, 30.0);
    const Point before = point_at(its, 220, 30);
    for (int i = 0; i < 2; i++) { /* a second one goes on from the first one */
        g_signal_emit_by_name(zoom, "begin", NULL);
        g_signal_emit_by_name(zoom, "scale-changed", 1.2);
        g_signal_emit_by_name(zoom, "scale-changed", 1.5);
        g_signal_emit_by_name(zoom, "end", NULL);
    }
    assert_zoom(its, 4.5);
    assert_near(its, before, point_at(its, 220, 30));
    g_signal_emit_by_name(motion, "leave");
    const Point middle = point_at(its, 150, 100);
    g_signal_emit_by_name(zoom, "begin", NULL);
    g_signal_emit_by_name(zoom, "scale-changed", 2.0);
    g_signal_emit_by_name(zoom, "end", NULL);
    assert_zoom(its, 9);
    assert_near(its, middle, point_at(its, 150, 100));
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, volo_canvas_case_setup, volo_canvas_case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keeps_the_middle),
        TEST(follows_the_fingers),
        TEST(comes_to_the_same_by_many_steps),
        TEST(stays_within_limits),
        TEST(does_nothing_without_a_picture),
        TEST(listens_to_the_gesture),
    };

    if (!gtk_init_check()) {
        print_message("Bail out! no display\n");
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
