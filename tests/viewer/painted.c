/* SPDX-License-Identifier: Apache-2.0 */
#include "painted.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    UNTOUCHED = 0x4d4d4d4d
};

void paint_rgb(VoloPainter *painter, const VoloScene *scene, VoloSide side, const VoloPatch *patch,
               int from, int to, uint8_t *rgb)
{
    const size_t width = (size_t)patch->width, count = width * (size_t)patch->height;
    uint32_t *pixels = malloc(count * sizeof *pixels);

    assert_non_null(pixels);
    for (size_t i = 0; i < count; i++)
        pixels[i] = UNTOUCHED;
    assert_true(volo_painter_paint(painter, scene, side, patch, from, to, pixels));
    for (size_t i = 0; i < count; i++) {
        const int column = (int)(i % width);

        if (column < from || column >= to) {
            assert_int_equal(pixels[i], UNTOUCHED);
            continue;
        }
        assert_int_equal(pixels[i] >> 24, 255);
        rgb[3 * i] = (uint8_t)(pixels[i] >> 16);
        rgb[3 * i + 1] = (uint8_t)(pixels[i] >> 8);
        rgb[3 * i + 2] = (uint8_t)pixels[i];
    }
    free(pixels);
}
