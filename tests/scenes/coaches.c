/* SPDX-License-Identifier: Apache-2.0 */
/* Large vehicles, made of boxes with rounded edges: trucks, buses, trams. A box's paint is chosen
 * by place: front, rear, sides, roof. Local coordinates are as for cars. */
#include "vehicles.h"

enum {
    RING = 10
}; /* points of a box's cross-section, right to left, closed below */

typedef enum Livery {
    LIVERY_CARGO, /* a closed body, perhaps with a broad stripe */
    LIVERY_CAB,   /* a truck's cab */
    LIVERY_BUS,
    LIVERY_TRAM,
    LIVERY_CHASSIS,
} Livery;

/* One box: a part of a vehicle. */
typedef struct Box {
    Livery livery;
    float half_width, bottom, top, start, end; /* metres; start, end: z */
    float taper; /* how much the nose (and the tail of a tram) slopes back at the top, in metres */
} Box;

static float magnitude(float x)
{
    return x < 0.0f ? -x : x;
}

static void paint_glass(Material *material, float tone)
{
    material->albedo = vec3_scale(vec3(0.02f, 0.024f, 0.027f), tone);
    material->mirror = 0.65f;
}

/* Lamps low on both sides of an end; true when the place is one. */
static bool paint_lamps(const Box *box, Vec3 p, bool is_front, float glow, Material *material)
{
    const float side = magnitude(p.x) / box->half_width, up = p.y - box->bottom;

    if (side < 0.66f || side > 0.94f || up < 0.25f || up > 0.5f)
        return false;
    material->albedo = is_front ? vec3(0.5f, 0.5f, 0.48f) : vec3(0.32f, 0.015f, 0.012f);
    material->glow = vec3_scale(is_front ? vec3(1.0f, 0.95f, 0.8f) : vec3(0.8f, 0.04f, 0.0f), glow);
    return true;
}

/* The front of bus, tram and cab: one large pane, a line of text above it, lamps below. */
static void paint_front(const Box *box, Vec3 p, Material *material)
{
    const float height = box->top - box->bottom;
    const float up = (p.y - box->bottom) / height, side = magnitude(p.x) / box->half_width;

    if (box->livery == LIVERY_CARGO || paint_lamps(box, p, true, 0.7f, material))
        return;
    if (up > 0.80f && up < 0.93f && side < 0.72f && box->livery != LIVERY_CAB) {
        material->albedo = vec3(0.01f, 0.01f, 0.01f);
        if (fraction(p.x * 5.0f) < 0.6f && up > 0.83f && up < 0.9f)
            material->glow = vec3(0.9f, 0.42f, 0.05f);
    } else if (up > 0.38f && up < 0.79f && side < 0.9f) {
        paint_glass(material, 0.6f + up);
    } else if (box->livery == LIVERY_CAB && up > 0.12f && up < 0.33f && side < 0.6f) {
        material->albedo = vec3_scale(vec3(0.02f, 0.02f, 0.02f), fraction(up * 20.0f) + 0.5f);
    }
}

static void paint_rear(const Box *box, Vec3 p, Material *material)
{
    const float height = box->top - box->bottom;
    const float up = (p.y - box->bottom) / height, side = magnitude(p.x) / box->half_width;

    if (box->livery == LIVERY_TRAM) {
        paint_front(box, p, material);
        return;
    }
    if (box->livery != LIVERY_CARGO && paint_lamps(box, p, false, 0.25f, material))
        return;
    if (box->livery == LIVERY_BUS && up > 0.52f && up < 0.82f && side < 0.8f)
        paint_glass(material, 1.0f);
    else if (box->livery == LIVERY_BUS && up > 0.1f && up < 0.4f && side < 0.55f)
        material->albedo = vec3_scale(vec3(0.03f, 0.03f, 0.03f), 0.5f + fraction(up * 25.0f));
    else if (box->livery == LIVERY_CARGO && side < 0.02f) /* two wings of a door */
        material->albedo = vec3_scale(material->albedo, 0.3f);
}

static void paint_side(const Surface *surface, const Box *box, Vec3 p, Material *material)
{
    const float height = box->top - box->bottom;
    const float up = (p.y - box->bottom) / height;
    const float along = fraction(p.z / 1.55f + 20.0f);
    const bool is_door = fraction(p.z / 6.2f + 20.3f) < 0.2f;

    switch (box->livery) {
    case LIVERY_BUS:
    case LIVERY_TRAM:
        if (up > (is_door ? 0.12f : 0.42f) && up < 0.80f && along > 0.06f)
            paint_glass(material, 0.7f + 0.5f * up);
        else if (up > 0.16f && up < 0.3f)
            material->albedo = surface->accent;
        break;
    case LIVERY_CAB:
        if (up > 0.42f && up < 0.8f && p.z > box->start + 0.6f && p.z < box->end - 0.25f)
            paint_glass(material, 1.0f);
        break;
    case LIVERY_CARGO:
        if (up > 0.35f && up < 0.65f && fraction(p.z * 0.9f + 9.0f) < 0.7f &&
            noise_cell(surface->seed, (int)(p.z * 3.0f + 50.0f), (int)(up * 20.0f)) < 0.5f)
            material->albedo = surface->accent;
        break;
    default:
        break;
    }
}

/* parameter 0: the box's share of light, for parts below others */
static Cover shade_box(const Surface *surface, const Fragment *at, Material *material)
{
    const Box *box = surface->look;
    const Vec3 p = at->local;
    const float nose =
        box->taper * clamp((p.y - box->bottom) / (box->top - box->bottom), 0.0f, 1.0f);

    material->mirror = 0.16f;
    if (box->livery == LIVERY_CHASSIS) {
        material->albedo = vec3(0.02f, 0.02f, 0.02f);
        material->mirror = 0.0f;
        return COVER_SOLID;
    }
    if (p.y > box->top - 0.1f || p.y < box->bottom + 0.1f) {
        material->albedo = vec3_scale(material->albedo, p.y > box->top - 0.1f ? 0.9f : 0.3f);
        return COVER_SOLID;
    }
    if (p.z > box->end - nose - 0.12f)
        paint_front(box, p, material);
    else if (p.z < box->start + 0.12f + (box->livery == LIVERY_TRAM ? nose : 0.0f))
        paint_rear(box, p, material);
    else if (magnitude(p.x) > 0.9f * box->half_width)
        paint_side(surface, box, p, material);
    return COVER_SOLID;
}

static void ring_at(const Box *box, float z, float inset, float slope, Vec3 ret_ring[RING])
{
    const float h = box->half_width - inset, low = box->bottom + inset, high = box->top - inset;
    const float places[RING][2] = {
        { h - 0.05f, low },         { h, low + 0.1f },  { h, high - 0.22f },
        { h - 0.1f, high - 0.05f }, { 0.0f, high },     { -h + 0.1f, high - 0.05f },
        { -h, high - 0.22f },       { -h, low + 0.1f }, { -h + 0.05f, low },
        { h - 0.05f, low },
    };

    for (int i = 0; i < RING; ++i) {
        const float up = (places[i][1] - box->bottom) / (box->top - box->bottom);
        ret_ring[i] = vec3(places[i][0], places[i][1], z - slope * up);
    }
}

/* The flat end of a box: a fan from its middle. */
static void close_end(Scene *scene, const Frame *frame, const Vec3 ring[RING], Vec3 normal)
{
    const Vec3 out = vec3_unit(frame_direction(frame, normal));
    Vec3 middle = vec3(0.0f, 0.0f, 0.0f);
    Corner corners[RING];

    for (int j = 0; j < RING; ++j)
        corners[j] = (Corner){ frame_point(frame, ring[j]), ring[j], out };
    for (int j = 0; j + 1 < RING; ++j)
        middle = vec3_add(middle, vec3_scale(ring[j], 1.0f / (float)(RING - 1)));
    const Corner hub = { frame_point(frame, middle), middle, out };
    for (int j = 0; j + 1 < RING; ++j)
        mesh_triangle(&scene->mesh, &hub, &corners[j], &corners[j + 1]);
}

static void add_box(Scene *scene, const Frame *frame, Surface *surface, const Box *box)
{
    const float tail = box->livery == LIVERY_TRAM ? -box->taper : 0.0f;
    const float height = box->top - box->bottom;
    Vec3 points[6][RING];

    /* rings in pairs keep the ends' normals apart from the sides' */
    ring_at(box, box->start, 0.08f, tail, points[0]);
    ring_at(box, box->start + 0.06f, 0.0f, tail, points[1]);
    ring_at(box, box->start + 0.10f, 0.0f, tail, points[2]);
    ring_at(box, box->end - 0.10f, 0.0f, box->taper, points[3]);
    ring_at(box, box->end - 0.06f, 0.0f, box->taper, points[4]);
    ring_at(box, box->end, 0.08f, box->taper, points[5]);
    surface->look = box;
    mesh_begin(&scene->mesh, surface);
    mesh_skin(&scene->mesh, frame, &points[0][0], 6, RING);
    close_end(scene, frame, points[0], vec3(0.0f, -tail / height, -1.0f));
    close_end(scene, frame, points[5], vec3(0.0f, box->taper / height, 1.0f));
}

static void add_axle(Scene *scene, const Frame *frame, const Surface *like, float half_width,
                     float z)
{
    static const float radius = 0.48f;
    Surface wheel = *like;

    wheel.shade = vehicles_shade_wheel;
    wheel.parameter[0] = radius;
    wheel.parameter[1] = z;
    mesh_begin(&scene->mesh, &wheel);
    mesh_wheel(&scene->mesh, frame, vec3(-half_width + 0.14f, radius, z), radius, 0.15f);
    mesh_wheel(&scene->mesh, frame, vec3(half_width - 0.14f, radius, z), radius, 0.15f);
}

static Surface coach_surface(Scene *scene, Kind kind, Vec3 paint, Random *random)
{
    Surface surface = scene_surface(scene, kind, shade_box, paint);

    surface.accent = vehicles_paint(random);
    surface.seed = random_bits(random);
    return surface;
}

float vehicles_truck(Scene *scene, const Frame *frame, Random *random)
{
    static const Box cab = { LIVERY_CAB, 1.18f, 0.55f, 2.95f, 1.9f, 3.9f, 0.18f };
    static const Box cargo = { LIVERY_CARGO, 1.25f, 1.0f, 3.55f, -3.9f, 1.75f, 0.0f };
    static const Box chassis = { LIVERY_CHASSIS, 1.0f, 0.45f, 1.0f, -3.8f, 2.0f, 0.0f };
    Surface surface = coach_surface(scene, KIND_TRUCK, vehicles_paint(random), random);
    Surface box = surface;

    add_box(scene, frame, &surface, &cab);
    box.colour = random_chance(random, 0.6f) ? rgb(214, 214, 208) : vehicles_paint(random);
    add_box(scene, frame, &box, &cargo);
    add_box(scene, frame, &surface, &chassis);
    add_axle(scene, frame, &surface, 1.2f, 2.7f);
    add_axle(scene, frame, &surface, 1.2f, -2.3f);
    return 7.8f;
}

static const uint8_t liveries[][3] = {
    { 190, 30, 36 }, { 226, 224, 214 }, { 216, 176, 40 }, { 40, 84, 140 }, { 52, 110, 74 },
};

static Vec3 livery(Random *random)
{
    const int count = (int)(sizeof liveries / sizeof liveries[0]);
    const uint8_t *c = liveries[random_below(random, count)];

    return rgb(c[0], c[1], c[2]);
}

float vehicles_bus(Scene *scene, const Frame *frame, Random *random)
{
    static const Box body = { LIVERY_BUS, 1.27f, 0.32f, 3.05f, -5.9f, 5.9f, 0.1f };
    Surface surface = coach_surface(scene, KIND_BUS, livery(random), random);

    add_box(scene, frame, &surface, &body);
    add_axle(scene, frame, &surface, 1.28f, 3.3f);
    add_axle(scene, frame, &surface, 1.28f, -3.0f);
    return 11.8f;
}

/* Three parts with bellows between them. */
float vehicles_tram(Scene *scene, const Frame *frame, Random *random)
{
    static const Box parts[] = {
        { LIVERY_TRAM, 1.25f, 0.25f, 3.45f, 5.0f, 14.5f, 0.7f },
        { LIVERY_TRAM, 1.25f, 0.25f, 3.45f, -4.5f, 4.5f, 0.0f },
        { LIVERY_TRAM, 1.25f, 0.25f, 3.45f, -14.5f, -5.0f, 0.35f },
        { LIVERY_CHASSIS, 1.1f, 0.45f, 3.2f, 4.4f, 5.1f, 0.0f },
        { LIVERY_CHASSIS, 1.1f, 0.45f, 3.2f, -5.1f, -4.4f, 0.0f },
    };
    Surface surface = coach_surface(scene, KIND_TRAIN, livery(random), random);

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; ++i)
        add_box(scene, frame, &surface, &parts[i]);
    surface.shade = NULL;
    surface.colour = vec3(0.03f, 0.03f, 0.03f);
    mesh_begin(&scene->mesh, &surface);
    mesh_bar(&scene->mesh, frame, vec3(0.0f, 3.4f, 0.5f), vec3(0.0f, 4.3f, -0.6f), 0.05f, 0.05f);
    mesh_bar(&scene->mesh, frame, vec3(0.0f, 4.3f, -0.6f), vec3(0.0f, 5.2f, 0.4f), 0.04f, 0.04f);
    mesh_bar(&scene->mesh, frame, vec3(-0.8f, 5.2f, 0.4f), vec3(0.8f, 5.2f, 0.4f), 0.03f, 0.03f);
    return 29.0f;
}
