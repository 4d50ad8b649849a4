/* SPDX-License-Identifier: Apache-2.0 */
/* Cityscapes (Cordts et al., CVPR 2016): 35 labels of street scenes, 19 of them classes. */
#include <volo/impl/dataset_class.h>

#include "cityscapes_table.h"

VOLO_DATASET(cityscapes) = {
    .name = "cityscapes",
    .summary = "street scenes, 19 classes (Cityscapes trainIds)",
    .table = cityscapes_table,
    .splits = { { .name = "val", .folder = "val" },
                { .name = "train", .folder = "train" },
                { .name = "test", .folder = "test" } },
    .layouts = { { "leftImg8bit/%", "gtFine/%", "gtFine/%" } },
    .labels = { { "_gtFine_labelIds.png", VOLO_LABELS_IDS },
                { "_gtFine_labelTrainIds.png", VOLO_LABELS_TRAIN_IDS },
                { "_gtFine_polygons.json", VOLO_LABELS_POLYGONS } },
    .image_endings = { "_leftImg8bit.png", "_leftImg8bit.jpg" },
    .instance_ending = "_gtFine_instanceIds.png",
    .predictions_by_frame = true,
    .boundary_of_cityscapes = true,
    .convention_of_cityscapes = true,
};
