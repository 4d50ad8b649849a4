/* SPDX-License-Identifier: Apache-2.0 */
/* VoloStyle: how a layer colours the picture: for each label, and for the lines on it, what becomes
 * of each value of each channel. Whatever a layer does is a table, so that painting is one pass of
 * look-ups. */
#ifndef VOLO_VIEWER_PAINT_STYLE_H
#define VOLO_VIEWER_PAINT_STYLE_H

#include "app/viewer/layer.h"
#include "app/viewer/look.h"

enum {
    VOLO_PATTERNS = VOLO_HATCHES + 1, /* hatches, and a checkerboard */
    VOLO_PATTERN_CHECKER = VOLO_HATCHES,
    VOLO_PATTERN_SIDE = 16,  /* patterns repeat after so many pixels */
    VOLO_STYLE_LINES = 256,  /* added to a label: the lines on it */
    VOLO_STYLE_CASING = 512, /* what sets its lines off */
    VOLO_STYLES = 768,
};

typedef enum VoloLines {
    VOLO_LINES_NONE,
    VOLO_LINES_PATTERN, /* where the label's pattern has them */
    VOLO_LINES_EDGES,   /* where regions end, with a casing */
} VoloLines;

typedef struct VoloStyle {
    uint8_t value[VOLO_STYLES][3][256]; /* [label, lines or casing; R G B; the picture's value] */
    uint8_t pattern[256];               /* by label */
    VoloLines lines;
} VoloStyle;

/* The style of a layer. look: for OVERLAY, OUTLINE and MASK. Under CONFIDENCE and ENTROPY labels
 * are parts of 255; under ERRORS they are those of comparison.h. opacity 0..1. */
void volo_style_init(VoloStyle *style, VoloLayer layer, const VoloLook *look, double opacity);

/* Bit x of the row y (both below VOLO_PATTERN_SIDE): a line. */
uint16_t volo_pattern_row(int pattern, int y);
/* Lines on a colour, R G B: darker on light ones, lighter on dark ones. */
void volo_line_colour(const uint8_t colour[3], uint8_t *line);

#endif
