/* SPDX-License-Identifier: Apache-2.0 */
/* A band of rows at a time, so that memory beyond the picture's own does not grow with it. A
 * pixel's colour is the mean of its samples, its label the one that most of them have. */
#include "paint.h"

#include "darkroom.h"

#include <stdlib.h>

static const size_t band_samples = 4U << 20; /* 80 MB */

void picture_clear(Picture *picture)
{
    free(picture->rgb);
    free(picture->label_ids);
    free(picture->instances);
    *picture = (Picture){ 0 };
}

/* The sky where nothing is; the veils come after it. */
static void fill_sky(Band *band, const View *view, const Light *light)
{
    for (size_t i = 0; i < band->rows; ++i) {
        for (size_t j = 0; j < band->columns; ++j) {
            Sample *sample = &band->samples[i * band->columns + j];

            if (sample->nearness > 0.0f)
                continue;
            const Vec3 direction =
                raster_direction(view, (float)j + 0.5f, (float)(band->first_row + i) + 0.5f);
            sample->colour = light_sky(light, direction);
            sample->kind = KIND_SKY;
            sample->instance = kinds[KIND_SKY].label_id;
        }
    }
}

static void paint_band(const Scene *scene, Band *band)
{
    const Mesh *mesh = &scene->mesh;
    const Stage stage = { &scene->view, &scene->light, &scene->shadows, mesh };
    size_t i = 0;

    for (size_t k = 0; k < band->rows * band->columns; ++k)
        band->samples[k] = (Sample){ .kind = KIND_UNLABELED };
    for (; i < mesh->part_count && mesh->parts[i].surface.pass != PASS_VEIL; ++i)
        raster_part(band, &stage, &mesh->parts[i]);
    fill_sky(band, &scene->view, &scene->light);
    for (; i < mesh->part_count; ++i)
        raster_part(band, &stage, &mesh->parts[i]);
}

enum {
    PIXEL_SAMPLES = SAMPLES * SAMPLES
};

/* The sample whose label most of the pixel's samples share; the first of equals. */
static const Sample *majority(const Sample *const samples[PIXEL_SAMPLES])
{
    int best = 0, best_votes = 0;

    for (int i = 0; i < PIXEL_SAMPLES; ++i) {
        int votes = 0;

        for (int j = 0; j < PIXEL_SAMPLES; ++j)
            votes += samples[j]->instance == samples[i]->instance;
        if (votes > best_votes) {
            best = i;
            best_votes = votes;
        }
    }
    return samples[best];
}

static void resolve_pixel(const Scene *scene, const Band *band, size_t row, size_t column,
                          Picture *picture)
{
    const Sample *samples[PIXEL_SAMPLES];
    Vec3 sum = { 0.0f, 0.0f, 0.0f };

    for (size_t i = 0; i < PIXEL_SAMPLES; ++i) {
        const size_t y = SAMPLES * row - band->first_row + i / SAMPLES;

        samples[i] = &band->samples[y * band->columns + SAMPLES * column + i % SAMPLES];
        sum = vec3_add(sum, samples[i]->colour);
    }
    const Vec3 shown = camera_develop(&scene->camera, vec3_scale(sum, 1.0f / (float)PIXEL_SAMPLES));
    const Sample *label = majority(samples);
    const size_t at = row * picture->width + column;

    picture->rgb[3 * at] = (uint8_t)(shown.x + 0.5f);
    picture->rgb[3 * at + 1] = (uint8_t)(shown.y + 0.5f);
    picture->rgb[3 * at + 2] = (uint8_t)(shown.z + 0.5f);
    picture->label_ids[at] = kinds[label->kind].label_id;
    picture->instances[at] = label->instance;
}

static bool picture_init(Picture *picture, size_t height, size_t width)
{
    *picture = (Picture){ .height = height,
                          .width = width,
                          .rgb = malloc(3 * height * width),
                          .label_ids = malloc(height * width),
                          .instances = malloc(2 * height * width) };
    return picture->rgb && picture->label_ids && picture->instances;
}

static void paint_rows(const Scene *scene, Sample *samples, size_t row, size_t rows,
                       Picture *picture)
{
    Band band = { .first_row = SAMPLES * row,
                  .rows = SAMPLES * rows,
                  .columns = SAMPLES * picture->width,
                  .samples = samples };

    paint_band(scene, &band);
    for (size_t i = row; i < row + rows; ++i) {
        for (size_t j = 0; j < picture->width; ++j)
            resolve_pixel(scene, &band, i, j, picture);
    }
}

bool paint_scene(const Scene *scene, Picture *ret_picture)
{
    const size_t height = scene->view.height, width = scene->view.width;
    const size_t fitting = band_samples / (PIXEL_SAMPLES * width);
    const size_t band_rows = fitting < 1 ? 1 : fitting > height ? height : fitting;
    Sample *samples = malloc(band_rows * width * PIXEL_SAMPLES * sizeof *samples);
    Picture picture = { 0 };
    bool painted = samples && picture_init(&picture, height, width);

    for (size_t row = 0; painted && row < height; row += band_rows)
        paint_rows(scene, samples, row, height - row < band_rows ? height - row : band_rows,
                   &picture);
    painted = painted && darkroom_finish(scene, &picture);
    free(samples);
    if (painted)
        *ret_picture = picture;
    else
        picture_clear(&picture);
    return painted;
}
