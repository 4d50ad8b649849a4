/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures are scaled down where they are read: a thumbnail is all that comes back. */
#include "app/viewer/thumbnail.h"

#include "app/viewer/decoder.h"

static void free_image(gpointer image)
{
    volo_image_unref(image);
}

VoloThumbnail volo_thumbnail_load(const char *path)
{
    VoloThumbnail made = { 0, 0, NULL };
    VoloImage *image;
    VoloError err;

    if (volo_decoder_load_thumbnail(path, NULL, &image, &err))
        return made;
    made.height = volo_image_height(image);
    made.width = volo_image_width(image);
    made.rgb = g_bytes_new_with_free_func(volo_image_pixels(image), made.height * made.width * 3,
                                          free_image, image);
    return made;
}
