/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing files: the one door to GtkFileChooserNative. Main thread only. */
#ifndef VOLO_VIEWER_FILE_DIALOGS_H
#define VOLO_VIEWER_FILE_DIALOGS_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum VoloFileDialog {
    VOLO_DIALOG_PICTURES, /* one or more */
    VOLO_DIALOG_FOLDER,
    VOLO_DIALOG_PREDICTION,
    VOLO_DIALOG_TRUTH,
    VOLO_DIALOG_MODEL,
    VOLO_DIALOG_MODEL_FOLDER,
    VOLO_DIALOG_SAVE_PNG,
    VOLO_DIALOG_EXPORT_FOLDER,
    VOLO_DIALOGS,
} VoloFileDialog;

/* files: of GFile, at least one; borrowed. */
typedef void (*VoloFilesFn)(GListModel *files, gpointer user);

/* Shows a dialog over parent; chosen is called when something was chosen, unless parent is gone by
 * then. One dialog a window: another one replaces it. near: a file whose folder is shown first, or
 * NULL; name: what a new file will be called, or NULL. */
void volo_file_dialog_show(GtkWindow *parent, VoloFileDialog which, GFile *near, const char *name,
                           VoloFilesFn chosen, gpointer user);

/* For tests: from now on stand_in answers in place of a dialog; NULL: dialogs again. It calls
 * chosen with user, at once or never. */
typedef void (*VoloFileDialogFn)(VoloFileDialog which, VoloFilesFn chosen, gpointer user);
void volo_file_dialog_set_stand_in(VoloFileDialogFn stand_in);

G_END_DECLS

#endif
