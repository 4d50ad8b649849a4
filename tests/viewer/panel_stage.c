/* SPDX-License-Identifier: Apache-2.0 */
#include "panel_stage.h"

#include <adwaita.h>

static gboolean set_true(gpointer flag)
{
    *(gboolean *)flag = TRUE;
    return G_SOURCE_REMOVE;
}

static void run(guint milliseconds)
{
    gboolean over = FALSE;

    g_timeout_add(milliseconds, set_true, &over);
    while (!over)
        g_main_context_iteration(NULL, TRUE);
}

/* However busy the machine is: at least three frames, but no more than ten seconds. */
static void wait_for_frames(GtkWidget *window)
{
    GdkFrameClock *const clock = gtk_widget_get_frame_clock(window);
    const gint64 start = clock ? gdk_frame_clock_get_frame_counter(clock) : 0;
    const gint64 end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

    while (clock && gdk_frame_clock_get_frame_counter(clock) < start + 3 &&
           g_get_monotonic_time() < end) {
        gdk_frame_clock_request_phase(clock, GDK_FRAME_CLOCK_PHASE_PAINT);
        run(10);
    }
}

void stage_settle(void)
{
    GListModel *const windows = gtk_window_get_toplevels();

    run(60);
    for (guint i = 0; i < g_list_model_get_n_items(windows); i++) {
        g_autoptr(GtkWidget) window = g_list_model_get_item(windows, i);

        if (gtk_widget_get_mapped(window))
            wait_for_frames(window);
    }
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

GtkWindow *stage_show(GtkWidget *widget, int width, int height)
{
    GtkWidget *const window = gtk_window_new();

    gtk_window_set_default_size(GTK_WINDOW(window), width, height);
    gtk_window_set_child(GTK_WINDOW(window), widget);
    gtk_window_set_decorated(GTK_WINDOW(window), FALSE);
    gtk_window_present(GTK_WINDOW(window));
    while (!gtk_widget_get_mapped(widget) || !gtk_widget_get_width(widget))
        g_main_context_iteration(NULL, TRUE);
    stage_settle();
    return GTK_WINDOW(window);
}

void stage_close(GtkWindow *window)
{
    gtk_window_destroy(window);
    stage_settle();
}

static GtkWidget *find(GtkWidget *below, GType type, guint *index)
{
    for (GtkWidget *child = gtk_widget_get_first_child(below); child;
         child = gtk_widget_get_next_sibling(child)) {
        if (!gtk_widget_get_child_visible(child) || !gtk_widget_get_visible(child))
            continue;
        if (G_TYPE_CHECK_INSTANCE_TYPE(child, type) && (*index)-- == 0)
            return child;
        GtkWidget *const found = find(child, type, index);

        if (found)
            return found;
    }
    return NULL;
}

GtkWidget *stage_find(GtkWidget *below, GType type, guint index)
{
    return find(below, type, &index);
}

char *stage_text(GtkWidget *below)
{
    GString *const text = g_string_new(NULL);
    GtkWidget *label;

    for (guint i = 0; (label = stage_find(below, GTK_TYPE_LABEL, i)); i++)
        if (*gtk_label_get_text(GTK_LABEL(label)))
            g_string_append_printf(text, "[%s]", gtk_label_get_text(GTK_LABEL(label)));
    return g_string_free(text, FALSE);
}

gboolean stage_press(GtkWidget *widget, guint key)
{
    GListModel *const controllers = gtk_widget_observe_controllers(widget);
    gboolean handled = FALSE;

    for (guint i = 0; i < g_list_model_get_n_items(controllers) && !handled; i++) {
        GObject *const controller = g_list_model_get_item(controllers, i);

        if (GTK_IS_EVENT_CONTROLLER_KEY(controller))
            g_signal_emit_by_name(controller, "key-pressed", key, 0, 0, &handled);
        g_object_unref(controller);
    }
    g_object_unref(controllers);
    return handled;
}

void stage_click(GtkWidget *widget, int presses)
{
    GListModel *const controllers = gtk_widget_observe_controllers(widget);

    for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
        GObject *const controller = g_list_model_get_item(controllers, i);

        if (GTK_IS_GESTURE_CLICK(controller))
            g_signal_emit_by_name(controller, "released", presses, 5.0, 5.0);
        g_object_unref(controller);
    }
    g_object_unref(controllers);
}

void stage_picture(gpointer shown, const char *name)
{
    const char *const folder = g_getenv("VOLO_PICTURES");

    if (!folder)
        return;
    stage_settle();
    g_autofree char *path = g_strdup_printf("%s/%s.png", folder, name);
    GtkWidget *const widget = GTK_WIDGET(shown);
    g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(widget);
    GtkSnapshot *const snapshot = gtk_snapshot_new();
    gdk_paintable_snapshot(paintable, snapshot, gtk_widget_get_width(widget),
                           gtk_widget_get_height(widget));
    GskRenderNode *const node = gtk_snapshot_free_to_node(snapshot);
    g_autoptr(GdkTexture) texture =
        gsk_renderer_render_texture(gtk_native_get_renderer(GTK_NATIVE(shown)), node, NULL);
    gdk_texture_save_to_png(texture, path);
    gsk_render_node_unref(node);
}

void stage_dark(gboolean dark)
{
    adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
                                       dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                            : ADW_COLOR_SCHEME_FORCE_LIGHT);
}

gboolean stage_is_last(gpointer object)
{
    g_object_add_weak_pointer(object, &object);
    g_object_unref(object);
    stage_settle();
    return object == NULL;
}
