/* SPDX-License-Identifier: Apache-2.0 */
/* The weights' gradient of 3x3 convolutions of stride 1 and padding 1 by Winograd's F(4x4,3x3)
 * backwards: at each of 36 points a product over tiles, a quarter of the multiplications. */
#ifndef VOLO_NN_WINOGRAD_GRADIENT_H
#define VOLO_NN_WINOGRAD_GRADIENT_H

#include "nn/weight_gradient.h"

bool volo_winograd_gradient_suits(const VoloWeightGradientJob *job);
/* Sums that are made apart, each over some of the tiles. */
size_t volo_winograd_gradient_groups(const VoloWeightGradientJob *job);
/* Multiply-adds at the points. */
uint64_t volo_winograd_gradient_macs(const VoloWeightGradientJob *job);
/* Floats. */
size_t volo_winograd_gradient_scratch(const VoloWeightGradientJob *job, int threads);
/* sums [groups,9·in/VOLO_PANEL,out,VOLO_PANEL] = Σ over tiles of dy ⊗ x, columns in the order
 * (tap, in). Same bits for any number of threads. */
void volo_winograd_gradient_run(const VoloWeightGradientJob *job, int threads, float *sums,
                                float *scratch);

#endif
