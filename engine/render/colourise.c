/* SPDX-License-Identifier: Apache-2.0 */
/* A mask in the colours of its classes. */
#include <volo/render.h>

#include "base/error.h"
#include "image/owned.h"

#include <stdlib.h>
#include <string.h>

VoloStatus volo_render_colour(const VoloMask *mask, const VoloClassTable *table,
                              VoloImage **ret_image, VoloError *err)
{
    const size_t height = volo_mask_height(mask), width = volo_mask_width(mask);
    const uint8_t *labels = volo_mask_labels(mask);
    uint8_t colours[256][3] = { { 0 } };

    for (size_t i = 0; i < volo_class_table_count(table); i++)
        memcpy(colours[i], volo_class_table_get(table, i)->colour, 3);
    uint8_t *rgb = malloc(height * width * 3);
    if (!rgb)
        return volo_fail_memory(err, height * width * 3);
    for (size_t i = 0; i < height * width; i++)
        memcpy(rgb + 3 * i, colours[labels[i]], 3);
    return volo_image_adopt(height, width, rgb, ret_image, err);
}
