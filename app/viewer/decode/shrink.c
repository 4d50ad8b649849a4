/* SPDX-License-Identifier: Apache-2.0 */
/* Scaling down by boxes: each pixel of the picture is read once. */
#include "app/viewer/decode/shrink.h"

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

void volo_thumbnail_size(size_t height, size_t width, size_t *ret_height, size_t *ret_width)
{
    size_t h = least(height, VOLO_THUMBNAIL_HEIGHT);
    size_t w = width * h / height;

    if (w > VOLO_THUMBNAIL_WIDTH) {
        w = least(width, VOLO_THUMBNAIL_WIDTH);
        h = height * w / width;
    }
    *ret_height = h ? h : 1;
    *ret_width = w ? w : 1;
}

/* The mean of rows [top,bottom), columns [left,right) of x u8 [..,width,3]. */
static void average(const uint8_t *x, size_t width, size_t top, size_t bottom, size_t left,
                    size_t right, uint8_t y[3])
{
    const size_t count = (bottom - top) * (right - left);
    uint64_t sum[3] = { 0, 0, 0 };

    for (size_t row = top; row < bottom; row++) {
        const uint8_t *const line = x + 3 * (row * width);

        for (size_t column = left; column < right; column++) {
            for (size_t c = 0; c < 3; c++)
                sum[c] += line[3 * column + c];
        }
    }
    for (size_t c = 0; c < 3; c++)
        y[c] = (uint8_t)((sum[c] + count / 2) / count);
}

void volo_thumbnail_scale(const uint8_t *x, size_t height, size_t width, uint8_t *y, size_t h,
                          size_t w)
{
    for (size_t row = 0; row < h; row++) {
        for (size_t column = 0; column < w; column++)
            average(x, width, row * height / h, (row + 1) * height / h, column * width / w,
                    (column + 1) * width / w, y + 3 * (row * w + column));
    }
}
