/* SPDX-License-Identifier: Apache-2.0 */
/* Randomness of two kinds: a stream for decisions, and noise that is a function of the place, for
 * textures. Both are integer hashes underneath, so they are the same on every machine. */
#ifndef VOLO_TESTS_SCENES_SCENE_NOISE_H
#define VOLO_TESTS_SCENES_SCENE_NOISE_H

#include "vec3.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Random {
    uint64_t state;
} Random;

void random_init(Random *random, uint64_t seed, uint64_t stream);
uint32_t random_bits(Random *random);
float random_between(Random *random, float low, float high);
int random_below(Random *random, int count); /* 0 .. count-1 */
bool random_chance(Random *random, float probability);

/* A point in a box, or a colour. C leaves open in which order arguments are evaluated, so one
 * expression must never draw two numbers: draw three with this. */
Vec3 random_point(Random *random, Vec3 low, Vec3 high);

uint32_t noise_hash(uint32_t seed, int x, int y);
float noise_cell(uint32_t seed, int x, int y);      /* 0..1, one value for each cell */
float noise_value(uint32_t seed, float x, float y); /* 0..1, smooth, features of size 1 */

/* Octaves of noise_value, 0..1, mean 0.5. footprint is the size of a sample in the same units:
 * octaves too fine for it are left out, so that the far end of the street does not flicker. */
float noise_fractal(uint32_t seed, float x, float y, int octaves, float footprint);

/* 0..1, one value for each cell of about the given size (the next power of two): the grain of a
 * surface at the scale of its samples, at any distance. */
float noise_grain(uint32_t seed, float x, float y, float cell_x, float cell_y);

/* 0 on the crooked lines of a net with meshes of about size 1, up to 0.5 off them. */
float noise_ridge(uint32_t seed, float x, float y);

#endif
