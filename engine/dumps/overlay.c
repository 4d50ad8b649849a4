/* SPDX-License-Identifier: Apache-2.0 */
/* overlay: the picture with the class colours laid over it; ignored pixels stay as they are. */
#include <volo/impl/dump_class.h>
#include <volo/render.h>

static VoloStatus render(const VoloDumpInput *input, VoloImage **ret_image, VoloError *err)
{
    return volo_render_overlay(input->image, input->mask, input->table, input->opacity, ret_image,
                               err);
}

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    return volo_dump_write_over(input, render, path, err);
}

VOLO_DUMP(overlay) = {
    .name = "overlay",
    .summary = "the picture with the class colours laid over it",
    .write = write,
};
