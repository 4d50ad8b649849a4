/* SPDX-License-Identifier: Apache-2.0 */
/* The edges of regions. */
#ifndef VOLO_VIEWER_PAINT_OUTLINE_H
#define VOLO_VIEWER_PAINT_OUTLINE_H

#include <stddef.h>
#include <stdint.h>

/* edges u8 [count] = 1 where a label lies so near another one: across up to radius pixels to the
 * left, right, above or below, or (radius above 1) diagonally. labels: a row of a plane with
 * stride bytes a row, of which radius on all sides are read. */
void volo_outline_row(const uint8_t *labels, size_t stride, int count, int radius, uint8_t *edges);

/* lines u8 [count] = 1 where volo_outline_row with radius finds an edge, 2 where only one with
 * radius + casing does, else 0. room: u8 [count]. labels are read that far. */
void volo_cased_outline_row(const uint8_t *labels, size_t stride, int count, int radius, int casing,
                            uint8_t *room, uint8_t *lines);

#endif
