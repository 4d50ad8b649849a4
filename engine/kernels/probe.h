/* SPDX-License-Identifier: Apache-2.0 */
/* Loops that show what the machine can do: multiply-adds in registers, streams through memory. They
 * compute nothing that anybody needs, so they are no part of VoloKernels. */
#ifndef VOLO_KERNELS_PROBE_H
#define VOLO_KERNELS_PROBE_H

#include <stddef.h>

/* What one level has; filled by volo_fill_probe_<level>. */
typedef struct VoloProbe {
    /* rounds of independent multiply-adds, flops_per_round each; y [VOLO_PROBE_FLOATS] keeps them
     * from being left out. */
    void (*multiply_add)(float *y, size_t rounds);
    double flops_per_round;
    /* y [VOLO_PROBE_FLOATS] += sums over x [count]; count a multiple of VOLO_PROBE_FLOATS, as below
     */
    void (*read)(float *y, const float *x, size_t count);
    /* y [count] = x [count] + 1 */
    void (*copy)(float *y, const float *x, size_t count);
    /* y [count] = a [count] + 3 · b [count] */
    void (*triad)(float *y, const float *a, const float *b, size_t count);
} VoloProbe;

#define VOLO_PROBE_FLOATS 256

void volo_fill_probe_base(VoloProbe *p);
void volo_fill_probe_v3(VoloProbe *p);
void volo_fill_probe_v4(VoloProbe *p);

#endif
