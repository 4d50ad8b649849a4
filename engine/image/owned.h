/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures and masks made of memory that already exists, for the parts of the engine that compute
 * them: no copy is made. */
#ifndef VOLO_IMAGE_OWNED_H
#define VOLO_IMAGE_OWNED_H

#include <volo/confidence.h>
#include <volo/image.h>
#include <volo/mask.h>

/* Memory of a caller's, or of malloc where there is none (NULL). */
uint8_t *volo_pixels_take(const VoloPixelMemory *memory, size_t bytes);
void volo_pixels_release(const VoloPixelMemory *memory, void *pixels); /* NULL is allowed */

/* That a caller's pixels are there and their sizes, in pixels, within the limits; what: "picture",
 * "mask", in the message. Errors: ARGUMENT, LIMIT. */
VoloStatus volo_pixels_check_size(size_t height, size_t width, const void *pixels, const char *what,
                                  VoloError *err);

/* rgb u8 [height,width,3] and labels u8 [height,width] come from malloc and belong to the callee,
 * on failure too. Sizes are at least 1x1. Errors: MEMORY. */
VoloStatus volo_image_adopt(size_t height, size_t width, uint8_t *rgb, VoloImage **ret_image,
                            VoloError *err);
VoloStatus volo_mask_adopt(size_t height, size_t width, uint8_t *labels, VoloMask **ret_mask,
                           VoloError *err);

/* Where a confidence keeps what its mask does not say, each [height,width]. */
typedef struct VoloConfidencePlanes {
    uint16_t *share[VOLO_CONFIDENCE_RANKS], *entropy;
    uint8_t *next[VOLO_CONFIDENCE_RANKS - 1]; /* the classes after the mask's */
} VoloConfidencePlanes;

#define VOLO_CONFIDENCE_PIXEL_BYTES 10 /* of memory, for each pixel */

/* In memory of height * width * VOLO_CONFIDENCE_PIXEL_BYTES bytes. */
VoloConfidencePlanes volo_confidence_planes(void *memory, size_t height, size_t width);

/* Such memory comes from malloc and belongs to the callee, on failure too; the mask gets a
 * reference more. Errors: MEMORY. */
VoloStatus volo_confidence_adopt(VoloMask *mask, void *memory, VoloConfidence **ret_confidence,
                                 VoloError *err);

#endif
