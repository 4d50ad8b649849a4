/* SPDX-License-Identifier: Apache-2.0 */
/* legend: the overlay with a strip that names the classes and their shares of the picture. */
#include <volo/impl/dump_class.h>
#include <volo/render.h>

static VoloStatus render(const VoloDumpInput *input, VoloImage **ret_image, VoloError *err)
{
    VoloImage *overlay = NULL;
    VoloStatus status =
        volo_render_overlay(input->image, input->mask, input->table, input->opacity, &overlay, err);

    if (!status)
        status = volo_render_legend(overlay, input->mask, input->table, ret_image, err);
    volo_image_unref(overlay);
    return status;
}

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    return volo_dump_write_over(input, render, path, err);
}

VOLO_DUMP(legend) = {
    .name = "legend",
    .summary = "the overlay with a strip of class names and shares",
    .write = write,
};
