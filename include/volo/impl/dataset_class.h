/* SPDX-License-Identifier: Apache-2.0 */
/* A data set: one file in engine/datasets and one word in its meson.build. It is a description: the
 * class table, and where its files lie. */
#ifndef VOLO_IMPL_DATASET_CLASS_H
#define VOLO_IMPL_DATASET_CLASS_H

#include <volo/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VOLO_DATASET_SPLITS 4
#define VOLO_DATASET_LAYOUTS 4
#define VOLO_DATASET_ENDINGS 4

/* A part of the set that is evaluated for itself. */
typedef struct VoloDatasetSplit {
    const char *name;   /* "val" */
    const char *folder; /* what '%' stands for in a layout: "validation" */
    unsigned every;     /* of the sorted pairs those with index % every in keep; 0: all */
    unsigned keep;      /* bit r: pairs with remainder r */
} VoloDatasetSplit;

/* Folders below the root, '%' for the split; the first layout whose label folder exists is used. */
typedef struct VoloDatasetLayout {
    const char *images, *labels;
    const char *instances; /* NULL: none */
} VoloDatasetLayout;

/* A pair's name and this ending are a label file's path below the label folder. */
typedef struct VoloDatasetLabels {
    const char *ending; /* "_gtFine_labelIds.png" */
    VoloLabelKind kind;
} VoloDatasetLabels;

/* Lists end with a NULL. */
typedef struct VoloDatasetClass {
    const char *name;    /* "cityscapes" */
    const char *summary; /* one line */
    const char *table;   /* text of assets/datasets/NAME.tsv, embedded at build time */
    VoloDatasetSplit splits[VOLO_DATASET_SPLITS + 1]; /* the default first */
    VoloDatasetLayout layouts[VOLO_DATASET_LAYOUTS + 1];
    VoloDatasetLabels labels[VOLO_DATASET_ENDINGS + 1];  /* the preferred first */
    const char *image_endings[VOLO_DATASET_ENDINGS + 1]; /* "_leftImg8bit.png" */
    const char *instance_ending;                         /* "_gtFine_instanceIds.png" */
    unsigned instance_base;        /* 256: instances are id * 256 + number; 0: Cityscapes' code */
    bool predictions_by_frame;     /* found as city_sequence_frame*.png */
    bool boundary_of_cityscapes;   /* VoloDatasetInfo */
    bool convention_of_cityscapes; /* VoloDatasetInfo */
} VoloDatasetClass;

#define VOLO_DATASET(id) const VoloDatasetClass volo_dataset_##id

/* NULL when none has that name. */
const VoloDatasetClass *volo_dataset_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
