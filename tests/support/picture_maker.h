/* SPDX-License-Identifier: Apache-2.0 */
/* PNG and JPEG files of every kind, made with libpng and libjpeg directly. Failures end the test.
 */
#ifndef VOLO_TESTS_PICTURE_MAKER_H
#define VOLO_TESTS_PICTURE_MAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file in memory; bytes come from malloc and are the caller's. */
typedef struct MadeFile {
    uint8_t *data;
    size_t bytes;
} MadeFile;

typedef struct PngKind {
    size_t height, width;
    int colour_type, bit_depth; /* as in IHDR: 0 2 3 4 6, 1 2 4 8 16 */
    bool interlaced;
    bool extras;          /* with tRNS (where allowed), gAMA and tEXt chunks */
    size_t palette_count; /* for colour type 3; colours by png_maker_colour */
    const uint8_t *exif;  /* NULL: no eXIf chunk */
    size_t exif_bytes;
} PngKind;

/* Bytes of a row as PNG stores it. */
size_t png_maker_stride(const PngKind *kind);
/* rows u8 [height,stride]: packed samples, 16-bit ones high byte first. */
MadeFile png_maker_make(const PngKind *kind, const uint8_t *rows);
/* Channel 0..2 of the palette's colour at index. */
uint8_t png_maker_colour(size_t index, size_t channel);

typedef enum JpegColours {
    JPEG_GREY,
    JPEG_YCBCR, /* from RGB samples */
    JPEG_RGB,   /* stored as RGB, with an Adobe marker */
    JPEG_CMYK,  /* samples as stored, with an Adobe marker */
    JPEG_YCCK,  /* from CMYK samples, with an Adobe marker */
} JpegColours;

typedef struct JpegKind {
    size_t height, width;
    JpegColours colours;
    int quality;
    int h_sampling, v_sampling; /* of the first component; 0: 1 */
    bool progressive;
    bool separate_scans;       /* sequential, one scan for each component */
    unsigned restart_interval; /* in MCUs; 0: none */
    const uint8_t *exif;       /* TIFF header and on; NULL: no APP1 */
    size_t exif_bytes;
} JpegKind;

/* Samples of a pixel: 1, 3 or 4. */
size_t jpeg_maker_channels(const JpegKind *kind);
/* samples u8 [height,width,channels] */
MadeFile jpeg_maker_make(const JpegKind *kind, const uint8_t *samples);
/* A picture of 8x8 pixels in that many scans, at least 3: the last is repeated. */
MadeFile jpeg_maker_repeat_scan(size_t scans, bool progressive);
/* What libjpeg's default settings decode the file to: u8 [height,width,3], or CMYK u8
 * [height,width,4]; malloc. */
uint8_t *jpeg_maker_decode(const MadeFile *file, bool cmyk);

/* A TIFF block of 26 bytes that holds one orientation. */
void exif_maker_make(uint8_t block[26], bool big_endian, unsigned orientation);

/* Bytes from a counter-based generator: same seed, same bytes. */
void random_bytes(uint8_t *data, size_t bytes, unsigned seed);

#endif
