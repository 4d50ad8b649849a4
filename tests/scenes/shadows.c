/* SPDX-License-Identifier: Apache-2.0 */
/* Faces are sheared along the light's rays onto the ground and scanned there; boards that always
 * face the camera are turned to face the light first. */
#include "shadows.h"

#include <stdlib.h>

static const float nothing = -10.0f; /* the height of an empty cell */

void shadows_clear(Shadows *shadows)
{
    for (int i = 0; i < SHADOW_MAPS; ++i)
        free(shadows->maps[i].tops);
    *shadows = (Shadows){ 0 };
}

/* A corner on the map: x, z in cells, y its height in metres. */
static Vec3 on_map(const ShadowMap *map, Vec3 at)
{
    return vec3((at.x - at.y * map->lean_x - map->left) / map->cell, at.y,
                (at.z - at.y * map->lean_z - map->near_end) / map->cell);
}

static float least(float a, float b)
{
    return a < b ? a : b;
}

static float most(float a, float b)
{
    return a > b ? a : b;
}

static float area(Vec3 a, Vec3 b, Vec3 c)
{
    return (b.x - a.x) * (c.z - a.z) - (b.z - a.z) * (c.x - a.x);
}

static Vec3 weighted(const Vec3 v[3], const float w[3])
{
    return vec3_add(vec3_add(vec3_scale(v[0], w[0]), vec3_scale(v[1], w[1])),
                    vec3_scale(v[2], w[2]));
}

typedef struct Caster {
    ShadowMap *map;
    const Surface *surface;
    Vec3 at[3], local[3], normal; /* at: on the map */
} Caster;

/* Whether the face is there, or one sees through it. */
static bool is_solid(const Caster *caster, const float weight[3])
{
    Material material = { .albedo = caster->surface->colour };
    const Fragment at = { .local = weighted(caster->local, weight),
                          .normal = caster->normal,
                          .view = { 0.0f, 0.0f, 1.0f },
                          .depth = 10.0f,
                          .footprint = caster->map->cell };

    return caster->surface->shade(caster->surface, &at, &material) == COVER_SOLID;
}

/* False outside the face. */
static bool cast_cell(const Caster *caster, int column, int row, float scale)
{
    const Vec3 *at = caster->at;
    const Vec3 p = vec3((float)column + 0.5f, 0.0f, (float)row + 0.5f);
    const float weight[3] = { area(at[1], at[2], p) * scale, area(at[2], at[0], p) * scale,
                              area(at[0], at[1], p) * scale };
    float *top = &caster->map->tops[row * caster->map->columns + column];

    if (weight[0] < 0.0f || weight[1] < 0.0f || weight[2] < 0.0f)
        return false;
    const float height = weight[0] * at[0].y + weight[1] * at[1].y + weight[2] * at[2].y;
    if (height > *top && (!caster->surface->is_cut_out || is_solid(caster, weight)))
        *top = height;
    return true;
}

/* The cells from the least to the greatest of three places. */
static void span(float a, float b, float c, int count, int *ret_first, int *ret_end)
{
    const float limit = (float)count;

    *ret_first = (int)clamp(least(a, least(b, c)), 0.0f, limit);
    *ret_end = (int)clamp(most(a, most(b, c)) + 1.0f, 0.0f, limit);
}

static void cast_face(const Caster *caster)
{
    const Vec3 *at = caster->at;
    const float whole = area(at[0], at[1], at[2]);
    int left, right, first, end;

    if (whole * whole < 1e-12f)
        return;
    span(at[0].x, at[1].x, at[2].x, caster->map->columns, &left, &right);
    span(at[0].z, at[1].z, at[2].z, caster->map->rows, &first, &end);
    for (int row = first; row < end; ++row) {
        bool was_inside = false;

        for (int column = left; column < right; ++column) {
            const bool is_inside = cast_cell(caster, column, row, 1.0f / whole);

            if (was_inside && !is_inside)
                break;
            was_inside = is_inside;
        }
    }
}

/* Directions of a board's width and height when it faces the light. */
typedef struct Turned {
    Vec3 right, up;
} Turned;

static Turned turned_to(const ShadowMap *map, Facing facing)
{
    const Vec3 light = vec3_unit(vec3(map->lean_x, 1.0f, map->lean_z));
    const float level = light.x * light.x + light.z * light.z;
    const Vec3 right =
        level > 1e-4f ? vec3_unit(vec3(light.z, 0.0f, -light.x)) : vec3(1.0f, 0.0f, 0.0f);

    return (Turned){ right,
                     facing == FACING_UPRIGHT ? vec3(0.0f, 1.0f, 0.0f) : vec3_cross(light, right) };
}

static Vec3 turned_place(const Turned *turned, Vec3 middle, Vec3 at)
{
    return vec3_add(middle, vec3_add(vec3_scale(turned->right, at.x - middle.x),
                                     vec3_scale(turned->up, at.y - middle.y)));
}

static void cast_part(ShadowMap *map, const Mesh *mesh, const Part *part)
{
    const Facing facing = part->surface.facing;
    const Turned turned = turned_to(map, facing);

    for (size_t i = 0; i < part->count; i += 3) {
        const Corner *corners = &mesh->corners[part->first + i];
        const Corner *quad = corners - i % 2 * 3; /* boards are made of two triangles */
        const Vec3 middle = vec3_scale(vec3_add(quad[0].at, quad[2].at), 0.5f);
        Caster caster = { .map = map, .surface = &part->surface, .normal = corners->normal };

        for (int k = 0; k < 3; ++k) {
            const Vec3 at = corners[k].at;

            caster.at[k] =
                on_map(map, facing == FACING_NOWHERE ? at : turned_place(&turned, middle, at));
            caster.local[k] = corners[k].local;
        }
        cast_face(&caster);
    }
}

static bool cast_map(ShadowMap *map, const Mesh *mesh)
{
    const size_t cells = (size_t)map->columns * (size_t)map->rows;

    map->tops = malloc(cells * sizeof *map->tops);
    if (!map->tops)
        return false;
    for (size_t i = 0; i < cells; ++i)
        map->tops[i] = nothing;
    for (size_t i = 0; i < mesh->part_count; ++i) {
        if (mesh->parts[i].surface.pass != PASS_GROUND)
            cast_part(map, mesh, &mesh->parts[i]);
    }
    return true;
}

bool shadows_cast(Shadows *ret_shadows, const Mesh *mesh, Vec3 to_sun, bool has_sun)
{
    const float lean_x = to_sun.x / to_sun.y, lean_z = to_sun.z / to_sun.y;
    Shadows shadows = { .maps = {
                            [SUN_NEAR] = { lean_x, lean_z, -21.0f, -3.0f, 0.07f, 600, 800, NULL },
                            [SUN_FAR] = { lean_x, lean_z, -90.0f, -30.0f, 0.3f, 600, 1100, NULL },
                            [ZENITH] = { 0.0f, 0.0f, -30.0f, -5.0f, 0.2f, 300, 600, NULL },
                        } };

    for (int i = has_sun ? SUN_NEAR : ZENITH; i < SHADOW_MAPS; ++i) {
        if (!cast_map(&shadows.maps[i], mesh)) {
            shadows_clear(&shadows);
            return false;
        }
    }
    *ret_shadows = shadows;
    return true;
}

static float lit(const ShadowMap *map, int column, int row, float height)
{
    return map->tops[row * map->columns + column] > height ? 0.0f : 1.0f;
}

/* The mean of the four cells around; false outside the map. */
static bool light_between(const ShadowMap *map, Vec3 place, float *ret_light)
{
    const Vec3 at = on_map(map, place);
    const float x = at.x - 0.5f, z = at.z - 0.5f;

    if (!map->tops ||
        !(x >= 0.0f && z >= 0.0f && x < (float)(map->columns - 1) && z < (float)(map->rows - 1)))
        return false;
    const int column = (int)x, row = (int)z;
    const float u = x - (float)column;
    const float first = mix(lit(map, column, row, place.y), lit(map, column + 1, row, place.y), u);
    const float next =
        mix(lit(map, column, row + 1, place.y), lit(map, column + 1, row + 1, place.y), u);
    *ret_light = mix(first, next, z - (float)row);
    return true;
}

float shadows_sun(const Shadows *shadows, Vec3 place, Vec3 normal, float free_way)
{
    for (int i = SUN_NEAR; i <= SUN_FAR; ++i) {
        const ShadowMap *map = &shadows->maps[i];
        const Vec3 towards = vec3_unit(vec3(map->lean_x, 1.0f, map->lean_z));
        const Vec3 off = vec3_add(vec3_scale(normal, 2.0f * map->cell),
                                  vec3_scale(towards, free_way + 0.5f * map->cell));
        float light;

        if (light_between(map, vec3_add(place, off), &light))
            return light;
    }
    return 1.0f;
}

/* Two rings of places around it: what is higher there takes its share of the sky. */
float shadows_sky(const Shadows *shadows, Vec3 place, Vec3 normal)
{
    static const float taps[][2] = { { 0.3f, 0.1f },   { -0.1f, 0.3f }, { -0.3f, -0.1f },
                                     { 0.1f, -0.3f },  { 0.7f, 0.7f },  { -0.7f, 0.7f },
                                     { -0.7f, -0.7f }, { 0.7f, -0.7f } };
    static const int count = (int)(sizeof taps / sizeof taps[0]);
    const ShadowMap *map = &shadows->maps[ZENITH];
    float sum = 0.0f;

    for (int i = 0; i < count; ++i) {
        const Vec3 out = vec3(taps[i][0], i < 4 ? 0.1f : 0.4f, taps[i][1]);
        float light = 1.0f;

        (void)light_between(map, vec3_add(place, vec3_add(out, vec3_scale(normal, 0.4f))), &light);
        sum += light;
    }
    return 0.35f + 0.65f * sum / (float)count;
}
