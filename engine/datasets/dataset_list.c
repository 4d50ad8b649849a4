/* SPDX-License-Identifier: Apache-2.0 */
/* Listing a data set: the label files give the names, pictures and instance files are found for
 * them. Folders are walked one after the other, so that only names are ever in memory. */
#include "base/error.h"
#include "base/folder_walk.h"
#include "datasets/dataset_tree.h"

#include <string.h>

typedef struct Listing {
    VoloDataset *dataset;
    const char *ending; /* of the label files that are looked for */
    VoloPairList extra; /* pictures without label file */
    VoloError *err;
} Listing;

size_t volo_stem_length(const char *path, const char *ending)
{
    const size_t length = strlen(path), tail = strlen(ending);

    return length > tail && strcmp(path + length - tail, ending) == 0 ? length - tail : 0;
}

VoloStatus volo_dataset_problem(VoloProblemFn fn, void *user, const VoloError *problem,
                                VoloError *err)
{
    if (fn) {
        fn(problem, user);
        return VOLO_OK;
    }
    if (err)
        *err = *problem;
    return problem->status;
}

/* --- label files ------------------------------------------------------------------------------ */

static VoloStatus take_label(const char *path, void *user)
{
    Listing *l = user;
    const size_t length = volo_stem_length(path, l->ending);

    if (length == 0)
        return VOLO_OK;
    return volo_pair_list_add(&l->dataset->pairs, path, length, l->err);
}

static VoloStatus list_labels(Listing *l, VoloLabelKind wanted)
{
    VoloDataset *d = l->dataset;

    for (const VoloDatasetLabels *labels = d->class->labels; labels->ending; labels++) {
        if (wanted != VOLO_LABELS_AUTO && wanted != labels->kind)
            continue;
        l->ending = labels->ending;
        VOLO_TRY(volo_folder_walk(d->labels, take_label, l, l->err));
        if (d->pairs.count > 0) {
            d->listed = true;
            d->label_ending = labels->ending;
            d->kind = labels->kind;
            volo_pair_list_sort(&d->pairs);
            return VOLO_OK;
        }
    }
    return VOLO_OK;
}

/* --- pictures and instance files -------------------------------------------------------------- */

static VoloStatus take_image(const char *path, void *user)
{
    Listing *l = user;
    const char *const *endings = l->dataset->class->image_endings;

    for (uint8_t i = 0; endings[i]; i++) {
        const size_t length = volo_stem_length(path, endings[i]);
        if (length == 0)
            continue;
        VoloPairEntry *entry = volo_pair_list_find(&l->dataset->pairs, path, length);
        if (!entry)
            return volo_pair_list_add(&l->extra, path, strlen(path), l->err);
        if (!entry->image || i + 1 < entry->image)
            entry->image = (uint8_t)(i + 1);
        entry->matches = (uint8_t)(entry->matches == 0 ? 1 : 2);
        return VOLO_OK;
    }
    return VOLO_OK;
}

static VoloStatus take_instances(const char *path, void *user)
{
    Listing *l = user;
    const size_t length = volo_stem_length(path, l->dataset->class->instance_ending);
    VoloPairEntry *entry =
        length > 0 ? volo_pair_list_find(&l->dataset->pairs, path, length) : NULL;

    if (entry)
        entry->has_instances = true;
    return VOLO_OK;
}

static VoloStatus report_extra(Listing *l, const VoloDatasetOptions *o)
{
    volo_pair_list_sort(&l->extra);
    for (size_t i = 0; i < l->extra.count; i++) {
        VoloError problem;

        volo_fail(&problem, VOLO_ERR_MISSING, "'%s/%s' has no label file below '%s'",
                  l->dataset->images, l->extra.entries[i].name, l->dataset->labels);
        VOLO_TRY(volo_dataset_problem(o->problem, o->user, &problem, l->err));
    }
    return VOLO_OK;
}

/* --- what is kept ----------------------------------------------------------------------------- */

/* *ret_good: whether the pair has the one picture it needs; if not, that is a problem. */
static VoloStatus check_pair(const Listing *l, const VoloDatasetOptions *o,
                             const VoloPairEntry *entry, bool *ret_good)
{
    const VoloDataset *d = l->dataset;
    VoloError problem;

    *ret_good = o->without_images || (entry->image && entry->matches == 1);
    if (*ret_good)
        return VOLO_OK;
    if (!entry->image)
        volo_fail(&problem, VOLO_ERR_MISSING, "'%s/%s%s' has no picture below '%s'", d->labels,
                  entry->name, d->label_ending, d->images);
    else
        volo_fail(&problem, VOLO_ERR_FORMAT, "two pictures for '%s' below '%s', one is *%s",
                  entry->name, d->images, d->class->image_endings[entry->image - 1]);
    return volo_dataset_problem(o->problem, o->user, &problem, l->err);
}

static bool in_split(const VoloDatasetSplit *split, size_t index)
{
    return split->every == 0 || (split->keep >> index % split->every & 1);
}

static VoloStatus keep_pairs(Listing *l, const VoloDatasetSplit *split, const VoloDatasetOptions *o)
{
    VoloDataset *d = l->dataset;
    size_t kept = 0;

    for (size_t i = 0; i < d->pairs.count; i++) {
        VoloPairEntry *entry = &d->pairs.entries[i];
        bool good = false;

        if (in_split(split, i))
            VOLO_TRY(check_pair(l, o, entry, &good));
        if (!good)
            continue;
        entry->matches = 0;
        d->has_instances |= entry->has_instances;
        d->pairs.entries[kept++] = *entry;
    }
    d->pairs.count = kept;
    return VOLO_OK;
}

static VoloStatus list_all(Listing *l, const VoloDatasetSplit *split, const VoloDatasetOptions *o)
{
    VoloDataset *d = l->dataset;

    VOLO_TRY(list_labels(l, o->kind));
    if (!d->listed)
        return VOLO_OK;
    if (d->images) {
        VOLO_TRY(volo_folder_walk(d->images, take_image, l, l->err));
        VOLO_TRY(report_extra(l, o));
    }
    if (d->instances && volo_folder_exists(d->instances))
        VOLO_TRY(volo_folder_walk(d->instances, take_instances, l, l->err));
    VOLO_TRY(keep_pairs(l, split, o));
    if (d->pairs.count == 0)
        return volo_fail(l->err, VOLO_ERR_MISSING, "'%s': no pair of picture and labels is left",
                         d->labels);
    return VOLO_OK;
}

VoloStatus volo_dataset_list(VoloDataset *dataset, const VoloDatasetSplit *split,
                             const VoloDatasetOptions *options, VoloError *err)
{
    Listing listing = { .dataset = dataset, .err = err };
    const VoloStatus status = list_all(&listing, split, options);

    volo_pair_list_clear(&listing.extra);
    return status;
}
