/* SPDX-License-Identifier: Apache-2.0 */
#include "canvas_case.h"

#include "app/viewer/swipe_handle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void hovered(VoloCanvas *canvas, int x, int y, int side, VoloCanvasCase *its)
{
    (void)canvas;
    its->x = x;
    its->y = y;
    its->side = side;
    its->hovered++;
}

static void count(VoloCanvasCase *its)
{
    its->painted++;
}

static void count_zoom(VoloCanvasCase *its)
{
    its->zooms++;
}

/* Runs what is to be done until a frame is drawn; at most some seconds. */
void volo_canvas_case_settle(VoloCanvasCase *its)
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

int volo_canvas_case_setup(void **state)
{
    VoloCanvasCase *its = g_new0(VoloCanvasCase, 1);

    its->window = gtk_window_new();
    its->widget = volo_canvas_new();
    its->canvas = VOLO_CANVAS(its->widget);
    gtk_window_set_decorated(GTK_WINDOW(its->window), FALSE);
    gtk_window_set_default_size(GTK_WINDOW(its->window), VOLO_CASE_WIDTH, VOLO_CASE_HEIGHT);
    gtk_window_set_child(GTK_WINDOW(its->window), its->widget);
    g_signal_connect(its->widget, "hovered", G_CALLBACK(hovered), its);
    g_signal_connect_swapped(its->widget, "painted", G_CALLBACK(count), its);
    g_signal_connect_swapped(its->widget, "notify::zoom", G_CALLBACK(count_zoom), its);
    gtk_window_present(GTK_WINDOW(its->window));
    volo_canvas_case_settle(its);
    assert_int_equal(gtk_widget_get_width(its->widget), VOLO_CASE_WIDTH);
    assert_int_equal(gtk_widget_get_height(its->widget), VOLO_CASE_HEIGHT);
    *state = its;
    return 0;
}

int volo_canvas_case_teardown(void **state)
{
    VoloCanvasCase *its = *state;
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

/* --- making and looking ---------------------------------------------------------------------- */

VoloImage *volo_case_image(int width, int height, const uint8_t colour[3])
{
    uint8_t *rgb = g_malloc_n((gsize)width * (gsize)height, 3);
    VoloImage *image = NULL;

    for (int i = 0; i < width * height; i++)
        memcpy(rgb + 3 * i, colour, 3);
    assert_int_equal(volo_image_new((size_t)height, (size_t)width, rgb, &image, NULL), VOLO_OK);
    g_free(rgb);
    return image;
}

VoloMask *volo_case_mask(int width, int height, uint8_t label)
{
    uint8_t *labels = g_malloc_n((gsize)width, (gsize)height);
    VoloMask *mask = NULL;

    memset(labels, label, (gsize)width * (gsize)height);
    assert_int_equal(volo_mask_new((size_t)height, (size_t)width, labels, &mask, NULL), VOLO_OK);
    g_free(labels);
    return mask;
}

static const uint8_t red[3] = { 200, 0, 0 };

VoloLook volo_case_look(void)
{
    VoloLook look = { .hidden = { false } };

    look.colour[0][2] = 200;
    look.colour[1][1] = 200;
    return look;
}

/* A red picture, blue first mask, green second one. */
void volo_canvas_case_show(VoloCanvasCase *its, int width, int height)
{
    const VoloLook look = volo_case_look();
    VoloImage *image = volo_case_image(width, height, red);
    VoloMask *first = volo_case_mask(width, height, 0), *second = volo_case_mask(width, height, 1);

    volo_canvas_set_picture(its->canvas, image, FALSE);
    volo_canvas_set_mask(its->canvas, VOLO_SIDE_FIRST, first, NULL, &look);
    volo_canvas_set_mask(its->canvas, VOLO_SIDE_SECOND, second, NULL, &look);
    volo_image_unref(image);
    volo_mask_unref(first);
    volo_mask_unref(second);
}

void volo_canvas_case_shoot(VoloCanvasCase *its)
{
    GtkSnapshot *snapshot = gtk_snapshot_new();
    const int scale = gtk_widget_get_scale_factor(its->widget);
    GskRenderNode *node;
    cairo_t *cr;

    volo_canvas_case_settle(its);
    GTK_WIDGET_GET_CLASS(its->widget)->snapshot(its->widget, snapshot);
    node = gtk_snapshot_free_to_node(snapshot);
    g_clear_pointer(&its->shot, cairo_surface_destroy);
    its->shot = cairo_image_surface_create(CAIRO_FORMAT_RGB24, VOLO_CASE_WIDTH * scale,
                                           VOLO_CASE_HEIGHT * scale);
    cr = cairo_create(its->shot);
    cairo_scale(cr, scale, scale);
    if (node) {
        gsk_render_node_draw(node, cr);
        gsk_render_node_unref(node);
    }
    cairo_destroy(cr);
    cairo_surface_flush(its->shot);
}

uint32_t volo_canvas_case_pixel(VoloCanvasCase *its, int x, int y)
{
    const unsigned char *data = cairo_image_surface_get_data(its->shot);
    uint32_t value;

    memcpy(&value, data + y * cairo_image_surface_get_stride(its->shot) + 4 * x, sizeof value);
    return value & 0xffffff;
}

double volo_canvas_case_number(VoloCanvasCase *its, const char *property)
{
    double value;

    g_object_get(its->canvas, property, &value, NULL);
    return value;
}

gboolean volo_canvas_case_is(VoloCanvasCase *its, const char *property)
{
    gboolean value;

    g_object_get(its->canvas, property, &value, NULL);
    return value;
}

GtkWidget *volo_canvas_case_handle(VoloCanvasCase *its)
{
    GtkWidget *handle = gtk_widget_get_first_child(its->widget);

    assert_true(VOLO_IS_SWIPE_HANDLE(handle));
    return handle;
}

GtkEventController *volo_canvas_case_controller(GtkWidget *widget, GType type)
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
