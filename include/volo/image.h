/* SPDX-License-Identifier: Apache-2.0 */
/* VoloImage: an 8-bit RGB picture, immutable and reference counted, and the PNG writer.
 *
 * Decoding follows OpenCV's IMREAD_COLOR (see docs/formats.md): alpha dropped, the high byte of 16
 * bits, grey replicated, palette expanded, Adobe CMYK as R = C*K/255 on the stored inverted values.
 * Threads: every function may be called from any thread; images may be shared between threads. */
#ifndef VOLO_IMAGE_H
#define VOLO_IMAGE_H

#include <volo/input.h>
#include <volo/pixel_memory.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloImage VoloImage;

typedef struct VoloImageOptions {
    bool raw_orientation; /* keep the stored order: do not apply EXIF orientation; default false */
    uint64_t max_pixels;  /* refuse larger pictures, in pixels; 0: the library's limit, 100 Mpx */
    const VoloPixelMemory *memory; /* for the pixels; outlives the picture. NULL: the library's */
} VoloImageOptions;

#define VOLO_IMAGE_OPTIONS_INIT                                                                    \
    {                                                                                              \
        false, 0, NULL                                                                             \
    }

/* Reads a PNG, JPEG or PPM/PGM file, recognised by its content. options may be NULL (defaults).
 * On success *ret_image is the caller's reference (volo_image_unref); on failure it is untouched.
 * Errors: IO, FORMAT, UNSUPPORTED (none of these formats, not a regular file), LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_image_load(const char *path,
                                                   const VoloImageOptions *options,
                                                   VoloImage **ret_image, VoloError *err);
/* The same from an open file, which stays the caller's. */
VOLO_API VOLO_NODISCARD VoloStatus volo_image_read(const VoloInput *input,
                                                   const VoloImageOptions *options,
                                                   VoloImage **ret_image, VoloError *err);

/* How large a picture can be, and what reading one takes at most, whatever the file holds: for who
 * reads under limits of the system. */
typedef struct VoloImageLimits {
    uint64_t side, pixels; /* of a picture */
    uint64_t memory;       /* bytes, pixels included */
    unsigned seconds;      /* of processor time; the library itself does not look at the clock */
} VoloImageLimits;
VOLO_API VoloImageLimits volo_image_limits(void);

/* A picture from rgb u8 [height,width,3], which is copied. Errors: ARGUMENT, LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_image_new(size_t height, size_t width, const uint8_t *rgb,
                                                  VoloImage **ret_image, VoloError *err);
/* A picture of rgb u8 [height,width,3], which is not copied: it lies in that memory (NULL: malloc),
 * which outlives the picture, and belongs to the callee, on failure too. Nobody may write to it any
 * more. Errors as above. */
VOLO_API VOLO_NODISCARD VoloStatus volo_image_new_in(size_t height, size_t width, uint8_t *rgb,
                                                     const VoloPixelMemory *memory,
                                                     VoloImage **ret_image, VoloError *err);

VOLO_API VoloImage *volo_image_ref(VoloImage *image); /* the same image, one reference more */
VOLO_API void volo_image_unref(VoloImage *image);     /* NULL is allowed */

VOLO_API size_t volo_image_height(const VoloImage *image);
VOLO_API size_t volo_image_width(const VoloImage *image);
/* u8 [height,width,3], rows without padding; borrowed, valid as long as the image. */
VOLO_API const uint8_t *volo_image_pixels(const VoloImage *image);

typedef enum VoloPixels {
    VOLO_PIXELS_GREY8,    /* u8 [h,w] */
    VOLO_PIXELS_PALETTE8, /* u8 [h,w] indices, written with a PLTE chunk */
    VOLO_PIXELS_RGB8,     /* u8 [h,w,3] */
    VOLO_PIXELS_GREY16,   /* u16 [h,w], native byte order */
} VoloPixels;

typedef struct VoloPng {
    size_t height, width; /* in pixels */
    VoloPixels kind;
    const void *pixels;          /* rows without padding, top row first; borrowed */
    const uint8_t (*palette)[3]; /* PALETTE8 only: RGB, borrowed */
    size_t palette_count;        /* PALETTE8 only: 1..256 */
} VoloPng;

/* Writes a PNG: to a temporary name in the same folder, synced, then renamed over path.
 * On failure path is as it was. Errors: ARGUMENT, IO and SPACE (the message ends with strerror),
 * MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_png_write(const char *path, const VoloPng *picture,
                                                  VoloError *err);

#ifdef __cplusplus
}
#endif
#endif
