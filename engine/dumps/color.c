/* SPDX-License-Identifier: Apache-2.0 */
/* color: an RGB picture in the table's colours, ignored pixels black. */
#include <volo/impl/dump_class.h>
#include <volo/render.h>

static VoloStatus render(const VoloDumpInput *input, VoloImage **ret_image, VoloError *err)
{
    return volo_render_colour(input->mask, input->table, ret_image, err);
}

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    return volo_dump_write_image(input, render, path, err);
}

VOLO_DUMP(color) = {
    .name = "color",
    .summary = "RGB picture in the class colours, ignored pixels black",
    .write = write,
};
