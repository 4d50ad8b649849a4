/* SPDX-License-Identifier: Apache-2.0 */
/* From a picture and its labels to a sample: scaled, cropped, mirrored, coloured, blurred, erased,
 * normalised and padded, all by numbers of one stream. Only the part inside the crop is resized. */
#ifndef VOLO_TRAIN_AUGMENT_H
#define VOLO_TRAIN_AUGMENT_H

#include <volo/train_data.h>

#include "train/random_stream.h"

typedef struct VoloAugmentSource {
    const uint8_t *rgb;    /* u8 [h,w,3] */
    const uint8_t *labels; /* u8 [h,w], classes or VOLO_LABEL_IGNORE */
    size_t h, w;
    size_t base_h, base_w; /* the size that random scaling multiplies */
    int focus;             /* a label of which the crop is to hold a pixel; -1: none */
} VoloAugmentSource;

/* What was drawn. */
typedef struct VoloAugmentTrace {
    double scale;
    size_t top, left; /* of the crop in the scaled picture */
    bool flipped;
} VoloAugmentTrace;

/* Memory for samples of one crop; one thread at a time. */
typedef struct VoloAugmentScratch VoloAugmentScratch;

VoloStatus volo_augment_scratch_new(const VoloAugment *augment, VoloAugmentScratch **ret_scratch,
                                    VoloError *err);
void volo_augment_scratch_free(VoloAugmentScratch *scratch); /* NULL is allowed */

/* x f32 [crop h, crop w, 3], labels u8 [crop h, crop w]. */
void volo_augment_run(const VoloAugment *augment, const VoloAugmentSource *source,
                      VoloStream *stream, VoloAugmentScratch *scratch, float *x, uint8_t *labels,
                      VoloAugmentTrace *ret_trace);

/* The base of a picture of h x w whose set is resized by size. Errors: LIMIT. */
VoloStatus volo_augment_base(const VoloResize *size, size_t h, size_t w, size_t ret_base[2],
                             VoloError *err);

#endif
