/* SPDX-License-Identifier: Apache-2.0 */
/* The truth of a picture: a label file that lies where data sets put it (Cityscapes, ADE20K,
 * CamVid, KITTI, IDD-Lite, BDD), read into class indices. Any thread. */
#ifndef VOLO_VIEWER_TRUTH_H
#define VOLO_VIEWER_TRUTH_H

#include <gio/gio.h>

#include "app/viewer/segmentation.h"

G_BEGIN_DECLS

/* The label file of a picture by the data sets' rules of naming, and whose rules these are; also a
 * file of the same stem in a sibling folder named labels, masks, annotations, gt (…). NULL: none.
 * The caller frees (g_free); *ret_dataset is static, NULL for such siblings. */
char *volo_truth_find(const char *picture_path, const char **ret_dataset);

/* Reads labels. dataset NULL: guessed from name and values, with a model's classes as a hint (may
 * be NULL): trainIds, labelIds, ADE20K's index + 1, palettes. NULL and *error when the values mean
 * nothing known; the message says which values came. cancellable may be NULL. */
VoloSegmentation *volo_truth_load(const char *path, const char *dataset, const VoloClassTable *hint,
                                  GCancellable *cancellable, GError **error);

/* Reads a ready-made prediction: as above, but values that could be several things are taken for
 * class indices. */
VoloSegmentation *volo_prediction_load(const char *path, const VoloClassTable *hint,
                                       GCancellable *cancellable, GError **error);

G_END_DECLS

#endif
