/* SPDX-License-Identifier: Apache-2.0 */
/* VoloCanvas: what is shown and how. Changes of the scene or the view drop the textures that were
 * painted; the next snapshot paints them anew. */
#include "app/viewer/canvas.h"

#include "app/viewer/canvas_parts.h"
#include "app/viewer/swipe_handle.h"

enum {
    GAP = 4 /* between panes, in pixels of the widget */
};

enum {
    PROP_OPACITY = 1,
    PROP_LAYER,
    PROP_ARRANGEMENT,
    PROP_SWIPE,
    PROP_ZOOM,
    PROP_FITTING,
    PROP_PEEKING,
    PROPERTIES
};
static GParamSpec *properties[PROPERTIES];

enum {
    SIGNAL_PAINTED,
    SIGNALS
};
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE(VoloCanvas, volo_canvas, GTK_TYPE_WIDGET)

/* --- geometry --------------------------------------------------------------------------------- */

int volo_canvas_scale(VoloCanvas *self)
{
    return gtk_widget_get_scale_factor(GTK_WIDGET(self));
}

VoloPane volo_canvas_pane(VoloCanvas *self, VoloSide side)
{
    const int scale = volo_canvas_scale(self);
    const int width = gtk_widget_get_width(GTK_WIDGET(self)) * scale;
    const int half = MAX(0, (width - GAP * scale) / 2);

    if (self->arrangement != VOLO_ARRANGE_BESIDE)
        return (VoloPane){ 0, width };
    return (VoloPane){ side == VOLO_SIDE_FIRST ? 0 : width - half, half };
}

int volo_canvas_split(VoloCanvas *self)
{
    return (int)(self->swipe * volo_canvas_pane(self, VOLO_SIDE_FIRST).width + 0.5);
}

VoloSide volo_canvas_side_at(VoloCanvas *self, int column)
{
    int second = INT_MAX;

    if (self->arrangement == VOLO_ARRANGE_SWIPE)
        second = volo_canvas_split(self);
    else if (self->arrangement == VOLO_ARRANGE_BESIDE)
        second = volo_canvas_pane(self, VOLO_SIDE_SECOND).x - GAP * volo_canvas_scale(self) / 2;
    return column < second ? VOLO_SIDE_FIRST : VOLO_SIDE_SECOND;
}

/* A point of the widget in pixels of the screen, in the pane below it. */
static VoloSide locate(VoloCanvas *self, double *x, double *y)
{
    const int scale = volo_canvas_scale(self);
    const VoloSide side = volo_canvas_side_at(self, (int)CLAMP(*x * scale, -1, G_MAXINT / 2));

    *x = *x * scale - volo_canvas_pane(self, side).x;
    *y *= scale;
    return side;
}

gboolean volo_canvas_pixel_at(VoloCanvas *self, double x, double y, int *ret_x, int *ret_y,
                              VoloSide *ret_side)
{
    const VoloSide side = locate(self, &x, &y);

    if (!self->image || !volo_view_pixel_at(&self->view, x, y, ret_x, ret_y))
        return FALSE;
    *ret_side = side;
    return TRUE;
}

/* --- what follows from changes ---------------------------------------------------------------- */

void volo_canvas_repaint(VoloCanvas *self)
{
    for (int i = 0; i < VOLO_SIDES; i++)
        g_clear_pointer(&self->node[i], gsk_render_node_unref);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void tell_view(VoloCanvas *self)
{
    const double zoom = self->told_zoom;
    const gboolean fitting = self->told_fitting;

    self->told_zoom = self->view.zoom;
    self->told_fitting = self->view.fitting;
    if (zoom != self->view.zoom)
        g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_ZOOM]);
    if (fitting != self->view.fitting)
        g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_FITTING]);
}

/* The pointer may be over another pixel now, and able to drag or not. */
static void tell(VoloCanvas *self)
{
    volo_canvas_update_cursor(self);
    tell_view(self);
    volo_canvas_hover_again(self);
}

void volo_canvas_view_changed(VoloCanvas *self)
{
    volo_canvas_repaint(self);
    if (self->arrangement == VOLO_ARRANGE_SWIPE)
        gtk_widget_queue_allocate(GTK_WIDGET(self)); /* the line follows the picture */
    tell(self);
}

static gboolean tell_later(gpointer user)
{
    VoloCanvas *self = user;

    self->telling = 0;
    tell(self);
    return G_SOURCE_REMOVE;
}

static void resize(VoloCanvas *self)
{
    const VoloPane pane = volo_canvas_pane(self, VOLO_SIDE_FIRST);
    const int height = gtk_widget_get_height(GTK_WIDGET(self)) * volo_canvas_scale(self);

    if (pane.width == self->view.width && height == self->view.height)
        return;
    volo_view_resize(&self->view, pane.width, height);
    volo_canvas_repaint(self);
    /* Those who listen may change sizes, which must not happen while sizes are given out. */
    if (!self->telling)
        self->telling = g_idle_add(tell_later, self);
}

/* The swipe line is as long as what is seen of the picture, unless that is too little to grab. */
static void place_handle(VoloCanvas *self, int height)
{
    const int scale = volo_canvas_scale(self), width = volo_swipe_handle_width();
    const double line = (double)volo_canvas_split(self) / scale;
    int x, y;
    const VoloPatch patch = volo_view_patch(&self->view, &x, &y);
    const int length = patch.height / scale;
    const gboolean whole = length < 2 * width;
    const graphene_point_t corner =
        GRAPHENE_POINT_INIT((float)(line - width / 2), whole ? 0 : (float)y / (float)scale);

    gtk_widget_allocate(self->handle, width, whole ? height : length, -1,
                        gsk_transform_translate(NULL, &corner));
}

static void volo_canvas_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    VoloCanvas *self = VOLO_CANVAS(widget);

    (void)width, (void)baseline;
    resize(self);
    place_handle(self, height);
}

static void volo_canvas_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                                int *minimum, int *natural, int *minimum_baseline,
                                int *natural_baseline)
{
    (void)for_size;
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : 120;
    *natural = *minimum * 4;
    *minimum_baseline = *natural_baseline = -1;
    if (gtk_widget_should_layout(VOLO_CANVAS(widget)->handle)) { /* measured before it is placed */
        int ignored = 0;

        gtk_widget_measure(VOLO_CANVAS(widget)->handle, orientation, -1, &ignored, NULL, NULL,
                           NULL);
    }
}

static void scale_changed(VoloCanvas *self)
{
    resize(self);
    for (int i = 0; i < VOLO_SIDES; i++)
        g_clear_object(&self->side[i].layout);
}

/* --- the picture ------------------------------------------------------------------------------ */

static void make_levels(GTask *task, gpointer source, gpointer image, GCancellable *cancellable)
{
    (void)source, (void)cancellable;
    g_task_return_pointer(task, volo_levels_new(image, true), (GDestroyNotify)volo_levels_free);
}

static void levels_made(GObject *source, GAsyncResult *result, gpointer user)
{
    GWeakRef *weak = user;
    g_autoptr(VoloCanvas) self = g_weak_ref_get(weak);
    VoloLevels *levels = g_task_propagate_pointer(G_TASK(result), NULL);

    (void)source;
    g_weak_ref_clear(weak);
    g_free(weak);
    if (!self || !levels || volo_levels_image(levels) != self->image) {
        volo_levels_free(levels);
        return;
    }
    volo_levels_free(self->levels);
    self->levels = levels;
    volo_painter_forget(self->painter);
    volo_canvas_repaint(self);
}

/* A large picture takes a moment to halve; until then it is shown as it is. */
static void start_levels(VoloCanvas *self)
{
    GWeakRef *weak = g_new0(GWeakRef, 1);
    g_autoptr(GTask) task = g_task_new(NULL, NULL, levels_made, weak);

    g_weak_ref_init(weak, self);
    g_task_set_task_data(task, volo_image_ref(self->image), (GDestroyNotify)volo_image_unref);
    g_task_run_in_thread(task, make_levels);
}

void volo_canvas_set_picture(VoloCanvas *self, VoloImage *image, gboolean keep_view)
{
    const int width = image ? (int)volo_image_width(image) : 0;
    const int height = image ? (int)volo_image_height(image) : 0;
    const gboolean same = width == self->view.picture_width && height == self->view.picture_height;

    g_return_if_fail(VOLO_IS_CANVAS(self));
    if (image == self->image)
        return;
    g_clear_pointer(&self->levels, volo_levels_free);
    g_clear_pointer(&self->image, volo_image_unref);
    self->image = image ? volo_image_ref(image) : NULL;
    if (image && (self->levels = volo_levels_new(image, false)))
        start_levels(self);
    volo_painter_forget(self->painter);
    self->inspecting = self->inspecting && same;
    volo_view_set_picture(&self->view, width, height, keep_view || same);
    volo_canvas_view_changed(self);
}

void volo_canvas_set_look(VoloCanvas *self, VoloSide side, const VoloLook *look)
{
    g_return_if_fail(VOLO_IS_CANVAS(self) && side < VOLO_SIDES);
    self->side[side].look = *look;
    volo_canvas_repaint(self);
}

void volo_canvas_set_mask(VoloCanvas *self, VoloSide side, VoloMask *mask,
                          VoloConfidence *confidence, const VoloLook *look)
{
    VoloCanvasSide *its = &self->side[side];
    VoloMask *old_mask = its->mask;
    VoloConfidence *old_confidence = its->confidence;

    g_return_if_fail(VOLO_IS_CANVAS(self) && side < VOLO_SIDES);
    its->mask = mask ? volo_mask_ref(mask) : NULL;
    its->confidence = confidence ? volo_confidence_ref(confidence) : NULL;
    volo_mask_unref(old_mask);
    volo_confidence_unref(old_confidence);
    if (look)
        its->look = *look;
    volo_painter_forget(self->painter);
    volo_canvas_repaint(self);
}

void volo_canvas_set_errors(VoloCanvas *self, VoloMask *errors)
{
    VoloMask *old = self->errors;

    g_return_if_fail(VOLO_IS_CANVAS(self));
    self->errors = errors ? volo_mask_ref(errors) : NULL;
    volo_mask_unref(old);
    volo_painter_forget(self->painter);
    volo_canvas_repaint(self);
}

void volo_canvas_set_side_title(VoloCanvas *self, VoloSide side, const char *title)
{
    VoloCanvasSide *its = &self->side[side];

    g_return_if_fail(VOLO_IS_CANVAS(self) && side < VOLO_SIDES);
    if (!g_strcmp0(its->title, title))
        return;
    g_free(its->title);
    its->title = g_strdup(title);
    g_clear_object(&its->layout);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* --- the view --------------------------------------------------------------------------------- */

void volo_canvas_zoom_to_fit(VoloCanvas *self)
{
    volo_view_fit(&self->view);
    volo_canvas_view_changed(self);
}

void volo_canvas_zoom_to(VoloCanvas *self, double factor)
{
    volo_view_zoom(&self->view, factor, self->view.width / 2.0, self->view.height / 2.0);
    volo_canvas_view_changed(self);
}

void volo_canvas_zoom_by(VoloCanvas *self, double factor, double x, double y)
{
    locate(self, &x, &y);
    volo_view_zoom(&self->view, self->view.zoom * factor, x, y);
    volo_canvas_view_changed(self);
}

void volo_canvas_pan(VoloCanvas *self, double dx, double dy)
{
    const int scale = volo_canvas_scale(self);

    if (volo_view_pan(&self->view, dx * scale, dy * scale))
        volo_canvas_view_changed(self);
}

gboolean volo_canvas_step(VoloCanvas *self, GtkDirectionType direction)
{
    const double step = 80.0 * volo_canvas_scale(self);
    const double dx = direction == GTK_DIR_LEFT ? step : direction == GTK_DIR_RIGHT ? -step : 0;
    const double dy = direction == GTK_DIR_UP ? step : direction == GTK_DIR_DOWN ? -step : 0;

    if (gtk_widget_is_focus(self->handle) && dx != 0)
        return volo_swipe_handle_step(VOLO_SWIPE_HANDLE(self->handle), direction);
    if (!volo_view_pan(&self->view, dx, dy))
        return FALSE;
    volo_canvas_view_changed(self);
    return TRUE;
}

/* --- properties ------------------------------------------------------------------------------- */

static void set_opacity(VoloCanvas *self, double opacity)
{
    if (opacity == self->opacity)
        return;
    self->opacity = opacity;
    volo_canvas_repaint(self);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_OPACITY]);
}

static void set_layer(VoloCanvas *self, int layer)
{
    if (layer == (int)self->layer)
        return;
    self->layer = (VoloLayer)layer;
    volo_canvas_repaint(self);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_LAYER]);
}

static void set_arrangement(VoloCanvas *self, int arrangement)
{
    if (arrangement == (int)self->arrangement)
        return;
    self->arrangement = (VoloArrangement)arrangement;
    gtk_widget_set_visible(self->handle, arrangement == VOLO_ARRANGE_SWIPE);
    resize(self);
    gtk_widget_queue_allocate(GTK_WIDGET(self));
    volo_canvas_repaint(self);
    volo_canvas_hover_again(self);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_ARRANGEMENT]);
}

static void set_swipe(VoloCanvas *self, double swipe)
{
    if (swipe == self->swipe)
        return;
    self->swipe = swipe;
    volo_swipe_handle_tell(VOLO_SWIPE_HANDLE(self->handle), swipe);
    gtk_widget_queue_allocate(GTK_WIDGET(self));
    if (self->arrangement == VOLO_ARRANGE_SWIPE)
        volo_canvas_repaint(self);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_SWIPE]);
}

static void set_peeking(VoloCanvas *self, gboolean peeking)
{
    if (peeking == self->peeking)
        return;
    self->peeking = peeking;
    volo_canvas_repaint(self);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_PEEKING]);
}

static void set_fitting(VoloCanvas *self, gboolean fitting)
{
    if (fitting == self->view.fitting)
        return;
    if (fitting)
        volo_view_fit(&self->view);
    self->view.fitting = fitting;
    volo_canvas_view_changed(self);
}

static void volo_canvas_set_property(GObject *object, guint id, const GValue *value,
                                     GParamSpec *spec)
{
    VoloCanvas *self = VOLO_CANVAS(object);

    switch (id) {
    case PROP_OPACITY:
        set_opacity(self, g_value_get_double(value));
        break;
    case PROP_LAYER:
        set_layer(self, g_value_get_int(value));
        break;
    case PROP_ARRANGEMENT:
        set_arrangement(self, g_value_get_int(value));
        break;
    case PROP_SWIPE:
        set_swipe(self, g_value_get_double(value));
        break;
    case PROP_ZOOM:
        volo_canvas_zoom_to(self, g_value_get_double(value));
        break;
    case PROP_FITTING:
        set_fitting(self, g_value_get_boolean(value));
        break;
    case PROP_PEEKING:
        set_peeking(self, g_value_get_boolean(value));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_canvas_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
    VoloCanvas *self = VOLO_CANVAS(object);

    switch (id) {
    case PROP_OPACITY:
        g_value_set_double(value, self->opacity);
        break;
    case PROP_LAYER:
        g_value_set_int(value, (int)self->layer);
        break;
    case PROP_ARRANGEMENT:
        g_value_set_int(value, (int)self->arrangement);
        break;
    case PROP_SWIPE:
        g_value_set_double(value, self->swipe);
        break;
    case PROP_ZOOM:
        g_value_set_double(value, self->view.zoom);
        break;
    case PROP_FITTING:
        g_value_set_boolean(value, self->view.fitting);
        break;
    case PROP_PEEKING:
        g_value_set_boolean(value, self->peeking);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

/* --- life ------------------------------------------------------------------------------------- */

/* The renderer draws in the frame clock's paint phase; this comes after it. */
static void frame_painted(GdkFrameClock *clock, VoloCanvas *self)
{
    (void)clock;
    if (!self->drawn)
        return;
    self->drawn = FALSE;
    g_signal_emit(self, signals[SIGNAL_PAINTED], 0);
}

static void volo_canvas_realize(GtkWidget *widget)
{
    VoloCanvas *self = VOLO_CANVAS(widget);

    GTK_WIDGET_CLASS(volo_canvas_parent_class)->realize(widget);
    self->after_paint = g_signal_connect(gtk_widget_get_frame_clock(widget), "after-paint",
                                         G_CALLBACK(frame_painted), self);
}

static void volo_canvas_unrealize(GtkWidget *widget)
{
    VoloCanvas *self = VOLO_CANVAS(widget);

    g_signal_handler_disconnect(gtk_widget_get_frame_clock(widget), self->after_paint);
    self->after_paint = 0;
    GTK_WIDGET_CLASS(volo_canvas_parent_class)->unrealize(widget);
}

/* The canvas first, then the handle of the swipe line. */
static gboolean volo_canvas_focus(GtkWidget *widget, GtkDirectionType direction)
{
    VoloCanvas *self = VOLO_CANVAS(widget);
    const gboolean has_handle = gtk_widget_get_visible(self->handle);
    const gboolean on_canvas = gtk_widget_is_focus(widget);
    const gboolean on_handle = gtk_widget_is_focus(self->handle);

    if (direction == GTK_DIR_TAB_FORWARD && on_canvas)
        return has_handle && gtk_widget_grab_focus(self->handle);
    if (direction == GTK_DIR_TAB_BACKWARD && !on_canvas && !on_handle && has_handle)
        return gtk_widget_grab_focus(self->handle);
    if (direction == GTK_DIR_TAB_BACKWARD && on_handle)
        return gtk_widget_grab_focus(widget);
    return !on_canvas && !on_handle && gtk_widget_grab_focus(widget);
}

static void swiped(VoloCanvas *self, double x)
{
    const int width = gtk_widget_get_width(GTK_WIDGET(self));

    if (width > 0)
        set_swipe(self, CLAMP(x / width, 0, 1));
}

static void volo_canvas_dispose(GObject *object)
{
    VoloCanvas *self = VOLO_CANVAS(object);

    if (self->telling)
        g_source_remove(self->telling);
    self->telling = 0;
    for (int i = 0; i < VOLO_SIDES; i++) {
        g_clear_pointer(&self->side[i].mask, volo_mask_unref);
        g_clear_pointer(&self->side[i].confidence, volo_confidence_unref);
        g_clear_pointer(&self->side[i].title, g_free);
        g_clear_object(&self->side[i].layout);
        g_clear_pointer(&self->node[i], gsk_render_node_unref);
    }
    g_clear_pointer(&self->errors, volo_mask_unref);
    g_clear_pointer(&self->levels, volo_levels_free);
    g_clear_pointer(&self->image, volo_image_unref);
    g_clear_pointer(&self->handle, gtk_widget_unparent);
    G_OBJECT_CLASS(volo_canvas_parent_class)->dispose(object);
}

static void volo_canvas_finalize(GObject *object)
{
    volo_painter_free(VOLO_CANVAS(object)->painter);
    volo_pixel_pool_unref(VOLO_CANVAS(object)->pool);
    G_OBJECT_CLASS(volo_canvas_parent_class)->finalize(object);
}

static void add_properties(GObjectClass *class)
{
    const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

    properties[PROP_OPACITY] = g_param_spec_double("opacity-of-mask", NULL, NULL, 0, 1, 0.5, flags);
    properties[PROP_LAYER] =
        g_param_spec_int("layer", NULL, NULL, 0, VOLO_LAYERS - 1, VOLO_LAYER_OVERLAY, flags);
    properties[PROP_ARRANGEMENT] = g_param_spec_int(
        "arrangement", NULL, NULL, 0, VOLO_ARRANGE_BESIDE, VOLO_ARRANGE_SINGLE, flags);
    properties[PROP_SWIPE] = g_param_spec_double("swipe", NULL, NULL, 0, 1, 0.5, flags);
    properties[PROP_ZOOM] = g_param_spec_double("zoom", NULL, NULL, 0, VOLO_ZOOM_MOST, 1, flags);
    properties[PROP_FITTING] = g_param_spec_boolean("fitting", NULL, NULL, TRUE, flags);
    properties[PROP_PEEKING] = g_param_spec_boolean("peeking", NULL, NULL, FALSE, flags);
    g_object_class_install_properties(class, PROPERTIES, properties);
}

static void volo_canvas_class_init(VoloCanvasClass *class)
{
    GObjectClass *object = G_OBJECT_CLASS(class);
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

    object->set_property = volo_canvas_set_property;
    object->get_property = volo_canvas_get_property;
    object->dispose = volo_canvas_dispose;
    object->finalize = volo_canvas_finalize;
    widget->snapshot = volo_canvas_snapshot;
    widget->size_allocate = volo_canvas_size_allocate;
    widget->measure = volo_canvas_measure;
    widget->realize = volo_canvas_realize;
    widget->unrealize = volo_canvas_unrealize;
    widget->focus = volo_canvas_focus;
    add_properties(object);
    g_signal_new("hovered", VOLO_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                 3, G_TYPE_INT, G_TYPE_INT, G_TYPE_INT);
    signals[SIGNAL_PAINTED] = g_signal_new("painted", VOLO_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_css_name(widget, "volocanvas");
    gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
}

static void volo_canvas_init(VoloCanvas *self)
{
    GtkWidget *widget = GTK_WIDGET(self);

    self->painter = volo_painter_new();
    if (!self->painter)
        g_error("no memory for a painter");
    self->pool = volo_pixel_pool_new();
    self->opacity = self->swipe = 0.5;
    self->view.zoom = self->told_zoom = 1;
    self->view.fitting = true;
    self->told_fitting = TRUE;
    self->hovered_x = self->hovered_y = -1;
    for (int i = 0; i < VOLO_SIDES; i++)
        for (int j = 0; j < 256; j++)
            self->side[i].look.hidden[j] = true;
    self->handle = volo_swipe_handle_new();
    gtk_widget_set_parent(self->handle, widget);
    gtk_widget_set_visible(self->handle, FALSE);
    g_signal_connect_object(self->handle, "swiped", G_CALLBACK(swiped), self, G_CONNECT_SWAPPED);
    g_signal_connect(self, "notify::scale-factor", G_CALLBACK(scale_changed), NULL);
    gtk_widget_set_focusable(widget, TRUE);
    gtk_widget_set_overflow(widget, GTK_OVERFLOW_HIDDEN);
    gtk_widget_set_hexpand(widget, TRUE);
    gtk_widget_set_vexpand(widget, TRUE);
    volo_canvas_add_input(self);
}

GtkWidget *volo_canvas_new(void)
{
    return g_object_new(VOLO_TYPE_CANVAS, NULL);
}
