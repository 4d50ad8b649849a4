/* SPDX-License-Identifier: Apache-2.0 */
/* What stands between the walk and the lots behind it: walls, fences, hedges. */
#include "plants.h"

/* local: x + z along, y up; parameter 0: height, 1: bricks rather than plaster */
static Cover shade_wall(const Surface *surface, const Fragment *at, Material *material)
{
    const float along = at->local.x + at->local.z, y = at->local.y;
    const float stain = noise_fractal(surface->seed, along * 0.5f, y, 4, at->footprint);
    const float v = y * 13.0f + 90.0f, u = along * 4.2f + 0.5f * (float)((int)v % 2) + 900.0f;
    const float grain =
        noise_grain(surface->seed + 1U, along, y, 1.3f * at->footprint, 1.3f * at->footprint);
    float tone = 0.5f + 0.6f * stain + 0.25f * grain;

    if (surface->parameter[1] > 0.0f) {
        const float joint = fraction(v) < 0.14f || fraction(u) < 0.05f ? 0.3f : 0.0f;
        const float stone = noise_cell(surface->seed, (int)u, (int)v) - 0.5f;

        tone += ramp(0.06f, 0.015f, at->footprint) * (joint + 0.4f * stone);
    }
    if (y > surface->parameter[0] - 0.12f) /* the coping */
        tone *= 1.35f;
    material->albedo = vec3_scale(surface->colour, tone);
    return COVER_SOLID;
}

static void build_wall(Scene *scene, float x, float start, float end, float height, Random *random)
{
    const bool is_brick = random_chance(random, 0.5f);
    const float grey = random_between(random, 0.16f, 0.4f);
    Surface wall = scene_group_surface(KIND_WALL, shade_wall,
                                       is_brick ? rgb(140, 90, 72)
                                                : vec3_scale(vec3(1.0f, 0.96f, 0.88f), grey));
    const float low = x < 0.0f ? -0.3f : 0.0f;

    wall.seed = random_bits(random);
    wall.parameter[0] = height;
    wall.parameter[1] = is_brick ? 1.0f : 0.0f;
    for (float z = start; z < end; z += 4.0f) {
        const Frame frame = frame_at(vec3(x, 0.0f, z), 0.0f);
        const float length = end - z < 4.0f ? end - z : 4.0f;

        mesh_begin(&scene->mesh, &wall);
        mesh_box(&scene->mesh, &frame, vec3(low, 0.0f, 0.0f), vec3(low + 0.3f, height, length));
    }
}

typedef enum FenceKind {
    FENCE_RAILING,
    FENCE_WIRE,
    FENCE_PLANKS,
    FENCE_KINDS,
} FenceKind;

/* local: z along, y up; parameter 0: height, 1: FenceKind. Between the bars one looks through. */
static Cover shade_fence(const Surface *surface, const Fragment *at, Material *material)
{
    const float along = at->local.z, y = at->local.y, height = surface->parameter[0];
    const bool on_post = fraction(along / 2.0f) < 0.035f;
    const bool on_rail = (y > height - 0.12f && y < height - 0.06f) || (y > 0.15f && y < 0.2f);

    switch ((FenceKind)surface->parameter[1]) {
    case FENCE_PLANKS: {
        const float plank = noise_cell(surface->seed, (int)(along * 7.0f + 99.0f), 0);
        const float gap = fraction(along * 7.0f) < 0.12f ? 0.35f : 1.0f;

        if (y > height - 0.12f * plank)
            return COVER_NONE;
        material->albedo = vec3_scale(surface->colour, gap * (0.75f + 0.5f * plank));
        return COVER_SOLID;
    }
    case FENCE_WIRE:
        return on_post || on_rail || fraction((along + y) * 9.0f) < 0.10f ||
                       fraction((along - y) * 9.0f + 90.0f) < 0.10f
                   ? COVER_SOLID
                   : COVER_VEIL;
    default:
        return on_post || on_rail || fraction(along * 8.0f) < 0.22f ? COVER_SOLID : COVER_VEIL;
    }
}

static void build_fence(Scene *scene, float x, float start, float end, float base, Random *random)
{
    const FenceKind kind = (FenceKind)random_below(random, FENCE_KINDS);
    const float height = kind == FENCE_RAILING ? random_between(random, 0.9f, 1.4f)
                                               : random_between(random, 1.1f, 1.9f);
    Surface fence = scene_group_surface(KIND_FENCE, shade_fence, rgb(70, 74, 74));
    const Vec3 out = vec3(x < 0.0f ? 1.0f : -1.0f, 0.0f, 0.0f);

    if (kind == FENCE_PLANKS)
        fence.colour = random_chance(random, 0.3f) ? rgb(200, 198, 190) : rgb(124, 98, 70);
    if (kind == FENCE_RAILING && random_chance(random, 0.4f))
        fence.colour = rgb(34, 38, 36);
    fence.seed = random_bits(random);
    fence.pass = PASS_VEIL;
    fence.is_cut_out = true;
    fence.parameter[0] = height;
    fence.parameter[1] = (float)kind;
    for (float z = start; z < end; z += 4.0f) {
        const Frame frame = frame_at(vec3(x, base, 0.0f), 0.0f);
        const float next = end - z < 4.0f ? end : z + 4.0f;
        const Vec3 rim[4] = {
            { 0.0f, 0.0f, z }, { 0.0f, 0.0f, next }, { 0.0f, height, next }, { 0.0f, height, z }
        };

        mesh_begin(&scene->mesh, &fence);
        mesh_patch(&scene->mesh, &frame, rim, out);
    }
}

/* In front of a lot: the lot's kind says what is likely. */
static void close_lot(Scene *scene, int side, const Lot *lot, Random *random)
{
    const float sign = side == LEFT ? -1.0f : 1.0f;
    const float x = scene->street.sides[side].front + sign * 0.15f;
    const int choice = random_below(random, 10);

    if (lot->kind == LOT_YARD || (lot->kind == LOT_VILLA && choice < 3))
        build_wall(scene, x, lot->start, lot->end, random_between(random, 0.9f, 2.6f), random);
    else if (choice < 6)
        build_fence(scene, x, lot->start, lot->end, 0.1f, random);
    else if (choice < 9)
        plants_hedge(scene, x, lot->start, lot->end, random_between(random, 0.9f, 2.0f), random);
    if (lot->kind == LOT_YARD && choice < 4)
        build_fence(scene, x - sign * 0.05f, lot->start, lot->end, 0.9f, random);
}

/* Railings that keep people off the road or the tracks. */
static void build_guard(Scene *scene, Random *random)
{
    const Street *street = &scene->street;
    const int side = random_below(random, 2);
    const float start = random_between(random, 8.0f, 20.0f);

    if (street->has_track && random_chance(random, 0.6f))
        build_fence(scene, 0.5f * (street->track_middle[LEFT] + street->track_middle[RIGHT]), start,
                    street->zebra_start < 8.0f ? 90.0f : street->zebra_start, 0.05f, random);
    else if (random_chance(random, 0.4f))
        build_fence(scene, street->sides[side].kerb + (side == LEFT ? -0.3f : 0.3f), start,
                    start + random_between(random, 8.0f, 25.0f), 0.13f, random);
}

void build_barriers(Scene *scene, Random *random)
{
    for (int side = LEFT; side <= RIGHT; ++side) {
        const Side *s = &scene->street.sides[side];

        for (int i = 0; i < s->lot_count; ++i) {
            const LotKind kind = s->lots[i].kind;

            if (s->lots[i].end > 0.0f &&
                (kind == LOT_PARK || kind == LOT_YARD || kind == LOT_VILLA))
                close_lot(scene, side, &s->lots[i], random);
        }
    }
    for (int side = LEFT; side <= RIGHT; ++side) {
        const Side *s = &scene->street.sides[side];
        const float x = s->kerb + (side == LEFT ? -0.4f : 0.4f);

        if (scene->street.is_walled[side])
            build_wall(scene, x, -2.0f, 240.0f, random_between(random, 0.8f, 4.0f), random);
    }
    build_guard(scene, random);
}
