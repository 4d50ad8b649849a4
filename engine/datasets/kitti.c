/* SPDX-License-Identifier: Apache-2.0 */
/* KITTI's semantics of 2015 (Alhaija et al., IJCV 2018): the labels of Cityscapes, another code for
 * instances, and no split of its own: every fifth pair is for validation. */
#include <volo/impl/dataset_class.h>

#include "cityscapes_table.h"

VOLO_DATASET(kitti) = {
    .name = "kitti",
    .summary = "streets of Karlsruhe, 19 classes (Cityscapes labels)",
    .table = cityscapes_table,
    .splits = { { .name = "val", .folder = "training", .every = 5, .keep = 1u << 4 },
                { .name = "train", .folder = "training", .every = 5, .keep = 0xf },
                { .name = "all", .folder = "training" } },
    .layouts = { { "%/image_2", "%/semantic", "%/instance" },
                 { "image_2", "semantic", "instance" } },
    .labels = { { ".png", VOLO_LABELS_IDS } },
    .image_endings = { ".png", ".jpg" },
    .instance_ending = ".png",
    .instance_base = 256,
    .convention_of_cityscapes = true,
};
