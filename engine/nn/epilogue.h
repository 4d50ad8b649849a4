/* SPDX-License-Identifier: Apache-2.0 */
/* What linear layers and convolutions share: placing the result, counting, running the product. */
#ifndef VOLO_NN_EPILOGUE_H
#define VOLO_NN_EPILOGUE_H

#include "nn/gemm.h"

/* The result [n,h,w,c] of a product; in the place of the residual when that is not needed again. */
VoloTensor volo_nn_product(VoloNnContext *ctx, size_t n, size_t h, size_t w, size_t c,
                           VoloEpilogue e);

/* Counts the job's multiply-adds, takes its scratch and, unless idle, runs it. While measuring,
 * job->x, y and residual need not point anywhere. */
void volo_nn_run_gemm(VoloNnContext *ctx, const VoloGemmJob *job);

#endif
