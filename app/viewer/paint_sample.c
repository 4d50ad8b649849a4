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

/* Sixteen bytes of a row, of which the first are R G B of two pixels side by side; eight products.
 */
typedef uint8_t Bytes __attribute__((vector_size(16)));
typedef uint16_t Lanes __attribute__((vector_size(16)));

/* The same for columns. */
typedef struct ColumnTaps {
    Lanes pair;  /* weights of the first two pixels */
    Lanes third; /* of the third */
    int at;
} ColumnTaps;

struct VoloSampler {
    VoloLevel level;
    VoloPatch patch;
    bool grey;
    int *columns;     /* where pixels can be seen: the level's, for each of the patch; else NULL */
    ColumnTaps *taps; /* where they are mixed, for each of the patch; else NULL */
    int from, to;     /* columns of the level that taps reach */
};

static ColumnTaps column_taps(const Taps *taps, int from)
{
    const uint16_t u = taps->weight[0], v = taps->weight[1], w = taps->weight[2];

    return (ColumnTaps){ .pair = { u, u, u, v, v, v, 0, 0 },
                         .third = { w, w, w, 0, 0, 0, 0, 0 },
                         .at = 3 * (taps->at - from) };
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

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "low bytes come first below");

static Lanes widen(const uint8_t *row)
{
    const Bytes zero = { 0 };
    Bytes bytes;

    memcpy(&bytes, row, sizeof bytes);
    return (Lanes)__builtin_shufflevector(bytes, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                          22, 7, 23);
}

/* Adds the products of two pixels (and of a third, to the first's) up to a pixel R G B X: at most
 * 255 * 256 + 128 in each. */
static void write_mixed(Lanes products, uint8_t *pixel)
{
    const Lanes zero = { 0 };
    const Lanes sum =
        products + __builtin_shufflevector(products, zero, 3, 4, 5, 6, 7, 8, 9, 10) + 128;
    const Bytes upper = (Bytes)(sum >> 8);
    const Bytes mixed = __builtin_shufflevector(upper, upper, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20,
                                                22, 24, 26, 28, 30);

    memcpy(pixel, &mixed, 4);
}

static void mix_columns(const uint8_t *restrict row, const ColumnTaps *restrict taps, int count,
                        uint8_t *restrict pixels)
{
    for (int i = 0; i < count; i++) {
        const uint8_t *at = row + taps[i].at;

        write_mixed(widen(at) * taps[i].pair + widen(at + 6) * taps[i].third, pixels + 4 * i);
    }
}

/* The same when the third has no share. */
static void mix_pairs(const uint8_t *restrict row, const ColumnTaps *restrict taps, int count,
                      uint8_t *restrict pixels)
{
    for (int i = 0; i < count; i++)
        write_mixed(widen(row + taps[i].at) * taps[i].pair, pixels + 4 * i);
}

static void turn_grey(uint8_t *pixels, int count)
{
    for (int i = 0; i < 4 * count; i += 4) {
        const unsigned r = pixels[i], g = pixels[i + 1], b = pixels[i + 2];
        const unsigned grey = 3 * ((77 * r + 150 * g + 29 * b) >> 8);

        pixels[i] = (uint8_t)((r + grey) >> 2);
        pixels[i + 1] = (uint8_t)((g + grey) >> 2);
        pixels[i + 2] = (uint8_t)((b + grey) >> 2);
    }
}

/* --- pictures whose pixels can be seen ------------------------------------------------------- */

static void copy_columns(const uint8_t *restrict row, const int *restrict columns, int count,
                         uint8_t *restrict pixels)
{
    for (int i = 0; i < count; i++) {
        const uint8_t *at = row + 3 * (size_t)columns[i];

        pixels[4 * i] = at[0];
        pixels[4 * i + 1] = at[1];
        pixels[4 * i + 2] = at[2];
        pixels[4 * i + 3] = 255;
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

static void nearest_rows(const VoloSampler *sampler, VoloRows rows, uint8_t *pixels)
{
    const VoloLevel *level = &sampler->level;
    const VoloPatch *patch = &sampler->patch;
    const size_t stride = 4 * (size_t)patch->width;
    int last = -1;

    for (int i = rows.from; i < rows.to; i++) {
        const int y = volo_zoomed_to_picture(patch->y + i, patch->zoom, level->height);
        uint8_t *row = pixels + (size_t)i * stride;

        if (y == last) {
            memcpy(row, row - stride, stride);
            continue;
        }
        copy_columns(level->rgb + 3 * (size_t)y * (size_t)level->width, sampler->columns,
                     patch->width, row);
        if (sampler->grey)
            turn_grey(row, patch->width);
        last = y;
    }
}

/* --- pictures that are mixed ------------------------------------------------------------------ */

/* A mixed row of the level: the columns first..end - 1 of those it has, one more of the edge's at
 * either end where taps may reach, and some bytes that are read but do not count. */
typedef struct Strip {
    uint8_t *bytes;
    int from, to;   /* columns in bytes; from may be -1, to beyond the level */
    int first, end; /* those that the level has */
} Strip;

static bool strip_init(Strip *strip, int from, int to, int width)
{
    const size_t bytes = 3 * (size_t)(to - from);

    strip->from = from;
    strip->to = to;
    strip->first = from > 0 ? from : 0;
    strip->first = strip->first < width ? strip->first : width - 1;
    strip->end = to < width ? to : width;
    strip->bytes = calloc(bytes + sizeof(Bytes), 1);
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

static void mixed_rows(const VoloSampler *sampler, VoloRows range, Strip *strip, uint8_t *pixels)
{
    const VoloPatch *patch = &sampler->patch;
    const double ratio = sampler->level.scale / patch->zoom;

    for (int i = range.from; i < range.to; i++) {
        const Taps rows = taps_of(patch->y + i, ratio, sampler->level.height);
        uint8_t *row = pixels + 4 * (size_t)i * (size_t)patch->width;

        strip_mix(strip, &sampler->level, &rows);
        if (ratio > 1)
            mix_columns(strip->bytes, sampler->taps, patch->width, row);
        else
            mix_pairs(strip->bytes, sampler->taps, patch->width, row);
        if (sampler->grey)
            turn_grey(row, patch->width);
    }
}

static bool prepare_taps(VoloSampler *sampler)
{
    const VoloPatch *patch = &sampler->patch;
    const VoloLevel *level = &sampler->level;
    const double ratio = level->scale / patch->zoom;

    sampler->from = taps_of(patch->x, ratio, level->width).at;
    sampler->to = taps_of(patch->x + patch->width - 1, ratio, level->width).at + 3;
    sampler->taps = aligned_alloc(16, (size_t)patch->width * sizeof *sampler->taps);
    for (int i = 0; sampler->taps && i < patch->width; i++) {
        const Taps taps = taps_of(patch->x + i, ratio, level->width);

        sampler->taps[i] = column_taps(&taps, sampler->from);
    }
    return sampler->taps;
}

/* --- either kind ------------------------------------------------------------------------------ */

VoloSampler *volo_sampler_new(const VoloLevels *levels, const VoloPatch *patch, bool grey)
{
    VoloSampler *sampler = calloc(1, sizeof *sampler);

    if (!sampler)
        return NULL;
    sampler->level = volo_levels_choose(levels, patch->zoom);
    sampler->patch = *patch;
    sampler->grey = grey;
    if (patch->zoom >= VOLO_ZOOM_OF_PIXELS)
        sampler->columns = map_columns(patch->x, patch->width, patch->zoom, sampler->level.width);
    if (sampler->columns || (patch->zoom < VOLO_ZOOM_OF_PIXELS && prepare_taps(sampler)))
        return sampler;
    volo_sampler_free(sampler);
    return NULL;
}

void volo_sampler_free(VoloSampler *sampler)
{
    if (!sampler)
        return;
    free(sampler->columns);
    free(sampler->taps);
    free(sampler);
}

bool volo_sampler_rows(const VoloSampler *sampler, VoloRows rows, uint8_t *pixels)
{
    Strip strip;

    if (sampler->columns) {
        nearest_rows(sampler, rows, pixels);
        return true;
    }
    if (!strip_init(&strip, sampler->from, sampler->to, sampler->level.width))
        return false;
    mixed_rows(sampler, rows, &strip, pixels);
    free(strip.bytes);
    return true;
}

/* --- labels ----------------------------------------------------------------------------------- */

bool volo_sample_labels(const uint8_t *labels, int height, int width, const VoloPatch *patch,
                        int margin, VoloRows rows, uint8_t *plane)
{
    const int columns_count = patch->width + 2 * margin;
    int *columns = map_columns(patch->x - margin, columns_count, patch->zoom, width), last = -1;

    if (!columns)
        return false;
    for (int i = rows.from; i < rows.to; i++) {
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
                        VoloRows rows, uint8_t *plane)
{
    int *columns = map_columns(patch->x, patch->width, patch->zoom, width), last = -1;

    if (!columns)
        return false;
    for (int i = rows.from; i < rows.to; i++) {
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
