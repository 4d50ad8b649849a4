/* SPDX-License-Identifier: Apache-2.0 */
/* What all panels need: their style sheet and icons out of the resources, and their end. Main
 * thread only. */
#ifndef VOLO_VIEWER_PANEL_STYLE_H
#define VOLO_VIEWER_PANEL_STYLE_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VOLO_RESOURCES "/io/github/volo_suite/Viewer"

/* Gives the display style sheet and icons; more than once is once. Every panel's class calls it. */
void volo_panel_style_load(void);
/* For a panel's dispose: lets go of the template and all children. */
void volo_panel_dispose(GtkWidget *panel, GType type);

G_END_DECLS

#endif
