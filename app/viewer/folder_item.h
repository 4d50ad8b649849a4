/* SPDX-License-Identifier: Apache-2.0 */
/* What VoloFolder alone may ask of its items, and the making of their thumbnails. */
#ifndef VOLO_VIEWER_FOLDER_ITEM_H
#define VOLO_VIEWER_FOLDER_ITEM_H

#include "app/viewer/folder.h"

G_BEGIN_DECLS

/* One thread that makes thumbnails, and which items have one; counted. Main thread only. */
typedef struct Thumbnails Thumbnails;

Thumbnails *thumbnails_new(void);
Thumbnails *thumbnails_ref(Thumbnails *thumbnails);
void thumbnails_unref(Thumbnails *thumbnails);
guint thumbnails_kept(const Thumbnails *thumbnails);

VoloFolderItem *volo_folder_item_new(GFile *file, Thumbnails *thumbnails);

G_END_DECLS

#endif
