/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of zooming and panning. One axis at a time; what is drawn and what is under the
 * pointer come from the same function, volo_zoomed_to_picture. */
#include "app/viewer/canvas_view.h"

#include <math.h>

static double clamp(double value, double least, double most)
{
    return fmin(fmax(value, least), most);
}

static int whole(double value)
{
    return (int)floor(value + 0.5);
}

int volo_zoomed_size(int size, double zoom)
{
    const int zoomed = whole(size * zoom);

    return zoomed > 1 ? zoomed : 1;
}

int volo_zoomed_to_picture(int zoomed, double zoom, int size)
{
    return (int)clamp(floor((zoomed + 0.5) / zoom), 0, size - 1);
}

/* Where a picture may begin: in the middle when there is room, else without a gap at its ends. */
static double settled(double begin, int size, double zoom, int room)
{
    const int zoomed = volo_zoomed_size(size, zoom);

    if (zoomed <= room)
        return (room - zoomed) / 2;
    return clamp(begin, room - zoomed, 0);
}

static void settle(VoloView *view)
{
    view->left = settled(view->left, view->picture_width, view->zoom, view->width);
    view->top = settled(view->top, view->picture_height, view->zoom, view->height);
}

static bool is_empty(const VoloView *view)
{
    return view->picture_width < 1 || view->picture_height < 1 || view->width < 1 ||
           view->height < 1;
}

double volo_view_fit_zoom(const VoloView *view)
{
    if (is_empty(view))
        return 1;
    return fmin(VOLO_ZOOM_MOST, fmin((double)view->width / view->picture_width,
                                     (double)view->height / view->picture_height));
}

double volo_view_least_zoom(const VoloView *view)
{
    return fmin(1, volo_view_fit_zoom(view));
}

void volo_view_fit(VoloView *view)
{
    view->fitting = true;
    view->zoom = volo_view_fit_zoom(view);
    settle(view);
}

void volo_view_zoom(VoloView *view, double zoom, double x, double y)
{
    if (is_empty(view) || !isfinite(zoom) || !(view->zoom > 0))
        return;
    zoom = clamp(zoom, volo_view_least_zoom(view), VOLO_ZOOM_MOST);
    view->left = x - (x - view->left) / view->zoom * zoom;
    view->top = y - (y - view->top) / view->zoom * zoom;
    view->zoom = zoom;
    view->fitting = false;
    settle(view);
}

bool volo_view_pan(VoloView *view, double dx, double dy)
{
    const double left = view->left, top = view->top;

    if (is_empty(view) || !isfinite(dx) || !isfinite(dy))
        return false;
    view->left += dx;
    view->top += dy;
    settle(view);
    return whole(view->left) != whole(left) || whole(view->top) != whole(top);
}

bool volo_view_can_pan(const VoloView *view)
{
    return !is_empty(view) && (volo_zoomed_size(view->picture_width, view->zoom) > view->width ||
                               volo_zoomed_size(view->picture_height, view->zoom) > view->height);
}

/* Shows a place of the picture (in its pixels) in the middle, at a zoom within the limits. */
static void centre(VoloView *view, double x, double y, double zoom)
{
    view->zoom = clamp(zoom, volo_view_least_zoom(view), VOLO_ZOOM_MOST);
    view->left = view->width / 2.0 - x * view->zoom;
    view->top = view->height / 2.0 - y * view->zoom;
    settle(view);
}

void volo_view_resize(VoloView *view, int width, int height)
{
    const bool was_empty = is_empty(view);
    const double x = (view->width / 2.0 - view->left) / view->zoom;
    const double y = (view->height / 2.0 - view->top) / view->zoom;

    view->width = width;
    view->height = height;
    if (is_empty(view))
        return;
    if (was_empty || view->fitting)
        volo_view_fit(view);
    else
        centre(view, x, y, view->zoom);
}

void volo_view_set_picture(VoloView *view, int width, int height, bool keep)
{
    const bool was_empty = is_empty(view);
    const double x = (view->width / 2.0 - view->left) / view->zoom / view->picture_width;
    const double y = (view->height / 2.0 - view->top) / view->zoom / view->picture_height;

    view->picture_width = width;
    view->picture_height = height;
    if (was_empty || is_empty(view) || view->fitting || !keep)
        volo_view_fit(view);
    else
        centre(view, x * width, y * height, view->zoom);
}

bool volo_view_pixel_at(const VoloView *view, double x, double y, int *ret_x, int *ret_y)
{
    if (is_empty(view) || !(x >= 0 && x < view->width && y >= 0 && y < view->height))
        return false;
    const int column = (int)floor(x) - whole(view->left), row = (int)floor(y) - whole(view->top);

    if (column < 0 || column >= volo_zoomed_size(view->picture_width, view->zoom) || row < 0 ||
        row >= volo_zoomed_size(view->picture_height, view->zoom))
        return false;
    *ret_x = volo_zoomed_to_picture(column, view->zoom, view->picture_width);
    *ret_y = volo_zoomed_to_picture(row, view->zoom, view->picture_height);
    return true;
}

/* The first column (row) of the zoomed picture that shows this one of the picture or a later one.
 */
static int first_of(int pixel, double zoom, int size)
{
    const int zoomed = volo_zoomed_size(size, zoom);
    int first = (int)clamp(ceil(pixel * zoom - 0.5) - 1, 0, zoomed);

    while (first < zoomed && volo_zoomed_to_picture(first, zoom, size) < pixel)
        first++;
    return first;
}

VoloCell volo_view_cell(const VoloView *view, int x, int y)
{
    const int left = whole(view->left), top = whole(view->top);
    const int width = view->picture_width, height = view->picture_height;

    return (VoloCell){ .left = left + first_of(x, view->zoom, width),
                       .top = top + first_of(y, view->zoom, height),
                       .right = left + first_of(x + 1, view->zoom, width),
                       .bottom = top + first_of(y + 1, view->zoom, height) };
}

/* How far to move so that begin..end lies in 0..room. */
static int into(int begin, int end, int room)
{
    if (begin < 0)
        return -begin;
    return end > room ? room - end : 0;
}

bool volo_view_reveal(VoloView *view, int x, int y)
{
    const VoloCell cell = volo_view_cell(view, x, y);

    return volo_view_pan(view, into(cell.left, cell.right, view->width),
                         into(cell.top, cell.bottom, view->height));
}

/* The visible part of an axis: where it begins in the pane, in the zoomed picture, its length. */
static int visible(double begin, int size, double zoom, int room, int *ret_pane, int *ret_zoomed)
{
    const int first = whole(begin), end = first + volo_zoomed_size(size, zoom);
    const int from = first > 0 ? first : 0, to = end < room ? end : room;

    *ret_pane = from;
    *ret_zoomed = from - first;
    return to > from ? to - from : 0;
}

VoloPatch volo_view_patch(const VoloView *view, int *ret_x, int *ret_y)
{
    VoloPatch patch = { .zoom = view->zoom };

    *ret_x = *ret_y = 0;
    if (is_empty(view))
        return patch;
    patch.width =
        visible(view->left, view->picture_width, view->zoom, view->width, ret_x, &patch.x);
    patch.height =
        visible(view->top, view->picture_height, view->zoom, view->height, ret_y, &patch.y);
    return patch;
}
