/* SPDX-License-Identifier: Apache-2.0 */
/* The swipe line and its knob: white with dark edges, so that it is seen on any picture. */
#include "app/viewer/swipe_handle.h"

#include <glib/gi18n.h>

enum {
    WIDTH = 36,
    KNOB = 32,
    SMALL_STEP = 8,
    LARGE_STEP = 64
};

struct _VoloSwipeHandle {
    GtkWidget parent_instance;

    double grabbed; /* where the pointer holds it, from its middle */
};

G_DEFINE_FINAL_TYPE(VoloSwipeHandle, volo_swipe_handle, GTK_TYPE_WIDGET)

static guint swiped_signal;

int volo_swipe_handle_width(void)
{
    return WIDTH;
}

void volo_swipe_handle_tell(VoloSwipeHandle *self, double position)
{
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                                   position * 100, -1);
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void fill(GtkSnapshot *snapshot, double x, double y, double width, double height,
                 GdkRGBA colour)
{
    gtk_snapshot_append_color(snapshot, &colour,
                              &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height));
}

static void draw_arrow(cairo_t *cr, double x, double y, double toward)
{
    cairo_move_to(cr, x, y - 5);
    cairo_line_to(cr, x + toward, y);
    cairo_line_to(cr, x, y + 5);
    cairo_stroke(cr);
}

static void draw_knob(cairo_t *cr, double x, double y, gboolean focused)
{
    cairo_arc(cr, x, y, KNOB / 2.0 - 1, 0, 2 * G_PI);
    cairo_set_source_rgba(cr, 0, 0, 0, 0.35);
    cairo_fill(cr);
    cairo_arc(cr, x, y, KNOB / 2.0 - 2, 0, 2 * G_PI);
    if (focused)
        cairo_set_source_rgb(cr, 0.21, 0.52, 0.89);
    else
        cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_fill(cr);
    if (focused)
        cairo_set_source_rgb(cr, 1, 1, 1);
    else
        cairo_set_source_rgb(cr, 0.18, 0.18, 0.2);
    cairo_set_line_width(cr, 2);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    draw_arrow(cr, x - 4, y, -5);
    draw_arrow(cr, x + 4, y, 5);
}

static void volo_swipe_handle_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    const int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
    const double middle = width / 2.0;
    const GdkRGBA dark = { 0, 0, 0, 0.35f }, light = { 1, 1, 1, 1 };
    const graphene_rect_t knob = GRAPHENE_RECT_INIT(
        (float)(middle - KNOB / 2.0), (float)(height - KNOB) / 2, (float)KNOB, (float)KNOB);
    cairo_t *cr;

    fill(snapshot, middle - 2, 0, 4, height, dark);
    fill(snapshot, middle - 1, 0, 2, height, light);
    cr = gtk_snapshot_append_cairo(snapshot, &knob);
    draw_knob(cr, middle, height / 2.0, gtk_widget_has_visible_focus(widget));
    cairo_destroy(cr);
}

/* --- moving ----------------------------------------------------------------------------------- */

/* to: the line's new place in the handle's own pixels. */
static void move(VoloSwipeHandle *self, double to)
{
    GtkWidget *parent = gtk_widget_get_parent(GTK_WIDGET(self));
    double x = 0, y = 0;

    if (parent && gtk_widget_translate_coordinates(GTK_WIDGET(self), parent, to, 0, &x, &y))
        g_signal_emit(self, swiped_signal, 0, x);
}

gboolean volo_swipe_handle_step(VoloSwipeHandle *self, GtkDirectionType direction)
{
    if (direction != GTK_DIR_LEFT && direction != GTK_DIR_RIGHT)
        return FALSE;
    move(self, WIDTH / 2.0 + (direction == GTK_DIR_LEFT ? -SMALL_STEP : SMALL_STEP));
    return TRUE;
}

static void drag_begin(GtkGestureDrag *gesture, double x, double y, VoloSwipeHandle *self)
{
    (void)y;
    gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    self->grabbed = x - WIDTH / 2.0;
}

/* The handle has moved under the pointer since, so the pointer's place now is what counts. */
static void drag_update(GtkGestureDrag *gesture, double dx, double dy, VoloSwipeHandle *self)
{
    double x, y;

    (void)dx, (void)dy;
    if (gtk_gesture_get_point(GTK_GESTURE(gesture), NULL, &x, &y))
        move(self, x - self->grabbed);
}

static gboolean key_pressed(GtkEventControllerKey *controller, guint key, guint code,
                            GdkModifierType state, VoloSwipeHandle *self)
{
    const double step = state & GDK_SHIFT_MASK ? LARGE_STEP : SMALL_STEP;

    (void)controller, (void)code;
    if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
        return GDK_EVENT_PROPAGATE;
    switch (key) {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
        move(self, WIDTH / 2.0 - step);
        return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
        move(self, WIDTH / 2.0 + step);
        return GDK_EVENT_STOP;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
        g_signal_emit(self, swiped_signal, 0, 0.0);
        return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
        g_signal_emit(self, swiped_signal, 0, G_MAXDOUBLE);
        return GDK_EVENT_STOP;
    default:
        return GDK_EVENT_PROPAGATE;
    }
}

static void volo_swipe_handle_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                                      int *minimum, int *natural, int *minimum_baseline,
                                      int *natural_baseline)
{
    (void)widget, (void)for_size;
    *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : KNOB;
    *minimum_baseline = *natural_baseline = -1;
}

static void volo_swipe_handle_class_init(VoloSwipeHandleClass *class)
{
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

    widget->snapshot = volo_swipe_handle_snapshot;
    widget->measure = volo_swipe_handle_measure;
    swiped_signal = g_signal_new("swiped", VOLO_TYPE_SWIPE_HANDLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
    gtk_widget_class_set_css_name(widget, "voloswipe");
    gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void volo_swipe_handle_init(VoloSwipeHandle *self)
{
    GtkWidget *widget = GTK_WIDGET(self);
    GtkGesture *drag = gtk_gesture_drag_new();
    GtkEventController *key = gtk_event_controller_key_new();

    g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin), self);
    g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update), self);
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(drag));
    g_signal_connect(key, "key-pressed", G_CALLBACK(key_pressed), self);
    gtk_widget_add_controller(widget, key);
    gtk_widget_set_focusable(widget, TRUE);
    gtk_widget_set_cursor_from_name(widget, "ew-resize");
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Line between both sides"), GTK_ACCESSIBLE_PROPERTY_VALUE_MIN,
                                   0.0, GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 100.0,
                                   GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, 50.0, -1);
}

GtkWidget *volo_swipe_handle_new(void)
{
    return g_object_new(VOLO_TYPE_SWIPE_HANDLE, NULL);
}
