/* SPDX-License-Identifier: Apache-2.0 */
/* VoloMessageBar: what failed, why, and what to do, in a bar above the picture. Main thread only.
 */
#ifndef VOLO_VIEWER_MESSAGE_BAR_H
#define VOLO_VIEWER_MESSAGE_BAR_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VOLO_TYPE_MESSAGE_BAR (volo_message_bar_get_type())
G_DECLARE_FINAL_TYPE(VoloMessageBar, volo_message_bar, VOLO, MESSAGE_BAR, GtkWidget)

/* Replaces what it shows. advice may be NULL or "". It offers to try again while "win.retry" can be
 * activated. */
void volo_message_bar_show(VoloMessageBar *self, const char *message, const char *advice);
void volo_message_bar_hide(VoloMessageBar *self);
gboolean volo_message_bar_is_shown(VoloMessageBar *self);

G_END_DECLS

#endif
