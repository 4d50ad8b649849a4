/* SPDX-License-Identifier: Apache-2.0 */
/* The display list: triangles, grouped in parts of one surface each, and builders of simple shapes.
 *
 * Builders cannot fail line by line: a refused allocation is remembered, later calls do nothing. */
#ifndef VOLO_TESTS_SCENES_MESH_H
#define VOLO_TESTS_SCENES_MESH_H

#include "surface.h"

#include <stddef.h>

typedef struct Corner {
    Vec3 at;     /* in the world */
    Vec3 local;  /* in the surface's coordinates */
    Vec3 normal; /* unit */
} Corner;

/* corners[first .. first + count), three a triangle */
typedef struct Part {
    Surface surface;
    size_t first, count;
    float distance; /* of the nearest corner */
} Part;

typedef struct Mesh {
    Part *parts;
    size_t part_count, part_room;
    Corner *corners;
    size_t corner_count, corner_room;
    bool out_of_memory;
} Mesh;

void mesh_clear(Mesh *mesh);

/* The faces added from here on are of this surface. */
void mesh_begin(Mesh *mesh, const Surface *surface);
void mesh_triangle(Mesh *mesh, const Corner *a, const Corner *b, const Corner *c);
void mesh_quad(Mesh *mesh, const Corner corners[4]); /* in order around the rim */

/* Sorts parts into the order in which they are painted. */
void mesh_sort(Mesh *mesh);

/* A place to build at: upright, turned about the vertical. */
typedef struct Frame {
    Vec3 origin, right, ahead; /* right, ahead: unit, level */
} Frame;

Frame frame_at(Vec3 origin, float turns); /* 0 turns: ahead is +z; 0.25: ahead is +x */
Vec3 frame_point(const Frame *frame, Vec3 local);
Vec3 frame_direction(const Frame *frame, Vec3 local);

/* Local coordinates of the faces below are the frame's. */

/* An upright rectangle at local z, which is looked at along +z. */
void mesh_board(Mesh *mesh, const Frame *frame, float left, float bottom, float right, float top,
                float z);
/* A flat face with these four corners in order around it. */
void mesh_patch(Mesh *mesh, const Frame *frame, const Vec3 rim[4], Vec3 normal);
/* A box without its bottom. */
void mesh_box(Mesh *mesh, const Frame *frame, Vec3 low, Vec3 high);
/* A round bar from one point to another, thinner or thicker at its end. */
void mesh_bar(Mesh *mesh, const Frame *frame, Vec3 from, Vec3 to, float radius, float end_radius);
/* The same, flat, as broad as seen from the camera: for what is thin. */
void mesh_ribbon(Mesh *mesh, const Frame *frame, Vec3 from, Vec3 to, float radius,
                 float end_radius);
/* A disc with a rim: a wheel. It stands in the frame's y-z plane and reaches from x0 to x1. */
void mesh_wheel(Mesh *mesh, const Frame *frame, Vec3 centre, float radius, float half_width);
/* A smooth skin over points [rows][columns]; outside is to the left of going along a row, up. */
void mesh_skin(Mesh *mesh, const Frame *frame, const Vec3 *points, size_t rows, size_t columns);

#endif
