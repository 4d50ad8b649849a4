/* SPDX-License-Identifier: Apache-2.0 */
/* VoloFilmstrip: the pictures of a folder as a strip of thumbnails, the current one marked.
 * Thumbnails are asked for as they come into sight. Signal "chosen" (guint position): somebody
 * wants to see another one. Main thread only. */
#ifndef VOLO_VIEWER_FILMSTRIP_H
#define VOLO_VIEWER_FILMSTRIP_H

#include <gtk/gtk.h>

#include "app/viewer/folder.h"

G_BEGIN_DECLS

#define VOLO_TYPE_FILMSTRIP (volo_filmstrip_get_type())
G_DECLARE_FINAL_TYPE(VoloFilmstrip, volo_filmstrip, VOLO, FILMSTRIP, GtkWidget)

/* Once; a reference is taken. */
void volo_filmstrip_set_folder(VoloFilmstrip *self, VoloFolder *folder);

G_END_DECLS

#endif
