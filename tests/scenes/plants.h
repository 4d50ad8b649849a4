/* SPDX-License-Identifier: Apache-2.0 */
/* Single plants, for builders that need one. */
#ifndef VOLO_TESTS_SCENES_PLANTS_H
#define VOLO_TESTS_SCENES_PLANTS_H

#include "scene.h"

void plants_colour(Surface *surface, Random *random); /* colours and seed of leaves */
void plants_tree(Scene *scene, Vec3 foot, float height, Random *random);
void plants_bush(Scene *scene, Vec3 foot, float radius, Random *random);
void plants_hedge(Scene *scene, float x, float start, float end, float height, Random *random);

#endif
