/* SPDX-License-Identifier: Apache-2.0 */
/* ExportBar: see the header. */
#include "app/viewer/export_bar.h"

#include <glib/gi18n.h>

struct _VoloExportBar {
    GtkWidget parent;
    GtkRevealer *revealer;
    GtkLabel *label;
    GtkProgressBar *progress;
    VoloExport *export;
    GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE(VoloExportBar, volo_export_bar, GTK_TYPE_WIDGET)

static void follow(VoloExportBar *self)
{
    const guint total = volo_export_total(self->export);
    g_autofree char *text = total ? g_strdup_printf(_("Exporting %u of %u: %s"),
                                                    MIN(volo_export_done(self->export) + 1, total),
                                                    total, volo_export_name(self->export))
                                  : g_strdup(_("Looking for pictures…"));

    gtk_label_set_label(self->label, text);
    gtk_progress_bar_set_fraction(self->progress, volo_export_fraction(self->export));
}

void volo_export_bar_set_export(VoloExportBar *self, VoloExport *export, GCancellable *cancellable)
{
    static const char *const signals[] = { "notify::total", "notify::name", "notify::fraction" };

    if (self->export)
        g_signal_handlers_disconnect_by_data(self->export, self);
    g_set_object(&self->export, export);
    g_set_object(&self->cancellable, cancellable);
    gtk_revealer_set_reveal_child(self->revealer, export != NULL);
    for (gsize i = 0; export && i < G_N_ELEMENTS(signals); i++)
        g_signal_connect_object(export, signals[i], G_CALLBACK(follow), self, G_CONNECT_SWAPPED);
    if (export)
        follow(self);
}

static void cancel(GtkWidget *widget, const char *action, GVariant *parameter)
{
    (void)action;
    (void)parameter;
    g_cancellable_cancel(VOLO_EXPORT_BAR(widget)->cancellable);
}

static void volo_export_bar_dispose(GObject *object)
{
    VoloExportBar *self = VOLO_EXPORT_BAR(object);

    gtk_widget_dispose_template(GTK_WIDGET(object), VOLO_TYPE_EXPORT_BAR);
    g_clear_object(&self->export);
    g_clear_object(&self->cancellable);
    G_OBJECT_CLASS(volo_export_bar_parent_class)->dispose(object);
}

static void volo_export_bar_class_init(VoloExportBarClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = volo_export_bar_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/volo_suite/Viewer/ui/export_bar.ui");
    gtk_widget_class_bind_template_child(widget_class, VoloExportBar, revealer);
    gtk_widget_class_bind_template_child(widget_class, VoloExportBar, label);
    gtk_widget_class_bind_template_child(widget_class, VoloExportBar, progress);
    gtk_widget_class_install_action(widget_class, "export-bar.cancel", NULL, cancel);
}

static void volo_export_bar_init(VoloExportBar *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}
