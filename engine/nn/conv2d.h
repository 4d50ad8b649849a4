/* SPDX-License-Identifier: Apache-2.0 */
/* What the convolution, its backward and the transposed convolution share. */
#ifndef VOLO_NN_CONV2D_H
#define VOLO_NN_CONV2D_H

#include "nn/context.h"

struct VoloRecord;

/* y [n,ho,wo,out] = act(conv(x [n,h,w,in]) + bias) + residual, as a part of an operation; weights
 * are packed. residual may be y; in training it comes without an activation. */
void volo_nn_run_conv2d(VoloNnContext *ctx, VoloTensor y, VoloTensor x, const VoloConv2d *p,
                        VoloEpilogue e);

/* Of a record with x, the convolution p, and other, the residual. */
void volo_nn_conv2d_backward(VoloNnContext *ctx, const struct VoloRecord *rec);

#endif
