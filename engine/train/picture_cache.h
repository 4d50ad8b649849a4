/* SPDX-License-Identifier: Apache-2.0 */
/* Decoded pictures with their labels, kept up to a number of bytes. Training looks at every picture
 * once before it comes again, so what came first stays: throwing the oldest away would keep
 * nothing. Any thread. */
#ifndef VOLO_TRAIN_PICTURE_CACHE_H
#define VOLO_TRAIN_PICTURE_CACHE_H

#include <volo/image.h>
#include <volo/train_data.h>

typedef struct VoloPictureCache VoloPictureCache;

typedef struct VoloDecoded {
    VoloImage *image;
    uint8_t *labels; /* u8 [h,w] of the image: classes (or labels of a coarse set), or ignored */
    size_t base[2];  /* what random scaling multiplies */
    bool kept;       /* by the cache */
} VoloDecoded;

/* sets must outlive it. Errors: MEMORY. */
VoloStatus volo_picture_cache_new(const VoloTrainSets *sets, uint64_t max_bytes,
                                  VoloPictureCache **ret_cache, VoloError *err);
void volo_picture_cache_free(VoloPictureCache *cache); /* NULL is allowed */

/* A picture of a set, decoded into raw on the way if it must be; to be handed back.
 * Errors: as volo_loader_next. */
VoloStatus volo_picture_cache_take(VoloPictureCache *cache, size_t set, size_t picture,
                                   VoloRawPicture *raw, const VoloDecoded **ret_decoded,
                                   VoloError *err);
void volo_picture_cache_return(const VoloDecoded *decoded);

void volo_picture_cache_count(VoloPictureCache *cache, uint64_t *ret_decoded, uint64_t *ret_bytes);

/* The same without a cache; *ret_decoded is the caller's (volo_decoded_free). */
VoloStatus volo_decoded_load(const VoloTrainSet *set, size_t picture, VoloRawPicture *raw,
                             VoloDecoded **ret_decoded, VoloError *err);
void volo_decoded_free(VoloDecoded *decoded); /* NULL is allowed */

#endif
