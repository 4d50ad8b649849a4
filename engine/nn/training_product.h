/* SPDX-License-Identifier: Apache-2.0 */
/* Products in training: weights change in every step, so they are packed from the parameter block
 * into scratch whenever they are needed, and gradients come by three of them. */
#ifndef VOLO_NN_TRAINING_PRODUCT_H
#define VOLO_NN_TRAINING_PRODUCT_H

#include "nn/gemm.h"
#include "nn/weight_gradient.h"

/* m [out,in] from m->raw, in panels. taps: as volo_matrix_pack_taps has it. */
VoloMatrix volo_nn_packed(VoloNnContext *ctx, const VoloMatrix *m, size_t taps);
/* [in,out·taps] with the taps in reverse: the weight of the convolution that takes dy to dx; with
 * one tap simply the transpose. raw is [out,in,taps]. */
VoloMatrix volo_nn_packed_transposed(VoloNnContext *ctx, const float *raw, size_t out, size_t in,
                                     size_t taps);

/* Takes the scratch and, unless idle, adds to the gradients of weight and bias; nothing when both
 * are NULL. */
void volo_nn_weight_gradient(VoloNnContext *ctx, const VoloWeightGradientJob *job);

#endif
