/* SPDX-License-Identifier: Apache-2.0 */
/* 3x3 convolutions of stride 1 and padding 1 by Winograd's F(4x4,3x3) (Lavin & Gray 2015). */
#ifndef VOLO_NN_WINOGRAD_H
#define VOLO_NN_WINOGRAD_H

#include "nn/gemm.h"

/* y [n,h,w,out] = act(conv(x [n,h,w,in]) + bias + addend [n,h,w,out]) */
typedef struct VoloWinogradJob {
    float *y; /* not x; may be addend */
    const float
        *x; /* its in channels are p's from first_in on: others may be convolved elsewhere */
    const float *addend; /* or NULL */
    const VoloConv2d *p; /* weights; its bias is not looked at */
    const float *bias;   /* [out] or NULL */
    size_t first_in, in;
    VoloActivation activation;
    size_t n, h, w;
} VoloWinogradJob;

/* Whether in channels of pictures [h,w] are worth it, weight packed by volo_matrix_pack. How many
 * pictures there are must not matter: a batch has the bits of its pictures one by one. */
bool volo_winograd_suits(const VoloConv2d *p, size_t in, size_t h, size_t w);
/* Floats; y, x and addend do not matter. */
size_t volo_winograd_scratch(const VoloWinogradJob *job, int threads);
/* Weights are transformed in cache-sized pieces on the way. Same bits for any number of threads. */
void volo_winograd_run(const VoloWinogradJob *job, int threads, float *scratch);

#endif
