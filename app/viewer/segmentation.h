/* SPDX-License-Identifier: Apache-2.0 */
/* VoloSegmentation: what one model (or a file of labels) says of one picture; immutable.
 *
 * Threads: made in any thread, read from any. */
#ifndef VOLO_VIEWER_SEGMENTATION_H
#define VOLO_VIEWER_SEGMENTATION_H

#include <volo/confidence.h>
#include <volo/dataset.h>
#include <volo/mask.h>

#include <glib-object.h>

G_BEGIN_DECLS

#define VOLO_TYPE_SEGMENTATION (volo_segmentation_get_type())
G_DECLARE_FINAL_TYPE(VoloSegmentation, volo_segmentation, VOLO, SEGMENTATION, GObject)

/* Where labels come from, and what they mean. */
typedef struct VoloSegmentationParts {
    VoloMask *mask;             /* class indices 0..classes-1, 255: none; a reference is taken */
    VoloConfidence *confidence; /* NULL: a file of labels has none; a reference is taken */
    VoloClassTable *classes;    /* becomes the segmentation's; freed with it */
    const char *source;         /* a model's name or a file's; copied */
    double seconds;             /* of the network; 0 for files */
} VoloSegmentationParts;

VoloSegmentation *volo_segmentation_new(const VoloSegmentationParts *parts);

/* Names, ids and colours of another's classes, for the parts above; NULL and *error: no memory. */
VoloClassTable *volo_segmentation_copy_classes(const VoloClassTable *classes, GError **error);

/* All borrowed, as long as the segmentation. */
VoloMask *volo_segmentation_mask(VoloSegmentation *self);
VoloConfidence *volo_segmentation_confidence(VoloSegmentation *self); /* NULL: none */
const VoloClassTable *volo_segmentation_classes(VoloSegmentation *self);
const char *volo_segmentation_source(VoloSegmentation *self);
double volo_segmentation_seconds(VoloSegmentation *self);
const guint64 *volo_segmentation_counts(VoloSegmentation *self); /* u64 [256], pixels by label */

G_END_DECLS

#endif
