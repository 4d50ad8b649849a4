/* SPDX-License-Identifier: Apache-2.0 */
/* A canvas in a small window, and what can be seen of it. Failures end the test. */
#ifndef VOLO_TESTS_CANVAS_CASE_H
#define VOLO_TESTS_CANVAS_CASE_H

#include "app/viewer/canvas.h"

enum {
    VOLO_CASE_WIDTH = 300, /* of the window */
    VOLO_CASE_HEIGHT = 200
};

typedef struct VoloCanvasCase {
    GtkWidget *window, *widget;
    VoloCanvas *canvas;
    cairo_surface_t *shot;       /* as drawn last */
    int x, y, side;              /* as told last by "hovered" */
    int hovered, painted, zooms; /* how often each was told */
} VoloCanvasCase;

/* The state is a VoloCanvasCase. The canvas must be gone in the end. */
int volo_canvas_case_setup(void **state);
int volo_canvas_case_teardown(void **state);

/* Runs what is to be done until a frame is drawn. */
void volo_canvas_case_settle(VoloCanvasCase *its);
/* The same; then what the canvas draws is drawn once more to look at. */
void volo_canvas_case_shoot(VoloCanvasCase *its);
uint32_t volo_canvas_case_pixel(VoloCanvasCase *its, int x, int y); /* 0xRRGGBB */

/* An even picture and mask. */
VoloImage *volo_case_image(int width, int height, const uint8_t colour[3]);
VoloMask *volo_case_mask(int width, int height, uint8_t label);
/* Label 0 is (0,0,200), 1 is (0,200,0); none is hidden. */
VoloLook volo_case_look(void);
/* A picture of (200,0,0); the first mask is of 0, the second of 1. */
void volo_canvas_case_show(VoloCanvasCase *its, int width, int height);

double volo_canvas_case_number(VoloCanvasCase *its, const char *property);
gboolean volo_canvas_case_is(VoloCanvasCase *its, const char *property);
GtkWidget *volo_canvas_case_handle(VoloCanvasCase *its); /* of the swipe line */

/* A controller of a widget, which keeps it, to be told what a hand would do. */
GtkEventController *volo_canvas_case_controller(GtkWidget *widget, GType type);

#endif
