/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a result in the format of a given name. */
#include <volo/impl/dump_class.h>

VoloStatus volo_dump_write(const char *format, const VoloDumpInput *input, const char *path,
                           VoloError *err)
{
    const VoloDumpClass *dump = volo_dump_find(format);

    if (!dump)
        return volo_fail(err, VOLO_ERR_MISSING, "no dump format '%s'", format);
    if (!input->mask || !input->table)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s': a dump needs mask and table", path);
    return dump->write(input, path, err);
}

VoloStatus volo_dump_write_image(const VoloImage *image, const char *path, VoloError *err)
{
    const VoloPng png = { .height = volo_image_height(image),
                          .width = volo_image_width(image),
                          .kind = VOLO_PIXELS_RGB8,
                          .pixels = volo_image_pixels(image) };

    return volo_png_write(path, &png, err);
}
