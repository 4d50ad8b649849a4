/* SPDX-License-Identifier: Apache-2.0 */
/* VoloShareBar: what a picture consists of at a glance: a bar cut into the shares of its classes,
 * in their colours; hidden classes are hollow. A click on a part is its "toggle" (a signal with the
 * VoloClassItem). Main thread only. */
#ifndef VOLO_VIEWER_SHARE_BAR_H
#define VOLO_VIEWER_SHARE_BAR_H

#include <gtk/gtk.h>

#include "app/viewer/class_item.h"

G_BEGIN_DECLS

#define VOLO_TYPE_SHARE_BAR (volo_share_bar_get_type())
G_DECLARE_FINAL_TYPE(VoloShareBar, volo_share_bar, VOLO, SHARE_BAR, GtkWidget)

/* Of VoloClassItem, in their order; a reference is taken. */
void volo_share_bar_set_items(VoloShareBar *self, GListModel *items);
void volo_share_bar_update(VoloShareBar *self); /* figures have changed */

G_END_DECLS

#endif
