/* SPDX-License-Identifier: Apache-2.0 */
/* Distortions of colour on bytes, as mmsegmentation's PhotoMetricDistortion with OpenCV makes them:
 * after each step levels are cut to 0..255 and lose their fraction. Saturation and hue share one
 * conversion to HSV and back. */
#include "train/augment_colour.h"

#include "base/limits.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    HUES = 180,
    SHIFT = 12, /* of OpenCV's fixed-point division */
};

/* --- drawing ---------------------------------------------------------------------------------- */

/* level [256] = what mmsegmentation's convert makes of level: cut, then truncated. */
static void scale_levels(uint8_t level[256], double factor, double offset)
{
    for (size_t i = 0; i < 256; i++)
        level[i] = (uint8_t)fmin(fmax(level[i] * factor + offset, 0), 255);
}

static void unit_levels(uint8_t level[256])
{
    for (size_t i = 0; i < 256; i++)
        level[i] = (uint8_t)i;
}

/* A factor 1 - range .. 1 + range, never negative. */
static double draw_factor(VoloStream *s, double range)
{
    return fmax(volo_stream_between(s, 1 - range, 1 + range), 0);
}

/* A whole number -range .. range, modulo 180. */
static void draw_hue(VoloStream *s, double range, uint8_t hue[256])
{
    const uint64_t most = (uint64_t)range;
    const uint64_t shift = HUES - most + volo_stream_below(s, 2 * most + 1);

    for (size_t i = 0; i < 256; i++)
        hue[i] = (uint8_t)((i + shift) % HUES);
}

VoloColours volo_colours_draw(const VoloAugment *augment, VoloStream *stream)
{
    VoloColours c = { false, false, false, { 0 }, { 0 }, { 0 }, { 0 } };
    const double chance = augment->photometric;

    unit_levels(c.level_before);
    unit_levels(c.level_after);
    unit_levels(c.hue);
    unit_levels(c.saturation);
    if (volo_stream_chance(stream, chance)) {
        c.before = true;
        scale_levels(c.level_before, 1,
                     volo_stream_between(stream, -augment->brightness, augment->brightness));
    }
    const bool contrast_first = volo_stream_chance(stream, 0.5);
    if (volo_stream_chance(stream, chance)) {
        *(contrast_first ? &c.before : &c.after) = true;
        scale_levels(contrast_first ? c.level_before : c.level_after,
                     draw_factor(stream, augment->contrast), 0);
    }
    if (volo_stream_chance(stream, chance)) {
        c.in_hsv = true;
        scale_levels(c.saturation, draw_factor(stream, augment->saturation), 0);
    }
    if (volo_stream_chance(stream, chance)) {
        c.in_hsv = true;
        draw_hue(stream, augment->hue, c.hue);
    }
    return c;
}

/* --- HSV -------------------------------------------------------------------------------------- */

/* 2^12 · whole / i, rounded; 0 for 0. */
static void fill_divisions(int32_t table[256], double whole)
{
    table[0] = 0;
    for (int i = 1; i < 256; i++)
        table[i] = (int32_t)lrint((double)(1 << SHIFT) * whole / i);
}

typedef struct Divisions {
    int32_t saturation[256], hue[256]; /* by the largest level; by largest less least */
} Divisions;

static Divisions divisions(void)
{
    Divisions d;

    fill_divisions(d.saturation, 255);
    fill_divisions(d.hue, HUES / 6.0);
    return d;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int largest(int a, int b)
{
    return a > b ? a : b;
}

static void pixel_to_hsv(uint8_t *x, const Divisions *d)
{
    const int r = x[0], g = x[1], b = x[2];
    const int v = largest(largest(r, g), b), range = v - least(least(r, g), b);
    const int around = v == r ? g - b : v == g ? b - r + 2 * range : r - g + 4 * range;
    const int hue = (around * d->hue[range] + (1 << (SHIFT - 1))) >> SHIFT;

    x[0] = (uint8_t)(hue < 0 ? hue + HUES : hue);
    x[1] = (uint8_t)((range * d->saturation[v] + (1 << (SHIFT - 1))) >> SHIFT);
    x[2] = (uint8_t)v;
}

/* Rounds to the even one of two, as OpenCV's saturate_cast does. */
static uint8_t to_byte(float x)
{
    return (uint8_t)lrintf(x * 255);
}

/* H 0..179, as six sectors of 30. */
static void pixel_to_rgb(uint8_t *x)
{
    static const uint8_t order[6][3] = { { 0, 3, 1 }, { 2, 0, 1 }, { 1, 0, 3 },
                                         { 1, 2, 0 }, { 3, 1, 0 }, { 0, 1, 2 } };
    const unsigned sector = x[0] / 30u;
    const float within = (float)(x[0] % 30u) * (1 / 30.0F);
    const float s = (float)x[1] * (1 / 255.0F), v = (float)x[2] * (1 / 255.0F);
    const uint8_t level[4] = { x[2], to_byte(v * (1 - s)), to_byte(v * (1 - s * within)),
                               to_byte(v * (1 - s * (1 - within))) };

    for (size_t i = 0; i < 3; i++)
        x[i] = level[order[sector][i]];
}

void volo_rgb_to_hsv(uint8_t *x, size_t pixels)
{
    const Divisions d = divisions();

    for (size_t i = 0; i < pixels; i++)
        pixel_to_hsv(x + 3 * i, &d);
}

void volo_hsv_to_rgb(uint8_t *x, size_t pixels)
{
    for (size_t i = 0; i < pixels; i++) {
        assert(x[3 * i] < HUES);
        pixel_to_rgb(x + 3 * i);
    }
}

/* --- applying --------------------------------------------------------------------------------- */

static void replace_levels(const uint8_t level[256], uint8_t *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = level[x[i]];
}

void volo_colours_apply(const VoloColours *c, uint8_t *rgb, size_t pixels)
{
    const Divisions d = divisions();

    if (c->before)
        replace_levels(c->level_before, rgb, 3 * pixels);
    for (size_t i = 0; c->in_hsv && i < pixels; i++) {
        uint8_t *x = rgb + 3 * i;

        pixel_to_hsv(x, &d);
        x[0] = c->hue[x[0]];
        x[1] = c->saturation[x[1]];
        pixel_to_rgb(x);
    }
    if (c->after)
        replace_levels(c->level_after, rgb, 3 * pixels);
}

/* --- blur ------------------------------------------------------------------------------------- */

enum {
    MOST_RADIUS = 3 * VOLO_LIMIT_BLUR_SIGMA
};

/* tap [0..radius] of a Gaussian that sums to 1; its radius, three sigmas. */
static size_t fill_taps(double sigma, float tap[MOST_RADIUS + 1])
{
    const size_t radius = (size_t)ceil(3 * sigma);
    double sum = 0;

    assert(sigma > 0 && radius <= MOST_RADIUS);
    for (size_t i = 0; i <= radius; i++)
        sum += (i ? 2 : 1) * exp(-0.5 * (double)(i * i) / (sigma * sigma));
    for (size_t i = 0; i <= radius; i++)
        tap[i] = (float)(exp(-0.5 * (double)(i * i) / (sigma * sigma)) / sum);
    return radius;
}

size_t volo_blur_scratch(size_t w)
{
    return 3 * (2 * w + 2 * MOST_RADIUS);
}

/* sum [count] += tap · (upper + lower) */
static void add_rows(float *restrict sum, const uint8_t *upper, const uint8_t *lower, float tap,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        sum[i] += tap * (float)(upper[i] + lower[i]);
}

static void add_sides(float *restrict sum, const float *left, const float *right, float tap,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        sum[i] += tap * (left[i] + right[i]);
}

/* padded [radius + w + radius, 3], filled between: its first and last pixel are continued. */
static void continue_edges(float *padded, size_t w, size_t radius)
{
    const float *first = padded + 3 * radius, *last = first + 3 * (w - 1);

    for (size_t i = 0; i < radius; i++) {
        memcpy(padded + 3 * i, first, 3 * sizeof *first);
        memcpy(padded + 3 * (radius + w + i), last, 3 * sizeof *last);
    }
}

void volo_blur(uint8_t *y, const uint8_t *x, size_t h, size_t w, double sigma, float *row)
{
    float tap[MOST_RADIUS + 1];
    const size_t radius = fill_taps(sigma, tap), line = 3 * w;
    float *padded = row, *down = row + 3 * radius, *across = row + 3 * (w + 2 * radius);

    for (size_t i = 0; i < h; i++) {
        for (size_t k = 0; k < line; k++)
            down[k] = tap[0] * (float)x[i * line + k];
        for (size_t j = 1; j <= radius; j++)
            add_rows(down, x + (i < j ? 0 : i - j) * line, x + (i + j < h ? i + j : h - 1) * line,
                     tap[j], line);
        continue_edges(padded, w, radius);
        for (size_t k = 0; k < line; k++)
            across[k] = tap[0] * down[k];
        for (size_t j = 1; j <= radius; j++)
            add_sides(across, down - 3 * j, down + 3 * j, tap[j], line);
        for (size_t k = 0; k < line; k++)
            y[i * line + k] = (uint8_t)(across[k] + 0.5F);
    }
}
