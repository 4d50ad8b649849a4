/* SPDX-License-Identifier: Apache-2.0 */
/* VoloDataset inside: what it is (dataset.c), how its pairs are listed (dataset_list.c) or named
 * (dataset_files.c) and how predictions are found for them (dataset_match.c). */
#ifndef VOLO_DATASETS_DATASET_TREE_H
#define VOLO_DATASETS_DATASET_TREE_H

#include <volo/impl/dataset_class.h>

#include "datasets/pair_names.h"

struct VoloDataset {
    const VoloDatasetClass *class; /* of the free form: one of its own, folder_class */
    const char *split;
    VoloLabelKind kind;
    VoloLabelSpace *space;
    VoloPairList pairs;
    char *images, *labels, *instances; /* folders; NULL: none, or names are whole paths */
    char *predictions;
    const char *label_ending; /* of every pair */
    bool has_instances;       /* some pair's file was found */
    bool listed;              /* label files were found */
};

/* Fills pairs, kind and label_ending by walking labels, images and instances, which are set; listed
 * stays false when there are no label files. Errors as volo_dataset_open. */
VoloStatus volo_dataset_list(VoloDataset *dataset, const VoloDatasetSplit *split,
                             const VoloDatasetOptions *options, VoloError *err);

/* The label space of the set's kind of labels from a table. */
VoloStatus volo_dataset_make_space(VoloDataset *dataset, const char *table_name, VoloError *err);

/* The length of path without ending; 0: it does not end so, or is nothing else. */
size_t volo_stem_length(const char *path, const char *ending);

/* Hands a problem to fn, or, when that is NULL, puts it into *err and returns its status. */
VoloStatus volo_dataset_problem(VoloProblemFn fn, void *user, const VoloError *problem,
                                VoloError *err);

#endif
