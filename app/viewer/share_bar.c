/* SPDX-License-Identifier: Apache-2.0 */
/* The shares of classes side by side; drawn in plain rectangles. */
#include "app/viewer/share_bar.h"

enum {
    HEIGHT = 10,
    CORNER = 5,
    WIDTH = 60 /* at least */
};

struct _VoloShareBar {
    GtkWidget parent;
    GListModel *items;
};

G_DEFINE_FINAL_TYPE(VoloShareBar, volo_share_bar, GTK_TYPE_WIDGET)

static guint toggle_signal;

static double share_of(VoloClassItem *item)
{
    return volo_class_item_figures(item)->share[0];
}

static guint count(VoloShareBar *self)
{
    return self->items ? g_list_model_get_n_items(self->items) : 0;
}

static void append_part(GtkSnapshot *snapshot, VoloClassItem *item, double left, double right)
{
    const VoloClassFigures *figures = volo_class_item_figures(item);
    const GdkRGBA colour = { (float)figures->colour[0] / 255, (float)figures->colour[1] / 255,
                             (float)figures->colour[2] / 255, figures->pending ? 0.5F : 1 };
    const double gap = right - left > 3 ? 1 : 0;

    if (!figures->hidden)
        gtk_snapshot_append_color(
            snapshot, &colour,
            &GRAPHENE_RECT_INIT((float)left, 0, (float)(right - left - gap), HEIGHT));
}

static void volo_share_bar_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    VoloShareBar *self = VOLO_SHARE_BAR(widget);
    const int width = gtk_widget_get_width(widget);
    double left = 0;
    GdkRGBA ground = { 0 };
    GskRoundedRect shape;

    gtk_style_context_get_color(gtk_widget_get_style_context(widget), &ground);
    ground.alpha *= 0.1F;
    gsk_rounded_rect_init_from_rect(&shape, &GRAPHENE_RECT_INIT(0, 0, (float)width, HEIGHT),
                                    CORNER);
    gtk_snapshot_push_rounded_clip(snapshot, &shape);
    gtk_snapshot_append_color(snapshot, &ground, &shape.bounds);
    for (guint i = 0; i < count(self); i++) {
        g_autoptr(VoloClassItem) item = g_list_model_get_item(self->items, i);
        const double right = left + share_of(item) * width;

        append_part(snapshot, item, left, right);
        left = right;
    }
    gtk_snapshot_pop(snapshot);
}

/* The class at a place; a new reference, or NULL. */
static VoloClassItem *item_at(VoloShareBar *self, double x)
{
    double left = 0;

    for (guint i = 0; i < count(self); i++) {
        g_autoptr(VoloClassItem) item = g_list_model_get_item(self->items, i);

        left += share_of(item) * gtk_widget_get_width(GTK_WIDGET(self));
        if (x < left)
            return g_steal_pointer(&item);
    }
    return NULL;
}

static gboolean volo_share_bar_query_tooltip(GtkWidget *widget, int x, int y, gboolean keyboard,
                                             GtkTooltip *tooltip)
{
    g_autoptr(VoloClassItem) item = item_at(VOLO_SHARE_BAR(widget), x);
    g_autofree char *text = item ? volo_class_item_describe(item) : NULL;

    (void)y, (void)keyboard;
    gtk_tooltip_set_text(tooltip, text);
    return text != NULL;
}

static void on_released(VoloShareBar *self, int presses, double x)
{
    g_autoptr(VoloClassItem) item = item_at(self, x);

    (void)presses;
    if (item)
        g_signal_emit(self, toggle_signal, 0, item);
}

static void volo_share_bar_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                                   int *minimum, int *natural, int *minimum_baseline,
                                   int *natural_baseline)
{
    (void)widget, (void)for_size;
    *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : WIDTH;
    *minimum_baseline = *natural_baseline = -1;
}

static void volo_share_bar_dispose(GObject *object)
{
    g_clear_object(&VOLO_SHARE_BAR(object)->items);
    G_OBJECT_CLASS(volo_share_bar_parent_class)->dispose(object);
}

static void volo_share_bar_class_init(VoloShareBarClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = volo_share_bar_dispose;
    widget_class->snapshot = volo_share_bar_snapshot;
    widget_class->measure = volo_share_bar_measure;
    widget_class->query_tooltip = volo_share_bar_query_tooltip;
    toggle_signal = g_signal_new("toggle", VOLO_TYPE_SHARE_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, VOLO_TYPE_CLASS_ITEM);
    gtk_widget_class_set_css_name(widget_class, "sharebar");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void volo_share_bar_init(VoloShareBar *self)
{
    GtkGesture *click = gtk_gesture_click_new();

    gtk_widget_set_has_tooltip(GTK_WIDGET(self), TRUE);
    g_signal_connect_swapped(click, "released", G_CALLBACK(on_released), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
}

void volo_share_bar_set_items(VoloShareBar *self, GListModel *items)
{
    g_set_object(&self->items, items);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void volo_share_bar_update(VoloShareBar *self)
{
    gtk_widget_queue_draw(GTK_WIDGET(self));
}
