/* SPDX-License-Identifier: Apache-2.0 */
/* contour: the picture with the edges of regions drawn in the class colours. */
#include <volo/impl/dump_class.h>
#include <volo/render.h>

static VoloStatus render(const VoloDumpInput *input, VoloImage **ret_image, VoloError *err)
{
    return volo_render_contour(input->image, input->mask, input->table, ret_image, err);
}

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    return volo_dump_write_over(input, render, path, err);
}

VOLO_DUMP(contour) = {
    .name = "contour",
    .summary = "the picture with the edges of regions in the class colours",
    .write = write,
};
