/* SPDX-License-Identifier: Apache-2.0 */
/* Single vehicles. A frame's origin is on the ground below the middle of the vehicle, and ahead is
 * where it goes. */
#ifndef VOLO_TESTS_SCENES_VEHICLES_H
#define VOLO_TESTS_SCENES_VEHICLES_H

#include "scene.h"

/* Who is in it and what it does. */
typedef struct Driving {
    bool is_parked; /* lights off */
    bool in_group;  /* one of many, too far to be told apart: no instance number */
} Driving;

/* Each returns the length in metres; random chooses shape and colour. */
float vehicles_car(Scene *scene, const Frame *frame, Driving driving, Random *random);
float vehicles_truck(Scene *scene, const Frame *frame, Random *random);
float vehicles_bus(Scene *scene, const Frame *frame, Random *random);
float vehicles_tram(Scene *scene, const Frame *frame, Random *random);

/* Shared by all that rolls: a tyre with a rim about local (y, z) = parameter 0, parameter 1. */
Cover vehicles_shade_wheel(const Surface *surface, const Fragment *at, Material *material);

/* Colours of cars. */
Vec3 vehicles_paint(Random *random);

#endif
