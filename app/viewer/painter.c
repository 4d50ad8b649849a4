/* SPDX-License-Identifier: Apache-2.0 */
/* The painter: picks what a side shows, samples what it does not have yet, and looks up colours.
 * Pieces of some rows each go to a crew; a piece is sampled and coloured while it is in the cache.
 */
#include "app/viewer/painter.h"

#include "app/viewer/paint_crew.h"
#include "app/viewer/paint_outline.h"
#include "app/viewer/paint_sample.h"
#include "app/viewer/paint_style.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_HELPERS = 3,
    PIECE_ROWS = 32, /* some dozen pieces for a screen, so that a late helper takes fewer */
    LINE = 2,        /* width of outlines in each region */
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
    VoloCrew *crew;
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
    VoloPainter *painter = g_new0(VoloPainter, 1);

    painter->crew = volo_crew_new(MIN((int)g_get_num_processors() - 1, MOST_HELPERS));
    return painter;
}

void volo_painter_free(VoloPainter *painter)
{
    if (!painter)
        return;
    for (int i = 0; i < 2; i++) {
        free(painter->picture[i].pixels);
        free(painter->plane[i].pixels);
    }
    volo_crew_free(painter->crew);
    g_free(painter);
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

/* What a call paints. Pieces are rows; of a plane those of its margins are the first and last's. */
typedef struct Work {
    VoloPainter *painter;
    const VoloScene *scene;
    Shown shown;
    VoloPatch patch;
    int from, to;         /* columns */
    VoloSampler *sampler; /* of the picture; NULL: it is there already */
    Raster *picture, *plane;
    uint32_t *pixels;
    gint failed; /* a piece found no memory */
} Work;

static int count_pieces(int rows)
{
    return (rows + PIECE_ROWS - 1) / PIECE_ROWS;
}

static VoloRows rows_of_piece(int piece, int rows)
{
    return (VoloRows){ piece * PIECE_ROWS, MIN(rows, (piece + 1) * PIECE_ROWS) };
}

static bool reserve_picture(Work *work)
{
    const Raster key = { .source = work->scene->levels, .patch = work->patch };
    bool kept;

    work->picture = &work->painter->picture[work->shown.grey];
    if (!raster_reserve(work->picture, &key, 4, &kept))
        return false;
    if (!kept)
        work->sampler = volo_sampler_new(work->scene->levels, &work->patch, work->shown.grey);
    return kept || work->sampler;
}

static void sample_plane_piece(int piece, gpointer user)
{
    Work *work = user;
    const Shown *shown = &work->shown;
    Raster *plane = work->plane;
    const VoloRows rows = rows_of_piece(piece, work->patch.height + 2 * plane->margin);
    const bool done = shown->labels
                          ? volo_sample_labels(shown->labels, shown->height, shown->width,
                                               &work->patch, plane->margin, rows, plane->pixels)
                          : volo_sample_shares(shown->shares, shown->height, shown->width,
                                               &work->patch, rows, plane->pixels);

    if (!done)
        g_atomic_int_set(&work->failed, true);
}

/* Outlines look at the rows around one, so the plane is there before the first is coloured. */
static bool sample_plane(Work *work)
{
    const Shown *shown = &work->shown;
    const Raster key = { .source = shown->labels ? (const void *)shown->labels
                                                 : (const void *)shown->shares,
                         .patch = work->patch,
                         .margin = shown->labels ? (LINE + CASING) * work->scene->scale : 0 };
    bool kept;

    if (!raster_reserve(work->plane, &key, 1, &kept))
        return false;
    if (!kept)
        volo_crew_run(work->painter->crew, count_pieces(work->patch.height + 2 * key.margin),
                      sample_plane_piece, work);
    if (work->failed)
        return false;
    work->plane->source = key.source;
    return true;
}

/* --- looking up colours ----------------------------------------------------------------------- */

static uint32_t read_pixel(const uint8_t *rgbx)
{
    return rgbx[0] | (uint32_t)rgbx[1] << 8 | (uint32_t)rgbx[2] << 16 | (uint32_t)rgbx[3] << 24;
}

static uint32_t look_up(const uint8_t (*value)[256], uint32_t pixel)
{
    return 0xff000000u | (uint32_t)value[0][pixel & 255] << 16 |
           (uint32_t)value[1][pixel >> 8 & 255] << 8 | value[2][pixel >> 16 & 255];
}

static void colour_row(const VoloStyle *style, const uint8_t *restrict labels,
                       const uint8_t *restrict picture, int count, uint32_t *restrict pixels)
{
    for (int i = 0; i < count; i++)
        pixels[i] = look_up(style->value[labels[i]], read_pixel(picture + 4 * i));
}

static void colour_lined_row(const VoloStyle *style, const uint8_t *restrict labels,
                             const uint8_t *restrict lines, const uint8_t *restrict picture,
                             int count, uint32_t *restrict pixels)
{
    for (int i = 0; i < count; i++)
        pixels[i] = look_up(style->value[labels[i] + VOLO_STYLE_LINES * lines[i]],
                            read_pixel(picture + 4 * i));
}

static void copy_row(const uint8_t *restrict picture, int count, uint32_t *restrict pixels)
{
    for (int i = 0; i < count; i++) {
        const uint8_t *rgb = picture + 4 * i;

        pixels[i] = 0xff000000u | (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
    }
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

/* Colours a row of the patch; lines has room for two of its width. */
static void colour(const Work *work, int y, uint8_t *lines)
{
    const VoloStyle *style = &work->painter->style;
    const Raster *plane = work->plane;
    const size_t margin = (size_t)plane->margin, from = (size_t)work->from;
    const size_t stride = (size_t)work->patch.width + 2 * margin;
    const size_t at = (size_t)y * (size_t)work->patch.width + from;
    const uint8_t *labels = (const uint8_t *)plane->pixels + ((size_t)y + margin) * stride + margin;
    const uint8_t *picture = (const uint8_t *)work->picture->pixels + 4 * at;
    const int count = work->to - work->from;

    labels += from;
    if (style->lines == VOLO_LINES_NONE) {
        colour_row(style, labels, picture, count, work->pixels + at);
        return;
    }
    if (style->lines == VOLO_LINES_EDGES)
        volo_cased_outline_row(labels, stride, count, LINE * work->scene->scale,
                               CASING * work->scene->scale, lines + work->patch.width, lines);
    else
        pattern_row(style, labels, work->patch.x + work->from, work->patch.y + y,
                    work->scene->scale, count, lines);
    colour_lined_row(style, labels, lines, picture, count, work->pixels + at);
}

static void copy(const Work *work, int y)
{
    const size_t at = (size_t)y * (size_t)work->patch.width + (size_t)work->from;

    copy_row((const uint8_t *)work->picture->pixels + 4 * at, work->to - work->from,
             work->pixels + at);
}

static void paint_piece(int piece, gpointer user)
{
    Work *work = user;
    const VoloRows rows = rows_of_piece(piece, work->patch.height);
    const bool coloured = work->shown.labels || work->shown.shares;
    uint8_t *lines = malloc(2 * (size_t)work->patch.width);

    if (!lines ||
        (work->sampler && !volo_sampler_rows(work->sampler, rows, work->picture->pixels))) {
        g_atomic_int_set(&work->failed, true);
        free(lines);
        return;
    }
    for (int y = rows.from; y < rows.to; y++)
        if (coloured)
            colour(work, y, lines);
        else
            copy(work, y);
    free(lines);
}

bool volo_painter_paint(VoloPainter *painter, const VoloScene *scene, VoloSide side,
                        const VoloPatch *patch, int from, int to, uint32_t *pixels)
{
    Work work = { .painter = painter,
                  .scene = scene,
                  .shown = choose(scene, side),
                  .patch = *patch,
                  .from = MAX(from, 0),
                  .to = MIN(to, patch->width),
                  .plane = &painter->plane[side],
                  .pixels = pixels };

    if (work.from >= work.to || patch->height < 1)
        return true;
    if (!reserve_picture(&work))
        return false;
    if (work.shown.labels || work.shown.shares) {
        volo_style_init(&painter->style, work.shown.layer, scene->side[side].look, scene->opacity);
        if (!sample_plane(&work))
            work.failed = true;
    }
    if (!work.failed)
        volo_crew_run(painter->crew, count_pieces(patch->height), paint_piece, &work);
    if (!work.failed)
        work.picture->source = scene->levels;
    volo_sampler_free(work.sampler);
    return !work.failed;
}
