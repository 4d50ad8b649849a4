/* SPDX-License-Identifier: Apache-2.0 */
/* VoloComparison: a segmentation held against another one of the same picture (the truth, or a
 * second model's): which pixels differ, IoU of each class. Immutable; any thread. */
#ifndef VOLO_VIEWER_COMPARISON_H
#define VOLO_VIEWER_COMPARISON_H

#include "app/viewer/segmentation.h"

G_BEGIN_DECLS

/* Values of the error map. */
enum {
    VOLO_ERROR_RIGHT = 0,
    VOLO_ERROR_WRONG = 1,
    VOLO_ERROR_IGNORED = 255, /* the reference has no class there */
};

#define VOLO_TYPE_COMPARISON (volo_comparison_get_type())
G_DECLARE_FINAL_TYPE(VoloComparison, volo_comparison, VOLO, COMPARISON, GObject)

/* Classes of the prediction are folded into those of the reference as volo_label_map_choose says.
 * NULL and *error when sizes differ or no map is known between the classes. Figures are those of
 * volo-eval by Cityscapes' convention for this one picture. */
VoloComparison *volo_comparison_new(VoloSegmentation *prediction, VoloSegmentation *reference,
                                    GError **error);

VoloMask *volo_comparison_errors(VoloComparison *self); /* VOLO_ERROR_...; borrowed */
/* Of a class of the prediction (that of the class it is folded into), of all: 0..1; NaN: none. */
double volo_comparison_iou(VoloComparison *self, guint class_index);
double volo_comparison_mean_iou(VoloComparison *self);
double volo_comparison_accuracy(VoloComparison *self); /* right pixels of those with a class */

G_END_DECLS

#endif
