/* SPDX-License-Identifier: Apache-2.0 */
/* A picture with lines between the regions of its mask. Pixels whose right or lower neighbour has
 * another label are seeds of the rarer of the two classes; a seed grows to a disc, and where discs
 * meet the rarer class wins. So a thing is outlined in its own colour all around. */
#include <volo/render.h>

#include "image/owned.h"
#include "render/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Classes of the table count 1, 2, ... the rarer the more; other labels 0. */
typedef struct Rarity {
    uint8_t of[256];        /* by label */
    uint8_t colour[256][3]; /* by rarity */
} Rarity;

typedef struct Count {
    uint64_t pixels;
    size_t label;
} Count;

static int commoner_first(const void *a, const void *b)
{
    const Count *x = a, *y = b;

    if (x->pixels != y->pixels)
        return x->pixels > y->pixels ? -1 : 1;
    return x->label < y->label ? -1 : 1;
}

static void find_rarity(Rarity *rarity, const VoloMask *mask, const VoloClassTable *table)
{
    const size_t classes = volo_class_table_count(table);
    uint64_t counts[256];
    Count order[256];

    memset(rarity, 0, sizeof *rarity);
    volo_mask_count(mask, counts);
    for (size_t i = 0; i < classes; i++)
        order[i] = (Count){ counts[i], i };
    qsort(order, classes, sizeof *order, commoner_first);
    for (size_t i = 0; i < classes; i++) {
        rarity->of[order[i].label] = (uint8_t)(i + 1);
        memcpy(rarity->colour[i + 1], volo_class_table_get(table, order[i].label)->colour, 3);
    }
}

static uint8_t larger(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

/* seed [w] = rarity of the line through each pixel of a row, 0 without one; below NULL: the row is
 * the last. Returns whether there is a line. */
static bool seed_row(uint8_t *seed, const uint8_t *row, const uint8_t *below, size_t w,
                     const Rarity *rarity)
{
    uint8_t most = 0;

    for (size_t x = 0; x < w; x++) {
        const uint8_t own = rarity->of[row[x]];

        seed[x] = 0;
        if (x + 1 < w && row[x + 1] != row[x])
            seed[x] = larger(own, rarity->of[row[x + 1]]);
        if (below && below[x] != row[x])
            seed[x] = larger(seed[x], larger(own, rarity->of[below[x]]));
        most = larger(most, seed[x]);
    }
    return most > 0;
}

typedef struct Lines {
    uint8_t *seed;  /* [h,w] */
    bool *any;      /* [h]: the row has seeds */
    uint8_t *grown; /* [w] of one row */
    uint8_t *room;  /* [w + 2·radius] */
    size_t h, w, radius;
} Lines;

/* grown [w] = larger of itself and of the seeds of a row up to half pixels to either side. Windows
 * of 1, 2, 4 ... pixels are doubled until two of them cover one. */
static void grow_row(const Lines *lines, const uint8_t *seed, size_t half)
{
    const size_t window = 2 * half + 1, length = lines->w + 2 * half;
    uint8_t *const room = lines->room;
    size_t covered = 1;

    memset(room, 0, half);
    memcpy(room + half, seed, lines->w);
    memset(room + half + lines->w, 0, half);
    for (; 2 * covered <= window; covered *= 2) {
        for (size_t i = 0; i + covered < length; i++)
            room[i] = larger(room[i], room[i + covered]);
    }
    for (size_t i = 0; i < lines->w; i++)
        lines->grown[i] = larger(lines->grown[i], larger(room[i], room[i + window - covered]));
}

/* grown [w] = the largest seed in a disc about each pixel of row y; false: there is none. */
static bool grow(const Lines *lines, size_t y)
{
    const double reach = (double)lines->radius + 0.5;
    const size_t first = y > lines->radius ? y - lines->radius : 0;
    bool any = false;

    memset(lines->grown, 0, lines->w);
    for (size_t i = first; i < lines->h && i <= y + lines->radius; i++) {
        const double away = i > y ? (double)(i - y) : (double)(y - i);

        if (!lines->any[i])
            continue;
        any = true;
        grow_row(lines, lines->seed + i * lines->w, (size_t)sqrt(reach * reach - away * away));
    }
    return any;
}

/* Half of what a line is wide, without its middle pixel. */
static size_t line_radius(size_t h, size_t w)
{
    const double width = hypot((double)h, (double)w) / 500;

    return width > 1 ? (size_t)round((width - 1) / 2) : 0;
}

static VoloStatus lines_init(Lines *lines, size_t h, size_t w, VoloError *err)
{
    const size_t radius = line_radius(h, w);

    *lines = (Lines){ .seed = malloc(h * w),
                      .any = malloc(h * sizeof(bool)),
                      .grown = malloc(w),
                      .room = malloc(w + 2 * radius),
                      .h = h,
                      .w = w,
                      .radius = radius };
    if (lines->seed && lines->any && lines->grown && lines->room)
        return VOLO_OK;
    return volo_fail_memory(err, h * w);
}

static void lines_clear(Lines *lines)
{
    free(lines->seed);
    free(lines->any);
    free(lines->grown);
    free(lines->room);
}

/* rgb [h,w,3] gets its lines. */
static void draw_lines(const Lines *lines, const Rarity *rarity, const uint8_t *labels,
                       uint8_t *rgb)
{
    for (size_t y = 0; y < lines->h; y++) {
        const uint8_t *row = labels + y * lines->w;

        lines->any[y] = seed_row(lines->seed + y * lines->w, row,
                                 y + 1 < lines->h ? row + lines->w : NULL, lines->w, rarity);
    }
    for (size_t y = 0; y < lines->h; y++, rgb += 3 * lines->w) {
        if (!grow(lines, y))
            continue;
        for (size_t x = 0; x < lines->w; x++) {
            if (lines->grown[x])
                memcpy(rgb + 3 * x, rarity->colour[lines->grown[x]], 3);
        }
    }
}

VoloStatus volo_render_contour(const VoloImage *image, const VoloMask *mask,
                               const VoloClassTable *table, VoloImage **ret_image, VoloError *err)
{
    VOLO_TRY(volo_render_fit(image, mask, err));
    const size_t h = volo_image_height(image), w = volo_image_width(image);
    uint8_t *rgb = malloc(3 * h * w);
    Rarity rarity;
    Lines lines;

    if (!rgb)
        return volo_fail_memory(err, 3 * h * w);
    const VoloStatus status = lines_init(&lines, h, w, err);
    if (!status) {
        memcpy(rgb, volo_image_pixels(image), 3 * h * w);
        find_rarity(&rarity, mask, table);
        draw_lines(&lines, &rarity, volo_mask_labels(mask), rgb);
    }
    lines_clear(&lines);
    if (status) {
        free(rgb);
        return status;
    }
    return volo_image_adopt(h, w, rgb, ret_image, err);
}
