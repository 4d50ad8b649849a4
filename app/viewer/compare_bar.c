/* SPDX-License-Identifier: Apache-2.0 */
/* CompareBar: see the header. */
#include "app/viewer/compare_bar.h"

struct _VoloCompareBar {
    GtkWidget parent;
    VoloDocument *document;
    VoloCanvas *canvas;
    VoloModelStore *store;
};

G_DEFINE_FINAL_TYPE(VoloCompareBar, volo_compare_bar, GTK_TYPE_WIDGET)

enum {
    PROP_DOCUMENT = 1,
    PROP_CANVAS,
    PROP_STORE,
    PROPS
};
static GParamSpec *properties[PROPS];

static void volo_compare_bar_get_property(GObject *object, guint id, GValue *value,
                                          GParamSpec *spec)
{
    VoloCompareBar *self = VOLO_COMPARE_BAR(object);

    switch (id) {
    case PROP_DOCUMENT:
        g_value_set_object(value, self->document);
        break;
    case PROP_CANVAS:
        g_value_set_object(value, self->canvas);
        break;
    case PROP_STORE:
        g_value_set_object(value, self->store);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_compare_bar_set_property(GObject *object, guint id, const GValue *value,
                                          GParamSpec *spec)
{
    VoloCompareBar *self = VOLO_COMPARE_BAR(object);

    switch (id) {
    case PROP_DOCUMENT:
        g_set_object(&self->document, g_value_get_object(value));
        break;
    case PROP_CANVAS:
        g_set_object(&self->canvas, g_value_get_object(value));
        break;
    case PROP_STORE:
        g_set_object(&self->store, g_value_get_object(value));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_compare_bar_dispose(GObject *object)
{
    VoloCompareBar *self = VOLO_COMPARE_BAR(object);

    (void)self;
    g_clear_object(&self->document);
    g_clear_object(&self->canvas);
    g_clear_object(&self->store);
    G_OBJECT_CLASS(volo_compare_bar_parent_class)->dispose(object);
}

static void volo_compare_bar_class_init(VoloCompareBarClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);

    object_class->dispose = volo_compare_bar_dispose;
    object_class->get_property = volo_compare_bar_get_property;
    object_class->set_property = volo_compare_bar_set_property;
    properties[PROP_DOCUMENT] = g_param_spec_object("document", NULL, NULL, VOLO_TYPE_DOCUMENT,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_CANVAS] = g_param_spec_object("canvas", NULL, NULL, VOLO_TYPE_CANVAS,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_STORE] = g_param_spec_object("store", NULL, NULL, VOLO_TYPE_MODEL_STORE,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, PROPS, properties);
    gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void volo_compare_bar_init(VoloCompareBar *self)
{
    (void)self;
}

GtkWidget *volo_compare_bar_new(void)
{
    return g_object_new(VOLO_TYPE_COMPARE_BAR, NULL);
}
