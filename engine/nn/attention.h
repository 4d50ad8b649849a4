/* SPDX-License-Identifier: Apache-2.0 */
/* What self-attention and class attention share. */
#ifndef VOLO_NN_ATTENTION_H
#define VOLO_NN_ATTENTION_H

#include "kernels/kernels.h"

/* Floats of whole cache lines. */
static inline size_t volo_whole_lines(size_t floats)
{
    return (floats + 15) & ~(size_t)15;
}

/* Scratch floats of one thread for flash_attention over heads that divide c channels; heads may be
 * 0: that is told as a shape error later. */
static inline size_t volo_attention_scratch(size_t c, size_t heads)
{
    return volo_whole_lines(volo_kernels()->flash_attention_scratch(c / (heads ? heads : 1)));
}

#endif
