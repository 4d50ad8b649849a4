/* SPDX-License-Identifier: Apache-2.0 */
/* Houses of both street walls, a second row behind them, and the skyline where the street ends.
 * Local coordinates of a facade: x along it, y up, z the face (0 front, 1 end wall, 2 roof). */
#include "scene.h"

#include <stddef.h>

typedef enum Face {
    FACE_FRONT,
    FACE_END,
    FACE_ROOF,
} Face;

/* A place in a facade: which bay and storey, and where in it (0..1). */
typedef struct Cell {
    int bay, storey;
    float u, v;
    float width, height; /* metres */
} Cell;

static float magnitude(float x)
{
    return x < 0.0f ? -x : x;
}

static Cell cell_at(const House *house, float x, float y)
{
    Cell cell = { .width = house->length / (float)house->bays, .height = house->storey };
    const float along = x / cell.width;
    const float above = (y - house->ground_storey) / house->storey;

    cell.bay = (int)along;
    cell.u = along - (float)cell.bay;
    if (y < house->ground_storey) {
        cell.height = house->ground_storey;
        cell.v = y / house->ground_storey;
    } else {
        cell.storey = 1 + (int)above;
        cell.v = above - (float)(int)above;
    }
    return cell;
}

static Vec3 wall_texture(const House *house, float x, float y, float footprint)
{
    const float stain = noise_fractal(house->seed, x * 0.35f, y * 0.16f, 4, footprint * 0.35f);
    const float grain = noise_fractal(house->seed + 1U, x * 6.0f, y * 6.0f, 2, footprint * 6.0f);
    const float streak = noise_fractal(house->seed + 3U, x * 2.5f, y * 0.15f, 3, footprint * 2.5f);
    const float speckle = noise_grain(house->seed + 4U, x, y, 1.3f * footprint, 1.3f * footprint);
    float tone = 0.8f + 0.35f * stain + 0.2f * (grain - 0.5f) + 0.25f * (streak - 0.5f) +
                 0.14f * (speckle - 0.5f);

    if (house->wall == WALL_BRICK && footprint < 0.12f) {
        const float v = y * 8.0f, u = x * 3.0f + 0.5f * (float)((int)v % 2);
        const float joint = fraction(v) < 0.16f || fraction(u) < 0.06f ? 0.35f : 0.0f;
        const float stone = noise_cell(house->seed + 2U, (int)u, (int)v) - 0.5f;

        tone += ramp(0.12f, 0.02f, footprint) * (joint + 0.35f * stone);
    }
    if (house->wall == WALL_CONCRETE && footprint < 0.1f)
        tone -= fraction(x / 2.5f) < 0.02f || fraction(y / 1.6f) < 0.02f ? 0.25f : 0.0f;
    tone *= 0.78f + 0.22f * ramp(0.0f, 2.2f, y); /* splashes from the street */
    return vec3_scale(house->colour, tone);
}

/* Glass: dark rooms, some curtains, some lamps, and the sky. u, v: 0..1 in the pane. */
static void paint_glass(const House *house, const Cell *cell, float u, float v, Material *material)
{
    const float chance = noise_cell(house->seed + 5U, cell->bay, cell->storey);
    const float curtain = noise_cell(house->seed + 6U, cell->bay, cell->storey);
    const float edge = u < 0.5f ? u : 1.0f - u;

    material->albedo = vec3_scale(vec3(0.05f, 0.055f, 0.065f), 0.6f + 0.8f * v);
    material->mirror = 0.55f;
    if (curtain < 0.4f && (v > 0.85f - curtain || edge < 0.22f)) {
        material->albedo = vec3_scale(vec3(0.42f, 0.40f, 0.36f), 0.8f + 0.4f * fraction(u * 9.0f));
        material->mirror = 0.2f;
    }
    if (chance < house->lit) {
        material->glow = vec3_scale(vec3(0.9f, 0.62f, 0.28f), 0.5f + 0.5f * v);
        material->mirror = 0.1f;
    }
}

/* A window in its bay, in metres: half its width, its height; a place in it, from the middle and
 * up. */
typedef struct Opening {
    float half_width, height, side, rise;
} Opening;

/* What is around a window: sill, lintel, shutters. */
static void paint_surround(const House *house, const Opening *at, Material *material)
{
    const float beyond = at->side - at->half_width;

    if (house->wall == WALL_GLASS)
        return;
    if (beyond < 0.14f && at->rise < 0.0f && at->rise > -0.14f)
        material->albedo = vec3_scale(house->trim, 0.9f);
    else if (beyond < 0.12f && at->rise > -0.14f && at->rise < at->height + 0.14f)
        material->albedo = vec3_mix(material->albedo, house->trim, 0.7f);
    else if (house->has_shutters && beyond < 0.7f * at->half_width && at->rise > 0.0f &&
             at->rise < at->height)
        material->albedo = vec3_scale(house->shop_colour, 0.8f + 0.3f * fraction(at->rise * 8.0f));
}

/* The frame of the pane, a mullion in the middle, a bar across. */
static bool is_frame(const Opening *at, float frame)
{
    const float below_top = at->height - at->rise;

    return at->half_width - at->side < frame || at->rise < frame || below_top < frame ||
           at->side < frame * 0.5f || magnitude(below_top - 0.32f * at->height) < frame * 0.4f;
}

static void paint_window(const House *house, const Cell *cell, Material *material)
{
    static const float bottom = 0.24f; /* of the storey */
    const bool is_glass_wall = house->wall == WALL_GLASS;
    const Opening at = { .half_width = 0.5f * house->window_width * cell->width,
                         .height = house->window_height * cell->height,
                         .side = magnitude(cell->u - 0.5f) * cell->width,
                         .rise = (cell->v - bottom) * cell->height };
    const float across = (cell->u - 0.5f) / house->window_width; /* -0.5..0.5 */

    if (at.rise < 0.0f || at.rise > at.height || at.side > at.half_width) {
        paint_surround(house, &at, material);
        return;
    }
    if (is_frame(&at, is_glass_wall ? 0.04f : 0.07f)) {
        material->albedo = is_glass_wall ? vec3(0.1f, 0.1f, 0.11f) : vec3(0.6f, 0.58f, 0.55f);
        return;
    }
    paint_glass(house, cell, 0.5f + across, at.rise / at.height, material);
    if (at.rise > 0.86f * at.height || across > 0.41f) { /* the shade of the reveal */
        material->albedo = vec3_scale(material->albedo, 0.45f);
        material->mirror *= 0.5f;
    }
}

/* A line of letters: blocks of random width on the middle of a sign. */
static bool is_letter(uint32_t seed, float along, float across)
{
    const int column = (int)(along * 14.0f);

    return across > 0.25f && across < 0.75f && along > 0.15f && along < 0.85f &&
           noise_cell(seed, column, (int)(across * 6.0f)) < 0.55f;
}

/* The ground storey of a shop: plinth, panes with goods behind them, a door, the sign above. */
static void paint_shop(const House *house, const Cell *cell, float y, float footprint,
                       Material *material)
{
    const float top = house->ground_storey;
    const int shop = cell->bay / 3;
    const float along = ((float)(cell->bay % 3) + cell->u) / 3.0f;
    const Vec3 colour = vec3_mix(house->shop_colour, vec3(0.3f, 0.3f, 0.3f),
                                 0.8f * noise_cell(house->seed + 9U, shop, 0));

    if (y > top - 0.25f)
        return;
    if (y > top - 1.0f) {
        const bool has_letter = footprint < 0.15f && is_letter(house->seed + 10U + (uint32_t)shop,
                                                               along, (y - top + 1.0f) / 0.75f);
        material->albedo = has_letter ? vec3(0.75f, 0.72f, 0.6f) : colour;
        return;
    }
    if (y > top - 1.75f && noise_cell(house->seed + 16U, shop, 2) < 0.35f) { /* an awning */
        const bool is_striped = noise_cell(house->seed + 16U, shop, 3) < 0.5f;
        const bool is_light = is_striped && fraction(along * 12.0f) < 0.5f;

        material->albedo = is_light ? vec3(0.6f, 0.58f, 0.52f) : house->shop_colour;
        material->albedo = vec3_scale(material->albedo, 0.7f + 0.4f * (y - top + 1.75f));
        return;
    }
    if (y < 0.45f || cell->u < 0.07f || cell->u > 0.93f) {
        material->albedo = vec3_scale(colour, 0.6f);
        return;
    }
    const float shelf = 0.6f + noise_cell(house->seed + 12U, (int)(along * 9.0f), shop);
    const float goods = noise_fractal(house->seed + 14U, along * 40.0f, y * 5.0f, 2, footprint);
    paint_glass(house, cell, cell->u, y / top, material);
    material->albedo = vec3_scale(vec3(0.10f, 0.09f, 0.08f), y < shelf ? goods + 0.4f : 0.35f);
    material->mirror = 0.5f;
    if (noise_cell(house->seed + 13U, shop, 1) < 0.4f)
        material->glow = vec3_scale(vec3(0.5f, 0.42f, 0.3f), 0.25f + 0.25f * goods);
}

/* A door in the bay that the seed names, windows in the others. */
static void paint_ground_storey(const House *house, const Cell *cell, float y, Material *material)
{
    const int door = (int)(noise_hash(house->seed + 15U, 0, 0) % (uint32_t)house->bays);
    const float side = magnitude(cell->u - 0.5f) * cell->width;

    if (y < 0.5f)
        material->albedo = vec3_scale(house->colour, 0.55f);
    if (cell->bay != door) {
        paint_window(house, cell, material);
        return;
    }
    if (side < 0.65f && y < 2.5f) {
        material->albedo =
            side > 0.53f || y > 2.35f ? house->trim : vec3_scale(house->shop_colour, 0.7f);
        if (y > 1.9f && side < 0.45f && y < 2.25f)
            paint_glass(house, cell, 0.5f, 0.5f, material);
    }
}

/* A slab in front of the windows with a railing: seen from the street, two bands. */
static void paint_balcony(const House *house, const Cell *cell, Material *material)
{
    const bool has_one = (cell->bay + (int)(house->seed % 3U)) % 3 == 0 && cell->storey > 0;
    const float side = magnitude(cell->u - 0.5f);

    if (!has_one || side > 0.46f || cell->v > 0.36f)
        return;
    material->mirror = 0.0f;
    material->glow = vec3(0.0f, 0.0f, 0.0f);
    if (cell->v < 0.06f)
        material->albedo = vec3_scale(house->trim, 0.75f);
    else
        material->albedo = fraction(cell->u * cell->width * 7.0f) < 0.45f || cell->v > 0.33f
                               ? vec3(0.05f, 0.05f, 0.055f)
                               : vec3_scale(house->colour, 0.4f);
}

static void paint_front(const House *house, float x, float y, float footprint, Material *material)
{
    const Cell cell = cell_at(house, x, y);
    const float below_top = house->height - y;

    if (x > 0.1f && x < 0.2f && house->wall != WALL_GLASS) { /* a drain pipe */
        material->albedo = vec3_scale(house->trim, 0.35f);
        return;
    }
    if (below_top < 0.45f) { /* the cornice */
        material->albedo = vec3_scale(house->trim, below_top < 0.25f ? 1.0f : 0.6f);
        return;
    }
    if (cell.storey == 0) {
        if (house->has_shops)
            paint_shop(house, &cell, y, footprint, material);
        else
            paint_ground_storey(house, &cell, y, material);
        return;
    }
    if (y - house->ground_storey < 0.18f && house->wall != WALL_GLASS)
        material->albedo = vec3_scale(house->trim, 0.9f);
    paint_window(house, &cell, material);
    if (house->has_balconies)
        paint_balcony(house, &cell, material);
}

static void paint_roof(const House *house, float x, float y, float footprint, Material *material)
{
    const float rows = ramp(0.25f, 0.05f, footprint) * (fraction(y * 3.2f) < 0.25f ? -0.3f : 0.0f);
    const float moss = noise_fractal(house->seed + 17U, x * 0.6f, y * 0.6f, 4, footprint);
    const float bay = house->length / (float)house->bays;
    const float u = fraction(x / (2.0f * bay)), up = y - 0.9f;

    material->albedo = vec3_scale(house->roof_colour, 0.75f + 0.5f * moss + rows);
    if (u > 0.35f && u < 0.65f && up > 0.0f && up < 1.3f && house->seed % 2U) { /* roof windows */
        material->albedo = vec3(0.06f, 0.065f, 0.075f);
        material->mirror = 0.6f;
    }
}

/* End walls have a few windows, and most have none: a neighbour may be built against them. */
static void paint_end(const House *house, float x, float y, Material *material)
{
    const Cell cell = cell_at(house, x, y);

    if (house->seed % 8U < 3U && cell.storey > 0 && cell.bay % 2 == 1 && y < house->height - 0.6f &&
        x < (float)(int)(house->depth / cell.width) * cell.width)
        paint_window(house, &cell, material);
}

static Cover shade_house(const Surface *surface, const Fragment *at, Material *material)
{
    const House *house = surface->look;
    const float x = clamp(at->local.x, 0.0f, 1000.0f);
    const float y = clamp(at->local.y, 0.0f, 1000.0f);
    const Face face = (Face)(at->local.z + 0.5f);

    material->albedo = wall_texture(house, at->local.x, y, at->footprint);
    if (face == FACE_FRONT)
        paint_front(house, clamp(x, 0.0f, house->length - 0.001f), y, at->footprint, material);
    else if (face == FACE_ROOF)
        paint_roof(house, x, y, at->footprint, material);
    else
        paint_end(house, x, y, material);
    return COVER_SOLID;
}

/* Where a house stands: its front's first corner, directions along the front and into the house. */
typedef struct Site {
    Vec3 corner, along, inwards;
} Site;

static Vec3 site_point(const Site *site, float along, float up, float in)
{
    Vec3 at = vec3_add(site->corner,
                       vec3_add(vec3_scale(site->along, along), vec3_scale(site->inwards, in)));
    at.y += up;
    return at;
}

/* A face from four places (along, up, in), first two at the bottom. */
static void add_face(Mesh *mesh, const Site *site, const float places[4][3], Face face, Vec3 normal)
{
    Corner rim[4];

    for (int i = 0; i < 4; ++i) {
        const float *p = places[i];
        const float across = face == FACE_END ? p[2] : p[0];
        const float up = face == FACE_ROOF ? p[2] : p[1];

        rim[i] =
            (Corner){ site_point(site, p[0], p[1], p[2]), vec3(across, up, (float)face), normal };
    }
    mesh_quad(mesh, rim);
}

static void add_roof(Mesh *mesh, const Site *site, const House *house)
{
    const float l = house->length, h = house->height, d = house->depth, r = house->roof;
    const Vec3 out = vec3_scale(site->inwards, -1.0f);
    const Vec3 slope = vec3_unit(vec3_add(vec3_scale(out, r), vec3(0.0f, d / 2.0f, 0.0f)));
    const float front[4][3] = {
        { 0, h, -0.3f }, { l, h, -0.3f }, { l, h + r, d / 2 }, { 0, h + r, d / 2 }
    };

    add_face(mesh, site, front, FACE_ROOF, slope);
    for (int end = 0; end < 2; ++end) {
        const float x = end ? l : 0.0f;
        const float gable[4][3] = {
            { x, h, 0 }, { x, h, d }, { x, h + r, d / 2 }, { x, h + r, d / 2 }
        };
        add_face(mesh, site, gable, FACE_END, vec3_scale(site->along, end ? 1.0f : -1.0f));
    }
}

static void add_chimney(Mesh *mesh, const Site *site, const House *house)
{
    const float x = 0.3f * house->length, top = house->height + house->roof + 0.9f;
    const float low = house->height, in = house->depth / 2.0f - 0.4f;
    const float front[4][3] = {
        { x, low, in }, { x + 0.9f, low, in }, { x + 0.9f, top, in }, { x, top, in }
    };
    const float side[4][3] = {
        { x, low, in }, { x, low, in + 0.7f }, { x, top, in + 0.7f }, { x, top, in }
    };

    add_face(mesh, site, front, FACE_END, vec3_scale(site->inwards, -1.0f));
    add_face(mesh, site, side, FACE_END, vec3_scale(site->along, -1.0f));
}

static void add_house(Scene *scene, const Site *site, const House *house)
{
    const float l = house->length, h = house->height, d = house->depth;
    const float front[4][3] = { { 0, 0, 0 }, { l, 0, 0 }, { l, h, 0 }, { 0, h, 0 } };
    Surface surface = scene_group_surface(KIND_BUILDING, shade_house, house->colour);

    surface.look = house;
    mesh_begin(&scene->mesh, &surface);
    add_face(&scene->mesh, site, front, FACE_FRONT, vec3_scale(site->inwards, -1.0f));
    for (int end = 0; end < 2; ++end) {
        const float x = end ? l : 0.0f;
        const float side[4][3] = { { x, 0, 0 }, { x, 0, d }, { x, h, d }, { x, h, 0 } };

        add_face(&scene->mesh, site, side, FACE_END, vec3_scale(site->along, end ? 1.0f : -1.0f));
    }
    if (house->roof > 0.0f) {
        add_roof(&scene->mesh, site, house);
        add_chimney(&scene->mesh, site, house);
    } else {
        const float flat[4][3] = { { 0, h, 0 }, { l, h, 0 }, { l, h, d }, { 0, h, d } };

        add_face(&scene->mesh, site, flat, FACE_ROOF, vec3(0.0f, 1.0f, 0.0f));
    }
}

static Site street_site(const Side *side, int which, float z, float setback)
{
    const float out = which == LEFT ? -1.0f : 1.0f;

    return (Site){ .corner = { side->front + out * setback, 0.0f, z },
                   .along = { 0.0f, 0.0f, 1.0f },
                   .inwards = { out, 0.0f, 0.0f } };
}

/* Houses of other streets, seen through gaps and above low fronts. */
static void build_back_row(Scene *scene, int which, Random *random)
{
    Side *side = &scene->street.sides[which];
    const int first = side->lot_count;

    for (float z = 4.0f; z < 260.0f && side->lot_count < MAX_LOTS;) {
        const Lot *near_lot = street_lot(&scene->street, which, z);
        const float setback = random_between(random, 22.0f, 42.0f);
        const int choice = random_below(random, first > 0 ? first : 1);

        z += random_between(random, 16.0f, 34.0f);
        if (near_lot && near_lot->kind == LOT_HOUSE && random_chance(random, 0.8f))
            continue;
        Lot *lot = &side->lots[side->lot_count];
        *lot = (Lot){ .kind = LOT_HOUSE, .start = -1.0f, .end = -1.0f, .setback = setback };
        lot->house = side->lots[choice].house;
        if (lot->house.height <= 0.0f || lot->house.length < 4.0f)
            continue;
        lot->house.seed = random_bits(random);
        const Site site = street_site(side, which, z, setback);
        ++side->lot_count;
        add_house(scene, &site, &lot->house);
    }
}

/* The end of the street: houses that face the camera, or nothing but haze. */
static void build_end(Scene *scene, Random *random)
{
    static const float distance = 290.0f;
    Side *side = &scene->street.sides[LEFT];
    const int first = random_below(random, 8);

    for (float x = -120.0f; x < 120.0f && side->lot_count < MAX_LOTS; x += 24.0f) {
        const Lot *like = &scene->street.sides[RIGHT].lots[first];

        if (random_chance(random, 0.35f) || like->house.height <= 0.0f)
            continue;
        Lot *lot = &side->lots[side->lot_count++];
        *lot = *like;
        lot->start = lot->end = -1.0f;
        lot->house.seed = random_bits(random);
        lot->house.height *= random_between(random, 0.8f, 1.5f);
        const Site site = { { x, 0.0f, distance }, { 1.0f, 0.0f, 0.0f }, { 0.0f, 0.0f, 1.0f } };
        add_house(scene, &site, &lot->house);
    }
}

void build_houses(Scene *scene, Random *random)
{
    for (int which = LEFT; which <= RIGHT; ++which) {
        Side *side = &scene->street.sides[which];

        for (int i = 0; i < side->lot_count; ++i) {
            Lot *lot = &side->lots[i];

            if (lot->house.height <= 0.0f || lot->house.length < 2.0f)
                continue;
            lot->house.lit += 0.35f * scene->light.lit * scene->light.lit;
            const Site site =
                street_site(side, which, lot->start + (lot->kind == LOT_VILLA), lot->setback);
            add_house(scene, &site, &lot->house);
        }
        build_back_row(scene, which, random);
    }
    build_end(scene, random);
}
