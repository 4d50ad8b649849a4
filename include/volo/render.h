/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures made of masks: colours, overlays, lines and legends. Any thread. */
#ifndef VOLO_RENDER_H
#define VOLO_RENDER_H

#include <volo/dataset.h>
#include <volo/image.h>
#include <volo/mask.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The mask in the table's colours; labels beyond the table are black.
 * On success *ret_image is the caller's reference; on failure it is untouched. Errors: MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_render_colour(const VoloMask *mask,
                                                      const VoloClassTable *table,
                                                      VoloImage **ret_image, VoloError *err);

/* round((1 - opacity) * picture + opacity * colour) for each channel; opacity 0..1. Pixels whose
 * label is beyond the table keep the picture. Errors: SHAPE (sizes differ), ARGUMENT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_render_overlay(const VoloImage *image, const VoloMask *mask,
                                                       const VoloClassTable *table, double opacity,
                                                       VoloImage **ret_image, VoloError *err);

/* The picture with lines between the regions of the mask, as wide as 1/500 of its diagonal (to the
 * nearest odd number of pixels) and in the colour of the rarer class on either side. Labels beyond
 * the table have no colour: a line to them is the other class's. Errors: SHAPE, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_render_contour(const VoloImage *image, const VoloMask *mask,
                                                       const VoloClassTable *table,
                                                       VoloImage **ret_image, VoloError *err);

/* The picture (an overlay, say) with a white strip beside it, or below if it is clearly wider than
 * high: for each class in the mask its colour, name and share of the pixels, the commonest first,
 * as many as fit. The result is larger than the picture. Errors: SHAPE, MEMORY, LIMIT. */
VOLO_API VOLO_NODISCARD VoloStatus volo_render_legend(const VoloImage *picture,
                                                      const VoloMask *mask,
                                                      const VoloClassTable *table,
                                                      VoloImage **ret_image, VoloError *err);

#ifdef __cplusplus
}
#endif
#endif
