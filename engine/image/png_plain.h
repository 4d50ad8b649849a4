/* SPDX-License-Identifier: Apache-2.0 */
/* A second PNG reader, for the many label files of an evaluation: only for files without any
 * peculiarity, and several times as fast as libpng. */
#ifndef VOLO_IMAGE_PNG_PLAIN_H
#define VOLO_IMAGE_PNG_PLAIN_H

#include <volo/base.h>

/* Memory that is kept from file to file; all zero at first, one thread at a time. */
typedef struct VoloPngScratch {
    struct libdeflate_decompressor *inflater;
    uint8_t *file, *rows; /* the file; its filtered rows */
    size_t file_room, rows_room;
} VoloPngScratch;

void volo_png_scratch_clear(VoloPngScratch *scratch);

/* Where the pixels go: grows as needed (malloc), is the caller's. */
typedef struct VoloPngPixels {
    size_t height, width;
    uint8_t *data; /* u8 [height,width], or u16 [height,width] in native order */
    size_t room;   /* bytes */
} VoloPngPixels;

/* Decodes file [bytes], which is scratch->file and is written to, when it is a sound PNG of one
 * channel (grey, or palette with 8 bits) with exactly bit_depth 8 or 16, not interlaced, at most
 * max_pixels large. False for everything else: damaged, too large, out of memory, another kind.
 * Then libpng has to say what it is; *pixels may have been written to. */
bool volo_png_decode_plain(VoloPngScratch *scratch, size_t bytes, int bit_depth,
                           uint64_t max_pixels, VoloPngPixels *pixels);

/* Makes room for at least bytes; false when memory is refused, then *data stays as it is. */
bool volo_png_grow(uint8_t **data, size_t *room, size_t bytes);

/* The filters of PNG (ISO 15948, 9.2), undone. rows u8 [height, 1 + width * bytes_per_pixel], each
 * row with its filter's number before it; pixels u8 [height, width * bytes_per_pixel].
 * bytes_per_pixel is 1 or 2. False: a filter that does not exist. */
bool volo_png_unfilter(const uint8_t *rows, size_t height, size_t width, size_t bytes_per_pixel,
                       uint8_t *pixels);

/* "1.14" of the headers of libdeflate; static. */
const char *volo_png_plain_library(void);

#endif
