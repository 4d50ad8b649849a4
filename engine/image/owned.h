/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures and masks made of memory that already exists, for the parts of the engine that compute
 * them: no copy is made. */
#ifndef VOLO_IMAGE_OWNED_H
#define VOLO_IMAGE_OWNED_H

#include <volo/image.h>
#include <volo/mask.h>

/* rgb u8 [height,width,3] and labels u8 [height,width] come from malloc and belong to the callee,
 * on failure too. Sizes are at least 1x1. Errors: MEMORY. */
VoloStatus volo_image_adopt(size_t height, size_t width, uint8_t *rgb, VoloImage **ret_image,
                            VoloError *err);
VoloStatus volo_mask_adopt(size_t height, size_t width, uint8_t *labels, VoloMask **ret_mask,
                           VoloError *err);

#endif
