/* SPDX-License-Identifier: Apache-2.0 */
/* VoloConfidence: a mask, planes beside it in one piece of memory, and a count of references. */
#include <volo/confidence.h>

#include "base/error.h"
#include "image/owned.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

struct VoloConfidence {
    atomic_size_t references;
    VoloMask *mask;
    void *memory;
    VoloConfidencePlanes planes; /* in memory */
};

VoloConfidencePlanes volo_confidence_planes(void *memory, size_t height, size_t width)
{
    const size_t pixels = height * width;
    VoloConfidencePlanes planes = { .entropy = memory };
    uint16_t *share = planes.entropy;

    for (size_t rank = 0; rank < VOLO_CONFIDENCE_RANKS; rank++)
        planes.share[rank] = share += pixels;
    uint8_t *const next = (uint8_t *)(share + pixels);
    for (size_t rank = 1; rank < VOLO_CONFIDENCE_RANKS; rank++)
        planes.next[rank - 1] = next + (rank - 1) * pixels;
    return planes;
}

VoloStatus volo_confidence_adopt(VoloMask *mask, void *memory, VoloConfidence **ret_confidence,
                                 VoloError *err)
{
    VoloConfidence *confidence = malloc(sizeof *confidence);

    if (!confidence) {
        free(memory);
        return volo_fail_memory(err, sizeof *confidence);
    }
    atomic_init(&confidence->references, 1);
    confidence->mask = volo_mask_ref(mask);
    confidence->memory = memory;
    confidence->planes =
        volo_confidence_planes(memory, volo_mask_height(mask), volo_mask_width(mask));
    *ret_confidence = confidence;
    return VOLO_OK;
}

VoloConfidence *volo_confidence_ref(VoloConfidence *confidence)
{
    atomic_fetch_add_explicit(&confidence->references, 1, memory_order_relaxed);
    return confidence;
}

void volo_confidence_unref(VoloConfidence *confidence)
{
    if (!confidence ||
        atomic_fetch_sub_explicit(&confidence->references, 1, memory_order_acq_rel) > 1)
        return;
    volo_mask_unref(confidence->mask);
    free(confidence->memory);
    free(confidence);
}

size_t volo_confidence_height(const VoloConfidence *confidence)
{
    return volo_mask_height(confidence->mask);
}

size_t volo_confidence_width(const VoloConfidence *confidence)
{
    return volo_mask_width(confidence->mask);
}

const uint8_t *volo_confidence_classes(const VoloConfidence *confidence, size_t rank)
{
    assert(rank < VOLO_CONFIDENCE_RANKS);
    return rank ? confidence->planes.next[rank - 1] : volo_mask_labels(confidence->mask);
}

const uint16_t *volo_confidence_shares(const VoloConfidence *confidence, size_t rank)
{
    assert(rank < VOLO_CONFIDENCE_RANKS);
    return confidence->planes.share[rank];
}

const uint16_t *volo_confidence_entropy(const VoloConfidence *confidence)
{
    return confidence->planes.entropy;
}
