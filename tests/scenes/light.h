/* SPDX-License-Identifier: Apache-2.0 */
/* The weather: sun, sky, clouds and haze, and how they light a material. */
#ifndef VOLO_TESTS_SCENES_LIGHT_H
#define VOLO_TESTS_SCENES_LIGHT_H

#include "scene_noise.h"
#include "surface.h"

enum {
    MAX_LAMPS = 24
};

typedef struct Light {
    Vec3 to_sun;           /* unit */
    Vec3 sun;              /* light of the sun on a surface that faces it; 0 when overcast */
    Vec3 ambient;          /* light of the whole sky on a surface that faces up */
    Vec3 zenith, horizon;  /* colours of the sky */
    Vec3 haze;             /* what distance fades to */
    float haze_density;    /* per metre */
    float clouds;          /* share of the sky, 0..1 */
    float wet;             /* how much the road mirrors, 0..1 */
    float lit;             /* share of lamps that burn */
    float exposure;        /* what suits it, for the camera */
    Vec3 lamps[MAX_LAMPS]; /* places of lamps that light the street after sunset */
    int lamp_count;
    uint32_t seed;
} Light;

void light_choose(Light *light, Random *random);

/* Whether street lamps burn. */
bool light_is_dusk(const Light *light);

/* A lamp at a place; beyond MAX_LAMPS they are left out. */
void light_add_lamp(Light *light, Vec3 place);

/* The sky's colour in a direction (unit). */
Vec3 light_sky(const Light *light, Vec3 direction);

/* The light that reaches the eye from a material. */
Vec3 light_apply(const Light *light, const Material *material, const Fragment *at, Vec3 place);

#endif
