/* SPDX-License-Identifier: Apache-2.0 */
/* The gradient of a weight: dweight = Σ over rows of dy ⊗ x, where x's rows are those of a matrix
 * or the patches of a convolution, which are gathered on the way. */
#ifndef VOLO_NN_WEIGHT_GRADIENT_H
#define VOLO_NN_WEIGHT_GRADIENT_H

#include <volo/impl/nn.h>

typedef struct VoloWeightGradientJob {
    float *gradient; /* [out,in,k·k] as the file has it, added to; or NULL */
    float *bias;     /* [out], sums of dy added to it; or NULL */
    const float *dy; /* [n,h,w,out] */
    const float *x;  /* [n,h_in,w_in,in] */
    size_t n, h, w, h_in, w_in, out, in;
    size_t k, stride, pad; /* 1, 1, 0 for a matrix */
    bool exact;            /* no reassociating shortcuts */
} VoloWeightGradientJob;

/* Multiply-adds that are really made. */
uint64_t volo_weight_gradient_macs(const VoloWeightGradientJob *job);
/* Floats; gradient, dy and x do not matter. */
size_t volo_weight_gradient_scratch(const VoloWeightGradientJob *job, int threads);
/* Same bits for any number of threads. */
void volo_weight_gradient_run(const VoloWeightGradientJob *job, int threads, float *scratch);

#endif
