/* SPDX-License-Identifier: Apache-2.0 */
/* How sure a difference of two scores is: the paired bootstrap over pictures (Efron, 1979). */
#ifndef VOLO_EVAL_BOOTSTRAP_H
#define VOLO_EVAL_BOOTSTRAP_H

#include <volo/base.h>

/* Pixel counts of one evaluation, picture by picture. */
typedef struct VoloImageCounts {
    size_t images, classes;
    uint32_t *tp, *pred, *gt; /* [images,classes] */
} VoloImageCounts;

/* The score of summed counts, each [classes]; NaN: undefined. */
typedef double (*VoloScoreFn)(const uint64_t *tp, const uint64_t *pred, const uint64_t *gt,
                              size_t classes, void *user);

typedef struct VoloBootstrap {
    double low, high;   /* the middle 95 % of the differences, quantiles interpolated linearly */
    double share_above; /* of the samples: how often the difference is above 0 */
    size_t samples;     /* in which both scores were defined */
} VoloBootstrap;

/* Draws, samples times, as many pictures as there are (with replacement, the same ones for both),
 * sums their counts and takes score(b) - score(a). The j-th picture of sample s comes from number
 * j % 4 of block {j / 4, s, 0, 0} of volo_random_block under the key {seed, 0}: the same result for
 * any number of threads. a and b have the same images, classes and truth (gt), at least one
 * of each.
 * With no defined sample low, high and share_above are NaN. score may be called from any thread.
 * Errors: MEMORY. */
VOLO_NODISCARD VoloStatus volo_bootstrap(const VoloImageCounts *a, const VoloImageCounts *b,
                                         VoloScoreFn score, void *user, uint64_t seed,
                                         size_t samples, int threads, VoloBootstrap *ret_bootstrap,
                                         VoloError *err);

#endif
