/* SPDX-License-Identifier: Apache-2.0 */
/* BDD100K (Yu et al., CVPR 2020), semantic segmentation: label files hold Cityscapes' trainIds. */
#include <volo/impl/dataset_class.h>

#include "bdd100k_table.h"

VOLO_DATASET(bdd100k) = {
    .name = "bdd100k",
    .summary = "driving in the USA, 19 classes (Cityscapes trainIds)",
    .table = bdd100k_table,
    .splits = { { .name = "val", .folder = "val" },
                { .name = "train", .folder = "train" },
                { .name = "test", .folder = "test" } },
    .layouts = { { "images/10k/%", "labels/sem_seg/masks/%", NULL },
                 { "images/%", "labels/%", NULL },
                 { "images", "labels", NULL } },
    .labels = { { "_train_id.png", VOLO_LABELS_IDS }, { ".png", VOLO_LABELS_IDS } },
    .image_endings = { ".jpg", ".png" },
};
