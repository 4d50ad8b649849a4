/* SPDX-License-Identifier: Apache-2.0 */
/* Resizing 8-bit pictures as Pillow does, to the byte. */
#ifndef VOLO_IMAGE_RESIZE_H
#define VOLO_IMAGE_RESIZE_H

#include <volo/base.h>

/* Along one side: in pixels become out, of which the window first..first+count-1 is wanted. */
typedef struct VoloResizeAxis {
    size_t in, out, first, count; /* 1 <= in, out; first + count <= out */
} VoloResizeAxis;

/* y u8 [rows.count,columns.count,3], its lines ldy bytes apart = that window of the picture x u8
 * [rows.in,columns.in,3] resized to rows.out x columns.out: Pillow's BICUBIC (A = -1/2, widened by
 * the scale when shrinking, 22-bit fixed point, rounded to bytes between the two passes).
 * The same bytes for any number of threads. Errors: MEMORY. */
VoloStatus volo_resize_bicubic(uint8_t *y, size_t ldy, const uint8_t *x, const VoloResizeAxis *rows,
                               const VoloResizeAxis *columns, int threads, VoloError *err);

#endif
