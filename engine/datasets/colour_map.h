/* SPDX-License-Identifier: Apache-2.0 */
/* Colours for classes whose data set has none of its own. */
#ifndef VOLO_DATASETS_COLOUR_MAP_H
#define VOLO_DATASETS_COLOUR_MAP_H

#include <stddef.h>
#include <stdint.h>

/* The R, G, B of a class index 0..254: fixed for ever, all different, never black. */
void volo_colour_of_index(size_t index, uint8_t ret_colour[3]);

#endif
