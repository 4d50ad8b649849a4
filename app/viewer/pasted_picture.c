/* SPDX-License-Identifier: Apache-2.0 */
/* PastedPicture: see the header. */
#include "app/viewer/pasted_picture.h"

#include <string.h>

/* rgb [pixels,3] of cairo's premultiplied ARGB [pixels], in place of the first bytes of it. */
static void flatten(guint8 *pixels, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        guint32 argb;

        memcpy(&argb, pixels + 4 * i, sizeof argb);
        const guint white = 255 - (argb >> 24);
        pixels[3 * i] = (guint8)MIN(255, ((argb >> 16) & 255) + white);
        pixels[3 * i + 1] = (guint8)MIN(255, ((argb >> 8) & 255) + white);
        pixels[3 * i + 2] = (guint8)MIN(255, (argb & 255) + white);
    }
}

static VoloStatus convert(GdkTexture *texture, VoloImage **ret_image, VoloError *err)
{
    const gsize width = (gsize)gdk_texture_get_width(texture);
    const gsize height = (gsize)gdk_texture_get_height(texture);
    guint8 *pixels;

    /* 32767 x 32767 pixels at most, which is what textures can have. */
    if (width > 32767 || height > 32767 || !(pixels = g_try_malloc(width * height * 4)))
        return volo_fail(err, VOLO_ERR_MEMORY, "a picture of %zu x %zu pixels is too large", width,
                         height);
    gdk_texture_download(texture, pixels, width * 4);
    flatten(pixels, width * height);
    const VoloStatus status = volo_image_new(height, width, pixels, ret_image, err);
    g_free(pixels);
    return status;
}

static void run(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    VoloImage *image;
    VoloError err;

    (void)cancellable;
    (void)data;
    if (convert(source, &image, &err))
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", err.message);
    else
        g_task_return_pointer(task, image, (GDestroyNotify)volo_image_unref);
}

void volo_pasted_picture_async(GdkTexture *texture, GCancellable *cancellable,
                               GAsyncReadyCallback done, gpointer user)
{
    g_autoptr(GTask) task = g_task_new(texture, cancellable, done, user);

    g_task_run_in_thread(task, run);
}

VoloImage *volo_pasted_picture_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
