/* SPDX-License-Identifier: Apache-2.0 */
/* Reading JPEG with libjpeg-turbo's default settings (exact integer DCT, smooth upsampling), the
 * same as OpenCV's IMREAD_COLOR, CMYK included.
 *
 * libjpeg reports failures by a callback that must not return: setjmp and longjmp, which stay
 * inside this file. It also repairs damaged data quietly; here a repair is a refusal, because half
 * a picture is worse than none. */
#include "base/error.h"
#include "base/limits.h"
#include "image/codec.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

enum {
    APP1_BYTES = 65533
};

typedef struct JpegReader {
    struct jpeg_decompress_struct cinfo; /* its client_data is this struct */
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr input;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    VoloByteSource *source;
    const VoloRasterRoom *room;
    VoloRaster raster;
    int orientation;   /* from Exif; 0: none seen */
    uint8_t *cmyk_row; /* u8 [width,4], for pictures of four colours */
    VoloError error;   /* why the longjmp */
    uint8_t chunk[16384];
    uint8_t app1[APP1_BYTES];
} JpegReader;

static bool recognises(const uint8_t *head, size_t bytes)
{
    return bytes >= 3 && head[0] == 0xff && head[1] == 0xd8 && head[2] == 0xff;
}

static VoloStatus status_of(int code)
{
    switch (code) {
    case JERR_OUT_OF_MEMORY:
        return VOLO_ERR_MEMORY;
    case JERR_NO_BACKING_STORE: /* beyond max_memory_to_use */
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
        return VOLO_ERR_LIMIT;
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
        return VOLO_ERR_UNSUPPORTED;
    default:
        return VOLO_ERR_FORMAT;
    }
}

static _Noreturn void fail(JpegReader *r, VoloStatus status, const char *text)
{
    volo_fail(&r->error, status, "'%s': %s", r->source->path, text);
    longjmp(r->escape, 1);
}

static _Noreturn void fail_with_message(j_common_ptr cinfo)
{
    char text[JMSG_LENGTH_MAX];

    cinfo->err->format_message(cinfo, text);
    if (cinfo->err->msg_code == JERR_NO_BACKING_STORE)
        snprintf(text, sizeof text, "the JPEG needs more than %ld MiB to decode",
                 VOLO_LIMIT_JPEG_MEMORY >> 20);
    fail(cinfo->client_data, status_of(cinfo->err->msg_code), text);
}

/* Oddities that leave every pixel whole: padding before the end marker, and header fields that the
 * decoder does not use. */
static bool is_harmless(const struct jpeg_error_mgr *errors)
{
    switch (errors->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
        return true;
    case JWRN_EXTRANEOUS_DATA:
        return errors->msg_parm.i[1] == JPEG_EOI;
    default:
        return false;
    }
}

static void judge_message(j_common_ptr cinfo, int level)
{
    if (level < 0 && !is_harmless(cinfo->err))
        fail_with_message(cinfo);
}

static void say_nothing(j_common_ptr cinfo)
{
    (void)cinfo;
}

/* libjpeg calls this for each strip of each scan. */
static void limit_scans(j_common_ptr cinfo)
{
    JpegReader *r = cinfo->client_data;
    char text[64];

    if (r->cinfo.input_scan_number <= VOLO_LIMIT_JPEG_SCANS)
        return;
    snprintf(text, sizeof text, "more than %d JPEG scans", VOLO_LIMIT_JPEG_SCANS);
    fail(r, VOLO_ERR_LIMIT, text);
}

static void start_input(j_decompress_ptr cinfo)
{
    (void)cinfo;
}

static boolean fill_input(j_decompress_ptr cinfo)
{
    JpegReader *r = cinfo->client_data;
    const uint64_t left = volo_source_left(r->source);
    const size_t bytes = left < sizeof r->chunk ? (size_t)left : sizeof r->chunk;

    if (bytes == 0)
        fail(r, VOLO_ERR_FORMAT, "the file ends early");
    if (volo_source_read(r->source, r->chunk, bytes, &r->error))
        longjmp(r->escape, 1);
    r->input.next_input_byte = r->chunk;
    r->input.bytes_in_buffer = bytes;
    return TRUE;
}

static void skip_input(j_decompress_ptr cinfo, long bytes)
{
    struct jpeg_source_mgr *input = cinfo->src;

    while (bytes > (long)input->bytes_in_buffer) {
        bytes -= (long)input->bytes_in_buffer;
        fill_input(cinfo);
    }
    if (bytes > 0) {
        input->next_input_byte += bytes;
        input->bytes_in_buffer -= (size_t)bytes;
    }
}

static uint8_t next_byte(j_decompress_ptr cinfo)
{
    struct jpeg_source_mgr *input = cinfo->src;

    if (input->bytes_in_buffer == 0)
        fill_input(cinfo);
    input->bytes_in_buffer--;
    return *input->next_input_byte++;
}

/* APP1 holds Exif, or something else (XMP). The first block with an orientation counts. */
static boolean read_app1(j_decompress_ptr cinfo)
{
    static const uint8_t name[6] = "Exif\0";
    JpegReader *r = cinfo->client_data;
    const size_t high = next_byte(cinfo), low = next_byte(cinfo);
    const size_t length = high << 8 | low; /* counts itself */

    if (length < 2)
        fail(r, VOLO_ERR_FORMAT, "an APP1 segment shorter than its own length");
    const size_t bytes = length - 2;
    for (size_t i = 0; i < bytes; i++)
        r->app1[i] = next_byte(cinfo);
    if (!r->orientation && bytes > sizeof name && memcmp(r->app1, name, sizeof name) == 0)
        r->orientation = volo_exif_orientation(r->app1 + sizeof name, bytes - sizeof name);
    return TRUE;
}

static void set_up(JpegReader *r)
{
    j_decompress_ptr cinfo = &r->cinfo;

    jpeg_create_decompress(cinfo); /* keeps err and client_data */
    r->input = (struct jpeg_source_mgr){ .init_source = start_input,
                                         .fill_input_buffer = fill_input,
                                         .skip_input_data = skip_input,
                                         .resync_to_restart = jpeg_resync_to_restart,
                                         .term_source = start_input };
    cinfo->src = &r->input;
    r->progress.progress_monitor = limit_scans;
    cinfo->progress = &r->progress;
    cinfo->mem->max_memory_to_use = VOLO_LIMIT_JPEG_MEMORY;
    jpeg_set_marker_processor(cinfo, JPEG_APP0 + 1, read_app1);
}

/* One row of Adobe CMYK, cmyk u8 [width,4], stored inverted, to rgb u8 [width,3]: R = C·K/255 and
 * so on, with the rounding of OpenCV: K - ((255 - C)·K >> 8), at most 1 above the exact value. */
static void cmyk_to_rgb(uint8_t *rgb, const uint8_t *cmyk, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        const unsigned k = cmyk[4 * i + 3];

        for (size_t j = 0; j < 3; j++)
            rgb[3 * i + j] = (uint8_t)(k - ((255 - cmyk[4 * i + j]) * k >> 8));
    }
}

static void read_rows(JpegReader *r)
{
    j_decompress_ptr cinfo = &r->cinfo;
    const size_t width = r->raster.width;

    while (cinfo->output_scanline < cinfo->output_height) {
        uint8_t *row = r->raster.pixels + (size_t)cinfo->output_scanline * width * 3;
        JSAMPROW target = r->cmyk_row ? r->cmyk_row : row;

        jpeg_read_scanlines(cinfo, &target, 1); /* one row, always: the source never suspends */
        if (r->cmyk_row)
            cmyk_to_rgb(row, r->cmyk_row, width);
    }
}

/* libjpeg comes back to the setjmp when it fails; *r holds all that must survive that. */
static VoloStatus decode_within(JpegReader *r)
{
    j_decompress_ptr cinfo = &r->cinfo;

    if (setjmp(r->escape))
        return r->error.status;
    set_up(r);
    jpeg_read_header(cinfo, TRUE);
    if (cinfo->arith_code) /* its decoder cannot tell missing data from zeros */
        fail(r, VOLO_ERR_UNSUPPORTED, "arithmetic-coded JPEG is not read");
    const uint64_t size[2] = { cinfo->image_height, cinfo->image_width };
    VOLO_TRY(volo_raster_init(&r->raster, r->source->path, size, 3, r->room, &r->error));
    cinfo->out_color_space = cinfo->num_components == 4 ? JCS_CMYK : JCS_RGB;
    if (cinfo->num_components == 4) {
        r->cmyk_row = malloc(4 * (size_t)size[1]);
        if (!r->cmyk_row)
            fail(r, VOLO_ERR_MEMORY, "out of memory");
    }
    jpeg_start_decompress(cinfo);
    read_rows(r);
    jpeg_finish_decompress(cinfo);
    if (r->orientation)
        r->raster.orientation = r->orientation;
    return VOLO_OK;
}

static VoloStatus decode(VoloByteSource *source, const VoloRasterRoom *room, VoloRaster *ret_raster,
                         VoloError *err)
{
    JpegReader *r = calloc(1, sizeof *r);

    if (!r)
        return volo_fail_memory(err, sizeof *r);
    r->source = source;
    r->room = room;
    r->cinfo.client_data = r;
    r->cinfo.err = jpeg_std_error(&r->errors);
    r->errors.error_exit = fail_with_message;
    r->errors.emit_message = judge_message;
    r->errors.output_message = say_nothing;

    const VoloStatus status = decode_within(r);
    jpeg_destroy_decompress(&r->cinfo);
    free(r->cmyk_row);
    if (!status)
        *ret_raster = r->raster;
    else
        volo_raster_clear(&r->raster);
    if (status && err)
        *err = r->error;
    free(r);
    return status;
}

#define VOLO_TEXT_OF(x) #x
#define VOLO_TEXT(x) VOLO_TEXT_OF(x)
const char *volo_jpeg_library(void)
{
    return "libjpeg-turbo " VOLO_TEXT(LIBJPEG_TURBO_VERSION);
}
#undef VOLO_TEXT
#undef VOLO_TEXT_OF

const VoloCodec volo_codec_jpeg = { .name = "JPEG", .recognises = recognises, .decode = decode };
