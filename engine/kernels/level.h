/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the kernels per CPU level. Each kernel source is built once for each level with
 * -DVOLO_LEVEL=base, v3 or v4, and exports one function, which sets its pointers in a table:
 *     void VOLO_KERNEL(volo_fill_pointwise)(VoloKernels *k);    is volo_fill_pointwise_v3 */
#ifndef VOLO_KERNELS_LEVEL_H
#define VOLO_KERNELS_LEVEL_H

#include "kernels/kernels.h"

#define VOLO_PASTE_RAW(name, level) name##_##level
#define VOLO_PASTE(name, level) VOLO_PASTE_RAW(name, level)
#ifdef VOLO_LEVEL
#define VOLO_KERNEL(name) VOLO_PASTE(name, VOLO_LEVEL)
#endif

/* The kernel sources, sorted; X is called with the name of each. */
#define VOLO_KERNEL_SOURCES(X)                                                                     \
    X(argmax)                                                                                      \
    X(channel_norm)                                                                                \
    X(flash_attention)                                                                             \
    X(gather)                                                                                      \
    X(flash_attention_gradient)                                                                    \
    X(gemm_panel)                                                                                  \
    X(im2col)                                                                                      \
    X(normalize)                                                                                   \
    X(outlook)                                                                                     \
    X(outlook_gradient)                                                                            \
    X(pixels)                                                                                      \
    X(pointwise)                                                                                   \
    X(pool)                                                                                        \
    X(ranking)                                                                                     \
    X(resample)                                                                                    \
    X(softmax)                                                                                     \
    X(tap_row)                                                                                     \
    X(turn)                                                                                        \
    X(winograd_tiles)

#define VOLO_DECLARE_FILL(name)                                                                    \
    void volo_fill_##name##_base(VoloKernels *k);                                                  \
    void volo_fill_##name##_v3(VoloKernels *k);                                                    \
    void volo_fill_##name##_v4(VoloKernels *k);
VOLO_KERNEL_SOURCES(VOLO_DECLARE_FILL)
#undef VOLO_DECLARE_FILL

/* The naive twins: all but the products, and the products. */
void volo_fill_reference(VoloKernels *k);
void volo_fill_reference_products(VoloKernels *k);
void volo_fill_reference_gradients(VoloKernels *k);

#endif
