/* SPDX-License-Identifier: Apache-2.0 */
/* VoloLook: how each label is painted: colour, hatching, shown or hidden. Plain data. */
#ifndef VOLO_VIEWER_LOOK_H
#define VOLO_VIEWER_LOOK_H

#include <volo/dataset.h>

#include <stdbool.h>

/* Palettes that can be chosen. */
typedef enum VoloPalette {
    VOLO_PALETTE_MODEL,      /* the class table's own colours */
    VOLO_PALETTE_CITYSCAPES, /* by name where Cityscapes has the class, else the table's own */
    VOLO_PALETTE_ADE20K,     /* the same for ADE20K */
    VOLO_PALETTE_SAFE,       /* told apart with any colour vision: differs in lightness as well */
    VOLO_PALETTES,
} VoloPalette;

const char *volo_palette_name(VoloPalette palette); /* "model" "cityscapes" "ade20k" "safe" */

/* Lines and dots over a colour, in pixels of the screen. */
enum {
    VOLO_HATCHES = 8
}; /* 0: none */

typedef struct VoloLook {
    uint8_t colour[256][3]; /* R, G, B by label */
    uint8_t hatch[256];     /* 0: none, below VOLO_HATCHES; by label */
    bool hidden[256];       /* by label; 255 and labels beyond the table are always hidden */
} VoloLook;

/* The look of a table's classes, nothing hidden but what is no class. hatching: neighbours in the
 * table get different hatches. */
void volo_look_init(VoloLook *look, const VoloClassTable *classes, VoloPalette palette,
                    bool hatching);

#endif
