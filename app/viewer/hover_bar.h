/* SPDX-License-Identifier: Apache-2.0 */
/* VoloHoverBar: what is under the pointer: class, id, confidence, the two classes that come next,
 * and what the reference says. Main thread only. */
#ifndef VOLO_VIEWER_HOVER_BAR_H
#define VOLO_VIEWER_HOVER_BAR_H

#include <gtk/gtk.h>

#include "app/viewer/canvas.h"
#include "app/viewer/document.h"

G_BEGIN_DECLS

#define VOLO_TYPE_HOVER_BAR (volo_hover_bar_get_type())
G_DECLARE_FINAL_TYPE(VoloHoverBar, volo_hover_bar, VOLO, HOVER_BAR, GtkWidget)

GtkWidget *volo_hover_bar_new(void);

/* The pixel of the document's picture on one side of the canvas; x = -1 or document NULL: nothing
 * is shown, the bar keeps its place. */
void volo_hover_bar_show(VoloHoverBar *self, VoloDocument *document, int x, int y, VoloSide side);
/* The colours and hatches of a side, as VoloClassList has them; copied. NULL: the tables' own. */
void volo_hover_bar_set_look(VoloHoverBar *self, VoloSide side, const VoloLook *look);

/* Everything that the bar shows now as one line for a screen reader; "" when nothing. Borrowed. */
const char *volo_hover_bar_text(VoloHoverBar *self);

G_END_DECLS

#endif
