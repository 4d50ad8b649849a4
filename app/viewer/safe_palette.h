/* SPDX-License-Identifier: Apache-2.0 */
/* Colours that people with any colour vision tell apart. */
#ifndef VOLO_VIEWER_SAFE_PALETTE_H
#define VOLO_VIEWER_SAFE_PALETTE_H

#include <stddef.h>
#include <stdint.h>

/* The kinds of colour vision that are simulated. */
enum {
    VOLO_VISION_COMMON,
    VOLO_VISION_PROTAN, /* without the long cones */
    VOLO_VISION_DEUTAN, /* without the middle ones */
    VOLO_VISION_TRITAN, /* without the short ones */
    VOLO_VISIONS
};

/* The first count (up to 255) colours of the palette, R G B. The first are the most different; they
 * do not depend on count. */
void volo_safe_palette(uint8_t (*colours)[3], size_t count);

/* How different two colours look to the vision that tells them apart worst: the distance in OKLab,
 * where black and white are 1 apart. */
double volo_colour_difference(const uint8_t a[3], const uint8_t b[3]);

#endif
