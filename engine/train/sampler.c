/* SPDX-License-Identifier: Apache-2.0 */
/* VoloSampler: shares in 2^32nds, permutations by a Feistel network over Philox. */
#include "train/sampler.h"

#include "base/error.h"
#include "train/random_stream.h"
#include "train/train_sets.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum {
    BLOCK = 64, /* positions that are shuffled among themselves, so that sets do not alternate */
    ROUNDS = 6,
};

typedef struct SetPart {
    uint64_t weight; /* in 2^32nds of what the sets before it have left over */
    double *chance;  /* [labels] up to and with label l, of being drawn by class; NULL: none */
} SetPart;

struct VoloSampler {
    const VoloTrainSets *sets;
    VoloSampling sampling;
    SetPart *parts; /* [count of the sets] */
};

/* --- permutations ----------------------------------------------------------------------------- */

static unsigned bits_for(uint64_t count)
{
    unsigned bits = 2;

    while (bits < 64 && count > UINT64_C(1) << bits)
        bits += 2;
    return bits;
}

/* A permutation of all numbers of that many bits, an even number of them. */
static uint64_t feistel(const uint64_t key[2], uint64_t set, uint64_t epoch, unsigned bits,
                        uint64_t x)
{
    const unsigned half = bits / 2;
    const uint64_t mask = (UINT64_C(1) << half) - 1;
    uint64_t left = x >> half, right = x & mask;

    for (uint64_t round = 0; round < ROUNDS; round++) {
        const uint64_t counter[4] = { right, round, epoch, set };
        uint64_t numbers[4];

        volo_random_block(key, counter, numbers);
        const uint64_t next = left ^ (numbers[0] & mask);
        left = right;
        right = next;
    }
    return left << half | right;
}

uint64_t volo_permuted(uint64_t seed, uint64_t set, uint64_t epoch, uint64_t count, uint64_t i)
{
    const uint64_t key[2] = { seed, VOLO_STREAM_EPOCH };
    const unsigned bits = bits_for(count);
    uint64_t x = i;

    assert(i < count);
    do /* a walk along the cycle: it comes back to i at the latest */
        x = feistel(key, set, epoch, bits, x);
    while (x >= count);
    return x;
}

/* --- classes ---------------------------------------------------------------------------------- */

void volo_rare_probabilities(const double *share, size_t labels, double temperature, double *ret_p)
{
    double least = (double)INFINITY, sum = 0;

    for (size_t i = 0; i < labels; i++) {
        if (share[i] > 0 && share[i] < least)
            least = share[i];
    }
    for (size_t i = 0; i < labels; i++) {
        ret_p[i] = share[i] > 0 ? exp((least - share[i]) / temperature) : 0;
        sum += ret_p[i];
    }
    for (size_t i = 0; i < labels && sum > 0; i++)
        ret_p[i] /= sum;
}

static VoloStatus fill_chances(SetPart *part, const VoloOpenSet *set, double temperature,
                               VoloError *err)
{
    const size_t labels = set->view.label_count;
    double share[VOLO_LABELS] = { 0 }, whole = 0;

    part->chance = calloc(labels, sizeof *part->chance);
    if (!part->chance)
        return volo_fail_memory(err, labels * sizeof *part->chance);
    for (size_t i = 0; i < labels; i++)
        whole += (double)set->pixels[i];
    for (size_t i = 0; i < labels && whole > 0; i++)
        share[i] = (double)set->pixels[i] / whole;
    volo_rare_probabilities(share, labels, temperature, part->chance);
    for (size_t i = 1; i < labels; i++)
        part->chance[i] += part->chance[i - 1];
    return VOLO_OK;
}

/* A label by its chance; -1 when the set has none at all. */
static int draw_label(const SetPart *part, const VoloOpenSet *set, double at)
{
    const size_t labels = set->view.label_count;
    const double point = at * part->chance[labels - 1];

    for (size_t i = 0; i < labels; i++) {
        if (point < part->chance[i])
            return (int)i;
    }
    return -1;
}

static bool draw_by_class(const VoloSampler *s, uint64_t position, VoloPlace *place)
{
    const VoloOpenSet *set = &s->sets->sets[place->set];
    VoloStream stream = volo_stream_at(s->sampling.seed, VOLO_STREAM_RARE, position);

    if (!volo_stream_chance(&stream, s->sampling.rare))
        return false;
    place->rare = draw_label(&s->parts[place->set], set, volo_stream_unit(&stream));
    if (place->rare < 0)
        return false;
    const size_t *first = &set->holders.first[place->rare];
    const uint64_t index = volo_stream_below(&stream, first[1] - first[0]);
    place->picture = set->holders.pictures[first[0] + index];
    return true;
}

/* --- positions -------------------------------------------------------------------------------- */

/* ⌊position · weight / 2^32⌋, position below 2^48 */
static uint64_t scaled(uint64_t position, uint64_t weight)
{
    return (position >> 32) * weight + ((position & 0xffffffffu) * weight >> 32);
}

/* Which set, and how many samples of it come before. Set by set: it takes the positions where its
 * scaled count steps up; the others are counted anew for the sets behind. */
static uint64_t find_set(const VoloSampler *s, uint64_t position, size_t *ret_set)
{
    const size_t last = s->sets->count - 1;

    for (size_t i = 0; i < last; i++) {
        const uint64_t before = scaled(position, s->parts[i].weight);

        if (scaled(position + 1, s->parts[i].weight) > before) {
            *ret_set = i;
            return before;
        }
        position -= before;
    }
    *ret_set = last;
    return position;
}

VoloPlace volo_sampler_at(const VoloSampler *sampler, uint64_t position)
{
    const uint64_t seed = sampler->sampling.seed;
    VoloPlace place = { .rare = -1 };
    uint64_t mixed = position;

    assert(position < VOLO_POSITION_LIMIT);
    if (sampler->sets->count > 1)
        mixed = position / BLOCK * BLOCK +
                volo_permuted(seed, UINT64_MAX, position / BLOCK, BLOCK, position % BLOCK);
    const uint64_t before = find_set(sampler, mixed, &place.set);
    const uint64_t pictures = volo_dataset_count(sampler->sets->sets[place.set].dataset);
    place.epoch = before / pictures;
    if (sampler->sampling.rare > 0 && draw_by_class(sampler, position, &place))
        return place;
    place.rare = -1;
    place.picture =
        (size_t)volo_permuted(seed, place.set, place.epoch, pictures, before % pictures);
    return place;
}

/* --- making one ------------------------------------------------------------------------------- */

static VoloStatus fill(VoloSampler *s, VoloError *err)
{
    double left = 1;

    for (size_t i = 0; i < s->sets->count; i++) {
        const VoloOpenSet *set = &s->sets->sets[i];
        const double part = left > 0 ? set->view.share / left : 0;

        if (volo_dataset_count(set->dataset) == 0)
            return volo_fail(err, VOLO_ERR_ARGUMENT, "data set '%.80s' has no pictures",
                             set->view.name);
        s->parts[i].weight = (uint64_t)llrint(fmin(part, 1) * 0x1p32);
        left -= set->view.share;
        if (s->sampling.rare > 0)
            VOLO_TRY(fill_chances(&s->parts[i], set, s->sampling.rare_temperature, err));
    }
    return VOLO_OK;
}

VoloStatus volo_sampler_new(const VoloTrainSets *sets, const VoloSampling *sampling,
                            VoloSampler **ret_sampler, VoloError *err)
{
    if (sampling->rare > 0 && !sets->scanned)
        return volo_fail(err, VOLO_ERR_ARGUMENT,
                         "drawing by class needs label files that have been scanned");
    VoloSampler *s = calloc(1, sizeof *s);
    if (!s || !(s->parts = calloc(sets->count, sizeof *s->parts))) {
        free(s);
        return volo_fail_memory(err, sets->count * sizeof *s->parts);
    }
    s->sets = sets;
    s->sampling = *sampling;
    const VoloStatus status = fill(s, err);
    if (status) {
        volo_sampler_free(s);
        return status;
    }
    *ret_sampler = s;
    return VOLO_OK;
}

void volo_sampler_free(VoloSampler *sampler)
{
    if (!sampler)
        return;
    for (size_t i = 0; i < sampler->sets->count; i++)
        free(sampler->parts[i].chance);
    free(sampler->parts);
    free(sampler);
}
