/* SPDX-License-Identifier: Apache-2.0 */
/* Planning: first the cross-section from the camera outwards, then lots from near to far. */
#include "street.h"

#include <stddef.h>

static const float street_end = 270.0f, street_start = -8.0f;

static void add_strip(Street *street, StripKind kind, float a, float b)
{
    street->strips[street->strip_count++] = (Strip){ kind, a < b ? a : b, a < b ? b : a };
}

static void add_line(Street *street, float x, float half_width, float dash, float period)
{
    street->lines[street->line_count++] = (Line){ x, half_width, dash, period, false };
}

/* What sort of street it is. Pairs are the least and the most. */
typedef struct StreetKind {
    int chance;
    float lane[2], walk[2]; /* metres */
    int own[2], oncoming[2];
    float bay, verge, median, track, crossing, zebra; /* chances */
    float shoulder, walls;                            /* of a motorway: chances */
    float crowd[2], traffic[2];                       /* people and vehicles, 1 is usual */
    int first_theme, last_theme;
} StreetKind;

static const StreetKind street_kinds[] = {
    { /* a street in town */
      .chance = 34,
      .lane = { 3.0f, 3.6f },
      .walk = { 2.5f, 6.0f },
      .own = { 1, 2 },
      .oncoming = { 1, 2 },
      .bay = 0.55f,
      .verge = 0.3f,
      .median = 0.15f,
      .track = 0.42f,
      .crossing = 0.75f,
      .zebra = 0.65f,
      .crowd = { 0.3f, 2.5f },
      .traffic = { 0.3f, 1.6f },
      .first_theme = 0,
      .last_theme = 4 },
    { /* a lane between old houses */
      .chance = 24,
      .lane = { 2.3f, 2.9f },
      .walk = { 1.4f, 3.6f },
      .own = { 1, 1 },
      .oncoming = { 0, 1 },
      .bay = 0.4f,
      .verge = 0.05f,
      .crossing = 0.6f,
      .zebra = 0.3f,
      .crowd = { 0.3f, 2.5f },
      .traffic = { 0.2f, 0.9f },
      .first_theme = 0,
      .last_theme = 3 },
    { /* an avenue */
      .chance = 20,
      .lane = { 3.0f, 3.5f },
      .walk = { 3.0f, 6.5f },
      .own = { 2, 3 },
      .oncoming = { 2, 3 },
      .bay = 0.5f,
      .verge = 0.6f,
      .median = 0.5f,
      .track = 0.7f,
      .crossing = 0.9f,
      .zebra = 0.9f,
      .crowd = { 0.5f, 3.0f },
      .traffic = { 0.6f, 2.0f },
      .first_theme = 0,
      .last_theme = 4 },
    { /* a road through parks and past villas */
      .chance = 22,
      .lane = { 2.8f, 3.4f },
      .walk = { 0.0f, 2.2f },
      .own = { 1, 1 },
      .oncoming = { 1, 1 },
      .bay = 0.1f,
      .verge = 0.8f,
      .median = 0.05f,
      .crossing = 0.4f,
      .zebra = 0.1f,
      .crowd = { 0.0f, 0.7f },
      .traffic = { 0.2f, 1.0f },
      .first_theme = 3,
      .last_theme = 6 },
    { /* a motorway */
      .chance = 8,
      .lane = { 3.4f, 3.8f },
      .walk = { 0.0f, 0.0f },
      .own = { 2, 3 },
      .oncoming = { 2, 3 },
      .verge = 1.0f,
      .median = 1.0f,
      .shoulder = 1.0f,
      .walls = 0.6f,
      .crowd = { 0.0f, 0.0f },
      .traffic = { 0.5f, 2.2f },
      .first_theme = 6,
      .last_theme = 6 },
};

static const StreetKind *choose_kind(Random *random)
{
    static const size_t count = sizeof street_kinds / sizeof street_kinds[0];
    int sum = 0;

    for (size_t i = 0; i < count; ++i)
        sum += street_kinds[i].chance;
    int dice = random_below(random, sum);
    for (size_t i = 0; i + 1 < count; ++i) {
        if ((dice -= street_kinds[i].chance) < 0)
            return &street_kinds[i];
    }
    return &street_kinds[count - 1];
}

static float between(const float pair[2], Random *random)
{
    return random_between(random, pair[0], pair[1]);
}

static int count_between(const int pair[2], Random *random)
{
    return pair[0] + random_below(random, pair[1] - pair[0] + 1);
}

/* Bay, verge and walk of one side, from the edge of the lanes outwards (sign: -1 left, 1 right). */
static void plan_side(Street *street, const StreetKind *kind, int side, float edge, Random *random)
{
    const float sign = side == LEFT ? -1.0f : 1.0f;
    Side *s = &street->sides[side];

    street->has_bay[side] = random_chance(random, kind->bay);
    if (street->has_bay[side]) {
        add_strip(street, STRIP_BAY, edge, edge + sign * 2.3f);
        edge += sign * 2.3f;
    }
    if (random_chance(random, kind->shoulder)) {
        add_strip(street, STRIP_LANES, edge, edge + sign * 2.8f);
        edge += sign * 2.8f;
    }
    s->kerb = edge;
    street->has_verge[side] = random_chance(random, kind->verge);
    street->is_walled[side] = random_chance(random, kind->walls);
    if (street->has_verge[side]) {
        const float width = random_between(random, 1.4f, 3.0f);
        add_strip(street, STRIP_VERGE, edge, edge + sign * width);
        edge += sign * width;
    }
    s->walk_inner = edge;
    const float walk = between(kind->walk, random);
    s->has_walk = walk > 0.9f;
    s->front = edge + sign * (s->has_walk ? walk : 0.3f);
    add_strip(street, s->has_walk ? STRIP_WALK : STRIP_VERGE, edge, s->front);
    add_strip(street, STRIP_GARDEN, s->front, s->front + sign * 45.0f);
}

static void add_lanes(Street *street, float first_middle, float step, int count, bool oncoming)
{
    for (int i = 0; i < count; ++i) {
        const float middle = first_middle + step * (float)i;

        street->lanes[street->lane_count++] = (Lane){ middle, oncoming };
        if (i > 0)
            add_line(street, middle - step / 2.0f, 0.07f, 3.0f, 9.0f);
    }
}

/* Tracks or grass between the two directions; returns the left edge. */
static float plan_middle(Street *street, const StreetKind *kind, float edge, Random *random)
{
    street->has_track = random_chance(random, kind->track);
    if (street->has_track) {
        const float left = edge - 6.8f;

        add_strip(street, STRIP_TRACK, left, edge);
        street->track_middle[LEFT] = left + 1.75f;
        street->track_middle[RIGHT] = edge - 1.75f;
        return left;
    }
    if (random_chance(random, kind->median)) {
        const float left = edge - random_between(random, 1.5f, 4.0f);

        add_strip(street, STRIP_VERGE, left, edge);
        return left;
    }
    if (random_chance(random, 0.3f)) {
        add_line(street, edge - 0.12f, 0.06f, 1.0f, 1.0f);
        add_line(street, edge + 0.12f, 0.06f, 1.0f, 1.0f);
    } else if (random_chance(random, 0.85f)) {
        add_line(street, edge, 0.07f, 3.0f, 7.5f);
    }
    return edge;
}

/* Along the kerb: a white line, or one or two yellow ones. */
static void edge_lines(Street *street, float edge, float sign, Random *random)
{
    const bool is_yellow = random_chance(random, 0.4f);
    const int count = is_yellow ? 1 + random_below(random, 2) : 1;

    for (int i = 0; i < count; ++i) {
        add_line(street, edge - sign * (0.18f + 0.22f * (float)i), 0.055f, 1.0f, 1.0f);
        street->lines[street->line_count - 1].yellow = is_yellow;
    }
}

static void plan_cross_section(Street *street, const StreetKind *kind, Random *random)
{
    const float width = between(kind->lane, random);
    const int own = count_between(kind->own, random);
    const int oncoming = count_between(kind->oncoming, random);
    const int from_right = random_below(random, own); /* the camera's lane */
    const float rightmost = width * (float)from_right;
    const float right_edge = rightmost + width / 2.0f;
    const float own_left = right_edge - width * (float)own;

    add_lanes(street, rightmost, -width, own, false);
    const float middle_left = oncoming ? plan_middle(street, kind, own_left, random) : own_left;
    const float left_edge = middle_left - width * (float)oncoming;
    add_lanes(street, middle_left - width / 2.0f, -width, oncoming, true);
    add_strip(street, STRIP_LANES, own_left, right_edge);
    if (oncoming)
        add_strip(street, STRIP_LANES, left_edge, middle_left);
    plan_side(street, kind, LEFT, left_edge, random);
    plan_side(street, kind, RIGHT, right_edge, random);
    if (random_chance(random, 0.65f)) {
        edge_lines(street, right_edge, 1.0f, random);
        edge_lines(street, left_edge, -1.0f, random);
    }
}

static void plan_crossing(Street *street, const StreetKind *kind, Random *random)
{
    street->crossing_start = street->crossing_end = 500.0f;
    if (random_chance(random, kind->crossing)) {
        street->crossing_start = random_between(random, 11.0f, 55.0f);
        street->crossing_end = street->crossing_start + random_between(random, 7.0f, 13.0f);
    }
    street->has_zebra = random_chance(random, kind->zebra);
    street->zebra_start = street->crossing_start < 400.0f ? street->crossing_start - 4.6f
                                                          : random_between(random, 12.0f, 50.0f);
    street->zebra_end = street->zebra_start + 3.6f;
    street->arrow = random_chance(random, 0.5f) ? random_between(random, 7.0f, 18.0f) : -1.0f;
}

/* Wall colours as people paint them, with the trim that goes with each. */
static const uint8_t plaster[][3] = {
    { 214, 200, 170 }, { 226, 214, 190 }, { 205, 180, 140 }, { 196, 170, 150 },
    { 222, 205, 150 }, { 190, 192, 190 }, { 176, 150, 130 }, { 205, 210, 205 },
    { 168, 176, 180 }, { 214, 178, 150 }, { 236, 232, 222 }, { 150, 140, 128 },
};
static const uint8_t brick[][3] = {
    { 138, 76, 58 }, { 120, 66, 54 }, { 150, 98, 72 }, { 110, 80, 66 }, { 166, 120, 90 },
};
static const uint8_t concrete[][3] = {
    { 150, 150, 146 },
    { 170, 166, 158 },
    { 130, 132, 134 },
    { 190, 188, 180 },
};
static const uint8_t tiles[][3] = {
    { 120, 62, 48 }, { 96, 60, 52 }, { 74, 72, 74 }, { 88, 84, 82 }, { 136, 78, 56 },
};
static const uint8_t signs[][3] = {
    { 150, 30, 34 },  { 30, 60, 120 },   { 24, 90, 60 }, { 40, 40, 44 },
    { 200, 150, 40 }, { 220, 216, 205 }, { 96, 52, 90 }, { 60, 44, 36 },
};

static Vec3 picked(const uint8_t (*colours)[3], size_t count, Random *random)
{
    const uint8_t *c = colours[random_below(random, (int)count)];

    return vec3_scale(rgb(c[0], c[1], c[2]), random_between(random, 0.8f, 1.1f));
}

static Vec3 wall_colour(WallKind wall, Random *random)
{
    switch (wall) {
    case WALL_BRICK:
        return picked(brick, sizeof brick / sizeof brick[0], random);
    case WALL_PLASTER:
        return picked(plaster, sizeof plaster / sizeof plaster[0], random);
    default:
        return picked(concrete, sizeof concrete / sizeof concrete[0], random);
    }
}

static WallKind wall_kind(Random *random)
{
    static const WallKind choices[] = { WALL_PLASTER, WALL_PLASTER, WALL_PLASTER,  WALL_BRICK,
                                        WALL_BRICK,   WALL_GLASS,   WALL_CONCRETE, WALL_PLASTER };

    return choices[random_below(random, (int)(sizeof choices / sizeof choices[0]))];
}

static void plan_house(House *house, float length, int storeys, Random *random)
{
    const bool is_villa = storeys < 3;

    house->wall = wall_kind(random);
    house->length = length;
    house->storey = random_between(random, 2.9f, 3.5f);
    house->ground_storey = is_villa ? house->storey : random_between(random, 3.6f, 4.4f);
    house->height = house->ground_storey + house->storey * (float)(storeys - 1) +
                    random_between(random, 0.4f, 0.9f);
    house->depth = random_between(random, 9.0f, 13.0f);
    house->roof = house->wall == WALL_GLASS || (!is_villa && random_chance(random, 0.45f))
                      ? 0.0f
                      : random_between(random, 2.2f, 4.5f);
    house->bays = (int)(length / random_between(random, 2.2f, 3.4f));
    house->bays = house->bays < 1 ? 1 : house->bays;
    house->window_width = house->wall == WALL_GLASS ? 0.92f : random_between(random, 0.36f, 0.56f);
    house->window_height = house->wall == WALL_GLASS ? 0.80f : random_between(random, 0.5f, 0.62f);
    house->has_shops = !is_villa && random_chance(random, 0.6f);
    house->has_shutters = house->wall == WALL_PLASTER && random_chance(random, 0.2f);
    house->has_balconies = !is_villa && house->wall != WALL_GLASS && random_chance(random, 0.3f);
    house->lit = random_between(random, 0.0f, 0.12f);
    house->colour = wall_colour(house->wall, random);
    house->trim =
        random_chance(random, 0.6f) ? rgb(225, 220, 208) : vec3_scale(house->colour, 0.55f);
    house->roof_colour = picked(tiles, sizeof tiles / sizeof tiles[0], random);
    house->shop_colour = picked(signs, sizeof signs / sizeof signs[0], random);
    house->seed = random_bits(random);
}

/* What a side of the street is like: chances out of 100 in the order of LotKind. */
typedef struct Theme {
    int house, villa, park, yard;
    int storeys[2];
} Theme;

static const Theme themes[] = {
    { 100, 0, 0, 0, { 4, 6 } }, { 80, 0, 14, 6, { 3, 5 } },   { 60, 5, 20, 15, { 3, 6 } },
    { 5, 75, 15, 5, { 1, 2 } }, { 40, 15, 25, 20, { 2, 4 } }, { 5, 5, 80, 10, { 3, 5 } },
    { 0, 6, 90, 4, { 1, 2 } },
};

static LotKind lot_kind(const Theme *theme, Random *random)
{
    int dice = random_below(random, theme->house + theme->villa + theme->park + theme->yard);

    if ((dice -= theme->house) < 0)
        return LOT_HOUSE;
    if ((dice -= theme->villa) < 0)
        return LOT_VILLA;
    return dice < theme->park ? LOT_PARK : LOT_YARD;
}

static void plan_lot(Lot *lot, const Theme *theme, float start, Random *random)
{
    const int spread = theme->storeys[1] - theme->storeys[0] + 1;
    int storeys = theme->storeys[0] + random_below(random, spread);
    float length = random_between(random, 9.0f, 21.0f);

    *lot = (Lot){ .kind = lot_kind(theme, random), .start = start };
    if (lot->kind == LOT_VILLA) {
        lot->setback = random_between(random, 3.5f, 7.5f);
        storeys = 1 + random_below(random, 2);
        length = random_between(random, 9.0f, 14.0f);
        lot->end = start + length + random_between(random, 3.0f, 9.0f);
    } else {
        if (lot->kind != LOT_HOUSE)
            length = random_between(random, 18.0f, 40.0f);
        lot->end = start + length;
    }
    if (lot->kind == LOT_HOUSE || lot->kind == LOT_VILLA)
        plan_house(&lot->house, length, storeys, random);
}

static void add_gap(Side *side, float start, float end)
{
    if (end > start && side->lot_count < MAX_LOTS)
        side->lots[side->lot_count++] = (Lot){ .kind = LOT_GAP, .start = start, .end = end };
}

static void plan_lots(Street *street, const StreetKind *kind, Side *side, Random *random)
{
    const Theme *theme =
        &themes[kind->first_theme + random_below(random, kind->last_theme - kind->first_theme + 1)];
    float z = street_start + random_between(random, -6.0f, 0.0f);
    const float gap_start = street->crossing_start - 2.0f, gap_end = street->crossing_end + 2.0f;
    bool crossed = street->crossing_start >= street_end;

    while (z < street_end && side->lot_count < MAX_LOTS - 1) {
        Lot *lot = &side->lots[side->lot_count];

        plan_lot(lot, theme, z, random);
        if (!crossed && lot->end > gap_start - 4.0f) {
            lot->end = gap_start;
            lot->house.length = lot->house.height > 0.0f ? gap_start - z : 0.0f;
            if (lot->end > lot->start + 3.0f)
                ++side->lot_count;
            add_gap(side, gap_start, gap_end);
            z = gap_end;
            crossed = true;
            continue;
        }
        ++side->lot_count;
        z = lot->end;
        if (random_chance(random, 0.06f)) {
            add_gap(side, z, z + 5.0f);
            z += 5.0f;
        }
    }
}

/* What the ground is made of. */
static void plan_ground(Street *street, float lane, Random *random)
{
    static const Vec3 cycle_colours[] = { { 2.2f, 0.9f, 0.7f }, { 0.7f, 1.4f, 0.8f } };
    const float grey = random_between(random, 0.07f, 0.17f);
    /* walks of the road's own stuff are as dark as it, or a little lighter */
    const float paving = random_between(random, 0.13f, 0.34f);

    street->walk_paving = (PavingKind)random_below(random, PAVING_KINDS);
    street->bay_paving = random_chance(random, 0.5f)
                             ? PAVING_ASPHALT
                             : (PavingKind)random_below(random, PAVING_KINDS);
    street->has_setts = lane < 2.9f && random_chance(random, 0.3f);
    street->has_box = random_chance(random, 0.12f);
    street->bay_lines = random_chance(random, 0.6f) ? random_between(random, 0.3f, 0.8f) : 0.0f;
    street->cycle_lane = random_chance(random, 0.15f) ? random_between(random, 1.2f, 1.8f) : 0.0f;
    street->cycle_colour = cycle_colours[random_below(random, 2)];
    street->asphalt = vec3_scale(vec3(1.0f, 0.98f, 0.97f), grey);
    street->paving = vec3_scale(
        vec3(1.0f, 1.0f, 1.0f),
        street->walk_paving == PAVING_ASPHALT ? grey * random_between(random, 0.9f, 1.7f) : paving);
    street->kerb_colour =
        vec3_scale(vec3(1.0f, 0.97f, 0.92f), random_between(random, 0.16f, 0.42f));
    street->grass = random_point(random, vec3(0.07f, 0.13f, 0.02f), vec3(0.16f, 0.2f, 0.05f));
    street->roughness = random_between(random, 0.15f, 0.8f);
    street->wear = random_between(random, 0.1f, 0.95f);
    street->litter = random_chance(random, 0.3f) ? random_between(random, 0.02f, 0.25f) : 0.001f;
}

void street_plan(Street *street, Random *random)
{
    const StreetKind *kind = choose_kind(random);

    *street = (Street){ .seed = random_bits(random) };
    street->crowd = between(kind->crowd, random);
    street->traffic = between(kind->traffic, random);
    street->bare = random_chance(random, 0.35f) ? random_between(random, 0.5f, 1.0f) : 0.03f;
    plan_cross_section(street, kind, random);
    plan_crossing(street, kind, random);
    plan_lots(street, kind, &street->sides[LEFT], random);
    plan_lots(street, kind, &street->sides[RIGHT], random);
    plan_ground(street, kind->lane[0], random);
}

const Lot *street_lot(const Street *street, int side, float z)
{
    const Side *s = &street->sides[side];

    for (int i = 0; i < s->lot_count; ++i) {
        if (z >= s->lots[i].start && z < s->lots[i].end)
            return &s->lots[i];
    }
    return NULL;
}
