/* SPDX-License-Identifier: Apache-2.0 */
/* VoloBarBox: its children in a row where that is wide enough, else in a column, each in the
 * middle. Main thread only. */
#ifndef VOLO_VIEWER_BAR_BOX_H
#define VOLO_VIEWER_BAR_BOX_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VOLO_TYPE_BAR_BOX (volo_bar_box_get_type())
G_DECLARE_FINAL_TYPE(VoloBarBox, volo_bar_box, VOLO, BAR_BOX, GtkWidget)

G_END_DECLS

#endif
