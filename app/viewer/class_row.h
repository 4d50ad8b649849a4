/* SPDX-License-Identifier: Apache-2.0 */
/* VoloClassRow: the widget of a VoloClassItem: eye, swatch, name, IoU, share. Its signals "toggle"
 * and "solo" say what was clicked; a double click is a toggle, a toggle and a solo;
 * Alt and a click, or a long touch, is a solo. Main thread only. */
#ifndef VOLO_VIEWER_CLASS_ROW_H
#define VOLO_VIEWER_CLASS_ROW_H

#include <gtk/gtk.h>

#include "app/viewer/class_item.h"

G_BEGIN_DECLS

#define VOLO_TYPE_CLASS_ROW (volo_class_row_get_type())
G_DECLARE_FINAL_TYPE(VoloClassRow, volo_class_row, VOLO, CLASS_ROW, GtkWidget)

GtkWidget *volo_class_row_new(void);

/* A reference is taken; NULL: shows nothing. */
void volo_class_row_set_item(VoloClassRow *self, VoloClassItem *item);
VoloClassItem *volo_class_row_item(VoloClassRow *self); /* borrowed */

G_END_DECLS

#endif
