/* SPDX-License-Identifier: Apache-2.0 */
/* VoloTrainSets: data sets opened side by side, and the classes they have in common. */
#include "train/train_sets.h"

#include "base/error.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Opening {
    const VoloDataOptions *options;
    VoloDataRole role;
    VoloProblemFn problem;
    void *user;
    size_t *at; /* index of the set that is opened */
    VoloTrainSets *sets;
    VoloError *err;
} Opening;

static const char *table_of(const VoloTrainSetOptions *set)
{
    return set->dataset.name ? set->dataset.name : set->dataset.table;
}

/* --- classes ---------------------------------------------------------------------------------- */

/* Whether the tables of all sets agree with the first one's. */
static VoloStatus check_agreement(const VoloTrainSetOptions *set, size_t count,
                                  const VoloClassTable *first, bool *ret_agree, VoloError *err)
{
    *ret_agree = true;
    for (size_t i = 1; i < count && *ret_agree; i++) {
        VoloClassTable *table = NULL;

        VOLO_TRY(volo_class_table_open(table_of(&set[i]), &table, err));
        *ret_agree = volo_train_classes_agree(first, table);
        volo_class_table_free(table);
    }
    return VOLO_OK;
}

/* Those of the sets when they agree, else those of Cityscapes; under the name of Cityscapes when
 * they are these. */
static VoloStatus choose_classes(const VoloTrainSetOptions *set, size_t count,
                                 VoloClassTable **ret_classes, VoloError *err)
{
    VoloClassTable *first = NULL, *cityscapes = NULL;
    bool agree = false;

    VoloStatus status = volo_class_table_open("cityscapes", &cityscapes, err);
    if (!status)
        status = volo_class_table_open(table_of(set), &first, err);
    if (!status)
        status = check_agreement(set, count, first, &agree, err);
    const bool own = !status && agree && !volo_train_classes_agree(first, cityscapes);
    volo_class_table_free(own || status ? cityscapes : first);
    if (!status)
        *ret_classes = own ? first : cityscapes;
    else
        volo_class_table_free(first);
    return status;
}

/* Those of the validation are those of the training. */
static VoloStatus open_classes(const Opening *o)
{
    const VoloDataRole role =
        o->options->sets[VOLO_DATA_TRAINING].count ? VOLO_DATA_TRAINING : VOLO_DATA_VALIDATION;

    for (int r = 0; r < 2; r++) {
        for (size_t i = 0; i < o->options->sets[r].count; i++) {
            if (!table_of(&o->options->sets[r].items[i]))
                return volo_fail(o->err, VOLO_ERR_ARGUMENT,
                                 "two folders as a data set need a label table");
        }
    }
    if (o->options->classes)
        return volo_class_table_open(o->options->classes, &o->sets->classes, o->err);
    return choose_classes(o->options->sets[role].items, o->options->sets[role].count,
                          &o->sets->classes, o->err);
}

/* --- sets ------------------------------------------------------------------------------------- */

static bool name_is_taken(const VoloTrainSets *sets, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(sets->sets[i].view.name, name) == 0)
            return true;
    }
    return false;
}

/* "camvid/train", of two folders "pictures" (the pictures' folder), "#2" behind it for a second. */
static VoloStatus name_set(const Opening *o, const VoloTrainSetOptions *from, size_t index)
{
    VoloOpenSet *set = &o->sets->sets[index];
    const char *slash = from->dataset.images ? strrchr(from->dataset.images, '/') : NULL;
    const char *folder = slash && slash[1] ? slash + 1 : from->dataset.images;
    char base[200], name[224];

    if (from->dataset.name)
        snprintf(base, sizeof base, "%s/%s", from->dataset.name, volo_dataset_split(set->dataset));
    else
        snprintf(base, sizeof base, "%.190s", folder ? folder : "folder");
    volo_make_printable(base);
    snprintf(name, sizeof name, "%s", base);
    for (unsigned i = 2; name_is_taken(o->sets, index, name); i++)
        snprintf(name, sizeof name, "%s#%u", base, i);
    set->view.name = volo_arena_strdup(&o->sets->arena, name);
    return set->view.name ? VOLO_OK : volo_fail_memory(o->err, sizeof name);
}

static VoloStatus choose_labels(const Opening *o, const VoloTrainSetOptions *from, VoloOpenSet *set)
{
    VoloClassTable *own = NULL;

    VOLO_TRY(volo_class_table_open(table_of(from), &own, o->err));
    const VoloStatus status =
        volo_train_labels_choose(from->labels, own, volo_dataset_space(set->dataset),
                                 o->sets->classes, &o->sets->arena, &set->view, o->err);
    volo_class_table_free(own);
    if (status)
        volo_error_prefix(o->err, "data set '%.80s'", set->view.name);
    return status;
}

static VoloStatus open_set(const Opening *o, size_t index)
{
    const VoloTrainSetOptions *from = &o->options->sets[o->role].items[index];
    VoloDatasetOptions dataset = from->dataset;
    VoloOpenSet *set = &o->sets->sets[index];

    dataset.problem = o->problem;
    dataset.user = o->user;
    dataset.without_images = false;
    if (!dataset.split && dataset.name && o->role == VOLO_DATA_TRAINING)
        dataset.split = "train";
    VOLO_TRY(volo_dataset_open(&dataset, &set->dataset, o->err));
    set->view.dataset = set->dataset;
    set->view.size = from->size;
    VOLO_TRY(name_set(o, from, index));
    VOLO_TRY(choose_labels(o, from, set));
    if (volo_dataset_count(set->dataset) == 0 && !o->problem)
        return volo_fail(o->err, VOLO_ERR_MISSING, "data set '%.80s' has no pictures",
                         set->view.name);
    o->sets->pictures += volo_dataset_count(set->dataset);
    return VOLO_OK;
}

/* By the weights, or by how many pictures there are. */
static VoloStatus share_samples(const Opening *o)
{
    const VoloTrainSetOptions *from = o->options->sets[o->role].items;
    VoloTrainSets *sets = o->sets;
    size_t given = 0;
    double sum = 0;

    for (size_t i = 0; i < sets->count; i++)
        given += from[i].weight > 0;
    if (given > 0 && given < sets->count)
        return volo_fail(o->err, VOLO_ERR_ARGUMENT,
                         "%zu of %zu data sets have a weight; give it for all or for none", given,
                         sets->count);
    for (size_t i = 0; i < sets->count; i++) {
        VoloTrainSet *set = &sets->sets[i].view;

        set->share = given ? from[i].weight : (double)volo_dataset_count(set->dataset);
        sum += set->share;
    }
    for (size_t i = 0; i < sets->count; i++)
        sets->sets[i].view.share = sum > 0 ? sets->sets[i].view.share / sum : 0;
    return VOLO_OK;
}

static VoloStatus open_all(const Opening *o)
{
    VOLO_TRY(open_classes(o));
    o->sets->sets = calloc(o->options->sets[o->role].count, sizeof *o->sets->sets);
    if (!o->sets->sets)
        return volo_fail_memory(o->err, sizeof *o->sets->sets);
    for (size_t i = 0; i < o->options->sets[o->role].count; i++) {
        *o->at = i;
        o->sets->count++;
        VOLO_TRY(open_set(o, i));
    }
    return share_samples(o);
}

VoloStatus volo_train_sets_open_each(const VoloDataOptions *options, VoloDataRole role,
                                     VoloProblemFn problem, void *user, size_t *ret_at,
                                     VoloTrainSets **ret_sets, VoloError *err)
{
    if (options->sets[role].count < 1 || options->sets[role].count > VOLO_LIMIT_TRAIN_SETS)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "%zu data sets to %s, expected 1..%u",
                         options->sets[role].count,
                         role == VOLO_DATA_TRAINING ? "train on" : "validate on",
                         VOLO_LIMIT_TRAIN_SETS);
    VoloTrainSets *sets = calloc(1, sizeof *sets);
    if (!sets)
        return volo_fail_memory(err, sizeof *sets);
    const Opening opening = { options, role, problem, user, ret_at, sets, err };
    const VoloStatus status = open_all(&opening);
    if (status) {
        volo_train_sets_free(sets);
        return status;
    }
    *ret_sets = sets;
    return VOLO_OK;
}

VoloStatus volo_train_sets_open(const VoloDataOptions *options, VoloDataRole role,
                                VoloProblemFn problem, void *user, VoloTrainSets **ret_sets,
                                VoloError *err)
{
    size_t at;

    return volo_train_sets_open_each(options, role, problem, user, &at, ret_sets, err);
}

void volo_train_sets_free(VoloTrainSets *sets)
{
    if (!sets)
        return;
    for (size_t i = 0; i < sets->count; i++) {
        volo_dataset_free(sets->sets[i].dataset);
        free(sets->sets[i].holders.pictures);
    }
    free(sets->sets);
    volo_class_table_free(sets->classes);
    volo_arena_clear(&sets->arena);
    free(sets);
}

const VoloClassTable *volo_train_sets_classes(const VoloTrainSets *sets)
{
    return sets->classes;
}

size_t volo_train_sets_count(const VoloTrainSets *sets)
{
    return sets->count;
}

const VoloTrainSet *volo_train_sets_get(const VoloTrainSets *sets, size_t index)
{
    return index < sets->count ? &sets->sets[index].view : NULL;
}

size_t volo_train_sets_pictures(const VoloTrainSets *sets)
{
    return sets->pictures;
}
