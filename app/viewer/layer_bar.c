/* SPDX-License-Identifier: Apache-2.0 */
/* LayerBar: see the header. */
#include "app/viewer/layer_bar.h"

struct _VoloLayerBar {
    GtkWidget parent;
    VoloCanvas *canvas;
    VoloDocument *document;
};

G_DEFINE_FINAL_TYPE(VoloLayerBar, volo_layer_bar, GTK_TYPE_WIDGET)

enum {
    PROP_CANVAS = 1,
    PROP_DOCUMENT,
    PROPS
};
static GParamSpec *properties[PROPS];

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
        g_set_object(&self->canvas, g_value_get_object(value));
        break;
    case PROP_DOCUMENT:
        g_set_object(&self->document, g_value_get_object(value));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_layer_bar_dispose(GObject *object)
{
    VoloLayerBar *self = VOLO_LAYER_BAR(object);

    (void)self;
    g_clear_object(&self->canvas);
    g_clear_object(&self->document);
    G_OBJECT_CLASS(volo_layer_bar_parent_class)->dispose(object);
}

static void volo_layer_bar_class_init(VoloLayerBarClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);

    object_class->dispose = volo_layer_bar_dispose;
    object_class->get_property = volo_layer_bar_get_property;
    object_class->set_property = volo_layer_bar_set_property;
    properties[PROP_CANVAS] = g_param_spec_object("canvas", NULL, NULL, VOLO_TYPE_CANVAS,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_DOCUMENT] = g_param_spec_object("document", NULL, NULL, VOLO_TYPE_DOCUMENT,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, PROPS, properties);
    gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void volo_layer_bar_init(VoloLayerBar *self)
{
    (void)self;
}

GtkWidget *volo_layer_bar_new(void)
{
    return g_object_new(VOLO_TYPE_LAYER_BAR, NULL);
}
