/* SPDX-License-Identifier: Apache-2.0 */
/* The bar of layers: a button for each row of the table below, and a slider. */
#include "app/viewer/layer_bar.h"

#include "app/viewer/accessible.h"
#include "app/viewer/panel_style.h"

#include <glib/gi18n-lib.h>

#include <math.h>

struct _VoloLayerBar {
    GtkWidget parent;
    VoloCanvas *canvas;
    VoloDocument *document;
    GSignalGroup *canvas_signals, *document_signals;
    GBinding *opacity_binding;
    gboolean following; /* the canvas, whose layer is shown by the buttons now */
    GtkWidget *layers, *strength, *slider, *percent;
    GtkAdjustment *opacity;
    GtkWidget *buttons[VOLO_LAYERS];
};

G_DEFINE_FINAL_TYPE(VoloLayerBar, volo_layer_bar, GTK_TYPE_WIDGET)

enum {
    PROP_CANVAS = 1,
    PROP_DOCUMENT,
    PROPS
};
static GParamSpec *properties[PROPS];

typedef struct LayerRow {
    const char *title, *hint, *icon;
    gboolean blends; /* the slider matters */
} LayerRow;

static const LayerRow layer_rows[VOLO_LAYERS] = {
    [VOLO_LAYER_OVERLAY] = { N_("Overlay"), N_("Classes over the picture (V)"),
                             "volo-layer-overlay-symbolic", TRUE },
    [VOLO_LAYER_OUTLINE] = { N_("Outlines"), N_("Outlines of classes (O)"),
                             "volo-layer-outline-symbolic", FALSE },
    [VOLO_LAYER_MASK] = { N_("Mask"), N_("Classes alone (M)"), "volo-layer-mask-symbolic", FALSE },
    [VOLO_LAYER_PICTURE] = { N_("Picture"), N_("The picture alone (P)"),
                             "volo-layer-picture-symbolic", FALSE },
    [VOLO_LAYER_CONFIDENCE] = { N_("Confidence"), N_("How sure the model is (C)"),
                                "volo-layer-confidence-symbolic", TRUE },
    [VOLO_LAYER_ENTROPY] = { N_("Entropy"), N_("How torn between classes the model is (N)"),
                             "volo-layer-entropy-symbolic", TRUE },
    [VOLO_LAYER_ERRORS] = { N_("Errors"), N_("Where the result differs from the ground truth (E)"),
                            "volo-layer-errors-symbolic", FALSE },
};

const char *volo_layer_title(VoloLayer layer)
{
    return _(layer_rows[layer].title);
}

const char *volo_layer_icon(VoloLayer layer)
{
    return layer_rows[layer].icon;
}

gboolean volo_layer_is_possible(VoloLayer layer, VoloDocument *document)
{
    VoloSegmentation *result = document ? volo_document_result(document) : NULL;

    switch (layer) {
    case VOLO_LAYER_PICTURE:
        return document && volo_document_picture(document);
    case VOLO_LAYER_CONFIDENCE:
    case VOLO_LAYER_ENTROPY:
        return result && volo_segmentation_confidence(result);
    case VOLO_LAYER_ERRORS:
        return document && volo_document_comparison(document);
    default: /* those that show a mask */
        return result || (document && volo_document_reference(document));
    }
}

/* --- canvas to bar --- */

static int layer_of(VoloCanvas *canvas)
{
    int layer = VOLO_LAYER_OVERLAY;

    if (canvas)
        g_object_get(canvas, "layer", &layer, NULL);
    return CLAMP(layer, 0, VOLO_LAYERS - 1);
}

static void update_sensitivity(VoloLayerBar *self)
{
    const int layer = layer_of(self->canvas);
    const gboolean blends = self->canvas && layer_rows[layer].blends &&
                            volo_layer_is_possible((VoloLayer)layer, self->document);

    for (int i = 0; i < VOLO_LAYERS; i++)
        gtk_widget_set_sensitive(
            self->buttons[i], self->canvas && volo_layer_is_possible((VoloLayer)i, self->document));
    gtk_widget_set_sensitive(self->strength, blends);
    gtk_widget_set_sensitive(self->slider, blends); /* or readers would hear that it can be moved */
}

static void follow_canvas(VoloLayerBar *self)
{
    self->following = TRUE;
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(self->buttons[layer_of(self->canvas)]), TRUE);
    self->following = FALSE;
    update_sensitivity(self);
}

static void show_percent(VoloLayerBar *self)
{
    /* Translators: a percentage. */
    g_autofree char *text =
        g_strdup_printf(_("%d %%"), (int)lround(100 * gtk_adjustment_get_value(self->opacity)));

    gtk_label_set_text(GTK_LABEL(self->percent), text);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->slider), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                   text, -1);
}

/* --- bar to canvas --- */

static void on_toggled(VoloLayerBar *self, GtkToggleButton *button)
{
    if (self->following || !self->canvas || !gtk_toggle_button_get_active(button))
        return;
    for (int i = 0; i < VOLO_LAYERS; i++)
        if (GTK_WIDGET(button) == self->buttons[i])
            g_object_set(self->canvas, "layer", i, NULL);
}

static void set_canvas(VoloLayerBar *self, VoloCanvas *canvas)
{
    if (!g_set_object(&self->canvas, canvas))
        return;
    g_clear_pointer(&self->opacity_binding, g_binding_unbind);
    if (canvas)
        self->opacity_binding =
            g_object_bind_property(canvas, "opacity-of-mask", self->opacity, "value",
                                   G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
    g_signal_group_set_target(self->canvas_signals, canvas);
    follow_canvas(self);
}

static void set_document(VoloLayerBar *self, VoloDocument *document)
{
    if (!g_set_object(&self->document, document))
        return;
    g_signal_group_set_target(self->document_signals, document);
    update_sensitivity(self);
}

/* --- the object --- */

static void volo_layer_bar_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
    VoloLayerBar *self = VOLO_LAYER_BAR(object);

    switch (id) {
    case PROP_CANVAS:
        g_value_set_object(value, self->canvas);
        break;
    case PROP_DOCUMENT:
        g_value_set_object(value, self->document);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_layer_bar_set_property(GObject *object, guint id, const GValue *value,
                                        GParamSpec *spec)
{
    VoloLayerBar *self = VOLO_LAYER_BAR(object);

    switch (id) {
    case PROP_CANVAS:
        set_canvas(self, g_value_get_object(value));
        break;
    case PROP_DOCUMENT:
        set_document(self, g_value_get_object(value));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_layer_bar_dispose(GObject *object)
{
    VoloLayerBar *self = VOLO_LAYER_BAR(object);

    g_clear_pointer(&self->opacity_binding, g_binding_unbind);
    g_clear_object(&self->canvas_signals);
    g_clear_object(&self->document_signals);
    volo_panel_dispose(GTK_WIDGET(self), VOLO_TYPE_LAYER_BAR);
    g_clear_object(&self->canvas);
    g_clear_object(&self->document);
    G_OBJECT_CLASS(volo_layer_bar_parent_class)->dispose(object);
}

static void volo_layer_bar_class_init(VoloLayerBarClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    volo_panel_style_load();
    object_class->get_property = volo_layer_bar_get_property;
    object_class->set_property = volo_layer_bar_set_property;
    object_class->dispose = volo_layer_bar_dispose;
    properties[PROP_CANVAS] = g_param_spec_object("canvas", NULL, NULL, VOLO_TYPE_CANVAS,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_DOCUMENT] = g_param_spec_object("document", NULL, NULL, VOLO_TYPE_DOCUMENT,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, PROPS, properties);
    gtk_widget_class_set_css_name(widget_class, "layerbar");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BIN_LAYOUT);
    gtk_widget_class_set_template_from_resource(widget_class, VOLO_RESOURCES "/ui/layer_bar.ui");
    gtk_widget_class_bind_template_child(widget_class, VoloLayerBar, layers);
    gtk_widget_class_bind_template_child(widget_class, VoloLayerBar, strength);
    gtk_widget_class_bind_template_child(widget_class, VoloLayerBar, slider);
    gtk_widget_class_bind_template_child(widget_class, VoloLayerBar, percent);
    gtk_widget_class_bind_template_child(widget_class, VoloLayerBar, opacity);
}

static void add_button(VoloLayerBar *self, int layer)
{
    const LayerRow *row = &layer_rows[layer];
    GtkWidget *button =
        volo_choice_button_new(row->icon, _(row->title), _(row->hint), self->buttons[0]);

    g_signal_connect_object(button, "toggled", G_CALLBACK(on_toggled), self, G_CONNECT_SWAPPED);
    gtk_box_append(GTK_BOX(self->layers), button);
    self->buttons[layer] = button;
}

static void volo_layer_bar_init(VoloLayerBar *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    gtk_widget_add_css_class(GTK_WIDGET(self), "osd");
    for (int i = 0; i < VOLO_LAYERS; i++)
        add_button(self, i);
    self->canvas_signals = g_signal_group_new(VOLO_TYPE_CANVAS);
    g_signal_group_connect_swapped(self->canvas_signals, "notify::layer", G_CALLBACK(follow_canvas),
                                   self);
    self->document_signals = g_signal_group_new(VOLO_TYPE_DOCUMENT);
    for (const char *const *signal =
             (const char *const[]){ "notify::picture", "notify::result", "notify::reference",
                                    "notify::comparison", NULL };
         *signal; signal++)
        g_signal_group_connect_swapped(self->document_signals, *signal,
                                       G_CALLBACK(update_sensitivity), self);
    g_signal_connect_object(self->opacity, "value-changed", G_CALLBACK(show_percent), self,
                            G_CONNECT_SWAPPED);
    show_percent(self);
    follow_canvas(self);
}

GtkWidget *volo_layer_bar_new(void)
{
    return g_object_new(VOLO_TYPE_LAYER_BAR, NULL);
}
