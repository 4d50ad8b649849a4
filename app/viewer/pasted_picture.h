/* SPDX-License-Identifier: Apache-2.0 */
/* A texture of the clipboard, or one that was dropped, as a picture: converted in a thread. */
#ifndef VOLO_VIEWER_PASTED_PICTURE_H
#define VOLO_VIEWER_PASTED_PICTURE_H

#include <volo/image.h>

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Alpha is laid on white. Main thread; done is called there. */
void volo_pasted_picture_async(GdkTexture *texture, GCancellable *cancellable,
                               GAsyncReadyCallback done, gpointer user);
/* The caller's reference; NULL and *error: too large, no memory, cancelled. */
VoloImage *volo_pasted_picture_finish(GAsyncResult *result, GError **error);

G_END_DECLS

#endif
