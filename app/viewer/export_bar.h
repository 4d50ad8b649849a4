/* SPDX-License-Identifier: Apache-2.0 */
/* VoloExportBar: how far the export of many pictures is, with a button that ends it. Main thread
 * only. */
#ifndef VOLO_VIEWER_EXPORT_BAR_H
#define VOLO_VIEWER_EXPORT_BAR_H

#include <gtk/gtk.h>

#include "app/viewer/export.h"

G_BEGIN_DECLS

#define VOLO_TYPE_EXPORT_BAR (volo_export_bar_get_type())
G_DECLARE_FINAL_TYPE(VoloExportBar, volo_export_bar, VOLO, EXPORT_BAR, GtkWidget)

/* Shows an export, whose references are taken, until NULL is set. */
void volo_export_bar_set_export(VoloExportBar *self, VoloExport *export, GCancellable *cancellable);

G_END_DECLS

#endif
