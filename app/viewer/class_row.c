/* SPDX-License-Identifier: Apache-2.0 */
/* A row of the legend: shows an item and follows it. */
#include "app/viewer/class_row.h"

#include "app/viewer/accessible.h"
#include "app/viewer/figure_text.h"
#include "app/viewer/panel_style.h"
#include "app/viewer/swatch.h"

#include <glib/gi18n-lib.h>

#include <math.h>

struct _VoloClassRow {
    GtkWidget parent;
    VoloClassItem *item;
    gulong changed;
    GtkWidget *eye, *name, *agreement, *iou, *bar, *share;
    VoloSwatch *swatch;
};

G_DEFINE_FINAL_TYPE(VoloClassRow, volo_class_row, GTK_TYPE_WIDGET)

enum {
    TOGGLE,
    SOLO,
    SIGNALS
};
static guint signals[SIGNALS];

static void show_agreement(VoloClassRow *self, const VoloClassFigures *figures)
{
    g_autofree char *text = volo_ratio_text(figures->iou);

    gtk_widget_set_visible(self->agreement, figures->compared);
    gtk_label_set_text(GTK_LABEL(self->iou), text);
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(self->bar),
                                  isnan(figures->iou) ? 0 : figures->iou);
    gtk_widget_set_opacity(self->bar, isnan(figures->iou) ? 0 : 1);
}

/* The list's own widget around the row has the focus, so it must say what the row says. */
static void describe(VoloClassRow *self)
{
    g_autofree char *text = volo_class_item_describe(self->item);
    const gboolean shown = !volo_class_item_figures(self->item)->hidden;

    g_strdelimit(text, "\n", ';');
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    gtk_accessible_update_state(
        GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_STATE_CHECKED,
        shown ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
    volo_accessible_name_row(GTK_WIDGET(self), text);
}

static void set_class(GtkWidget *widget, const char *class, gboolean has)
{
    if (has)
        gtk_widget_add_css_class(widget, class);
    else
        gtk_widget_remove_css_class(widget, class);
}

static void show_item(VoloClassRow *self)
{
    const VoloClassFigures *figures = volo_class_item_figures(self->item);
    g_autofree char *share = volo_share_text(figures->share[figures->label[0] < 0 ? 1 : 0]);
    GtkWidget *widget = GTK_WIDGET(self);

    gtk_label_set_text(GTK_LABEL(self->name), volo_class_item_name(self->item));
    gtk_label_set_text(GTK_LABEL(self->share), share);
    volo_swatch_set(self->swatch, figures->colour, figures->hatch, figures->hidden);
    gtk_button_set_icon_name(GTK_BUTTON(self->eye), figures->hidden ? "volo-eye-closed-symbolic"
                                                                    : "volo-eye-open-symbolic");
    set_class(widget, "hidden", figures->hidden);
    set_class(widget, "pending", figures->pending);
    set_class(widget, "absent", !volo_class_item_is_present(self->item));
    show_agreement(self, figures);
    describe(self);
}

void volo_class_row_set_item(VoloClassRow *self, VoloClassItem *item)
{
    if (self->item == item)
        return;
    if (self->item)
        g_clear_signal_handler(&self->changed, self->item);
    g_set_object(&self->item, item);
    if (!item)
        return;
    self->changed =
        g_signal_connect_object(item, "changed", G_CALLBACK(show_item), self, G_CONNECT_SWAPPED);
    show_item(self);
}

VoloClassItem *volo_class_row_item(VoloClassRow *self)
{
    return self->item;
}

/* --- clicks --- */

static void on_eye(VoloClassRow *self)
{
    g_signal_emit(self, signals[TOGGLE], 0);
}

static void on_released(GtkGestureClick *gesture, int presses, double x, double y,
                        VoloClassRow *self)
{
    const GdkModifierType state =
        gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));

    if (!gtk_widget_contains(GTK_WIDGET(self), x, y))
        return;
    if (presses == 1)
        g_signal_emit(self, signals[state & GDK_ALT_MASK ? SOLO : TOGGLE], 0);
    if (presses == 2 && !(state & GDK_ALT_MASK)) {
        g_signal_emit(self, signals[TOGGLE], 0); /* takes back what the first click did */
        g_signal_emit(self, signals[SOLO], 0);
    }
}

/* A finger cannot hold Alt. */
static void on_held(GtkGesture *gesture, double x, double y, VoloClassRow *self)
{
    (void)x, (void)y;
    gtk_gesture_set_state(gesture, GTK_EVENT_SEQUENCE_CLAIMED); /* no click follows */
    g_signal_emit(self, signals[SOLO], 0);
}

static gboolean volo_class_row_query_tooltip(GtkWidget *widget, int x, int y, gboolean keyboard,
                                             GtkTooltip *tooltip)
{
    VoloClassRow *self = VOLO_CLASS_ROW(widget);
    g_autofree char *text = self->item ? volo_class_item_describe(self->item) : NULL;

    (void)x, (void)y, (void)keyboard;
    gtk_tooltip_set_text(tooltip, text);
    return text != NULL;
}

static void volo_class_row_dispose(GObject *object)
{
    volo_class_row_set_item(VOLO_CLASS_ROW(object), NULL);
    volo_panel_dispose(GTK_WIDGET(object), VOLO_TYPE_CLASS_ROW);
    G_OBJECT_CLASS(volo_class_row_parent_class)->dispose(object);
}

static void bind_children(GtkWidgetClass *class)
{
    gtk_widget_class_set_template_from_resource(class, VOLO_RESOURCES "/ui/class_row.ui");
    gtk_widget_class_bind_template_child(class, VoloClassRow, eye);
    gtk_widget_class_bind_template_child(class, VoloClassRow, swatch);
    gtk_widget_class_bind_template_child(class, VoloClassRow, name);
    gtk_widget_class_bind_template_child(class, VoloClassRow, agreement);
    gtk_widget_class_bind_template_child(class, VoloClassRow, iou);
    gtk_widget_class_bind_template_child(class, VoloClassRow, bar);
    gtk_widget_class_bind_template_child(class, VoloClassRow, share);
    gtk_widget_class_bind_template_callback(class, on_eye);
}

static void volo_class_row_class_init(VoloClassRowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    volo_panel_style_load();
    g_type_ensure(VOLO_TYPE_SWATCH);
    G_OBJECT_CLASS(class)->dispose = volo_class_row_dispose;
    widget_class->query_tooltip = volo_class_row_query_tooltip;
    signals[TOGGLE] = g_signal_new("toggle", VOLO_TYPE_CLASS_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
    signals[SOLO] = g_signal_new("solo", VOLO_TYPE_CLASS_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_css_name(widget_class, "classrow");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_CHECKBOX);
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BOX_LAYOUT);
    bind_children(widget_class);
}

static void volo_class_row_init(VoloClassRow *self)
{
    GtkGesture *click = gtk_gesture_click_new();
    GtkGesture *hold = gtk_gesture_long_press_new();

    gtk_widget_init_template(GTK_WIDGET(self));
    g_signal_connect(click, "released", G_CALLBACK(on_released), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
    gtk_gesture_single_set_touch_only(GTK_GESTURE_SINGLE(hold), TRUE);
    g_signal_connect(hold, "pressed", G_CALLBACK(on_held), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(hold));
}

GtkWidget *volo_class_row_new(void)
{
    return g_object_new(VOLO_TYPE_CLASS_ROW, NULL);
}
