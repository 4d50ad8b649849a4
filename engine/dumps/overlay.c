/* SPDX-License-Identifier: Apache-2.0 */
/* overlay: the picture with the class colours laid over it; ignored pixels stay as they are. */
#include <volo/impl/dump_class.h>
#include <volo/render.h>

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    VoloImage *image = NULL;

    if (!input->image)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s': an overlay needs the picture", path);
    VoloStatus status =
        volo_render_overlay(input->image, input->mask, input->table, input->opacity, &image, err);
    if (status)
        volo_error_prefix(err, "'%s'", path);
    else
        status = volo_dump_write_image(image, path, err);
    volo_image_unref(image);
    return status;
}

VOLO_DUMP(overlay) = {
    .name = "overlay",
    .summary = "the picture with the class colours laid over it",
    .write = write,
};
