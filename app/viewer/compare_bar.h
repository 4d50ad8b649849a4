/* SPDX-License-Identifier: Apache-2.0 */
/* VoloCompareBar: what the result is compared with, how the two share the window, and how well they
 * agree; opens a file of labels or takes a second model for it.
 *
 * Properties: "document" (VoloDocument), "canvas" (VoloCanvas), whose "arrangement" is bound both
 * ways, "store" (VoloModelStore), whose models can be second ones, and "second-model"
 * (VoloModelEntry, notifies; NULL: the truth), which follows the document's; choosing one here
 * calls volo_document_set_second_model. References are taken. The item for a file activates
 * "win.open-truth". Main thread only. */
#ifndef VOLO_VIEWER_COMPARE_BAR_H
#define VOLO_VIEWER_COMPARE_BAR_H

#include <gtk/gtk.h>

#include "app/viewer/canvas.h"
#include "app/viewer/document.h"
#include "app/viewer/model_store.h"

G_BEGIN_DECLS

#define VOLO_TYPE_COMPARE_BAR (volo_compare_bar_get_type())
G_DECLARE_FINAL_TYPE(VoloCompareBar, volo_compare_bar, VOLO, COMPARE_BAR, GtkWidget)

GtkWidget *volo_compare_bar_new(void);

G_END_DECLS

#endif
