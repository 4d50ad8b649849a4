/* SPDX-License-Identifier: Apache-2.0 */
/* The colour map of PASCAL VOC's development kit: the bits of a number are dealt out to R, G and B
 * in turn, the lowest to the highest bits. Number 0 would be black, so classes begin at 1. */
#include "datasets/colour_map.h"

#include <assert.h>

void volo_colour_of_index(size_t index, uint8_t ret_colour[3])
{
    unsigned number = (unsigned)index + 1;

    assert(index < 255);
    ret_colour[0] = ret_colour[1] = ret_colour[2] = 0;
    for (unsigned shift = 7; number; number >>= 3, shift--) {
        for (unsigned i = 0; i < 3; i++)
            ret_colour[i] |= (uint8_t)((number >> i & 1) << shift);
    }
}
