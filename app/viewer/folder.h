/* SPDX-License-Identifier: Apache-2.0 */
/* VoloFolder: the pictures among which one can go back and forth, a GListModel of VoloFolderItem:
 * those in the folder of an opened picture, or a list of files that was given. Read in a thread;
 * 10,000 files are no burden. Names sort as people do: picture 9 before picture 10. Main thread
 * only. */
#ifndef VOLO_VIEWER_FOLDER_H
#define VOLO_VIEWER_FOLDER_H

#include <gdk/gdk.h>
#include <gio/gio.h>

G_BEGIN_DECLS

#define VOLO_TYPE_FOLDER_ITEM (volo_folder_item_get_type())
G_DECLARE_FINAL_TYPE(VoloFolderItem, volo_folder_item, VOLO, FOLDER_ITEM, GObject)

GFile *volo_folder_item_file(VoloFolderItem *self);
const char *volo_folder_item_title(VoloFolderItem *self);
/* Properties that notify: "thumbnail" (GdkTexture), and "title", "file", which never change. NULL
 * until asked for and made, or when the file is no picture. Made by threads of their own, latest
 * wish first; kept for the 500 asked for last. */
GdkTexture *volo_folder_item_thumbnail(VoloFolderItem *self);
void volo_folder_item_want_thumbnail(VoloFolderItem *self);

#define VOLO_TYPE_FOLDER (volo_folder_get_type())
G_DECLARE_FINAL_TYPE(VoloFolder, volo_folder, VOLO, FOLDER, GObject)

#define VOLO_FOLDER_NOWHERE G_MAXUINT32 /* GTK_INVALID_LIST_POSITION */

VoloFolder *volo_folder_new(void);

/* Lists the folder of a picture and makes it current; lists what files (pictures and folders, which
 * are walked like volo-segment does) there are and makes the first current. Properties that
 * notify: "listing" (bool) and "current" (guint, VOLO_FOLDER_NOWHERE: none; it can be set). A
 * folder that changes is listed anew; the current file stays the current one, and when it is gone
 * its successor becomes that. */
void volo_folder_show_beside(VoloFolder *self, GFile *picture);
void volo_folder_show_files(VoloFolder *self, GListModel *files);
void volo_folder_clear(VoloFolder *self);

gboolean volo_folder_listing(VoloFolder *self);
guint volo_folder_current(VoloFolder *self);
void volo_folder_set_current(VoloFolder *self, guint position);
/* The file step places on; NULL: beyond an end. Borrowed. */
GFile *volo_folder_neighbour(VoloFolder *self, int step);

G_END_DECLS

#endif
