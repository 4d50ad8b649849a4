/* SPDX-License-Identifier: Apache-2.0 */
/* Bicycles and motorcycles on boards. Local coordinates: x to the front, y up, metres from the
 * middle between the wheels. Inside a wheel one looks through: the label covers it, as annotators
 * do, but the colour is what lies behind. */
#include "figures.h"

typedef struct Tube {
    float x0, y0, x1, y1, radius;
    int paint; /* 0: frame, 1: black, 2: bright, 3: tail lamp */
} Tube;

static const Tube bicycle_side[] = {
    { -0.22f, 0.28f, 0.02f, 0.30f, 0.05f, 1 }, /* chain */
    { -0.52f, 0.34f, -0.14f, 0.30f, 0.018f, 0 }, { -0.52f, 0.34f, -0.20f, 0.72f, 0.018f, 0 },
    { -0.14f, 0.30f, -0.24f, 0.86f, 0.022f, 0 }, { -0.14f, 0.30f, 0.38f, 0.74f, 0.026f, 0 },
    { -0.21f, 0.74f, 0.36f, 0.84f, 0.024f, 0 },  { 0.52f, 0.34f, 0.35f, 0.92f, 0.020f, 0 },
    { 0.35f, 0.92f, 0.34f, 1.02f, 0.022f, 2 },   { 0.34f, 1.02f, 0.46f, 1.04f, 0.022f, 1 },
    { -0.36f, 0.89f, -0.12f, 0.90f, 0.035f, 1 }, { -0.10f, 0.18f, -0.06f, 0.18f, 0.03f, 1 },
};
static const Tube bicycle_end[] = {
    { 0.0f, 0.05f, 0.0f, 0.64f, 0.030f, 1 },    { 0.0f, 0.60f, 0.0f, 0.98f, 0.024f, 0 },
    { -0.28f, 1.02f, 0.28f, 1.02f, 0.022f, 1 }, { -0.09f, 0.88f, 0.09f, 0.88f, 0.035f, 1 },
    { -0.14f, 0.22f, 0.14f, 0.30f, 0.024f, 1 }, { 0.0f, 0.62f, 0.0f, 0.66f, 0.03f, 3 },
};
static const Tube motorcycle_side[] = {
    { -0.30f, 0.36f, 0.30f, 0.40f, 0.17f, 1 },  { -0.62f, 0.33f, -0.10f, 0.40f, 0.05f, 2 },
    { 0.10f, 0.72f, 0.36f, 0.78f, 0.15f, 0 },   { -0.72f, 0.74f, -0.10f, 0.72f, 0.08f, 1 },
    { -0.86f, 0.80f, -0.66f, 0.74f, 0.06f, 0 }, { 0.66f, 0.33f, 0.46f, 0.98f, 0.045f, 2 },
    { 0.50f, 0.84f, 0.56f, 0.90f, 0.11f, 0 },   { 0.28f, 1.04f, 0.46f, 1.02f, 0.03f, 1 },
    { 0.52f, 1.02f, 0.44f, 1.20f, 0.03f, 2 },   { -0.90f, 0.30f, -0.30f, 0.26f, 0.06f, 2 },
};
static const Tube motorcycle_end[] = {
    { 0.0f, 0.08f, 0.0f, 0.60f, 0.085f, 1 },    { 0.0f, 0.62f, 0.0f, 0.84f, 0.15f, 0 },
    { -0.36f, 1.04f, 0.36f, 1.04f, 0.028f, 1 }, { -0.10f, 0.70f, 0.10f, 0.70f, 0.05f, 3 },
    { 0.16f, 0.30f, 0.17f, 0.52f, 0.07f, 2 },   { -0.38f, 1.16f, -0.34f, 1.20f, 0.05f, 1 },
    { 0.34f, 1.20f, 0.38f, 1.16f, 0.05f, 1 },   { -0.10f, 0.54f, 0.10f, 0.54f, 0.06f, 2 },
};

typedef struct CycleShape {
    const Tube *tubes;
    int count;
    float axle, wheel, tyre; /* x of the axles, radius, thickness; wheel 0: seen from its end */
} CycleShape;

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))
static const CycleShape cycle_shapes[2][2] = {
    { { bicycle_side, COUNT(bicycle_side), 0.52f, 0.34f, 0.022f },
      { bicycle_end, COUNT(bicycle_end), 0.0f, 0.0f, 0.0f } },
    { { motorcycle_side, COUNT(motorcycle_side), 0.66f, 0.33f, 0.07f },
      { motorcycle_end, COUNT(motorcycle_end), 0.0f, 0.0f, 0.0f } },
};
#undef COUNT

static bool in_tube(const Tube *tube, float x, float y, float *ret_depth)
{
    const float dx = tube->x1 - tube->x0, dy = tube->y1 - tube->y0;
    const float px = x - tube->x0, py = y - tube->y0, length = dx * dx + dy * dy;
    const float t = length > 0.0f ? clamp((px * dx + py * dy) / length, 0.0f, 1.0f) : 0.0f;
    const float ox = px - t * dx, oy = py - t * dy;

    *ret_depth = 1.0f - (ox * ox + oy * oy) / (tube->radius * tube->radius);
    return *ret_depth > 0.0f;
}

static Cover paint_wheels(const CycleShape *shape, float x, float y, Material *material)
{
    const float dx = (x < 0.0f ? -x : x) - shape->axle, dy = y - shape->wheel;
    const float out = sqrtf(dx * dx + dy * dy);
    const float cross = dx * dy / (out * out + 1e-6f);

    if (shape->wheel <= 0.0f || out > shape->wheel)
        return COVER_NONE;
    if (out > shape->wheel - 2.0f * shape->tyre || out < 0.04f + shape->tyre) {
        material->albedo = vec3(0.013f, 0.013f, 0.014f);
        return COVER_SOLID;
    }
    if (cross * cross < 0.0016f || cross * cross > 0.24f) { /* spokes */
        material->albedo = vec3(0.25f, 0.25f, 0.26f);
        return COVER_SOLID;
    }
    return COVER_VEIL;
}

/* parameter 0: sign of x */
static Cover shade_cycle(const Surface *surface, const Fragment *at, Material *material)
{
    static const Vec3 fixed[4] = { { 0.0f, 0.0f, 0.0f },
                                   { 0.018f, 0.018f, 0.02f },
                                   { 0.3f, 0.3f, 0.31f },
                                   { 0.4f, 0.02f, 0.02f } };
    const CycleShape *shape = surface->look;
    const float x = at->local.x * surface->parameter[0], y = at->local.y;
    Cover cover = paint_wheels(shape, x, y, material);

    for (int i = 0; i < shape->count; ++i) {
        const Tube *tube = &shape->tubes[i];
        float depth;

        if (!in_tube(tube, x, y, &depth))
            continue;
        material->albedo =
            vec3_scale(tube->paint ? fixed[tube->paint] : surface->colour, 0.5f + 0.6f * depth);
        material->glow = vec3(tube->paint == 3 ? 0.25f : 0.0f, 0.0f, 0.0f);
        material->mirror = tube->paint == 1 ? 0.0f : 0.15f;
        cover = COVER_SOLID;
    }
    return cover;
}

static const uint8_t cycle_paints[][3] = { { 150, 30, 30 },   { 30, 60, 110 }, { 30, 30, 32 },
                                           { 190, 190, 186 }, { 40, 96, 70 },  { 190, 120, 30 } };

void figures_cycle(Scene *scene, Vec3 foot, Kind kind, CycleView view, bool mirrored, bool in_group,
                   Random *random)
{
    const uint8_t *c = cycle_paints[random_below(random, 6)];
    const Vec3 paint = rgb(c[0], c[1], c[2]);
    Surface surface = in_group ? scene_group_surface(kind, shade_cycle, paint)
                               : scene_surface(scene, kind, shade_cycle, paint);
    const Frame frame = frame_at(foot, 0.0f);
    const float half = view == CYCLE_SIDE ? 1.05f : 0.45f;

    surface.look = &cycle_shapes[kind == KIND_MOTORCYCLE][view];
    surface.pass = PASS_VEIL;
    surface.facing = FACING_UPRIGHT;
    surface.is_cut_out = true;
    surface.thick = 0.1f;
    surface.parameter[0] = mirrored ? -1.0f : 1.0f;
    mesh_begin(&scene->mesh, &surface);
    mesh_board(&scene->mesh, &frame, -half, 0.0f, half, 1.25f, 0.0f);
}
