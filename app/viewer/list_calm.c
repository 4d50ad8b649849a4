/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/list_calm.h"

enum {
    FRAMES = 2 /* the one whose layout comes next may already be under way */
};

typedef struct Calm {
    GtkWidget *list;
    GSignalGroup *rows;
    int frames; /* on the screen until the rows are laid out again; 0: they are */
    guint tick;
} Calm;

static const char calm_key[] = "volo-list-calm";

static void calm_free(gpointer data)
{
    Calm *calm = data;

    g_object_unref(calm->rows);
    g_free(calm);
}

/* Off the screen nothing is laid out, and nothing counts: "map" begins anew. */
static gboolean count_frame(GtkWidget *list, GdkFrameClock *clock, gpointer data)
{
    Calm *calm = data;

    (void)clock;
    if (gtk_widget_get_mapped(list) && --calm->frames > 0)
        return G_SOURCE_CONTINUE;
    calm->tick = 0;
    return G_SOURCE_REMOVE;
}

static void rows_changed(Calm *calm)
{
    calm->frames = FRAMES;
    if (!calm->tick)
        calm->tick = gtk_widget_add_tick_callback(calm->list, count_frame, calm, NULL);
}

static void follow_model(GtkListView *list)
{
    Calm *calm = g_object_get_data(G_OBJECT(list), calm_key);

    g_signal_group_set_target(calm->rows, gtk_list_view_get_model(list));
    rows_changed(calm);
}

/* Comes before the list's own handler. */
static void hold(GtkAdjustment *adjustment, GtkListView *list)
{
    const Calm *calm = g_object_get_data(G_OBJECT(list), calm_key);

    if (calm && calm->frames > 0)
        g_signal_stop_emission_by_name(adjustment, "value-changed");
}

static GtkAdjustment *held_adjustment(GtkListView *list)
{
    GtkAdjustment *adjustment = gtk_adjustment_new(0, 0, 0, 0, 0, 0);

    g_signal_connect_object(adjustment, "value-changed", G_CALLBACK(hold), list, 0);
    return adjustment;
}

void volo_list_calm(GtkListView *list)
{
    GtkWidget *window = gtk_widget_get_ancestor(GTK_WIDGET(list), GTK_TYPE_SCROLLED_WINDOW);
    Calm *calm = g_new0(Calm, 1);

    calm->list = GTK_WIDGET(list);
    calm->rows = g_signal_group_new(G_TYPE_LIST_MODEL);
    g_signal_group_connect_swapped(calm->rows, "items-changed", G_CALLBACK(rows_changed), calm);
    g_object_set_data_full(G_OBJECT(list), calm_key, calm, calm_free);
    g_signal_connect(list, "notify::model", G_CALLBACK(follow_model), NULL);
    g_signal_connect_swapped(list, "map", G_CALLBACK(rows_changed), calm);
    gtk_scrolled_window_set_hadjustment(GTK_SCROLLED_WINDOW(window), held_adjustment(list));
    gtk_scrolled_window_set_vadjustment(GTK_SCROLLED_WINDOW(window), held_adjustment(list));
    follow_model(list);
}
