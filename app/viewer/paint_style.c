/* SPDX-License-Identifier: Apache-2.0 */
/* The colours of layers. Blending rounds as volo_render_overlay does, to the last bit. */
#include "app/viewer/paint_style.h"

#include <math.h>
#include <string.h>

static const uint8_t black[3] = { 0, 0, 0 }, white[3] = { 255, 255, 255 };
static const uint8_t red[3] = { 224, 27, 36 }, dark_red[3] = { 120, 0, 20 };
static const uint8_t grey[3] = { 154, 153, 150 };
static const uint8_t checker[2][3] = { { 44, 44, 48 }, { 56, 56, 61 } };
/* Both ramps are matplotlib's, of even steps to the eye (Smith, van der Walt 2015). */
static const uint8_t inferno[10][3] = { { 0, 0, 4 },      { 27, 12, 65 },  { 74, 12, 107 },
                                        { 120, 28, 109 }, { 165, 44, 96 }, { 207, 68, 70 },
                                        { 237, 105, 37 }, { 251, 155, 6 }, { 247, 209, 61 },
                                        { 252, 255, 164 } };

#define CASING_OPACITY 0.6

/* What opacity means to layers that show by light and dark: more of it early on. */
static double strength(double opacity)
{
    return 1 - (1 - opacity) * (1 - opacity);
}

/* colour over all values of the picture, which are dimmed to a share before. */
static void blend(uint8_t (*value)[256], const uint8_t colour[3], double opacity, double dimmed)
{
    double picture[256];

    for (int i = 0; i < 256; i++)
        picture[i] = (1.0 - opacity) * (dimmed * i);
    for (int j = 0; j < 3; j++) {
        const double added = opacity * colour[j] + 0.5; /* rounds half up */

        for (int i = 0; i < 256; i++)
            value[j][i] = (uint8_t)(picture[i] + added);
    }
}

static void mix(const uint8_t a[3], const uint8_t b[3], double share, uint8_t *restrict mixed)
{
    for (int i = 0; i < 3; i++)
        mixed[i] = (uint8_t)lround(a[i] + (b[i] - a[i]) * share);
}

static double lightness(const uint8_t colour[3])
{
    return (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]) / 255;
}

void volo_line_colour(const uint8_t colour[3], uint8_t *line)
{
    mix(colour, lightness(colour) > 0.45 ? black : white, 0.6, line);
}

/* Within a region its line comes first, then a thinner one that is light when the class is dark and
 * dark when it is light: whatever the picture is like there, one of the two stands out. */
static void style_outline(VoloStyle *style, int label, const uint8_t colour[3], bool hidden)
{
    const uint8_t *other = lightness(colour) > 0.45 ? black : white;

    blend(style->value[label], colour, 0, 1);
    blend(style->value[label + VOLO_STYLE_LINES], colour, hidden ? 0 : 1, 1);
    blend(style->value[label + VOLO_STYLE_CASING], other, hidden ? 0 : CASING_OPACITY, 1);
}

static void style_label(VoloStyle *style, int label, const VoloLook *look, VoloLayer layer,
                        double opacity)
{
    const uint8_t *colour = look->colour[label];
    uint8_t(*plain)[256] = style->value[label];
    uint8_t(*lines)[256] = style->value[label + VOLO_STYLE_LINES];
    uint8_t line[3];

    if (layer == VOLO_LAYER_OUTLINE) {
        style_outline(style, label, colour, look->hidden[label]);
        return;
    }
    if (look->hidden[label]) {
        const bool alone = layer == VOLO_LAYER_MASK;

        blend(plain, checker[0], alone, 1);
        blend(lines, checker[1], alone, 1);
        style->pattern[label] = alone ? VOLO_PATTERN_CHECKER : 0;
        return;
    }
    volo_line_colour(colour, line);
    blend(plain, colour, opacity, 1);
    blend(lines, line, strength(opacity), 1);
    style->pattern[label] = look->hatch[label] < VOLO_HATCHES ? look->hatch[label] : 0;
}

static void style_labels(VoloStyle *style, VoloLayer layer, const VoloLook *look, double opacity)
{
    style->lines = layer == VOLO_LAYER_OUTLINE ? VOLO_LINES_EDGES : VOLO_LINES_NONE;
    for (int i = 0; i < 256; i++) {
        style_label(style, i, look, layer, layer == VOLO_LAYER_MASK ? 1 : opacity);
        if (style->pattern[i] && style->lines == VOLO_LINES_NONE)
            style->lines = VOLO_LINES_PATTERN;
    }
}

/* A veil that is clear where the network is sure. */
static void style_confidence(VoloStyle *style, double opacity)
{
    static const uint8_t least[3] = { 8, 4, 26 }, most[3] = { 92, 32, 148 };
    uint8_t veil[3];

    for (int i = 0; i < 256; i++) {
        const double share = i / 255.0;

        mix(least, most, share, veil);
        blend(style->value[i], veil, strength(opacity) * (1 - share * sqrt(share)), 1);
    }
}

/* A glow over the darkened picture where many classes are likely. */
static void style_entropy(VoloStyle *style, double opacity)
{
    uint8_t glow[3];

    for (int i = 0; i < 256; i++) {
        const double at = i / 255.0 * 9;
        const int stop = i < 255 ? (int)at : 8;

        mix(inferno[stop], inferno[stop + 1], at - stop, glow);
        blend(style->value[i], glow, strength(opacity) * sqrt(i / 255.0),
              1 - 0.6 * strength(opacity));
    }
}

static void style_errors(VoloStyle *style, double opacity)
{
    enum {
        RIGHT = 0,
        WRONG = 1,
        IGNORED = 255
    }; /* as in comparison.h */
    const double strong = strength(opacity), dimmed = 1 - 0.35 * strong;

    for (int i = 0; i < 256; i++)
        blend(style->value[i], black, 0, dimmed);
    blend(style->value[WRONG], red, strong, dimmed);
    blend(style->value[WRONG + VOLO_STYLE_LINES], dark_red, strong, dimmed);
    blend(style->value[IGNORED], grey, 0.8 * strong, dimmed);
    style->pattern[WRONG] = 1;
    style->lines = VOLO_LINES_PATTERN;
}

void volo_style_init(VoloStyle *style, VoloLayer layer, const VoloLook *look, double opacity)
{
    memset(style->pattern, 0, sizeof style->pattern);
    style->lines = VOLO_LINES_NONE;
    switch (layer) {
    case VOLO_LAYER_CONFIDENCE:
        style_confidence(style, opacity);
        break;
    case VOLO_LAYER_ENTROPY:
        style_entropy(style, opacity);
        break;
    case VOLO_LAYER_ERRORS:
        style_errors(style, opacity);
        break;
    default:
        style_labels(style, layer, look, opacity);
    }
}

static bool is_line(int pattern, int x, int y)
{
    switch (pattern) {
    case 1: /* rising */
        return (x + y) % 8 < 2;
    case 2: /* falling */
        return (x - y + VOLO_PATTERN_SIDE) % 8 < 2;
    case 3: /* lying */
        return y % 8 < 2;
    case 4: /* upright */
        return x % 8 < 2;
    case 5: /* crossing */
        return (x + y) % 8 == 0 || (x - y + VOLO_PATTERN_SIDE) % 8 == 0;
    case 6: /* dots, every other row between those of the last */
        return y % 8 < 3 && (x + y / 8 * 4) % 8 < 3;
    case 7: /* rising, twice as dense */
        return (x + y) % 4 == 0;
    case VOLO_PATTERN_CHECKER:
        return x / 8 != y / 8;
    default:
        return false;
    }
}

uint16_t volo_pattern_row(int pattern, int y)
{
    unsigned row = 0;

    for (int i = 0; i < VOLO_PATTERN_SIDE; i++)
        row |= (unsigned)is_line(pattern, i, y) << i;
    return (uint16_t)row;
}
