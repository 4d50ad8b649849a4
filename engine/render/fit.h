/* SPDX-License-Identifier: Apache-2.0 */
/* What every picture made of a picture and its mask asks first. */
#ifndef VOLO_RENDER_FIT_H
#define VOLO_RENDER_FIT_H

#include <volo/image.h>
#include <volo/mask.h>

#include "base/error.h"

/* Errors: SHAPE (sizes differ). */
static inline VoloStatus volo_render_fit(const VoloImage *image, const VoloMask *mask,
                                         VoloError *err)
{
    const size_t height = volo_image_height(image), width = volo_image_width(image);

    if (height == volo_mask_height(mask) && width == volo_mask_width(mask))
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_SHAPE, "the mask is %zux%zu, the picture %zux%zu (HxW)",
                     volo_mask_height(mask), volo_mask_width(mask), height, width);
}

#endif
