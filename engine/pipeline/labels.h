/* SPDX-License-Identifier: Apache-2.0 */
/* From the logits of all windows of all views to the rows of one picture. */
#ifndef VOLO_PIPELINE_LABELS_H
#define VOLO_PIPELINE_LABELS_H

#include "nn/context.h"
#include "pipeline/windows.h"

/* Logits of one view: f32 [rows,columns of windows,h,w,classes]. */
typedef struct VoloViewLogits {
    VoloView view;
    size_t h, w; /* of each window's logits */
    const float *data;
} VoloViewLogits;

typedef struct VoloRowsJob {
    const VoloViewLogits *view; /* [view_count] */
    size_t view_count;
    size_t image_h, image_w, classes;
    bool align_corners;
    bool
        flip_logits; /* undo flips before the resize to the picture's size (mmseg1), not after it */
    uint8_t *labels; /* u8 [image_h,image_w], or NULL */
    bool ranked;     /* makes planes too */
    void *planes;    /* of the confidence (image/owned.h), when ranked, with labels */
    float *scores;   /* f32 [image_h,image_w,classes], or NULL: logits of one view, else the mean
                      * of softmaxes */
} VoloRowsJob;

/* One operation: bilinear to the window, sum over the windows of a row and division by their count,
 * bilinear to the picture's size; of several views softmax, then the mean; argmax; softmax, where
 * there is one view, and what comes after the best. */
void volo_nn_rows(VoloNnContext *ctx, const VoloRowsJob *job);

#endif
