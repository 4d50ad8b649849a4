/* SPDX-License-Identifier: Apache-2.0 */
/* What the canvas does under the hand, and what it tells. Controllers are told what a hand would
 * do. */
#include "canvas_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void zooms_within_limits_and_tells(void **state)
{
    VoloCanvasCase *its = *state;

    volo_canvas_case_show(its, 600, 100);
    volo_canvas_case_settle(its);
    assert_true(volo_canvas_case_number(its, "zoom") == 0.5 && volo_canvas_case_is(its, "fitting"));
    its->zooms = 0;
    volo_canvas_zoom_to(its->canvas, 1);
    assert_true(volo_canvas_case_number(its, "zoom") == 1 && !volo_canvas_case_is(its, "fitting"));
    assert_int_equal(its->zooms, 1);
    volo_canvas_zoom_to(its->canvas, 1e9);
    assert_true(volo_canvas_case_number(its, "zoom") == 64);
    volo_canvas_zoom_to(its->canvas, 1e-9);
    assert_true(volo_canvas_case_number(its, "zoom") == 0.5);
    volo_canvas_zoom_to_fit(its->canvas);
    assert_true(volo_canvas_case_is(its, "fitting"));
    g_object_set(its->canvas, "zoom", 3.0, NULL);
    assert_true(volo_canvas_case_number(its, "zoom") == 3);
    g_object_set(its->canvas, "fitting", TRUE, NULL);
    assert_true(volo_canvas_case_number(its, "zoom") == 0.5);
}

static void keeps_the_view_for_pictures_of_one_size(void **state)
{
    VoloCanvasCase *its = *state;

    volo_canvas_case_show(its, 300, 200);
    volo_canvas_zoom_to(its->canvas, 4);
    volo_canvas_case_show(its, 300, 200);
    assert_true(volo_canvas_case_number(its, "zoom") == 4);
    volo_canvas_case_show(its, 301, 200);
    assert_true(volo_canvas_case_is(its, "fitting"));
}

static void finds_pixels_on_both_sides(void **state)
{
    VoloCanvasCase *its = *state;
    VoloSide side;
    int x, y;

    volo_canvas_case_show(its, 148, 200);
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_BESIDE, NULL);
    volo_canvas_case_settle(its);
    assert_true(volo_canvas_pixel_at(its->canvas, 10.5, 20.9, &x, &y, &side));
    assert_true(x == 10 && y == 20 && side == VOLO_SIDE_FIRST);
    assert_true(volo_canvas_pixel_at(its->canvas, 152 + 10.5, 20.9, &x, &y, &side));
    assert_true(x == 10 && y == 20 && side == VOLO_SIDE_SECOND);
    assert_false(volo_canvas_pixel_at(its->canvas, 149, 20, &x, &y, &side));
    assert_false(volo_canvas_pixel_at(its->canvas, -1, 20, &x, &y, &side));
    volo_canvas_case_show(its, 300, 200);
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_SWIPE, "swipe", 0.25, NULL);
    volo_canvas_case_settle(its);
    assert_true(volo_canvas_pixel_at(its->canvas, 74.9, 0, &x, &y, &side));
    assert_true(x == 74 && y == 0 && side == VOLO_SIDE_FIRST);
    assert_true(volo_canvas_pixel_at(its->canvas, 75, 199.5, &x, &y, &side));
    assert_true(x == 75 && y == 199 && side == VOLO_SIDE_SECOND);
}

static void point(VoloCanvasCase *its, double x, double y)
{
    g_signal_emit_by_name(
        volo_canvas_case_controller(its->widget, GTK_TYPE_EVENT_CONTROLLER_MOTION), "motion", x, y);
}

static gboolean press(GtkWidget *widget, guint key, GdkModifierType state)
{
    gboolean used = FALSE;

    g_signal_emit_by_name(volo_canvas_case_controller(widget, GTK_TYPE_EVENT_CONTROLLER_KEY),
                          "key-pressed", key, 0u, state, &used);
    return used;
}

static void scroll(VoloCanvasCase *its, double dx, double dy)
{
    gboolean used = FALSE;

    g_signal_emit_by_name(
        volo_canvas_case_controller(its->widget, GTK_TYPE_EVENT_CONTROLLER_SCROLL), "scroll", dx,
        dy, &used);
    assert_true(used);
}

/* --- hands ----------------------------------------------------------------------------------- */

static void tells_the_pixel_under_the_pointer(void **state)
{
    VoloCanvasCase *its = *state;

    volo_canvas_case_show(its, 30, 20);
    volo_canvas_case_settle(its);
    point(its, 155, 101);
    assert_true(its->x == 15 && its->y == 10 && its->side == VOLO_SIDE_FIRST);
    its->hovered = 0;
    point(its, 156, 102);
    assert_int_equal(its->hovered, 0); /* the same one */
    volo_canvas_zoom_by(its->canvas, 2, 0, 0);
    assert_true(its->x == 7 && its->y == 5); /* another one has come below it */
    g_signal_emit_by_name(
        volo_canvas_case_controller(its->widget, GTK_TYPE_EVENT_CONTROLLER_MOTION), "leave");
    assert_true(its->x == -1 && its->y == -1);
}

static void zooms_about_the_pointer_by_wheel(void **state)
{
    VoloCanvasCase *its = *state;
    int x, y;
    VoloSide side;

    volo_canvas_case_show(its, 300, 200);
    volo_canvas_case_settle(its);
    point(its, 70.5, 40.5);
    for (int i = 0; i < 12; i++)
        scroll(its, 0, -1);
    assert_true(volo_canvas_case_number(its, "zoom") > 8);
    assert_true(volo_canvas_pixel_at(its->canvas, 70.5, 40.5, &x, &y, &side));
    assert_true(x == 70 && y == 40);
    for (int i = 0; i < 100; i++)
        scroll(its, 0, 0.3); /* a touchpad's small steps */
    assert_true(volo_canvas_case_number(its, "zoom") == 1);
}

static void pans_by_drag(void **state)
{
    VoloCanvasCase *its = *state;
    GtkEventController *drag = volo_canvas_case_controller(its->widget, GTK_TYPE_GESTURE_DRAG);
    int x, y;
    VoloSide side;

    volo_canvas_case_show(its, 300, 200);
    volo_canvas_zoom_to(its->canvas, 2);
    volo_canvas_pan(its->canvas, 1e6, 1e6); /* to the upper left corner */
    g_signal_emit_by_name(drag, "drag-begin", 100.0, 100.0);
    g_signal_emit_by_name(drag, "drag-update", -10.0, -20.0);
    g_signal_emit_by_name(drag, "drag-update", -40.0, -60.0);
    g_signal_emit_by_name(drag, "drag-end", -40.0, -60.0);
    assert_true(volo_canvas_pixel_at(its->canvas, 0, 0, &x, &y, &side));
    assert_true(x == 20 && y == 30);
}

static void goes_between_fitting_and_one_to_one_by_double_click(void **state)
{
    VoloCanvasCase *its = *state;
    GtkEventController *click = volo_canvas_case_controller(its->widget, GTK_TYPE_GESTURE_CLICK);

    volo_canvas_case_show(its, 600, 400);
    volo_canvas_case_settle(its);
    g_signal_emit_by_name(click, "pressed", 1, 10.0, 10.0);
    assert_true(volo_canvas_case_is(its, "fitting"));
    g_signal_emit_by_name(click, "pressed", 2, 10.0, 10.0);
    assert_true(volo_canvas_case_number(its, "zoom") == 1 && !volo_canvas_case_is(its, "fitting"));
    g_signal_emit_by_name(click, "pressed", 2, 10.0, 10.0);
    assert_true(volo_canvas_case_is(its, "fitting"));
}

static void pans_by_arrows_as_far_as_there_is_something(void **state)
{
    VoloCanvasCase *its = *state;
    int steps = 0, x, y;
    VoloSide side;

    volo_canvas_case_show(its, 300, 200);
    volo_canvas_case_settle(its);
    assert_false(press(its->widget, GDK_KEY_Right, 0)); /* the window's key */
    volo_canvas_zoom_to(its->canvas, 3);
    while (steps < 100 && press(its->widget, GDK_KEY_Right, 0))
        steps++;
    assert_true(steps > 2 && steps < 10);
    assert_true(volo_canvas_pixel_at(its->canvas, 299, 100, &x, &y, &side));
    assert_int_equal(x, 299);
    assert_true(press(its->widget, GDK_KEY_KP_Left, 0));
    assert_true(volo_canvas_step(its->canvas, GTK_DIR_UP));
    assert_false(press(its->widget, GDK_KEY_Right, GDK_CONTROL_MASK));
    assert_false(press(its->widget, GDK_KEY_a, 0));
}

static void inspects_by_keyboard(void **state)
{
    VoloCanvasCase *its = *state;
    const GdkModifierType held = GDK_CONTROL_MASK | GDK_ALT_MASK;
    uint32_t before;

    volo_canvas_case_show(its, 30, 20);
    volo_canvas_case_shoot(its);
    before = volo_canvas_case_pixel(its, 146, 100);
    assert_true(press(its->widget, GDK_KEY_Right, held)); /* comes out in the middle */
    assert_true(its->x == 15 && its->y == 10);
    assert_true(press(its->widget, GDK_KEY_Right, held));
    assert_true(press(its->widget, GDK_KEY_Up, held));
    assert_true(its->x == 16 && its->y == 9);
    assert_true(press(its->widget, GDK_KEY_Left, held | GDK_SHIFT_MASK));
    assert_int_equal(its->x, 6);
    assert_true(press(its->widget, GDK_KEY_Left, held | GDK_SHIFT_MASK));
    assert_int_equal(its->x, 0);
    for (int i = 0; i < 15; i++)
        press(its->widget, GDK_KEY_Right, held);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 148, 95),
                     0xffffff); /* its frame, around 150..159, 90..99 */
    assert_true(volo_canvas_case_pixel(its, 155, 95) == before);
    volo_canvas_zoom_to(its->canvas, 60);
    for (int i = 0; i < 15; i++)
        press(its->widget, GDK_KEY_Right, held); /* the view follows */
    assert_int_equal(its->x, 29);
    int x, y;
    VoloSide side;

    assert_true(volo_canvas_pixel_at(its->canvas, 299, 100, &x, &y, &side));
    assert_int_equal(x, 29);
    assert_true(press(its->widget, GDK_KEY_Escape, 0));
    assert_true(its->x == -1 && its->y == -1);
    assert_false(press(its->widget, GDK_KEY_Escape, 0));
}

static void moves_the_swipe_line_by_keyboard(void **state)
{
    VoloCanvasCase *its = *state;
    GtkWidget *handle = volo_canvas_case_handle(its);

    volo_canvas_case_show(its, 30, 20);
    assert_false(gtk_widget_get_visible(handle));
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_SWIPE, NULL);
    volo_canvas_case_settle(its);
    assert_true(gtk_widget_get_visible(handle));
    assert_true(gtk_widget_get_width(handle) >= 24);
    assert_true(press(handle, GDK_KEY_Left, 0));
    volo_canvas_case_settle(its);
    assert_true(fabs(volo_canvas_case_number(its, "swipe") - 142.0 / 300) < 1e-9);
    assert_true(press(handle, GDK_KEY_End, 0));
    assert_true(volo_canvas_case_number(its, "swipe") == 1);
    assert_true(press(handle, GDK_KEY_Home, 0));
    assert_true(volo_canvas_case_number(its, "swipe") == 0);
    volo_canvas_case_settle(its);
    gtk_widget_grab_focus(handle);
    assert_true(volo_canvas_step(its->canvas, GTK_DIR_RIGHT));
    assert_true(fabs(volo_canvas_case_number(its, "swipe") - 8.0 / 300) < 1e-9);
}

static void takes_the_focus_in_turn(void **state)
{
    VoloCanvasCase *its = *state;
    GtkWidget *handle = volo_canvas_case_handle(its);

    volo_canvas_case_show(its, 30, 20);
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_SWIPE, NULL);
    volo_canvas_case_settle(its);
    gtk_widget_grab_focus(its->widget);
    assert_true(gtk_widget_is_focus(its->widget));
    assert_true(gtk_widget_child_focus(its->widget, GTK_DIR_TAB_FORWARD));
    assert_true(gtk_widget_is_focus(handle));
    assert_false(gtk_widget_child_focus(its->widget, GTK_DIR_TAB_FORWARD));
    gtk_widget_grab_focus(handle);
    assert_true(gtk_widget_child_focus(its->widget, GTK_DIR_TAB_BACKWARD));
    assert_true(gtk_widget_is_focus(its->widget));
}

static void says_what_it_is(void **state)
{
    VoloCanvasCase *its = *state;

    gtk_test_accessible_assert_role(GTK_ACCESSIBLE(its->widget), GTK_ACCESSIBLE_ROLE_IMG);
    gtk_test_accessible_assert_role(GTK_ACCESSIBLE(volo_canvas_case_handle(its)),
                                    GTK_ACCESSIBLE_ROLE_SLIDER);
    assert_true(gtk_widget_get_focusable(its->widget));
    assert_true(gtk_test_accessible_has_property(GTK_ACCESSIBLE(volo_canvas_case_handle(its)),
                                                 GTK_ACCESSIBLE_PROPERTY_LABEL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(zooms_within_limits_and_tells, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(keeps_the_view_for_pictures_of_one_size,
                                        volo_canvas_case_setup, volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(finds_pixels_on_both_sides, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(tells_the_pixel_under_the_pointer, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(zooms_about_the_pointer_by_wheel, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(pans_by_drag, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(goes_between_fitting_and_one_to_one_by_double_click,
                                        volo_canvas_case_setup, volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(pans_by_arrows_as_far_as_there_is_something,
                                        volo_canvas_case_setup, volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(inspects_by_keyboard, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(moves_the_swipe_line_by_keyboard, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(takes_the_focus_in_turn, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(says_what_it_is, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
    };

    if (!gtk_init_check()) {
        print_message("Bail out! no display\n");
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
