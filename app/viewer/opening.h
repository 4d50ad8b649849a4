/* SPDX-License-Identifier: Apache-2.0 */
/* What files that were given together are: looked at in a thread. */
#ifndef VOLO_VIEWER_OPENING_H
#define VOLO_VIEWER_OPENING_H

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum VoloOpeningKind {
    VOLO_OPENING_PICTURE, /* one file, or one that is not there */
    VOLO_OPENING_PAIR,    /* two files: a picture, and a PNG of one channel: its labels */
    VOLO_OPENING_LIST,    /* several files, or folders */
} VoloOpeningKind;

typedef struct VoloOpening {
    VoloOpeningKind kind;
    GListModel *files; /* of GFile, as they were given */
    GFile *picture;    /* PICTURE, PAIR */
    GFile *labels;     /* PAIR */
} VoloOpening;

/* files: at least one. Main thread; done is called there. */
void volo_opening_look_async(GListModel *files, GCancellable *cancellable, GAsyncReadyCallback done,
                             gpointer user);
/* NULL only when it was cancelled. */
VoloOpening *volo_opening_look_finish(GAsyncResult *result, GError **error);
void volo_opening_free(VoloOpening *opening);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VoloOpening, volo_opening_free)

G_END_DECLS

#endif
