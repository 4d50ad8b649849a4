/* SPDX-License-Identifier: Apache-2.0 */
/* Sampling. Pictures: a box as wide as a pixel of the screen, but at least as one of the level, is
 * laid over the level; up to three of its pixels lie below it on each axis, since a level is less
 * than twice too large. Rows are mixed first (bytes side by side, which the compiler vectorises),
 * then columns. Weights are integers that add up to 256, so that what is even stays so. */
#include "app/viewer/paint_sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The pixels at, at + 1 and at + 2 of a level with their shares. */
typedef struct Taps {
    int at; /* -1 .. size - 1; beyond the edges: the edge's */
    uint16_t weight[3];
} Taps;

/* Of the zoomed picture's column: ratio is the level's pixels for one of the screen. */
static Taps taps_of(int zoomed, double ratio, int size)
{
    const double width = fmin(fmax(ratio, 1), 2);
    const double from = fmin((zoomed + 0.5) * ratio, size) - width / 2, first = floor(from);
    const double covered = fmin(first + 1 - from, width);
    const double rest = fmax(from + width - (first + 2), 0);
    const int left = (int)lround(256 * covered / width), right = (int)lround(256 * rest / width);

    return (Taps){ .at = (int)first,
                   .weight = { (uint16_t)left, (uint16_t)(256 - left - right), (uint16_t)right } };
}

static void mix_rows(const uint8_t *restrict a, const uint8_t *restrict b,
                     const uint8_t *restrict c, const uint16_t weight[3], size_t count,
                     uint8_t *restrict mixed)
{
    const uint16_t u = weight[0], v = weight[1], w = weight[2];

    if (u == 256 || v == 256) {
        memcpy(mixed, u == 256 ? a : b, count);
        return;
    }
    if (!w) {
        for (size_t i = 0; i < count; i++)
            mixed[i] = (uint8_t)((uint16_t)(a[i] * u + b[i] * v + 128) >> 8);
        return;
    }
    for (size_t i = 0; i < count; i++)
        mixed[i] = (uint8_t)((uint16_t)(a[i] * u + b[i] * v + c[i] * w + 128) >> 8);
}

/* Three bytes, and one more that is not used. */
static uint32_t read_pixel(const uint8_t *rgb)
{
    return rgb[0] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2] << 16 | (uint32_t)rgb[3] << 24;
}

/* Red and blue side by side in one number, green in another: at most 255 * 256 + 128 each. */
static uint32_t join(uint32_t sides, uint32_t green)
{
    return 0xff000000 | (sides + 0x800080) >> 24 | ((sides + 0x80) >> 8 & 0xff) << 16 |
           ((green + 0x80) & 0xff00);
}

static void mix_columns(const uint8_t *restrict row, const Taps *restrict taps, int count,
                        uint32_t *restrict pixels)
{
    for (int i = 0; i < count; i++) {
        const uint8_t *at = row + 3 * taps[i].at;
        const uint32_t a = read_pixel(at), b = read_pixel(at + 3), c = read_pixel(at + 6);
        const uint32_t u = taps[i].weight[0], v = taps[i].weight[1], w = taps[i].weight[2];

        pixels[i] = join((a & 0xff00ff) * u + (b & 0xff00ff) * v + (c & 0xff00ff) * w,
                         (a >> 8 & 0xff) * u + (b >> 8 & 0xff) * v + (c >> 8 & 0xff) * w);
    }
}

/* The same when the third has no share. */
static void mix_pairs(const uint8_t *restrict row, const Taps *restrict taps, int count,
                      uint32_t *restrict pixels)
{
    for (int i = 0; i < count; i++) {
        const uint8_t *at = row + 3 * taps[i].at;
        const uint32_t a = read_pixel(at), b = read_pixel(at + 3);
        const uint32_t u = taps[i].weight[0], v = taps[i].weight[1];

        pixels[i] = join((a & 0xff00ff) * u + (b & 0xff00ff) * v,
                         (a >> 8 & 0xff) * u + (b >> 8 & 0xff) * v);
    }
}

static void turn_grey(uint32_t *pixels, int count)
{
    for (int i = 0; i < count; i++) {
        const uint32_t r = pixels[i] >> 16 & 255, g = pixels[i] >> 8 & 255, b = pixels[i] & 255;
        const uint32_t grey = 3 * ((77 * r + 150 * g + 29 * b) >> 8);

        pixels[i] = 0xff000000 | (r + grey) >> 2 << 16 | (g + grey) >> 2 << 8 | (b + grey) >> 2;
    }
}

/* --- pictures whose pixels can be seen ------------------------------------------------------- */

static void copy_columns(const uint8_t *row, const int *columns, int count, uint32_t *pixels)
{
    for (int i = 0; i < count; i++) {
        const uint8_t *at = row + 3 * (size_t)columns[i];

        pixels[i] = 0xff000000 | (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
    }
}

/* Columns of the picture for count columns from x on of the zoomed one. The caller frees. */
static int *map_columns(int x, int count, double zoom, int width)
{
    int *columns = malloc((size_t)count * sizeof *columns);

    for (int i = 0; columns && i < count; i++)
        columns[i] = volo_zoomed_to_picture(x + i, zoom, width);
    return columns;
}

static bool sample_nearest(const VoloLevel *level, const VoloPatch *patch, bool grey,
                           uint32_t *pixels)
{
    int *columns = map_columns(patch->x, patch->width, patch->zoom, level->width), last = -1;

    if (!columns)
        return false;
    for (int i = 0; i < patch->height; i++) {
        const int y = volo_zoomed_to_picture(patch->y + i, patch->zoom, level->height);
        uint32_t *row = pixels + (size_t)i * (size_t)patch->width;

        if (y == last) {
            memcpy(row, row - patch->width, (size_t)patch->width * sizeof *row);
            continue;
        }
        copy_columns(level->rgb + 3 * (size_t)y * (size_t)level->width, columns, patch->width, row);
        if (grey)
            turn_grey(row, patch->width);
        last = y;
    }
    free(columns);
    return true;
}

/* --- pictures that are mixed ------------------------------------------------------------------ */

/* A mixed row of the level: the columns first..end - 1 of those it has, one more of the edge's at
 * either end where taps may reach, and a byte that is read but not used. */
typedef struct Strip {
    uint8_t *bytes;
    int from, to;   /* columns in bytes; from may be -1, to beyond the level */
    int first, end; /* those that the level has */
} Strip;

static bool strip_init(Strip *strip, const Taps *taps, int count, int width)
{
    strip->from = taps[0].at;
    strip->to = taps[count - 1].at + 3;
    strip->first = strip->from > 0 ? strip->from : 0;
    strip->first = strip->first < width ? strip->first : width - 1;
    strip->end = strip->to < width ? strip->to : width;
    strip->bytes = malloc(3 * (size_t)(strip->to - strip->from) + 1);
    if (strip->bytes)
        strip->bytes[3 * (size_t)(strip->to - strip->from)] = 0;
    return strip->bytes;
}

static uint8_t *strip_column(const Strip *strip, int column)
{
    return strip->bytes + 3 * (column - strip->from);
}

static void strip_mix(Strip *strip, const VoloLevel *level, const Taps *taps)
{
    const uint8_t *rows[3];

    for (int i = 0; i < 3; i++) {
        int y = taps->at + i;

        y = y < 0 ? 0 : y < level->height ? y : level->height - 1;
        rows[i] = level->rgb + 3 * ((size_t)y * (size_t)level->width + (size_t)strip->first);
    }
    mix_rows(rows[0], rows[1], rows[2], taps->weight, 3 * (size_t)(strip->end - strip->first),
             strip_column(strip, strip->first));
    for (int i = strip->from; i < strip->first; i++)
        memcpy(strip_column(strip, i), strip_column(strip, strip->first), 3);
    for (int i = strip->end; i < strip->to; i++)
        memcpy(strip_column(strip, i), strip_column(strip, strip->end - 1), 3);
}

static bool sample_mixed(const VoloLevel *level, const VoloPatch *patch, bool grey,
                         uint32_t *pixels)
{
    const double ratio = level->scale / patch->zoom;
    Taps *taps = malloc((size_t)patch->width * sizeof *taps);
    Strip strip = { NULL, 0, 0, 0, 0 };

    for (int i = 0; taps && i < patch->width; i++)
        taps[i] = taps_of(patch->x + i, ratio, level->width);
    if (!taps || !strip_init(&strip, taps, patch->width, level->width)) {
        free(taps);
        return false;
    }
    for (int i = 0; i < patch->width; i++)
        taps[i].at -= strip.from;
    for (int i = 0; i < patch->height; i++) {
        const Taps rows = taps_of(patch->y + i, ratio, level->height);
        uint32_t *row = pixels + (size_t)i * (size_t)patch->width;

        strip_mix(&strip, level, &rows);
        if (ratio > 1)
            mix_columns(strip.bytes, taps, patch->width, row);
        else
            mix_pairs(strip.bytes, taps, patch->width, row);
        if (grey)
            turn_grey(row, patch->width);
    }
    free(strip.bytes);
    free(taps);
    return true;
}

bool volo_sample_picture(const VoloLevels *levels, const VoloPatch *patch, bool grey,
                         uint32_t *pixels)
{
    const VoloLevel level = volo_levels_choose(levels, patch->zoom);

    if (patch->width < 1 || patch->height < 1)
        return true;
    return patch->zoom >= VOLO_ZOOM_OF_PIXELS ? sample_nearest(&level, patch, grey, pixels)
                                              : sample_mixed(&level, patch, grey, pixels);
}

/* --- labels ----------------------------------------------------------------------------------- */

bool volo_sample_labels(const uint8_t *labels, int height, int width, const VoloPatch *patch,
                        int margin, uint8_t *plane)
{
    const int columns_count = patch->width + 2 * margin, rows = patch->height + 2 * margin;
    int *columns = map_columns(patch->x - margin, columns_count, patch->zoom, width), last = -1;

    if (!columns)
        return false;
    for (int i = 0; i < rows; i++) {
        const int y = volo_zoomed_to_picture(patch->y - margin + i, patch->zoom, height);
        const uint8_t *from = labels + (size_t)y * (size_t)width;
        uint8_t *to = plane + (size_t)i * (size_t)columns_count;

        if (y == last)
            memcpy(to, to - columns_count, (size_t)columns_count);
        else
            for (int j = 0; j < columns_count; j++)
                to[j] = from[columns[j]];
        last = y;
    }
    free(columns);
    return true;
}

bool volo_sample_shares(const uint16_t *shares, int height, int width, const VoloPatch *patch,
                        uint8_t *plane)
{
    int *columns = map_columns(patch->x, patch->width, patch->zoom, width), last = -1;

    if (!columns)
        return false;
    for (int i = 0; i < patch->height; i++) {
        const int y = volo_zoomed_to_picture(patch->y + i, patch->zoom, height);
        const uint16_t *from = shares + (size_t)y * (size_t)width;
        uint8_t *to = plane + (size_t)i * (size_t)patch->width;

        if (y == last)
            memcpy(to, to - patch->width, (size_t)patch->width);
        else
            for (int j = 0; j < patch->width; j++)
                to[j] = (uint8_t)(from[columns[j]] >> 8);
        last = y;
    }
    free(columns);
    return true;
}
