/* SPDX-License-Identifier: Apache-2.0 */
/* Paints parts of a mesh into a band of rows, with four samples a pixel and a depth for each.
 *
 * The camera stands at x = z = 0; heading and pitch shift the picture instead of turning it, so
 * verticals stay parallel; only roll turns it. The world is bent, not the street: x moves by bend
 * z², y by slope z². */
#ifndef VOLO_TESTS_SCENES_SCENE_RASTER_H
#define VOLO_TESTS_SCENES_SCENE_RASTER_H

#include "light.h"
#include "mesh.h"
#include "shadows.h"

enum {
    SAMPLES = 2
}; /* a pixel is SAMPLES x SAMPLES samples */

typedef struct View {
    size_t height, width;      /* of the picture, in pixels */
    float focal;               /* in pixels */
    float centre_x, horizon_y; /* where the street's direction and the horizon are, in pixels */
    float eye_height;          /* metres */
    float bend, slope;         /* per metre */
    float roll_sine, roll_cosine;
} View;

typedef struct Sample {
    Vec3 colour;
    float nearness; /* 1 / depth; 0: nothing yet */
    uint16_t instance;
    uint8_t kind; /* a Kind */
} Sample;

typedef struct Band {
    size_t first_row, rows, columns; /* in samples; first_row counts from the picture's top */
    Sample *samples;                 /* [rows, columns] */
} Band;

/* The unit direction in which a sample looks. */
Vec3 raster_direction(const View *view, float sample_x, float sample_y);

/* What is painted, and in which light. */
typedef struct Stage {
    const View *view;
    const Light *light;
    const Shadows *shadows;
    const Mesh *mesh;
} Stage;

void raster_part(Band *band, const Stage *stage, const Part *part);

#endif
