/* SPDX-License-Identifier: Apache-2.0 */
/* Persons and two-wheelers. Each is a board that faces the camera, painted with limbs, tubes and
 * wheels: capsules and rings of which the nearest to the eye wins. */
#ifndef VOLO_TESTS_SCENES_FIGURES_H
#define VOLO_TESTS_SCENES_FIGURES_H

#include "scene.h"

typedef enum Pose {
    POSE_STANDING,
    POSE_WALKING,       /* seen from the side */
    POSE_WALKING_ALONG, /* seen from behind or in front */
    POSE_RIDING,        /* on a two-wheeler, from the side */
    POSE_RIDING_ALONG,  /* the same, from behind or in front */
} Pose;

typedef enum CycleView {
    CYCLE_SIDE,
    CYCLE_END, /* from behind or in front */
} CycleView;

/* A person or rider at a place; kind is KIND_PERSON or KIND_RIDER. mirrored: goes left.
 * saddle: the height of the seat in metres, for riding poses. */
typedef struct FigurePlan {
    Kind kind;
    Pose pose;
    bool mirrored, in_group, shows_back;
    float saddle;
} FigurePlan;

void figures_person(Scene *scene, Vec3 foot, const FigurePlan *plan, Random *random);

/* A bicycle or motorcycle (by kind); mirrored: its front is to the left. */
void figures_cycle(Scene *scene, Vec3 foot, Kind kind, CycleView view, bool mirrored, bool in_group,
                   Random *random);

#endif
