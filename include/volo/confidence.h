/* SPDX-License-Identifier: Apache-2.0 */
/* VoloConfidence: how sure a network is of each pixel: its three likeliest classes with their
 * shares of the softmax, and the entropy over all classes; immutable and reference counted.
 * Threads: every function may be called from any thread. */
#ifndef VOLO_CONFIDENCE_H
#define VOLO_CONFIDENCE_H

#include <volo/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloConfidence VoloConfidence;

#define VOLO_CONFIDENCE_RANKS 3
#define VOLO_CONFIDENCE_ONE 65535 /* the share 1, and the largest entropy there can be */

VOLO_API VoloConfidence *volo_confidence_ref(VoloConfidence *confidence);
VOLO_API void volo_confidence_unref(VoloConfidence *confidence); /* NULL is allowed */

VOLO_API size_t volo_confidence_height(const VoloConfidence *confidence);
VOLO_API size_t volo_confidence_width(const VoloConfidence *confidence);

/* The rank-th likeliest class of each pixel, u8 [height,width]; rank 0 is the mask's label. 255:
 * the model has no more classes. Borrowed, as the following. rank < VOLO_CONFIDENCE_RANKS. */
VOLO_API const uint8_t *volo_confidence_classes(const VoloConfidence *confidence, size_t rank);
/* Its share of the softmax, u16 [height,width] in parts of VOLO_CONFIDENCE_ONE. */
VOLO_API const uint16_t *volo_confidence_shares(const VoloConfidence *confidence, size_t rank);
/* -sum p ln p / ln(classes), u16 [height,width] in parts of VOLO_CONFIDENCE_ONE. */
VOLO_API const uint16_t *volo_confidence_entropy(const VoloConfidence *confidence);

#ifdef __cplusplus
}
#endif
#endif
