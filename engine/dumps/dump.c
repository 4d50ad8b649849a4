/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a result in the format of a given name. */
#include <volo/impl/dump_class.h>

#include <stdlib.h>

VoloStatus volo_dump_write(const char *format, const VoloDumpInput *input, const char *path,
                           VoloError *err)
{
    const VoloDumpClass *dump = volo_dump_find(format);

    if (!dump)
        return volo_fail(err, VOLO_ERR_MISSING, "no dump format '%s'", format);
    if (!input->mask || !input->table)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s': a dump needs mask and table", path);
    if (dump->needs_confidence && !input->confidence)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s': %s is made of the confidence", path,
                         format);
    return dump->write(input, path, err);
}

bool volo_dump_needs_confidence(const char *format)
{
    const VoloDumpClass *dump = volo_dump_find(format);

    return dump && dump->needs_confidence;
}

VoloStatus volo_dump_write_parts(const VoloDumpInput *input, const uint16_t *parts,
                                 const char *path, VoloError *err)
{
    const size_t height = volo_mask_height(input->mask), width = volo_mask_width(input->mask);

    if (volo_confidence_height(input->confidence) != height ||
        volo_confidence_width(input->confidence) != width)
        return volo_fail(err, VOLO_ERR_SHAPE, "'%s': mask and confidence differ in size", path);
    uint8_t *const grey = malloc(height * width);
    if (!grey)
        return volo_fail(err, VOLO_ERR_MEMORY, "'%s': out of memory", path);
    for (size_t i = 0; i < height * width; i++)
        grey[i] = (uint8_t)((parts[i] + 128) / 257);
    const VoloPng png = {
        .height = height, .width = width, .kind = VOLO_PIXELS_GREY8, .pixels = grey
    };
    const VoloStatus status = volo_png_write(path, &png, err);
    free(grey);
    return status;
}

static VoloStatus write_rgb(const VoloImage *image, const char *path, VoloError *err)
{
    const VoloPng png = { .height = volo_image_height(image),
                          .width = volo_image_width(image),
                          .kind = VOLO_PIXELS_RGB8,
                          .pixels = volo_image_pixels(image) };

    return volo_png_write(path, &png, err);
}

VoloStatus volo_dump_write_image(const VoloDumpInput *input, VoloDumpRenderFn render,
                                 const char *path, VoloError *err)
{
    VoloImage *image = NULL;
    VoloStatus status = render(input, &image, err);

    if (status)
        volo_error_prefix(err, "'%s'", path);
    else
        status = write_rgb(image, path, err);
    volo_image_unref(image);
    return status;
}

VoloStatus volo_dump_write_over(const VoloDumpInput *input, VoloDumpRenderFn render,
                                const char *path, VoloError *err)
{
    if (!input->image)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s': this format needs the picture", path);
    return volo_dump_write_image(input, render, path, err);
}
