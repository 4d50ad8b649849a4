/* SPDX-License-Identifier: Apache-2.0 */
/* Cityscapes (Cordts et al., CVPR 2016): 35 labels of street scenes, 19 of them classes. */
#include <volo/impl/dataset_class.h>

#include "cityscapes_table.h"

VOLO_DATASET(cityscapes) = {
    .name = "cityscapes",
    .summary = "street scenes, 19 classes (Cityscapes trainIds)",
    .table = cityscapes_table,
};
