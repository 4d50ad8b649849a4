/* SPDX-License-Identifier: Apache-2.0 */
/* VoloCanvas under the hand: wheel and pinch zoom, dragging pans, a double click goes between
 * fitting and 1:1, arrow keys look around; which pixel the pointer or the keyboard's cursor is on.
 */
#include "app/viewer/canvas_parts.h"

#include <math.h>

#define WHEEL_STEP 1.2 /* of zooming, for a notch of the wheel */

enum {
    WHEEL_PAN = 64, /* pixels of the widget for a notch */
    FAR_STEP = 10   /* pixels of the picture */
};

/* --- hovering --------------------------------------------------------------------------------- */

static void tell_hovered(VoloCanvas *self, int x, int y, VoloSide side)
{
    if (x == self->hovered_x && y == self->hovered_y && (x < 0 || side == self->hovered_side))
        return;
    self->hovered_x = x;
    self->hovered_y = y;
    self->hovered_side = side;
    g_signal_emit_by_name(self, "hovered", x, y, (int)side);
}

void volo_canvas_hover_again(VoloCanvas *self)
{
    int x = -1, y = -1;
    VoloSide side = VOLO_SIDE_FIRST;

    if (self->inspecting) {
        x = self->inspected_x;
        y = self->inspected_y;
        side = self->inspected_side;
    } else if (self->pointed) {
        volo_canvas_pixel_at(self, self->pointer_x, self->pointer_y, &x, &y, &side);
    }
    tell_hovered(self, x, y, side);
}

static void stop_inspecting(VoloCanvas *self)
{
    if (!self->inspecting)
        return;
    self->inspecting = FALSE;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void pointer_moved(GtkEventControllerMotion *controller, double x, double y,
                          VoloCanvas *self)
{
    (void)controller;
    if (self->pointed && x == self->pointer_x && y == self->pointer_y)
        return; /* GTK repeats the last place when widgets move */
    self->pointed = TRUE;
    self->pointer_x = x;
    self->pointer_y = y;
    stop_inspecting(self);
    volo_canvas_hover_again(self);
}

static void pointer_left(GtkEventControllerMotion *controller, VoloCanvas *self)
{
    (void)controller;
    self->pointed = FALSE;
    volo_canvas_hover_again(self);
}

/* --- zooming ---------------------------------------------------------------------------------- */

/* Under the pointer, else in the middle. */
static void choose_place(VoloCanvas *self, double *x, double *y)
{
    *x = self->pointed ? self->pointer_x : gtk_widget_get_width(GTK_WIDGET(self)) / 2.0;
    *y = self->pointed ? self->pointer_y : gtk_widget_get_height(GTK_WIDGET(self)) / 2.0;
}

static gboolean scrolled(GtkEventControllerScroll *controller, double dx, double dy,
                         VoloCanvas *self)
{
    const GdkModifierType state =
        gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(controller));
    double x, y;

    if (!self->image)
        return GDK_EVENT_PROPAGATE;
    if (state & GDK_SHIFT_MASK) {
        /* Some systems turn the axis themselves while Shift is held. */
        volo_canvas_pan(self, -WHEEL_PAN * (dx != 0 ? dx : dy), 0);
        return GDK_EVENT_STOP;
    }
    if (state & GDK_ALT_MASK) {
        volo_canvas_pan(self, -WHEEL_PAN * dx, -WHEEL_PAN * dy);
        return GDK_EVENT_STOP;
    }
    choose_place(self, &x, &y);
    if (dx != 0)
        volo_canvas_pan(self, -WHEEL_PAN * dx, 0);
    if (dy != 0)
        volo_canvas_zoom_by(self, pow(WHEEL_STEP, -dy), x, y);
    return GDK_EVENT_STOP;
}

void volo_canvas_pinch_begin(VoloCanvas *self, double x, double y)
{
    self->pinched_zoom = self->view.zoom;
    self->pinched_x = x;
    self->pinched_y = y;
}

/* The fingers keep what they touched. */
void volo_canvas_pinch(VoloCanvas *self, double scale, double x, double y)
{
    if (!(scale > 0) || !(self->view.zoom > 0))
        return;
    volo_canvas_pan(self, x - self->pinched_x, y - self->pinched_y);
    self->pinched_x = x;
    self->pinched_y = y;
    volo_canvas_zoom_by(self, self->pinched_zoom * scale / self->view.zoom, x, y);
}

/* FALSE: the gesture knows nothing of fingers. */
static gboolean find_middle(GtkGesture *gesture, double *x, double *y)
{
    return gtk_gesture_is_recognized(gesture) &&
           gtk_gesture_get_bounding_box_center(gesture, x, y);
}

static void pinch_began(GtkGesture *gesture, GdkEventSequence *sequence, VoloCanvas *self)
{
    double x, y;

    (void)sequence;
    gtk_gesture_set_state(gesture, GTK_EVENT_SEQUENCE_CLAIMED);
    if (!find_middle(gesture, &x, &y))
        choose_place(self, &x, &y);
    volo_canvas_pinch_begin(self, x, y);
}

static void pinched(GtkGestureZoom *gesture, double scale, VoloCanvas *self)
{
    double x, y;

    if (find_middle(GTK_GESTURE(gesture), &x, &y))
        volo_canvas_pinch(self, scale, x, y);
    else /* where it was */
        volo_canvas_pinch(self, scale, self->pinched_x, self->pinched_y);
}

/* --- dragging --------------------------------------------------------------------------------- */

void volo_canvas_update_cursor(VoloCanvas *self)
{
    const char *name = NULL;

    if (self->dragging)
        name = "grabbing";
    else if (volo_view_can_pan(&self->view))
        name = "grab";
    gtk_widget_set_cursor_from_name(GTK_WIDGET(self), name);
}

static void drag_began(GtkGestureDrag *gesture, double x, double y, VoloCanvas *self)
{
    (void)gesture, (void)x, (void)y;
    self->dragged_x = self->dragged_y = 0;
    gtk_widget_grab_focus(GTK_WIDGET(self));
    if (!volo_view_can_pan(&self->view))
        return;
    self->dragging = TRUE;
    volo_canvas_update_cursor(self);
}

static void dragged(GtkGestureDrag *gesture, double dx, double dy, VoloCanvas *self)
{
    (void)gesture;
    volo_canvas_pan(self, dx - self->dragged_x, dy - self->dragged_y);
    self->dragged_x = dx;
    self->dragged_y = dy;
}

static void drag_ended(GtkGestureDrag *gesture, double dx, double dy, VoloCanvas *self)
{
    (void)gesture, (void)dx, (void)dy;
    self->dragging = FALSE;
    volo_canvas_update_cursor(self);
}

static void pressed(GtkGestureClick *gesture, int times, double x, double y, VoloCanvas *self)
{
    (void)gesture;
    if (times % 2 || !self->image)
        return;
    if (self->view.fitting)
        volo_canvas_zoom_by(self, 1 / self->view.zoom, x, y);
    else
        volo_canvas_zoom_to_fit(self);
}

/* --- keys ------------------------------------------------------------------------------------- */

static gboolean direction_of(guint key, GtkDirectionType *ret_direction)
{
    static const struct {
        guint key, keypad;
        GtkDirectionType direction;
    } arrows[] = { { GDK_KEY_Left, GDK_KEY_KP_Left, GTK_DIR_LEFT },
                   { GDK_KEY_Right, GDK_KEY_KP_Right, GTK_DIR_RIGHT },
                   { GDK_KEY_Up, GDK_KEY_KP_Up, GTK_DIR_UP },
                   { GDK_KEY_Down, GDK_KEY_KP_Down, GTK_DIR_DOWN } };

    for (gsize i = 0; i < G_N_ELEMENTS(arrows); i++)
        if (key == arrows[i].key || key == arrows[i].keypad) {
            *ret_direction = arrows[i].direction;
            return TRUE;
        }
    return FALSE;
}

/* Where the cursor comes out: under the pointer, else in the middle of what is seen. */
static void start_inspecting(VoloCanvas *self)
{
    int x, y;
    const VoloPatch patch = volo_view_patch(&self->view, &x, &y);

    self->inspecting = TRUE;
    self->inspected_side = VOLO_SIDE_FIRST;
    if (self->pointed &&
        volo_canvas_pixel_at(self, self->pointer_x, self->pointer_y, &self->inspected_x,
                             &self->inspected_y, &self->inspected_side))
        return;
    self->inspected_x =
        volo_zoomed_to_picture(patch.x + patch.width / 2, patch.zoom, self->view.picture_width);
    self->inspected_y =
        volo_zoomed_to_picture(patch.y + patch.height / 2, patch.zoom, self->view.picture_height);
}

static void inspect(VoloCanvas *self, GtkDirectionType direction, int step)
{
    const int dx = direction == GTK_DIR_LEFT ? -step : direction == GTK_DIR_RIGHT ? step : 0;
    const int dy = direction == GTK_DIR_UP ? -step : direction == GTK_DIR_DOWN ? step : 0;

    if (!self->inspecting) {
        start_inspecting(self);
    } else {
        self->inspected_x = CLAMP(self->inspected_x + dx, 0, self->view.picture_width - 1);
        self->inspected_y = CLAMP(self->inspected_y + dy, 0, self->view.picture_height - 1);
    }
    if (volo_view_reveal(&self->view, self->inspected_x, self->inspected_y))
        volo_canvas_view_changed(self);
    if (self->arrangement == VOLO_ARRANGE_SWIPE)
        self->inspected_side = volo_canvas_side_at(
            self, volo_view_cell(&self->view, self->inspected_x, self->inspected_y).left);
    gtk_widget_queue_draw(GTK_WIDGET(self));
    volo_canvas_hover_again(self);
}

static gboolean key_pressed(GtkEventControllerKey *controller, guint key, guint code,
                            GdkModifierType state, VoloCanvas *self)
{
    const GdkModifierType held =
        state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK | GDK_SUPER_MASK);
    GtkDirectionType direction;

    (void)controller, (void)code;
    if (!self->image)
        return GDK_EVENT_PROPAGATE;
    if (key == GDK_KEY_Escape && !held && self->inspecting) {
        stop_inspecting(self);
        volo_canvas_hover_again(self);
        return GDK_EVENT_STOP;
    }
    if (!direction_of(key, &direction))
        return GDK_EVENT_PROPAGATE;
    if ((held | GDK_SHIFT_MASK) == (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) {
        inspect(self, direction, held & GDK_SHIFT_MASK ? FAR_STEP : 1);
        return GDK_EVENT_STOP;
    }
    return !held && volo_canvas_step(self, direction);
}

void volo_canvas_add_input(VoloCanvas *self)
{
    GtkWidget *widget = GTK_WIDGET(self);
    GtkEventController *motion = gtk_event_controller_motion_new();
    GtkEventController *scroll =
        gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
    GtkEventController *keys = gtk_event_controller_key_new();
    GtkGesture *zoom = gtk_gesture_zoom_new(), *drag = gtk_gesture_drag_new();
    GtkGesture *click = gtk_gesture_click_new();

    g_signal_connect(motion, "enter", G_CALLBACK(pointer_moved), self);
    g_signal_connect(motion, "motion", G_CALLBACK(pointer_moved), self);
    g_signal_connect(motion, "leave", G_CALLBACK(pointer_left), self);
    g_signal_connect(scroll, "scroll", G_CALLBACK(scrolled), self);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(key_pressed), self);
    g_signal_connect(zoom, "begin", G_CALLBACK(pinch_began), self);
    g_signal_connect(zoom, "scale-changed", G_CALLBACK(pinched), self);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_began), self);
    g_signal_connect(drag, "drag-update", G_CALLBACK(dragged), self);
    g_signal_connect(drag, "drag-end", G_CALLBACK(drag_ended), self);
    g_signal_connect(click, "pressed", G_CALLBACK(pressed), self);
    gtk_widget_add_controller(widget, motion);
    gtk_widget_add_controller(widget, scroll);
    gtk_widget_add_controller(widget, keys);
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(click));
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(drag));
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(zoom));
}
