/* SPDX-License-Identifier: Apache-2.0 */
/* A person is a dozen capsules on a board, from back to front: far arm, far leg, near leg, trunk,
 * near arm, head. Local coordinates: x to the right, y up, in metres of a person of 1.75 m. */
#include "figures.h"

/* What a capsule shows. */
typedef enum Cloth {
    CLOTH_SKIN,
    CLOTH_HAIR,
    CLOTH_TOP,
    CLOTH_LEGS,
    CLOTH_SHOES,
    CLOTH_BAG,
    CLOTH_COUNT,
} Cloth;

typedef struct Capsule {
    Cloth cloth;
    float x0, y0, x1, y1;
    float radius0, radius1;
    float tone;
} Capsule;

enum {
    MAX_CAPSULES = 16
};

typedef struct Body {
    Capsule capsules[MAX_CAPSULES];
    int count;
} Body;

/* Poses as joints: hip and shoulder are fixed by the trunk, the rest is given. Metres, near side.
 */
typedef struct Joints {
    float hip_x, hip_y, shoulder_x, shoulder_y;
    float knee[2][2], foot[2][2], elbow[2][2], hand[2][2];
    float hip_spread, shoulder_spread; /* half widths: 0 from the side */
} Joints;

static void add(Body *body, Cloth cloth, const float from[2], const float to[2], float radius0,
                float radius1, float tone)
{
    if (body->count < MAX_CAPSULES)
        body->capsules[body->count++] =
            (Capsule){ cloth, from[0], from[1], to[0], to[1], radius0, radius1, tone };
}

static void add_leg(Body *body, const Joints *j, int i, float tone)
{
    const float side = i ? 1.0f : -1.0f;
    const float hip[2] = { j->hip_x + side * j->hip_spread, j->hip_y };
    const float toe[2] = { j->foot[i][0] + 0.13f * (j->hip_spread < 0.05f), j->foot[i][1] - 0.02f };

    add(body, CLOTH_SHOES, j->foot[i], toe, 0.055f, 0.045f, tone);
    add(body, CLOTH_LEGS, j->knee[i], j->foot[i], 0.075f, 0.055f, tone);
    add(body, CLOTH_LEGS, hip, j->knee[i], 0.10f, 0.075f, tone);
}

static void add_arm(Body *body, const Joints *j, int i, float tone)
{
    const float side = i ? 1.0f : -1.0f;
    const float shoulder[2] = { j->shoulder_x + side * j->shoulder_spread, j->shoulder_y - 0.03f };

    add(body, CLOTH_SKIN, j->hand[i], j->hand[i], 0.045f, 0.045f, tone);
    add(body, CLOTH_TOP, j->elbow[i], j->hand[i], 0.055f, 0.045f, tone);
    add(body, CLOTH_TOP, shoulder, j->elbow[i], 0.068f, 0.055f, tone);
}

static void add_head(Body *body, const Joints *j, bool shows_back)
{
    const float neck[2] = { j->shoulder_x, j->shoulder_y + 0.05f };
    const float face[2] = { j->shoulder_x + 0.02f, j->shoulder_y + 0.19f };
    const float hair[2] = { j->shoulder_x - 0.005f, j->shoulder_y + 0.225f };

    add(body, CLOTH_SKIN, neck, face, 0.052f, 0.088f, 0.9f);
    add(body, CLOTH_HAIR, hair, hair, 0.102f, 0.102f, 1.0f);
    if (!shows_back) {
        const float front[2] = { face[0] + 0.025f, face[1] - 0.015f };
        add(body, CLOTH_SKIN, front, front, 0.079f, 0.079f, 1.1f);
    }
}

static Body assemble(const Joints *j, bool shows_back, bool has_bag, float skirt)
{
    Body body = { .count = 0 };
    const float low[2] = { j->hip_x, j->hip_y - skirt },
                high[2] = { j->shoulder_x, j->shoulder_y - 0.10f };
    const float pack[2] = { j->shoulder_x - 0.12f, j->shoulder_y - 0.15f };
    const float pack_low[2] = { j->shoulder_x - 0.13f, j->shoulder_y - 0.38f };

    add_arm(&body, j, 0, 0.75f);
    add_leg(&body, j, 0, 0.75f);
    add_leg(&body, j, 1, 1.0f);
    add(&body, CLOTH_TOP, low, high, 0.14f + 0.25f * skirt + 0.3f * j->hip_spread,
        0.12f + 0.5f * j->shoulder_spread, 0.95f);
    if (has_bag)
        add(&body, CLOTH_BAG, pack_low, pack, 0.12f, 0.11f, 1.0f);
    add_head(&body, j, shows_back);
    add_arm(&body, j, 1, 1.05f);
    return body;
}

/* stride: -0.5..0.5, how far the legs are apart */
static Joints walking(float stride)
{
    const float s = stride;

    return (Joints){ 0.0f,
                     0.88f,
                     0.02f,
                     1.42f,
                     { { -0.30f * s, 0.48f }, { 0.45f * s, 0.49f } },
                     { { -0.75f * s, 0.10f + 0.08f * s }, { 0.60f * s, 0.06f } },
                     { { 0.25f * s, 1.14f }, { -0.30f * s, 1.13f } },
                     { { 0.48f * s, 0.92f }, { -0.38f * s, 0.88f } },
                     0.0f,
                     0.0f };
}

static Joints along(float stride)
{
    const float s = 0.12f * stride;

    return (Joints){ 0.0f,
                     0.88f,
                     0.0f,
                     1.42f,
                     { { -0.09f, 0.48f + s }, { 0.09f, 0.48f - s } },
                     { { -0.09f, 0.07f + s }, { 0.09f, 0.07f } },
                     { { -0.24f, 1.15f }, { 0.24f, 1.15f } },
                     { { -0.25f, 0.90f - s }, { 0.25f, 0.90f + s } },
                     0.085f,
                     0.17f };
}

static Joints riding(float saddle)
{
    return (Joints){ -0.12f,
                     saddle + 0.10f,
                     0.12f,
                     saddle + 0.60f,
                     { { 0.24f, saddle - 0.06f }, { 0.20f, saddle - 0.22f } },
                     { { 0.10f, saddle - 0.42f }, { 0.06f, saddle - 0.66f } },
                     { { 0.32f, saddle + 0.33f }, { 0.30f, saddle + 0.30f } },
                     { { 0.50f, saddle + 0.20f }, { 0.50f, saddle + 0.18f } },
                     0.0f,
                     0.0f };
}

static Joints riding_along(float saddle)
{
    return (Joints){ 0.0f,
                     saddle + 0.10f,
                     0.0f,
                     saddle + 0.58f,
                     { { -0.15f, saddle - 0.18f }, { 0.15f, saddle - 0.30f } },
                     { { -0.13f, saddle - 0.50f }, { 0.12f, saddle - 0.66f } },
                     { { -0.28f, saddle + 0.34f }, { 0.28f, saddle + 0.34f } },
                     { { -0.24f, saddle + 0.16f }, { 0.24f, saddle + 0.16f } },
                     0.10f,
                     0.16f };
}

/* What one person wears; chosen by the surface's seed. */
typedef struct Wardrobe {
    Vec3 cloths[CLOTH_COUNT];
} Wardrobe;

static const uint8_t skins[][3] = {
    { 226, 178, 150 }, { 204, 152, 120 }, { 150, 104, 78 }, { 96, 66, 50 }
};
static const uint8_t hairs[][3] = {
    { 40, 30, 24 }, { 84, 60, 40 }, { 168, 138, 90 }, { 120, 116, 112 }, { 22, 20, 20 }
};
static const uint8_t tops[][3] = { { 40, 44, 54 },    { 150, 40, 44 }, { 60, 88, 130 },
                                   { 200, 196, 186 }, { 84, 92, 70 },  { 24, 24, 26 },
                                   { 196, 150, 60 },  { 110, 70, 90 }, { 120, 124, 128 } };
static const uint8_t legs[][3] = {
    { 40, 48, 72 }, { 28, 28, 30 }, { 90, 84, 74 }, { 60, 66, 80 }, { 130, 118, 100 }
};

static Vec3 chosen(const uint8_t (*colours)[3], size_t count, uint32_t hash)
{
    const uint8_t *c = colours[hash % count];

    return rgb(c[0], c[1], c[2]);
}

static Wardrobe wardrobe(uint32_t seed, bool has_helmet)
{
    Wardrobe w;

    w.cloths[CLOTH_SKIN] = chosen(skins, sizeof skins / sizeof skins[0], noise_hash(seed, 1, 0));
    w.cloths[CLOTH_HAIR] = chosen(hairs, sizeof hairs / sizeof hairs[0], noise_hash(seed, 2, 0));
    w.cloths[CLOTH_TOP] = chosen(tops, sizeof tops / sizeof tops[0], noise_hash(seed, 3, 0));
    w.cloths[CLOTH_LEGS] = chosen(legs, sizeof legs / sizeof legs[0], noise_hash(seed, 4, 0));
    w.cloths[CLOTH_BAG] = chosen(tops, sizeof tops / sizeof tops[0], noise_hash(seed, 5, 0));
    w.cloths[CLOTH_SHOES] = rgb(34, 30, 28);
    if (has_helmet)
        w.cloths[CLOTH_HAIR] = w.cloths[CLOTH_BAG];
    return w;
}

/* How deep (x, y) lies in the capsule: 1 on its axis, 0 on its rim; also the place across. */
static float depth_in(const Capsule *c, float x, float y, float *ret_across)
{
    const float dx = c->x1 - c->x0, dy = c->y1 - c->y0, length = dx * dx + dy * dy;
    const float px = x - c->x0, py = y - c->y0;
    const float t = length > 1e-6f ? clamp((px * dx + py * dy) / length, 0.0f, 1.0f) : 0.0f;
    const float ox = px - t * dx, oy = py - t * dy;
    const float radius = mix(c->radius0, c->radius1, t);

    *ret_across = ox / radius;
    return 1.0f - (ox * ox + oy * oy) / (radius * radius);
}

static Joints joints_of(const Surface *surface)
{
    const float stride = surface->parameter[2];

    switch ((Pose)surface->parameter[0]) {
    case POSE_WALKING:
        return walking(stride);
    case POSE_RIDING:
        return riding(surface->parameter[3]);
    case POSE_RIDING_ALONG:
        return riding_along(surface->parameter[3]);
    case POSE_STANDING:
        return along(0.0f);
    default:
        return along(stride);
    }
}

/* parameter 0: Pose, 1: sign of x; 2 when the back shows, 2: stride, 3: saddle */
static Cover shade_person(const Surface *surface, const Fragment *at, Material *material)
{
    const bool is_mirrored = surface->parameter[1] < 0.0f;
    const bool shows_back = surface->parameter[1] > 1.5f || surface->parameter[1] < -1.5f;
    const Joints joints = joints_of(surface);
    const bool rides = surface->parameter[3] > 0.0f;
    const float skirt = !rides && surface->seed % 5U == 0U ? 0.3f : 0.02f;
    const Body body = assemble(&joints, shows_back, surface->seed % 3U == 0U, skirt);
    const Wardrobe clothes = wardrobe(surface->seed, rides);
    const float x = is_mirrored ? -at->local.x : at->local.x;
    const float folds =
        noise_fractal(surface->seed, x * 5.0f, at->local.y * 9.0f, 3, at->footprint * 9.0f);
    bool is_hit = false;

    for (int i = 0; i < body.count; ++i) {
        float across;
        const float depth = depth_in(&body.capsules[i], x, at->local.y, &across);

        if (depth <= 0.0f)
            continue;
        const float round = 0.62f + 0.38f * sqrtf(depth) - 0.12f * across;
        material->albedo = vec3_scale(clothes.cloths[body.capsules[i].cloth],
                                      body.capsules[i].tone * round * (0.65f + 0.7f * folds));
        is_hit = true;
    }
    return is_hit ? COVER_SOLID : COVER_NONE;
}

void figures_person(Scene *scene, Vec3 foot, const FigurePlan *plan, Random *random)
{
    Surface surface = plan->in_group
                          ? scene_group_surface(plan->kind, shade_person, vec3(0.0f, 0.0f, 0.0f))
                          : scene_surface(scene, plan->kind, shade_person, vec3(0.0f, 0.0f, 0.0f));
    const float size = random_between(random, 0.92f, 1.08f);
    Corner rim[4];

    surface.facing = FACING_UPRIGHT;
    surface.is_cut_out = true;
    surface.thick = 0.25f;
    surface.seed = random_bits(random);
    surface.parameter[0] = (float)plan->pose;
    surface.parameter[1] = (plan->mirrored ? -1.0f : 1.0f) * (plan->shows_back ? 2.0f : 1.0f);
    surface.parameter[2] = random_between(random, 0.2f, 0.55f);
    surface.parameter[3] = plan->saddle;
    mesh_begin(&scene->mesh, &surface);
    for (int i = 0; i < 4; ++i) {
        const float x = i == 1 || i == 2 ? 0.7f : -0.7f, y = i > 1 ? 2.0f : 0.0f;

        /* the board is turned a little towards the sky, as people are round */
        rim[i] = (Corner){ vec3_add(foot, vec3(x * size, y * size, 0.0f)), vec3(x, y, 0.0f),
                           vec3_unit(vec3(x * 0.6f, 0.35f, -0.8f)) };
    }
    mesh_quad(&scene->mesh, rim);
}
