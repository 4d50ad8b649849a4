/* SPDX-License-Identifier: Apache-2.0 */
/* ADE20K (Zhou et al., CVPR 2017) in the 150 classes of the Scene Parsing Challenge 2016: values
 * 1..150 in label files, 0 for all other things (reduce_zero_label in other programs). */
#include <volo/impl/dataset_class.h>

#include "ade20k_table.h"

VOLO_DATASET(ade20k) = {
    .name = "ade20k",
    .summary = "scenes of all kinds, 150 classes (Scene Parsing Challenge)",
    .table = ade20k_table,
    .splits = { { .name = "val", .folder = "validation" },
                { .name = "train", .folder = "training" } },
    .layouts = { { "images/%", "annotations/%", NULL },
                 { "ADEChallengeData2016/images/%", "ADEChallengeData2016/annotations/%", NULL } },
    .labels = { { ".png", VOLO_LABELS_IDS } },
    .image_endings = { ".jpg", ".png" },
};
