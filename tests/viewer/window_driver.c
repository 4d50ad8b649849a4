/* SPDX-License-Identifier: Apache-2.0 */
/* Driving a viewer: see the header. */
#include "tests/viewer/window_driver.h"

#include "app/common/startup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define PATIENCE_MS 200000

VoloApplication *driver_start(const char *model)
{
    const InferenceOptions inference = { .model = model };
    GError *error = NULL;

    assert_int_equal(program_start(), 0);
    assert_true(volo_settings_exist());
    VoloApplication *application = volo_application_new(&inference, G_APPLICATION_NON_UNIQUE);
    if (!g_application_register(G_APPLICATION(application), NULL, &error))
        fail_msg("%s", error->message);
    /* As g_application_run does: without a hold, closing a window would end it. */
    g_application_hold(G_APPLICATION(application));
    return application;
}

void driver_stop(VoloApplication *application)
{
    GList *windows;

    while ((windows = gtk_application_get_windows(GTK_APPLICATION(application))))
        gtk_window_destroy(windows->data);
    g_application_release(G_APPLICATION(application));
    driver_run(50);
    g_object_unref(application);
}

static gboolean give_up(gpointer expired)
{
    *(gboolean *)expired = TRUE;
    return G_SOURCE_REMOVE;
}

void driver_wait(Condition condition, gpointer user)
{
    gboolean expired = FALSE;
    const guint timer = g_timeout_add(PATIENCE_MS, give_up, &expired);

    while (!condition(user) && !expired)
        g_main_context_iteration(NULL, TRUE);
    if (expired)
        fail_msg("waited for %d s in vain", PATIENCE_MS / 1000);
    g_source_remove(timer);
}

void driver_run(guint milliseconds)
{
    gboolean over = FALSE;

    g_timeout_add(milliseconds, give_up, &over);
    while (!over)
        g_main_context_iteration(NULL, TRUE);
}

static gboolean is_mapped(gpointer widget)
{
    return gtk_widget_get_mapped(widget);
}

VoloWindow *driver_window(VoloApplication *application)
{
    VoloWindow *window = volo_window_new(application);

    gtk_window_present(GTK_WINDOW(window));
    driver_wait(is_mapped, window);
    return window;
}

static gboolean is_gone(gpointer pointer)
{
    return *(gpointer *)pointer == NULL;
}

void driver_close(VoloWindow *window)
{
    gpointer alive = window;

    g_object_add_weak_pointer(G_OBJECT(window), &alive);
    gtk_window_destroy(GTK_WINDOW(window));
    driver_wait(is_gone, &alive);
}

typedef struct Wanted {
    VoloDocument *document;
    VoloDocumentState state;
} Wanted;

static gboolean is_in_state(gpointer user)
{
    const Wanted *wanted = user;

    return volo_document_state(wanted->document) == wanted->state;
}

void driver_wait_state(VoloWindow *window, VoloDocumentState state)
{
    Wanted wanted = { volo_window_document(window), state };

    driver_wait(is_in_state, &wanted);
}

GListModel *driver_files(const char *const *paths)
{
    GListStore *files = g_list_store_new(G_TYPE_FILE);

    for (; *paths; paths++) {
        g_autoptr(GFile) file = g_file_new_for_path(*paths);

        g_list_store_append(files, file);
    }
    return G_LIST_MODEL(files);
}

void driver_open(VoloWindow *window, const char *path)
{
    const char *const paths[] = { path, NULL };
    g_autoptr(GListModel) files = driver_files(paths);

    volo_window_open(window, files);
}

void driver_activate(VoloWindow *window, const char *action)
{
    g_autofree char *name = NULL;
    g_autoptr(GVariant) target = NULL;

    assert_true(g_action_parse_detailed_name(action, &name, &target, NULL));
    if (!gtk_widget_activate_action_variant(GTK_WIDGET(window), name, target))
        fail_msg("no action %s", action);
}

GtkWidget *driver_find(GtkWidget *below, GType type)
{
    GtkWidget *found = NULL;

    if (g_type_is_a(G_OBJECT_TYPE(below), type))
        return below;
    for (GtkWidget *child = gtk_widget_get_first_child(below); child && !found;
         child = gtk_widget_get_next_sibling(child))
        found = driver_find(child, type);
    return found;
}

void driver_save(VoloWindow *window, const char *path)
{
    GtkWidget *widget = GTK_WIDGET(window);
    g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(widget);
    g_autoptr(GtkSnapshot) snapshot = gtk_snapshot_new();

    driver_run(100); /* a paintable shows what is painted after it was made */
    gdk_paintable_snapshot(paintable, snapshot, gtk_widget_get_width(widget),
                           gtk_widget_get_height(widget));
    g_autoptr(GskRenderNode) node = gtk_snapshot_to_node(snapshot);
    assert_non_null(node);
    g_autoptr(GdkTexture) texture =
        gsk_renderer_render_texture(gtk_native_get_renderer(GTK_NATIVE(window)), node, NULL);
    assert_true(gdk_texture_save_to_png(texture, path));
}
