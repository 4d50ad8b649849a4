/* SPDX-License-Identifier: Apache-2.0 */
/* VoloCanvas: a widget that paints a picture under up to two masks; zooms, pans, hovers. It knows
 * nothing of models. What it paints is made by painter.h for the visible part alone, at the pixels
 * of the screen, so that label edges stay crisp at every zoom.
 *
 * Main thread only. */
#ifndef VOLO_VIEWER_CANVAS_H
#define VOLO_VIEWER_CANVAS_H

#include <volo/confidence.h>
#include <volo/image.h>
#include <volo/mask.h>

#include <gtk/gtk.h>

#include "app/viewer/layer.h"
#include "app/viewer/look.h"

G_BEGIN_DECLS

/* How the two masks share the room. */
typedef enum VoloArrangement {
    VOLO_ARRANGE_SINGLE, /* the first alone */
    VOLO_ARRANGE_SWIPE,  /* the first left of a line that can be dragged, the second right of it */
    VOLO_ARRANGE_BESIDE, /* side by side; zoom and pan together */
} VoloArrangement;

#define VOLO_TYPE_CANVAS (volo_canvas_get_type())
G_DECLARE_FINAL_TYPE(VoloCanvas, volo_canvas, VOLO, CANVAS, GtkWidget)

/* Properties that notify and can be bound: "opacity-of-mask" (double 0..1, default 0.5), "layer"
 * (int, VoloLayer), "arrangement" (int, VoloArrangement), "swipe" (double 0..1 of the width),
 * "zoom" (double, pixels of the screen for each of the picture: 1 shows it pixel by pixel on dense
 * screens, too), "fitting" (bool: follows the window's size), "peeking" (bool: the masks are hidden
 * for now). Its accessible label and description are the window's to set
 * (gtk_accessible_update_property).
 *
 * Signals: "hovered" (int x, int y, int side): the picture's pixel under the pointer and its
 * VoloSide, -1 -1 when there is none; also when the keyboard's cursor moves (arrow keys while
 * Ctrl+Alt is held, ten pixels with Shift). "painted": a frame that shows what was changed last is
 * drawn. */
GtkWidget *volo_canvas_new(void);

/* A picture of another size resets the view unless keep_view; NULL: nothing is painted. References
 * are taken. */
void volo_canvas_set_picture(VoloCanvas *self, VoloImage *image, gboolean keep_view);
/* NULL: that side shows the picture alone. Sizes other than the picture's are not painted. look is
 * copied. confidence may be NULL. */
void volo_canvas_set_mask(VoloCanvas *self, VoloSide side, VoloMask *mask,
                          VoloConfidence *confidence, const VoloLook *look);
void volo_canvas_set_look(VoloCanvas *self, VoloSide side, const VoloLook *look);
void volo_canvas_set_errors(VoloCanvas *self, VoloMask *errors); /* values of comparison.h */
void volo_canvas_set_side_title(VoloCanvas *self, VoloSide side, const char *title);

void volo_canvas_zoom_to_fit(VoloCanvas *self);
/* About the middle of the window; factor 1: a picture pixel is a pixel of the screen. */
void volo_canvas_zoom_to(VoloCanvas *self, double factor);
void volo_canvas_zoom_by(VoloCanvas *self, double factor, double x, double y); /* about a point */
void volo_canvas_pan(VoloCanvas *self, double dx, double dy); /* in the widget's pixels */
/* What an arrow key does (GTK_DIR_UP ... GTK_DIR_RIGHT): looks further in that direction, or moves
 * the swipe line when it has the focus. FALSE: there is nothing more that way. */
gboolean volo_canvas_step(VoloCanvas *self, GtkDirectionType direction);
/* The picture's pixel at a point of the widget. */
gboolean volo_canvas_pixel_at(VoloCanvas *self, double x, double y, int *ret_x, int *ret_y,
                              VoloSide *ret_side);

G_END_DECLS

#endif
