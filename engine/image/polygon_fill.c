/* SPDX-License-Identifier: Apache-2.0 */
/* Even-odd filling by scan lines through the pixels' centres. Crossings are 32-bit floats, and rows
 * in which edges end have rules of their own: both are Pillow's, so that label pictures made from
 * polygons agree with those of cityscapesScripts in every pixel. */
#include "image/polygon_fill.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct VoloPolygonEdge {
    int x0, y0; /* where it starts */
    int left, right, top, bottom;
    float slope; /* x per row */
} Edge;

typedef struct Canvas {
    size_t height, width;
    uint8_t value;
    uint8_t *pixels; /* u8 [height,width] */
} Canvas;

/* Pixels first..last of a row, as far as they are in the picture. */
static void draw_row(const Canvas *c, int first, int last, int row)
{
    const int from = first < 0 ? 0 : first;
    const int to = last < (int)c->width ? last : (int)c->width - 1;

    if (row < 0 || row >= (int)c->height || from > to)
        return;
    memset(c->pixels + (size_t)row * c->width + (size_t)from, c->value, (size_t)(to - from) + 1);
}

static Edge make_edge(const int from[2], const int to[2])
{
    const bool right = from[0] <= to[0], down = from[1] <= to[1];

    return (Edge){ .x0 = from[0],
                   .y0 = from[1],
                   .left = right ? from[0] : to[0],
                   .right = right ? to[0] : from[0],
                   .top = down ? from[1] : to[1],
                   .bottom = down ? to[1] : from[1],
                   .slope =
                       from[1] == to[1] ? 0 : (float)(to[0] - from[0]) / (float)(to[1] - from[1]) };
}

static float x_at(const Edge *e, int row)
{
    return (float)(row - e->y0) * e->slope + (float)e->x0;
}

static bool covers(const Edge *e, int row)
{
    return row >= e->top && row <= e->bottom;
}

static bool ends_at(const Edge *e, int row)
{
    return row == e->top || row == e->bottom;
}

/* Where two slanted edges make a tip in this row that lies further out than both are in the
 * neighbouring row, the crossing is drawn in to a pixel next to it, so that a flat tip is no spike.
 * earlier [count]: the edges before current that cover the row. */
static float draw_in_tip(const Edge *current, Edge *const *earlier, size_t count, int row, float x)
{
    const int beside = row == current->bottom ? row - 1 : row + 1;

    for (size_t i = 0; i < count; i++) {
        const Edge *other = earlier[i];

        if (!ends_at(other, row) || other->slope == 0 || roundf(x) != roundf(x_at(other, row)) ||
            !covers(other, beside))
            continue;
        const float a = x_at(current, beside), b = x_at(other, beside);
        if (x > a + 1 && x > b + 1)
            return roundf(fmaxf(a, b)) + 1;
        if (x < a - 1 && x < b - 1)
            return roundf(fminf(a, b)) - 1;
        return x;
    }
    return x;
}

static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

/* The crossings of a row in crossing; returns how many. An edge that ends here, above the polygon's
 * last row, counts twice: the one that goes on below it begins here. */
static size_t find_crossings(Edge *const *active, size_t count, int row, int last_row,
                             float *crossing)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        const Edge *e = active[i];
        const float x = x_at(e, row);

        crossing[n++] = x;
        if (row == e->bottom && row < last_row)
            crossing[n++] = x;
        else if (ends_at(e, row) && e->slope != 0)
            crossing[n - 1] = draw_in_tip(e, active, i, row, x);
    }
    qsort(crossing, n, sizeof *crossing, by_value);
    return n;
}

/* To the nearest pixel: halves go away from zero where a span begins, towards it where it ends. */
static int begin_of(float x)
{
    return (int)(x >= 0 ? floor((double)(x + 0.5F)) : -floor(fabs((double)x) + 0.5));
}

static int end_of(float x)
{
    return (int)(x >= 0 ? ceil((double)(x - 0.5F)) : -ceil(fabs((double)x) - 0.5));
}

/* Level edges are drawn at once; the others are moved to the front of edges, their number
 * returned. */
static size_t draw_level_edges(const Canvas *c, Edge *edges, size_t count)
{
    size_t slanted = 0;

    for (size_t i = 0; i < count; i++) {
        if (edges[i].top == edges[i].bottom)
            draw_row(c, edges[i].left, edges[i].right, edges[i].top);
        else
            edges[slanted++] = edges[i];
    }
    return slanted;
}

/* The edges that cover a row, in the order of the polygon. */
static size_t find_active(Edge *edges, size_t count, int row, Edge **active)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        if (covers(&edges[i], row))
            active[n++] = &edges[i];
    }
    return n;
}

static void fill(const Canvas *c, const VoloPolygonFiller *f, size_t count)
{
    const int height = (int)c->height;
    int first = height - 1, last = 0;

    for (size_t i = 0; i < count; i++) {
        first = f->edges[i].top < first ? f->edges[i].top : first;
        last = f->edges[i].bottom > last ? f->edges[i].bottom : last;
    }
    const int last_row = last > height ? height : last;
    count = draw_level_edges(c, f->edges, count);
    for (int row = first < 0 ? 0 : first; row <= last_row && row < height; row++) {
        const size_t active = find_active(f->edges, count, row, f->active);
        const size_t n = find_crossings(f->active, active, row, last_row, f->crossing);

        for (size_t i = 1; i < n; i += 2)
            draw_row(c, begin_of(f->crossing[i - 1]), end_of(f->crossing[i]), row);
    }
}

void volo_polygon_filler_clear(VoloPolygonFiller *filler)
{
    free(filler->edges);
    free(filler->active);
    free(filler->crossing);
    *filler = (VoloPolygonFiller){ 0 };
}

static bool make_room(VoloPolygonFiller *f, size_t points)
{
    if (points <= f->room)
        return true;
    volo_polygon_filler_clear(f);
    f->edges = malloc(points * sizeof *f->edges);
    f->active = malloc(points * sizeof *f->active);
    f->crossing = malloc(2 * points * sizeof *f->crossing);
    if (!f->edges || !f->active || !f->crossing)
        return false;
    f->room = points;
    return true;
}

/* Level edges in a row that go on in the same direction are one edge. */
static bool goes_on(const int before[2], const int from[2], const int to[2])
{
    const bool level = before[1] == from[1] && from[1] == to[1];

    return level &&
           ((to[0] > from[0] && from[0] > before[0]) || (to[0] < from[0] && from[0] < before[0]));
}

VoloStatus volo_polygon_fill(VoloPolygonFiller *filler, size_t count, const int (*points)[2],
                             size_t height, size_t width, uint8_t value, uint8_t *pixels,
                             VoloError *err)
{
    const Canvas canvas = { height, width, value, pixels };
    size_t edges = 0;

    if (!make_room(filler, count))
        return volo_fail_memory(err, count * sizeof(Edge));
    for (size_t i = 0; i + 1 < count; i++) {
        if (i > 0 && goes_on(points[i - 1], points[i], points[i + 1])) {
            Edge *last = &filler->edges[edges - 1];

            if (points[i + 1][0] > points[i][0])
                last->right = points[i + 1][0];
            else
                last->left = points[i + 1][0];
        } else {
            filler->edges[edges++] = make_edge(points[i], points[i + 1]);
        }
    }
    if (points[count - 1][0] != points[0][0] || points[count - 1][1] != points[0][1])
        filler->edges[edges++] = make_edge(points[count - 1], points[0]);
    fill(&canvas, filler, edges);
    return VOLO_OK;
}
