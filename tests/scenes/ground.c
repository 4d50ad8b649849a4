/* SPDX-License-Identifier: Apache-2.0 */
/* Road, walks with kerbs, bays, verges, tracks, and what is painted on the road. The surfaces'
 * local coordinates are the street's own x and z. */
#include "scene.h"

static const float kerb_height = 0.13f;

static const Scene *scene_of(const Surface *surface)
{
    return surface->look;
}

static float magnitude(float x)
{
    return x < 0.0f ? -x : x;
}

static float least(float a, float b)
{
    return a < b ? a : b;
}

/* 1 inside [low, high], with an edge as soft as a sample. */
static float within(float low, float high, float x, float footprint)
{
    return clamp((x - low) / footprint + 0.5f, 0.0f, 1.0f) *
           clamp((high - x) / footprint + 0.5f, 0.0f, 1.0f);
}

static float line_paint(const Line *line, float x, float z, float footprint)
{
    if (line->dash < line->period && fraction(z / line->period) * line->period > line->dash)
        return 0.0f;
    return within(line->x - line->half_width, line->x + line->half_width, x, footprint);
}

static float zebra_paint(const Street *street, float x, float z, float footprint)
{
    if (!street->has_zebra || x < street->sides[LEFT].kerb || x > street->sides[RIGHT].kerb)
        return 0.0f;
    const float stripe = fraction(x);
    return within(0.25f, 0.75f, stripe, footprint) *
           within(street->zebra_start, street->zebra_end, z, 4.0f * footprint);
}

static float stop_paint(const Street *street, float x, float z, float footprint)
{
    const float at = street->zebra_start - 1.4f;
    const float left = street->lanes[0].middle - 1.6f;

    if (street->crossing_end <= street->crossing_start)
        return 0.0f;
    return within(at, at + 0.4f, z, 4.0f * footprint) * (x > left && x < left + 3.2f ? 1.0f : 0.0f);
}

/* An arrow straight ahead: a shaft of 2.4 m and a head of 1.6 m. */
static float arrow_paint(const Street *street, float x, float z, float footprint)
{
    const float along = z - street->arrow;

    if (street->arrow < 0.0f || along < 0.0f || along > 4.0f)
        return 0.0f;
    const float half = along < 2.4f ? 0.09f : 0.28f * (4.0f - along);
    return within(-half, half, x, footprint);
}

/* Dashes and lines run along the street and stop at the crossing. */
static float road_paint(const Street *street, float x, float z, float footprint, bool *ret_yellow)
{
    float paint = zebra_paint(street, x, z, footprint);

    *ret_yellow = false;
    if (z > street->zebra_start - 1.5f && z < street->crossing_end + 2.0f)
        return paint + stop_paint(street, x, z, footprint);
    for (int i = 0; i < street->line_count; ++i) {
        const float line = line_paint(&street->lines[i], x, z, footprint);

        *ret_yellow = *ret_yellow || (line > 0.0f && street->lines[i].yellow);
        paint += line;
    }
    return paint + arrow_paint(street, x, z, footprint);
}

/* Where tyres roll the asphalt is darker: two tracks in every lane. */
static float wheel_tracks(const Street *street, float x)
{
    for (int i = 0; i < street->lane_count; ++i) {
        const float offset = magnitude(x - street->lanes[i].middle);

        if (offset < 1.7f)
            return ramp(0.45f, 0.0f, magnitude(offset - 0.75f));
    }
    return 0.0f;
}

/* Patches where the road was dug up: rectangles in some cells of a grid of 3 x 9 metres. Positive
 * inside, negative on the tar of the rim, 0 elsewhere. */
static float repair(uint32_t seed, float x, float z)
{
    const int column = (int)(x / 3.0f + 100.0f), row = (int)(z / 9.0f + 100.0f);
    const float chance = 0.05f + 0.3f * noise_cell(seed + 2U, 0, 0);

    if (noise_cell(seed, column, row) > chance)
        return 0.0f;
    const float u = 3.0f * fraction(x / 3.0f + 100.0f) - 0.5f;
    const float v = 9.0f * fraction(z / 9.0f + 100.0f) - 1.5f;
    const float width = 0.6f + 1.6f * noise_cell(seed + 1U, column, row);
    const float length = 1.5f + 5.0f * noise_cell(seed + 3U, column, row);
    const float rim = least(least(u, width - u), least(v, length - v));
    return rim < 0.0f ? 0.0f : rim < 0.05f ? -1.0f : 1.0f;
}

/* The grain of level ground, in cells that look square to the camera. */
static float ground_grain(const Scene *scene, uint32_t seed, const Fragment *at)
{
    const float squashed = 0.6f * at->depth / scene->view.eye_height;
    const float cell = 1.2f * at->footprint;

    return noise_grain(seed, at->local.x, at->local.z, cell,
                       squashed > 1.0f ? cell * squashed : cell) -
           0.5f;
}

static Vec3 asphalt(const Scene *scene, const Fragment *at)
{
    const Street *street = &scene->street;
    const float x = at->local.x, z = at->local.z, footprint = at->footprint;
    const float broad = noise_fractal(street->seed, x * 0.25f, z * 0.12f, 3, footprint * 0.25f);
    const float fine = noise_fractal(street->seed + 3U, x * 9.0f, z * 9.0f, 3, footprint * 9.0f);
    const float grain = ground_grain(scene, street->seed + 4U, at);
    const float crack = noise_ridge(street->seed + 5U, x * 0.7f + 0.35f * fine + 2.0f * broad,
                                    z * 0.3f + 0.35f * fine);
    const float drip = noise_fractal(street->seed + 6U, x * 1.2f, z * 0.08f, 3, footprint);
    const float dug = repair(street->seed + 11U, x, z);
    float grey = 0.75f + 0.4f * (broad - 0.5f) + 0.4f * (fine - 0.5f) + 0.3f * (drip - 0.5f);

    grey += street->roughness * grain * ramp(0.12f, 0.004f, footprint);
    grey *= 1.0f - 0.16f * wheel_tracks(street, x);
    if (dug > 0.0f)
        grey *= noise_cell(street->seed, (int)(x / 3.0f + 100.0f), 7) < 0.6f ? 0.74f : 1.25f;
    if (dug < 0.0f && footprint < 0.08f)
        grey *= 0.55f;
    if (broad > 0.56f && footprint < 0.06f && crack < 0.005f + 0.3f * footprint)
        grey *= 0.6f;
    return vec3_scale(street->asphalt, grey > 0.1f ? grey : 0.1f);
}

/* A cover of iron in the road, one in some cells of 14 metres. */
static float manhole(uint32_t seed, float x, float z)
{
    const int row = (int)(z / 14.0f + 100.0f);
    const float middle_x = -0.9f + 1.8f * noise_cell(seed + 21U, row, 1) - 1.0f;
    const float dx = x - middle_x, dz = fraction(z / 14.0f + 100.0f) * 14.0f - 7.0f;

    return noise_cell(seed + 20U, row, 0) < 0.5f ? ramp(0.11f, 0.09f, dx * dx + dz * dz) : 0.0f;
}

/* The stones of a pavement: size in metres, how different they are, how deep the joints. */
typedef struct Stones {
    float across, along, spread, joint;
    Vec3 tint;
} Stones;

static const Stones stones[PAVING_KINDS] = {
    [PAVING_SLABS] = { 0.5f, 0.7f, 0.25f, 0.4f, { 1.0f, 0.95f, 0.88f } },
    [PAVING_LARGE_SLABS] = { 0.75f, 0.6f, 0.15f, 0.5f, { 1.0f, 0.97f, 0.93f } },
    [PAVING_BRICKS] = { 0.21f, 0.105f, 0.4f, 0.3f, { 1.0f, 0.75f, 0.62f } },
    [PAVING_SETTS] = { 0.13f, 0.11f, 0.6f, 0.5f, { 1.0f, 0.98f, 0.95f } },
    [PAVING_ASPHALT] = { 40.0f, 40.0f, 0.0f, 0.0f, { 1.0f, 0.98f, 0.97f } },
    [PAVING_CONCRETE] = { 4.0f, 5.0f, 0.12f, 0.5f, { 1.0f, 0.99f, 0.95f } },
};

/* The brightness of a pavement about 0.8; joints and stones fade with distance. */
static float paved(const Scene *scene, PavingKind kind, const Fragment *at)
{
    const Street *street = &scene->street;
    const Stones *stone = &stones[kind];
    const float x = at->local.x, z = at->local.z;
    const float u = x / stone->across + 9000.0f;
    const float v = z / stone->along + 9000.0f + 0.5f * (float)((int)u % 2);
    const float tone = noise_cell(street->seed + 41U, (int)u, (int)v);
    const float joint_u = 0.018f / stone->across, joint_v = 0.018f / stone->along;
    const bool is_joint = fraction(u) < joint_u || fraction(v) < joint_v;
    const float fade = ramp(0.35f * stone->along, 0.06f * stone->along, at->footprint);
    const float dirt = noise_fractal(street->seed + 43U, x * 0.8f, z * 0.8f, 4, at->footprint);
    const float grain = ground_grain(scene, street->seed + 44U, at);

    return 0.55f + 0.55f * dirt + (0.15f + 0.4f * street->roughness) * grain +
           fade * (stone->spread * (tone - 0.5f) - (is_joint ? stone->joint : 0.0f));
}

/* The colour of the strip for bicycles along both kerbs. */
static Vec3 cycle_lane(const Street *street, float x, float z, float footprint)
{
    const float left = x - street->sides[LEFT].kerb, right = street->sides[RIGHT].kerb - x;
    const float in_lane = within(0.1f, street->cycle_lane, least(left, right), footprint) *
                          (z < street->zebra_start || z > street->crossing_end ? 1.0f : 0.0f);

    return street->cycle_lane > 0.0f
               ? vec3_mix(vec3(1.0f, 1.0f, 1.0f), street->cycle_colour, in_lane)
               : vec3(1.0f, 1.0f, 1.0f);
}

/* A yellow grid on the crossing that is to be kept clear. */
static float box_paint(const Street *street, float x, float z, float footprint)
{
    if (!street->has_box || z < street->crossing_start + 1.0f || z > street->crossing_end - 1.0f ||
        x < street->sides[LEFT].kerb || x > street->sides[RIGHT].kerb)
        return 0.0f;
    const float one = within(0.0f, 0.12f, 2.0f * fraction(0.5f * (x + z)), 2.0f * footprint);
    const float other = within(0.0f, 0.12f, 2.0f * fraction(0.5f * (x - z)), 2.0f * footprint);
    return one > other ? one : other;
}

static Cover shade_road(const Surface *surface, const Fragment *at, Material *material)
{
    const Scene *scene = scene_of(surface);
    const Street *street = &scene->street;
    const float x = at->local.x, z = at->local.z;
    bool is_yellow;
    const float box = box_paint(street, x, z, at->footprint);
    const float paint =
        clamp(road_paint(street, x, z, at->footprint, &is_yellow) + box, 0.0f, 1.0f);
    const Vec3 colour =
        is_yellow || box > 0.0f ? vec3(0.55f, 0.38f, 0.05f) : vec3(0.58f, 0.57f, 0.54f);

    material->albedo = street->has_setts
                           ? vec3_scale(street->asphalt, 1.5f * paved(scene, PAVING_SETTS, at))
                           : vec3_mul(asphalt(scene, at), cycle_lane(street, x, z, at->footprint));
    material->albedo = vec3_scale(material->albedo, 1.0f - 0.5f * manhole(street->seed, x, z));
    if (paint > 0.0f) {
        const float worn = noise_fractal(street->seed + 9U, x * 6.0f, z * 4.0f, 4, at->footprint);

        material->albedo = vec3_mix(material->albedo, colour,
                                    paint * (1.0f - street->wear * ramp(0.6f, 0.3f, worn)));
    }
    return COVER_SOLID;
}

/* Bays have a pavement of their own, and lines every five metres. */
static Cover shade_bay(const Surface *surface, const Fragment *at, Material *material)
{
    const Scene *scene = scene_of(surface);
    const Street *street = &scene->street;
    const float line = within(0.48f, 0.52f, fraction(at->local.z / 5.5f), at->footprint);
    const float tone = paved(scene, street->bay_paving, at);

    material->albedo =
        street->bay_paving == PAVING_ASPHALT
            ? asphalt(scene, at)
            : vec3_mul(stones[street->bay_paving].tint, vec3_scale(street->asphalt, 1.4f * tone));
    material->albedo =
        vec3_mix(material->albedo, vec3(0.5f, 0.5f, 0.48f), street->bay_lines * line);
    return COVER_SOLID;
}

static Cover shade_walk(const Surface *surface, const Fragment *at, Material *material)
{
    const Scene *scene = scene_of(surface);
    const Street *street = &scene->street;
    const float x = at->local.x;
    const float inner = magnitude(
        x - (x < 0.0f ? street->sides[LEFT].walk_inner : street->sides[RIGHT].walk_inner));
    float grey = paved(scene, street->walk_paving, at);

    if (inner < 0.16f && surface->parameter[0] > 0.0f) { /* the kerb stone */
        const float joint = fraction(at->local.z) < 0.02f ? 0.35f : 0.0f;

        grey = 0.4f * grey + 0.7f - joint * ramp(0.05f, 0.01f, at->footprint);
        material->albedo = vec3_scale(street->kerb_colour, grey);
        return COVER_SOLID;
    }
    material->albedo = vec3_mul(stones[street->walk_paving].tint, vec3_scale(street->paving, grey));
    return COVER_SOLID;
}

static Vec3 grass(const Scene *scene, const Fragment *at)
{
    const Street *street = &scene->street;
    const float x = at->local.x, z = at->local.z, footprint = at->footprint;
    const float broad = noise_fractal(street->seed + 51U, x * 0.3f, z * 0.3f, 4, footprint * 0.3f);
    const float blades =
        noise_fractal(street->seed + 53U, x * 14.0f, z * 8.0f, 3, footprint * 8.0f);
    const float litter = noise_grain(street->seed + 55U, x, z, 0.05f, 0.06f);
    const float grain = ground_grain(scene, street->seed + 54U, at);
    const float tone = 0.5f + 0.6f * broad + 0.6f * (blades - 0.5f) + 0.7f * grain;
    const Vec3 green = vec3_scale(street->grass, tone > 0.1f ? tone : 0.1f);
    const Vec3 dry = vec3_mix(green, vec3(0.22f, 0.19f, 0.09f), 0.5f * (1.0f - broad));

    if (litter < street->litter && footprint < 0.1f)
        return vec3_scale(vec3(0.26f, 0.14f, 0.05f), 0.5f + litter / street->litter);
    return vec3_mix(dry, vec3(0.17f, 0.12f, 0.07f), 0.7f * ramp(0.66f, 0.8f, broad));
}

static Cover shade_grass(const Surface *surface, const Fragment *at, Material *material)
{
    const Scene *scene = scene_of(surface);

    material->albedo = grass(scene, at);
    return COVER_SOLID;
}

/* Gravel with sleepers and four rails; parameter 0: with grass between the rails. */
static Cover shade_track(const Surface *surface, const Fragment *at, Material *material)
{
    const Scene *scene = scene_of(surface);
    const Street *street = &scene->street;
    const float x = at->local.x, z = at->local.z;
    const float gravel =
        noise_fractal(street->seed + 61U, x * 8.0f, z * 8.0f, 3, at->footprint * 8.0f);
    const bool is_left = x < 0.5f * (street->track_middle[LEFT] + street->track_middle[RIGHT]);
    const float offset = magnitude(x - street->track_middle[is_left ? LEFT : RIGHT]);
    const float rail = within(0.70f, 0.79f, offset, at->footprint);
    const bool on_sleeper = offset < 1.2f && fraction(z / 0.65f) < 0.38f;

    if (surface->parameter[0] > 0.0f)
        material->albedo = grass(scene, at);
    else
        material->albedo = vec3_scale(vec3(0.17f, 0.15f, 0.13f), 0.5f + gravel);
    if (on_sleeper && surface->parameter[0] <= 0.0f)
        material->albedo =
            vec3_scale(material->albedo, mix(1.0f, 0.6f, ramp(0.2f, 0.05f, at->footprint)));
    material->albedo = vec3_mix(material->albedo, vec3(0.22f, 0.22f, 0.23f), rail);
    return COVER_SOLID;
}

typedef struct StripLook {
    Kind kind;
    ShadeFn shade;
    float height;
} StripLook;

static const StripLook strip_looks[STRIP_COUNT] = {
    [STRIP_LANES] = { KIND_ROAD, shade_road, 0.0f },
    [STRIP_BAY] = { KIND_ROAD, shade_bay, 0.0f },
    [STRIP_WALK] = { KIND_SIDEWALK, shade_walk, kerb_height },
    [STRIP_VERGE] = { KIND_TERRAIN, shade_grass, kerb_height },
    [STRIP_TRACK] = { KIND_RAIL_TRACK, shade_track, 0.05f },
    [STRIP_GARDEN] = { KIND_TERRAIN, shade_grass, kerb_height },
};

/* A level piece of ground, in slabs that grow with distance so that the bend stays smooth. */
static void lay(Scene *scene, const Surface *surface, float left, float right, float start,
                float end, float height)
{
    mesh_begin(&scene->mesh, surface);
    for (float z = start, next; z < end; z = next) {
        next = z + 1.5f + 0.1f * (z > 0.0f ? z : 0.0f);
        if (next > end)
            next = end;
        const float place[4][2] = { { left, z }, { right, z }, { right, next }, { left, next } };
        Corner rim[4];

        for (int i = 0; i < 4; ++i) {
            const Vec3 at = vec3(place[i][0], height, place[i][1]);
            rim[i] = (Corner){ at, at, vec3(0.0f, 1.0f, 0.0f) };
        }
        mesh_quad(&scene->mesh, rim);
    }
}

/* The upright face of a kerb stone at x, looking towards the road. */
static void raise_kerb(Scene *scene, const Surface *surface, float x, float start, float end,
                       float top)
{
    const Vec3 normal = vec3(x < 0.0f ? 1.0f : -1.0f, 0.0f, 0.0f);

    mesh_begin(&scene->mesh, surface);
    for (float z = start, next; z < end; z = next) {
        next = z + 1.5f + 0.1f * (z > 0.0f ? z : 0.0f);
        if (next > end)
            next = end;
        const float place[4][2] = { { -0.06f, z }, { -0.06f, next }, { top, next }, { top, z } };
        Corner rim[4];

        for (int i = 0; i < 4; ++i)
            rim[i] =
                (Corner){ vec3(x, place[i][0], place[i][1]), vec3(x, 0.0f, place[i][1]), normal };
        mesh_quad(&scene->mesh, rim);
    }
}

static Surface ground_surface(const Scene *scene, Kind kind, ShadeFn shade)
{
    Surface surface = scene_group_surface(kind, shade, scene->street.paving);

    surface.pass = PASS_GROUND;
    surface.look = scene;
    return surface;
}

static void lay_strip(Scene *scene, const Strip *strip, float start, float end, bool is_paved,
                      float grassy)
{
    const StripLook *look = &strip_looks[strip->kind];
    const bool paves = is_paved && strip->kind == STRIP_GARDEN;
    Surface surface =
        ground_surface(scene, paves ? KIND_SIDEWALK : look->kind, paves ? shade_walk : look->shade);
    Surface kerb = ground_surface(scene, KIND_SIDEWALK, NULL);
    const bool is_outside = strip->left >= scene->street.sides[RIGHT].kerb ||
                            strip->right <= scene->street.sides[LEFT].kerb;

    surface.parameter[0] = strip->kind == STRIP_TRACK ? grassy : strip->kind == STRIP_WALK;
    lay(scene, &surface, strip->left, strip->right, start, end, look->height);
    kerb.colour = scene->street.kerb_colour;
    if (look->height > 0.0f && strip->kind != STRIP_GARDEN) {
        if (strip->left >= 0.0f || !is_outside)
            raise_kerb(scene, &kerb, strip->left, start, end, look->height);
        if (strip->right <= 0.0f || !is_outside)
            raise_kerb(scene, &kerb, strip->right, start, end, look->height);
    }
}

/* The same strips before and after the crossing, asphalt from end to end in it. */
void build_ground(Scene *scene, Random *random)
{
    static const float begin = -2.0f, end = 420.0f;
    const Street *street = &scene->street;
    const float crossing_start = street->crossing_start < end ? street->crossing_start : end;
    const float crossing_end = street->crossing_end < end ? street->crossing_end : end;
    const float grassy = random_chance(random, 0.5f) ? 1.0f : 0.0f;
    const bool is_paved = random_chance(random, 0.35f);
    Surface wide = ground_surface(scene, KIND_TERRAIN, shade_grass);
    const Surface road = ground_surface(scene, KIND_ROAD, shade_road);

    for (int i = 0; i < street->strip_count; ++i) {
        lay_strip(scene, &street->strips[i], begin, crossing_start, is_paved, grassy);
        if (crossing_end < end)
            lay_strip(scene, &street->strips[i], crossing_end, end, is_paved, grassy);
    }
    if (crossing_end > crossing_start)
        lay(scene, &road, -260.0f, 260.0f, crossing_start, crossing_end, 0.0f);
    lay(scene, &wide, -900.0f, 900.0f, begin, 900.0f, -0.06f);
}
