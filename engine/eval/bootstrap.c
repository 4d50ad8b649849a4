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

enum {
    BATCH = 8, /* samples that a picture's counts are added to while they are in the cache */
    SUMS = 5,  /* tp and pred of both, and the truth */
};

typedef struct Job {
    const VoloImageCounts *side[2];
    VoloScoreFn score;
    void *user;
    uint64_t seed;
    uint32_t *times;     /* [threads,BATCH,images] how often a sample has each picture */
    uint64_t *sums;      /* [threads,BATCH,SUMS,classes] */
    double *differences; /* [samples] */
} Job;

/* times [images] */
static void draw_sample(const Job *job, size_t sample, uint32_t *times)
{
    const size_t images = job->side[0]->images;
    const uint64_t key[2] = { job->seed, 0 };
    uint64_t numbers[4];

    memset(times, 0, images * sizeof *times);
    for (size_t j = 0; j < images; j++) {
        if (j % 4 == 0)
            volo_random_block(key, (const uint64_t[4]){ j / 4, sample, 0, 0 }, numbers);
        times[volo_random_below(numbers[j % 4], images)]++;
    }
}

/* sum [classes] += times * counts [classes] */
static void add_counts(uint64_t *restrict sum, const uint32_t *restrict counts, uint32_t times,
                       size_t classes)
{
    for (size_t i = 0; i < classes; i++)
        sum[i] += (uint64_t)times * counts[i];
}

static void add_image(const Job *job, size_t image, uint32_t times, uint64_t *sums)
{
    const VoloImageCounts *a = job->side[0], *b = job->side[1];
    const size_t k = a->classes, at = image * k;

    add_counts(sums, a->tp + at, times, k);
    add_counts(sums + k, a->pred + at, times, k);
    add_counts(sums + 2 * k, b->tp + at, times, k);
    add_counts(sums + 3 * k, b->pred + at, times, k);
    add_counts(sums + 4 * k, a->gt + at, times, k);
}

static double difference(const Job *job, const uint64_t *sums)
{
    const size_t k = job->side[0]->classes;
    const uint64_t *gt = sums + 4 * k;

    return job->score(sums + 2 * k, sums + 3 * k, gt, k, job->user) -
           job->score(sums, sums + k, gt, k, job->user);
}

static void do_samples(size_t first, size_t count, int slot, void *user)
{
    const Job *const job = user;
    const size_t images = job->side[0]->images, size = SUMS * job->side[0]->classes;
    uint32_t *const times = job->times + (size_t)slot * BATCH * images;
    uint64_t *const sums = job->sums + (size_t)slot * BATCH * size;

    memset(sums, 0, BATCH * size * sizeof *sums);
    for (size_t s = 0; s < count; s++)
        draw_sample(job, first + s, times + s * images);
    for (size_t i = 0; i < images; i++) {
        for (size_t s = 0; s < count; s++) {
            if (times[s * images + i])
                add_image(job, i, times[s * images + i], sums + s * size);
        }
    }
    for (size_t s = 0; s < count; s++)
        job->differences[first + s] = difference(job, sums + s * size);
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
    VoloBootstrap result = { .low = (double)NAN, .high = (double)NAN, .share_above = (double)NAN };
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

    job.times = calloc(slots * BATCH, a->images * sizeof *job.times);
    job.sums = calloc(slots * BATCH, SUMS * a->classes * sizeof *job.sums);
    job.differences = calloc(samples + 1, sizeof *job.differences);
    if (job.times && job.sums && job.differences) {
        volo_parallel_rows((int)slots, samples, BATCH, do_samples, &job);
        *ret_bootstrap = summarise(job.differences, samples);
    } else {
        status = volo_fail_memory(err, samples * sizeof *job.differences);
    }
    free(job.times);
    free(job.sums);
    free(job.differences);
    return status;
}
