/* SPDX-License-Identifier: Apache-2.0 */
/* The menu of models: a list box over the store. */
#include "app/viewer/model_menu.h"

#include "app/viewer/model_page.h"
#include "app/viewer/model_row.h"
#include "app/viewer/panel_style.h"

struct _VoloModelMenu {
    GtkWidget parent;
    VoloModelStore *store;
    VoloDocument *document;
    VoloModelEntry *model, *second_model;
    GSignalGroup *document_signals;
    GtkWidget *list, *open, *about;
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
static guint chosen_signal;

/* --- what is chosen --- */

static void show_roles(VoloModelMenu *self)
{
    GtkListBoxRow *row = NULL;

    for (int i = 0; (row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(self->list), i)); i++) {
        VoloModelEntry *entry = volo_model_row_entry(VOLO_MODEL_ROW(row));

        volo_model_row_set_roles(VOLO_MODEL_ROW(row), entry == self->model,
                                 entry == self->second_model);
    }
    gtk_widget_set_sensitive(self->about, self->model != NULL);
}

static void set_model(VoloModelMenu *self, VoloModelEntry **place, VoloModelEntry *entry, guint id)
{
    if (g_set_object(place, entry))
        g_object_notify_by_pspec(G_OBJECT(self), properties[id]);
    show_roles(self);
}

static void follow_document(VoloModelMenu *self)
{
    set_model(self, &self->model, volo_document_model(self->document), PROP_MODEL);
    set_model(self, &self->second_model, volo_document_second_model(self->document),
              PROP_SECOND_MODEL);
}

static void on_activated(VoloModelMenu *self, GtkListBoxRow *row)
{
    VoloModelEntry *entry = volo_model_row_entry(VOLO_MODEL_ROW(row));

    set_model(self, &self->model, entry, PROP_MODEL);
    if (self->document)
        volo_document_set_model(self->document, entry);
    g_signal_emit(self, chosen_signal, 0);
}

static void on_row_second(VoloModelMenu *self, gboolean second, VoloModelRow *row)
{
    VoloModelEntry *entry = second ? volo_model_row_entry(row) : NULL;

    set_model(self, &self->second_model, entry, PROP_SECOND_MODEL);
    if (self->document)
        volo_document_set_second_model(self->document, entry);
    g_signal_emit(self, chosen_signal, 0);
}

/* --- buttons --- */

static void on_row_about(VoloModelMenu *self, VoloModelRow *row)
{
    VoloModelPage *page = volo_model_page_new(volo_model_row_entry(row));
    GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));

    if (GTK_IS_WINDOW(root))
        gtk_window_set_transient_for(GTK_WINDOW(page), GTK_WINDOW(root));
    g_signal_emit(self, chosen_signal, 0);
    gtk_window_present(GTK_WINDOW(page));
}

static void on_open(VoloModelMenu *self)
{
    g_signal_emit(self, chosen_signal, 0);
    gtk_widget_activate_action(GTK_WIDGET(self), "win.open-model", NULL);
}

static void on_about(VoloModelMenu *self)
{
    g_signal_emit(self, chosen_signal, 0);
    gtk_widget_activate_action(GTK_WIDGET(self), "win.model-page", NULL);
}

static GtkWidget *make_row(gpointer entry, gpointer user)
{
    VoloModelMenu *self = user;
    GtkWidget *row = volo_model_row_new(entry);

    volo_model_row_set_roles(VOLO_MODEL_ROW(row), entry == self->model,
                             entry == self->second_model);
    g_signal_connect_object(row, "second", G_CALLBACK(on_row_second), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(row, "about", G_CALLBACK(on_row_about), self, G_CONNECT_SWAPPED);
    return row;
}

static void set_store(VoloModelMenu *self, VoloModelStore *store)
{
    if (!g_set_object(&self->store, store))
        return;
    gtk_list_box_bind_model(GTK_LIST_BOX(self->list), store ? G_LIST_MODEL(store) : NULL, make_row,
                            self, NULL);
}

static void set_document(VoloModelMenu *self, VoloDocument *document)
{
    if (!g_set_object(&self->document, document))
        return;
    g_signal_group_set_target(self->document_signals, document);
    if (document)
        follow_document(self);
}

/* --- the object --- */

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
        set_store(self, g_value_get_object(value));
        break;
    case PROP_DOCUMENT:
        set_document(self, g_value_get_object(value));
        break;
    case PROP_MODEL:
        set_model(self, &self->model, g_value_get_object(value), id);
        break;
    case PROP_SECOND_MODEL:
        set_model(self, &self->second_model, g_value_get_object(value), id);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_model_menu_dispose(GObject *object)
{
    VoloModelMenu *self = VOLO_MODEL_MENU(object);

    if (self->list)
        gtk_list_box_bind_model(GTK_LIST_BOX(self->list), NULL, NULL, NULL, NULL);
    g_clear_object(&self->document_signals);
    volo_panel_dispose(GTK_WIDGET(self), VOLO_TYPE_MODEL_MENU);
    g_clear_object(&self->second_model);
    g_clear_object(&self->model);
    g_clear_object(&self->document);
    g_clear_object(&self->store);
    G_OBJECT_CLASS(volo_model_menu_parent_class)->dispose(object);
}

/* Its own lines reach from edge to edge of the popover. */
static void volo_model_menu_root(GtkWidget *widget)
{
    GtkWidget *popover = NULL;

    GTK_WIDGET_CLASS(volo_model_menu_parent_class)->root(widget);
    popover = gtk_widget_get_ancestor(widget, GTK_TYPE_POPOVER);
    if (popover)
        gtk_widget_add_css_class(popover, "models");
}

static void install_properties(GObjectClass *class)
{
    const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

    properties[PROP_STORE] = g_param_spec_object("store", NULL, NULL, VOLO_TYPE_MODEL_STORE, flags);
    properties[PROP_DOCUMENT] =
        g_param_spec_object("document", NULL, NULL, VOLO_TYPE_DOCUMENT, flags);
    properties[PROP_MODEL] = g_param_spec_object("model", NULL, NULL, VOLO_TYPE_MODEL_ENTRY, flags);
    properties[PROP_SECOND_MODEL] =
        g_param_spec_object("second-model", NULL, NULL, VOLO_TYPE_MODEL_ENTRY, flags);
    g_object_class_install_properties(class, PROPS, properties);
}

static void bind_children(GtkWidgetClass *class)
{
    gtk_widget_class_set_template_from_resource(class, VOLO_RESOURCES "/ui/model_menu.ui");
    gtk_widget_class_bind_template_child(class, VoloModelMenu, list);
    gtk_widget_class_bind_template_child(class, VoloModelMenu, open);
    gtk_widget_class_bind_template_child(class, VoloModelMenu, about);
    gtk_widget_class_bind_template_callback(class, on_activated);
    gtk_widget_class_bind_template_callback(class, on_open);
    gtk_widget_class_bind_template_callback(class, on_about);
}

static void volo_model_menu_class_init(VoloModelMenuClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    volo_panel_style_load();
    object_class->get_property = volo_model_menu_get_property;
    object_class->set_property = volo_model_menu_set_property;
    object_class->dispose = volo_model_menu_dispose;
    widget_class->root = volo_model_menu_root;
    install_properties(object_class);
    chosen_signal = g_signal_new("chosen", VOLO_TYPE_MODEL_MENU, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_css_name(widget_class, "modelmenu");
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BOX_LAYOUT);
    bind_children(widget_class);
}

static void volo_model_menu_init(VoloModelMenu *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    gtk_orientable_set_orientation(GTK_ORIENTABLE(gtk_widget_get_layout_manager(GTK_WIDGET(self))),
                                   GTK_ORIENTATION_VERTICAL);
    self->document_signals = g_signal_group_new(VOLO_TYPE_DOCUMENT);
    g_signal_group_connect_swapped(self->document_signals, "notify::model",
                                   G_CALLBACK(follow_document), self);
    g_signal_group_connect_swapped(self->document_signals, "notify::second-model",
                                   G_CALLBACK(follow_document), self);
    show_roles(self);
}

GtkWidget *volo_model_menu_new(void)
{
    return g_object_new(VOLO_TYPE_MODEL_MENU, NULL);
}
