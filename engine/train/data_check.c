/* SPDX-License-Identifier: Apache-2.0 */
/* VoloDataCheck: every pair is read once, by threads; what is wrong becomes a list in a fixed
 * order; pictures are then compared with each other by digests alone. */
#include <volo/image.h>
#include <volo/train_data.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/parallel.h"
#include "base/sha256.h"
#include "train/likeness.h"
#include "train/train_sets.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROLES = 2,
    PICTURES_PER_ROUND = 16, /* between two calls for progress, on each thread */
    NOTHING_WRONG = -1,
};

/* What is kept of a pair that was looked at. */
typedef struct Seen {
    size_t set, pair;
    VoloDataRole role;
    int kind;         /* VoloFindingKind, or NOTHING_WRONG */
    char *text;       /* of the finding, malloc; NULL: memory was refused */
    bool has_digests; /* the picture could be decoded */
    uint8_t sha256[32];
    VoloLikeness likeness;
} Seen;

typedef struct Counts {
    size_t good; /* pairs */
    uint64_t pixels[VOLO_LABELS];
    size_t holders[VOLO_LABELS];
} Counts;

struct VoloDataCheck {
    VoloArena arena; /* owns texts */
    VoloTrainSets *sets[ROLES];
    Counts *counts[ROLES]; /* [sets of the role] */
    VoloFinding *findings;
    size_t count, room;
};

typedef struct Slot {
    VoloRawPicture *raw;
    Counts counts;
} Slot;

typedef struct Checking {
    VoloDataCheck *check;
    const VoloDataCheckOptions *o;
    VoloDataProgressFn progress;
    void *user;
    VoloError *err;
    VoloDataRole role; /* of the sets being opened or looked at */
    size_t set;        /* the one of them */
    const VoloTrainSet *view;
    Seen *seen;          /* [total] of all sets of both roles */
    size_t total, start; /* start: of the round */
    size_t set_start;    /* where the set's pairs begin */
    Slot *slots;
    size_t slot_count;
    bool no_memory; /* for a finding of the opening */
} Checking;

/* --- findings --------------------------------------------------------------------------------- */

const char *volo_finding_name(VoloFindingKind kind)
{
    static const char *const names[VOLO_FINDING_KINDS] = { "unpaired",  "corrupt", "sizes",
                                                           "labels",    "tiny",    "empty",
                                                           "duplicate", "alike" };

    return names[kind];
}

bool volo_finding_is_fault(VoloFindingKind kind)
{
    return kind <= VOLO_FINDING_LABELS;
}

/* finding->text is copied; its name is that of the pair. */
static VoloStatus add_finding(VoloDataCheck *check, VoloFinding finding, VoloError *err)
{
    if (check->count == check->room) {
        const size_t room = check->room ? 2 * check->room : 64;
        VoloFinding *grown = realloc(check->findings, room * sizeof *grown);

        if (!grown)
            return volo_fail_memory(err, room * sizeof *grown);
        check->findings = grown;
        check->room = room;
    }
    finding.text = volo_arena_strdup(&check->arena, finding.text);
    if (!finding.text)
        return volo_fail_memory(err, sizeof finding);
    check->findings[check->count++] = finding;
    return VOLO_OK;
}

/* What volo_dataset_open says about single pairs. */
static void note_unpaired(const VoloError *problem, void *user)
{
    Checking *c = user;
    const VoloFinding finding = {
        .kind = VOLO_FINDING_UNPAIRED, .role = c->role, .set = c->set, .text = problem->message
    };

    if (add_finding(c->check, finding, NULL))
        c->no_memory = true;
}

/* --- looking at a pair ------------------------------------------------------------------------ */

static const char *pair_name(const Checking *c, const Seen *seen)
{
    return volo_dataset_pair_name(c->check->sets[seen->role]->sets[seen->set].dataset, seen->pair);
}

VOLO_PRINTF(3, 4)
static void note(Seen *seen, VoloFindingKind kind, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (vasprintf(&seen->text, format, args) < 0)
        seen->text = NULL;
    va_end(args);
    seen->kind = (int)kind;
}

static void take_digests(const VoloImage *image, Seen *seen)
{
    const size_t size[2] = { volo_image_height(image), volo_image_width(image) };
    VoloSha256 sha256;

    volo_sha256_init(&sha256);
    volo_sha256_update(&sha256, size, sizeof size);
    volo_sha256_update(&sha256, volo_image_pixels(image), 3 * size[0] * size[1]);
    volo_sha256_finish(&sha256, seen->sha256);
    seen->likeness = volo_likeness_of(volo_image_pixels(image), size[0], size[1]);
    seen->has_digests = true;
}

static void count_labels(const VoloTrainSet *view, const uint64_t raw[VOLO_LABELS], Counts *counts,
                         bool *ret_empty)
{
    uint64_t label[VOLO_LABELS] = { 0 };

    *ret_empty = true;
    for (size_t v = 0; v < VOLO_LABELS; v++)
        label[view->label[v]] += raw[v];
    for (size_t l = 0; l < VOLO_LABELS; l++) {
        counts->pixels[l] += label[l];
        counts->holders[l] += label[l] > 0;
        if (label[l] > 0 && l != VOLO_LABEL_IGNORE)
            *ret_empty = false;
    }
    counts->good++;
}

/* The labels of a pair whose picture is h x w (0 x 0: could not be read). */
static void look_at_labels(const Checking *c, Slot *slot, const VoloPair *pair, size_t h, size_t w,
                           Seen *seen)
{
    uint64_t counts[VOLO_LABELS];
    VoloError error;
    bool empty = false;

    const VoloStatus status =
        volo_train_labels_load(c->view, seen->pair, slot->raw, counts, &error);
    const size_t labels_h = volo_raw_picture_height(slot->raw);
    const size_t labels_w = volo_raw_picture_width(slot->raw);
    if (seen->kind != NOTHING_WRONG)
        return;
    if (status && labels_h == 0)
        note(seen, VOLO_FINDING_CORRUPT, "%s", error.message);
    else if (h != labels_h || w != labels_w)
        note(seen, VOLO_FINDING_SIZES, "'%s' has %zux%zu pixels (HxW), its labels %zux%zu",
             pair->image, h, w, labels_h, labels_w);
    else if (status)
        note(seen, VOLO_FINDING_LABELS, "%s", error.message);
    else if (h < VOLO_LIMIT_INPUT_MIN_SIDE || w < VOLO_LIMIT_INPUT_MIN_SIDE)
        note(seen, VOLO_FINDING_SIZES, "'%s' has %zux%zu pixels, at least %ux%u are needed",
             pair->image, h, w, VOLO_LIMIT_INPUT_MIN_SIDE, VOLO_LIMIT_INPUT_MIN_SIDE);
    else
        count_labels(c->view, counts, &slot->counts, &empty);
    if (seen->kind != NOTHING_WRONG)
        return;
    if (h < c->o->min_side || w < c->o->min_side)
        note(seen, VOLO_FINDING_TINY, "'%s' has %zux%zu pixels, fewer than %zu on a side",
             pair->image, h, w, c->o->min_side);
    else if (empty)
        note(seen, VOLO_FINDING_EMPTY, "'%s' has no label that is learnt", pair->labels);
}

static void look_at_pair(const Checking *c, Slot *slot, Seen *seen)
{
    const VoloImageOptions options = { .raw_orientation = true };
    VoloPairBuffer buffer;
    const VoloPair pair = volo_dataset_pair(c->view->dataset, seen->pair, &buffer);
    VoloImage *image = NULL;
    VoloError error;
    size_t h = 0, w = 0;

    seen->kind = NOTHING_WRONG;
    if (volo_image_load(pair.image, &options, &image, &error)) {
        note(seen, VOLO_FINDING_CORRUPT, "%s", error.message);
    } else {
        h = volo_image_height(image);
        w = volo_image_width(image);
        take_digests(image, seen);
        volo_image_unref(image);
    }
    look_at_labels(c, slot, &pair, h, w, seen);
}

static void look_at_pairs(size_t first, size_t count, int slot, void *user)
{
    Checking *c = user;

    for (size_t i = c->start + first; i < c->start + first + count; i++) {
        Seen *seen = &c->seen[c->set_start + i];

        seen->role = c->role;
        seen->set = c->set;
        seen->pair = i;
        look_at_pair(c, &c->slots[slot], seen);
    }
}

/* --- all pairs -------------------------------------------------------------------------------- */

static VoloStatus tell(const Checking *c, size_t done)
{
    if (c->progress && !c->progress(done, c->total, c->user))
        return volo_fail(c->err, VOLO_ERR_CANCELLED, "cancelled");
    return VOLO_OK;
}

static void add_counts(Counts *to, const Counts *from)
{
    to->good += from->good;
    for (size_t l = 0; l < VOLO_LABELS; l++) {
        to->pixels[l] += from->pixels[l];
        to->holders[l] += from->holders[l];
    }
}

static VoloStatus look_at_set(Checking *c)
{
    const size_t pairs = volo_dataset_count(c->view->dataset);
    const size_t round = c->slot_count * PICTURES_PER_ROUND;

    for (size_t i = 0; i < c->slot_count; i++)
        memset(&c->slots[i].counts, 0, sizeof c->slots[i].counts);
    for (c->start = 0; c->start < pairs; c->start += round) {
        const size_t count = pairs - c->start < round ? pairs - c->start : round;

        volo_parallel_rows((int)c->slot_count, count, 1, look_at_pairs, c);
        VOLO_TRY(tell(c, c->set_start + c->start + count));
    }
    for (size_t i = 0; i < c->slot_count; i++)
        add_counts(&c->check->counts[c->role][c->set], &c->slots[i].counts);
    for (size_t i = 0; i < pairs; i++) {
        Seen *seen = &c->seen[c->set_start + i];

        if (seen->kind == NOTHING_WRONG)
            continue;
        const VoloFinding finding = { .kind = (VoloFindingKind)seen->kind,
                                      .role = c->role,
                                      .set = c->set,
                                      .name = pair_name(c, seen),
                                      .text = seen->text ? seen->text : "out of memory" };
        VOLO_TRY(add_finding(c->check, finding, c->err));
    }
    c->set_start += pairs;
    return VOLO_OK;
}

static VoloStatus look_at_all(Checking *c)
{
    for (int role = 0; role < ROLES; role++) {
        const VoloTrainSets *sets = c->check->sets[role];

        c->role = (VoloDataRole)role;
        for (c->set = 0; sets && c->set < sets->count; c->set++) {
            c->view = &sets->sets[c->set].view;
            VOLO_TRY(look_at_set(c));
        }
    }
    return VOLO_OK;
}

/* --- pictures that are the same, or look so --------------------------------------------------- */

static VoloStatus note_twin(const Checking *c, VoloFindingKind kind, const Seen *seen,
                            const Seen *other, unsigned distance)
{
    const VoloOpenSet *set = &c->check->sets[seen->role]->sets[seen->set];
    const VoloOpenSet *other_set = &c->check->sets[other->role]->sets[other->set];
    VoloPairBuffer buffer, other_buffer;
    VoloFinding finding = { .kind = kind,
                            .role = seen->role,
                            .set = seen->set,
                            .name = pair_name(c, seen),
                            .other_role = other->role,
                            .other_set = other->set,
                            .other_name = pair_name(c, other),
                            .distance = distance };
    char *text = NULL;

    if (asprintf(&text, "'%s' %s '%s'", volo_dataset_pair(set->dataset, seen->pair, &buffer).image,
                 kind == VOLO_FINDING_DUPLICATE ? "has the pixels of" : "looks like",
                 volo_dataset_pair(other_set->dataset, other->pair, &other_buffer).image) < 0)
        return volo_fail_memory(c->err, sizeof buffer);
    volo_make_printable(text);
    finding.text = text;
    const VoloStatus status = add_finding(c->check, finding, c->err);
    free(text);
    return status;
}

/* By digest, then in order. */
static int compare_digests(const void *a, const void *b)
{
    const Seen *const *x = a, *const *y = b;
    const int order = memcmp((*x)->sha256, (*y)->sha256, sizeof(*x)->sha256);

    return order ? order : (*x > *y) - (*x < *y);
}

/* Of equal pictures all but the first become findings, and are left out of what follows. */
static VoloStatus find_duplicates(Checking *c)
{
    const Seen **sorted = malloc((c->total ? c->total : 1) * sizeof *sorted);
    const Seen **first_of = calloc(c->total ? c->total : 1, sizeof *first_of);
    VoloStatus status = VOLO_OK;
    size_t count = 0;

    if (!sorted || !first_of)
        status = volo_fail_memory(c->err, c->total * sizeof *sorted);
    for (size_t i = 0; i < c->total && !status; i++) {
        if (c->seen[i].has_digests)
            sorted[count++] = &c->seen[i];
    }
    if (!status)
        qsort(sorted, count, sizeof *sorted, compare_digests);
    for (size_t i = 1, first = 0; i < count && !status; i++) {
        if (memcmp(sorted[i]->sha256, sorted[first]->sha256, sizeof sorted[i]->sha256) == 0)
            first_of[sorted[i] - c->seen] = sorted[first];
        else
            first = i;
    }
    for (size_t i = 0; i < c->total && !status; i++) {
        if (!first_of[i])
            continue;
        status = note_twin(c, VOLO_FINDING_DUPLICATE, &c->seen[i], first_of[i], 0);
        c->seen[i].has_digests = false;
    }
    free(sorted);
    free(first_of);
    return status;
}

/* The nearest of those from first to end; NULL: none is near enough. */
static const Seen *find_nearest(const Checking *c, const Seen *seen, size_t first, size_t end,
                                unsigned *ret_distance)
{
    unsigned least = c->o->likeness + 1;
    const Seen *nearest = NULL;

    for (size_t i = first; i < end; i++) {
        const Seen *other = &c->seen[i];

        if (!other->has_digests)
            continue;
        const unsigned distance = volo_likeness_distance(&seen->likeness, &other->likeness);
        if (distance < least) {
            least = distance;
            nearest = other;
        }
    }
    *ret_distance = least;
    return nearest;
}

/* Each picture beside those before it; one of the validation beside those of the training first,
 * since a picture that was learnt makes no fair test. */
static VoloStatus find_alike(const Checking *c)
{
    size_t trained = 0;

    while (trained < c->total && c->seen[trained].role == VOLO_DATA_TRAINING)
        trained++;
    for (size_t i = 0; i < c->total; i++) {
        const Seen *seen = &c->seen[i], *nearest = NULL;
        unsigned distance = 0;

        if (i % 256 == 0)
            VOLO_TRY(tell(c, c->total));
        if (!seen->has_digests)
            continue;
        if (i >= trained)
            nearest = find_nearest(c, seen, 0, trained, &distance);
        if (!nearest)
            nearest = find_nearest(c, seen, i < trained ? 0 : trained, i, &distance);
        if (nearest)
            VOLO_TRY(note_twin(c, VOLO_FINDING_ALIKE, seen, nearest, distance));
    }
    return VOLO_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

static VoloStatus open_sets(Checking *c, const VoloDataOptions *options)
{
    for (int role = 0; role < ROLES; role++) {
        VoloDataCheck *check = c->check;

        if (options->sets[role].count == 0)
            continue;
        c->role = (VoloDataRole)role;
        VOLO_TRY(volo_train_sets_open_each(options, c->role, note_unpaired, c, &c->set,
                                           &check->sets[role], c->err));
        check->counts[role] = calloc(check->sets[role]->count, sizeof *check->counts[role]);
        if (!check->counts[role] || c->no_memory)
            return volo_fail_memory(c->err, sizeof(Counts));
        c->total += check->sets[role]->pictures;
    }
    if (!c->check->sets[0] && !c->check->sets[1])
        return volo_fail(c->err, VOLO_ERR_ARGUMENT, "no data sets to check");
    return VOLO_OK;
}

static VoloStatus start_slots(Checking *c)
{
    c->slot_count = (size_t)(c->o->threads > 0 ? c->o->threads : volo_cpu_count());
    c->slots = calloc(c->slot_count, sizeof *c->slots);
    c->seen = calloc(c->total ? c->total : 1, sizeof *c->seen);
    if (!c->slots || !c->seen)
        return volo_fail_memory(c->err, c->total * sizeof *c->seen);
    for (size_t i = 0; i < c->slot_count; i++)
        VOLO_TRY(volo_raw_picture_new(&c->slots[i].raw, c->err));
    return VOLO_OK;
}

static VoloStatus run(Checking *c, const VoloDataOptions *options)
{
    VOLO_TRY(open_sets(c, options));
    VOLO_TRY(start_slots(c));
    VOLO_TRY(look_at_all(c));
    VOLO_TRY(find_duplicates(c));
    return c->o->no_likeness ? VOLO_OK : find_alike(c);
}

static void clear(Checking *c)
{
    for (size_t i = 0; c->slots && i < c->slot_count; i++)
        volo_raw_picture_free(c->slots[i].raw);
    for (size_t i = 0; c->seen && i < c->total; i++)
        free(c->seen[i].text);
    free(c->slots);
    free(c->seen);
}

VoloStatus volo_data_check_run(const VoloDataOptions *options, const VoloDataCheckOptions *check,
                               VoloDataProgressFn progress, void *user, VoloDataCheck **ret_check,
                               VoloError *err)
{
    Checking c = { .check = calloc(1, sizeof *c.check),
                   .o = check,
                   .progress = progress,
                   .user = user,
                   .err = err };

    if (!c.check)
        return volo_fail_memory(err, sizeof *c.check);
    const VoloStatus status = run(&c, options);
    clear(&c);
    if (status) {
        volo_data_check_free(c.check);
        return status;
    }
    *ret_check = c.check;
    return VOLO_OK;
}

void volo_data_check_free(VoloDataCheck *check)
{
    if (!check)
        return;
    for (int role = 0; role < ROLES; role++) {
        volo_train_sets_free(check->sets[role]);
        free(check->counts[role]);
    }
    free(check->findings);
    volo_arena_clear(&check->arena);
    free(check);
}

const VoloTrainSets *volo_data_check_sets(const VoloDataCheck *check, VoloDataRole role)
{
    return check->sets[role];
}

const VoloFinding *volo_data_check_finding(const VoloDataCheck *check, size_t index)
{
    return index < check->count ? &check->findings[index] : NULL;
}

/* NULL: there is no such set. */
static const Counts *counts_of(const VoloDataCheck *check, VoloDataRole role, size_t set)
{
    const VoloTrainSets *sets = check->sets[role];

    return sets && set < sets->count ? &check->counts[role][set] : NULL;
}

size_t volo_data_check_good(const VoloDataCheck *check, VoloDataRole role, size_t set)
{
    const Counts *counts = counts_of(check, role, set);

    return counts ? counts->good : 0;
}

uint64_t volo_data_check_pixels(const VoloDataCheck *check, VoloDataRole role, size_t set,
                                size_t label)
{
    const Counts *counts = counts_of(check, role, set);

    return counts && label < VOLO_LABELS ? counts->pixels[label] : 0;
}

size_t volo_data_check_holders(const VoloDataCheck *check, VoloDataRole role, size_t set,
                               size_t label)
{
    const Counts *counts = counts_of(check, role, set);

    return counts && label < VOLO_LABELS ? counts->holders[label] : 0;
}
