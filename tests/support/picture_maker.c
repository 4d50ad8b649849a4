/* SPDX-License-Identifier: Apache-2.0 */
#include "support/picture_maker.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

void random_bytes(uint8_t *data, size_t bytes, unsigned seed)
{
    for (size_t i = 0; i < bytes; i++) {
        uint64_t x = (i + 1) * 0x9e3779b97f4a7c15u + seed * 0xbf58476d1ce4e5b9u;

        x = (x ^ x >> 31) * 0x94d049bb133111ebu;
        data[i] = (uint8_t)(x >> 56);
    }
}

uint8_t png_maker_colour(size_t index, size_t channel)
{
    return (uint8_t)(index * 37 + channel * 91 + 5);
}

static size_t png_channels(int colour_type)
{
    const size_t colours = colour_type == PNG_COLOR_TYPE_RGB || colour_type == PNG_COLOR_TYPE_RGBA;

    return 1 + 2 * colours + (colour_type & PNG_COLOR_MASK_ALPHA ? 1 : 0);
}

size_t png_maker_stride(const PngKind *kind)
{
    return (kind->width * png_channels(kind->colour_type) * (size_t)kind->bit_depth + 7) / 8;
}

static void append(png_structp png, png_bytep data, size_t bytes)
{
    MadeFile *file = png_get_io_ptr(png);

    file->data = must(realloc(file->data, file->bytes + bytes));
    memcpy(file->data + file->bytes, data, bytes);
    file->bytes += bytes;
}

static void flush(png_structp png)
{
    (void)png;
}

static void set_palette(png_structp png, png_infop info, size_t count)
{
    png_color palette[256];

    for (size_t i = 0; i < count; i++)
        palette[i] = (png_color){ .red = png_maker_colour(i, 0),
                                  .green = png_maker_colour(i, 1),
                                  .blue = png_maker_colour(i, 2) };
    png_set_PLTE(png, info, palette, (int)count);
}

static void set_extras(png_structp png, png_infop info, const PngKind *kind)
{
    const png_byte alpha[2] = { 0, 128 };
    const png_color_16 transparent = { .gray = 1, .red = 1, .green = 1, .blue = 1 };
    const png_text text = { .compression = PNG_TEXT_COMPRESSION_NONE,
                            .key = (png_charp)(uintptr_t) "Comment",
                            .text = (png_charp)(uintptr_t) "nothing" };

    png_set_gAMA(png, info, 0.25);
    png_set_text(png, info, &text, 1);
    if (kind->colour_type == PNG_COLOR_TYPE_PALETTE)
        png_set_tRNS(png, info, alpha, 2, NULL);
    else if (!(kind->colour_type & PNG_COLOR_MASK_ALPHA))
        png_set_tRNS(png, info, NULL, 0, &transparent);
}

MadeFile png_maker_make(const PngKind *kind, const uint8_t *rows)
{
    MadeFile file = { NULL, 0 };
    const size_t stride = png_maker_stride(kind);
    png_structp png = must(png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL));
    png_infop info = must(png_create_info_struct(png));

    png_set_write_fn(png, &file, append, flush);
    png_set_IHDR(png, info, (png_uint_32)kind->width, (png_uint_32)kind->height, kind->bit_depth,
                 kind->colour_type, kind->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (kind->colour_type == PNG_COLOR_TYPE_PALETTE)
        set_palette(png, info, kind->palette_count);
    if (kind->extras)
        set_extras(png, info, kind);
    if (kind->exif)
        png_set_eXIf_1(png, info, (png_uint_32)kind->exif_bytes, (png_bytep)(uintptr_t)kind->exif);
    png_write_info(png, info);
    for (int pass = png_set_interlace_handling(png); pass > 0; pass--) {
        for (size_t i = 0; i < kind->height; i++)
            png_write_row(png, rows + i * stride);
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return file;
}

size_t jpeg_maker_channels(const JpegKind *kind)
{
    if (kind->colours == JPEG_GREY)
        return 1;
    return kind->colours == JPEG_CMYK || kind->colours == JPEG_YCCK ? 4 : 3;
}

static void set_colours(struct jpeg_compress_struct *cinfo, JpegColours colours)
{
    static const struct {
        J_COLOR_SPACE in, stored;
    } spaces[] = {
        [JPEG_GREY] = { JCS_GRAYSCALE, JCS_GRAYSCALE },
        [JPEG_YCBCR] = { JCS_RGB, JCS_YCbCr },
        [JPEG_RGB] = { JCS_RGB, JCS_RGB },
        [JPEG_CMYK] = { JCS_CMYK, JCS_CMYK },
        [JPEG_YCCK] = { JCS_CMYK, JCS_YCCK },
    };

    cinfo->in_color_space = spaces[colours].in;
    jpeg_set_defaults(cinfo);
    jpeg_set_colorspace(cinfo, spaces[colours].stored);
}

static void set_options(struct jpeg_compress_struct *cinfo, const JpegKind *kind)
{
    static const jpeg_scan_info separate[3] = { { 1, { 0, 0, 0, 0 }, 0, 63, 0, 0 },
                                                { 1, { 1, 0, 0, 0 }, 0, 63, 0, 0 },
                                                { 1, { 2, 0, 0, 0 }, 0, 63, 0, 0 } };

    jpeg_set_quality(cinfo, kind->quality, TRUE);
    for (int i = 0; i < cinfo->num_components; i++)
        cinfo->comp_info[i].h_samp_factor = cinfo->comp_info[i].v_samp_factor = 1;
    cinfo->comp_info[0].h_samp_factor = kind->h_sampling ? kind->h_sampling : 1;
    cinfo->comp_info[0].v_samp_factor = kind->v_sampling ? kind->v_sampling : 1;
    cinfo->optimize_coding = TRUE; /* small files */
    cinfo->restart_interval = kind->restart_interval;
    if (kind->progressive)
        jpeg_simple_progression(cinfo);
    if (kind->separate_scans) {
        cinfo->scan_info = separate;
        cinfo->num_scans = 3;
    }
}

static void write_exif(struct jpeg_compress_struct *cinfo, const JpegKind *kind)
{
    static const uint8_t name[6] = "Exif\0";
    uint8_t *block = must(malloc(sizeof name + kind->exif_bytes));

    memcpy(block, name, sizeof name);
    memcpy(block + sizeof name, kind->exif, kind->exif_bytes);
    jpeg_write_marker(cinfo, JPEG_APP0 + 1, block, (unsigned)(sizeof name + kind->exif_bytes));
    free(block);
}

MadeFile jpeg_maker_make(const JpegKind *kind, const uint8_t *samples)
{
    const size_t channels = jpeg_maker_channels(kind);
    struct jpeg_compress_struct cinfo;
    struct jpeg_error_mgr errors;
    unsigned char *data = NULL;
    unsigned long bytes = 0;

    cinfo.err = jpeg_std_error(&errors); /* ends the program */
    jpeg_create_compress(&cinfo);
    jpeg_mem_dest(&cinfo, &data, &bytes);
    cinfo.image_height = (JDIMENSION)kind->height;
    cinfo.image_width = (JDIMENSION)kind->width;
    cinfo.input_components = (int)channels;
    set_colours(&cinfo, kind->colours);
    set_options(&cinfo, kind);
    jpeg_start_compress(&cinfo, TRUE);
    if (kind->exif)
        write_exif(&cinfo, kind);
    while (cinfo.next_scanline < cinfo.image_height) {
        JSAMPROW row =
            (JSAMPROW)(uintptr_t)(samples + cinfo.next_scanline * kind->width * channels);

        jpeg_write_scanlines(&cinfo, &row, 1);
    }
    jpeg_finish_compress(&cinfo);
    jpeg_destroy_compress(&cinfo);
    return (MadeFile){ data, bytes };
}

/* A flat sequential picture becomes a progressive one by another frame marker, and scans of one
 * component each that say they hold the DC coefficients alone. Returns where the last scan begins.
 */
static size_t find_scans(MadeFile *file, bool progressive)
{
    size_t last = 0;

    for (size_t i = 0; i + 8 < file->bytes; i++) {
        uint8_t *const at = file->data + i;

        if (at[0] != 0xff || (at[1] != 0xc0 && at[1] != 0xda))
            continue;
        if (progressive && at[1] == 0xc0)
            at[1] = 0xc2;
        else if (progressive)
            at[8] = 0; /* the last coefficient of the scan */
        last = i;
    }
    return last;
}

MadeFile jpeg_maker_repeat_scan(size_t scans, bool progressive)
{
    const JpegKind kind = { 8, 8, JPEG_YCBCR, 50, 1, 1, false, true, 0, NULL, 0 };
    uint8_t samples[8 * 8 * 3];

    memset(samples, 128, sizeof samples);
    MadeFile file = jpeg_maker_make(&kind, samples);
    const size_t at = find_scans(&file, progressive), bytes = file.bytes - 2 - at;
    MadeFile longer = { malloc(file.bytes + scans * bytes), at };
    if (!longer.data)
        abort();
    memcpy(longer.data, file.data, at);
    for (size_t i = 2; i < scans; i++) {
        memcpy(longer.data + longer.bytes, file.data + at, bytes);
        longer.bytes += bytes;
    }
    memcpy(longer.data + longer.bytes, "\xff\xd9", 2);
    longer.bytes += 2;
    free(file.data);
    return longer;
}

uint8_t *jpeg_maker_decode(const MadeFile *file, bool cmyk)
{
    struct jpeg_decompress_struct cinfo;
    struct jpeg_error_mgr errors;

    cinfo.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&cinfo);
    jpeg_mem_src(&cinfo, file->data, file->bytes);
    jpeg_read_header(&cinfo, TRUE);
    cinfo.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&cinfo);
    const size_t stride = (size_t)cinfo.output_width * (cmyk ? 4 : 3);
    uint8_t *pixels = must(malloc(stride * cinfo.output_height));
    while (cinfo.output_scanline < cinfo.output_height) {
        JSAMPROW row = pixels + stride * cinfo.output_scanline;

        jpeg_read_scanlines(&cinfo, &row, 1);
    }
    jpeg_finish_decompress(&cinfo);
    jpeg_destroy_decompress(&cinfo);
    return pixels;
}

void exif_maker_make(uint8_t block[26], bool big_endian, unsigned orientation)
{
    static const uint8_t little[26] = { 'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1 };
    static const uint8_t big[26] = { 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1 };

    memcpy(block, big_endian ? big : little, 26);
    block[18] = (uint8_t)(big_endian ? orientation >> 8 : orientation);
    block[19] = (uint8_t)(big_endian ? orientation : orientation >> 8);
}
