/* SPDX-License-Identifier: Apache-2.0 */
/* What can lie over the picture, and the two sides of a comparison. Plain data, without GTK. */
#ifndef VOLO_VIEWER_LAYER_H
#define VOLO_VIEWER_LAYER_H

typedef enum VoloLayer {
    VOLO_LAYER_OVERLAY,    /* the mask's colours, blended by "opacity" */
    VOLO_LAYER_OUTLINE,    /* the edges of regions in their colours, the picture inside */
    VOLO_LAYER_MASK,       /* the mask alone */
    VOLO_LAYER_PICTURE,    /* the picture alone */
    VOLO_LAYER_CONFIDENCE, /* dark where the network is unsure, blended by "opacity" */
    VOLO_LAYER_ENTROPY,
    VOLO_LAYER_ERRORS, /* wrong pixels red, right ones plain, ignored ones grey */
    VOLO_LAYERS,
} VoloLayer;

typedef enum VoloSide {
    VOLO_SIDE_FIRST,
    VOLO_SIDE_SECOND,
} VoloSide;

#define VOLO_SIDES 2

#endif
