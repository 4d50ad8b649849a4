/* SPDX-License-Identifier: Apache-2.0 */
/* OpenBLAS, opened at run time: what nn/gemm.c needs of it. */
#ifndef VOLO_NN_OPENBLAS_H
#define VOLO_NN_OPENBLAS_H

#include <stdbool.h>
#include <stddef.h>

/* What the environment's VOLO_GEMM says. */
typedef enum VoloGemmChoice {
    VOLO_GEMM_BY_TABLE, /* it is not set */
    VOLO_GEMM_OPENBLAS,
    VOLO_GEMM_OWN,
} VoloGemmChoice;

/* As read by volo_openblas_open; until then our own products are all there is. */
VoloGemmChoice volo_gemm_choice(void);

/* Makes OpenBLAS use one thread when this thread calls it outside of a parallel region. */
void volo_openblas_single_thread(void);

/* y [r,out] = x [r,in] · weight [out,in]ᵀ, all without padding, on the calling thread */
void volo_openblas_sgemm(float *y, const float *x, const float *weight, size_t r, size_t in,
                         size_t out);

#endif
