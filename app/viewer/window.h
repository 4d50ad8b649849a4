/* SPDX-License-Identifier: Apache-2.0 */
/* VoloWindow: a picture, its segmentation and all that can be done with them. Wires the document to
 * the canvas and the panels. Main thread only. */
#ifndef VOLO_VIEWER_WINDOW_H
#define VOLO_VIEWER_WINDOW_H

#include "app/viewer/application.h"
#include "app/viewer/canvas.h"
#include "app/viewer/document.h"
#include "app/viewer/folder.h"

G_BEGIN_DECLS

#define VOLO_TYPE_WINDOW (volo_window_get_type())
G_DECLARE_FINAL_TYPE(VoloWindow, volo_window, VOLO, WINDOW, AdwApplicationWindow)

VoloWindow *volo_window_new(VoloApplication *application);

/* One picture is shown among those of its folder; several files, and folders, are shown one after
 * the other; a picture together with a file of labels is shown with these as its prediction. */
void volo_window_open(VoloWindow *self, GListModel *files);
void volo_window_open_file(VoloWindow *self, GFile *file);
gboolean volo_window_is_empty(VoloWindow *self); /* nothing was opened, or asked for */

/* Writes the result as a kind of VOLO_DUMPS (static names), or those of all pictures of the folder,
 * as volo-segment does: FOLDER/KIND/...png. The window tells how that goes. */
void volo_window_export_to(VoloWindow *self, const char *kind, GFile *target);
void volo_window_export_all_to(VoloWindow *self, const char *const *kinds, GFile *folder);

/* A passing message at the lower edge. */
void volo_window_toast(VoloWindow *self, const char *text);
const char *volo_window_told(VoloWindow *self); /* the one that is shown, borrowed; or NULL */

/* Its parts; borrowed. */
VoloDocument *volo_window_document(VoloWindow *self);
VoloCanvas *volo_window_canvas(VoloWindow *self);
VoloFolder *volo_window_folder(VoloWindow *self);
GSettings *volo_window_settings(VoloWindow *self);

G_END_DECLS

#endif
