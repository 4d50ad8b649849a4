/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of VoloCanvas share: canvas.c (state), canvas_snapshot.c (painting),
 * canvas_input.c (pointer and keyboard). */
#ifndef VOLO_VIEWER_CANVAS_PARTS_H
#define VOLO_VIEWER_CANVAS_PARTS_H

#include "app/viewer/canvas.h"
#include "app/viewer/canvas_view.h"
#include "app/viewer/painter.h"
#include "app/viewer/pixel_pool.h"

/* One side of the picture; references are held. */
typedef struct VoloCanvasSide {
    VoloMask *mask;
    VoloConfidence *confidence;
    VoloLook look;
    char *title;
    PangoLayout *layout; /* of the title, made when it is drawn */
} VoloCanvasSide;

struct _VoloCanvas {
    GtkWidget parent_instance;

    VoloImage *image;
    VoloLevels *levels; /* of the image */
    VoloCanvasSide side[VOLO_SIDES];
    VoloMask *errors;
    VoloLayer layer;
    VoloArrangement arrangement;
    double opacity, swipe;
    gboolean peeking;

    VoloView view; /* in a pane, in pixels of the screen */
    VoloPainter *painter;
    VoloPixelPool *pool;             /* of the textures' pixels */
    GskRenderNode *node[VOLO_SIDES]; /* of the panes; NULL: to be painted */
    GtkWidget *handle;               /* of the swipe line */

    gboolean pointed; /* the pointer is over the canvas */
    double pointer_x, pointer_y;
    int hovered_x, hovered_y; /* as told last */
    VoloSide hovered_side;
    gboolean inspecting; /* the keyboard's cursor is out */
    int inspected_x, inspected_y;
    VoloSide inspected_side;
    double dragged_x, dragged_y, pinched_zoom, pinched_x, pinched_y;
    gboolean dragging;

    double told_zoom; /* as notified last */
    gboolean told_fitting;
    guint telling; /* an idle source */
    gulong after_paint;
    gboolean drawn; /* in the frame that is being made */
};

/* Where a side is shown: columns of the canvas in pixels of the screen. */
typedef struct VoloPane {
    int x, width;
} VoloPane;

int volo_canvas_scale(VoloCanvas *self);
VoloPane volo_canvas_pane(VoloCanvas *self, VoloSide side);
int volo_canvas_split(VoloCanvas *self); /* the first column right of the swipe line */
/* The side at a column, which lies in its pane or nearest to it. */
VoloSide volo_canvas_side_at(VoloCanvas *self, int column);

void volo_canvas_repaint(VoloCanvas *self);      /* something in the scene has changed */
void volo_canvas_view_changed(VoloCanvas *self); /* the same for the view; notifies */

/* canvas_input.c */
void volo_canvas_add_input(VoloCanvas *self);
/* Two fingers, with their middle at a point of the widget; scale: since they began. */
void volo_canvas_pinch_begin(VoloCanvas *self, double x, double y);
void volo_canvas_pinch(VoloCanvas *self, double scale, double x, double y);
void volo_canvas_hover_again(VoloCanvas *self); /* the pointer may be over another pixel now */
void volo_canvas_update_cursor(VoloCanvas *self);

/* canvas_snapshot.c */
void volo_canvas_snapshot(GtkWidget *widget, GtkSnapshot *snapshot);

#endif
