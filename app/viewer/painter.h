/* SPDX-License-Identifier: Apache-2.0 */
/* VoloPainter: paints the visible part of a picture with a layer over it, at the pixels of the
 * screen. It keeps what it has sampled: as long as the view stays, another opacity, look or layer
 * costs one pass over the pixels. Knows nothing of GTK.
 *
 * Any one thread at a time; it has others help. */
#ifndef VOLO_VIEWER_PAINTER_H
#define VOLO_VIEWER_PAINTER_H

#include <volo/mask.h>

#include "app/viewer/canvas_view.h"
#include "app/viewer/layer.h"
#include "app/viewer/look.h"
#include "app/viewer/paint_levels.h"

/* What is known about one side; all borrowed. NULL, or a mask of another size than the picture's:
 * is not painted. */
typedef struct VoloSceneSide {
    const VoloMask *mask;
    const uint16_t *shares, *entropy; /* of a VoloConfidence of the picture's size */
    const VoloLook *look;             /* never NULL */
} VoloSceneSide;

typedef struct VoloScene {
    const VoloLevels *levels;
    VoloSceneSide side[VOLO_SIDES];
    const VoloMask *errors; /* values of comparison.h; of the first side */
    VoloLayer layer;
    double opacity; /* 0..1 */
    int scale; /* how many pixels wide lines and patterns are drawn; 1, on dense screens more */
} VoloScene;

typedef struct VoloPainter VoloPainter;

VoloPainter *volo_painter_new(void);
void volo_painter_free(VoloPainter *painter); /* NULL is allowed */

/* Must be called when what the scene points to is another thing, as it may have the old one's
 * address. */
void volo_painter_forget(VoloPainter *painter);

/* Writes the columns from..to-1 of a patch as that side shows them, to pixels u32
 * [patch height, patch width]: 0xffRRGGBB. Where the second side has nothing for CONFIDENCE,
 * ENTROPY or ERRORS it shows its overlay. False: no memory. */
bool volo_painter_paint(VoloPainter *painter, const VoloScene *scene, VoloSide side,
                        const VoloPatch *patch, int from, int to, uint32_t *pixels);

#endif
