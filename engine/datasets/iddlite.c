/* SPDX-License-Identifier: Apache-2.0 */
/* IDD-Lite (Mishra et al., NCVPRIPG 2019), the small form of the India Driving Dataset. */
#include <volo/impl/dataset_class.h>

#include "iddlite_table.h"

VOLO_DATASET(iddlite) = {
    .name = "iddlite",
    .summary = "driving in India, 7 coarse classes (IDD-Lite)",
    .table = iddlite_table,
    .splits = { { .name = "val", .folder = "val" }, { .name = "train", .folder = "train" } },
    .layouts = { { "leftImg8bit/%", "gtFine/%", NULL } },
    .labels = { { "_label.png", VOLO_LABELS_IDS } },
    .image_endings = { "_image.jpg", "_image.png" },
};
