/* SPDX-License-Identifier: Apache-2.0 */
/* VoloSwipeHandle: the line between the two sides of a comparison: dragged by the pointer, moved by
 * arrow keys. Signal "swiped" (double x): where it wants to be, in its parent's pixels; the parent
 * places it. */
#ifndef VOLO_VIEWER_SWIPE_HANDLE_H
#define VOLO_VIEWER_SWIPE_HANDLE_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VOLO_TYPE_SWIPE_HANDLE (volo_swipe_handle_get_type())
G_DECLARE_FINAL_TYPE(VoloSwipeHandle, volo_swipe_handle, VOLO, SWIPE_HANDLE, GtkWidget)

GtkWidget *volo_swipe_handle_new(void);
int volo_swipe_handle_width(void); /* of the area that can be grabbed; the line is in its middle */
/* A small step to the left or right; FALSE: no such direction. */
gboolean volo_swipe_handle_step(VoloSwipeHandle *self, GtkDirectionType direction);
/* Tells assistive technologies where the line is: 0..1. */
void volo_swipe_handle_tell(VoloSwipeHandle *self, double position);

G_END_DECLS

#endif
