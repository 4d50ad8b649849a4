/* SPDX-License-Identifier: Apache-2.0 */
/* One random number after the other for a sample: a stream is a function of seed, purpose and
 * position, so that samples may be made in any order. */
#ifndef VOLO_TRAIN_RANDOM_STREAM_H
#define VOLO_TRAIN_RANDOM_STREAM_H

#include <stdbool.h>

#include "base/random.h"

typedef enum VoloStreamPurpose { /* a stream each, that others do not disturb */
    VOLO_STREAM_EPOCH = 1,       /* the order of pictures, and of sets */
    VOLO_STREAM_RARE,            /* samples by class */
    VOLO_STREAM_AUGMENT,
} VoloStreamPurpose;

typedef struct VoloStream {
    uint64_t key[2];     /* seed, purpose */
    uint64_t counter[4]; /* position, block, 0, 0 */
    uint64_t numbers[4];
    unsigned used; /* of the numbers */
} VoloStream;

static inline VoloStream volo_stream_at(uint64_t seed, VoloStreamPurpose purpose, uint64_t position)
{
    return (VoloStream){ { seed, (uint64_t)purpose }, { position, 0, 0, 0 }, { 0 }, 4 };
}

static inline uint64_t volo_stream_next(VoloStream *s)
{
    if (s->used == 4) {
        volo_random_block(s->key, s->counter, s->numbers);
        s->counter[1]++;
        s->used = 0;
    }
    return s->numbers[s->used++];
}

/* 0..bound-1 */
static inline uint64_t volo_stream_below(VoloStream *s, uint64_t bound)
{
    return volo_random_below(volo_stream_next(s), bound);
}

/* From 0 up to, not including, 1: 53 bits. */
static inline double volo_stream_unit(VoloStream *s)
{
    return (double)(volo_stream_next(s) >> 11) * 0x1p-53;
}

static inline double volo_stream_between(VoloStream *s, double low, double high)
{
    return low + (high - low) * volo_stream_unit(s);
}

static inline bool volo_stream_chance(VoloStream *s, double probability)
{
    return volo_stream_unit(s) < probability;
}

#endif
