/* SPDX-License-Identifier: Apache-2.0 */
/* ADE20K (Zhou et al., CVPR 2017) in the 150 classes of the Scene Parsing Challenge 2016. */
#include <volo/impl/dataset_class.h>

#include "ade20k_table.h"

VOLO_DATASET(ade20k) = {
    .name = "ade20k",
    .summary = "scenes of all kinds, 150 classes (Scene Parsing Challenge)",
    .table = ade20k_table,
};
