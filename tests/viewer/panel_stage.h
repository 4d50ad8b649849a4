/* SPDX-License-Identifier: Apache-2.0 */
/* Shows a widget in a window of its own, finds what is in it, presses keys. With
 * VOLO_PICTURES=FOLDER in the environment tests leave pictures of what they show there. */
#ifndef VOLO_TESTS_PANEL_STAGE_H
#define VOLO_TESTS_PANEL_STAGE_H

#include <gtk/gtk.h>

/* A window of that size around the widget, mapped and drawn. */
GtkWindow *stage_show(GtkWidget *widget, int width, int height);
void stage_settle(void); /* until nothing is left to do and some frames are drawn */
void stage_close(GtkWindow *window);

/* The index-th widget of that type below another one that can be seen, depth first; NULL: none. */
GtkWidget *stage_find(GtkWidget *below, GType type, guint index);
/* The texts of labels that can be seen, each in brackets: "[road][98.1 %]". Freed by the caller. */
char *stage_text(GtkWidget *below);
/* What a key controller of the widget says; FALSE: nobody wanted it. */
gboolean stage_press(GtkWidget *widget, guint key);
/* A click that a gesture of the widget sees, the presses-th of a series. */
void stage_click(GtkWidget *widget, int presses);
void stage_picture(gpointer shown, const char *name); /* of a window or a popover */
void stage_dark(gboolean dark);

/* Releases and tells whether nothing else holds it. */
gboolean stage_is_last(gpointer object);

#endif
