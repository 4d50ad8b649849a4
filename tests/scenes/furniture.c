/* SPDX-License-Identifier: Apache-2.0 */
/* Lamp posts, traffic lights, signs, bollards, bins, cabinets, and the wires of the tram. */
#include "scene.h"

static const float ground = 0.13f; /* the height of walks and verges */

static float magnitude(float x)
{
    return x < 0.0f ? -x : x;
}

static void add_pole(Scene *scene, Vec3 foot, float height, float radius, Vec3 colour)
{
    const Surface pole = scene_group_surface(KIND_POLE, NULL, colour);
    const Frame frame = frame_at(foot, 0.0f);

    mesh_begin(&scene->mesh, &pole);
    mesh_bar(&scene->mesh, &frame, vec3(0.0f, -0.1f, 0.0f), vec3(0.0f, height, 0.0f), radius,
             radius * 0.65f);
}

static Cover shade_bulb(const Surface *surface, const Fragment *at, Material *material)
{
    (void)surface;
    (void)at;
    material->glow = vec3(3.0f, 2.3f, 1.3f);
    return COVER_SOLID;
}

/* A mast with an arm over the road. */
static void add_lamp(Scene *scene, Vec3 foot, float height, float reach, Vec3 colour)
{
    const Frame frame = frame_at(foot, 0.0f);

    add_pole(scene, foot, height, 0.085f, colour);
    mesh_bar(&scene->mesh, &frame, vec3(0.0f, height - 0.05f, 0.0f),
             vec3(reach, height + 0.25f, 0.0f), 0.045f, 0.035f);
    mesh_box(&scene->mesh, &frame, vec3(reach - 0.35f, height + 0.2f, -0.12f),
             vec3(reach + 0.35f, height + 0.32f, 0.12f));
    if (!light_is_dusk(&scene->light))
        return;
    Surface bulb = scene_group_surface(KIND_POLE, shade_bulb, colour);
    bulb.sun = 0.0f;
    mesh_begin(&scene->mesh, &bulb);
    mesh_box(&scene->mesh, &frame, vec3(reach - 0.3f, height + 0.12f, -0.14f),
             vec3(reach + 0.3f, height + 0.22f, 0.14f));
    light_add_lamp(&scene->light, frame_point(&frame, vec3(reach, height, 0.0f)));
}

typedef enum SignKind {
    SIGN_LIMIT,    /* red ring on white, with figures */
    SIGN_NO_PARK,  /* red ring on blue */
    SIGN_NO_ENTRY, /* a white bar on red */
    SIGN_WARNING,  /* a triangle */
    SIGN_PRIORITY, /* a yellow diamond */
    SIGN_STOP,     /* a red octagon */
    SIGN_TURN,     /* a white arrow on a blue disc */
    SIGN_PARKING,  /* a blue square */
    SIGN_ROUTE,    /* a yellow or blue board with lines of text */
    SIGN_KINDS,
} SignKind;

static const Vec3 sign_red = { 0.50f, 0.018f, 0.022f };
static const Vec3 sign_blue = { 0.02f, 0.09f, 0.36f };
static const Vec3 sign_white = { 0.72f, 0.72f, 0.70f };
static const Vec3 sign_black = { 0.015f, 0.015f, 0.015f };

/* x, y: -1..1 on a disc; false outside. */
static bool paint_disc(SignKind kind, uint32_t seed, float x, float y, Vec3 *ret_colour)
{
    const float out = x * x + y * y;

    if (out > 1.0f)
        return false;
    switch (kind) {
    case SIGN_LIMIT: {
        const bool in_figures = magnitude(y) < 0.42f && magnitude(x) < 0.55f;
        const int cell = (int)((x + 1.0f) * 5.0f) + 16 * (int)((y + 1.0f) * 5.0f);
        const bool on = in_figures && magnitude(x) > 0.08f && noise_cell(seed, cell, 0) < 0.7f;

        *ret_colour = out > 0.60f ? sign_red : on ? sign_black : sign_white;
        break;
    }
    case SIGN_NO_PARK:
        *ret_colour = out > 0.64f || magnitude(x + y) < 0.2f ? sign_red : sign_blue;
        break;
    case SIGN_NO_ENTRY:
        *ret_colour = magnitude(y) < 0.17f && magnitude(x) < 0.75f ? sign_white : sign_red;
        break;
    default: {
        const bool on_shaft = magnitude(x) < 0.13f && y > -0.6f && y < 0.2f;
        const bool on_head = y >= 0.1f && magnitude(x) < 0.65f - y;

        *ret_colour = on_shaft || on_head ? sign_white : sign_blue;
    }
    }
    return true;
}

static bool paint_triangle(float x, float y, Vec3 *ret_colour)
{
    const float inner = 0.62f * (0.75f - y) - magnitude(x); /* from the sides */

    if (inner < 0.0f || y < -0.8f)
        return false;
    *ret_colour = inner < 0.16f || y < -0.66f ? sign_red : sign_white;
    if (magnitude(x) < 0.08f && y > -0.55f && y < 0.1f)
        *ret_colour = sign_black;
    return true;
}

static bool paint_board(SignKind kind, const Surface *surface, float x, float y, Vec3 *ret_colour)
{
    const bool on_edge = magnitude(x) > 0.92f || magnitude(y) > 0.9f;

    if (kind == SIGN_PARKING) {
        const bool on_stem = x > -0.35f && x < -0.12f && magnitude(y) < 0.65f;
        const float dx = x - 0.02f, dy = y - 0.28f, out = dx * dx + dy * dy;
        const bool on_bow = out < 0.15f && out > 0.03f && x > -0.2f;

        *ret_colour = on_stem || on_bow || on_edge ? sign_white : sign_blue;
        return true;
    }
    const int row = (int)((y + 1.0f) * 3.5f), column = (int)((x + 1.0f) * 14.0f);
    const bool is_text = fraction((y + 1.0f) * 3.5f) > 0.45f && magnitude(x) < 0.8f &&
                         noise_cell(surface->seed, column, row) < 0.65f;
    const bool is_blue = surface->seed % 3U == 0U;
    const Vec3 back = is_blue ? sign_blue : vec3(0.72f, 0.45f, 0.03f);

    *ret_colour = is_text || on_edge ? (is_blue ? sign_white : sign_black) : back;
    return true;
}

static bool paint_sign(const Surface *surface, float x, float y, Vec3 *ret_colour)
{
    const SignKind kind = (SignKind)surface->parameter[0];
    const float tilted = magnitude(x) + magnitude(y);

    switch (kind) {
    case SIGN_WARNING:
        return paint_triangle(x, y, ret_colour);
    case SIGN_PRIORITY:
        *ret_colour = tilted < 0.62f ? vec3(0.75f, 0.5f, 0.02f) : sign_white;
        return tilted < 1.0f;
    case SIGN_STOP:
        *ret_colour =
            tilted > 1.22f || magnitude(x) > 0.88f || magnitude(y) > 0.88f ||
                    (magnitude(y) < 0.25f && magnitude(x) < 0.7f && fraction(x * 3.1f) < 0.6f)
                ? sign_white
                : sign_red;
        return tilted < 1.38f;
    case SIGN_PARKING:
    case SIGN_ROUTE:
        return paint_board(kind, surface, x, y, ret_colour);
    default:
        return paint_disc(kind, surface->seed, x, y, ret_colour);
    }
}

/* local x, y in metres from the middle; parameter 0: SignKind, 1, 2: half width and height,
 * 3: 1 when one sees its back */
static Cover shade_sign(const Surface *surface, const Fragment *at, Material *material)
{
    const float x = at->local.x / surface->parameter[1], y = at->local.y / surface->parameter[2];

    if (!paint_sign(surface, x, y, &material->albedo))
        return COVER_NONE;
    if (surface->parameter[3] > 0.0f)
        material->albedo = vec3(0.2f, 0.2f, 0.2f);
    material->mirror = 0.06f;
    return COVER_SOLID;
}

static void add_plate(Scene *scene, Vec3 middle, SignKind kind, float half, float turns,
                      Random *random)
{
    Surface sign = scene_group_surface(KIND_TRAFFIC_SIGN, NULL, sign_white);
    const float wide = kind == SIGN_ROUTE ? 2.2f * half : half;
    const float high = kind == SIGN_ROUTE ? 1.4f * half : half;
    const Frame frame = frame_at(middle, turns);

    sign.shade = shade_sign;
    sign.is_cut_out = true;
    sign.seed = random_bits(random);
    sign.parameter[0] = (float)kind;
    sign.parameter[1] = wide;
    sign.parameter[2] = high;
    sign.parameter[3] = turns > 0.3f ? 1.0f : 0.0f;
    mesh_begin(&scene->mesh, &sign);
    mesh_board(&scene->mesh, &frame, -wide, -high, wide, high, 0.0f);
}

static void add_sign(Scene *scene, Vec3 foot, Random *random)
{
    const SignKind kind = (SignKind)random_below(random, SIGN_KINDS);
    const float half = random_between(random, 0.28f, 0.4f);
    const float height = random_between(random, 2.2f, 2.9f);
    /* those on the left are partly for the others */
    const bool is_turned = random_chance(random, foot.x < 0.0f ? 0.3f : 0.0f);
    const float turns = (is_turned ? 0.5f : 0.0f) + random_between(random, -0.03f, 0.03f);
    const Vec3 front = vec3(foot.x, foot.y + height, foot.z - 0.06f);

    add_pole(scene, foot, height + 0.3f, 0.035f, rgb(130, 132, 134));
    add_plate(scene, front, kind, half, turns, random);
    if (random_chance(random, 0.35f))
        add_plate(scene, vec3_add(front, vec3(0.0f, -2.1f * half, 0.0f)),
                  (SignKind)random_below(random, SIGN_KINDS - 1), half * 0.9f, turns, random);
}

/* local y from the box's foot; parameter 0: the lamp that is on (0 red, 1 amber, 2 green),
 * 1: 1 when one sees its back */
static Cover shade_lights(const Surface *surface, const Fragment *at, Material *material)
{
    static const Vec3 lamps[3] = { { 1.9f, 0.08f, 0.05f },
                                   { 1.8f, 0.75f, 0.04f },
                                   { 0.08f, 1.6f, 0.7f } };
    const float from_top = 0.92f - at->local.y;
    const int lamp = (int)(from_top / 0.307f);
    const float dy = from_top - 0.153f - 0.307f * (float)lamp, dx = at->local.x;

    material->albedo = vec3(0.014f, 0.015f, 0.014f);
    if (at->local.z > -0.1f || surface->parameter[1] > 0.0f || lamp > 2)
        return COVER_SOLID;
    const float out = dx * dx + dy * dy;
    if (out < 0.0125f) {
        material->albedo = vec3_scale(lamps[lamp], 0.05f);
        if ((float)lamp > surface->parameter[0] - 0.5f &&
            (float)lamp < surface->parameter[0] + 0.5f)
            material->glow = vec3_scale(lamps[lamp], 1.3f - 60.0f * out);
    }
    return COVER_SOLID;
}

static void add_light_box(Scene *scene, Vec3 at, float lamp, bool is_back)
{
    Surface box = scene_group_surface(KIND_TRAFFIC_LIGHT, NULL, sign_black);
    const Frame frame = frame_at(at, 0.0f);

    box.shade = shade_lights;
    box.parameter[0] = lamp;
    box.parameter[1] = is_back ? 1.0f : 0.0f;
    mesh_begin(&scene->mesh, &box);
    mesh_box(&scene->mesh, &frame, vec3(-0.16f, 0.0f, -0.12f), vec3(0.16f, 0.92f, 0.12f));
}

/* A signal at the kerb; a tall one also hangs a box over the lane. */
static void add_signal(Scene *scene, Vec3 foot, float lamp, float reach, bool is_back)
{
    const bool is_tall = magnitude(reach) > 0.5f;
    const float height = is_tall ? 5.9f : 3.3f;
    const Frame frame = frame_at(foot, 0.0f);

    add_pole(scene, foot, height, is_tall ? 0.09f : 0.06f, rgb(92, 96, 98));
    add_light_box(scene, vec3_add(foot, vec3(0.0f, 2.35f, -0.2f)), lamp, is_back);
    if (!is_tall)
        return;
    const Surface arm = scene_group_surface(KIND_POLE, NULL, rgb(92, 96, 98));
    mesh_begin(&scene->mesh, &arm);
    mesh_bar(&scene->mesh, &frame, vec3(0.0f, height - 0.1f, 0.0f), vec3(reach, height, 0.0f),
             0.06f, 0.045f);
    add_light_box(scene, vec3_add(foot, vec3(reach, height - 0.75f, -0.2f)), lamp, is_back);
}

typedef enum ClutterKind {
    CLUTTER_BIN,
    CLUTTER_CABINET,
    CLUTTER_POSTER, /* a lit board with an advertisement on both sides */
    CLUTTER_CRATES,
    CLUTTER_CONE,
    CLUTTER_KINDS,
} ClutterKind;

/* parameter 0: height, 1: ClutterKind */
static Cover shade_clutter(const Surface *surface, const Fragment *at, Material *material)
{
    const float up = at->local.y / surface->parameter[0];
    const float along = at->local.x + at->local.z;
    const float dirt =
        noise_fractal(surface->seed, along * 3.0f, at->local.y * 2.0f, 4, at->footprint * 3.0f);
    float tone = 0.6f + 0.8f * dirt;

    switch ((ClutterKind)surface->parameter[1]) {
    case CLUTTER_BIN:
        tone *= up > 0.92f ? 1.5f : fraction(along * 11.0f) < 0.2f ? 0.5f : 1.0f;
        break;
    case CLUTTER_CABINET:
        tone *= magnitude(at->local.x) < 0.015f || up < 0.1f ? 0.4f : 1.0f;
        break;
    case CLUTTER_POSTER:
        if (up > 0.24f && up < 0.95f && magnitude(at->local.x) < 0.52f) {
            const float shapes = noise_value(surface->seed + 1U, along * 2.0f, at->local.y * 2.0f);
            material->albedo =
                vec3_mix(surface->accent, vec3(0.6f, 0.58f, 0.5f), ramp(0.45f, 0.5f, shapes));
            material->mirror = 0.1f;
            return COVER_SOLID;
        }
        break;
    case CLUTTER_CRATES:
        tone *= fraction(at->local.y * 3.0f) < 0.1f
                    ? 0.5f
                    : 0.7f + 0.6f * noise_cell(surface->seed, (int)(at->local.y * 3.0f), 0);
        break;
    default: /* bands of a cone */
        material->albedo =
            fraction(up * 2.5f) < 0.4f ? vec3(0.6f, 0.6f, 0.58f) : vec3(0.6f, 0.11f, 0.02f);
    }
    material->albedo = vec3_scale(material->albedo, tone);
    return COVER_SOLID;
}

static void add_clutter(Scene *scene, Vec3 foot, Random *random)
{
    static const float sizes[CLUTTER_KINDS][3] = { /* half width, half depth, height */
                                                   { 0.25f, 0.25f, 0.9f },
                                                   { 0.45f, 0.2f, 1.2f },
                                                   { 0.62f, 0.1f, 2.4f },
                                                   { 0.4f, 0.3f, 0.8f },
                                                   { 0.16f, 0.16f, 0.7f }
    };
    const ClutterKind kind = (ClutterKind)random_below(random, CLUTTER_KINDS);
    const float *size = sizes[kind];
    const Vec3 colour = random_point(random, vec3(0.03f, 0.04f, 0.04f), vec3(0.2f, 0.2f, 0.18f));
    Surface thing = scene_group_surface(kind < CLUTTER_CRATES ? KIND_STATIC : KIND_DYNAMIC,
                                        shade_clutter, colour);
    const Frame frame = frame_at(foot, random_between(random, -0.05f, 0.05f));

    thing.seed = random_bits(random);
    thing.accent = random_point(random, vec3(0.02f, 0.02f, 0.02f), vec3(0.5f, 0.3f, 0.3f));
    thing.parameter[0] = size[2];
    thing.parameter[1] = (float)kind;
    mesh_begin(&scene->mesh, &thing);
    if (kind == CLUTTER_CONE)
        mesh_bar(&scene->mesh, &frame, vec3(0.0f, 0.0f, 0.0f), vec3(0.0f, size[2], 0.0f), size[0],
                 0.03f);
    else
        mesh_box(&scene->mesh, &frame, vec3(-size[0], 0.0f, -size[1]),
                 vec3(size[0], size[2], size[1]));
}

static void furnish_kerb(Scene *scene, int side, Random *random)
{
    const Street *street = &scene->street;
    const float sign = side == LEFT ? -1.0f : 1.0f;
    const float x = street->sides[side].kerb + sign * 0.45f;
    const bool has_bollards = random_chance(random, 0.2f) && street->sides[side].has_walk;
    const float spacing = random_between(random, 18.0f, 34.0f);
    const float height = random_between(random, 5.5f, 9.0f);
    const float reach =
        random_chance(random, 0.7f) ? -sign * random_between(random, 0.8f, 2.2f) : 0.0f;

    for (float z = random_between(random, 7.0f, 22.0f); z < 240.0f; z += spacing)
        add_lamp(scene, vec3(x, ground, z), height, reach, rgb(96, 100, 98));
    for (float z = random_between(random, 5.0f, 20.0f); z < 110.0f;
         z += random_between(random, 6.0f, 26.0f))
        add_sign(scene, vec3(x + sign * 0.15f, ground, z), random);
    for (float z = random_between(random, 6.0f, 30.0f); z < 90.0f && street->sides[side].has_walk;
         z += random_between(random, 9.0f, 40.0f))
        add_clutter(scene, vec3(street->sides[side].front - sign * 0.7f, ground, z), random);
    for (float z = 6.0f; has_bollards && z < 60.0f; z += 2.2f)
        add_pole(scene, vec3(x - sign * 0.1f, ground, z), 0.95f, 0.055f, rgb(70, 70, 74));
}

static void add_crossing_signals(Scene *scene, Random *random)
{
    const Street *street = &scene->street;
    const float lamp = (float)random_below(random, 3);
    const float reach = random_chance(random, 0.5f) ? -3.2f : 0.0f;
    const float right = street->sides[RIGHT].kerb + 0.5f, left = street->sides[LEFT].kerb - 0.5f;
    const float near_z = street->zebra_start - 1.2f;

    add_signal(scene, vec3(right, ground, near_z), lamp, reach, false);
    if (random_chance(random, 0.6f))
        add_signal(scene, vec3(left, ground, near_z), lamp, 0.0f, false);
    if (street->crossing_end > street->crossing_start) {
        add_signal(scene, vec3(right, ground, street->crossing_end + 1.0f), lamp, 0.0f, false);
        add_signal(scene, vec3(left, ground, street->crossing_end + 1.0f), lamp, -reach, true);
    }
}

/* Masts between the tracks with a wire for each. */
static void add_catenary(Scene *scene)
{
    const Street *street = &scene->street;
    const float middle = 0.5f * (street->track_middle[LEFT] + street->track_middle[RIGHT]);
    const Frame frame = frame_at(vec3(0.0f, 0.0f, 0.0f), 0.0f);

    for (float z = 14.0f; z < 220.0f; z += 26.0f) {
        add_pole(scene, vec3(middle, 0.05f, z), 6.6f, 0.1f, rgb(84, 92, 88));
        for (int i = LEFT; i <= RIGHT; ++i)
            mesh_bar(&scene->mesh, &frame, vec3(middle, 6.2f, z),
                     vec3(street->track_middle[i], 5.9f, z), 0.03f, 0.03f);
    }
}

void build_furniture(Scene *scene, Random *random)
{
    for (int side = LEFT; side <= RIGHT; ++side)
        furnish_kerb(scene, side, random);
    if (scene->street.zebra_start < 100.0f && random_chance(random, 0.85f))
        add_crossing_signals(scene, random);
    if (scene->street.has_track)
        add_catenary(scene);
}
