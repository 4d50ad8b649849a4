/* SPDX-License-Identifier: Apache-2.0 */
/* VoloDrawing: pages of vector shapes, text and pictures, written as SVG, PNG or PDF.
 *
 * Units: one unit is a CSS pixel in SVG, 1/72 inch in PDF, and `scale` pixels in PNG; x goes right
 * and y down from the top left corner of the page. Pages start white. What is drawn is kept, so the
 * same drawing may be written in several formats. The same calls give the same bytes in every
 * format, as long as cairo and the font (DejaVu Sans, or the system's sans without it) are the
 * same.
 *
 * Errors are sticky: a call that fails makes later ones do nothing, and volo_drawing_encode and
 * volo_drawing_write report it. ARGUMENT: a number that is not finite or beyond +-1e6, a negative
 * size; MEMORY. Threads: a drawing belongs to one thread at a time, different ones to any. */
#ifndef VOLO_DRAWING_H
#define VOLO_DRAWING_H

#include <volo/image.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloDrawing VoloDrawing;

typedef enum VoloDrawingFormat {
    VOLO_DRAWING_SVG, /* one page; ids are unique within one file only: embed it in HTML as <img> */
    VOLO_DRAWING_PNG, /* one page, RGB */
    VOLO_DRAWING_PDF, /* any number of pages, creation date fixed */
} VoloDrawingFormat;

typedef struct VoloColour {
    uint8_t red, green, blue;
} VoloColour;

typedef struct VoloBox {
    double x, y;          /* top left corner */
    double width, height; /* at least 0 */
} VoloBox;

typedef struct VoloStroke {
    VoloColour colour;
    double width; /* centred on the outline */
    double dash;  /* length of dashes and of the gaps between them; 0: none, a solid line */
} VoloStroke;

typedef enum VoloAlign {
    VOLO_ALIGN_LEFT,
    VOLO_ALIGN_CENTRE,
    VOLO_ALIGN_RIGHT,
} VoloAlign;

typedef struct VoloTextStyle {
    double size; /* of the em square */
    bool bold;
    VoloAlign align; /* what of the text lies at x */
    double angle;    /* degrees, counter-clockwise about the point */
    VoloColour colour;
} VoloTextStyle;

typedef enum VoloMarker {
    VOLO_MARKER_CIRCLE,
    VOLO_MARKER_SQUARE,
    VOLO_MARKER_DIAMOND,
    VOLO_MARKER_TRIANGLE,
} VoloMarker;

/* A drawing with one page of width x height units, 1..14400 each (the largest page of PDF).
 * On success *ret_drawing is the caller's (volo_drawing_free); on failure it is untouched.
 * Errors: ARGUMENT (a size), MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_drawing_new(double width, double height,
                                                    VoloDrawing **ret_drawing, VoloError *err);
VOLO_API void volo_drawing_free(VoloDrawing *drawing); /* NULL is allowed */

/* Ends the page (and what clips it) and starts another, of a size as for volo_drawing_new. */
VOLO_API void volo_drawing_add_page(VoloDrawing *drawing, double width, double height);

/* Pixels of a PNG for each unit, more than 0 and at most 16; default 1. */
VOLO_API void volo_drawing_set_scale(VoloDrawing *drawing, double scale);

VOLO_API void volo_drawing_fill_box(VoloDrawing *drawing, VoloBox box, VoloColour colour);
VOLO_API void volo_drawing_stroke_box(VoloDrawing *drawing, VoloBox box, VoloStroke stroke);

VOLO_API void volo_drawing_line(VoloDrawing *drawing, double x0, double y0, double x1, double y1,
                                VoloStroke stroke);
/* An open line through points f64 [count,2] of x and y; nothing for fewer than two. */
VOLO_API void volo_drawing_polyline(VoloDrawing *drawing, const double (*points)[2], size_t count,
                                    VoloStroke stroke);
/* The area that points f64 [count,2] enclose (non-zero winding); nothing for fewer than three. */
VOLO_API void volo_drawing_fill_polygon(VoloDrawing *drawing, const double (*points)[2],
                                        size_t count, VoloColour colour);

VOLO_API void volo_drawing_fill_circle(VoloDrawing *drawing, double x, double y, double radius,
                                       VoloColour colour);
VOLO_API void volo_drawing_stroke_circle(VoloDrawing *drawing, double x, double y, double radius,
                                         VoloStroke stroke);
/* A filled mark of that size about (x, y), all kinds of about the same area. */
VOLO_API void volo_drawing_mark(VoloDrawing *drawing, VoloMarker kind, double x, double y,
                                double size, VoloColour colour);

/* One line of UTF-8 with its baseline at y. What is not printable UTF-8 becomes '?'. */
VOLO_API void volo_drawing_text(VoloDrawing *drawing, double x, double y, const char *text,
                                const VoloTextStyle *style);
/* How far the text reaches along its baseline, in units; 0 after an error. */
VOLO_API double volo_drawing_text_width(VoloDrawing *drawing, const char *text,
                                        const VoloTextStyle *style);

/* rgb u8 [height,width,3], copied, scaled into the box: between pixels smoothly (bilinear; when
 * made smaller, averaged) or as squares of one colour (but viewers of SVG smooth all pictures). SVG
 * and PDF hold the picture at its own size. */
VOLO_API void volo_drawing_picture(VoloDrawing *drawing, VoloBox box, size_t height, size_t width,
                                   const uint8_t *rgb, bool smooth);

/* Until volo_drawing_unclip or the page's end only what lies in the box (and in those set before)
 * shows. Boxes nest; to unclip more often than was clipped is ARGUMENT. */
VOLO_API void volo_drawing_clip(VoloDrawing *drawing, VoloBox box);
VOLO_API void volo_drawing_unclip(VoloDrawing *drawing);

/* The format that the path's ending names (.svg .png .pdf, in any case).
 * Errors: UNSUPPORTED (the message names the three). */
VOLO_API VOLO_NODISCARD VoloStatus volo_drawing_format(const char *path,
                                                       VoloDrawingFormat *ret_format,
                                                       VoloError *err);

/* The file's bytes, the caller's to free(). Errors: the first of the drawing's; UNSUPPORTED
 * (several pages, but not PDF); LIMIT (a PNG of more than 32767 pixels on a side or 100 Mpx);
 * MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_drawing_encode(const VoloDrawing *drawing,
                                                       VoloDrawingFormat format, uint8_t **ret_data,
                                                       size_t *ret_bytes, VoloError *err);

/* The same to a file in the format of its ending: to a temporary name in the same folder, synced,
 * renamed over path. On failure path is as it was. Errors: those of the two above, IO and SPACE. */
VOLO_API VOLO_NODISCARD VoloStatus volo_drawing_write(const VoloDrawing *drawing, const char *path,
                                                      VoloError *err);

/* The only page as a PNG has it: RGB, scale pixels for each unit. On success *ret_image is the
 * caller's reference; on failure it is untouched. Errors: those of
 * volo_drawing_encode. */
VOLO_API VOLO_NODISCARD VoloStatus volo_drawing_image(const VoloDrawing *drawing,
                                                      VoloImage **ret_image, VoloError *err);

VOLO_API const char *volo_drawing_library(void); /* cairo's version, "1.16.0" */

#ifdef __cplusplus
}
#endif
#endif
