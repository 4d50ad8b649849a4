/* SPDX-License-Identifier: Apache-2.0 */
/* A file's tensors as configure functions see them. */
#ifndef VOLO_WEIGHTS_CATALOGUE_H
#define VOLO_WEIGHTS_CATALOGUE_H

#include <volo/impl/bind.h>

#include "weights/weights.h"

struct VoloCatalogue {
    VoloWeights *weights;
};

#endif
