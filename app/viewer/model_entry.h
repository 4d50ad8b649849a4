/* SPDX-License-Identifier: Apache-2.0 */
/* What VoloModelStore alone may ask of its entries. */
#ifndef VOLO_VIEWER_MODEL_ENTRY_H
#define VOLO_VIEWER_MODEL_ENTRY_H

#include "app/common/inputs.h"
#include "app/viewer/model_store.h"

G_BEGIN_DECLS

/* A model at that path, which need not be there. bytes: of its file; 0: not known. */
VoloModelEntry *volo_model_entry_new(const char *path, const FileId *id, guint64 bytes);
/* Before it is opened; copied, its strings are static. */
void volo_model_entry_set_options(VoloModelEntry *self, const VoloModelOptions *options);
/* Whether both are the same file. */
gboolean volo_model_entry_is(VoloModelEntry *self, const char *path, const FileId *id);

/* Whether it is open and nobody uses it; since when (microseconds of the monotonic clock). Property
 * "idle" notifies. */
gboolean volo_model_entry_is_idle(VoloModelEntry *self, gint64 *ret_since);
void volo_model_entry_close(VoloModelEntry *self); /* that is idle: CLOSED */

G_END_DECLS

#endif
