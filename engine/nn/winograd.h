/* SPDX-License-Identifier: Apache-2.0 */
/* 3x3 convolutions of stride 1 and padding 1 by Winograd's F(4x4,3x3) (Lavin & Gray 2015). */
#ifndef VOLO_NN_WINOGRAD_H
#define VOLO_NN_WINOGRAD_H

#include "nn/gemm.h"

/* Whether pictures [h,w,in] to [h,w,out] are worth it, weight packed by volo_matrix_pack. How many
 * there are must not matter: a batch has the bits of its pictures one by one. */
bool volo_winograd_suits(const VoloConv2d *p, size_t h, size_t w);
size_t volo_winograd_scratch(const VoloConv2d *p, size_t n, size_t h, size_t w, int threads);
/* y [n,h,w,out] = act(conv(x [n,h,w,in]) + bias) + residual (NULL: none); y must not be x. Weights
 * are transformed in cache-sized blocks on the way. Same bits for any number of threads. */
void volo_winograd_run(float *y, const float *x, const VoloConv2d *p, VoloActivation activation,
                       const float *residual, size_t n, size_t h, size_t w, int threads,
                       float *scratch);

#endif
