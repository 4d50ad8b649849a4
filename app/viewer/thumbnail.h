/* SPDX-License-Identifier: Apache-2.0 */
/* Small versions of pictures. Any thread. */
#ifndef VOLO_VIEWER_THUMBNAIL_H
#define VOLO_VIEWER_THUMBNAIL_H

#include <glib.h>

#include "app/viewer/decode/shrink.h"

G_BEGIN_DECLS

typedef struct VoloThumbnail {
    size_t height, width;
    GBytes *rgb; /* u8 [height,width,3]; NULL: none could be made */
} VoloThumbnail;

/* Reads a picture file; the bytes are the caller's reference. */
VoloThumbnail volo_thumbnail_load(const char *path);

G_END_DECLS

#endif
