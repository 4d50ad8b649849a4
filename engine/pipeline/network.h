/* SPDX-License-Identifier: Apache-2.0 */
/* One walk over preprocessing, backbone and head: the sequence that is measured and run. */
#ifndef VOLO_PIPELINE_NETWORK_H
#define VOLO_PIPELINE_NETWORK_H

#include <volo/session.h>

#include "nn/context.h"
#include "pipeline/open_model.h"

/* Sizes of a walk, in pixels. */
typedef struct VoloWalkShape {
    size_t n, h, w;            /* what the network sees: a window of each picture */
    size_t view_h, view_w;     /* what windows are cut from; 0: tensors in */
    size_t pixels_h, pixels_w; /* of the bytes that are resized to the view */
} VoloWalkShape;

/* Where the input comes from; all zero while measuring. */
typedef struct VoloWalkData {
    const float *x;               /* f32 [n,h,w,3], or NULL with pixels */
    const uint8_t *const *pixels; /* [n] of u8 [pixels_h,pixels_w,3] */
    size_t top, left;             /* of the window in the view */
    bool flip;                    /* the view is mirrored */
} VoloWalkData;

/* x [n,h,w,3] -> logits [n,h/s,w/s,classes]; ret_auxiliary NULL: without the auxiliary head. */
VoloTensor volo_network_forward(VoloNnContext *ctx, const VoloModel *model, VoloTensor x,
                                VoloTensor *ret_auxiliary);

/* Returns the logits [n,h/s,w/s,classes]; errors stay in ctx->error. */
VoloTensor volo_network_walk(VoloNnContext *ctx, const VoloModel *model, const VoloWalkShape *shape,
                             const VoloWalkData *data);

/* Measures a walk and lays it out; plan must be initialised, and is cleared on failure.
 * *ret_logits is the shape of the result. */
VoloStatus volo_network_plan(VoloPlan *plan, const VoloModel *model, const VoloWalkShape *shape,
                             int threads, bool exact, VoloStageFn stage_fn, void *stage_user,
                             VoloTensor *ret_logits, VoloError *err);

/* x [n,h,w,3] = normalised windows of resized pictures (preprocess.c) */
VoloTensor volo_nn_preprocess(VoloNnContext *ctx, const VoloModel *model,
                              const VoloWalkShape *shape, const VoloWalkData *data);

/* What a session runs, and on how many threads. */
const VoloModel *volo_session_model(const VoloSession *session);
int volo_session_threads(const VoloSession *session);

#endif
