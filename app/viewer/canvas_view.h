/* SPDX-License-Identifier: Apache-2.0 */
/* Where a picture lies in a pane of the screen: zooming, panning, and which pixel is where. Plain
 * arithmetic, without GTK; lengths are pixels of the screen unless they are said to be the
 * picture's. */
#ifndef VOLO_VIEWER_CANVAS_VIEW_H
#define VOLO_VIEWER_CANVAS_VIEW_H

#include <stdbool.h>

#define VOLO_ZOOM_MOST 64.0

/* The zoomed picture is a raster of zoomed_size(width) x zoomed_size(height) pixels, which lies at
 * a whole pixel of the pane. Column i of it shows column floor((i + 0.5) / zoom) of the picture. */
typedef struct VoloView {
    int picture_width, picture_height; /* in its own pixels; 0: there is none */
    int width, height;                 /* of the pane */
    double zoom;                       /* pixels of the screen for each of the picture */
    double left, top;                  /* of the zoomed picture's corner in the pane; it is drawn at
                                          the nearest whole pixel */
    bool fitting;                      /* follows the pane's size */
} VoloView;

/* A part of the zoomed picture. */
typedef struct VoloPatch {
    double zoom;
    int x, y;          /* of its corner in the zoomed picture */
    int width, height; /* none: 0 */
} VoloPatch;

int volo_zoomed_size(int size, double zoom); /* at least 1 */
/* The picture's column (or row), of size, that is seen at one of the zoomed picture's. Values
 * outside of the zoomed picture mean its edge. */
int volo_zoomed_to_picture(int zoomed, double zoom, int size);

/* The pane changes: a fitting picture is fitted, another one keeps what is in the middle. */
void volo_view_resize(VoloView *view, int width, int height);
/* Another picture: fitted, or with keep shown at the same zoom around the same place. 0x0: none. */
void volo_view_set_picture(VoloView *view, int width, int height, bool keep);

double volo_view_fit_zoom(const VoloView *view);
double volo_view_least_zoom(const VoloView *view); /* fits, or 1:1 when that is smaller */
void volo_view_fit(VoloView *view);
/* What is at (x, y) of the pane stays there, as far as the edges allow. */
void volo_view_zoom(VoloView *view, double zoom, double x, double y);
/* Moves the picture; it stays in the pane. True: it did move. */
bool volo_view_pan(VoloView *view, double dx, double dy);
bool volo_view_can_pan(const VoloView *view); /* larger than the pane in a direction */

/* The picture's pixel that is seen at a point of the pane; false: none is. */
bool volo_view_pixel_at(const VoloView *view, double x, double y, int *ret_x, int *ret_y);
/* The rectangle of the pane in which a pixel of the picture is seen: the columns first <= i < end,
 * rows likewise. Empty when it falls between pixels of the screen. */
typedef struct VoloCell {
    int left, top, right, bottom;
} VoloCell;
VoloCell volo_view_cell(const VoloView *view, int x, int y);
/* The least movement that brings a pixel of the picture into the pane. True: it did move. */
bool volo_view_reveal(VoloView *view, int x, int y);

/* The visible part, and where its corner lies in the pane. */
VoloPatch volo_view_patch(const VoloView *view, int *ret_x, int *ret_y);

#endif
