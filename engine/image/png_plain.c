/* SPDX-License-Identifier: Apache-2.0 */
/* Label PNGs by libdeflate, which wants the whole stream at once and is two to three times as fast
 * as zlib. Every chunk's length and checksum is looked at; whatever is not beyond doubt is left to
 * libpng, so that both readers accept the same files and there is one set of messages. */
#include "image/png_plain.h"

#include "base/checked.h"
#include "base/limits.h"
#include "image/codec.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

typedef struct Chunk {
    const uint8_t *type; /* 4 letters, in the file */
    uint8_t *data;
    size_t bytes;
} Chunk;

typedef struct Plain {
    uint8_t *file;
    size_t bytes, at; /* of the file; of the next chunk */
    size_t height, width;
    int bit_depth, colour_type;
    uint8_t *stream; /* all IDAT data, moved together */
    size_t stream_bytes;
} Plain;

const char *volo_png_plain_library(void)
{
    return LIBDEFLATE_VERSION_STRING;
}

void volo_png_scratch_clear(VoloPngScratch *scratch)
{
    libdeflate_free_decompressor(scratch->inflater);
    free(scratch->file);
    free(scratch->rows);
    *scratch = (VoloPngScratch){ 0 };
}

bool volo_png_grow(uint8_t **data, size_t *room, size_t bytes)
{
    if (bytes <= *room)
        return true;
    uint8_t *more = malloc(bytes); /* what is in it is no longer needed */
    if (!more)
        return false;
    free(*data);
    *data = more;
    *room = bytes;
    return true;
}

static uint32_t number_at(const uint8_t *data)
{
    return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

static bool is_type(const Chunk *chunk, const char *type)
{
    return memcmp(chunk->type, type, 4) == 0;
}

/* The next chunk, whole, of letters, and with the right checksum. */
static bool next_chunk(Plain *p, Chunk *ret_chunk)
{
    const size_t left = p->bytes - p->at;
    uint8_t *head = p->file + p->at;

    if (left < 12)
        return false;
    const size_t bytes = number_at(head);
    if (bytes > left - 12)
        return false;
    for (size_t i = 4; i < 8; i++) {
        if (!((head[i] | 0x20) >= 'a' && (head[i] | 0x20) <= 'z'))
            return false;
    }
    if (libdeflate_crc32(0, head + 4, bytes + 4) != number_at(head + 8 + bytes))
        return false;
    *ret_chunk = (Chunk){ .type = head + 4, .data = head + 8, .bytes = bytes };
    p->at += bytes + 12;
    return true;
}

static bool read_header(Plain *p, int bit_depth, uint64_t max_pixels)
{
    static const uint8_t signature[8] = { 137, 'P', 'N', 'G', 13, 10, 26, 10 };
    Chunk chunk;

    if (p->bytes < sizeof signature || memcmp(p->file, signature, sizeof signature) != 0)
        return false;
    p->at = sizeof signature;
    if (!next_chunk(p, &chunk) || !is_type(&chunk, "IHDR") || chunk.bytes != 13)
        return false;
    p->width = number_at(chunk.data);
    p->height = number_at(chunk.data + 4);
    p->bit_depth = chunk.data[8];
    p->colour_type = chunk.data[9];
    const bool kind = p->colour_type == 0 || (p->colour_type == 3 && bit_depth == 8);
    const bool plain = chunk.data[10] == 0 && chunk.data[11] == 0 && chunk.data[12] == 0;
    return kind && plain && p->bit_depth == bit_depth &&
           volo_raster_check("", p->height, p->width, max_pixels, NULL) == VOLO_OK;
}

/* Collects the IDAT chunks, which must follow each other; ancillary chunks (a small letter first)
 * and a palette may stand around them. */
static bool read_chunks(Plain *p)
{
    bool palette = false, done = false;
    Chunk chunk;

    do {
        if (!next_chunk(p, &chunk))
            return false;
        if (is_type(&chunk, "IDAT")) {
            if (done || (p->colour_type == 3 && !palette))
                return false;
            if (!p->stream)
                p->stream = chunk.data;
            memmove(p->stream + p->stream_bytes, chunk.data, chunk.bytes);
            p->stream_bytes += chunk.bytes;
            continue;
        }
        done = p->stream != NULL;
        if (is_type(&chunk, "PLTE")) {
            if (palette || done || p->colour_type != 3 || chunk.bytes < 3 || chunk.bytes > 768 ||
                chunk.bytes % 3 != 0)
                return false;
            palette = true;
        } else if (!is_type(&chunk, "IEND") &&
                   (chunk.type[0] < 'a' || chunk.bytes > VOLO_LIMIT_PNG_CHUNK_BYTES)) {
            return false;
        }
    } while (!is_type(&chunk, "IEND"));
    return chunk.bytes == 0 && p->stream;
}

/* zlib refuses distances beyond the window that the stream announces, libdeflate does not look. So
 * the window must be the largest, or no smaller than all there is. */
static bool window_is_enough(const Plain *p, size_t bytes)
{
    const unsigned window_bits = 8u + (p->stream_bytes ? p->stream[0] >> 4 : 0);

    return window_bits == 15 || (window_bits < 15 && bytes <= (size_t)1 << window_bits);
}

/* The rows with their filters; the stream must hold exactly those. */
static bool inflate_rows(VoloPngScratch *scratch, const Plain *p)
{
    size_t bytes;

    if (!volo_mul(p->height, p->width * (size_t)(p->bit_depth / 8) + 1, &bytes) ||
        !window_is_enough(p, bytes) || !volo_png_grow(&scratch->rows, &scratch->rows_room, bytes))
        return false;
    if (!scratch->inflater)
        scratch->inflater = libdeflate_alloc_decompressor();
    return scratch->inflater &&
           libdeflate_zlib_decompress(scratch->inflater, p->stream, p->stream_bytes, scratch->rows,
                                      bytes, NULL) == LIBDEFLATE_SUCCESS;
}

bool volo_png_decode_plain(VoloPngScratch *scratch, size_t bytes, int bit_depth,
                           uint64_t max_pixels, VoloPngPixels *pixels)
{
    Plain p = { .file = scratch->file, .bytes = bytes };
    const size_t depth = (size_t)(bit_depth / 8);

    if (!read_header(&p, bit_depth, max_pixels) || !read_chunks(&p) || !inflate_rows(scratch, &p))
        return false;
    const size_t count = p.height * p.width; /* within max_pixels */
    if (!volo_png_grow(&pixels->data, &pixels->room, count * depth) ||
        !volo_png_unfilter(scratch->rows, p.height, p.width, depth, pixels->data))
        return false;
    if (depth == 2)
        volo_png_from_big_endian(pixels->data, count);
    pixels->height = p.height;
    pixels->width = p.width;
    return true;
}
