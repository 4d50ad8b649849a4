/* SPDX-License-Identifier: Apache-2.0 */
/* Reading Netpbm's grey maps and pixel maps (pgm(5), ppm(5)): P2 P3 as text, P5 P6 binary, maxval
 * up to 65535. Samples become 8 bits: as they are for maxval 255, the high byte for 65535, and
 * (255·v + maxval/2) / maxval, rounded down, for any other. Only the first picture of a file
 * counts. */
#include "base/error.h"
#include "image/codec.h"

#include <stdlib.h>

enum {
    END_OF_FILE = -1
};

typedef struct PpmReader {
    VoloByteSource *source;
    bool text;       /* P2, P3 */
    size_t channels; /* stored: 1 or 3 */
    unsigned maxval;
} PpmReader;

static bool is_space(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool recognises(const uint8_t *head, size_t bytes)
{
    if (bytes < 3 || head[0] != 'P' || !(is_space(head[2]) || head[2] == '#'))
        return false;
    return head[1] == '2' || head[1] == '3' || head[1] == '5' || head[1] == '6';
}

/* The next character, where a comment counts as the newline at its end. */
static VoloStatus next_char(VoloByteSource *source, int *ret_char, VoloError *err)
{
    bool comment = false;
    uint8_t c = 0;

    do {
        if (volo_source_left(source) == 0) {
            *ret_char = END_OF_FILE;
            return VOLO_OK;
        }
        VOLO_TRY(volo_source_read(source, &c, 1, err));
        comment = (comment || c == '#') && c != '\n';
    } while (comment);
    *ret_char = c;
    return VOLO_OK;
}

/* A number, huge ones as 10^9, and the one white-space character after it; the last number of a
 * text picture may end with the file. */
static VoloStatus read_number(VoloByteSource *source, bool may_end, unsigned *ret_number,
                              VoloError *err)
{
    const unsigned huge = 1000000000;
    unsigned number = 0;
    int c, digits = 0;

    do {
        VOLO_TRY(next_char(source, &c, err));
    } while (is_space(c));
    for (; c >= '0' && c <= '9'; digits = 1) {
        number = number < huge / 10 ? 10 * number + (unsigned)(c - '0') : huge;
        VOLO_TRY(next_char(source, &c, err));
    }
    if (c == END_OF_FILE && !(digits && may_end))
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': the file ends early", source->path);
    if (!digits || !(is_space(c) || c == END_OF_FILE))
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': a number was expected, not the byte 0x%02x",
                         source->path, (unsigned)c);
    *ret_number = number;
    return VOLO_OK;
}

static uint8_t to_8_bits(unsigned sample, unsigned maxval)
{
    if (maxval == 255)
        return (uint8_t)sample;
    if (maxval == 65535)
        return (uint8_t)(sample >> 8);
    return (uint8_t)((255 * sample + maxval / 2) / maxval);
}

/* count samples of a row as 8 bits; stored is room for a binary row. */
static VoloStatus read_samples(const PpmReader *r, uint8_t *row, size_t count, uint8_t *stored,
                               bool last, VoloError *err)
{
    const size_t bytes = r->maxval > 255 ? 2 : 1;

    if (!r->text)
        VOLO_TRY(volo_source_read(r->source, stored, count * bytes, err));
    for (size_t i = 0; i < count; i++) {
        unsigned sample = 0;

        if (r->text)
            VOLO_TRY(read_number(r->source, last && i == count - 1, &sample, err));
        else
            sample = bytes == 2 ? (unsigned)(stored[2 * i] << 8 | stored[2 * i + 1]) : stored[i];
        if (sample > r->maxval)
            return volo_fail(err, VOLO_ERR_FORMAT, "'%s': a sample of %u, above the maximum %u",
                             r->source->path, sample, r->maxval);
        row[i] = to_8_bits(sample, r->maxval);
    }
    return VOLO_OK;
}

/* rgb u8 [width,3] from the grey values in its first width bytes, last pixel first. */
static void replicate_grey(uint8_t *rgb, size_t width)
{
    for (size_t i = width; i > 0; i--)
        rgb[3 * i - 3] = rgb[3 * i - 2] = rgb[3 * i - 1] = rgb[i - 1];
}

static VoloStatus read_rows(const PpmReader *r, const VoloRaster *raster, VoloError *err)
{
    const size_t count = raster->width * r->channels;
    uint8_t *stored = malloc(2 * count);
    VoloStatus status = stored ? VOLO_OK : volo_fail_memory(err, 2 * count);

    for (size_t i = 0; i < raster->height && !status; i++) {
        uint8_t *row = raster->pixels + i * raster->width * 3;

        status = read_samples(r, row, count, stored, i == raster->height - 1, err);
        if (!status && r->channels == 1)
            replicate_grey(row, raster->width);
    }
    free(stored);
    return status;
}

static VoloStatus read_header(PpmReader *r, uint64_t ret_size[2], VoloError *err)
{
    uint8_t magic[2];
    unsigned height = 0, width = 0;

    VOLO_TRY(volo_source_read(r->source, magic, sizeof magic, err));
    VOLO_TRY(read_number(r->source, false, &width, err));
    VOLO_TRY(read_number(r->source, false, &height, err));
    VOLO_TRY(read_number(r->source, false, &r->maxval, err));
    if (r->maxval < 1 || r->maxval > 65535)
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': a maximum of %u, expected 1..65535",
                         r->source->path, r->maxval);
    r->text = magic[1] < '5';
    r->channels = magic[1] == '3' || magic[1] == '6' ? 3 : 1;
    ret_size[0] = height;
    ret_size[1] = width;
    return VOLO_OK;
}

static VoloStatus decode(VoloByteSource *source, const VoloRasterRoom *room, VoloRaster *ret_raster,
                         VoloError *err)
{
    PpmReader r = { .source = source };
    VoloRaster raster = { 0 };
    uint64_t size[2];

    VOLO_TRY(read_header(&r, size, err));
    VOLO_TRY(volo_raster_init(&raster, source->path, size, 3, room, err));
    const VoloStatus status = read_rows(&r, &raster, err);
    if (status)
        volo_raster_clear(&raster);
    else
        *ret_raster = raster;
    return status;
}

const VoloCodec volo_codec_ppm = { .name = "PPM or PGM",
                                   .recognises = recognises,
                                   .decode = decode };
