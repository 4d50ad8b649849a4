/* SPDX-License-Identifier: Apache-2.0 */
/* Which picture stands at a position: nothing is remembered between positions.
 *
 * Sets are interleaved evenly: of any run of positions each gets its share to within one sample (a
 * run within a block of 64, which is shuffled, aside). The k-th sample of a set of n pictures is
 * the (k mod n)-th of a permutation that epoch k / n has for itself. */
#ifndef VOLO_TRAIN_SAMPLER_H
#define VOLO_TRAIN_SAMPLER_H

#include <volo/train_data.h>

typedef struct VoloSampler VoloSampler;

typedef struct VoloPlace {
    size_t set;     /* index in the sets */
    size_t picture; /* index in its data set */
    uint64_t epoch; /* of the set */
    int rare;       /* the label it was drawn for; -1: in turn */
} VoloPlace;

#define VOLO_POSITION_LIMIT (UINT64_C(1) << 48)

/* sets must outlive it. Errors: ARGUMENT (no pictures; rare, and the sets are not scanned), MEMORY.
 */
VoloStatus volo_sampler_new(const VoloTrainSets *sets, const VoloSampling *sampling,
                            VoloSampler **ret_sampler, VoloError *err);
void volo_sampler_free(VoloSampler *sampler); /* NULL is allowed */

/* position is below VOLO_POSITION_LIMIT. Any thread. */
VoloPlace volo_sampler_at(const VoloSampler *sampler, uint64_t position);

/* The i-th of the permutation of 0..count-1 that seed, set and epoch name. */
uint64_t volo_permuted(uint64_t seed, uint64_t set, uint64_t epoch, uint64_t count, uint64_t i);

/* P [labels] = softmax((1 - f) / T) over those f [labels] that are above 0; 0 for the others. */
void volo_rare_probabilities(const double *share, size_t labels, double temperature, double *ret_p);

#endif
