/* SPDX-License-Identifier: Apache-2.0 */
/* What picture formats share: the bytes of an open file, the raster they decode into, and the
 * vtable of a format. A format is one file and one row of the table in sniff.c. */
#ifndef VOLO_IMAGE_CODEC_H
#define VOLO_IMAGE_CODEC_H

#include <volo/input.h>
#include <volo/pixel_memory.h>

/* The bytes of an open regular file, in order. */
typedef struct VoloByteSource {
    const char *path; /* borrowed */
    int fd;
    uint64_t bytes;  /* size of the file when it was opened */
    uint64_t offset; /* of the first byte not yet in buffer */
    size_t used, filled;
    uint8_t buffer[16384];
} VoloByteSource;

/* From the first byte of a file that stays the caller's and outlives the source. Errors: FORMAT
 * (empty). */
VoloStatus volo_source_begin(VoloByteSource *source, const VoloInput *input, VoloError *err);
void volo_source_rewind(VoloByteSource *source);
/* Bytes not yet read. */
uint64_t volo_source_left(const VoloByteSource *source);
/* Reads exactly bytes. Errors: IO; FORMAT when the file ends early. */
VoloStatus volo_source_read(VoloByteSource *source, void *data, size_t bytes, VoloError *err);

/* What a picture may take, and where. */
typedef struct VoloRasterRoom {
    uint64_t max_pixels;
    const VoloPixelMemory *memory; /* NULL: malloc; borrowed, outlives the pixels */
} VoloRasterRoom;

/* A decoded picture; pixels belong to whoever holds the raster (volo_raster_clear). */
typedef struct VoloRaster {
    size_t height, width;
    size_t channels;
    uint8_t *pixels;               /* u8 [height,width,channels] */
    const VoloPixelMemory *memory; /* of the pixels; NULL: malloc */
    int orientation;               /* EXIF, 1..8; 1: as stored */
} VoloRaster;

/* Refuses sizes beyond the limits before anything is allocated; path only names the file.
 * Errors: FORMAT (no pixels), LIMIT. */
VoloStatus volo_raster_check(const char *path, uint64_t height, uint64_t width, uint64_t max_pixels,
                             VoloError *err);
/* Checks as above and allocates; the pixels are not set. Errors: FORMAT, LIMIT, MEMORY. */
VoloStatus volo_raster_init(VoloRaster *raster, const char *path, const uint64_t size[2],
                            size_t channels, const VoloRasterRoom *room, VoloError *err);
void volo_raster_clear(VoloRaster *raster);
/* Turns and mirrors the pixels as raster->orientation says, which is 1 afterwards. Errors: MEMORY,
 * then the raster is as it was. */
VoloStatus volo_raster_orient(VoloRaster *raster, VoloError *err);

/* A format. decode reads a source from its first byte into a raster of 3 channels, no
 * larger than the room; on failure *ret_raster is untouched. */
typedef struct VoloCodec {
    const char *name; /* "PNG" */
    bool (*recognises)(const uint8_t *head, size_t bytes);
    VoloStatus (*decode)(VoloByteSource *source, const VoloRasterRoom *room, VoloRaster *ret_raster,
                         VoloError *err);
} VoloCodec;

extern const VoloCodec volo_codec_png, volo_codec_jpeg, volo_codec_ppm;

/* The codec for the file's first bytes; the source is rewound. Errors: IO, UNSUPPORTED. */
VoloStatus volo_codec_find(VoloByteSource *source, const VoloCodec **ret_codec, VoloError *err);

/* Refuses files of other formats, by name: labels are read from PNG. Errors: IO, UNSUPPORTED. */
VoloStatus volo_codec_require_png(VoloByteSource *source, VoloError *err);

/* A PNG of one channel as a raster of stored values: grey levels (not stretched to 0..255) or
 * palette indices. Errors as volo_mask_load. */
VoloStatus volo_png_decode_labels(VoloByteSource *source, const VoloRasterRoom *room,
                                  VoloRaster *ret_raster, VoloError *err);

/* A grey PNG of up to 16 bits as a raster of 2 bytes a pixel, u16 [height,width] in native byte
 * order. Errors as volo_mask_load; UNSUPPORTED for any other PNG. */
VoloStatus volo_png_decode_instances(VoloByteSource *source, const VoloRasterRoom *room,
                                     VoloRaster *ret_raster, VoloError *err);
/* u16 [count] from big-endian to native order, in place. */
void volo_png_from_big_endian(uint8_t *pixels, size_t count);

/* The orientation (1..8) an Exif block asks for, 0 when it does not; data starts at the TIFF
 * header. */
int volo_exif_orientation(const uint8_t *data, size_t bytes);

/* The versions: "1.6.39" of the libpng that is linked, "libjpeg-turbo 2.1.5" (which cannot be
 * asked) of the headers. Static. */
const char *volo_png_library(void);
const char *volo_jpeg_library(void);

#endif
