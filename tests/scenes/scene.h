/* SPDX-License-Identifier: Apache-2.0 */
/* A scene: everything that is to be painted, made from a seed. The builders each add one sort of
 * thing; they share the scene's street plan, weather and mesh. */
#ifndef VOLO_TESTS_SCENES_SCENE_H
#define VOLO_TESTS_SCENES_SCENE_H

#include "camera.h"
#include "street.h"

typedef struct Scene {
    View view;
    Camera camera;
    Light light;
    Street street;
    Mesh mesh;
    Shadows shadows;
    uint16_t counted[KIND_COUNT]; /* instances so far */
    Vec3 bonnet;                  /* colour of the camera's own car */
    float bonnet_height;          /* share of the picture's height; 0: not in view */
    uint64_t seed;
} Scene;

/* Makes scene `index` of a seed at a size. On success the scene is cleared with scene_clear; on
 * failure (memory was refused) nothing is owned and false is returned. */
bool scene_init(Scene *scene, size_t height, size_t width, uint64_t seed, uint64_t index);
void scene_clear(Scene *scene);

/* A surface of the kind; a thing gets the next instance number. */
Surface scene_surface(Scene *scene, Kind kind, ShadeFn shade, Vec3 colour);
/* The same without a number: part of a group, or of something that is not counted. */
Surface scene_group_surface(Kind kind, ShadeFn shade, Vec3 colour);

/* The builders, in the order in which they are called. */
void build_ground(Scene *scene, Random *random);
void build_houses(Scene *scene, Random *random);
void build_plants(Scene *scene, Random *random);
void build_barriers(Scene *scene, Random *random);
void build_furniture(Scene *scene, Random *random);
void build_traffic(Scene *scene, Random *random);
void build_people(Scene *scene, Random *random);

#endif
