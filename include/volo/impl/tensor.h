/* SPDX-License-Identifier: Apache-2.0 */
/* VoloTensor: f32 [n,h,w,c], channels last, without padding. A value, passed by copy; the memory
 * belongs to the plan of the context that made it. */
#ifndef VOLO_IMPL_TENSOR_H
#define VOLO_IMPL_TENSOR_H

#include <volo/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloTensor {
    float *data; /* NULL while measuring */
    size_t n, h, w, c;
    size_t id; /* number of its making within the walk */
} VoloTensor;

/* Rows of the tensor as a matrix [r,c]. */
static inline size_t volo_rows(VoloTensor x)
{
    return x.n * x.h * x.w;
}

static inline size_t volo_count(VoloTensor x)
{
    return volo_rows(x) * x.c;
}

#define VOLO_MAX_FEATURES 4

/* What a backbone hands to a head, finest first. */
typedef struct VoloFeatures {
    size_t count;
    VoloTensor map[VOLO_MAX_FEATURES];
    VoloTensor stem; /* of the convolutions before the first stage */
    VoloTensor last; /* of the backbone's last stage, whichever are among the maps */
} VoloFeatures;

/* The same before any run: what a head may rely on when it binds. */
typedef struct VoloFeatureSpec {
    size_t count;
    size_t channels[VOLO_MAX_FEATURES];
    size_t stride[VOLO_MAX_FEATURES]; /* input pixels per cell */
    size_t stem_channels;
} VoloFeatureSpec;

#ifdef __cplusplus
}
#endif
#endif
