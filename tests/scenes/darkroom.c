/* SPDX-License-Identifier: Apache-2.0 */
/* Puddles, the bonnet, a small blur or the sharpening that cameras do, darker corners, and sensor
 * noise whose strength grows with the light. */
#include "darkroom.h"

#include <stdlib.h>
#include <string.h>

/* The bonnet's height above the bottom at a column, in pixels: an arch with a straight middle. */
static float bonnet_edge(const Scene *scene, const Picture *picture, float column)
{
    const float x = 2.0f * column / (float)picture->width - 1.0f;

    return scene->bonnet_height * (float)picture->height * (1.0f - 0.75f * x * x * x * x);
}

static Vec3 bonnet_colour(const Scene *scene, float x, float depth)
{
    const float crease = (x < 0.0f ? -x : x) - 0.45f - 0.05f * depth;
    const float gleam = 0.35f + 0.65f * ramp(0.0f, 0.9f, depth);
    const Vec3 sky = vec3_scale(vec3_mix(scene->light.zenith, scene->light.horizon, 0.5f),
                                0.16f * (1.0f - 0.7f * depth));
    const Vec3 paint = vec3_mul(scene->bonnet, scene->light.ambient);
    Vec3 colour = vec3_add(vec3_scale(paint, 1.4f - gleam), sky);

    if (crease > -0.02f && crease < 0.0f)
        colour = vec3_scale(colour, 1.35f);
    return camera_develop(&scene->camera, colour);
}

static void put_bonnet(const Scene *scene, Picture *picture)
{
    for (size_t j = 0; j < picture->width; ++j) {
        const float edge = bonnet_edge(scene, picture, (float)j + 0.5f);
        const size_t rows = (size_t)edge < picture->height ? (size_t)edge : picture->height;

        for (size_t i = picture->height - rows; i < picture->height; ++i) {
            const float depth = ((float)(i + rows - picture->height) + 0.5f) / edge;
            const float x = 2.0f * ((float)j + 0.5f) / (float)picture->width - 1.0f;
            const Vec3 shown = bonnet_colour(scene, x, depth);
            const size_t at = i * picture->width + j;

            picture->rgb[3 * at] = (uint8_t)shown.x;
            picture->rgb[3 * at + 1] = (uint8_t)shown.y;
            picture->rgb[3 * at + 2] = (uint8_t)shown.z;
            picture->label_ids[at] = kinds[KIND_EGO_VEHICLE].label_id;
            picture->instances[at] = kinds[KIND_EGO_VEHICLE].label_id;
        }
    }
}

/* y [width,3] = the row above, here and below, weighted, in 1/32; side: the neighbours' weight */
static void weigh_down(int32_t *y, const uint8_t *above, const uint8_t *here, const uint8_t *below,
                       size_t width, int side)
{
    for (size_t j = 0; j < 3 * width; ++j)
        y[j] = side * (above[j] + below[j]) + (32 - 2 * side) * here[j];
}

/* The brightness of a place between the middle (256) and the corners of the picture. */
static int32_t vignette(const Scene *scene, const Picture *picture, size_t row, size_t column)
{
    const float y = 2.0f * ((float)row + 0.5f) / (float)picture->height - 1.0f;
    const float x = 2.0f * ((float)column + 0.5f) / (float)picture->width - 1.0f;

    return (int32_t)(256.0f - scene->camera.vignette * (x * x + y * y));
}

/* The sum of four dice, -6..6, scaled so that bright samples are noisier; `strength` in 1/8. */
static int32_t sensor_noise(uint32_t seed, size_t row, size_t column, int32_t value, int strength)
{
    const uint32_t dice = noise_hash(seed, (int)column, (int)row);
    const int sum = (int)(dice & 3U) + (int)((dice >> 2) & 3U) + (int)((dice >> 4) & 3U) +
                    (int)((dice >> 6) & 3U) - 6;

    return sum * strength * (96 + value) / 4096;
}

static uint8_t exposed(int32_t value)
{
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* rgb [width,3] of a row = its rows' sums (column) weighed across, darkened and made noisy */
static void develop_row(const Scene *scene, Picture *picture, size_t row, const int32_t *column)
{
    const size_t width = picture->width;
    const int32_t side = scene->camera.side;
    uint8_t *rgb_row = picture->rgb + 3 * row * width;

    for (size_t j = 0; j < width; ++j) {
        const size_t left = j > 0 ? j - 1 : j, right = j + 1 < width ? j + 1 : j;
        const int32_t light = vignette(scene, picture, row, j);

        for (size_t k = 0; k < 3; ++k) {
            const int32_t sum = side * (column[3 * left + k] + column[3 * right + k]) +
                                (32 - 2 * side) * column[3 * j + k];
            const int32_t value = exposed(sum / 1024 * light / 256);

            rgb_row[3 * j + k] =
                exposed(value + sensor_noise((uint32_t)scene->seed + 77U, row, 3 * j + k, value,
                                             scene->camera.noise));
        }
    }
}

static bool is_ground(uint8_t label)
{
    return label == kinds[KIND_ROAD].label_id || label == kinds[KIND_SIDEWALK].label_id ||
           label == kinds[KIND_RAIL_TRACK].label_id;
}

/* A wet street shows what stands on it upside down: a sample of the ground takes some of the colour
 * that lies as far above the foot of things in its column, blurred by ripples. */
static void mirror_column(const Scene *scene, Picture *picture, size_t column)
{
    size_t foot = 0;

    for (size_t i = 1; i < picture->height; ++i) {
        const size_t at = i * picture->width + column;

        if (!is_ground(picture->label_ids[at])) {
            foot = i;
            continue;
        }
        const uint32_t dice = noise_hash((uint32_t)scene->seed + 3U, (int)column, (int)i);
        const size_t below = i - foot, ripple = dice % (1U + below / 6U);
        const size_t above = below + ripple < foot ? foot - below - ripple : 0;
        const float x = (float)column / (float)picture->width;
        const float y = (float)i / (float)picture->height;
        const float puddle =
            ramp(0.35f, 0.65f, noise_fractal((uint32_t)scene->seed, 5.0f * x, 22.0f * y, 4, 0.0f));
        const float steep = clamp(2.0f * y - 1.0f, 0.0f, 1.0f);
        const float share = scene->light.wet * (0.25f + 0.45f * puddle) * (1.0f - 0.6f * steep);
        const uint8_t *shown = &picture->rgb[3 * (above * picture->width + column)];

        for (size_t k = 0; k < 3; ++k) {
            const float dry = (float)picture->rgb[3 * at + k];
            const float mirrored = 0.9f * (float)shown[k];

            picture->rgb[3 * at + k] = (uint8_t)mix(0.9f * dry, mirrored, share);
        }
    }
}

bool darkroom_finish(const Scene *scene, Picture *picture)
{
    const size_t stride = 3 * picture->width;
    uint8_t *above = malloc(2 * stride);
    int32_t *column = malloc(stride * sizeof *column);
    const bool has_room = above && column;

    for (size_t j = 0; scene->light.wet > 0.0f && j < picture->width; ++j)
        mirror_column(scene, picture, j);
    put_bonnet(scene, picture);
    if (has_room)
        memcpy(above, picture->rgb, stride);
    for (size_t row = 0; has_room && row < picture->height; ++row) {
        uint8_t *here = picture->rgb + row * stride;
        const uint8_t *below = row + 1 < picture->height ? here + stride : here;

        memcpy(above + stride, here, stride); /* the row as it was, for the next */
        weigh_down(column, above, here, below, picture->width, scene->camera.side);
        develop_row(scene, picture, row, column);
        memcpy(above, above + stride, stride);
    }
    free(above);
    free(column);
    return has_room;
}
