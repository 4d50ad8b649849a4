/* SPDX-License-Identifier: Apache-2.0 */
/* VoloTrainSets inside: the opened sets (train_sets.c), how their labels become classes of the
 * training (label_treatment.c), and what their label files hold (label_scan.c). */
#ifndef VOLO_TRAIN_TRAIN_SETS_H
#define VOLO_TRAIN_TRAIN_SETS_H

#include <volo/train_data.h>

#include "base/arena.h"

#define VOLO_LABELS 256

/* Pictures that hold a label, for all labels one after the other. */
typedef struct VoloHolders {
    uint32_t *pictures;
    size_t first[VOLO_LABELS + 1]; /* those of label l are first[l] .. first[l + 1] - 1 */
} VoloHolders;

typedef struct VoloOpenSet {
    VoloTrainSet view;
    VoloDataset *dataset;
    uint64_t pixels[VOLO_LABELS];
    VoloHolders holders; /* pictures NULL: not scanned */
} VoloOpenSet;

struct VoloTrainSets {
    VoloArena arena; /* owns the strings of the views */
    VoloClassTable *classes;
    size_t count, pictures;
    VoloOpenSet *sets; /* [count] */
    bool scanned;
};

/* volo_train_sets_open; while problem is called, *ret_at is the index of the set. */
VoloStatus volo_train_sets_open_each(const VoloDataOptions *options, VoloDataRole role,
                                     VoloProblemFn problem, void *user, size_t *ret_at,
                                     VoloTrainSets **ret_sets, VoloError *err);

/* Fills label, group_of, coarse, label_count and map (borrowed from how, or static, or in arena) of
 * *set for a set whose table is own and whose raw values mean what space says. classes are those of
 * the training. how as VoloTrainSetOptions.labels. Errors: as volo_train_sets_open. */
VoloStatus volo_train_labels_choose(const char *how, const VoloClassTable *own,
                                    const VoloLabelSpace *space, const VoloClassTable *classes,
                                    VoloArena *arena, VoloTrainSet *set, VoloError *err);

/* The text names a way or a built-in map: it is no path (but "coarse:FILE" holds one). */
bool volo_train_labels_is_word(const char *how);

/* Both tables have the same names in the same order. */
bool volo_train_classes_agree(const VoloClassTable *a, const VoloClassTable *b);

/* The labels of a pair, read and checked, still as raw values; counts u64 [256] by raw value.
 * Errors: as volo_train_sets_scan. */
VoloStatus volo_train_labels_load(const VoloTrainSet *set, size_t picture, VoloRawPicture *raw,
                                  uint64_t counts[VOLO_LABELS], VoloError *err);

#endif
