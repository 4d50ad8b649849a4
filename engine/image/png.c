/* SPDX-License-Identifier: Apache-2.0 */
/* Reading PNG with libpng's low-level interface, as OpenCV's IMREAD_COLOR does: alpha and tRNS
 * dropped, the high byte of 16 bits, grey replicated, palette expanded, gamma and ICC ignored.
 *
 * Nearly every libpng security bug of the last years sat in its simplified interface, in colour
 * quantisation and in the handling of ancillary chunks, so none of these is used: all ancillary
 * chunks but eXIf are skipped (their checksums are still checked). */
#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "image/codec.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef enum PngUse {
    USE_COLOURS,   /* 8-bit RGB */
    USE_LABELS,    /* one channel of stored values of up to 8 bits */
    USE_INSTANCES, /* one channel of stored values of 16 bits */
} PngUse;

typedef struct PngReader {
    VoloByteSource *source;
    const VoloRasterRoom *room;
    PngUse use;
    bool narrow; /* instances of 8 bits */
    bool out_of_memory;
    png_structp png;
    png_infop info;
    VoloRaster raster;
    VoloError error; /* why the longjmp */
} PngReader;

static bool recognises(const uint8_t *head, size_t bytes)
{
    return bytes >= 8 && png_sig_cmp(head, 0, 8) == 0;
}

/* libpng itself needs far less than the limit; more is a chunk that it would keep whole. */
static png_voidp take_memory(png_structp png, png_alloc_size_t bytes)
{
    PngReader *r = png_get_mem_ptr(png);

    if (bytes > VOLO_LIMIT_PNG_CHUNK_BYTES) {
        volo_fail(&r->error, VOLO_ERR_LIMIT, "'%s': a chunk of %zu bytes, the limit is %u",
                  r->source->path, (size_t)bytes, VOLO_LIMIT_PNG_CHUNK_BYTES);
        png_longjmp(png, 1);
    }
    void *memory = malloc(bytes);

    r->out_of_memory |= !memory;
    return memory;
}

static void free_memory(png_structp png, png_voidp memory)
{
    (void)png;
    free(memory);
}

static void fail(png_structp png, png_const_charp text)
{
    PngReader *r = png_get_error_ptr(png);
    const VoloStatus status = r->out_of_memory ? VOLO_ERR_MEMORY : VOLO_ERR_FORMAT;

    volo_fail(&r->error, status, "'%s': libpng: %s", r->source->path, text);
    png_longjmp(png, 1);
}

static void warn(png_structp png, png_const_charp text)
{
    const PngReader *r = png_get_error_ptr(png);

    volo_log(VOLO_LOG_DEBUG, "'%s': libpng: %s", r->source->path, text);
}

static void read_bytes(png_structp png, png_bytep data, size_t bytes)
{
    PngReader *r = png_get_io_ptr(png);

    if (volo_source_read(r->source, data, bytes, &r->error))
        png_longjmp(png, 1);
}

/* Refuses by the numbers in IHDR, which is always the first chunk, before libpng sees the file. */
static VoloStatus check_header(VoloByteSource *source, uint64_t max_pixels, VoloError *err)
{
    uint8_t head[24]; /* signature 8, length 4, "IHDR" 4, width 4, height 4 */

    VOLO_TRY(volo_source_read(source, head, sizeof head, err));
    volo_source_rewind(source);
    if (memcmp(head + 12, "IHDR", 4) != 0)
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': the PNG does not begin with IHDR",
                         source->path);
    return volo_raster_check(source->path, png_get_uint_32(head + 20), png_get_uint_32(head + 16),
                             max_pixels, err);
}

static void set_limits(png_structp png)
{
    png_set_user_limits(png, VOLO_LIMIT_IMAGE_SIDE, VOLO_LIMIT_IMAGE_SIDE);
    png_set_chunk_malloc_max(png, VOLO_LIMIT_PNG_CHUNK_BYTES);
    png_set_chunk_cache_max(png, VOLO_LIMIT_PNG_CHUNKS);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, (png_const_bytep) "tRNS", 1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, (png_const_bytep) "eXIf", 1);
}

/* Only one channel can be labels or instances; the usual mix-ups are named. */
static VoloStatus check_use(const PngReader *r, int colour_type, int bit_depth, VoloError *err)
{
    const char *path = r->source->path;

    if (r->use == USE_COLOURS)
        return VOLO_OK;
    if (r->use == USE_INSTANCES && colour_type != PNG_COLOR_TYPE_GRAY)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "'%s' is no grey PNG (of 16 bits), as instance files are", path);
    if (r->use == USE_INSTANCES)
        return VOLO_OK;
    if (colour_type & PNG_COLOR_MASK_ALPHA)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "'%s' has an alpha channel; labels are 8-bit grey or palette PNGs", path);
    if (colour_type == PNG_COLOR_TYPE_RGB)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "'%s' is a colour PNG, perhaps the coloured picture beside the label "
                         "file; labels are 8-bit grey or palette PNGs",
                         path);
    if (bit_depth == 16)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "'%s' is a 16-bit PNG, perhaps an instance file; labels have 8 bits",
                         path);
    return VOLO_OK;
}

/* Asks libpng for rows of 8-bit RGB, or of 8-bit stored values for labels. */
static void set_transforms(const PngReader *r, int colour_type, int bit_depth)
{
    if (r->use != USE_COLOURS) {
        png_set_packing(r->png);
        return;
    }
    if (bit_depth == 16)
        png_set_strip_16(r->png);
    if (colour_type == PNG_COLOR_TYPE_PALETTE)
        png_set_palette_to_rgb(r->png);
    if (colour_type == PNG_COLOR_TYPE_GRAY && bit_depth < 8)
        png_set_expand_gray_1_2_4_to_8(r->png);
    if (colour_type & PNG_COLOR_MASK_ALPHA)
        png_set_strip_alpha(r->png);
    if (!(colour_type & PNG_COLOR_MASK_COLOR))
        png_set_gray_to_rgb(r->png);
}

static void read_orientation(PngReader *r)
{
    png_bytep exif = NULL;
    png_uint_32 bytes = 0;

    if (r->use != USE_COLOURS || !png_get_eXIf_1(r->png, r->info, &bytes, &exif))
        return;
    const int orientation = volo_exif_orientation(exif, bytes);
    if (orientation)
        r->raster.orientation = orientation;
}

/* libpng comes back to the setjmp when it fails; *r holds all that must survive that. */
static VoloStatus decode_within(PngReader *r)
{
    if (setjmp(png_jmpbuf(r->png)))
        return r->error.status;
    set_limits(r->png);
    png_set_read_fn(r->png, r, read_bytes);
    png_read_info(r->png, r->info);

    const int colour_type = png_get_color_type(r->png, r->info);
    const int bit_depth = png_get_bit_depth(r->png, r->info);
    const size_t channels = r->use == USE_COLOURS ? 3 : r->use == USE_LABELS ? 1 : 2;
    const uint64_t size[2] = { png_get_image_height(r->png, r->info),
                               png_get_image_width(r->png, r->info) };
    VOLO_TRY(check_use(r, colour_type, bit_depth, &r->error));
    VOLO_TRY(volo_raster_init(&r->raster, r->source->path, size, channels, r->room, &r->error));
    set_transforms(r, colour_type, bit_depth);
    const int passes = png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
    const size_t stride = png_get_rowbytes(r->png, r->info);
    r->narrow = r->use == USE_INSTANCES && bit_depth <= 8;
    if (stride != size[1] * (r->narrow ? 1 : channels))
        png_error(r->png, "unexpected row size");

    for (int pass = 0; pass < passes; pass++) {
        for (size_t i = 0; i < size[0]; i++)
            png_read_row(r->png, r->raster.pixels + i * stride, NULL);
    }
    png_read_end(r->png, r->info);
    if (r->out_of_memory) /* libpng would do without eXIf */
        png_error(r->png, "out of memory");
    read_orientation(r);
    return VOLO_OK;
}

static VoloStatus decode_as(PngReader *r, VoloRaster *ret_raster, VoloError *err)
{
    VOLO_TRY(check_header(r->source, r->room->max_pixels, err));
    r->png =
        png_create_read_struct_2(PNG_LIBPNG_VER_STRING, r, fail, warn, r, take_memory, free_memory);
    r->info = r->png ? png_create_info_struct(r->png) : NULL;
    const VoloStatus status =
        r->info ? decode_within(r)
                : volo_fail(&r->error, VOLO_ERR_MEMORY, "'%s': out of memory", r->source->path);
    png_destroy_read_struct(&r->png, &r->info, NULL);
    if (status) {
        volo_raster_clear(&r->raster);
        if (err)
            *err = r->error;
        return status;
    }
    *ret_raster = r->raster;
    return VOLO_OK;
}

static VoloStatus decode(VoloByteSource *source, const VoloRasterRoom *room, VoloRaster *ret_raster,
                         VoloError *err)
{
    PngReader reader = { .source = source, .room = room };

    return decode_as(&reader, ret_raster, err);
}

VoloStatus volo_png_decode_labels(VoloByteSource *source, const VoloRasterRoom *room,
                                  VoloRaster *ret_raster, VoloError *err)
{
    PngReader reader = { .source = source, .room = room, .use = USE_LABELS };

    return decode_as(&reader, ret_raster, err);
}

/* u8 [count] at the start of pixels to u16 [count] in their place. */
static void widen(uint8_t *pixels, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        const uint16_t value = pixels[i - 1];
        memcpy(pixels + 2 * (i - 1), &value, sizeof value);
    }
}

VoloStatus volo_png_decode_instances(VoloByteSource *source, const VoloRasterRoom *room,
                                     VoloRaster *ret_raster, VoloError *err)
{
    PngReader reader = { .source = source, .room = room, .use = USE_INSTANCES };

    VOLO_TRY(decode_as(&reader, ret_raster, err));
    const size_t count = ret_raster->height * ret_raster->width;
    if (reader.narrow)
        widen(ret_raster->pixels, count);
    else
        volo_png_from_big_endian(ret_raster->pixels, count);
    return VOLO_OK;
}

const char *volo_png_library(void)
{
    return png_get_libpng_ver(NULL);
}

const VoloCodec volo_codec_png = { .name = "PNG", .recognises = recognises, .decode = decode };
