/* SPDX-License-Identifier: Apache-2.0 */
/* ClassList: see the header. */
#include "app/viewer/class_list.h"

struct _VoloClassList {
    GtkWidget parent;
    VoloDocument *document;
    int palette;
    gboolean hatching;
    gboolean absent_shown;
    VoloLook looks[2];
};

G_DEFINE_FINAL_TYPE(VoloClassList, volo_class_list, GTK_TYPE_WIDGET)

enum {
    PROP_DOCUMENT = 1,
    PROP_PALETTE,
    PROP_HATCHING,
    PROP_ABSENT_SHOWN,
    PROPS
};
static GParamSpec *properties[PROPS];

static void volo_class_list_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
    VoloClassList *self = VOLO_CLASS_LIST(object);

    switch (id) {
    case PROP_DOCUMENT:
        g_value_set_object(value, self->document);
        break;
    case PROP_PALETTE:
        g_value_set_int(value, self->palette);
        break;
    case PROP_HATCHING:
        g_value_set_boolean(value, self->hatching);
        break;
    case PROP_ABSENT_SHOWN:
        g_value_set_boolean(value, self->absent_shown);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_class_list_set_property(GObject *object, guint id, const GValue *value,
                                         GParamSpec *spec)
{
    VoloClassList *self = VOLO_CLASS_LIST(object);

    switch (id) {
    case PROP_DOCUMENT:
        g_set_object(&self->document, g_value_get_object(value));
        break;
    case PROP_PALETTE:
        self->palette = g_value_get_int(value);
        break;
    case PROP_HATCHING:
        self->hatching = g_value_get_boolean(value);
        break;
    case PROP_ABSENT_SHOWN:
        self->absent_shown = g_value_get_boolean(value);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_class_list_dispose(GObject *object)
{
    VoloClassList *self = VOLO_CLASS_LIST(object);

    (void)self;
    g_clear_object(&self->document);
    G_OBJECT_CLASS(volo_class_list_parent_class)->dispose(object);
}

static void volo_class_list_class_init(VoloClassListClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);

    object_class->dispose = volo_class_list_dispose;
    object_class->get_property = volo_class_list_get_property;
    object_class->set_property = volo_class_list_set_property;
    properties[PROP_DOCUMENT] = g_param_spec_object("document", NULL, NULL, VOLO_TYPE_DOCUMENT,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_PALETTE] = g_param_spec_int("palette", NULL, NULL, 0, VOLO_PALETTES - 1, 0,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_HATCHING] = g_param_spec_boolean("hatching", NULL, NULL, FALSE,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_ABSENT_SHOWN] = g_param_spec_boolean(
        "absent-shown", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, PROPS, properties);
    g_signal_new("look-changed", VOLO_TYPE_CLASS_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                 G_TYPE_NONE, 0);
    gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void volo_class_list_init(VoloClassList *self)
{
    (void)self;
}

GtkWidget *volo_class_list_new(void)
{
    return g_object_new(VOLO_TYPE_CLASS_LIST, NULL);
}

const VoloLook *volo_class_list_look(VoloClassList *self, VoloSide side)
{
    return &self->looks[side];
}
