/* SPDX-License-Identifier: Apache-2.0 */
/* A few spare buffers. Each begins with a header that says how large it is; pixels follow. */
#include "app/viewer/pixel_pool.h"

enum {
    SPARES = 3, /* a window holds on to the frame before, and two panes make two textures */
    HEADER = 64 /* keeps pixels aligned */
};

typedef struct Buffer {
    gsize size;
    VoloPixelPool *pool; /* while it is wrapped */
} Buffer;

G_STATIC_ASSERT(sizeof(Buffer) <= HEADER);

struct VoloPixelPool {
    gint references;
    GMutex lock;
    Buffer *spare[SPARES];
};

static Buffer *buffer_of(guint8 *pixels)
{
    return (Buffer *)(void *)(pixels - HEADER);
}

VoloPixelPool *volo_pixel_pool_new(void)
{
    VoloPixelPool *pool = g_new0(VoloPixelPool, 1);

    pool->references = 1;
    g_mutex_init(&pool->lock);
    return pool;
}

void volo_pixel_pool_unref(VoloPixelPool *pool)
{
    if (!pool || !g_atomic_int_dec_and_test(&pool->references))
        return;
    for (int i = 0; i < SPARES; i++)
        g_free(pool->spare[i]);
    g_mutex_clear(&pool->lock);
    g_free(pool);
}

/* A spare one of about that size. */
static Buffer *find(VoloPixelPool *pool, gsize size)
{
    Buffer *found = NULL;

    g_mutex_lock(&pool->lock);
    for (int i = 0; i < SPARES && !found; i++)
        if (pool->spare[i] && pool->spare[i]->size >= size && pool->spare[i]->size / 2 <= size)
            found = g_steal_pointer(&pool->spare[i]);
    g_mutex_unlock(&pool->lock);
    return found;
}

guint8 *volo_pixel_pool_take(VoloPixelPool *pool, gsize size)
{
    Buffer *buffer = find(pool, size);

    if (!buffer && size <= G_MAXSIZE - HEADER) {
        buffer = g_try_malloc(HEADER + size);
        if (buffer)
            *buffer = (Buffer){ .size = size };
    }
    return buffer ? (guint8 *)buffer + HEADER : NULL;
}

/* In the place of a smaller one, so that a pool follows its window. */
void volo_pixel_pool_give_back(VoloPixelPool *pool, guint8 *pixels)
{
    Buffer *buffer = pixels ? buffer_of(pixels) : NULL;
    int least = 0;

    if (!buffer)
        return;
    g_mutex_lock(&pool->lock);
    for (int i = 1; i < SPARES; i++)
        if (pool->spare[least] &&
            (!pool->spare[i] || pool->spare[i]->size < pool->spare[least]->size))
            least = i;
    Buffer *dropped = pool->spare[least];

    pool->spare[least] = buffer;
    g_mutex_unlock(&pool->lock);
    g_free(dropped);
}

static void drop(gpointer user)
{
    guint8 *pixels = user;
    VoloPixelPool *pool = g_steal_pointer(&buffer_of(pixels)->pool);

    volo_pixel_pool_give_back(pool, pixels);
    volo_pixel_pool_unref(pool);
}

GBytes *volo_pixel_pool_wrap(VoloPixelPool *pool, guint8 *pixels, gsize size)
{
    g_atomic_int_inc(&pool->references);
    buffer_of(pixels)->pool = pool;
    return g_bytes_new_with_free_func(pixels, size, drop, pixels);
}
