/* SPDX-License-Identifier: Apache-2.0 */
/* What is transposed to a convolution: each pixel of x is spread over a k x k window of y. */
#ifndef VOLO_NN_SPREAD_H
#define VOLO_NN_SPREAD_H

#include "nn/gemm.h"

/* y [n,h,w,out] = Σ over i, j, ky, kx of x [n,h_in,w_in,in] (i, j) · weight (ky, kx), at
 * (stride·i + ky - pad, stride·j + kx - pad), + bias; or += when add. */
typedef struct VoloSpreadJob {
    float *y;
    const float *x;
    const VoloMatrix *weight; /* [out,in·k·k] as volo_nn_packed_transposed has it */
    const float *bias;        /* [out] or NULL; not with add */
    bool add;
    size_t n, h, w, out, h_in, w_in, in;
    size_t k, stride, pad;
} VoloSpreadJob;

/* Counts multiply-adds, takes scratch and, unless idle, runs. */
void volo_nn_run_spread(VoloNnContext *ctx, const VoloSpreadJob *job);

#endif
