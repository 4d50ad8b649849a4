/* SPDX-License-Identifier: Apache-2.0 */
/* Trees, bushes and hedges. A crown is a heap of boards that face the camera, each cut out by noise
 * and shaded like a ball, so that it is ragged at every distance. */
#include "plants.h"

#include <stddef.h>

static float larger(float a, float b)
{
    return a > b ? a : b;
}

/* local: -1..1 across the ball; parameter 0: radius in metres, 1: how ragged, 2: 0..1 in the crown
 */
static Cover shade_leaves(const Surface *surface, const Fragment *at, Material *material)
{
    const float radius = surface->parameter[0];
    const float x = at->local.x * radius, y = at->local.y * radius;
    const float shift = at->local.z * 7.0f;
    const float footprint = at->footprint;
    const float clumps =
        noise_fractal(surface->seed, x * 1.6f + shift, y * 1.6f - shift, 3, footprint * 1.6f);
    const float leaves =
        noise_fractal(surface->seed + 1U, x * 7.0f, y * 7.0f + shift, 3, footprint * 7.0f);
    const float grain = noise_grain(surface->seed + 2U, x + 3.0f * shift, y,
                                    larger(0.03f, 1.3f * footprint), larger(0.03f, footprint)) -
                        0.5f;
    const float out = at->local.x * at->local.x + at->local.y * at->local.y;
    const float ragged = surface->parameter[1];
    const float density = leaves + 0.45f * grain;

    if (out > 0.95f - ragged * (0.95f - clumps) - 0.8f * (0.6f - density))
        return COVER_NONE;
    const float tone =
        0.38f + 0.6f * (clumps - 0.3f) + 1.3f * (density - 0.4f) + 0.25f * at->local.y;
    material->albedo = vec3_scale(
        vec3_mix(surface->colour, surface->accent, ramp(0.45f, 0.75f, clumps + 0.4f * grain)),
        larger(tone, 0.12f));
    if (density < 0.36f) /* one looks into the crown */
        material->albedo = vec3_scale(material->albedo, 0.35f);
    return COVER_SOLID;
}

/* The same without leaves: twigs, between which one looks through. */
static Cover shade_twigs(const Surface *surface, const Fragment *at, Material *material)
{
    const float radius = surface->parameter[0], shift = at->local.z * 7.0f;
    const float x = at->local.x * radius + shift, y = at->local.y * radius;
    const float out = at->local.x * at->local.x + at->local.y * at->local.y;
    const float clumps = noise_fractal(surface->seed, x * 1.2f, y * 1.2f, 3, at->footprint);

    if (out > 0.95f - surface->parameter[1] * (0.9f - clumps))
        return COVER_NONE;
    const float grain = noise_grain(surface->seed + 9U, x, y, at->footprint, at->footprint);
    const float bend = noise_value(surface->seed + 3U, x * 1.5f, y * 1.5f);
    const float fine = noise_ridge(surface->seed + 1U, x * 7.0f + bend, y * 3.0f);
    const float finer = noise_ridge(surface->seed + 2U, x * 6.0f - y * 6.0f, y * 5.0f + bend);
    const float width = 0.02f + 1.2f * grain * at->footprint;

    if (fine < width || finer < width) {
        material->albedo = vec3_scale(surface->colour, 0.6f + 0.6f * grain);
        return COVER_SOLID;
    }
    return COVER_VEIL;
}

static Cover shade_bark(const Surface *surface, const Fragment *at, Material *material)
{
    const float grain = noise_fractal(surface->seed, at->local.x * 12.0f + at->local.z * 9.0f,
                                      at->local.y * 2.5f, 3, at->footprint * 12.0f);

    material->albedo = vec3_scale(surface->colour, 0.5f + grain);
    return COVER_SOLID;
}

/* A ball of leaves: the corners' normals point outwards, so light falls on it as on a ball. */
static void add_ball(Mesh *mesh, Vec3 middle, float radius, float salt)
{
    static const float corners[4][2] = {
        { -1.0f, -1.0f }, { 1.0f, -1.0f }, { 1.0f, 1.0f }, { -1.0f, 1.0f }
    };
    Corner rim[4];

    for (int i = 0; i < 4; ++i) {
        const float x = corners[i][0], y = corners[i][1];
        const Vec3 at = vec3_add(middle, vec3(x * radius, y * radius, 0.0f));

        rim[i] =
            (Corner){ at, vec3(x, y, salt), vec3_unit(vec3(0.8f * x, 0.8f * y + 0.2f, -0.6f)) };
    }
    mesh_quad(mesh, rim);
}

/* Crowns as a table: half width and half height relative to the tree's height, where the middle is,
 * and the size of the balls. */
typedef struct TreeShape {
    float half_width, half_height, middle, ball;
    int balls;
} TreeShape;

static const TreeShape tree_shapes[] = {
    { 0.30f, 0.30f, 0.66f, 0.48f, 13 }, /* lime */
    { 0.38f, 0.26f, 0.68f, 0.42f, 15 }, /* plane */
    { 0.15f, 0.42f, 0.56f, 0.80f, 11 }, /* poplar */
    { 0.26f, 0.36f, 0.60f, 0.52f, 12 }, /* maple */
};

/* Leaves in sun and shade: spring, summer, dark summer, olive, autumn. */
static const uint8_t greens[][2][3] = {
    { { 92, 116, 42 }, { 132, 150, 62 } }, { { 62, 92, 40 }, { 96, 122, 52 } },
    { { 46, 72, 40 }, { 70, 98, 50 } },    { { 84, 90, 48 }, { 120, 122, 66 } },
    { { 130, 92, 34 }, { 176, 128, 46 } },
};

void plants_colour(Surface *surface, Random *random)
{
    const int rare = random_chance(random, 0.12f) ? 4 : random_below(random, 4);
    const float tone = random_between(random, 0.75f, 1.1f);
    const uint8_t(*g)[3] = greens[rare];

    surface->colour = vec3_scale(rgb(g[0][0], g[0][1], g[0][2]), tone);
    surface->accent = vec3_scale(rgb(g[1][0], g[1][1], g[1][2]), tone);
    surface->seed = random_bits(random);
}

static Surface leaf_surface(float radius, float ragged, Random *random)
{
    Surface leaves = scene_group_surface(KIND_VEGETATION, shade_leaves, vec3(0.0f, 0.0f, 0.0f));

    plants_colour(&leaves, random);
    leaves.facing = FACING_ALL;
    leaves.is_cut_out = true;
    leaves.thick = 0.9f * radius;
    leaves.parameter[0] = radius;
    leaves.parameter[1] = ragged;
    return leaves;
}

/* Boughs, their branches and theirs, as ribbons from `from` outwards. */
static void add_branches(Scene *scene, const Frame *frame, Vec3 from, Vec3 way, float radius,
                         int level, Random *random)
{
    const Vec3 to = vec3_add(from, way);
    const float length = sqrtf(vec3_dot(way, way));

    mesh_ribbon(&scene->mesh, frame, from, to, radius, radius * 0.5f);
    for (int i = 0; level > 0 && i < 4; ++i) {
        const float along = 0.35f + 0.2f * (float)i;
        const Vec3 aside = vec3_scale(
            random_point(random, vec3(-0.65f, -0.1f, -0.4f), vec3(0.65f, 0.5f, 0.4f)), length);

        add_branches(scene, frame, vec3_add(from, vec3_scale(way, along)),
                     vec3_add(vec3_scale(way, 0.35f), aside), radius * 0.5f, level - 1, random);
    }
}

static void add_trunk(Scene *scene, Vec3 foot, float height, bool is_bare, Random *random)
{
    Surface bark = scene_group_surface(KIND_VEGETATION, shade_bark, rgb(96, 82, 68));
    const Frame frame = frame_at(foot, 0.0f);
    const float radius = height * random_between(random, 0.016f, 0.026f);
    const float lean = random_between(random, -0.03f, 0.03f) * height;
    const Vec3 fork = vec3(lean, height * 0.45f, 0.0f);

    bark.seed = random_bits(random);
    mesh_begin(&scene->mesh, &bark);
    mesh_bar(&scene->mesh, &frame, vec3(0.0f, -0.1f, 0.0f), fork, radius, radius * 0.7f);
    for (int i = 0; i < 4; ++i) {
        const Vec3 tip = vec3_scale(
            random_point(random, vec3(-0.2f, 0.65f, -0.15f), vec3(0.2f, 0.9f, 0.15f)), height);
        mesh_bar(&scene->mesh, &frame, fork, tip, radius * 0.55f, radius * 0.15f);
        if (is_bare)
            add_branches(scene, &frame, fork, vec3_sub(tip, fork), radius * 0.5f, 3, random);
    }
}

/* A point in the unit ball, by refusing those outside. */
static Vec3 in_ball(Random *random)
{
    for (;;) {
        const Vec3 p = random_point(random, vec3(-1.0f, -1.0f, -1.0f), vec3(1.0f, 1.0f, 1.0f));

        if (vec3_dot(p, p) <= 1.0f)
            return p;
    }
}

void plants_tree(Scene *scene, Vec3 foot, float height, Random *random)
{
    const int count = (int)(sizeof tree_shapes / sizeof tree_shapes[0]);
    const TreeShape *shape = &tree_shapes[random_below(random, count)];
    const float half = shape->half_width * height;
    const float ragged = random_between(random, 0.55f, 0.8f);
    const bool is_bare = random_chance(random, scene->street.bare);
    Surface leaves = leaf_surface(shape->ball * half * 1.25f, ragged, random);

    if (is_bare) {
        leaves.shade = shade_twigs;
        leaves.pass = PASS_VEIL;
        leaves.colour = vec3_scale(rgb(92, 80, 70), random_between(random, 0.5f, 1.1f));
    }
    add_trunk(scene, foot, height, is_bare, random);
    mesh_begin(&scene->mesh, &leaves);
    for (int i = 0; i < shape->balls; ++i) {
        const Vec3 p = vec3_scale(in_ball(random), 0.8f);
        const Vec3 middle =
            vec3(p.x * half, height * (shape->middle + p.y * shape->half_height), p.z * half);
        add_ball(&scene->mesh, vec3_add(foot, middle), leaves.parameter[0], (float)i);
    }
}

void plants_bush(Scene *scene, Vec3 foot, float radius, Random *random)
{
    const Surface leaves = leaf_surface(radius, 0.4f, random);

    mesh_begin(&scene->mesh, &leaves);
    for (int i = 0; i < 4; ++i) {
        const Vec3 offset = vec3_scale(
            random_point(random, vec3(-0.7f, 0.3f, -0.5f), vec3(0.7f, 0.9f, 0.5f)), radius);
        add_ball(&scene->mesh, vec3_add(foot, offset), radius, (float)i);
    }
}

/* local: x along the hedge, y up; parameter 0: its height; the upper rim is ragged */
static Cover shade_hedge(const Surface *surface, const Fragment *at, Material *material)
{
    const float x = at->local.x + at->local.z, y = at->local.y;
    const float leaves = noise_fractal(surface->seed, x * 8.0f, y * 8.0f, 3, at->footprint * 8.0f);
    const float clumps = noise_fractal(surface->seed + 1U, x * 1.2f, y * 1.2f, 3, at->footprint);

    if (y > surface->parameter[0] - 0.35f * clumps - 0.1f * leaves)
        return COVER_NONE;
    const float grain = noise_grain(surface->seed + 2U, x, y, larger(0.025f, at->footprint),
                                    larger(0.025f, at->footprint));
    const float tone =
        larger(0.1f, 0.3f + 0.4f * clumps + 1.0f * (leaves - 0.35f) + 0.5f * (grain - 0.5f));
    material->albedo =
        vec3_mix(vec3_scale(surface->colour, tone), vec3_scale(surface->accent, tone), clumps);
    return COVER_SOLID;
}

void plants_hedge(Scene *scene, float x, float start, float end, float height, Random *random)
{
    Surface hedge = scene_group_surface(KIND_VEGETATION, shade_hedge, vec3(0.0f, 0.0f, 0.0f));
    const float out = x < 0.0f ? -0.9f : 0.9f;

    plants_colour(&hedge, random);
    hedge.is_cut_out = true;
    hedge.parameter[0] = height;
    /* pieces, so that it is sorted and bent like everything else */
    for (float z = start; z < end; z += 4.0f) {
        const Frame frame = frame_at(vec3(x, 0.0f, z), 0.0f);
        const float length = end - z < 4.0f ? end - z : 4.0f;

        mesh_begin(&scene->mesh, &hedge);
        mesh_box(&scene->mesh, &frame, vec3(out < 0.0f ? out : 0.0f, 0.0f, 0.0f),
                 vec3(out < 0.0f ? 0.0f : out, height, length));
    }
}

/* Trees in a row along the kerb. */
static void plant_row(Scene *scene, int side, Random *random)
{
    const Side *s = &scene->street.sides[side];
    const float sign = side == LEFT ? -1.0f : 1.0f;
    const float x =
        scene->street.has_verge[side] ? 0.5f * (s->kerb + s->walk_inner) : s->kerb + sign * 0.75f;
    const float spacing = random_between(random, 8.0f, 17.0f);
    const float height = random_between(random, 5.0f, 10.0f);

    for (float z = random_between(random, 5.0f, 14.0f); z < 230.0f; z += spacing) {
        const Lot *lot = street_lot(&scene->street, side, z);
        const float jitter = random_between(random, -0.8f, 0.8f);

        if (random_chance(random, 0.15f) || (lot && lot->kind == LOT_GAP))
            continue;
        plants_tree(scene, vec3(x, 0.13f, z + jitter), height * random_between(random, 0.8f, 1.2f),
                    random);
    }
}

static void plant_lot(Scene *scene, int side, const Lot *lot, Random *random)
{
    const float sign = side == LEFT ? -1.0f : 1.0f;
    const float front = scene->street.sides[side].front;
    const float length = lot->end - lot->start;
    const int trees = lot->kind == LOT_VILLA ? random_below(random, 5)
                                             : (int)(length / random_between(random, 2.0f, 4.5f));

    for (int i = 0; i < trees; ++i) {
        const float depth = lot->kind == LOT_VILLA ? random_between(random, 1.2f, 3.0f)
                                                   : random_between(random, 2.0f, 24.0f);
        const float z = lot->start + random_between(random, 0.5f, length);

        plants_tree(scene, vec3(front + sign * depth, 0.0f, z),
                    random_between(random, 5.0f, lot->kind == LOT_VILLA ? 8.0f : 14.0f), random);
    }
    for (int i = 0; i < 5; ++i) {
        const float depth = random_between(random, 0.8f, 3.2f);
        const float z = lot->start + random_between(random, 0.0f, length);

        plants_bush(scene, vec3(front + sign * depth, 0.1f, z), random_between(random, 0.4f, 1.2f),
                    random);
    }
}

/* Woods on the horizon, so that the world does not end in a line. */
static void plant_horizon(Scene *scene, Random *random)
{
    const Surface leaves = leaf_surface(9.0f, 0.4f, random);

    mesh_begin(&scene->mesh, &leaves);
    for (float x = -420.0f; x < 420.0f; x += 6.0f) {
        const float radius = random_between(random, 6.0f, 11.0f);
        const Vec3 middle = vec3(x, 0.3f * radius, random_between(random, 340.0f, 390.0f));

        add_ball(&scene->mesh, middle, radius, (float)random_below(random, 64));
    }
}

void build_plants(Scene *scene, Random *random)
{
    for (int side = LEFT; side <= RIGHT; ++side) {
        const Side *s = &scene->street.sides[side];
        const bool has_verge = scene->street.has_verge[side];

        if (random_chance(random, has_verge ? 0.8f : 0.42f))
            plant_row(scene, side, random);
        for (int i = 0; i < s->lot_count; ++i) {
            const Lot *lot = &s->lots[i];

            if (lot->end > 0.0f &&
                (lot->kind == LOT_PARK || lot->kind == LOT_YARD || lot->kind == LOT_VILLA))
                plant_lot(scene, side, lot, random);
        }
    }
    plant_horizon(scene, random);
}
