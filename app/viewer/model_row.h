/* SPDX-License-Identifier: Apache-2.0 */
/* VoloModelRow: a model in the menu of models. Signals: "second" (gboolean: to compare with it, or
 * no longer), "about". Main thread only. */
#ifndef VOLO_VIEWER_MODEL_ROW_H
#define VOLO_VIEWER_MODEL_ROW_H

#include <gtk/gtk.h>

#include "app/viewer/model_store.h"

G_BEGIN_DECLS

#define VOLO_TYPE_MODEL_ROW (volo_model_row_get_type())
G_DECLARE_FINAL_TYPE(VoloModelRow, volo_model_row, VOLO, MODEL_ROW, GtkListBoxRow)

GtkWidget *volo_model_row_new(VoloModelEntry *entry); /* a reference is taken */
VoloModelEntry *volo_model_row_entry(VoloModelRow *self);
/* Whether it is the document's model, or the one that is compared with. */
void volo_model_row_set_roles(VoloModelRow *self, gboolean first, gboolean second);

G_END_DECLS

#endif
