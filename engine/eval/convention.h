/* SPDX-License-Identifier: Apache-2.0 */
/* What figures need of a convention. */
#ifndef VOLO_EVAL_CONVENTION_H
#define VOLO_EVAL_CONVENTION_H

#include <volo/metrics.h>

/* The IoU of a class, NaN where the convention leaves it out. */
double volo_class_iou(VoloConvention convention, uint64_t tp, uint64_t pred, uint64_t gt);

#endif
