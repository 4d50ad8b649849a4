/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in the light's way. For each sort of light, maps of the ground say for every cell how
 * high the highest thing is on the ray that goes from the cell towards the light: a place on that
 * ray is lit when it is higher. */
#ifndef VOLO_TESTS_SCENES_SHADOWS_H
#define VOLO_TESTS_SCENES_SHADOWS_H

#include "mesh.h"

typedef struct ShadowMap {
    float lean_x, lean_z; /* metres that a ray goes sideways for each metre up */
    float left, near_end; /* x and z of the first cell's rim */
    float cell;           /* metres */
    int columns, rows;
    float *tops; /* [rows, columns] */
} ShadowMap;

enum {
    SUN_NEAR,
    SUN_FAR,
    ZENITH, /* straight up: how open the sky is */
    SHADOW_MAPS,
};

typedef struct Shadows {
    ShadowMap maps[SHADOW_MAPS]; /* tops NULL: nothing is shaded */
} Shadows;

/* Casts the shadows of everything but the ground. The sun's are left out unless has_sun. On success
 * *ret_shadows is cleared with shadows_clear; false, and nothing owned, when memory was refused. */
bool shadows_cast(Shadows *ret_shadows, const Mesh *mesh, Vec3 to_sun, bool has_sun);
void shadows_clear(Shadows *shadows);

/* The share of the sun that arrives at a place with this normal, 0..1; `free` metres towards the
 * sun nothing shades it. */
float shadows_sun(const Shadows *shadows, Vec3 place, Vec3 normal, float free_way);

/* The share of the sky's light that arrives. */
float shadows_sky(const Shadows *shadows, Vec3 place, Vec3 normal);

#endif
