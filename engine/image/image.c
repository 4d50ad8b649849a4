/* SPDX-License-Identifier: Apache-2.0 */
/* VoloImage: pixels and a count of references. */
#include <volo/image.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "image/codec.h"
#include "image/owned.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct VoloImage {
    atomic_size_t references;
    size_t height, width;
    uint8_t *pixels;               /* u8 [height,width,3] */
    const VoloPixelMemory *memory; /* of the pixels; NULL: malloc */
};

static VoloStatus make(size_t height, size_t width, uint8_t *rgb, const VoloPixelMemory *memory,
                       VoloImage **ret_image, VoloError *err)
{
    VoloImage *image = malloc(sizeof *image);

    if (!image) {
        volo_pixels_release(memory, rgb);
        return volo_fail_memory(err, sizeof *image);
    }
    atomic_init(&image->references, 1);
    image->height = height;
    image->width = width;
    image->pixels = rgb;
    image->memory = memory;
    *ret_image = image;
    return VOLO_OK;
}

VoloStatus volo_image_adopt(size_t height, size_t width, uint8_t *rgb, VoloImage **ret_image,
                            VoloError *err)
{
    return make(height, width, rgb, NULL, ret_image, err);
}

VoloStatus volo_image_new_in(size_t height, size_t width, uint8_t *rgb,
                             const VoloPixelMemory *memory, VoloImage **ret_image, VoloError *err)
{
    const VoloStatus status = volo_pixels_check_size(height, width, rgb, "picture", err);

    if (status) {
        volo_pixels_release(memory, rgb);
        return status;
    }
    return make(height, width, rgb, memory, ret_image, err);
}

VoloStatus volo_image_new(size_t height, size_t width, const uint8_t *rgb, VoloImage **ret_image,
                          VoloError *err)
{
    VOLO_TRY(volo_pixels_check_size(height, width, rgb, "picture", err));
    const size_t bytes = height * width * 3; /* below 2^34 by the limit */
    uint8_t *pixels = malloc(bytes);
    if (!pixels)
        return volo_fail_memory(err, bytes);
    memcpy(pixels, rgb, bytes);
    return volo_image_adopt(height, width, pixels, ret_image, err);
}

static VoloStatus decode(const VoloInput *input, const VoloRasterRoom *room, VoloRaster *ret_raster,
                         VoloError *err)
{
    const VoloCodec *codec = NULL;
    VoloByteSource source;

    VOLO_TRY(volo_source_begin(&source, input, err));
    VOLO_TRY(volo_codec_find(&source, &codec, err));
    return codec->decode(&source, room, ret_raster, err);
}

VoloStatus volo_image_read(const VoloInput *input, const VoloImageOptions *options,
                           VoloImage **ret_image, VoloError *err)
{
    const VoloImageOptions chosen = options ? *options : (VoloImageOptions)VOLO_IMAGE_OPTIONS_INIT;
    const VoloRasterRoom room = { chosen.max_pixels ? chosen.max_pixels : VOLO_LIMIT_IMAGE_PIXELS,
                                  chosen.memory };
    VoloRaster raster = { .memory = chosen.memory, .orientation = 1 };
    VoloStatus status = decode(input, &room, &raster, err);

    if (!status && !chosen.raw_orientation) {
        status = volo_raster_orient(&raster, err);
        if (status)
            volo_error_prefix(err, "'%s'", input->path);
    }
    if (status) {
        volo_raster_clear(&raster);
        return status;
    }
    return make(raster.height, raster.width, raster.pixels, raster.memory, ret_image, err);
}

VoloStatus volo_image_load(const char *path, const VoloImageOptions *options, VoloImage **ret_image,
                           VoloError *err)
{
    VoloInput input;

    VOLO_TRY(volo_input_open(path, &input, err));
    const VoloStatus status = volo_image_read(&input, options, ret_image, err);
    volo_input_close(&input);
    return status;
}

/* Pixels twice over, as when they are turned; and a JPEG of many scans is kept whole. */
VoloImageLimits volo_image_limits(void)
{
    return (VoloImageLimits){ .side = VOLO_LIMIT_IMAGE_SIDE,
                              .pixels = VOLO_LIMIT_IMAGE_PIXELS,
                              .memory =
                                  6 * (uint64_t)VOLO_LIMIT_IMAGE_PIXELS + VOLO_LIMIT_JPEG_MEMORY,
                              .seconds = VOLO_LIMIT_IMAGE_SECONDS };
}

VoloImage *volo_image_ref(VoloImage *image)
{
    atomic_fetch_add_explicit(&image->references, 1, memory_order_relaxed);
    return image;
}

void volo_image_unref(VoloImage *image)
{
    if (!image || atomic_fetch_sub_explicit(&image->references, 1, memory_order_acq_rel) > 1)
        return;
    volo_pixels_release(image->memory, image->pixels);
    free(image);
}

size_t volo_image_height(const VoloImage *image)
{
    return image->height;
}

size_t volo_image_width(const VoloImage *image)
{
    return image->width;
}

const uint8_t *volo_image_pixels(const VoloImage *image)
{
    return image->pixels;
}
