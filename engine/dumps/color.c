/* SPDX-License-Identifier: Apache-2.0 */
/* color: an RGB picture in the table's colours, ignored pixels black. */
#include <volo/impl/dump_class.h>
#include <volo/render.h>

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    VoloImage *image = NULL;
    VoloStatus status = volo_render_colour(input->mask, input->table, &image, err);

    if (!status)
        status = volo_dump_write_image(image, path, err);
    volo_image_unref(image);
    return status;
}

VOLO_DUMP(color) = {
    .name = "color",
    .summary = "RGB picture in the class colours, ignored pixels black",
    .write = write,
};
