/* SPDX-License-Identifier: Apache-2.0 */
/* VoloMask: labels and a count of references. */
#include <volo/mask.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/codec.h"
#include "image/owned.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct VoloMask {
    atomic_size_t references;
    size_t height, width;
    uint8_t *labels;               /* u8 [height,width] */
    const VoloPixelMemory *memory; /* of the labels; NULL: malloc */
};

static VoloStatus make(size_t height, size_t width, uint8_t *labels, const VoloPixelMemory *memory,
                       VoloMask **ret_mask, VoloError *err)
{
    VoloMask *mask = malloc(sizeof *mask);

    if (!mask) {
        volo_pixels_release(memory, labels);
        return volo_fail_memory(err, sizeof *mask);
    }
    atomic_init(&mask->references, 1);
    mask->height = height;
    mask->width = width;
    mask->labels = labels;
    mask->memory = memory;
    *ret_mask = mask;
    return VOLO_OK;
}

VoloStatus volo_mask_adopt(size_t height, size_t width, uint8_t *labels, VoloMask **ret_mask,
                           VoloError *err)
{
    return make(height, width, labels, NULL, ret_mask, err);
}

VoloStatus volo_mask_new_in(size_t height, size_t width, uint8_t *labels,
                            const VoloPixelMemory *memory, VoloMask **ret_mask, VoloError *err)
{
    const VoloStatus status = volo_pixels_check_size(height, width, labels, "mask", err);

    if (status) {
        volo_pixels_release(memory, labels);
        return status;
    }
    return make(height, width, labels, memory, ret_mask, err);
}

VoloStatus volo_mask_new(size_t height, size_t width, const uint8_t *labels, VoloMask **ret_mask,
                         VoloError *err)
{
    VOLO_TRY(volo_pixels_check_size(height, width, labels, "mask", err));
    const size_t bytes = height * width; /* below 2^33 by the limit */
    uint8_t *copy = malloc(bytes);
    if (!copy)
        return volo_fail_memory(err, bytes);
    memcpy(copy, labels, bytes);
    return volo_mask_adopt(height, width, copy, ret_mask, err);
}

static VoloStatus decode(const VoloInput *input, VoloRaster *ret_raster, VoloError *err)
{
    const VoloRasterRoom room = { VOLO_LIMIT_IMAGE_PIXELS, NULL };
    VoloByteSource source;

    VOLO_TRY(volo_source_begin(&source, input, err));
    VOLO_TRY(volo_codec_require_png(&source, err));
    return volo_png_decode_labels(&source, &room, ret_raster, err);
}

VoloStatus volo_mask_load(const char *path, VoloMask **ret_mask, VoloError *err)
{
    VoloRaster raster = { .orientation = 1 };
    VoloInput input;

    VOLO_TRY(volo_input_open(path, &input, err));
    const VoloStatus status = decode(&input, &raster, err);
    volo_input_close(&input);
    if (status)
        return status;
    return volo_mask_adopt(raster.height, raster.width, raster.pixels, ret_mask, err);
}

VoloMask *volo_mask_ref(VoloMask *mask)
{
    atomic_fetch_add_explicit(&mask->references, 1, memory_order_relaxed);
    return mask;
}

void volo_mask_unref(VoloMask *mask)
{
    if (!mask || atomic_fetch_sub_explicit(&mask->references, 1, memory_order_acq_rel) > 1)
        return;
    volo_pixels_release(mask->memory, mask->labels);
    free(mask);
}

size_t volo_mask_height(const VoloMask *mask)
{
    return mask->height;
}

size_t volo_mask_width(const VoloMask *mask)
{
    return mask->width;
}

const uint8_t *volo_mask_labels(const VoloMask *mask)
{
    return mask->labels;
}

void volo_mask_count(const VoloMask *mask, uint64_t counts[256])
{
    const size_t pixels = mask->height * mask->width;

    memset(counts, 0, 256 * sizeof *counts);
    for (size_t i = 0; i < pixels; i++)
        counts[mask->labels[i]]++;
}
