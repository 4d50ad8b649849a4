/* SPDX-License-Identifier: Apache-2.0 */
/* VoloLoader: threads that each make one sample after the other into a ring of batches. Samples are
 * handed out in order; a batch is ready when all of its samples are. All counters only grow, under
 * one lock. */
#include <volo/train_data.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "train/augment.h"
#include "train/picture_cache.h"
#include "train/sampler.h"
#include "train/train_sets.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A batch of the ring. */
typedef struct Slot {
    VoloBatch batch;
    VoloSample *samples; /* of the batch */
    size_t done;         /* samples */
    size_t failed;       /* the first of those that failed; SIZE_MAX: none */
    VoloError error;     /* why */
} Slot;

typedef struct Worker {
    struct VoloLoader *loader;
    pthread_t thread;
    VoloRawPicture *raw;
    VoloAugmentScratch *scratch;
} Worker;

struct VoloLoader {
    const VoloTrainSets *sets;
    VoloAugment augment;
    VoloSampling sampling;
    VoloLoaderOptions options;
    VoloSampler *sampler;
    VoloPictureCache *cache;
    Worker *workers; /* [options.threads] */
    int started;     /* threads */
    Slot *slots;     /* [slot_count] batch b stands in slot b mod slot_count */
    size_t slot_count;

    pthread_mutex_t lock;   /* of all below and of what is done in slots */
    pthread_cond_t changed; /* of any of it */
    uint64_t handed;        /* samples that threads have begun */
    uint64_t released;      /* batches whose memory is free again */
    uint64_t made;          /* samples */
    uint64_t taken;         /* batches given to the caller */
    double waited;
    bool closing;
};

/* --- samples ---------------------------------------------------------------------------------- */

static uint64_t position_of(const VoloLoader *l, uint64_t sample)
{
    return l->options.position + sample * (uint64_t)l->options.ranks + (uint64_t)l->options.rank;
}

static Slot *slot_of(const VoloLoader *l, uint64_t batch)
{
    return &l->slots[batch % l->slot_count];
}

static VoloStatus make_sample(Worker *worker, uint64_t position, float *x, uint8_t *labels,
                              VoloSample *sample, VoloError *err)
{
    const VoloLoader *l = worker->loader;
    const VoloPlace place = volo_sampler_at(l->sampler, position);
    const VoloTrainSet *set = &l->sets->sets[place.set].view;
    VoloStream stream = volo_stream_at(l->sampling.seed, VOLO_STREAM_AUGMENT, position);
    const VoloDecoded *decoded = NULL;
    VoloAugmentTrace trace;

    VOLO_TRY(
        volo_picture_cache_take(l->cache, place.set, place.picture, worker->raw, &decoded, err));
    const VoloAugmentSource source = { .rgb = volo_image_pixels(decoded->image),
                                       .labels = decoded->labels,
                                       .h = volo_image_height(decoded->image),
                                       .w = volo_image_width(decoded->image),
                                       .base_h = decoded->base[0],
                                       .base_w = decoded->base[1],
                                       .focus = place.rare };
    volo_augment_run(&l->augment, &source, &stream, worker->scratch, x, labels, &trace);
    volo_picture_cache_return(decoded);
    *sample = (VoloSample){ .position = position,
                            .set = place.set,
                            .picture = place.picture,
                            .name = volo_dataset_pair_name(set->dataset, place.picture),
                            .group_of = set->coarse ? set->group_of : NULL,
                            .label_count = set->label_count,
                            .scale = trace.scale,
                            .top = trace.top,
                            .left = trace.left,
                            .flipped = trace.flipped,
                            .rare = place.rare };
    return VOLO_OK;
}

/* --- threads ---------------------------------------------------------------------------------- */

/* Whether the next sample's batch has a place in the ring. */
static bool may_begin(const VoloLoader *l)
{
    return l->handed / l->options.batch < l->released + l->slot_count;
}

/* Makes the next sample, unlocked meanwhile. */
static void make_next(Worker *worker)
{
    VoloLoader *l = worker->loader;
    const uint64_t index = l->handed++;
    const size_t i = (size_t)(index % l->options.batch);
    Slot *slot = slot_of(l, index / l->options.batch);
    const size_t pixels = slot->batch.h * slot->batch.w;
    VoloError error;

    pthread_mutex_unlock(&l->lock);
    const VoloStatus status =
        make_sample(worker, position_of(l, index), slot->batch.x + i * 3 * pixels,
                    slot->batch.labels + i * pixels, &slot->samples[i], &error);
    pthread_mutex_lock(&l->lock);
    if (status && i < slot->failed) {
        slot->failed = i;
        slot->error = error;
    }
    l->made += !status;
    slot->done++;
    pthread_cond_broadcast(&l->changed);
}

static void *work(void *user)
{
    Worker *worker = user;
    VoloLoader *l = worker->loader;

    pthread_mutex_lock(&l->lock);
    while (!l->closing) {
        if (may_begin(l))
            make_next(worker);
        else
            pthread_cond_wait(&l->changed, &l->lock);
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

static VoloStatus start_threads(VoloLoader *l, VoloError *err)
{
    sigset_t all, before;
    int refused = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; i < l->options.threads && !refused; i++) {
        refused = pthread_create(&l->workers[i].thread, NULL, work, &l->workers[i]);
        l->started += !refused;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (l->started == 0) /* with some of them it goes on */
        return volo_fail_errno(err, refused, "no thread to load pictures");
    return VOLO_OK;
}

/* --- making one ------------------------------------------------------------------------------- */

static VoloStatus make_slot(VoloLoader *l, Slot *slot, VoloError *err)
{
    const uint64_t sides[] = { l->options.batch, l->augment.crop[0], l->augment.crop[1],
                               3 * sizeof(float) };
    size_t bytes, padded;

    if (!volo_product(sides, 4, &bytes) || !volo_align(bytes, 64, &padded))
        return volo_fail(err, VOLO_ERR_LIMIT, "a batch of %zu samples of %zux%zu is too large",
                         l->options.batch, l->augment.crop[0], l->augment.crop[1]);
    slot->batch.x = aligned_alloc(64, padded);
    slot->batch.labels = malloc(bytes / (3 * sizeof(float)));
    slot->samples = calloc(l->options.batch, sizeof *slot->samples);
    if (!slot->batch.x || !slot->batch.labels || !slot->samples)
        return volo_fail_memory(err, bytes);
    slot->batch.n = l->options.batch;
    slot->batch.h = l->augment.crop[0];
    slot->batch.w = l->augment.crop[1];
    slot->batch.samples = slot->samples;
    slot->failed = SIZE_MAX;
    return VOLO_OK;
}

static VoloStatus make_parts(VoloLoader *l, VoloError *err)
{
    l->slot_count = l->options.ahead + 1;
    l->slots = calloc(l->slot_count, sizeof *l->slots);
    l->workers = calloc((size_t)l->options.threads, sizeof *l->workers);
    if (!l->slots || !l->workers)
        return volo_fail_memory(err, l->slot_count * sizeof *l->slots);
    VOLO_TRY(volo_sampler_new(l->sets, &l->sampling, &l->sampler, err));
    VOLO_TRY(volo_picture_cache_new(l->sets, l->options.cache_bytes, &l->cache, err));
    for (size_t i = 0; i < l->slot_count; i++)
        VOLO_TRY(make_slot(l, &l->slots[i], err));
    for (int i = 0; i < l->options.threads; i++) {
        l->workers[i].loader = l;
        VOLO_TRY(volo_raw_picture_new(&l->workers[i].raw, err));
        VOLO_TRY(volo_augment_scratch_new(&l->augment, &l->workers[i].scratch, err));
    }
    return start_threads(l, err);
}

VoloStatus volo_loader_new(const VoloTrainSets *sets, const VoloDataOptions *options,
                           VoloLoader **ret_loader, VoloError *err)
{
    VOLO_TRY(volo_data_options_check(options, err));
    VoloLoader *l = calloc(1, sizeof *l);
    if (!l)
        return volo_fail_memory(err, sizeof *l);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->changed, NULL);
    l->sets = sets;
    l->augment = options->augment;
    l->sampling = options->sampling;
    l->options = options->loader;
    const VoloStatus status = make_parts(l, err);
    if (status) {
        volo_loader_free(l);
        return status;
    }
    *ret_loader = l;
    return VOLO_OK;
}

static void stop_threads(VoloLoader *l)
{
    pthread_mutex_lock(&l->lock);
    l->closing = true;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    for (int i = 0; i < l->started; i++)
        pthread_join(l->workers[i].thread, NULL);
}

void volo_loader_free(VoloLoader *loader)
{
    if (!loader)
        return;
    stop_threads(loader);
    for (int i = 0; loader->workers && i < loader->options.threads; i++) {
        volo_raw_picture_free(loader->workers[i].raw);
        volo_augment_scratch_free(loader->workers[i].scratch);
    }
    for (size_t i = 0; loader->slots && i < loader->slot_count; i++) {
        free(loader->slots[i].batch.x);
        free(loader->slots[i].batch.labels);
        free(loader->slots[i].samples);
    }
    free(loader->workers);
    free(loader->slots);
    volo_picture_cache_free(loader->cache);
    volo_sampler_free(loader->sampler);
    pthread_cond_destroy(&loader->changed);
    pthread_mutex_destroy(&loader->lock);
    free(loader);
}

/* --- the caller ------------------------------------------------------------------------------- */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The batch that was given before is no longer in use. */
static void release_taken(VoloLoader *l)
{
    while (l->released < l->taken) {
        Slot *slot = slot_of(l, l->released++);

        slot->done = 0;
        slot->failed = SIZE_MAX;
    }
    pthread_cond_broadcast(&l->changed);
}

VoloStatus volo_loader_next(VoloLoader *loader, const VoloBatch **ret_batch, VoloError *err)
{
    Slot *slot = slot_of(loader, loader->taken);
    const double start = now();
    VoloStatus status = VOLO_OK;

    pthread_mutex_lock(&loader->lock);
    release_taken(loader);
    while (slot->done < loader->options.batch)
        pthread_cond_wait(&loader->changed, &loader->lock);
    loader->waited += now() - start;
    if (slot->failed != SIZE_MAX) {
        status = slot->error.status;
        if (err)
            *err = slot->error;
    } else {
        loader->taken++;
        slot->batch.next = position_of(loader, loader->taken * loader->options.batch) -
                           (uint64_t)loader->options.rank;
        *ret_batch = &slot->batch;
    }
    pthread_mutex_unlock(&loader->lock);
    return status;
}

VoloLoaderStats volo_loader_stats(VoloLoader *loader)
{
    VoloLoaderStats stats = { 0 };

    volo_picture_cache_count(loader->cache, &stats.decoded, &stats.cached_bytes);
    pthread_mutex_lock(&loader->lock);
    stats.samples = loader->made;
    stats.waited = loader->waited;
    pthread_mutex_unlock(&loader->lock);
    return stats;
}
