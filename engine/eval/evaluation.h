/* SPDX-License-Identifier: Apache-2.0 */
/* VoloEvaluation inside, for the figures. */
#ifndef VOLO_EVAL_EVALUATION_H
#define VOLO_EVAL_EVALUATION_H

#include <volo/metrics.h>

struct VoloEvaluation {
    const VoloLabelSpace *space;
    VoloConfusion *confusion;
    VoloInstanceSums class_instances[255], category_instances[VOLO_MAX_CATEGORIES];
    VoloBoundaryCounts boundaries[255];
    uint64_t images, instance_images, boundary_images;
};

#endif
