/* SPDX-License-Identifier: Apache-2.0 */
/* The panels' style sheet and icons, and their end. */
#include "app/viewer/panel_style.h"

void volo_panel_style_load(void)
{
    static gboolean loaded;
    GdkDisplay *display = gdk_display_get_default();
    GtkCssProvider *sheet = NULL;

    if (loaded || !display)
        return;
    loaded = TRUE;
    gtk_icon_theme_add_resource_path(gtk_icon_theme_get_for_display(display),
                                     VOLO_RESOURCES "/icons");
    sheet = gtk_css_provider_new();
    gtk_css_provider_load_from_resource(sheet, VOLO_RESOURCES "/style-panels.css");
    gtk_style_context_add_provider_for_display(display, GTK_STYLE_PROVIDER(sheet),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    g_object_unref(sheet);
}

/* The template's own end leaves children that have no name in the code. */
void volo_panel_dispose(GtkWidget *panel, GType type)
{
    GtkWidget *child = NULL;

    gtk_widget_dispose_template(panel, type);
    while ((child = gtk_widget_get_first_child(panel)))
        gtk_widget_unparent(child);
}
