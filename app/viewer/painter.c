/* SPDX-License-Identifier: Apache-2.0 */
/* The painter: picks what a side shows, samples what it does not have yet, and looks up colours. */
#include "app/viewer/painter.h"

#include "app/viewer/paint_outline.h"
#include "app/viewer/paint_sample.h"
#include "app/viewer/paint_style.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINE = 2, /* width of outlines in each region */
    CASING = 1
};

/* Pixels that were sampled, and from what. */
typedef struct Raster {
    void *pixels;
    size_t room; /* bytes */
    const void *source;
    VoloPatch patch;
    int margin;
} Raster;

struct VoloPainter {
    Raster picture[2];        /* in colour, grey */
    Raster plane[VOLO_SIDES]; /* labels or shares, u8 */
    VoloStyle style;
    uint8_t *lines; /* of a row, and as much room */
    size_t lines_room;
};

/* What a side shows in the end. */
typedef struct Shown {
    VoloLayer layer;
    const uint8_t *labels;  /* u8 [height,width] or NULL */
    const uint16_t *shares; /* u16 [height,width] or NULL; neither: the picture alone */
    int height, width;
    bool grey; /* the picture below */
} Shown;

VoloPainter *volo_painter_new(void)
{
    return calloc(1, sizeof(VoloPainter));
}

void volo_painter_free(VoloPainter *painter)
{
    if (!painter)
        return;
    for (int i = 0; i < 2; i++) {
        free(painter->picture[i].pixels);
        free(painter->plane[i].pixels);
    }
    free(painter->lines);
    free(painter);
}

void volo_painter_forget(VoloPainter *painter)
{
    for (int i = 0; i < 2; i++)
        painter->picture[i].source = painter->plane[i].source = NULL;
}

/* --- what is shown ---------------------------------------------------------------------------- */

static const uint8_t *labels_of(const VoloMask *mask, const Shown *shown)
{
    return mask && volo_mask_height(mask) == (size_t)shown->height &&
                   volo_mask_width(mask) == (size_t)shown->width
               ? volo_mask_labels(mask)
               : NULL;
}

static Shown choose(const VoloScene *scene, VoloSide side)
{
    const VoloImage *image = volo_levels_image(scene->levels);
    const VoloSceneSide *its = &scene->side[side];
    Shown shown = { .layer = scene->layer,
                    .height = (int)volo_image_height(image),
                    .width = (int)volo_image_width(image) };

    if (shown.layer == VOLO_LAYER_CONFIDENCE || shown.layer == VOLO_LAYER_ENTROPY)
        shown.shares = shown.layer == VOLO_LAYER_ENTROPY ? its->entropy : its->shares;
    else if (shown.layer == VOLO_LAYER_ERRORS && side == VOLO_SIDE_FIRST)
        shown.labels = labels_of(scene->errors, &shown);
    else if (shown.layer <= VOLO_LAYER_MASK)
        shown.labels = labels_of(its->mask, &shown);
    if (!shown.labels && !shown.shares && side == VOLO_SIDE_SECOND &&
        shown.layer > VOLO_LAYER_PICTURE) {
        shown.layer = VOLO_LAYER_OVERLAY;
        shown.labels = labels_of(its->mask, &shown);
    }
    shown.grey = (shown.labels || shown.shares) &&
                 (shown.layer == VOLO_LAYER_ENTROPY || shown.layer == VOLO_LAYER_ERRORS);
    return shown;
}

/* --- what is sampled -------------------------------------------------------------------------- */

static bool is_same_patch(const VoloPatch *a, const VoloPatch *b)
{
    return a->zoom == b->zoom && a->x == b->x && a->y == b->y && a->width == b->width &&
           a->height == b->height;
}

/* Makes room for what key says; *ret_kept: it holds that already. */
static bool raster_reserve(Raster *raster, const Raster *key, size_t size, bool *ret_kept)
{
    const size_t columns = (size_t)(key->patch.width + 2 * key->margin);
    const size_t bytes = columns * (size_t)(key->patch.height + 2 * key->margin) * size;

    *ret_kept = raster->source && raster->source == key->source && raster->margin == key->margin &&
                is_same_patch(&raster->patch, &key->patch);
    if (*ret_kept)
        return true;
    raster->source = NULL;
    if (raster->room < bytes || raster->room / 4 > bytes) {
        free(raster->pixels);
        raster->pixels = malloc(bytes);
        raster->room = raster->pixels ? bytes : 0;
    }
    raster->patch = key->patch;
    raster->margin = key->margin;
    return raster->pixels;
}

static bool sample_picture(VoloPainter *painter, const VoloScene *scene, const VoloPatch *patch,
                           bool grey)
{
    Raster *raster = &painter->picture[grey];
    const Raster key = { .source = scene->levels, .patch = *patch };
    bool kept;

    if (!raster_reserve(raster, &key, 4, &kept))
        return false;
    if (!kept && !volo_sample_picture(scene->levels, patch, grey, raster->pixels))
        return false;
    raster->source = key.source;
    return true;
}

static bool sample_plane(Raster *raster, const Shown *shown, const VoloPatch *patch, int margin)
{
    const void *source = shown->labels ? (const void *)shown->labels : (const void *)shown->shares;
    const Raster key = { .source = source, .patch = *patch, .margin = shown->labels ? margin : 0 };
    bool kept;

    if (!raster_reserve(raster, &key, 1, &kept))
        return false;
    if (!kept && !(shown->labels ? volo_sample_labels(shown->labels, shown->height, shown->width,
                                                      patch, margin, raster->pixels)
                                 : volo_sample_shares(shown->shares, shown->height, shown->width,
                                                      patch, raster->pixels)))
        return false;
    raster->source = key.source;
    return true;
}

/* --- looking up colours ----------------------------------------------------------------------- */

static uint32_t read_pixel(const uint8_t *rgbx)
{
    return rgbx[0] | (uint32_t)rgbx[1] << 8 | (uint32_t)rgbx[2] << 16 | (uint32_t)rgbx[3] << 24;
}

static void look_up(const uint8_t (*value)[256], uint32_t pixel, uint8_t *rgb)
{
    rgb[0] = value[0][pixel & 255];
    rgb[1] = value[1][pixel >> 8 & 255];
    rgb[2] = value[2][pixel >> 16 & 255];
}

static void colour_row(const VoloStyle *style, const uint8_t *restrict labels,
                       const uint8_t *restrict picture, int count, uint8_t *restrict rgb)
{
    for (int i = 0; i < count; i++)
        look_up(style->value[labels[i]], read_pixel(picture + 4 * i), rgb + 3 * i);
}

static void colour_lined_row(const VoloStyle *style, const uint8_t *restrict labels,
                             const uint8_t *restrict lines, const uint8_t *restrict picture,
                             int count, uint8_t *restrict rgb)
{
    for (int i = 0; i < count; i++)
        look_up(style->value[labels[i] + VOLO_STYLE_LINES * lines[i]], read_pixel(picture + 4 * i),
                rgb + 3 * i);
}

/* Patterns lie still on the picture: x and y are the zoomed picture's. */
static void pattern_row(const VoloStyle *style, const uint8_t *labels, int x, int y, int scale,
                        int count, uint8_t *lines)
{
    uint16_t rows[VOLO_PATTERNS], bits[256];

    for (int i = 0; i < VOLO_PATTERNS; i++)
        rows[i] = volo_pattern_row(i, y / scale % VOLO_PATTERN_SIDE);
    for (int i = 0; i < 256; i++)
        bits[i] = rows[style->pattern[i]];
    if (scale == 1)
        for (int i = 0; i < count; i++)
            lines[i] = bits[labels[i]] >> ((x + i) % VOLO_PATTERN_SIDE) & 1;
    else
        for (int i = 0; i < count; i++)
            lines[i] = bits[labels[i]] >> ((x + i) / scale % VOLO_PATTERN_SIDE) & 1;
}

typedef struct Columns {
    int from, to;
} Columns;

static void colour(const VoloPainter *painter, const Raster *plane, const uint8_t *picture,
                   const VoloScene *scene, Columns columns, uint8_t *rgb)
{
    const VoloPatch *patch = &plane->patch;
    const VoloStyle *style = &painter->style;
    const size_t stride = (size_t)(patch->width + 2 * plane->margin),
                 margin = (size_t)plane->margin;
    const int count = columns.to - columns.from;

    for (int i = 0; i < patch->height; i++) {
        const size_t at = (size_t)i * (size_t)patch->width + (size_t)columns.from;
        const uint8_t *labels = (const uint8_t *)plane->pixels + ((size_t)i + margin) * stride +
                                margin + (size_t)columns.from;

        if (style->lines == VOLO_LINES_NONE) {
            colour_row(style, labels, picture + 4 * at, count, rgb + 3 * at);
            continue;
        }
        if (style->lines == VOLO_LINES_EDGES)
            volo_cased_outline_row(labels, stride, count, LINE * scene->scale,
                                   CASING * scene->scale, painter->lines + patch->width,
                                   painter->lines);
        else
            pattern_row(style, labels, patch->x + columns.from, patch->y + i, scene->scale, count,
                        painter->lines);
        colour_lined_row(style, labels, painter->lines, picture + 4 * at, count, rgb + 3 * at);
    }
}

static void copy_row(const uint8_t *restrict picture, int count, uint8_t *restrict rgb)
{
    for (int i = 0; i < count; i++) {
        rgb[3 * i] = picture[4 * i];
        rgb[3 * i + 1] = picture[4 * i + 1];
        rgb[3 * i + 2] = picture[4 * i + 2];
    }
}

static void copy(const uint8_t *picture, const VoloPatch *patch, Columns columns, uint8_t *rgb)
{
    for (int i = 0; i < patch->height; i++) {
        const size_t at = (size_t)i * (size_t)patch->width + (size_t)columns.from;

        copy_row(picture + 4 * at, columns.to - columns.from, rgb + 3 * at);
    }
}

static bool reserve_lines(VoloPainter *painter, size_t room)
{
    if (painter->lines_room >= room)
        return true;
    free(painter->lines);
    painter->lines = malloc(room);
    painter->lines_room = painter->lines ? room : 0;
    return painter->lines;
}

bool volo_painter_paint(VoloPainter *painter, const VoloScene *scene, VoloSide side,
                        const VoloPatch *patch, int from, int to, uint8_t *rgb)
{
    const Columns columns = { from > 0 ? from : 0, to < patch->width ? to : patch->width };
    const Shown shown = choose(scene, side);
    const uint8_t *picture;

    if (columns.from >= columns.to || patch->height < 1)
        return true;
    if (!sample_picture(painter, scene, patch, shown.grey))
        return false;
    picture = painter->picture[shown.grey].pixels;
    if (!shown.labels && !shown.shares) {
        copy(picture, patch, columns, rgb);
        return true;
    }
    if (!sample_plane(&painter->plane[side], &shown, patch, (LINE + CASING) * scene->scale) ||
        !reserve_lines(painter, 2 * (size_t)patch->width))
        return false;
    volo_style_init(&painter->style, shown.layer, scene->side[side].look, scene->opacity);
    colour(painter, &painter->plane[side], picture, scene, columns, rgb);
    return true;
}
