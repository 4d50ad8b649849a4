/* SPDX-License-Identifier: Apache-2.0 */
/* Triangles are bent, clipped to the field of view, projected, snapped to 1/16 sample and scanned
 * with integer edge functions, so that neighbours leave no gap and no overlap. Attributes are
 * interpolated perspectively: a/z and 1/z are linear on the screen. */
#include "scene_raster.h"

#include <string.h>

enum {
    SUBSTEPS = 16,   /* of a sample */
    MAX_CORNERS = 8, /* a triangle clipped by five planes */
    GUARD = 64,      /* samples that faces may reach beyond the picture */
};

static const float nearest = 0.3f; /* metres: what is closer to the lens is cut off */

/* A corner relative to the eye. */
typedef struct Clipped {
    Vec3 at, local, normal;
} Clipped;

/* A corner on the screen; local and normal are divided by the depth. */
typedef struct Projected {
    int64_t x, y; /* in SUBSTEPS of a sample */
    float nearness;
    Vec3 local, normal;
} Projected;

typedef struct Painter {
    Band *band;
    const Stage *stage;
    const Surface *surface;
} Painter;

Vec3 raster_direction(const View *view, float sample_x, float sample_y)
{
    const float across = (sample_x / (float)SAMPLES - view->centre_x) / view->focal;
    const float up = (view->horizon_y - sample_y / (float)SAMPLES) / view->focal;

    return vec3_unit(vec3(view->roll_cosine * across + view->roll_sine * up,
                          view->roll_cosine * up - view->roll_sine * across, 1.0f));
}

static Clipped bent(const View *view, const Corner *corner)
{
    Vec3 at = corner->at;
    const float square = at.z * at.z;

    at.x += view->bend * square;
    at.y += view->slope * square - view->eye_height;
    return (Clipped){ vec3(view->roll_cosine * at.x - view->roll_sine * at.y,
                           view->roll_cosine * at.y + view->roll_sine * at.x, at.z),
                      corner->local, corner->normal };
}

/* Distance from the plane `side` of the field of view, positive inside. */
static float inside(const View *view, Vec3 at, int side)
{
    const float guard = (float)GUARD;

    switch (side) {
    case 0:
        return at.z - nearest;
    case 1:
        return view->focal * at.x + (view->centre_x + guard) * at.z;
    case 2:
        return ((float)view->width - view->centre_x + guard) * at.z - view->focal * at.x;
    case 3:
        return (view->horizon_y + guard) * at.z - view->focal * at.y;
    default:
        return ((float)view->height - view->horizon_y + guard) * at.z + view->focal * at.y;
    }
}

static Clipped between(const Clipped *a, const Clipped *b, float t)
{
    return (Clipped){ vec3_mix(a->at, b->at, t), vec3_mix(a->local, b->local, t),
                      vec3_mix(a->normal, b->normal, t) };
}

/* Sutherland-Hodgman against one plane; returns the new count. */
static int clip(Clipped *polygon, int count, const View *view, int side)
{
    Clipped kept[MAX_CORNERS];
    int kept_count = 0;

    for (int i = 0; i < count; ++i) {
        const Clipped *here = &polygon[i], *next = &polygon[(i + 1) % count];
        const float a = inside(view, here->at, side), b = inside(view, next->at, side);

        if (a >= 0.0f)
            kept[kept_count++] = *here;
        if ((a >= 0.0f) != (b >= 0.0f))
            kept[kept_count++] = between(here, next, a / (a - b));
    }
    memcpy(polygon, kept, (size_t)kept_count * sizeof kept[0]);
    return kept_count;
}

static int64_t snapped(float pixels)
{
    const float steps = pixels * (float)(SAMPLES * SUBSTEPS);

    return (int64_t)(steps < 0.0f ? steps - 0.5f : steps + 0.5f);
}

static Projected project(const View *view, const Clipped *corner)
{
    const float nearness = 1.0f / corner->at.z;

    return (Projected){ .x = snapped(view->centre_x + view->focal * corner->at.x * nearness),
                        .y = snapped(view->horizon_y - view->focal * corner->at.y * nearness),
                        .nearness = nearness,
                        .local = vec3_scale(corner->local, nearness),
                        .normal = vec3_scale(corner->normal, nearness) };
}

static Vec3 weighted(Vec3 a, Vec3 b, Vec3 c, const float weight[3])
{
    return vec3_add(vec3_add(vec3_scale(a, weight[0]), vec3_scale(b, weight[1])),
                    vec3_scale(c, weight[2]));
}

/* The place in the world, before it was bent, that is seen in a direction. */
static Vec3 world_place(const View *view, Vec3 direction, float depth)
{
    const float scale = depth / direction.z, square = depth * depth;

    return vec3(direction.x * scale - view->bend * square,
                direction.y * scale - view->slope * square + view->eye_height, depth);
}

/* What the surface looks like at a sample; COVER_NONE where it is not. */
static Cover look(const Painter *painter, const Projected *corner[3], const float weight[3],
                  float nearness, size_t column, size_t row, Vec3 *ret_colour)
{
    const Surface *surface = painter->surface;
    const float depth = 1.0f / nearness;
    const Fragment at = {
        .local = vec3_scale(weighted(corner[0]->local, corner[1]->local, corner[2]->local, weight),
                            depth),
        .normal =
            vec3_unit(weighted(corner[0]->normal, corner[1]->normal, corner[2]->normal, weight)),
        .view = raster_direction(painter->stage->view, (float)column + 0.5f, (float)row + 0.5f),
        .depth = depth,
        .footprint = depth / (painter->stage->view->focal * (float)SAMPLES),
    };
    Material material = { .albedo = surface->colour, .sun = surface->sun, .sky = 1.0f };
    const Cover cover = surface->shade ? surface->shade(surface, &at, &material) : COVER_SOLID;

    if (cover != COVER_SOLID)
        return cover;
    const Shadows *shadows = painter->stage->shadows;
    const Vec3 place = world_place(painter->stage->view, at.view, depth);
    if (material.sun > 0.0f)
        material.sun *= shadows_sun(shadows, place, at.normal, surface->thick);
    material.sky *= shadows_sky(shadows, place, at.normal);
    *ret_colour = light_apply(painter->stage->light, &material, &at, place);
    return cover;
}

static void paint_sample(const Painter *painter, const Projected *corner[3], const float weight[3],
                         size_t column, size_t row)
{
    const Surface *surface = painter->surface;
    Sample *sample =
        &painter->band->samples[(row - painter->band->first_row) * painter->band->columns + column];
    const float nearness = weight[0] * corner[0]->nearness + weight[1] * corner[1]->nearness +
                           weight[2] * corner[2]->nearness;
    Vec3 colour;

    if (nearness <= sample->nearness)
        return;
    const Cover cover = look(painter, corner, weight, nearness, column, row, &colour);
    if (cover == COVER_NONE)
        return;
    if (cover == COVER_SOLID)
        sample->colour = colour;
    sample->nearness = nearness;
    sample->instance = surface->instance;
    sample->kind = (uint8_t)surface->kind;
}

/* Twice the area to the left of a -> b as seen from p; positive inside. */
static int64_t edge(const Projected *a, const Projected *b, int64_t x, int64_t y)
{
    return (b->x - a->x) * (y - a->y) - (b->y - a->y) * (x - a->x);
}

/* A sample on an edge that two faces share belongs to one of them: 0 if to this, else -1. */
static int64_t edge_bias(const Projected *a, const Projected *b)
{
    return a->y < b->y || (a->y == b->y && a->x < b->x) ? 0 : -1;
}

static int64_t minimum(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t maximum(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Rows or columns whose centres lie between the least and the greatest of three places. */
static void span(int64_t a, int64_t b, int64_t c, int64_t low, int64_t high, int64_t *ret_first,
                 int64_t *ret_end)
{
    const int64_t least = minimum(a, minimum(b, c)), greatest = maximum(a, maximum(b, c));

    *ret_first = maximum(low, least > 0 ? least / SUBSTEPS : 0);
    *ret_end = minimum(high, greatest > 0 ? greatest / SUBSTEPS + 1 : 0);
}

/* A row of a face. From a column to the next the edge functions change by the same step. */
static void scan_row(const Painter *painter, const Projected *corner[3], float scale, int64_t row,
                     int64_t left, int64_t right)
{
    const int64_t x = left * SUBSTEPS + SUBSTEPS / 2, y = row * SUBSTEPS + SUBSTEPS / 2;
    int64_t w[3], bias[3], step[3];
    bool was_inside = false;

    for (int k = 0; k < 3; ++k) {
        const Projected *a = corner[(k + 1) % 3], *b = corner[(k + 2) % 3];

        w[k] = edge(a, b, x, y);
        bias[k] = edge_bias(a, b);
        step[k] = -(b->y - a->y) * SUBSTEPS;
    }
    for (int64_t column = left; column < right; ++column) {
        const bool is_inside = ((w[0] + bias[0]) | (w[1] + bias[1]) | (w[2] + bias[2])) >= 0;

        if (is_inside) {
            const float weight[3] = { (float)w[0] * scale, (float)w[1] * scale,
                                      (float)w[2] * scale };
            paint_sample(painter, corner, weight, (size_t)column, (size_t)row);
        } else if (was_inside) {
            return;
        }
        was_inside = is_inside;
        for (int k = 0; k < 3; ++k)
            w[k] += step[k];
    }
}

static void scan(const Painter *painter, const Projected *corner[3], int64_t area)
{
    const Band *band = painter->band;
    int64_t top, bottom, left, right;

    span(corner[0]->y, corner[1]->y, corner[2]->y, (int64_t)band->first_row,
         (int64_t)(band->first_row + band->rows), &top, &bottom);
    span(corner[0]->x, corner[1]->x, corner[2]->x, 0, (int64_t)band->columns, &left, &right);
    for (int64_t row = top; row < bottom; ++row)
        scan_row(painter, corner, 1.0f / (float)area, row, left, right);
}

static void paint_triangle(const Painter *painter, const Projected *a, const Projected *b,
                           const Projected *c)
{
    const int64_t area = edge(a, b, c->x, c->y);

    if (area > 0)
        scan(painter, (const Projected *[3]){ a, b, c }, area);
    else if (area < 0)
        scan(painter, (const Projected *[3]){ a, c, b }, -area);
}

static void paint_face(const Painter *painter, const Corner corners[3])
{
    Clipped polygon[MAX_CORNERS];
    Projected screen[MAX_CORNERS];
    int count = 3;

    for (int i = 0; i < 3; ++i)
        polygon[i] = bent(painter->stage->view, &corners[i]);
    for (int side = 0; side < 5 && count > 0; ++side)
        count = clip(polygon, count, painter->stage->view, side);
    for (int i = 0; i < count; ++i)
        screen[i] = project(painter->stage->view, &polygon[i]);
    for (int i = 1; i + 1 < count; ++i)
        paint_triangle(painter, &screen[0], &screen[i], &screen[i + 1]);
}

void raster_part(Band *band, const Stage *stage, const Part *part)
{
    const Painter painter = { band, stage, &part->surface };

    for (size_t i = 0; i < part->count; i += 3)
        paint_face(&painter, &stage->mesh->corners[part->first + i]);
}
