/* SPDX-License-Identifier: Apache-2.0 */
/* VoloModelStore: the models that can be chosen, a GListModel of VoloModelEntry: the default model,
 * those of the folders for models, those used lately. Main thread only. */
#ifndef VOLO_VIEWER_MODEL_STORE_H
#define VOLO_VIEWER_MODEL_STORE_H

#include <volo/model.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/* A model that may be opened. Properties that notify: "state", "title" (file name without ending,
 * or the folder's), "subtitle" (what is known: "volo_d1 · 150 classes · ADE20K · 118 MB"). */
typedef enum VoloModelState {
    VOLO_MODEL_CLOSED,
    VOLO_MODEL_OPENING,
    VOLO_MODEL_OPEN,
    VOLO_MODEL_FAILED,
} VoloModelState;

#define VOLO_TYPE_MODEL_ENTRY (volo_model_entry_get_type())
G_DECLARE_FINAL_TYPE(VoloModelEntry, volo_model_entry, VOLO, MODEL_ENTRY, GObject)

const char *volo_model_entry_path(VoloModelEntry *self);
const char *volo_model_entry_title(VoloModelEntry *self);
const char *volo_model_entry_subtitle(VoloModelEntry *self);
const char *volo_model_entry_message(VoloModelEntry *self); /* why it failed, or NULL */
VoloModelState volo_model_entry_state(VoloModelEntry *self);
/* Borrowed until the main loop goes on, unless the entry is in use. NULL unless OPEN. */
VoloModel *volo_model_entry_model(VoloModelEntry *self);

/* A model in use stays open; of those that are open and not in use a store keeps two and closes the
 * one that was let go longest ago. Calls are paired. */
void volo_model_entry_use(VoloModelEntry *self);
void volo_model_entry_unuse(VoloModelEntry *self);

#define VOLO_TYPE_MODEL_STORE (volo_model_store_get_type())
G_DECLARE_FINAL_TYPE(VoloModelStore, volo_model_store, VOLO, MODEL_STORE, GObject)

/* default_path: of the default model, or NULL. The list is the default model, those used lately
 * (the last first), then what the folders hold, by name. Property that notifies: "recent". */
VoloModelStore *volo_model_store_new(const char *default_path);
/* How models are opened from now on; copied, its strings are static. */
void volo_model_store_set_options(VoloModelStore *self, const VoloModelOptions *options);

/* Adds models found in a folder (weights files; folders with config.json) by looking at names only,
 * sorted; files of the same device and inode are one entry. A thread looks; they appear later. */
void volo_model_store_add_folder(VoloModelStore *self, const char *folder);
/* Paths of the models used lately, the last first; set once at the start from what was kept (a
 * path that is gone is left out), read when "recent" notifies. Ended by NULL; borrowed. */
void volo_model_store_set_recent(VoloModelStore *self, const char *const *paths);
const char *const *volo_model_store_recent(VoloModelStore *self);
/* Adds one file or folder in front of those used lately (or finds it); borrowed. */
VoloModelEntry *volo_model_store_add(VoloModelStore *self, const char *path);
VoloModelEntry *volo_model_store_default(VoloModelStore *self); /* borrowed; NULL: none */

/* Opens an entry's model in a thread. When it is open already the callback still comes later. One
 * that failed is tried again. Cancelling answers this caller; the model is opened all the same.
 * Errors: what volo_model_open says; UNSUPPORTED when the model makes no masks. */
void volo_model_entry_open_async(VoloModelEntry *self, GCancellable *cancellable,
                                 GAsyncReadyCallback done, gpointer user);
gboolean volo_model_entry_open_finish(VoloModelEntry *self, GAsyncResult *result, GError **error);

G_END_DECLS

#endif
