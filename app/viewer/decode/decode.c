/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of file by the library's own reader. */
#include "app/viewer/decode/decode.h"

#include <volo/dataset.h>

#include "app/viewer/decode/shrink.h"

#include <stdlib.h>
#include <string.h>

static void *take(const VoloPixelMemory *memory, size_t bytes, VoloError *err)
{
    void *const pixels = memory ? memory->take(bytes, memory->user) : malloc(bytes);

    if (!pixels)
        volo_fail(err, VOLO_ERR_MEMORY, "out of memory: %zu bytes", bytes);
    return pixels;
}

static VoloStatus read_picture(const VoloInput *input, const VoloPixelMemory *memory,
                               Decoded *ret_decoded, VoloError *err)
{
    const VoloImageOptions options = { .memory = memory };

    return volo_image_read(input, &options, &ret_decoded->image, err);
}

static VoloStatus read_thumbnail(const VoloInput *input, const VoloPixelMemory *memory,
                                 Decoded *ret_decoded, VoloError *err)
{
    const VoloImageOptions options = { .max_pixels = VOLO_THUMBNAIL_PIXELS };
    VoloImage *image;
    VoloStatus status = volo_image_read(input, &options, &image, err);
    size_t h, w;

    if (status)
        return status;
    const size_t height = volo_image_height(image), width = volo_image_width(image);
    volo_thumbnail_size(height, width, &h, &w);
    uint8_t *const rgb = take(memory, h * w * 3, err);
    if (rgb)
        volo_thumbnail_scale(volo_image_pixels(image), height, width, rgb, h, w);
    volo_image_unref(image);
    return rgb ? volo_image_new_in(h, w, rgb, memory, &ret_decoded->image, err) : VOLO_ERR_MEMORY;
}

static VoloStatus keep_labels(const VoloRawPicture *raw, const VoloPixelMemory *memory,
                              Decoded *ret_decoded, VoloError *err)
{
    const size_t height = volo_raw_picture_height(raw), width = volo_raw_picture_width(raw);
    uint8_t *const labels = take(memory, height * width, err);

    if (!labels)
        return VOLO_ERR_MEMORY;
    memcpy(labels, volo_raw_picture_labels(raw), height * width);
    return volo_mask_new_in(height, width, labels, memory, &ret_decoded->mask, err);
}

static VoloStatus read_polygons(VoloRawPicture *raw, const VoloInput *input, VoloError *err)
{
    VoloClassTable *table = NULL;
    VoloLabelSpace *space = NULL;
    VoloStatus status = volo_class_table_open("cityscapes", &table, err);

    if (!status)
        status = volo_label_space_new(table, VOLO_LABELS_IDS, &space, err);
    if (!status)
        status = volo_raw_picture_read_polygons(raw, input, space, err);
    volo_label_space_free(space);
    volo_class_table_free(table);
    return status;
}

static VoloStatus read_values(DecodeKind kind, const VoloInput *input,
                              const VoloPixelMemory *memory, Decoded *ret_decoded, VoloError *err)
{
    VoloRawPicture *raw = NULL;
    VoloStatus status = volo_raw_picture_new(&raw, err);

    if (!status)
        status = kind == DECODE_POLYGONS ? read_polygons(raw, input, err)
                                         : volo_raw_picture_read_labels(raw, input, err);
    if (!status)
        status = keep_labels(raw, memory, ret_decoded, err);
    volo_raw_picture_free(raw);
    return status;
}

VoloStatus decode_input(DecodeKind kind, const VoloInput *input, const VoloPixelMemory *memory,
                        Decoded *ret_decoded, VoloError *err)
{
    switch (kind) {
    case DECODE_PICTURE:
        return read_picture(input, memory, ret_decoded, err);
    case DECODE_THUMBNAIL:
        return read_thumbnail(input, memory, ret_decoded, err);
    case DECODE_LABELS:
    case DECODE_POLYGONS:
        return read_values(kind, input, memory, ret_decoded, err);
    default:
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s': an unknown kind of request", input->path);
    }
}
