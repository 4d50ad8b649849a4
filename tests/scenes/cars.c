/* SPDX-License-Identifier: Apache-2.0 */
/* Cars: a skin over rings along the car, whose height follows a profile; windows, lights and seams
 * are painted on it by place. Local coordinates: x to the right, y up, z ahead, from the middle. */
#include "vehicles.h"

enum {
    PROFILE = 12, /* points of a profile, rear to front */
    ARCH = 11,    /* points of a ring from right to left */
    RING = 12,    /* and the first again: closed below */
};

typedef struct CarShape {
    float length, half_width, height, belt;
    float profile[PROFILE][2];           /* share of the length, height in metres */
    float rear_window[2], windscreen[2]; /* shares of the length between which the glass is */
    float side_window[2], pillar, axles[2];
} CarShape;

static const CarShape hatchback = {
    4.0f,
    0.87f,
    1.47f,
    0.93f,
    { { 0.0f, 0.60f },
      { 0.02f, 0.92f },
      { 0.05f, 1.02f },
      { 0.15f, 1.40f },
      { 0.28f, 1.47f },
      { 0.50f, 1.46f },
      { 0.59f, 1.38f },
      { 0.74f, 1.00f },
      { 0.80f, 0.95f },
      { 0.95f, 0.80f },
      { 0.99f, 0.66f },
      { 1.0f, 0.48f } },
    { 0.055f, 0.14f },
    { 0.61f, 0.73f },
    { 0.13f, 0.70f },
    0.40f,
    { 0.18f, 0.81f },
};
static const CarShape saloon = {
    4.6f,
    0.89f,
    1.44f,
    0.92f,
    { { 0.0f, 0.58f },
      { 0.015f, 0.88f },
      { 0.15f, 0.97f },
      { 0.19f, 1.01f },
      { 0.31f, 1.37f },
      { 0.42f, 1.44f },
      { 0.53f, 1.43f },
      { 0.59f, 1.36f },
      { 0.73f, 0.98f },
      { 0.95f, 0.80f },
      { 0.99f, 0.64f },
      { 1.0f, 0.46f } },
    { 0.20f, 0.30f },
    { 0.61f, 0.72f },
    { 0.24f, 0.70f },
    0.45f,
    { 0.20f, 0.82f },
};
static const CarShape estate = {
    4.6f,
    0.89f,
    1.50f,
    0.95f,
    { { 0.0f, 0.60f },
      { 0.015f, 0.92f },
      { 0.03f, 1.02f },
      { 0.10f, 1.42f },
      { 0.20f, 1.49f },
      { 0.40f, 1.50f },
      { 0.52f, 1.48f },
      { 0.59f, 1.40f },
      { 0.72f, 1.00f },
      { 0.95f, 0.82f },
      { 0.99f, 0.66f },
      { 1.0f, 0.48f } },
    { 0.035f, 0.095f },
    { 0.60f, 0.71f },
    { 0.08f, 0.69f },
    0.44f,
    { 0.19f, 0.82f },
};
static const CarShape offroader = {
    4.5f,
    0.93f,
    1.70f,
    1.08f,
    { { 0.0f, 0.62f },
      { 0.012f, 1.02f },
      { 0.03f, 1.16f },
      { 0.09f, 1.60f },
      { 0.18f, 1.68f },
      { 0.40f, 1.70f },
      { 0.51f, 1.68f },
      { 0.57f, 1.60f },
      { 0.69f, 1.16f },
      { 0.94f, 0.99f },
      { 0.99f, 0.80f },
      { 1.0f, 0.55f } },
    { 0.035f, 0.085f },
    { 0.58f, 0.68f },
    { 0.09f, 0.66f },
    0.42f,
    { 0.19f, 0.82f },
};
static const CarShape van = {
    5.0f,
    0.96f,
    1.97f,
    1.18f,
    { { 0.0f, 0.55f },
      { 0.005f, 1.10f },
      { 0.012f, 1.80f },
      { 0.05f, 1.94f },
      { 0.20f, 1.97f },
      { 0.45f, 1.97f },
      { 0.62f, 1.95f },
      { 0.68f, 1.86f },
      { 0.82f, 1.22f },
      { 0.95f, 1.02f },
      { 0.99f, 0.82f },
      { 1.0f, 0.52f } },
    { 0.0055f, 0.0115f },
    { 0.69f, 0.81f },
    { 0.56f, 0.79f },
    0.40f,
    { 0.18f, 0.82f },
};

static const CarShape *const car_shapes[] = { &hatchback, &hatchback, &saloon, &saloon,
                                              &estate,    &offroader, &van };
static const float wheel_radius = 0.32f;

static const uint8_t paints[][3] = {
    { 168, 172, 176 }, { 30, 31, 34 },  { 214, 214, 210 }, { 92, 96, 100 },   { 34, 46, 84 },
    { 136, 24, 26 },   { 60, 62, 66 },  { 190, 192, 196 }, { 44, 72, 60 },    { 24, 26, 30 },
    { 120, 110, 92 },  { 60, 96, 140 }, { 176, 60, 30 },   { 228, 226, 218 }, { 196, 164, 44 },
};

Vec3 vehicles_paint(Random *random)
{
    const uint8_t *c = paints[random_below(random, (int)(sizeof paints / sizeof paints[0]))];

    return rgb(c[0], c[1], c[2]);
}

static float magnitude(float x)
{
    return x < 0.0f ? -x : x;
}

/* The height of the profile at a share t of the length. */
static float top_at(const CarShape *car, float t)
{
    for (int i = 1; i < PROFILE; ++i) {
        const float *a = car->profile[i - 1], *b = car->profile[i];

        if (t <= b[0])
            return mix(a[1], b[1], clamp((t - a[0]) / (b[0] - a[0]), 0.0f, 1.0f));
    }
    return car->profile[PROFILE - 1][1];
}

/* Half the width of the roof or of the flat of the bonnet. */
static float roof_half(const CarShape *car, float t)
{
    const float above = clamp((top_at(car, t) - car->belt) / (car->height - car->belt), 0.0f, 1.0f);

    return car->half_width * mix(0.92f, 0.74f, above);
}

static void ring_at(const CarShape *car, float t, float top, Vec3 ret_ring[RING])
{
    const float ends = magnitude(2.0f * t - 1.0f);
    const float half = car->half_width * (1.0f - 0.13f * ends * ends * ends * ends * ends);
    const float narrow = roof_half(car, t) / car->half_width;
    const float shoulder = top - 0.06f < car->belt ? top - 0.06f : car->belt;
    const float right[6][2] = {
        { 0.93f, 0.20f },        { 1.0f, 0.40f },        { 0.98f, shoulder },
        { narrow, top - 0.05f }, { 0.6f * narrow, top }, { 0.0f, top + 0.015f },
    };
    const float z = (t - 0.5f) * car->length;

    for (int i = 0; i < ARCH; ++i) {
        const float *p = right[i < 6 ? i : ARCH - 1 - i];
        ret_ring[i] = vec3((i < 6 ? 1.0f : -1.0f) * half * p[0], p[1], z);
    }
    ret_ring[ARCH] = ret_ring[0];
}

static bool in_range(float x, const float range[2])
{
    return x > range[0] && x < range[1];
}

static void paint_glass(Material *material, float depth)
{
    material->albedo = vec3_scale(vec3(0.018f, 0.021f, 0.023f), 0.6f + depth);
    material->mirror = 0.62f;
}

/* Windows; true when the place is one. */
static bool paint_window(const CarShape *car, Vec3 p, float t, Material *material)
{
    const float top = top_at(car, t), side = magnitude(p.x);
    const bool is_side = side > roof_half(car, t) - 0.01f;

    if (!is_side && p.y > car->belt + 0.02f && side < roof_half(car, t) - 0.07f &&
        (in_range(t, car->windscreen) || in_range(t, car->rear_window))) {
        paint_glass(material, 1.0f);
        return true;
    }
    if (is_side && p.y > car->belt + 0.03f && p.y < top - 0.1f && in_range(t, car->side_window) &&
        magnitude(t - car->pillar) > 0.012f) {
        paint_glass(material, (p.y - car->belt) * 2.0f);
        return true;
    }
    return false;
}

/* parameter 0: glow of the tail lamps, 1: of the head lamps */
static void paint_front(const CarShape *car, const Surface *surface, Vec3 p, Material *material)
{
    const float side = magnitude(p.x) / car->half_width, y = p.y - 0.26f * (car->belt - 0.93f);

    if (side > 0.52f && y > 0.58f && y < 0.74f) {
        material->albedo = vec3(0.5f, 0.52f, 0.54f);
        material->glow = vec3_scale(vec3(1.0f, 0.95f, 0.8f), surface->parameter[1]);
        material->mirror = 0.5f;
    } else if (side < 0.26f && y > 0.36f && y < 0.47f) {
        material->albedo = vec3(0.6f, 0.6f, 0.58f);
    } else if ((side < 0.5f && y > 0.50f && y < 0.64f) || (side < 0.7f && y > 0.26f && y < 0.36f)) {
        material->albedo = vec3(0.015f, 0.015f, 0.016f);
        material->mirror = 0.1f;
    }
}

static void paint_rear(const CarShape *car, const Surface *surface, Vec3 p, Material *material)
{
    const float side = magnitude(p.x) / car->half_width, y = p.y - (car->belt - 0.93f);

    if (side > 0.60f && y > 0.62f && y < 0.86f) {
        material->albedo =
            y > 0.72f && y < 0.77f ? vec3(0.4f, 0.3f, 0.28f) : vec3(0.34f, 0.015f, 0.012f);
        material->glow = vec3(surface->parameter[0], surface->parameter[0] * 0.06f, 0.0f);
        material->mirror = 0.3f;
    } else if (side < 0.29f && y > 0.56f && y < 0.67f) {
        material->albedo = vec3(0.62f, 0.62f, 0.58f);
        material->mirror = 0.0f;
    } else if (y < 0.46f && y > 0.43f) {
        material->albedo = vec3_scale(material->albedo, 0.4f);
    }
}

static void paint_side(const CarShape *car, Vec3 p, float t, Material *material)
{
    const float seams[3] = { car->side_window[0] + 0.08f, car->pillar, car->windscreen[1] - 0.02f };

    for (int i = 0; i < 2; ++i) {
        const float dz = p.z - (car->axles[i] - 0.5f) * car->length, dy = p.y - wheel_radius;

        if (dz * dz + dy * dy < 0.39f * 0.39f) {
            material->albedo = vec3(0.006f, 0.006f, 0.006f);
            material->mirror = 0.0f;
            return;
        }
    }
    for (int i = 0; i < 3; ++i) {
        const float off = (t - seams[i]) * car->length;

        if (magnitude(off) < 0.012f && p.y > 0.3f && p.y < car->belt)
            material->albedo = vec3_scale(material->albedo, 0.25f);
        if (i > 0 && off > -0.95f + 0.9f * (i == 1) && off < -0.75f + 0.9f * (i == 1) &&
            magnitude(p.y - 0.8f) < 0.02f)
            material->albedo = vec3_scale(material->albedo, 0.5f);
    }
}

static Cover shade_body(const Surface *surface, const Fragment *at, Material *material)
{
    const CarShape *car = surface->look;
    const Vec3 p = at->local;
    const float t = p.z / car->length + 0.5f;

    material->mirror = 0.28f;
    if (paint_window(car, p, t, material))
        return COVER_SOLID;
    if (p.y < 0.32f) { /* sills and bumpers near the ground, with dirt and in shade */
        material->albedo = vec3(0.014f, 0.014f, 0.014f);
        material->mirror = 0.03f;
        return COVER_SOLID;
    }
    material->albedo = vec3_scale(material->albedo, 0.8f + 0.2f * ramp(0.3f, 0.9f, p.y));
    if (t > 0.93f)
        paint_front(car, surface, p, material);
    else if (t < 0.03f)
        paint_rear(car, surface, p, material);
    if (magnitude(p.x) > 0.8f * car->half_width && t > 0.04f && t < 0.96f)
        paint_side(car, p, t, material);
    return COVER_SOLID;
}

Cover vehicles_shade_wheel(const Surface *surface, const Fragment *at, Material *material)
{
    const float y = at->local.y - surface->parameter[0], z = at->local.z - surface->parameter[1];
    const float square = (y * y + z * z) / (surface->parameter[0] * surface->parameter[0]);
    const float across = y * z / (y * y + z * z + 1e-6f);

    material->albedo = vec3(0.012f, 0.012f, 0.013f);
    if (square < 0.42f) {
        material->albedo = magnitude(across) < 0.2f || square < 0.03f ? vec3(0.34f, 0.34f, 0.35f)
                                                                      : vec3(0.11f, 0.11f, 0.12f);
        material->mirror = 0.25f;
    }
    return COVER_SOLID;
}

static void add_body(Mesh *mesh, const Frame *frame, const CarShape *car)
{
    Vec3 points[PROFILE + 2][RING];

    for (int i = 0; i < PROFILE; ++i)
        ring_at(car, car->profile[i][0], car->profile[i][1], points[i + 1]);
    for (int j = 0; j < RING; ++j) { /* the ends close in a point */
        points[0][j] = vec3(0.0f, 0.42f, points[1][j].z);
        points[PROFILE + 1][j] = vec3(0.0f, 0.38f, points[PROFILE][j].z);
    }
    mesh_skin(mesh, frame, &points[0][0], PROFILE + 2, RING);
}

static void add_wheels(Mesh *mesh, const Frame *frame, const CarShape *car, Surface *wheel)
{
    for (int i = 0; i < 4; ++i) {
        const float z = (car->axles[i / 2] - 0.5f) * car->length;
        const float x = (i % 2 ? 1.0f : -1.0f) * (car->half_width - 0.10f);

        wheel->parameter[0] = wheel_radius;
        wheel->parameter[1] = z;
        mesh_begin(mesh, wheel);
        mesh_wheel(mesh, frame, vec3(x, wheel_radius, z), wheel_radius, 0.115f);
    }
}

/* Mirrors on the doors. */
static void add_mirrors(Mesh *mesh, const Frame *frame, const CarShape *car, const Surface *paint)
{
    const float z = (car->windscreen[1] - 0.53f) * car->length, y = car->belt + 0.02f;

    mesh_begin(mesh, paint);
    mesh_box(mesh, frame, vec3(car->half_width, y, z),
             vec3(car->half_width + 0.17f, y + 0.14f, z + 0.1f));
    mesh_box(mesh, frame, vec3(-car->half_width - 0.17f, y, z),
             vec3(-car->half_width, y + 0.14f, z + 0.1f));
}

float vehicles_car(Scene *scene, const Frame *frame, Driving driving, Random *random)
{
    const int count = (int)(sizeof car_shapes / sizeof car_shapes[0]);
    const CarShape *car = car_shapes[random_below(random, count)];
    const Vec3 paint = vehicles_paint(random);
    Surface body = driving.in_group ? scene_group_surface(KIND_CAR, shade_body, paint)
                                    : scene_surface(scene, KIND_CAR, shade_body, paint);
    Surface part = body;

    body.look = car;
    if (!driving.is_parked) {
        body.parameter[0] = random_chance(random, 0.4f) ? 0.8f : 0.05f + 0.3f * scene->light.lit;
        body.parameter[1] = random_chance(random, 0.2f + 0.8f * scene->light.lit) ? 1.2f : 0.0f;
    }
    mesh_begin(&scene->mesh, &body);
    add_body(&scene->mesh, frame, car);
    part.shade = NULL;
    add_mirrors(&scene->mesh, frame, car, &part);
    part.shade = vehicles_shade_wheel;
    add_wheels(&scene->mesh, frame, car, &part);
    return car->length;
}
