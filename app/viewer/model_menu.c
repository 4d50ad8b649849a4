/* SPDX-License-Identifier: Apache-2.0 */
/* ModelMenu: see the header. */
#include "app/viewer/model_menu.h"

struct _VoloModelMenu {
    GtkWidget parent;
    VoloModelStore *store;
    VoloDocument *document;
    VoloModelEntry *model;
    VoloModelEntry *second_model;
};

G_DEFINE_FINAL_TYPE(VoloModelMenu, volo_model_menu, GTK_TYPE_WIDGET)

enum {
    PROP_STORE = 1,
    PROP_DOCUMENT,
    PROP_MODEL,
    PROP_SECOND_MODEL,
    PROPS
};
static GParamSpec *properties[PROPS];

static void volo_model_menu_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
    VoloModelMenu *self = VOLO_MODEL_MENU(object);

    switch (id) {
    case PROP_STORE:
        g_value_set_object(value, self->store);
        break;
    case PROP_DOCUMENT:
        g_value_set_object(value, self->document);
        break;
    case PROP_MODEL:
        g_value_set_object(value, self->model);
        break;
    case PROP_SECOND_MODEL:
        g_value_set_object(value, self->second_model);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_model_menu_set_property(GObject *object, guint id, const GValue *value,
                                         GParamSpec *spec)
{
    VoloModelMenu *self = VOLO_MODEL_MENU(object);

    switch (id) {
    case PROP_STORE:
        g_set_object(&self->store, g_value_get_object(value));
        break;
    case PROP_DOCUMENT:
        g_set_object(&self->document, g_value_get_object(value));
        break;
    case PROP_MODEL:
        g_set_object(&self->model, g_value_get_object(value));
        break;
    case PROP_SECOND_MODEL:
        g_set_object(&self->second_model, g_value_get_object(value));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_model_menu_dispose(GObject *object)
{
    VoloModelMenu *self = VOLO_MODEL_MENU(object);

    (void)self;
    g_clear_object(&self->store);
    g_clear_object(&self->document);
    g_clear_object(&self->model);
    g_clear_object(&self->second_model);
    G_OBJECT_CLASS(volo_model_menu_parent_class)->dispose(object);
}

static void volo_model_menu_class_init(VoloModelMenuClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);

    object_class->dispose = volo_model_menu_dispose;
    object_class->get_property = volo_model_menu_get_property;
    object_class->set_property = volo_model_menu_set_property;
    properties[PROP_STORE] = g_param_spec_object("store", NULL, NULL, VOLO_TYPE_MODEL_STORE,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_DOCUMENT] = g_param_spec_object("document", NULL, NULL, VOLO_TYPE_DOCUMENT,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_MODEL] = g_param_spec_object("model", NULL, NULL, VOLO_TYPE_MODEL_ENTRY,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_SECOND_MODEL] =
        g_param_spec_object("second-model", NULL, NULL, VOLO_TYPE_MODEL_ENTRY,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, PROPS, properties);
    g_signal_new("chosen", VOLO_TYPE_MODEL_MENU, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                 G_TYPE_NONE, 0);
    gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void volo_model_menu_init(VoloModelMenu *self)
{
    (void)self;
}

GtkWidget *volo_model_menu_new(void)
{
    return g_object_new(VOLO_TYPE_MODEL_MENU, NULL);
}
