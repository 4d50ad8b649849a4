/* SPDX-License-Identifier: Apache-2.0 */
/* VoloClassList: the legend. The classes that the document's result (and its reference) have, with
 * colour, hatching, name, share of the picture and IoU; a class is hidden or shown alone here, and
 * stays so, by its name, for the pictures and models that follow.
 *
 * Properties that notify: "document" (VoloDocument), "palette" (int, a VoloPalette), "hatching"
 * (bool), "absent-shown" (bool: classes without a pixel have rows too), "sorting" (int: 0 by share,
 * 1 by IoU, 2 by name), "hidden-classes" (GStrv, as VoloClassChoice writes it, for a setting).
 * Signal "look-changed": what volo_class_list_look returns has changed. Main thread only. */
#ifndef VOLO_VIEWER_CLASS_LIST_H
#define VOLO_VIEWER_CLASS_LIST_H

#include <gtk/gtk.h>

#include "app/viewer/canvas.h"
#include "app/viewer/document.h"

G_BEGIN_DECLS

#define VOLO_TYPE_CLASS_LIST (volo_class_list_get_type())
G_DECLARE_FINAL_TYPE(VoloClassList, volo_class_list, VOLO, CLASS_LIST, GtkWidget)

GtkWidget *volo_class_list_new(void);

/* How the labels of the document's result (first side) and of its reference (second side) are to be
 * painted now; classes of one name look the same on both. Borrowed, valid until "look-changed". */
const VoloLook *volo_class_list_look(VoloClassList *self, VoloSide side);

/* Hides a class of that name or shows it again; shows it alone, or all when it was alone. */
void volo_class_list_toggle(VoloClassList *self, const char *class_name);
void volo_class_list_solo(VoloClassList *self, const char *class_name);
void volo_class_list_show_all(VoloClassList *self);
void volo_class_list_hide_all(VoloClassList *self); /* those to come, too */
/* Puts the keyboard's focus into the search field. */
void volo_class_list_search(VoloClassList *self);

G_END_DECLS

#endif
