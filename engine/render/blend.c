/* SPDX-License-Identifier: Apache-2.0 */
/* A picture with the colours of its mask laid over it. */
#include <volo/render.h>

#include "image/owned.h"
#include "render/fit.h"

#include <stdlib.h>
#include <string.h>

/* The two terms of the sum for each of the 256 values a byte can have. */
typedef struct Blend {
    double picture[256]; /* (1 - opacity) * value */
    double colour[256];  /* opacity * value + 0.5, which rounds half up */
} Blend;

static void blend_init(Blend *blend, double opacity)
{
    for (int i = 0; i < 256; i++) {
        blend->picture[i] = (1.0 - opacity) * i;
        blend->colour[i] = opacity * i + 0.5;
    }
}

static VoloStatus check(const VoloImage *image, const VoloMask *mask, double opacity,
                        VoloError *err)
{
    if (!(opacity >= 0.0 && opacity <= 1.0))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "an opacity of %g, expected 0..1", opacity);
    return volo_render_fit(image, mask, err);
}

VoloStatus volo_render_overlay(const VoloImage *image, const VoloMask *mask,
                               const VoloClassTable *table, double opacity, VoloImage **ret_image,
                               VoloError *err)
{
    VOLO_TRY(check(image, mask, opacity, err));
    const size_t height = volo_image_height(image), width = volo_image_width(image);
    const size_t count = volo_class_table_count(table);
    const uint8_t *picture = volo_image_pixels(image), *labels = volo_mask_labels(mask);
    uint8_t colours[256][3];
    Blend blend;

    uint8_t *rgb = malloc(height * width * 3);
    if (!rgb)
        return volo_fail_memory(err, height * width * 3);
    blend_init(&blend, opacity);
    for (size_t i = 0; i < count; i++)
        memcpy(colours[i], volo_class_table_get(table, i)->colour, 3);

    memcpy(rgb, picture, height * width * 3);
    for (size_t i = 0; i < height * width; i++) {
        if (labels[i] >= count)
            continue;
        const uint8_t *colour = colours[labels[i]];
        for (size_t j = 3 * i; j < 3 * i + 3; j++)
            rgb[j] = (uint8_t)(blend.picture[picture[j]] + blend.colour[colour[j - 3 * i]]);
    }
    return volo_image_adopt(height, width, rgb, ret_image, err);
}
