/* SPDX-License-Identifier: Apache-2.0 */
/* VoloMask: one 8-bit label per pixel, immutable and reference counted. 255 means ignored.
 * Threads: every function may be called from any thread; masks may be shared between threads. */
#ifndef VOLO_MASK_H
#define VOLO_MASK_H

#include <volo/pixel_memory.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VOLO_LABEL_IGNORE 255

typedef struct VoloMask VoloMask;

/* A mask from labels u8 [height,width], which are copied. Errors: ARGUMENT, LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_mask_new(size_t height, size_t width, const uint8_t *labels,
                                                 VoloMask **ret_mask, VoloError *err);
/* A mask of labels u8 [height,width], which are not copied: they lie in that memory (NULL: malloc),
 * which outlives the mask, and belong to the callee, on failure too. Nobody may write to them any
 * more. Errors as above. */
VOLO_API VOLO_NODISCARD VoloStatus volo_mask_new_in(size_t height, size_t width, uint8_t *labels,
                                                    const VoloPixelMemory *memory,
                                                    VoloMask **ret_mask, VoloError *err);

/* Reads an 8-bit single-channel PNG: grey values, or palette indices as they are (never colours).
 * Errors: IO, FORMAT, UNSUPPORTED (colour, alpha or 16-bit PNG: the message says which), LIMIT,
 * MEMORY. On failure *ret_mask is untouched. */
VOLO_API VOLO_NODISCARD VoloStatus volo_mask_load(const char *path, VoloMask **ret_mask,
                                                  VoloError *err);

VOLO_API VoloMask *volo_mask_ref(VoloMask *mask);
VOLO_API void volo_mask_unref(VoloMask *mask); /* NULL is allowed */

VOLO_API size_t volo_mask_height(const VoloMask *mask);
VOLO_API size_t volo_mask_width(const VoloMask *mask);
/* u8 [height,width], rows without padding; borrowed, valid as long as the mask. */
VOLO_API const uint8_t *volo_mask_labels(const VoloMask *mask);
/* counts[v] = number of pixels labelled v; all 256 entries are written. */
VOLO_API void volo_mask_count(const VoloMask *mask, uint64_t counts[256]);

#ifdef __cplusplus
}
#endif
#endif
