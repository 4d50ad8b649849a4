/* SPDX-License-Identifier: Apache-2.0 */
/* The only door to matrix products. Rows are cut into panels of a fixed size, each computed whole
 * by one thread, so results have the same bits for any number of threads. */
#ifndef VOLO_NN_GEMM_H
#define VOLO_NN_GEMM_H

#include <volo/impl/nn.h>

/* How VoloMatrix.data lies. */
typedef enum VoloLayout {
    VOLO_LAYOUT_ROWS,   /* [out,in], for OpenBLAS */
    VOLO_LAYOUT_PANELS, /* [⌈out/VOLO_PANEL⌉,in,VOLO_PANEL], for our own kernels */
} VoloLayout;

/* Decides layout and size of a matrix [out,in]; data must then be given volo_matrix_floats floats.
 */
void volo_matrix_plan(VoloMatrix *m, size_t out, size_t in);
size_t volo_matrix_floats(const VoloMatrix *m);

/* Packs rows [count,in] of the matrix into m->data, as rows first..first+count-1. Padding is zeroed
 * by whoever allocated m->data. */
void volo_matrix_pack(VoloMatrix *m, const float *rows, size_t first, size_t count);

/* The same for rows as a file has them: stored [count,in/taps,taps] becomes rows [taps,in/taps],
 * each times its scale [count] (NULL: as they are). Calls for different panels may run at once. */
void volo_matrix_pack_taps(VoloMatrix *m, const float *stored, size_t taps, const float *scale,
                           size_t first, size_t count);

/* Writes rows of x [count,in] on demand: patches of a convolution. */
typedef void (*VoloFillFn)(float *x, size_t first, size_t count, const void *user);

typedef struct VoloGemmJob {
    float *y;       /* [rows,out] */
    const float *x; /* [rows,in], or NULL with fill */
    VoloFillFn fill;
    const void *fill_user;
    const VoloMatrix *weight;
    const float *bias;     /* [out] or NULL */
    const float *residual; /* [rows,out] or NULL; may be y */
    VoloActivation activation;
    size_t rows;
    size_t pictures; /* rows belong to in equal parts, each of which gets the bits it gets alone;
                      * 0: 1 */
} VoloGemmJob;

/* Floats of scratch for a job with that many threads; needs y, x, fill, weight and rows sizes only.
 */
size_t volo_gemm_scratch(const VoloGemmJob *job, int threads);
void volo_gemm_run(const VoloGemmJob *job, int threads, float *scratch);

/* Opens OpenBLAS with the right kernels for this CPU (see docs); called by volo_init. */
VoloStatus volo_openblas_open(VoloError *err);
const char *volo_openblas_core(void); /* "Haswell" ...; "none" when not opened */

#endif
