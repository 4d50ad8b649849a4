/* SPDX-License-Identifier: Apache-2.0 */
/* ExportDialog: see the header. */
#include "app/viewer/export_dialog.h"

#include "app/viewer/accessible.h"
#include "app/viewer/export.h"

#include <volo/registry.h>

#include <glib/gi18n.h>

#define USUAL_KIND "overlay"

struct _VoloExportDialog {
    AdwWindow parent;
    AdwPreferencesGroup *kinds;
    GPtrArray *checks; /* of GtkCheckButton, in the order of the registry */
    VoloKindsFn chosen;
    gpointer user;
};

G_DEFINE_FINAL_TYPE(VoloExportDialog, volo_export_dialog, ADW_TYPE_WINDOW)

/* What people call a kind; others are called as in the registry. */
static const struct {
    const char *kind, *title, *subtitle;
} words[] = {
    { "color", N_("Colors"), N_("Each class in its color") },
    { "confidence", N_("Confidence"), N_("How sure the network is, as grey levels") },
    { "contour", N_("Outlines"), N_("The picture with the edges of its regions") },
    { "entropy", N_("Entropy"), N_("How torn the network is, as grey levels") },
    { "labelid", N_("Label IDs"), N_("The IDs of the data set, for evaluation servers") },
    { "legend", N_("Overlay with Legend"), N_("With names of classes and their shares") },
    { "overlay", N_("Overlay"), N_("The picture with colors laid over it") },
    { "palette", N_("Indexed Colors"), N_("Class indices with a palette") },
    { "trainid", N_("Class Indices"), N_("One number for each class, for training") },
};

static GtkWidget *make_row(const VoloRegistryEntry *kind, GtkWidget *check)
{
    GtkWidget *row = adw_action_row_new();
    const char *title = kind->name, *subtitle = kind->summary;

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_str_equal(words[i].kind, kind->name)) {
            title = _(words[i].title);
            subtitle = _(words[i].subtitle);
        }
    }
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
    adw_action_row_set_subtitle(ADW_ACTION_ROW(row), subtitle);
    adw_action_row_add_prefix(ADW_ACTION_ROW(row), check);
    adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), check);
    gtk_accessible_update_property(GTK_ACCESSIBLE(check), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
    return row;
}

/* Nothing chosen: nothing to go on with. */
static void follow_checks(VoloExportDialog *self)
{
    gboolean any = FALSE;

    for (guint i = 0; i < self->checks->len; i++)
        any |= gtk_check_button_get_active(self->checks->pdata[i]);
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "export.go-on", any);
}

static void add_kind(VoloExportDialog *self, const VoloRegistryEntry *kind, gboolean several,
                     gboolean possible)
{
    GtkWidget *check = gtk_check_button_new();
    GtkWidget *row = make_row(kind, check);

    gtk_widget_set_valign(check, GTK_ALIGN_CENTER);
    if (!several && self->checks->len)
        gtk_check_button_set_group(GTK_CHECK_BUTTON(check), self->checks->pdata[0]);
    gtk_widget_set_sensitive(row, possible);
    g_ptr_array_add(self->checks, check);
    adw_preferences_group_add(self->kinds, row);
    gtk_check_button_set_active(GTK_CHECK_BUTTON(check),
                                g_str_equal(kind->name, USUAL_KIND) && possible);
    g_signal_connect_object(check, "toggled", G_CALLBACK(follow_checks), self, G_CONNECT_SWAPPED);
}

static void go_on(GtkWidget *widget, const char *action, GVariant *parameter)
{
    VoloExportDialog *self = VOLO_EXPORT_DIALOG(widget);
    g_autoptr(GPtrArray) kinds = g_ptr_array_new();
    const VoloKindsFn chosen = self->chosen;
    gpointer user = self->user;

    (void)action;
    (void)parameter;
    for (guint i = 0; i < self->checks->len; i++) {
        if (gtk_check_button_get_active(self->checks->pdata[i]))
            g_ptr_array_add(kinds, (gpointer)volo_registry_entry(VOLO_DUMPS, i).name);
    }
    g_ptr_array_add(kinds, NULL);
    gtk_window_destroy(GTK_WINDOW(self));
    chosen((const char *const *)kinds->pdata, user);
}

static void volo_export_dialog_dispose(GObject *object)
{
    VoloExportDialog *self = VOLO_EXPORT_DIALOG(object);

    g_clear_pointer(&self->checks, g_ptr_array_unref);
    gtk_widget_dispose_template(GTK_WIDGET(object), VOLO_TYPE_EXPORT_DIALOG);
    G_OBJECT_CLASS(volo_export_dialog_parent_class)->dispose(object);
}

static void volo_export_dialog_class_init(VoloExportDialogClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = volo_export_dialog_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/volo_suite/Viewer/ui/export_dialog.ui");
    gtk_widget_class_bind_template_child(widget_class, VoloExportDialog, kinds);
    gtk_widget_class_install_action(widget_class, "export.go-on", NULL, go_on);
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void volo_export_dialog_init(VoloExportDialog *self)
{
    self->checks = g_ptr_array_new();
    gtk_widget_init_template(GTK_WIDGET(self));
}

void volo_export_dialog_show(GtkWindow *parent, gboolean several, VoloSegmentation *result,
                             VoloKindsFn chosen, gpointer user)
{
    VoloExportDialog *self = g_object_new(VOLO_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);

    self->chosen = chosen;
    self->user = user;
    if (several)
        gtk_window_set_title(GTK_WINDOW(self), _("Export All Pictures"));
    for (size_t i = 0; i < volo_registry_count(VOLO_DUMPS); i++) {
        const VoloRegistryEntry kind = volo_registry_entry(VOLO_DUMPS, i);

        add_kind(self, &kind, several, !result || volo_export_is_possible(kind.name, result));
    }
    follow_checks(self);
    volo_accessible_name_first(GTK_WIDGET(self->kinds), GTK_TYPE_LIST_BOX, _("Kinds of files"));
    volo_accessible_finish(GTK_WIDGET(self));
    gtk_window_present(GTK_WINDOW(self));
}
