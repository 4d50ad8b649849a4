/* SPDX-License-Identifier: Apache-2.0 */
/* contour: the picture with the edges of regions drawn in the class colours. */
#include <volo/impl/dump_class.h>
#include <volo/render.h>

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    VoloImage *image = NULL;

    if (!input->image)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s': contours need the picture", path);
    VoloStatus status = volo_render_contour(input->image, input->mask, input->table, &image, err);
    if (status)
        volo_error_prefix(err, "'%s'", path);
    else
        status = volo_dump_write_image(image, path, err);
    volo_image_unref(image);
    return status;
}

VOLO_DUMP(contour) = {
    .name = "contour",
    .summary = "the picture with the edges of regions in the class colours",
    .write = write,
};
