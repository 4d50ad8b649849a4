/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes are checked here before any pixel has memory, and EXIF orientation is applied here. */
#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "image/codec.h"
#include "image/owned.h"

#include <stdlib.h>
#include <string.h>

VoloStatus volo_raster_check(const char *path, uint64_t height, uint64_t width, uint64_t max_pixels,
                             VoloError *err)
{
    if (height == 0 || width == 0)
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': the picture has no pixels", path);
    if (height > VOLO_LIMIT_IMAGE_SIDE || width > VOLO_LIMIT_IMAGE_SIDE)
        return volo_fail(
            err, VOLO_ERR_LIMIT, "'%s': %llux%llu pixels (HxW), the limit is %u a side", path,
            (unsigned long long)height, (unsigned long long)width, VOLO_LIMIT_IMAGE_SIDE);
    if (height * width > max_pixels)
        return volo_fail(err, VOLO_ERR_LIMIT, "'%s': %llux%llu pixels (HxW), the limit is %llu",
                         path, (unsigned long long)height, (unsigned long long)width,
                         (unsigned long long)max_pixels);
    return VOLO_OK;
}

VoloStatus volo_raster_init(VoloRaster *raster, const char *path, const uint64_t size[2],
                            size_t channels, const VoloRasterRoom *room, VoloError *err)
{
    size_t bytes;

    VOLO_TRY(volo_raster_check(path, size[0], size[1], room->max_pixels, err));
    if (!volo_product((const uint64_t[]){ size[0], size[1], channels }, 3, &bytes))
        return volo_fail_memory(err, SIZE_MAX);
    uint8_t *pixels = volo_pixels_take(room->memory, bytes);
    if (!pixels)
        return volo_fail_memory(err, bytes);
    *raster = (VoloRaster){ .height = (size_t)size[0],
                            .width = (size_t)size[1],
                            .channels = channels,
                            .pixels = pixels,
                            .memory = room->memory,
                            .orientation = 1 };
    return VOLO_OK;
}

uint8_t *volo_pixels_take(const VoloPixelMemory *memory, size_t bytes)
{
    return memory ? memory->take(bytes, memory->user) : malloc(bytes);
}

void volo_pixels_release(const VoloPixelMemory *memory, void *pixels)
{
    if (!memory)
        free(pixels);
    else if (pixels)
        memory->release(pixels, memory->user);
}

void volo_raster_clear(VoloRaster *raster)
{
    volo_pixels_release(raster->memory, raster->pixels);
    raster->pixels = NULL;
}

/* Where the output's first pixel comes from, and how far apart in the source its neighbours are. */
typedef struct Walk {
    ptrdiff_t origin, down, right; /* in pixels */
} Walk;

/* The eight orientations of EXIF 2.3, tag 0x0112, for a picture stored as [h,w]: 2 mirrored, 3 half
 * turn, 4 upside down, 5 transposed, 6 stored a quarter turn to the left, 7 transversed, 8 stored a
 * quarter turn to the right. */
static Walk walk_of(int orientation, ptrdiff_t h, ptrdiff_t w)
{
    const ptrdiff_t last_row = (h - 1) * w, last = h * w - 1;

    switch (orientation) {
    case 2:
        return (Walk){ w - 1, w, -1 };
    case 3:
        return (Walk){ last, -w, -1 };
    case 4:
        return (Walk){ last_row, -w, 1 };
    case 5:
        return (Walk){ 0, 1, w };
    case 6:
        return (Walk){ last_row, 1, -w };
    case 7:
        return (Walk){ last, -1, -w };
    case 8:
        return (Walk){ w - 1, -1, w };
    default:
        return (Walk){ 0, w, 1 };
    }
}

VoloStatus volo_raster_orient(VoloRaster *raster, VoloError *err)
{
    const bool turned = raster->orientation >= 5;
    const size_t height = turned ? raster->width : raster->height;
    const size_t width = turned ? raster->height : raster->width;
    const size_t channels = raster->channels;
    const Walk walk =
        walk_of(raster->orientation, (ptrdiff_t)raster->height, (ptrdiff_t)raster->width);

    if (raster->orientation == 1)
        return VOLO_OK;
    /* The size the raster has already. */
    uint8_t *pixels = volo_pixels_take(raster->memory, height * width * channels);
    if (!pixels)
        return volo_fail_memory(err, height * width * channels);
    uint8_t *out = pixels;
    for (size_t i = 0; i < height; i++) {
        const ptrdiff_t row = walk.origin + (ptrdiff_t)i * walk.down;

        for (size_t j = 0; j < width; j++, out += channels) {
            const ptrdiff_t at = row + (ptrdiff_t)j * walk.right;
            memcpy(out, raster->pixels + at * (ptrdiff_t)channels, channels);
        }
    }
    volo_pixels_release(raster->memory, raster->pixels);
    *raster = (VoloRaster){ height, width, channels, pixels, raster->memory, 1 };
    return VOLO_OK;
}

VoloStatus volo_pixels_check_size(size_t height, size_t width, const void *pixels, const char *what,
                                  VoloError *err)
{
    if (!pixels || height == 0 || width == 0)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "a %s of %zux%zu pixels", what, height, width);
    if (height > VOLO_LIMIT_IMAGE_SIDE || width > VOLO_LIMIT_IMAGE_SIDE)
        return volo_fail(err, VOLO_ERR_LIMIT, "%zux%zu pixels (HxW), the limit is %u a side",
                         height, width, VOLO_LIMIT_IMAGE_SIDE);
    return VOLO_OK;
}
