/* SPDX-License-Identifier: Apache-2.0 */
/* VoloRawPicture: memory for one picture after another. The plain reader comes first; what it
 * leaves, libpng reads or refuses. */
#include "image/raw_picture.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "image/codec.h"
#include "image/png_plain.h"

#include <stdlib.h>
#include <string.h>

struct VoloRawPicture {
    VoloPngPixels pixels;
    int bit_depth; /* 8 labels, 16 instances; 0: empty */
    VoloPngScratch scratch;
};

typedef VoloStatus (*Decode)(VoloByteSource *source, const VoloRasterRoom *room,
                             VoloRaster *ret_raster, VoloError *err);

VoloStatus volo_raw_picture_new(VoloRawPicture **ret_picture, VoloError *err)
{
    VoloRawPicture *picture = calloc(1, sizeof *picture);

    if (!picture)
        return volo_fail_memory(err, sizeof *picture);
    *ret_picture = picture;
    return VOLO_OK;
}

void volo_raw_picture_free(VoloRawPicture *picture)
{
    if (!picture)
        return;
    volo_png_scratch_clear(&picture->scratch);
    free(picture->pixels.data);
    free(picture);
}

size_t volo_raw_picture_height(const VoloRawPicture *picture)
{
    return picture->bit_depth ? picture->pixels.height : 0;
}

size_t volo_raw_picture_width(const VoloRawPicture *picture)
{
    return picture->bit_depth ? picture->pixels.width : 0;
}

const uint8_t *volo_raw_picture_labels(const VoloRawPicture *picture)
{
    return picture->bit_depth == 8 ? picture->pixels.data : NULL;
}

uint16_t *volo_raw_picture_edit_instances(VoloRawPicture *picture)
{
    return picture->bit_depth == 16 ? (uint16_t *)(void *)picture->pixels.data : NULL;
}

const uint16_t *volo_raw_picture_instances(const VoloRawPicture *picture)
{
    return picture->bit_depth == 16 ? (const uint16_t *)(const void *)picture->pixels.data : NULL;
}

/* Whether the plain reader could; the file is read whole, if it is not too large for that. */
static bool read_plain(VoloRawPicture *picture, const VoloInput *input, int bit_depth)
{
    VoloPngScratch *scratch = &picture->scratch;

    if (input->bytes == 0 || input->bytes > VOLO_LIMIT_PLAIN_PNG_BYTES)
        return false;
    const size_t bytes = (size_t)input->bytes;
    return volo_png_grow(&scratch->file, &scratch->file_room, bytes) &&
           !volo_file_read_at(input->fd, input->path, scratch->file, bytes, 0, NULL) &&
           volo_png_decode_plain(scratch, bytes, bit_depth, VOLO_LIMIT_IMAGE_PIXELS,
                                 &picture->pixels);
}

static VoloStatus read_by_libpng(VoloRawPicture *picture, const VoloInput *input, Decode decode,
                                 VoloError *err)
{
    const VoloRasterRoom room = { VOLO_LIMIT_IMAGE_PIXELS, NULL };
    VoloByteSource source;
    VoloRaster raster = { .orientation = 1 };

    VOLO_TRY(volo_source_begin(&source, input, err));
    VOLO_TRY(volo_codec_require_png(&source, err));
    VOLO_TRY(decode(&source, &room, &raster, err));
    free(picture->pixels.data);
    picture->pixels = (VoloPngPixels){ .height = raster.height,
                                       .width = raster.width,
                                       .data = raster.pixels,
                                       .room = raster.height * raster.width * raster.channels };
    return VOLO_OK;
}

static VoloStatus read_from(VoloRawPicture *picture, const VoloInput *input, int bit_depth,
                            Decode decode, VoloError *err)
{
    picture->bit_depth = 0;
    if (!read_plain(picture, input, bit_depth))
        VOLO_TRY(read_by_libpng(picture, input, decode, err));
    picture->bit_depth = bit_depth;
    return VOLO_OK;
}

static VoloStatus load(VoloRawPicture *picture, const char *path, int bit_depth, Decode decode,
                       VoloError *err)
{
    VoloInput input;

    picture->bit_depth = 0;
    VOLO_TRY(volo_input_open(path, &input, err));
    const VoloStatus status = read_from(picture, &input, bit_depth, decode, err);
    volo_input_close(&input);
    return status;
}

VoloStatus volo_raw_picture_read_labels(VoloRawPicture *picture, const VoloInput *input,
                                        VoloError *err)
{
    return read_from(picture, input, 8, volo_png_decode_labels, err);
}

VoloStatus volo_raw_picture_load_labels(VoloRawPicture *picture, const char *path, VoloError *err)
{
    return load(picture, path, 8, volo_png_decode_labels, err);
}

VoloStatus volo_raw_picture_load_instances(VoloRawPicture *picture, const char *path,
                                           VoloError *err)
{
    return load(picture, path, 16, volo_png_decode_instances, err);
}

VoloStatus volo_raw_picture_begin(VoloRawPicture *picture, const char *path, uint64_t height,
                                  uint64_t width, uint8_t **ret_labels, VoloError *err)
{
    picture->bit_depth = 0;
    VOLO_TRY(volo_raster_check(path, height, width, VOLO_LIMIT_IMAGE_PIXELS, err));
    if (!volo_png_grow(&picture->pixels.data, &picture->pixels.room, (size_t)(height * width)))
        return volo_fail_memory(err, (size_t)(height * width));
    picture->pixels.height = (size_t)height;
    picture->pixels.width = (size_t)width;
    picture->bit_depth = 8;
    *ret_labels = picture->pixels.data;
    return VOLO_OK;
}

void volo_raw_picture_clear(VoloRawPicture *picture)
{
    picture->bit_depth = 0;
}
