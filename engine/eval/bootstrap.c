/* SPDX-License-Identifier: Apache-2.0 */
/* The paired bootstrap. Samples are independent, so threads share them out. */
#include "eval/bootstrap.h"

#include "base/error.h"
#include "base/parallel.h"
#include "base/random.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Counts summed over a sample, for each of the two evaluations: u64 [2,3,classes]. */
typedef struct Job {
    const VoloImageCounts *side[2];
    VoloScoreFn score;
    void *user;
    uint64_t seed;
    uint64_t *sums;      /* [threads,2,3,classes] */
    double *differences; /* [samples] */
} Job;

/* sum [classes] += counts [classes] */
static void add_counts(uint64_t *sum, const uint32_t *counts, size_t classes)
{
    for (size_t i = 0; i < classes; i++)
        sum[i] += counts[i];
}

static void add_image(uint64_t *sums, const VoloImageCounts *side, size_t image)
{
    const size_t k = side->classes, at = image * k;

    add_counts(sums, side->tp + at, k);
    add_counts(sums + k, side->pred + at, k);
    add_counts(sums + 2 * k, side->gt + at, k);
}

static void draw_sample(const Job *job, size_t sample, uint64_t *sums)
{
    const size_t images = job->side[0]->images, k = job->side[0]->classes;
    const uint64_t key[2] = { job->seed, 0 };
    uint64_t numbers[4];

    memset(sums, 0, 6 * k * sizeof *sums);
    for (size_t j = 0; j < images; j++) {
        if (j % 4 == 0)
            volo_random_block(key, (const uint64_t[4]){ j / 4, sample, 0, 0 }, numbers);
        const size_t image = (size_t)volo_random_below(numbers[j % 4], images);
        add_image(sums, job->side[0], image);
        add_image(sums + 3 * k, job->side[1], image);
    }
}

static double score_of(const Job *job, const uint64_t *sums)
{
    const size_t k = job->side[0]->classes;

    return job->score(sums, sums + k, sums + 2 * k, k, job->user);
}

static void do_samples(size_t first, size_t count, int slot, void *user)
{
    Job *const job = user;
    const size_t k = job->side[0]->classes;
    uint64_t *const sums = job->sums + (size_t)slot * 6 * k;

    for (size_t s = first; s < first + count; s++) {
        draw_sample(job, s, sums);
        job->differences[s] = score_of(job, sums + 3 * k) - score_of(job, sums);
    }
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Of sorted values: numpy's default, linear between the two neighbours. */
static double quantile(const double *sorted, size_t count, double share)
{
    const double place = share * (double)(count - 1);
    const size_t below = (size_t)place;
    const size_t above = below + 1 < count ? below + 1 : below;

    return sorted[below] + (sorted[above] - sorted[below]) * (place - (double)below);
}

static VoloBootstrap summarise(double *differences, size_t samples)
{
    VoloBootstrap result = { .low = NAN, .high = NAN, .share_above = NAN };
    size_t above = 0;

    for (size_t i = 0; i < samples; i++) {
        if (isnan(differences[i]))
            continue;
        above += differences[i] > 0;
        differences[result.samples++] = differences[i];
    }
    if (result.samples == 0)
        return result;
    qsort(differences, result.samples, sizeof *differences, compare);
    result.low = quantile(differences, result.samples, 0.025);
    result.high = quantile(differences, result.samples, 0.975);
    result.share_above = (double)above / (double)result.samples;
    return result;
}

VoloStatus volo_bootstrap(const VoloImageCounts *a, const VoloImageCounts *b, VoloScoreFn score,
                          void *user, uint64_t seed, size_t samples, int threads,
                          VoloBootstrap *ret_bootstrap, VoloError *err)
{
    assert(a->images == b->images && a->classes == b->classes && a->images && a->classes);
    const size_t slots = (size_t)(threads > 0 ? threads : 1);
    Job job = { .side = { a, b }, .score = score, .user = user, .seed = seed };
    VoloStatus status = VOLO_OK;

    job.sums = calloc(slots * 6, a->classes * sizeof *job.sums);
    job.differences = calloc(samples + 1, sizeof *job.differences);
    if (job.sums && job.differences) {
        volo_parallel_rows((int)slots, samples, 1, do_samples, &job);
        *ret_bootstrap = summarise(job.differences, samples);
    } else {
        status = volo_fail_memory(err, samples * sizeof *job.differences);
    }
    free(job.sums);
    free(job.differences);
    return status;
}
