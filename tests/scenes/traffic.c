/* SPDX-License-Identifier: Apache-2.0 */
/* Who drives and who parks where. */
#include "vehicles.h"

static const float far_away = 75.0f; /* beyond it parked cars may be a group */

static Frame lane_frame(float x, float z, bool is_oncoming)
{
    return frame_at(vec3(x, 0.0f, z), is_oncoming ? 0.5f : 0.0f);
}

static bool near_crossing(const Street *street, float z)
{
    return z > street->zebra_start - 4.0f && z < street->crossing_end + 5.0f;
}

static void park_side(Scene *scene, int side, Random *random)
{
    const Street *street = &scene->street;
    const float sign = side == LEFT ? -1.0f : 1.0f;
    const float x = street->sides[side].kerb - sign * 1.15f;
    const float density = random_between(random, 0.35f, 0.92f);

    for (float z = random_between(random, -1.0f, 6.0f); z < 180.0f;
         z += random_between(random, 5.3f, 6.4f)) {
        const Driving parked = { .is_parked = true,
                                 .in_group = z > far_away && random_chance(random, 0.7f) };
        const float shift = random_between(random, -0.15f, 0.15f);

        if (!random_chance(random, density) || near_crossing(street, z))
            continue;
        const Frame frame = lane_frame(x + shift, z, random_chance(random, 0.1f) != (side == LEFT));
        if (random_chance(random, 0.03f) && z > 20.0f)
            z += vehicles_truck(scene, &frame, random) - 4.0f;
        else
            (void)vehicles_car(scene, &frame, parked, random);
    }
}

/* Of a hundred vehicles. */
typedef struct Fleet {
    int trucks, buses;
} Fleet;

/* Returns the length of what it put there. */
static float put_vehicle(Scene *scene, const Frame *frame, const Fleet *fleet, Random *random)
{
    const Driving driving = { .is_parked = false, .in_group = false };
    const int dice = random_below(random, 100);

    if (dice < fleet->trucks)
        return vehicles_truck(scene, frame, random);
    if (dice < fleet->trucks + fleet->buses)
        return vehicles_bus(scene, frame, random);
    return vehicles_car(scene, frame, driving, random);
}

static void drive_lane(Scene *scene, const Lane *lane, const Fleet *fleet, Random *random)
{
    const float headway = random_between(random, 6.0f, 30.0f) / scene->street.traffic;
    const bool is_own = lane->middle > -0.1f && lane->middle < 0.1f;
    float z = random_between(random, is_own ? 9.0f : 5.0f, 34.0f);

    for (int i = 0; i < 12 && z < 200.0f; ++i) {
        const float x = lane->middle + random_between(random, -0.25f, 0.25f);
        const Frame frame = lane_frame(x, z, lane->oncoming);

        z += put_vehicle(scene, &frame, fleet, random);
        z += headway * random_between(random, 0.5f, 2.0f);
    }
}

static void drive_across(Scene *scene, Random *random)
{
    const Street *street = &scene->street;
    const Driving driving = { .is_parked = false, .in_group = false };

    if (street->crossing_start > 200.0f || !random_chance(random, 0.6f))
        return;
    for (int i = 0; i < 2; ++i) {
        const float z = i ? street->crossing_end - 2.2f : street->crossing_start + 2.2f;
        const int side = random_below(random, 2);
        const float away = random_between(random, 3.5f, 20.0f); /* not yet on our street */
        const float x = street->sides[side].kerb + (side == LEFT ? -away : away);
        const Frame frame = frame_at(vec3(x, 0.0f, z), i ? 0.25f : 0.75f);

        if (random_chance(random, 0.6f))
            (void)vehicles_car(scene, &frame, driving, random);
    }
}

void build_traffic(Scene *scene, Random *random)
{
    const Street *street = &scene->street;
    const int trucks = 2 + random_below(random, 14), buses = 2 + random_below(random, 22);
    const Fleet fleet = { trucks, buses };

    for (int side = LEFT; side <= RIGHT; ++side) {
        if (street->has_bay[side])
            park_side(scene, side, random);
    }
    for (int i = 0; i < street->lane_count; ++i)
        drive_lane(scene, &street->lanes[i], &fleet, random);
    drive_across(scene, random);
    for (int i = 0; street->has_track && i < 2; ++i) {
        const bool is_oncoming = i == 1;
        const float x = street->track_middle[is_oncoming ? LEFT : RIGHT];
        const Frame frame = lane_frame(x, random_between(random, 20.0f, 70.0f), is_oncoming);

        if (random_chance(random, 0.65f))
            (void)vehicles_tram(scene, &frame, random);
    }
}
