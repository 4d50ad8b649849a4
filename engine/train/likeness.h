/* SPDX-License-Identifier: Apache-2.0 */
/* How alike two pictures look: a difference hash (Krawetz, "Kind of Like That", 2013) of 16x16
 * bits, each saying which of two neighbouring cells of a 17x16 grid is brighter. Survives scaling
 * and compression, unlike the picture's bytes. */
#ifndef VOLO_TRAIN_LIKENESS_H
#define VOLO_TRAIN_LIKENESS_H

#include <stddef.h>
#include <stdint.h>

typedef struct VoloLikeness {
    uint64_t bits[4];
} VoloLikeness;

/* Of rgb u8 [h,w,3], at least 1x1. */
VoloLikeness volo_likeness_of(const uint8_t *rgb, size_t h, size_t w);
/* Bits that differ, 0..256. */
unsigned volo_likeness_distance(const VoloLikeness *a, const VoloLikeness *b);

#endif
