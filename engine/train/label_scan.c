/* SPDX-License-Identifier: Apache-2.0 */
/* What the label files of a training hold: read once before the first step, so that what is wrong
 * with them is known then, and pictures can be drawn by class. */
#include "train/train_sets.h"

#include "base/error.h"
#include "base/parallel.h"

#include <volo/base.h>

#include <stdlib.h>
#include <string.h>

enum {
    PICTURES_PER_ROUND = 64, /* between two calls for progress, on each thread */
    WORDS = VOLO_LABELS / 64,
};

typedef struct Scan {
    VoloOpenSet *set;
    size_t start;                /* of the round */
    uint64_t (*presence)[WORDS]; /* [pictures of the set]: bit l for label l */
    struct {
        VoloRawPicture *raw;
        uint64_t pixels[VOLO_LABELS]; /* by label */
        VoloError error;              /* of the picture with the lowest index */
        size_t failed;                /* that index; SIZE_MAX: none */
    } * slot;                         /* [threads] */
    size_t slots;
} Scan;

VoloStatus volo_train_labels_load(const VoloTrainSet *set, size_t picture, VoloRawPicture *raw,
                                  uint64_t counts[VOLO_LABELS], VoloError *err)
{
    VoloPairBuffer buffer;

    VOLO_TRY(volo_dataset_load_labels(set->dataset, picture, raw, err));
    const size_t pixels = volo_raw_picture_height(raw) * volo_raw_picture_width(raw);
    const uint8_t *labels = volo_raw_picture_labels(raw);
    uint32_t part[4][VOLO_LABELS] = { { 0 } }; /* so that equal neighbours do not wait */
    for (size_t i = 0; i < pixels; i++)
        part[i % 4][labels[i]]++;
    for (size_t v = 0; v < VOLO_LABELS; v++)
        counts[v] = (uint64_t)part[0][v] + part[1][v] + part[2][v] + part[3][v];
    return volo_label_space_check(volo_dataset_space(set->dataset),
                                  volo_dataset_pair(set->dataset, picture, &buffer).labels, counts,
                                  err);
}

static void scan_pictures(size_t first, size_t count, int slot, void *user)
{
    Scan *s = user;

    for (size_t i = s->start + first; i < s->start + first + count; i++) {
        uint64_t counts[VOLO_LABELS];
        VoloError error;

        if (volo_train_labels_load(&s->set->view, i, s->slot[slot].raw, counts, &error)) {
            if (i < s->slot[slot].failed) {
                s->slot[slot].failed = i;
                s->slot[slot].error = error;
            }
            continue;
        }
        for (size_t raw = 0; raw < VOLO_LABELS; raw++) {
            const uint8_t label = s->set->view.label[raw];

            s->slot[slot].pixels[label] += counts[raw];
            if (counts[raw])
                s->presence[i][label / 64] |= UINT64_C(1) << label % 64;
        }
    }
}

static bool holds(const uint64_t presence[WORDS], size_t label)
{
    return presence[label / 64] >> label % 64 & 1;
}

/* For each label a list of the pictures that hold it. */
static VoloStatus list_holders(const Scan *s, VoloHolders *holders, VoloError *err)
{
    const size_t pictures = volo_dataset_count(s->set->dataset);
    size_t total = 0;

    for (size_t label = 0; label < VOLO_LABELS; label++) {
        for (size_t i = 0; i < pictures; i++)
            total += holds(s->presence[i], label);
        holders->first[label + 1] = total;
    }
    uint32_t *list = malloc((total ? total : 1) * sizeof *list);
    if (!list)
        return volo_fail_memory(err, total * sizeof *list);
    for (size_t label = 0, at = 0; label < VOLO_LABELS; label++) {
        for (size_t i = 0; i < pictures; i++) {
            if (holds(s->presence[i], label))
                list[at++] = (uint32_t)i;
        }
    }
    free(holders->pictures);
    holders->pictures = list;
    return VOLO_OK;
}

static VoloStatus start_slots(Scan *s, VoloError *err)
{
    s->slot = calloc(s->slots, sizeof *s->slot);
    if (!s->slot)
        return volo_fail_memory(err, s->slots * sizeof *s->slot);
    for (size_t i = 0; i < s->slots; i++)
        VOLO_TRY(volo_raw_picture_new(&s->slot[i].raw, err));
    return VOLO_OK;
}

static void clear(Scan *s)
{
    for (size_t i = 0; s->slot && i < s->slots; i++)
        volo_raw_picture_free(s->slot[i].raw);
    free(s->slot);
    free(s->presence);
    s->presence = NULL;
}

/* The failure of the picture that comes first, whatever the threads. */
static VoloStatus first_failure(const Scan *s, VoloError *err)
{
    size_t worst = 0;

    for (size_t i = 1; i < s->slots; i++) {
        if (s->slot[i].failed < s->slot[worst].failed)
            worst = i;
    }
    if (s->slot[worst].failed == SIZE_MAX)
        return VOLO_OK;
    if (err)
        *err = s->slot[worst].error;
    return s->slot[worst].error.status;
}

typedef struct Told {
    VoloDataProgressFn fn;
    void *user;
    size_t done, total;
} Told;

static VoloStatus scan_set(Scan *s, Told *told, VoloError *err)
{
    const size_t pictures = volo_dataset_count(s->set->dataset);
    const size_t round = s->slots * PICTURES_PER_ROUND;

    s->presence = calloc(pictures, sizeof *s->presence);
    if (!s->presence)
        return volo_fail_memory(err, pictures * sizeof *s->presence);
    for (size_t i = 0; i < s->slots; i++) {
        memset(s->slot[i].pixels, 0, sizeof s->slot[i].pixels);
        s->slot[i].failed = SIZE_MAX;
    }
    for (s->start = 0; s->start < pictures; s->start += round) {
        const size_t count = pictures - s->start < round ? pictures - s->start : round;

        volo_parallel_rows((int)s->slots, count, 1, scan_pictures, s);
        VOLO_TRY(first_failure(s, err));
        told->done += count;
        if (told->fn && !told->fn(told->done, told->total, told->user))
            return volo_fail(err, VOLO_ERR_CANCELLED, "cancelled");
    }
    VOLO_TRY(list_holders(s, &s->set->holders, err));
    for (size_t label = 0; label < VOLO_LABELS; label++) {
        s->set->pixels[label] = 0;
        for (size_t i = 0; i < s->slots; i++)
            s->set->pixels[label] += s->slot[i].pixels[label];
    }
    return VOLO_OK;
}

VoloStatus volo_train_sets_scan(VoloTrainSets *sets, int threads, VoloDataProgressFn progress,
                                void *user, VoloError *err)
{
    Scan scan = { .slots = (size_t)(threads > 0 ? threads : volo_cpu_count()) };
    Told told = { progress, user, 0, sets->pictures };
    VoloStatus status = start_slots(&scan, err);

    for (size_t i = 0; i < sets->count && !status; i++) {
        scan.set = &sets->sets[i];
        status = scan_set(&scan, &told, err);
        free(scan.presence);
        scan.presence = NULL;
    }
    sets->scanned = !status;
    clear(&scan);
    return status;
}

uint64_t volo_train_sets_pixels(const VoloTrainSets *sets, size_t set, size_t label)
{
    return set < sets->count && label < VOLO_LABELS ? sets->sets[set].pixels[label] : 0;
}

size_t volo_train_sets_holders(const VoloTrainSets *sets, size_t set, size_t label)
{
    if (set >= sets->count || label >= VOLO_LABELS)
        return 0;
    const size_t *first = sets->sets[set].holders.first;
    return first[label + 1] - first[label];
}

static uint64_t labelled_pixels(const VoloOpenSet *set)
{
    uint64_t sum = 0;

    for (size_t label = 0; label < set->view.label_count; label++)
        sum += set->pixels[label];
    return sum;
}

void volo_train_sets_frequencies(const VoloTrainSets *sets, double *ret_share)
{
    const size_t classes = volo_class_table_count(sets->classes);
    double whole = 0;

    memset(ret_share, 0, classes * sizeof *ret_share);
    for (size_t i = 0; i < sets->count; i++) {
        const VoloOpenSet *set = &sets->sets[i];
        const uint64_t labelled = set->view.coarse ? 0 : labelled_pixels(set);

        if (labelled == 0)
            continue;
        whole += set->view.share;
        for (size_t c = 0; c < classes; c++)
            ret_share[c] += set->view.share * (double)set->pixels[c] / (double)labelled;
    }
    for (size_t c = 0; c < classes && whole > 0; c++)
        ret_share[c] /= whole;
}
