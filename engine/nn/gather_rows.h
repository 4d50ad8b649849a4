/* SPDX-License-Identifier: Apache-2.0 */
/* The gradient of a resampling that goes axis by axis: every input gathers from the outputs that
 * read it, so threads never meet. */
#ifndef VOLO_NN_GATHER_ROWS_H
#define VOLO_NN_GATHER_ROWS_H

#include "kernels/kernels.h"
#include "nn/context.h"

typedef struct VoloGatherJob {
    float *dx;       /* [n,h,w,c] */
    const float *dy; /* [n,summed,h_out,w_out], pixels ldy apart, at each [c] */
    size_t ldy;
    size_t n, summed; /* summed: pictures that one map was given to, usually 1 */
    size_t h, w, h_out, w_out, c;
    VoloReaders rows, columns; /* of h by h_out, of w by w_out */
    bool add;                  /* to dx */
} VoloGatherJob;

/* All but the readers, for y that has x's channels first. */
static inline VoloGatherJob volo_gather_job(VoloTensor dx, VoloTensor dy, bool add)
{
    return (VoloGatherJob){ .dx = dx.data,
                            .dy = dy.data,
                            .ldy = dy.c,
                            .n = dx.n,
                            .summed = 1,
                            .h = dx.h,
                            .w = dx.w,
                            .h_out = dy.h,
                            .w_out = dy.w,
                            .c = dx.c,
                            .add = add };
}

/* Same bits for any number of threads. */
void volo_gather_run(const VoloGatherJob *job, int threads);

/* A part of a walk: adds to the gradient of grid [h,w,c], if it trains, what it gets from dy
 * [n,...] when every picture was given the grid, resized bicubically to dy's size. */
void volo_nn_grid_gradient(VoloNnContext *ctx, const VoloGrid *grid, VoloTensor dy);

#endif
