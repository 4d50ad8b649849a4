/* SPDX-License-Identifier: Apache-2.0 */
/* The canvas in a window: what it draws, tells and does. */
#include "app/viewer/canvas.h"
#include "app/viewer/comparison.h"
#include "app/viewer/paint.h"
#include "app/viewer/swipe_handle.h"

#include <volo/session.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    WIDTH = 300, /* of the window */
    HEIGHT = 200
};

typedef struct Case {
    GtkWidget *window, *widget;
    VoloCanvas *canvas;
    cairo_surface_t *shot; /* as drawn last */
    int x, y, side, hovered, painted, zooms;
} Case;

static void hovered(VoloCanvas *canvas, int x, int y, int side, Case *its)
{
    (void)canvas;
    its->x = x;
    its->y = y;
    its->side = side;
    its->hovered++;
}

static void count(Case *its)
{
    its->painted++;
}

static void count_zoom(Case *its)
{
    its->zooms++;
}

/* Runs what is to be done until a frame is drawn; at most some seconds. */
static void settle(Case *its)
{
    const gint64 end = g_get_monotonic_time() + 20 * G_TIME_SPAN_SECOND;
    const int painted = its->painted;

    gtk_widget_queue_draw(its->widget);
    while (its->painted == painted && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    assert_true(its->painted > painted);
}

static int setup(void **state)
{
    Case *its = g_new0(Case, 1);

    its->window = gtk_window_new();
    its->widget = volo_canvas_new();
    its->canvas = VOLO_CANVAS(its->widget);
    gtk_window_set_decorated(GTK_WINDOW(its->window), FALSE);
    gtk_window_set_default_size(GTK_WINDOW(its->window), WIDTH, HEIGHT);
    gtk_window_set_child(GTK_WINDOW(its->window), its->widget);
    g_signal_connect(its->widget, "hovered", G_CALLBACK(hovered), its);
    g_signal_connect_swapped(its->widget, "painted", G_CALLBACK(count), its);
    g_signal_connect_swapped(its->widget, "notify::zoom", G_CALLBACK(count_zoom), its);
    gtk_window_present(GTK_WINDOW(its->window));
    settle(its);
    assert_int_equal(gtk_widget_get_width(its->widget), WIDTH);
    assert_int_equal(gtk_widget_get_height(its->widget), HEIGHT);
    *state = its;
    return 0;
}

static int teardown(void **state)
{
    Case *its = *state;
    gpointer left = its->widget;

    g_object_add_weak_pointer(G_OBJECT(its->widget), &left);
    gtk_window_destroy(GTK_WINDOW(its->window));
    while (g_main_context_iteration(NULL, FALSE))
        ;
    assert_null(left);
    g_clear_pointer(&its->shot, cairo_surface_destroy);
    g_free(its);
    return 0;
}

/* --- making and looking -------------------------------------------------------------------------
 */

static VoloImage *make_image(int width, int height, const uint8_t colour[3])
{
    uint8_t *rgb = g_malloc_n((gsize)width * (gsize)height, 3);
    VoloImage *image = NULL;

    for (int i = 0; i < width * height; i++)
        memcpy(rgb + 3 * i, colour, 3);
    assert_int_equal(volo_image_new((size_t)height, (size_t)width, rgb, &image, NULL), VOLO_OK);
    g_free(rgb);
    return image;
}

static VoloMask *make_mask(int width, int height, uint8_t label)
{
    uint8_t *labels = g_malloc_n((gsize)width, (gsize)height);
    VoloMask *mask = NULL;

    memset(labels, label, (gsize)width * (gsize)height);
    assert_int_equal(volo_mask_new((size_t)height, (size_t)width, labels, &mask, NULL), VOLO_OK);
    g_free(labels);
    return mask;
}

static const uint8_t red[3] = { 200, 0, 0 };

static VoloLook blue_look(void)
{
    VoloLook look = { .hidden = { false } };

    look.colour[0][2] = 200;
    look.colour[1][1] = 200;
    return look;
}

/* A red picture, blue first mask, green second one. */
static void show(Case *its, int width, int height)
{
    const VoloLook look = blue_look();
    VoloImage *image = make_image(width, height, red);
    VoloMask *first = make_mask(width, height, 0), *second = make_mask(width, height, 1);

    volo_canvas_set_picture(its->canvas, image, FALSE);
    volo_canvas_set_mask(its->canvas, VOLO_SIDE_FIRST, first, NULL, &look);
    volo_canvas_set_mask(its->canvas, VOLO_SIDE_SECOND, second, NULL, &look);
    volo_image_unref(image);
    volo_mask_unref(first);
    volo_mask_unref(second);
}

static void shoot(Case *its)
{
    GtkSnapshot *snapshot = gtk_snapshot_new();
    GskRenderNode *node;
    cairo_t *cr;

    settle(its);
    GTK_WIDGET_GET_CLASS(its->widget)->snapshot(its->widget, snapshot);
    node = gtk_snapshot_free_to_node(snapshot);
    g_clear_pointer(&its->shot, cairo_surface_destroy);
    its->shot = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    cr = cairo_create(its->shot);
    if (node) {
        gsk_render_node_draw(node, cr);
        gsk_render_node_unref(node);
    }
    cairo_destroy(cr);
    cairo_surface_flush(its->shot);
}

static uint32_t pixel(Case *its, int x, int y)
{
    const unsigned char *data = cairo_image_surface_get_data(its->shot);
    uint32_t value;

    memcpy(&value, data + y * cairo_image_surface_get_stride(its->shot) + 4 * x, sizeof value);
    return value & 0xffffff;
}

static double number(Case *its, const char *property)
{
    double value;

    g_object_get(its->canvas, property, &value, NULL);
    return value;
}

static gboolean is(Case *its, const char *property)
{
    gboolean value;

    g_object_get(its->canvas, property, &value, NULL);
    return value;
}

/* A controller of a widget, to be told what a hand would do. */
static GtkEventController *controller(GtkWidget *widget, GType type)
{
    g_autoptr(GListModel) all = gtk_widget_observe_controllers(widget);

    for (guint i = 0; i < g_list_model_get_n_items(all); i++) {
        g_autoptr(GtkEventController) one = g_list_model_get_item(all, i);

        if (G_TYPE_CHECK_INSTANCE_TYPE(one, type))
            return one; /* the widget keeps it */
    }
    fail_msg("no %s", g_type_name(type));
    return NULL;
}

static void point(Case *its, double x, double y)
{
    g_signal_emit_by_name(controller(its->widget, GTK_TYPE_EVENT_CONTROLLER_MOTION), "motion", x,
                          y);
}

static gboolean press(GtkWidget *widget, guint key, GdkModifierType state)
{
    gboolean used = FALSE;

    g_signal_emit_by_name(controller(widget, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", key, 0u,
                          state, &used);
    return used;
}

static void scroll(Case *its, double dx, double dy)
{
    gboolean used = FALSE;

    g_signal_emit_by_name(controller(its->widget, GTK_TYPE_EVENT_CONTROLLER_SCROLL), "scroll", dx,
                          dy, &used);
    assert_true(used);
}

static GtkWidget *handle_of(Case *its)
{
    GtkWidget *handle = gtk_widget_get_first_child(its->widget);

    assert_true(VOLO_IS_SWIPE_HANDLE(handle));
    return handle;
}

/* --- drawing
 * -------------------------------------------------------------------------------------- */

static void blends_masks_over_the_picture(void **state)
{
    Case *its = *state;

    show(its, 100, 100); /* fits at 2:1, 50 pixels from the left */
    shoot(its);
    assert_int_equal(pixel(its, 49, 100), 0);
    for (int i = 0; i < 200; i += 199) {
        assert_int_equal(pixel(its, 50 + i, 100), 0x640064);
        assert_int_equal(pixel(its, 150, i), 0x640064);
    }
    assert_int_equal(pixel(its, 250, 100), 0);
    g_object_set(its->canvas, "opacity-of-mask", 0.0, NULL);
    shoot(its);
    assert_int_equal(pixel(its, 150, 100), 0xc80000);
    g_object_set(its->canvas, "opacity-of-mask", 1.0, NULL);
    shoot(its);
    assert_int_equal(pixel(its, 150, 100), 0x0000c8);
    g_object_set(its->canvas, "peeking", TRUE, NULL);
    shoot(its);
    assert_int_equal(pixel(its, 150, 100), 0xc80000);
}

static void hides_labels_by_their_look(void **state)
{
    Case *its = *state;
    VoloLook look = blue_look();

    show(its, 30, 20);
    look.hidden[0] = true;
    volo_canvas_set_look(its->canvas, VOLO_SIDE_FIRST, &look);
    shoot(its);
    assert_int_equal(pixel(its, 150, 100), 0xc80000);
}

static void swipes_between_two_masks(void **state)
{
    Case *its = *state;

    show(its, 30, 20); /* fills the window */
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_SWIPE, "swipe", 0.5, NULL);
    shoot(its);
    assert_int_equal(pixel(its, 100, 50), 0x640064);
    assert_int_equal(pixel(its, 200, 50), 0x646400);
    assert_int_equal(pixel(its, 149, 10), 0xffffff); /* the line */
    assert_int_equal(pixel(its, 150, 10), 0xffffff);
    g_object_set(its->canvas, "swipe", 1.0, NULL);
    shoot(its);
    assert_int_equal(pixel(its, 200, 50), 0x640064);
    g_object_set(its->canvas, "swipe", 0.0, NULL);
    shoot(its);
    assert_int_equal(pixel(its, 100, 50), 0x646400);
}

static void puts_two_masks_side_by_side(void **state)
{
    Case *its = *state;

    show(its, 148, 200);
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_BESIDE, NULL);
    shoot(its);
    assert_int_equal(pixel(its, 0, 100), 0x640064);
    assert_int_equal(pixel(its, 147, 100), 0x640064);
    for (int i = 148; i < 152; i++)
        assert_int_equal(pixel(its, i, 100), 0); /* the gap */
    assert_int_equal(pixel(its, 152, 100), 0x646400);
    assert_int_equal(pixel(its, 299, 100), 0x646400);
}

static void names_both_sides(void **state)
{
    Case *its = *state;
    const struct {
        VoloArrangement arrangement;
        gboolean named;
    } cases[] = { { VOLO_ARRANGE_SINGLE, FALSE },
                  { VOLO_ARRANGE_SWIPE, TRUE },
                  { VOLO_ARRANGE_BESIDE, TRUE } };

    show(its, 30, 20);
    volo_canvas_set_side_title(its->canvas, VOLO_SIDE_FIRST,
                               "Prediction of a model with a long name");
    volo_canvas_set_side_title(its->canvas, VOLO_SIDE_SECOND, "Truth");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        int white[2] = { 0, 0 };

        g_object_set(its->canvas, "arrangement", cases[i].arrangement, NULL);
        shoot(its);
        for (int j = 0; j < WIDTH * 40; j++) {
            const int x = j % WIDTH;

            if (abs(x - WIDTH / 2) > 4) /* not the swipe line */
                white[x > WIDTH / 2] += (pixel(its, x, j / WIDTH) & 0x00ff00) > 0xe000;
        }
        assert_int_equal(white[0] > 10, cases[i].named);
        assert_int_equal(white[1] > 10, cases[i].named);
    }
}

static void shows_errors_by_the_values_of_comparisons(void **state)
{
    static const uint8_t errors[3] = { VOLO_ERROR_RIGHT, VOLO_ERROR_WRONG, VOLO_ERROR_IGNORED };
    Case *its = *state;
    VoloMask *mask = NULL;

    show(its, 3, 1); /* at 64:1, 54 pixels from the left */
    assert_int_equal(volo_mask_new(1, 3, errors, &mask, NULL), VOLO_OK);
    volo_canvas_set_errors(its->canvas, mask);
    volo_mask_unref(mask);
    g_object_set(its->canvas, "layer", VOLO_LAYER_ERRORS, "opacity-of-mask", 1.0, NULL);
    shoot(its);
    for (int x = 0; x < 3 * 64; x++) {
        const uint32_t seen = pixel(its, 54 + x, 100);
        const int r = (int)(seen >> 16), g = (int)(seen >> 8 & 255), b = (int)(seen & 255);

        if (x / 64 == 1)
            assert_true(r > 110 && r > 4 * g && r > 4 * b);
        else if (x / 64 == 2)
            assert_true(abs(r - g) < 16 && abs(g - b) < 16 && r > 100);
        else
            assert_true(r < 100); /* the picture, dimmed */
    }
}

/* A network's own figures, against the painter that is tested apart. */
static void shows_what_a_network_is_sure_of(void **state)
{
    Case *its = *state;
    const VoloLook look = blue_look();
    uint8_t rgb[60 * 90 * 3], wanted[60 * 90 * 3];
    VoloModel *model = NULL;
    VoloSession *session = NULL;
    VoloImage *image = NULL;
    VoloMask *mask = NULL;
    VoloConfidence *confidence = NULL;

    for (int i = 0; i < 60 * 90 * 3; i++)
        rgb[i] = (uint8_t)(i * i / 777);
    assert_int_equal(volo_model_open(getenv("VOLO_DEFAULT_MODEL"), NULL, &model, NULL), VOLO_OK);
    assert_int_equal(volo_session_new(model, NULL, &session, NULL), VOLO_OK);
    assert_int_equal(volo_image_new(60, 90, rgb, &image, NULL), VOLO_OK);
    assert_int_equal(volo_session_segment_confidence(session, image, &mask, &confidence, NULL),
                     VOLO_OK);
    volo_canvas_set_picture(its->canvas, image, FALSE);
    volo_canvas_set_mask(its->canvas, VOLO_SIDE_FIRST, mask, confidence, &look);
    volo_canvas_zoom_to(its->canvas, 1);
    for (int layer = VOLO_LAYER_CONFIDENCE; layer <= VOLO_LAYER_ENTROPY; layer++) {
        VoloLevels *levels = volo_levels_new(image, false);
        VoloPainter *painter = volo_painter_new();
        const VoloScene scene = { .levels = levels,
                                  .side = { { .shares = volo_confidence_shares(confidence, 0),
                                              .entropy = volo_confidence_entropy(confidence),
                                              .look = &look } },
                                  .layer = (VoloLayer)layer,
                                  .opacity = 0.5,
                                  .scale = 1 };
        const VoloPatch patch = { .zoom = 1, .width = 90, .height = 60 };

        assert_true(volo_painter_paint(painter, &scene, VOLO_SIDE_FIRST, &patch, 0, 90, wanted));
        g_object_set(its->canvas, "layer", layer, NULL);
        shoot(its);
        for (int i = 0; i < 60 * 90; i++)
            assert_int_equal(pixel(its, 105 + i % 90, 70 + i / 90),
                             wanted[3 * i] << 16 | wanted[3 * i + 1] << 8 | wanted[3 * i + 2]);
        volo_painter_free(painter);
        volo_levels_free(levels);
    }
    volo_confidence_unref(confidence);
    volo_mask_unref(mask);
    volo_image_unref(image);
    volo_session_free(session);
    volo_model_unref(model);
}

static void shows_the_next_picture_even_at_the_same_address(void **state)
{
    static const uint8_t colours[2][3] = { { 200, 0, 0 }, { 0, 100, 0 } };
    Case *its = *state;

    for (int i = 0; i < 6; i++) {
        VoloImage *image = make_image(30, 20, colours[i % 2]);

        volo_canvas_set_picture(its->canvas, image, FALSE);
        volo_image_unref(image);
        shoot(its);
        assert_int_equal(pixel(its, 150, 100), i % 2 ? 0x006400 : 0xc80000);
    }
    volo_canvas_set_picture(its->canvas, NULL, FALSE);
    shoot(its);
    assert_int_equal(pixel(its, 150, 100), 0);
}

static void leaves_out_masks_of_another_size(void **state)
{
    Case *its = *state;
    const VoloLook look = blue_look();
    VoloMask *mask = make_mask(31, 20, 0);

    show(its, 30, 20);
    volo_canvas_set_mask(its->canvas, VOLO_SIDE_FIRST, mask, NULL, &look);
    volo_mask_unref(mask);
    shoot(its);
    assert_int_equal(pixel(its, 150, 100), 0xc80000);
}

/* --- the view
 * ------------------------------------------------------------------------------------- */

static void zooms_within_limits_and_tells(void **state)
{
    Case *its = *state;

    show(its, 600, 100);
    settle(its);
    assert_true(number(its, "zoom") == 0.5 && is(its, "fitting"));
    its->zooms = 0;
    volo_canvas_zoom_to(its->canvas, 1);
    assert_true(number(its, "zoom") == 1 && !is(its, "fitting"));
    assert_int_equal(its->zooms, 1);
    volo_canvas_zoom_to(its->canvas, 1e9);
    assert_true(number(its, "zoom") == 64);
    volo_canvas_zoom_to(its->canvas, 1e-9);
    assert_true(number(its, "zoom") == 0.5);
    volo_canvas_zoom_to_fit(its->canvas);
    assert_true(is(its, "fitting"));
    g_object_set(its->canvas, "zoom", 3.0, NULL);
    assert_true(number(its, "zoom") == 3);
    g_object_set(its->canvas, "fitting", TRUE, NULL);
    assert_true(number(its, "zoom") == 0.5);
}

static void keeps_the_view_for_pictures_of_one_size(void **state)
{
    Case *its = *state;

    show(its, 300, 200);
    volo_canvas_zoom_to(its->canvas, 4);
    show(its, 300, 200);
    assert_true(number(its, "zoom") == 4);
    show(its, 301, 200);
    assert_true(is(its, "fitting"));
}

static void finds_pixels_on_both_sides(void **state)
{
    Case *its = *state;
    VoloSide side;
    int x, y;

    show(its, 148, 200);
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_BESIDE, NULL);
    settle(its);
    assert_true(volo_canvas_pixel_at(its->canvas, 10.5, 20.9, &x, &y, &side));
    assert_true(x == 10 && y == 20 && side == VOLO_SIDE_FIRST);
    assert_true(volo_canvas_pixel_at(its->canvas, 152 + 10.5, 20.9, &x, &y, &side));
    assert_true(x == 10 && y == 20 && side == VOLO_SIDE_SECOND);
    assert_false(volo_canvas_pixel_at(its->canvas, 149, 20, &x, &y, &side));
    assert_false(volo_canvas_pixel_at(its->canvas, -1, 20, &x, &y, &side));
    show(its, 300, 200);
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_SWIPE, "swipe", 0.25, NULL);
    settle(its);
    assert_true(volo_canvas_pixel_at(its->canvas, 74.9, 0, &x, &y, &side));
    assert_true(x == 74 && y == 0 && side == VOLO_SIDE_FIRST);
    assert_true(volo_canvas_pixel_at(its->canvas, 75, 199.5, &x, &y, &side));
    assert_true(x == 75 && y == 199 && side == VOLO_SIDE_SECOND);
}

/* --- hands
 * ---------------------------------------------------------------------------------------- */

static void tells_the_pixel_under_the_pointer(void **state)
{
    Case *its = *state;

    show(its, 30, 20);
    settle(its);
    point(its, 155, 101);
    assert_true(its->x == 15 && its->y == 10 && its->side == VOLO_SIDE_FIRST);
    its->hovered = 0;
    point(its, 156, 102);
    assert_int_equal(its->hovered, 0); /* the same one */
    volo_canvas_zoom_by(its->canvas, 2, 0, 0);
    assert_true(its->x == 7 && its->y == 5); /* another one has come below it */
    g_signal_emit_by_name(controller(its->widget, GTK_TYPE_EVENT_CONTROLLER_MOTION), "leave");
    assert_true(its->x == -1 && its->y == -1);
}

static void zooms_about_the_pointer_by_wheel(void **state)
{
    Case *its = *state;
    int x, y;
    VoloSide side;

    show(its, 300, 200);
    settle(its);
    point(its, 70.5, 40.5);
    for (int i = 0; i < 12; i++)
        scroll(its, 0, -1);
    assert_true(number(its, "zoom") > 8);
    assert_true(volo_canvas_pixel_at(its->canvas, 70.5, 40.5, &x, &y, &side));
    assert_true(x == 70 && y == 40);
    for (int i = 0; i < 100; i++)
        scroll(its, 0, 0.3); /* a touchpad's small steps */
    assert_true(number(its, "zoom") == 1);
}

static void pans_by_drag(void **state)
{
    Case *its = *state;
    GtkEventController *drag = controller(its->widget, GTK_TYPE_GESTURE_DRAG);
    int x, y;
    VoloSide side;

    show(its, 300, 200);
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
    Case *its = *state;
    GtkEventController *click = controller(its->widget, GTK_TYPE_GESTURE_CLICK);

    show(its, 600, 400);
    settle(its);
    g_signal_emit_by_name(click, "pressed", 1, 10.0, 10.0);
    assert_true(is(its, "fitting"));
    g_signal_emit_by_name(click, "pressed", 2, 10.0, 10.0);
    assert_true(number(its, "zoom") == 1 && !is(its, "fitting"));
    g_signal_emit_by_name(click, "pressed", 2, 10.0, 10.0);
    assert_true(is(its, "fitting"));
}

static void pans_by_arrows_as_far_as_there_is_something(void **state)
{
    Case *its = *state;
    int steps = 0, x, y;
    VoloSide side;

    show(its, 300, 200);
    settle(its);
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
    Case *its = *state;
    const GdkModifierType held = GDK_CONTROL_MASK | GDK_ALT_MASK;
    uint32_t before;

    show(its, 30, 20);
    shoot(its);
    before = pixel(its, 146, 100);
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
    shoot(its);
    assert_int_equal(pixel(its, 148, 95), 0xffffff); /* its frame, around 150..159, 90..99 */
    assert_true(pixel(its, 155, 95) == before);
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
    Case *its = *state;
    GtkWidget *handle = handle_of(its);

    show(its, 30, 20);
    assert_false(gtk_widget_get_visible(handle));
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_SWIPE, NULL);
    settle(its);
    assert_true(gtk_widget_get_visible(handle));
    assert_true(gtk_widget_get_width(handle) >= 24);
    assert_true(press(handle, GDK_KEY_Left, 0));
    settle(its);
    assert_true(fabs(number(its, "swipe") - 142.0 / 300) < 1e-9);
    assert_true(press(handle, GDK_KEY_End, 0));
    assert_true(number(its, "swipe") == 1);
    assert_true(press(handle, GDK_KEY_Home, 0));
    assert_true(number(its, "swipe") == 0);
    settle(its);
    gtk_widget_grab_focus(handle);
    assert_true(volo_canvas_step(its->canvas, GTK_DIR_RIGHT));
    assert_true(fabs(number(its, "swipe") - 8.0 / 300) < 1e-9);
}

static void takes_the_focus_in_turn(void **state)
{
    Case *its = *state;
    GtkWidget *handle = handle_of(its);

    show(its, 30, 20);
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_SWIPE, NULL);
    settle(its);
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
    Case *its = *state;

    gtk_test_accessible_assert_role(GTK_ACCESSIBLE(its->widget), GTK_ACCESSIBLE_ROLE_IMG);
    gtk_test_accessible_assert_role(GTK_ACCESSIBLE(handle_of(its)), GTK_ACCESSIBLE_ROLE_SLIDER);
    assert_true(gtk_widget_get_focusable(its->widget));
    assert_true(gtk_test_accessible_has_property(GTK_ACCESSIBLE(handle_of(its)),
                                                 GTK_ACCESSIBLE_PROPERTY_LABEL));
}

/* --- life
 * ------------------------------------------------------------------------------------------ */

static void dies_while_a_picture_is_being_halved(void **state)
{
    Case *its = *state;
    GtkWidget *widget = g_object_ref_sink(volo_canvas_new());
    VoloImage *image = make_image(4000, 3000, red);
    gpointer left = widget;

    (void)its;
    volo_canvas_set_picture(VOLO_CANVAS(widget), image, FALSE);
    volo_canvas_set_picture(VOLO_CANVAS(widget), NULL, FALSE);
    volo_canvas_set_picture(VOLO_CANVAS(widget), image, FALSE);
    volo_image_unref(image);
    g_object_add_weak_pointer(G_OBJECT(widget), &left);
    g_object_unref(widget);
    assert_null(left);
    settle(its);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(blends_masks_over_the_picture, setup, teardown),
        cmocka_unit_test_setup_teardown(hides_labels_by_their_look, setup, teardown),
        cmocka_unit_test_setup_teardown(swipes_between_two_masks, setup, teardown),
        cmocka_unit_test_setup_teardown(puts_two_masks_side_by_side, setup, teardown),
        cmocka_unit_test_setup_teardown(names_both_sides, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_errors_by_the_values_of_comparisons, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_what_a_network_is_sure_of, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_the_next_picture_even_at_the_same_address, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(leaves_out_masks_of_another_size, setup, teardown),
        cmocka_unit_test_setup_teardown(zooms_within_limits_and_tells, setup, teardown),
        cmocka_unit_test_setup_teardown(keeps_the_view_for_pictures_of_one_size, setup, teardown),
        cmocka_unit_test_setup_teardown(finds_pixels_on_both_sides, setup, teardown),
        cmocka_unit_test_setup_teardown(tells_the_pixel_under_the_pointer, setup, teardown),
        cmocka_unit_test_setup_teardown(zooms_about_the_pointer_by_wheel, setup, teardown),
        cmocka_unit_test_setup_teardown(pans_by_drag, setup, teardown),
        cmocka_unit_test_setup_teardown(goes_between_fitting_and_one_to_one_by_double_click, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(pans_by_arrows_as_far_as_there_is_something, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(inspects_by_keyboard, setup, teardown),
        cmocka_unit_test_setup_teardown(moves_the_swipe_line_by_keyboard, setup, teardown),
        cmocka_unit_test_setup_teardown(takes_the_focus_in_turn, setup, teardown),
        cmocka_unit_test_setup_teardown(says_what_it_is, setup, teardown),
        cmocka_unit_test_setup_teardown(dies_while_a_picture_is_being_halved, setup, teardown),
    };

    if (!gtk_init_check()) {
        print_message("Bail out! no display\n");
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
