/* SPDX-License-Identifier: Apache-2.0 */
/* The vtable of a data set: one file in engine/datasets and one word in its meson.build. */
#ifndef VOLO_IMPL_DATASET_CLASS_H
#define VOLO_IMPL_DATASET_CLASS_H

#include <volo/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloDatasetClass {
    const char *name;    /* "cityscapes" */
    const char *summary; /* one line */
    const char *table;   /* text of assets/datasets/NAME.tsv, embedded at build time */
} VoloDatasetClass;

#define VOLO_DATASET(id) const VoloDatasetClass volo_dataset_##id

/* NULL when none has that name. */
const VoloDatasetClass *volo_dataset_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
