/* SPDX-License-Identifier: Apache-2.0 */
/* The window that asks what of a result is to be exported. Main thread only. */
#ifndef VOLO_VIEWER_EXPORT_DIALOG_H
#define VOLO_VIEWER_EXPORT_DIALOG_H

#include <adwaita.h>

#include "app/viewer/segmentation.h"

G_BEGIN_DECLS

#define VOLO_TYPE_EXPORT_DIALOG (volo_export_dialog_get_type())
G_DECLARE_FINAL_TYPE(VoloExportDialog, volo_export_dialog, VOLO, EXPORT_DIALOG, AdwWindow)

/* kinds: names of VOLO_DUMPS, at least one, ended by NULL; static, the array is borrowed. */
typedef void (*VoloKindsFn)(const char *const *kinds, gpointer user);

/* Shown over parent and gone with it. several: more than one kind can be chosen. What result has
 * nothing for cannot be chosen; NULL: everything can. */
void volo_export_dialog_show(GtkWindow *parent, gboolean several, VoloSegmentation *result,
                             VoloKindsFn chosen, gpointer user);

G_END_DECLS

#endif
