/* SPDX-License-Identifier: Apache-2.0 */
/* VoloModelMenu: the child of a popover that lists the models, chooses one for the document or as
 * the one it is compared with, opens another and tells about each.
 *
 * Properties: "store" (VoloModelStore), "document" (VoloDocument), "model" and "second-model"
 * (VoloModelEntry, NULL: none; notify), which follow the document's. Choosing calls
 * volo_document_set_model or volo_document_set_second_model and emits "chosen", after which a
 * popover may close. Its buttons activate "win.open-model" and "win.model-page" (both without a
 * parameter); the button beside a model opens its page. Main thread only. */
#ifndef VOLO_VIEWER_MODEL_MENU_H
#define VOLO_VIEWER_MODEL_MENU_H

#include <gtk/gtk.h>

#include "app/viewer/document.h"
#include "app/viewer/model_store.h"

G_BEGIN_DECLS

#define VOLO_TYPE_MODEL_MENU (volo_model_menu_get_type())
G_DECLARE_FINAL_TYPE(VoloModelMenu, volo_model_menu, VOLO, MODEL_MENU, GtkWidget)

GtkWidget *volo_model_menu_new(void);

G_END_DECLS

#endif
