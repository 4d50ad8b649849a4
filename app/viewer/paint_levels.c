/* SPDX-License-Identifier: Apache-2.0 */
/* Halves by the mean of 2x2 pixels; the last column and row of an odd size stand for two. */
#include "app/viewer/paint_levels.h"

#include <stdlib.h>

enum {
    MOST_LEVELS = 17 /* of a side of 65536 pixels */
};

struct VoloLevels {
    VoloImage *image;
    VoloLevel level[MOST_LEVELS];
    uint8_t *halves[MOST_LEVELS]; /* what level owns; [0] is the image's */
    int count;
};

static void halve_row(const uint8_t *restrict above, const uint8_t *restrict below, int width,
                      uint8_t *restrict half)
{
    const int pairs = width / 2;

    for (int i = 0; i < pairs; i++)
        for (int j = 0; j < 3; j++) {
            const int at = 6 * i + j;

            half[3 * i + j] =
                (uint8_t)((above[at] + above[at + 3] + below[at] + below[at + 3] + 2) >> 2);
        }
    if (width % 2)
        for (int j = 0; j < 3; j++) {
            const int at = 3 * (width - 1) + j;

            half[3 * pairs + j] = (uint8_t)((above[at] + below[at] + 1) >> 1);
        }
}

static bool add_half(VoloLevels *levels)
{
    const VoloLevel *full = &levels->level[levels->count - 1];
    const VoloLevel half = { .height = (full->height + 1) / 2,
                             .width = (full->width + 1) / 2,
                             .scale = full->scale / 2 };
    const size_t row = (size_t)full->width * 3, half_row = (size_t)half.width * 3;
    uint8_t *rgb = malloc((size_t)half.height * half_row);

    if (!rgb)
        return false;
    for (int i = 0; i < half.height; i++) {
        const int below = 2 * i + 1 < full->height ? 2 * i + 1 : 2 * i;

        halve_row(full->rgb + 2 * (size_t)i * row, full->rgb + (size_t)below * row, full->width,
                  rgb + (size_t)i * half_row);
    }
    levels->halves[levels->count] = rgb;
    levels->level[levels->count] = half;
    levels->level[levels->count++].rgb = rgb;
    return true;
}

VoloLevels *volo_levels_new(VoloImage *image, bool halves)
{
    VoloLevels *levels = calloc(1, sizeof *levels);

    if (!levels)
        return NULL;
    levels->image = volo_image_ref(image);
    levels->level[0] = (VoloLevel){ .rgb = volo_image_pixels(image),
                                    .height = (int)volo_image_height(image),
                                    .width = (int)volo_image_width(image),
                                    .scale = 1 };
    levels->count = 1;
    while (
        halves && levels->count < MOST_LEVELS &&
        (levels->level[levels->count - 1].height > 1 || levels->level[levels->count - 1].width > 1))
        if (!add_half(levels)) {
            volo_levels_free(levels);
            return NULL;
        }
    return levels;
}

void volo_levels_free(VoloLevels *levels)
{
    if (!levels)
        return;
    for (int i = 1; i < levels->count; i++)
        free(levels->halves[i]);
    volo_image_unref(levels->image);
    free(levels);
}

VoloImage *volo_levels_image(const VoloLevels *levels)
{
    return levels->image;
}

VoloLevel volo_levels_choose(const VoloLevels *levels, double zoom)
{
    int chosen = 0;

    while (chosen + 1 < levels->count && levels->level[chosen + 1].scale >= zoom)
        chosen++;
    return levels->level[chosen];
}
