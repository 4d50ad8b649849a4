/* SPDX-License-Identifier: Apache-2.0 */
/* VoloPixelPool: buffers of textures, used again. A frame's pixels are some megabytes, which malloc
 * would ask of the kernel and give back for each frame, a millisecond every time.
 *
 * Any thread: a texture may be dropped by a renderer's. */
#ifndef VOLO_VIEWER_PIXEL_POOL_H
#define VOLO_VIEWER_PIXEL_POOL_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct VoloPixelPool VoloPixelPool;

VoloPixelPool *volo_pixel_pool_new(void);
/* Buffers that are still in use live on until they are dropped. NULL is allowed. */
void volo_pixel_pool_unref(VoloPixelPool *pool);

/* At least so many bytes of anything; NULL: no memory. For volo_pixel_pool_wrap or _give_back. */
guint8 *volo_pixel_pool_take(VoloPixelPool *pool, gsize size);
/* The first size bytes; the buffer returns to the pool with the last reference. */
GBytes *volo_pixel_pool_wrap(VoloPixelPool *pool, guint8 *pixels, gsize size);
void volo_pixel_pool_give_back(VoloPixelPool *pool, guint8 *pixels); /* NULL is allowed */

G_END_DECLS

#endif
