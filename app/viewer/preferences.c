/* SPDX-License-Identifier: Apache-2.0 */
/* Preferences: see the header. */
#include "app/viewer/preferences.h"

#include "app/viewer/accessible.h"
#include "app/viewer/file_dialogs.h"

#include <glib/gi18n.h>

struct _VoloPreferences {
    AdwPreferencesWindow parent;
    AdwComboRow *appearance, *palette;
    GtkSwitch *hatching;
    GtkAdjustment *opacity, *threads;
    AdwActionRow *folder;
    GtkWidget *forget;
    VoloApplication *application;
    GSettings *settings;
};

G_DEFINE_FINAL_TYPE(VoloPreferences, volo_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* --- choices by name: the position in the row is the number of the name in the schema --- */

static gboolean position_from_name(GValue *value, GVariant *name, gpointer user)
{
    const char *const *names = user;
    guint position = 0;

    while (names[position] && !g_str_equal(names[position], g_variant_get_string(name, NULL)))
        position++;
    g_value_set_uint(value, position);
    return names[position] != NULL;
}

static GVariant *name_from_position(const GValue *value, const GVariantType *type, gpointer user)
{
    const char *const *names = user;
    const guint position = g_value_get_uint(value);

    (void)type;
    return position == GTK_INVALID_LIST_POSITION ? NULL : g_variant_new_string(names[position]);
}

static void bind_settings(VoloPreferences *self)
{
    static const char *const appearances[] = { "system", "light", "dark", NULL };
    static const char *const palettes[] = { "model", "cityscapes", "ade20k", "safe", NULL };

    g_settings_bind_with_mapping(self->settings, "appearance", self->appearance, "selected",
                                 G_SETTINGS_BIND_DEFAULT, position_from_name, name_from_position,
                                 (gpointer)appearances, NULL);
    g_settings_bind_with_mapping(self->settings, "palette", self->palette, "selected",
                                 G_SETTINGS_BIND_DEFAULT, position_from_name, name_from_position,
                                 (gpointer)palettes, NULL);
    g_settings_bind(self->settings, "hatching", self->hatching, "active", G_SETTINGS_BIND_DEFAULT);
    g_settings_bind(self->settings, "opacity", self->opacity, "value", G_SETTINGS_BIND_DEFAULT);
    g_settings_bind(self->settings, "threads", self->threads, "value", G_SETTINGS_BIND_DEFAULT);
}

/* GTK 4.8 tells readers of such a row, but not what is chosen in it. */
static void describe_choice(AdwComboRow *row)
{
    GObject *item = adw_combo_row_get_selected_item(row);

    if (GTK_IS_STRING_OBJECT(item))
        gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       gtk_string_object_get_string(GTK_STRING_OBJECT(item)), -1);
}

static void describe_choices(VoloPreferences *self)
{
    AdwComboRow *const rows[] = { self->appearance, self->palette };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_signal_connect(rows[i], "notify::selected-item", G_CALLBACK(describe_choice), NULL);
        describe_choice(rows[i]);
    }
}

/* --- the folder of models --- */

/* What is wrong is said in the row itself: a toast would be AdwToastOverlay's (volo_window_toast).
 */
static void show_folder(VoloPreferences *self, const char *text, gboolean wrong)
{
    g_autofree char *markup = g_markup_escape_text(text, -1);

    adw_action_row_set_subtitle(self->folder, markup);
    if (wrong)
        gtk_widget_add_css_class(GTK_WIDGET(self->folder), "error");
    else
        gtk_widget_remove_css_class(GTK_WIDGET(self->folder), "error");
}

static void follow_folder(VoloPreferences *self)
{
    g_autofree char *folder = g_settings_get_string(self->settings, "model-folder");
    g_autofree char *shown = g_filename_display_name(folder);

    show_folder(self, *shown ? shown : _("None"), FALSE);
    gtk_widget_set_visible(self->forget, *folder != '\0');
}

static void use_folder(GListModel *files, gpointer user)
{
    VoloPreferences *self = user;
    g_autoptr(GFile) file = g_list_model_get_item(files, 0);
    g_autofree char *path = g_file_get_path(file);

    if (!path || !g_utf8_validate(path, -1, NULL)) {
        show_folder(self, _("This folder cannot be used"), TRUE);
        return;
    }
    g_settings_set_string(self->settings, "model-folder", path);
    follow_folder(self); /* also when it is the one that it was */
    volo_model_store_add_folder(volo_application_models(self->application), path);
}

static void choose_folder(GtkWidget *widget, const char *action, GVariant *parameter)
{
    (void)action;
    (void)parameter;
    volo_file_dialog_show(GTK_WINDOW(widget), VOLO_DIALOG_MODEL_FOLDER, NULL, NULL, use_folder,
                          widget);
}

static void forget_folder(GtkWidget *widget, const char *action, GVariant *parameter)
{
    (void)action;
    (void)parameter;
    g_settings_reset(VOLO_PREFERENCES(widget)->settings, "model-folder");
}

/* --- life --- */

static void volo_preferences_dispose(GObject *object)
{
    VoloPreferences *self = VOLO_PREFERENCES(object);

    gtk_widget_dispose_template(GTK_WIDGET(object), VOLO_TYPE_PREFERENCES);
    g_clear_object(&self->settings);
    g_clear_object(&self->application);
    G_OBJECT_CLASS(volo_preferences_parent_class)->dispose(object);
}

#define CHILD(name) gtk_widget_class_bind_template_child(widget_class, VoloPreferences, name)

static void volo_preferences_class_init(VoloPreferencesClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = volo_preferences_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/volo_suite/Viewer/ui/preferences.ui");
    CHILD(appearance);
    CHILD(palette);
    CHILD(hatching);
    CHILD(opacity);
    CHILD(threads);
    CHILD(folder);
    CHILD(forget);
    gtk_widget_class_install_action(widget_class, "preferences.choose-folder", NULL, choose_folder);
    gtk_widget_class_install_action(widget_class, "preferences.forget-folder", NULL, forget_folder);
}

#undef CHILD

static void volo_preferences_init(VoloPreferences *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

VoloPreferences *volo_preferences_new(VoloApplication *application)
{
    VoloPreferences *self = g_object_new(VOLO_TYPE_PREFERENCES, NULL);

    self->application = g_object_ref(application);
    self->settings = g_object_ref(volo_application_settings(application));
    bind_settings(self);
    g_signal_connect_object(self->settings, "changed::model-folder", G_CALLBACK(follow_folder),
                            self, G_CONNECT_SWAPPED);
    follow_folder(self);
    describe_choices(self);
    volo_accessible_finish(GTK_WIDGET(self));
    return self;
}
