/* SPDX-License-Identifier: Apache-2.0 */
/* One walk over preprocessing, backbone, head and labels: the sequence that is measured and run. */
#ifndef VOLO_PIPELINE_NETWORK_H
#define VOLO_PIPELINE_NETWORK_H

#include <volo/session.h>

#include "nn/context.h"
#include "pipeline/open_model.h"

/* Sizes of a walk, in pixels. */
typedef struct VoloWalkShape {
    size_t n, h, w;          /* what the network sees */
    size_t image_h, image_w; /* of the picture, and of its labels; 0: tensors in, logits out */
} VoloWalkShape;

/* Where the input comes from and the labels go; all NULL while measuring. */
typedef struct VoloWalkData {
    const float *x;         /* f32 [n,h,w,3], or NULL with image */
    const VoloImage *image; /* [image_h,image_w,3] */
    uint8_t *labels;        /* u8 [image_h,image_w] */
} VoloWalkData;

/* Returns the logits [n,h/s,w/s,classes]; errors stay in ctx->error. */
VoloTensor volo_network_walk(VoloNnContext *ctx, const VoloModel *model, const VoloWalkShape *shape,
                             const VoloWalkData *data);

/* Measures a walk and lays it out; plan must be initialised, and is cleared on failure. */
VoloStatus volo_network_plan(VoloPlan *plan, const VoloModel *model, const VoloWalkShape *shape,
                             int threads, bool exact, VoloStageFn stage_fn, void *stage_user,
                             VoloError *err);

/* Memory of a planned walk in bytes. */
void volo_network_cost(const VoloModel *model, const VoloPlan *plan, const VoloWalkShape *shape,
                       int threads, VoloCost *ret_cost);

/* The network's input size for a picture; resize rules of mmcv. Errors: LIMIT. */
VoloStatus volo_resized_size(const VoloResize *resize, size_t h, size_t w, size_t *ret_h,
                             size_t *ret_w, VoloError *err);

/* x [1,h,w,3] = normalised picture, resized when the sizes differ (preprocess.c) */
VoloTensor volo_nn_preprocess(VoloNnContext *ctx, const VoloModel *model,
                              const VoloWalkShape *shape, const VoloImage *image);

/* labels u8 [image_h,image_w] = argmax of logits, resized to h x w and then to the picture's size,
 * row by row (labels.c) */
void volo_nn_labels(VoloNnContext *ctx, VoloTensor logits, const VoloWalkShape *shape,
                    bool align_corners, uint8_t *labels);

/* What a session runs, and on how many threads. */
const VoloModel *volo_session_model(const VoloSession *session);
int volo_session_threads(const VoloSession *session);

#endif
