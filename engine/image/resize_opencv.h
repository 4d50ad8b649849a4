/* SPDX-License-Identifier: Apache-2.0 */
/* Resizing bytes as OpenCV's resize does with INTER_LINEAR: the same bytes. */
#ifndef VOLO_IMAGE_RESIZE_OPENCV_H
#define VOLO_IMAGE_RESIZE_OPENCV_H

#include <stddef.h>
#include <stdint.h>

/* y [h_out,w_out,3] = x [h_in,w_in,3], resized; table: 3 · (h_out + w_out) floats. */
void volo_resize_opencv(uint8_t *y, size_t h_out, size_t w_out, const uint8_t *x, size_t h_in,
                        size_t w_in, float *table, int threads);

#endif
