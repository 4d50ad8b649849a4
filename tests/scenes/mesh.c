/* SPDX-License-Identifier: Apache-2.0 */
/* Growing arrays of parts and corners, and shapes made of quads. */
#include "mesh.h"

#include "turns.h"

#include <stdlib.h>

void mesh_clear(Mesh *mesh)
{
    free(mesh->parts);
    free(mesh->corners);
    *mesh = (Mesh){ 0 };
}

/* Makes room for `more` items; false, and remembered, when memory is refused. */
static bool grow(Mesh *mesh, void **items, size_t size, size_t count, size_t more, size_t *room)
{
    if (mesh->out_of_memory)
        return false;
    if (count + more <= *room)
        return true;

    const size_t wanted = 2 * (count + more) + 64;
    void *bigger = realloc(*items, wanted * size);
    if (!bigger) {
        mesh->out_of_memory = true;
        return false;
    }
    *items = bigger;
    *room = wanted;
    return true;
}

void mesh_begin(Mesh *mesh, const Surface *surface)
{
    void *parts = mesh->parts;

    if (!grow(mesh, &parts, sizeof *mesh->parts, mesh->part_count, 1, &mesh->part_room))
        return;
    mesh->parts = parts;
    mesh->parts[mesh->part_count++] =
        (Part){ .surface = *surface, .first = mesh->corner_count, .distance = 1e9f };
}

void mesh_triangle(Mesh *mesh, const Corner *a, const Corner *b, const Corner *c)
{
    void *corners = mesh->corners;

    if (!grow(mesh, &corners, sizeof *mesh->corners, mesh->corner_count, 3, &mesh->corner_room))
        return;
    mesh->corners = corners;
    const Corner *const rim[3] = { a, b, c };
    Part *part = &mesh->parts[mesh->part_count - 1];
    for (int i = 0; i < 3; ++i) {
        mesh->corners[mesh->corner_count++] = *rim[i];
        if (rim[i]->at.z < part->distance)
            part->distance = rim[i]->at.z;
    }
    part->count += 3;
}

void mesh_quad(Mesh *mesh, const Corner corners[4])
{
    mesh_triangle(mesh, &corners[0], &corners[1], &corners[2]);
    mesh_triangle(mesh, &corners[0], &corners[2], &corners[3]);
}

/* By pass, then by distance: near to far, so that hidden samples are not coloured in vain; veils
 * far to near, since they are looked through. Ties keep the order of building. */
static int paint_order(const void *left, const void *right)
{
    const Part *a = left, *b = right;

    if (a->surface.pass != b->surface.pass)
        return a->surface.pass < b->surface.pass ? -1 : 1;
    if (a->distance < b->distance || a->distance > b->distance) {
        const bool nearer = a->distance < b->distance;
        return nearer == (a->surface.pass != PASS_VEIL) ? -1 : 1;
    }
    return a->first < b->first ? -1 : a->first > b->first;
}

void mesh_sort(Mesh *mesh)
{
    if (mesh->part_count)
        qsort(mesh->parts, mesh->part_count, sizeof *mesh->parts, paint_order);
}

Frame frame_at(Vec3 origin, float turns)
{
    const float s = turns_sin(turns), c = turns_cos(turns);

    return (Frame){ .origin = origin, .right = { c, 0.0f, -s }, .ahead = { s, 0.0f, c } };
}

Vec3 frame_direction(const Frame *frame, Vec3 local)
{
    const Vec3 level =
        vec3_add(vec3_scale(frame->right, local.x), vec3_scale(frame->ahead, local.z));

    return vec3(level.x, local.y, level.z);
}

Vec3 frame_point(const Frame *frame, Vec3 local)
{
    return vec3_add(frame->origin, frame_direction(frame, local));
}

void mesh_patch(Mesh *mesh, const Frame *frame, const Vec3 rim[4], Vec3 normal)
{
    Corner corners[4];

    for (int i = 0; i < 4; ++i)
        corners[i] = (Corner){ .at = frame_point(frame, rim[i]),
                               .local = rim[i],
                               .normal = frame_direction(frame, normal) };
    mesh_quad(mesh, corners);
}

void mesh_board(Mesh *mesh, const Frame *frame, float left, float bottom, float right, float top,
                float z)
{
    const Vec3 rim[4] = {
        { left, bottom, z }, { right, bottom, z }, { right, top, z }, { left, top, z }
    };

    mesh_patch(mesh, frame, rim, vec3(0.0f, 0.0f, -1.0f));
}

void mesh_box(Mesh *mesh, const Frame *frame, Vec3 low, Vec3 high)
{
    const Vec3 sides[5][4] = {
        { { low.x, low.y, low.z },
          { high.x, low.y, low.z },
          { high.x, high.y, low.z },
          { low.x, high.y, low.z } },
        { { low.x, low.y, high.z },
          { high.x, low.y, high.z },
          { high.x, high.y, high.z },
          { low.x, high.y, high.z } },
        { { low.x, low.y, low.z },
          { low.x, low.y, high.z },
          { low.x, high.y, high.z },
          { low.x, high.y, low.z } },
        { { high.x, low.y, low.z },
          { high.x, low.y, high.z },
          { high.x, high.y, high.z },
          { high.x, high.y, low.z } },
        { { low.x, high.y, low.z },
          { high.x, high.y, low.z },
          { high.x, high.y, high.z },
          { low.x, high.y, high.z } },
    };
    static const Vec3 normals[5] = {
        { 0.0f, 0.0f, -1.0f }, { 0.0f, 0.0f, 1.0f }, { -1.0f, 0.0f, 0.0f },
        { 1.0f, 0.0f, 0.0f },  { 0.0f, 1.0f, 0.0f },
    };

    for (int i = 0; i < 5; ++i)
        mesh_patch(mesh, frame, sides[i], normals[i]);
}

enum {
    ROUND = 10
}; /* sides of what is round */

/* A ring of ROUND + 1 points about `centre` in the plane of u and v. */
static void ring(Corner *ret_ring, const Frame *frame, Vec3 centre, Vec3 u, Vec3 v, float radius)
{
    for (int i = 0; i <= ROUND; ++i) {
        const float turns = (float)i / (float)ROUND;
        const Vec3 out = vec3_add(vec3_scale(u, turns_cos(turns)), vec3_scale(v, turns_sin(turns)));
        const Vec3 local = vec3_add(centre, vec3_scale(out, radius));

        ret_ring[i] = (Corner){ .at = frame_point(frame, local),
                                .local = local,
                                .normal = frame_direction(frame, out) };
    }
}

static void tube(Mesh *mesh, const Corner *a, const Corner *b)
{
    for (int i = 0; i < ROUND; ++i)
        mesh_quad(mesh, (const Corner[4]){ a[i], a[i + 1], b[i + 1], b[i] });
}

void mesh_bar(Mesh *mesh, const Frame *frame, Vec3 from, Vec3 to, float radius, float end_radius)
{
    const Vec3 axis = vec3_unit(vec3_sub(to, from));
    const bool upright = axis.y > 0.7f || axis.y < -0.7f;
    const Vec3 u =
        vec3_unit(vec3_cross(axis, upright ? vec3(0.0f, 0.0f, 1.0f) : vec3(0.0f, 1.0f, 0.0f)));
    const Vec3 v = vec3_cross(axis, u);
    Corner start[ROUND + 1], end[ROUND + 1];

    ring(start, frame, from, u, v, radius);
    ring(end, frame, to, u, v, end_radius);
    tube(mesh, start, end);
}

void mesh_ribbon(Mesh *mesh, const Frame *frame, Vec3 from, Vec3 to, float radius, float end_radius)
{
    const Vec3 axis = vec3_sub(to, from);
    const Vec3 across = vec3_unit(vec3(axis.y, -axis.x, 0.0f));
    const Vec3 rim[4] = { vec3_sub(from, vec3_scale(across, radius)),
                          vec3_add(from, vec3_scale(across, radius)),
                          vec3_add(to, vec3_scale(across, end_radius)),
                          vec3_sub(to, vec3_scale(across, end_radius)) };

    mesh_patch(mesh, frame, rim, vec3(0.0f, 0.5f, -0.86f));
}

void mesh_wheel(Mesh *mesh, const Frame *frame, Vec3 centre, float radius, float half_width)
{
    const Vec3 across = vec3(half_width, 0.0f, 0.0f);
    const Vec3 up = vec3(0.0f, 1.0f, 0.0f), ahead = vec3(0.0f, 0.0f, 1.0f);
    Corner sides[2][ROUND + 1];

    ring(sides[0], frame, vec3_sub(centre, across), up, ahead, radius);
    ring(sides[1], frame, vec3_add(centre, across), up, ahead, radius);
    tube(mesh, sides[0], sides[1]);
    for (int side = 0; side < 2; ++side) {
        const Vec3 middle = side ? vec3_add(centre, across) : vec3_sub(centre, across);
        const Vec3 out = frame_direction(frame, vec3(side ? 1.0f : -1.0f, 0.0f, 0.0f));
        const Corner hub = { .at = frame_point(frame, middle), .local = middle, .normal = out };

        for (int i = 0; i <= ROUND; ++i)
            sides[side][i].normal = out;
        for (int i = 0; i < ROUND; ++i)
            mesh_triangle(mesh, &hub, &sides[side][i], &sides[side][i + 1]);
    }
}

static Vec3 skin_normal(const Vec3 *points, size_t rows, size_t columns, size_t i, size_t j)
{
    const Vec3 *row = points + i * columns;
    const Vec3 along = vec3_sub(row[j + 1 < columns ? j + 1 : j], row[j > 0 ? j - 1 : j]);
    const Vec3 next = points[(i + 1 < rows ? i + 1 : i) * columns + j];
    const Vec3 previous = points[(i > 0 ? i - 1 : i) * columns + j];

    return vec3_unit(vec3_cross(along, vec3_sub(next, previous)));
}

static Corner skin_corner(const Frame *frame, const Vec3 *points, size_t rows, size_t columns,
                          size_t i, size_t j)
{
    const Vec3 local = points[i * columns + j];
    const Vec3 normal = skin_normal(points, rows, columns, i, j);

    return (Corner){ .at = frame_point(frame, local),
                     .local = local,
                     .normal = frame_direction(frame, normal) };
}

void mesh_skin(Mesh *mesh, const Frame *frame, const Vec3 *points, size_t rows, size_t columns)
{
    for (size_t i = 0; i + 1 < rows; ++i) {
        for (size_t j = 0; j + 1 < columns; ++j) {
            const Corner corners[4] = {
                skin_corner(frame, points, rows, columns, i, j),
                skin_corner(frame, points, rows, columns, i, j + 1),
                skin_corner(frame, points, rows, columns, i + 1, j + 1),
                skin_corner(frame, points, rows, columns, i + 1, j),
            };
            mesh_quad(mesh, corners);
        }
    }
}
