/* SPDX-License-Identifier: Apache-2.0 */
/* Where people walk, ride and leave their bicycles. */
#include "figures.h"

static const float ground = 0.13f;

static void walk_side(Scene *scene, int side, Random *random)
{
    const Side *s = &scene->street.sides[side];
    const float sign = side == LEFT ? -1.0f : 1.0f;
    const float most = 14.0f * scene->street.crowd;
    const int count = s->has_walk ? random_below(random, 1 + (int)most) : 0;

    for (int i = 0; i < count; ++i) {
        const float width = (s->front - s->walk_inner) * sign;
        const float x = s->walk_inner + sign * random_between(random, 0.5f, width - 0.4f);
        const float near = random_between(random, 0.0f, 1.0f); /* squared: most of them are near */
        const float z = 5.0f + 70.0f * near * near;
        const bool has_company = random_chance(random, 0.3f);
        const bool is_mirrored = random_chance(random, 0.5f);
        const bool shows_back = random_chance(random, 0.5f);
        const FigurePlan plan = {
            .kind = KIND_PERSON,
            .pose = (Pose)random_below(random, 3),
            .mirrored = is_mirrored,
            .shows_back = shows_back,
            .in_group = z > 55.0f && has_company,
        };

        figures_person(scene, vec3(x, ground, z), &plan, random);
        if (has_company)
            figures_person(scene, vec3(x + sign * 0.6f, ground, z + 0.2f), &plan, random);
    }
}

static void walk_across(Scene *scene, Random *random)
{
    const Street *street = &scene->street;
    const int count = random_below(random, 2 + (int)(4.0f * scene->street.crowd));

    if (!street->has_zebra)
        return;
    for (int i = 0; i < count; ++i) {
        const float x = random_between(random, street->sides[LEFT].kerb, street->sides[RIGHT].kerb);
        const float z =
            random_between(random, street->zebra_start + 0.4f, street->zebra_end - 0.4f);
        const FigurePlan plan = { .kind = KIND_PERSON,
                                  .pose = POSE_WALKING,
                                  .mirrored = random_chance(random, 0.5f) };

        figures_person(scene, vec3(x, 0.0f, z), &plan, random);
    }
}

static void ride(Scene *scene, Vec3 at, Kind kind, bool is_across, bool mirrored, Random *random)
{
    const FigurePlan plan = { .kind = KIND_RIDER,
                              .pose = is_across ? POSE_RIDING : POSE_RIDING_ALONG,
                              .mirrored = mirrored,
                              .shows_back = mirrored,
                              .saddle = kind == KIND_BICYCLE ? 0.92f : 0.80f };

    figures_cycle(scene, at, kind, is_across ? CYCLE_SIDE : CYCLE_END, mirrored, false, random);
    figures_person(scene, vec3_add(at, vec3(0.0f, 0.0f, -0.12f)), &plan, random);
}

/* Along the kerbs, keeping right, and over the crossing. */
static void ride_street(Scene *scene, Random *random)
{
    const Street *street = &scene->street;
    const int count = random_below(random, 1 + (int)(5.0f * scene->street.crowd));

    for (int i = 0; i < count; ++i) {
        const int side = random_below(random, 2);
        const Kind kind = random_chance(random, 0.45f) ? KIND_MOTORCYCLE : KIND_BICYCLE;
        const float inset = street->has_bay[side] ? 3.1f : 0.8f;
        const float x = street->sides[side].kerb + (side == LEFT ? inset : -inset);
        const float z = random_between(random, 6.0f, 40.0f);

        ride(scene, vec3(x, 0.0f, z), kind, false, side == RIGHT, random);
    }
    if (street->crossing_start < 100.0f && random_chance(random, 0.5f)) {
        const float z = street->crossing_start + random_between(random, 0.8f, 3.0f);
        const Kind kind = random_chance(random, 0.4f) ? KIND_MOTORCYCLE : KIND_BICYCLE;

        const float x = random_between(random, -7.0f, 7.0f);

        ride(scene, vec3(x, 0.0f, z), kind, true, random_chance(random, 0.5f), random);
    }
}

/* A row of bicycles, or motorcycles, at the kerb; some rows are a group without numbers. */
static void park_row(Scene *scene, int side, Random *random)
{
    const Side *s = &scene->street.sides[side];
    const float sign = side == LEFT ? -1.0f : 1.0f;
    const bool in_group = random_chance(random, 0.4f);
    const Kind kind = random_chance(random, 0.4f) ? KIND_MOTORCYCLE : KIND_BICYCLE;
    const int count = 1 + random_below(random, 6);
    const float x = s->front - sign * 1.25f;
    const float start = random_between(random, 5.0f, 32.0f);

    for (int i = 0; i < count; ++i)
        figures_cycle(scene, vec3(x, ground, start + 0.75f * (float)i), kind, CYCLE_SIDE,
                      random_chance(random, 0.2f), in_group && count > 2, random);
}

void build_people(Scene *scene, Random *random)
{
    for (int side = LEFT; side <= RIGHT; ++side) {
        const Side *s = &scene->street.sides[side];

        walk_side(scene, side, random);
        for (int i = s->has_walk ? random_below(random, 4) : 0; i > 0; --i)
            park_row(scene, side, random);
    }
    walk_across(scene, random);
    ride_street(scene, random);
}
