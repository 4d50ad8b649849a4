/* SPDX-License-Identifier: Apache-2.0 */
/* Scaling pictures down to thumbnails. Any thread. */
#ifndef VOLO_VIEWER_DECODE_SHRINK_H
#define VOLO_VIEWER_DECODE_SHRINK_H

#include <stddef.h>
#include <stdint.h>

#define VOLO_THUMBNAIL_HEIGHT 160       /* at most, in pixels */
#define VOLO_THUMBNAIL_WIDTH 320        /* at most */
#define VOLO_THUMBNAIL_PIXELS 50000000u /* larger pictures get none */

/* The size of a picture's thumbnail: within the largest, ratio kept to the pixel, never enlarged,
 * at least 1x1. */
void volo_thumbnail_size(size_t height, size_t width, size_t *ret_height, size_t *ret_width);
/* y u8 [h,w,3] = x u8 [height,width,3] scaled down: each pixel is the mean, rounded, of the box of
 * x that it covers, boxes cut at whole pixels. h <= height and w <= width. */
void volo_thumbnail_scale(const uint8_t *x, size_t height, size_t width, uint8_t *y, size_t h,
                          size_t w);

#endif
