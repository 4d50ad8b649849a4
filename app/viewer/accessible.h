/* SPDX-License-Identifier: Apache-2.0 */
/* What people who hear the window are told, where GTK 4.8 does not say it by itself or says it
 * wrongly. Main thread only. */
#ifndef VOLO_VIEWER_ACCESSIBLE_H
#define VOLO_VIEWER_ACCESSIBLE_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For all that is below a widget: what a revealer or a stack does not show is hidden from screen
 * readers, too, and buttons are named without the underscore of their key. Once, when all of it is
 * there. */
void volo_accessible_finish(GtkWidget *below);

/* A flat button with an icon, one of several of which one is chosen. A reader hears of a radio
 * button called title. group: another of them, or NULL for the first. */
GtkWidget *volo_choice_button_new(const char *icon, const char *title, const char *hint,
                                  GtkWidget *group);

/* Names the first visible widget of a type below another one, which libraries made without a name.
 */
void volo_accessible_name_first(GtkWidget *below, GType type, const char *name);

/* What is inside of a list's row names the row, which is what has the focus. */
void volo_accessible_name_row(GtkWidget *inside, const char *name);

G_END_DECLS

#endif
