/* SPDX-License-Identifier: Apache-2.0 */
/* VoloPictureCache: a pointer for each picture, under one lock; decoding is done outside of it. */
#include "train/picture_cache.h"

#include "base/error.h"
#include "base/limits.h"
#include "train/augment.h"
#include "train/train_sets.h"

#include <pthread.h>
#include <stdlib.h>

struct VoloPictureCache {
    const VoloTrainSets *sets;
    uint64_t max_bytes;
    pthread_mutex_t lock; /* of all below */
    uint64_t bytes, decoded;
    VoloDecoded **entry; /* [pictures of all sets]; NULL: not there */
    size_t *first;       /* [sets] where each set's entries begin */
};

/* --- decoding --------------------------------------------------------------------------------- */

static VoloStatus check_sizes(const VoloPair *pair, const VoloImage *image,
                              const VoloRawPicture *raw, VoloError *err)
{
    const size_t h = volo_image_height(image), w = volo_image_width(image);

    if (h != volo_raw_picture_height(raw) || w != volo_raw_picture_width(raw))
        return volo_fail(err, VOLO_ERR_SHAPE, "'%s' has %zux%zu pixels (HxW), its labels %zux%zu",
                         pair->image, h, w, volo_raw_picture_height(raw),
                         volo_raw_picture_width(raw));
    if (h < VOLO_LIMIT_INPUT_MIN_SIDE || w < VOLO_LIMIT_INPUT_MIN_SIDE)
        return volo_fail(err, VOLO_ERR_LIMIT, "'%s' has %zux%zu pixels, at least %ux%u are needed",
                         pair->image, h, w, VOLO_LIMIT_INPUT_MIN_SIDE, VOLO_LIMIT_INPUT_MIN_SIDE);
    return VOLO_OK;
}

static VoloStatus translate_labels(const VoloTrainSet *set, const VoloRawPicture *raw,
                                   VoloDecoded *decoded, VoloError *err)
{
    const size_t pixels = volo_raw_picture_height(raw) * volo_raw_picture_width(raw);
    const uint8_t *from = volo_raw_picture_labels(raw);

    decoded->labels = malloc(pixels);
    if (!decoded->labels)
        return volo_fail_memory(err, pixels);
    for (size_t i = 0; i < pixels; i++)
        decoded->labels[i] = set->label[from[i]];
    return VOLO_OK;
}

/* Pictures are never turned by EXIF: labels are not either. */
static VoloStatus decode(const VoloTrainSet *set, size_t picture, VoloRawPicture *raw,
                         VoloDecoded *decoded, VoloError *err)
{
    const VoloImageOptions options = { .raw_orientation = true };
    uint64_t counts[VOLO_LABELS];
    VoloPairBuffer buffer;
    const VoloPair pair = volo_dataset_pair(set->dataset, picture, &buffer);

    VOLO_TRY(volo_image_load(pair.image, &options, &decoded->image, err));
    VOLO_TRY(volo_train_labels_load(set, picture, raw, counts, err));
    VOLO_TRY(check_sizes(&pair, decoded->image, raw, err));
    const VoloStatus status =
        volo_augment_base(&set->size, volo_image_height(decoded->image),
                          volo_image_width(decoded->image), decoded->base, err);
    if (status) {
        volo_error_prefix(err, "'%s'", pair.image);
        return status;
    }
    return translate_labels(set, raw, decoded, err);
}

VoloStatus volo_decoded_load(const VoloTrainSet *set, size_t picture, VoloRawPicture *raw,
                             VoloDecoded **ret_decoded, VoloError *err)
{
    VoloDecoded *decoded = calloc(1, sizeof *decoded);

    if (!decoded)
        return volo_fail_memory(err, sizeof *decoded);
    const VoloStatus status = decode(set, picture, raw, decoded, err);
    if (status) {
        volo_decoded_free(decoded);
        return status;
    }
    *ret_decoded = decoded;
    return VOLO_OK;
}

void volo_decoded_free(VoloDecoded *decoded)
{
    if (!decoded)
        return;
    volo_image_unref(decoded->image);
    free(decoded->labels);
    free(decoded);
}

/* --- the cache -------------------------------------------------------------------------------- */

VoloStatus volo_picture_cache_new(const VoloTrainSets *sets, uint64_t max_bytes,
                                  VoloPictureCache **ret_cache, VoloError *err)
{
    VoloPictureCache *c = calloc(1, sizeof *c);
    size_t total = 0;

    if (!c)
        return volo_fail_memory(err, sizeof *c);
    pthread_mutex_init(&c->lock, NULL);
    c->sets = sets;
    c->max_bytes = max_bytes;
    c->first = calloc(sets->count, sizeof *c->first);
    c->entry = calloc(sets->pictures ? sets->pictures : 1, sizeof *c->entry);
    if (!c->first || !c->entry) {
        volo_picture_cache_free(c);
        return volo_fail_memory(err, sets->pictures * sizeof *c->entry);
    }
    for (size_t i = 0; i < sets->count; i++) {
        c->first[i] = total;
        total += volo_dataset_count(sets->sets[i].dataset);
    }
    *ret_cache = c;
    return VOLO_OK;
}

void volo_picture_cache_free(VoloPictureCache *cache)
{
    if (!cache)
        return;
    for (size_t i = 0; cache->entry && i < cache->sets->pictures; i++)
        volo_decoded_free(cache->entry[i]);
    free(cache->entry);
    free(cache->first);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

/* Keeps it if there is room and no other thread was faster. */
static void offer(VoloPictureCache *c, size_t index, VoloDecoded *decoded)
{
    const uint64_t pixels =
        (uint64_t)volo_image_height(decoded->image) * volo_image_width(decoded->image);
    const uint64_t bytes = 4 * pixels + sizeof *decoded;

    pthread_mutex_lock(&c->lock);
    c->decoded++;
    if (!c->entry[index] && bytes <= c->max_bytes && c->bytes <= c->max_bytes - bytes) {
        decoded->kept = true;
        c->entry[index] = decoded;
        c->bytes += bytes;
    }
    pthread_mutex_unlock(&c->lock);
}

VoloStatus volo_picture_cache_take(VoloPictureCache *cache, size_t set, size_t picture,
                                   VoloRawPicture *raw, const VoloDecoded **ret_decoded,
                                   VoloError *err)
{
    const size_t index = cache->first[set] + picture;
    VoloDecoded *decoded;

    pthread_mutex_lock(&cache->lock);
    decoded = cache->entry[index];
    pthread_mutex_unlock(&cache->lock);
    if (!decoded) {
        VOLO_TRY(volo_decoded_load(&cache->sets->sets[set].view, picture, raw, &decoded, err));
        offer(cache, index, decoded);
    }
    *ret_decoded = decoded;
    return VOLO_OK;
}

void volo_picture_cache_return(const VoloDecoded *decoded)
{
    if (!decoded->kept)
        volo_decoded_free((VoloDecoded *)(uintptr_t)decoded);
}

void volo_picture_cache_count(VoloPictureCache *cache, uint64_t *ret_decoded, uint64_t *ret_bytes)
{
    pthread_mutex_lock(&cache->lock);
    *ret_decoded = cache->decoded;
    *ret_bytes = cache->bytes;
    pthread_mutex_unlock(&cache->lock);
}
