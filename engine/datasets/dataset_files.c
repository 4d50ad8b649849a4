/* SPDX-License-Identifier: Apache-2.0 */
/* A data set whose files are named one by one: a label file's path without its ending is the pair's
 * name, and nothing is looked for but the instance file beside it. */
#include "base/error.h"
#include "datasets/dataset_tree.h"
#include "datasets/label_space.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The kind of label file that all of them are, by their endings; without one in common, ids. */
static void find_kind(VoloDataset *d, const VoloDatasetFiles *files)
{
    for (const VoloDatasetLabels *l = d->class->labels; l->ending; l++) {
        size_t fits = 0;

        while (fits < files->count && volo_stem_length(files->labels[fits], l->ending) > 0)
            fits++;
        if (fits == files->count) {
            d->label_ending = l->ending;
            d->kind = l->kind;
            return;
        }
    }
    d->label_ending = "";
    d->kind = VOLO_LABELS_IDS;
}

static VoloStatus add_all(VoloDataset *d, const VoloDatasetFiles *files, VoloError *err)
{
    const size_t tail = strlen(d->label_ending);

    for (size_t i = 0; i < files->count; i++) {
        const char *prediction = files->predictions[i];

        VOLO_TRY(
            volo_pair_list_add(&d->pairs, files->labels[i], strlen(files->labels[i]) - tail, err));
        VoloPairEntry *const entry = &d->pairs.entries[d->pairs.count - 1];
        entry->prediction = volo_string_pool_add(&d->pairs.pool, prediction, strlen(prediction));
        if (!entry->prediction)
            return volo_fail_memory(err, strlen(prediction) + 1);
    }
    volo_pair_list_sort(&d->pairs);
    for (size_t i = 1; i < d->pairs.count; i++) {
        if (strcmp(d->pairs.entries[i - 1].name, d->pairs.entries[i].name) == 0)
            return volo_fail(err, VOLO_ERR_FORMAT, "'%s%s' is given twice",
                             d->pairs.entries[i].name, d->label_ending);
    }
    return VOLO_OK;
}

static VoloStatus find_instances(VoloDataset *d, VoloError *err)
{
    if (!*d->label_ending || !d->class->instance_ending)
        return VOLO_OK;
    for (size_t i = 0; i < d->pairs.count; i++) {
        VoloPairEntry *const entry = &d->pairs.entries[i];
        const size_t stem = strlen(entry->name), bytes = stem + strlen(d->class->instance_ending);
        char *const path = malloc(bytes + 1);

        if (!path)
            return volo_fail_memory(err, bytes + 1);
        memcpy(path, entry->name, stem);
        memcpy(path + stem, d->class->instance_ending, bytes - stem + 1);
        entry->has_instances = access(path, F_OK) == 0;
        d->has_instances |= entry->has_instances;
        free(path);
    }
    return VOLO_OK;
}

static VoloStatus fill(VoloDataset *d, const VoloDatasetFiles *files, VoloError *err)
{
    d->class = volo_dataset_find(files->name);
    if (!d->class)
        return volo_fail(err, VOLO_ERR_MISSING, "there is no data set '%.80s'", files->name);
    if (files->count == 0)
        return volo_fail(err, VOLO_ERR_MISSING, "no label files are given");
    d->split = "files";
    find_kind(d, files);
    VOLO_TRY(add_all(d, files, err));
    VOLO_TRY(find_instances(d, err));
    return volo_dataset_make_space(d, d->class->name, err);
}

VoloStatus volo_dataset_open_files(const VoloDatasetFiles *files, VoloDataset **ret_dataset,
                                   VoloError *err)
{
    VoloDataset *dataset = calloc(1, sizeof *dataset);

    if (!dataset)
        return volo_fail_memory(err, sizeof *dataset);
    const VoloStatus status = fill(dataset, files, err);
    if (status) {
        volo_dataset_free(dataset);
        return status;
    }
    *ret_dataset = dataset;
    return VOLO_OK;
}
