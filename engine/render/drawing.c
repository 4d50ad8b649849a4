/* SPDX-License-Identifier: Apache-2.0 */
/* The only door to cairo: shapes are recorded page by page, and played back on a surface of the
 * wanted format when the drawing is encoded. Glyphs are laid out without hinting, so that a text
 * has the same width in every format and at every scale. */
#include <volo/drawing.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/write_file.h"
#include "image/owned.h"
#include "render/svg_ids.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const double largest_number = 1e6; /* cairo's fixed point ends at 2^23 */
static const double largest_page = 14400;
static const double largest_scale = 16;
static const double pi = 3.14159265358979323846;

typedef struct Page {
    double width, height;
    cairo_surface_t *record;
} Page;

struct VoloDrawing {
    VoloError err; /* the first; VOLO_OK: none */
    double scale;
    Page *pages; /* [count] */
    size_t count;
    cairo_t *cr; /* draws on the last page */
    int clips;   /* boxes that clip it */
};

/* --- errors and checks ----------------------------------------------------------------------- */

static VoloStatus fail_cairo(VoloError *err, cairo_status_t status)
{
    if (status == CAIRO_STATUS_NO_MEMORY || status == CAIRO_STATUS_WRITE_ERROR)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory while drawing");
    return volo_fail(err, VOLO_ERR_UNSUPPORTED, "cairo: %s", cairo_status_to_string(status));
}

/* Whether drawing goes on: no error yet, and none of the numbers is one. */
static bool accepts(VoloDrawing *d, const double *number, size_t count)
{
    if (d->err.status)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!(fabs(number[i]) <= largest_number)) {
            volo_fail(&d->err, VOLO_ERR_ARGUMENT, "cannot draw at %g, expected -%g..%g", number[i],
                      largest_number, largest_number);
            return false;
        }
    }
    return true;
}

static bool accepts_size(VoloDrawing *d, double size)
{
    if (!accepts(d, &size, 1))
        return false;
    if (size >= 0)
        return true;
    volo_fail(&d->err, VOLO_ERR_ARGUMENT, "cannot draw a size of %g, expected 0 or more", size);
    return false;
}

static bool accepts_box(VoloDrawing *d, VoloBox box)
{
    return accepts(d, (const double[]){ box.x, box.y }, 2) && accepts_size(d, box.width) &&
           accepts_size(d, box.height);
}

static bool accepts_stroke(VoloDrawing *d, VoloStroke stroke)
{
    return accepts_size(d, stroke.width) && accepts_size(d, stroke.dash);
}

/* --- pages ----------------------------------------------------------------------------------- */

static void set_font_options(cairo_t *cr)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(cr, options);
    cairo_font_options_destroy(options);
}

static VoloStatus begin_page(VoloDrawing *d, double width, double height, VoloError *err)
{
    if (!(width >= 1 && width <= largest_page && height >= 1 && height <= largest_page))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "a page of %gx%g (WxH), expected 1..%g", width,
                         height, largest_page);
    Page *pages = realloc(d->pages, (d->count + 1) * sizeof *pages);
    if (!pages)
        return volo_fail_memory(err, (d->count + 1) * sizeof *pages);
    d->pages = pages;

    const cairo_rectangle_t extents = { 0, 0, width, height };
    cairo_surface_t *record = cairo_recording_surface_create(CAIRO_CONTENT_COLOR, &extents);
    cairo_destroy(d->cr);
    d->pages[d->count++] = (Page){ width, height, record };
    d->cr = cairo_create(record);
    d->clips = 0;
    set_font_options(d->cr);
    cairo_set_source_rgb(d->cr, 1, 1, 1);
    cairo_paint(d->cr);
    const cairo_status_t status = cairo_status(d->cr);
    return status ? fail_cairo(err, status) : VOLO_OK;
}

VoloStatus volo_drawing_new(double width, double height, VoloDrawing **ret_drawing, VoloError *err)
{
    VoloDrawing *d = calloc(1, sizeof *d);

    if (!d)
        return volo_fail_memory(err, sizeof *d);
    d->scale = 1;
    const VoloStatus status = begin_page(d, width, height, err);
    if (status)
        volo_drawing_free(d);
    else
        *ret_drawing = d;
    return status;
}

void volo_drawing_free(VoloDrawing *d)
{
    if (!d)
        return;
    cairo_destroy(d->cr);
    for (size_t i = 0; i < d->count; i++)
        cairo_surface_destroy(d->pages[i].record);
    free(d->pages);
    free(d);
}

void volo_drawing_add_page(VoloDrawing *d, double width, double height)
{
    VoloError err;

    if (!d->err.status && begin_page(d, width, height, &err))
        d->err = err;
}

void volo_drawing_set_scale(VoloDrawing *d, double scale)
{
    if (!accepts(d, &scale, 1))
        return;
    if (scale > 0 && scale <= largest_scale)
        d->scale = scale;
    else
        volo_fail(&d->err, VOLO_ERR_ARGUMENT, "a scale of %g, expected more than 0, at most %g",
                  scale, largest_scale);
}

/* --- shapes ---------------------------------------------------------------------------------- */

static void set_colour(cairo_t *cr, VoloColour colour)
{
    cairo_set_source_rgb(cr, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0);
}

static void fill(cairo_t *cr, VoloColour colour)
{
    set_colour(cr, colour);
    cairo_fill(cr);
}

static void stroke_path(cairo_t *cr, VoloStroke stroke)
{
    set_colour(cr, stroke.colour);
    cairo_set_line_width(cr, stroke.width);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(cr, &stroke.dash, stroke.dash > 0, 0);
    cairo_stroke(cr);
}

void volo_drawing_fill_box(VoloDrawing *d, VoloBox box, VoloColour colour)
{
    if (!accepts_box(d, box))
        return;
    cairo_rectangle(d->cr, box.x, box.y, box.width, box.height);
    fill(d->cr, colour);
}

void volo_drawing_stroke_box(VoloDrawing *d, VoloBox box, VoloStroke stroke)
{
    if (!accepts_box(d, box) || !accepts_stroke(d, stroke))
        return;
    cairo_rectangle(d->cr, box.x, box.y, box.width, box.height);
    stroke_path(d->cr, stroke);
}

void volo_drawing_line(VoloDrawing *d, double x0, double y0, double x1, double y1,
                       VoloStroke stroke)
{
    volo_drawing_polyline(d, (const double[][2]){ { x0, y0 }, { x1, y1 } }, 2, stroke);
}

static void path_through(cairo_t *cr, const double (*points)[2], size_t count)
{
    cairo_move_to(cr, points[0][0], points[0][1]);
    for (size_t i = 1; i < count; i++)
        cairo_line_to(cr, points[i][0], points[i][1]);
}

void volo_drawing_polyline(VoloDrawing *d, const double (*points)[2], size_t count,
                           VoloStroke stroke)
{
    if (count < 2 || !accepts(d, points[0], 2 * count) || !accepts_stroke(d, stroke))
        return;
    path_through(d->cr, points, count);
    stroke_path(d->cr, stroke);
}

void volo_drawing_fill_polygon(VoloDrawing *d, const double (*points)[2], size_t count,
                               VoloColour colour)
{
    if (count < 3 || !accepts(d, points[0], 2 * count))
        return;
    path_through(d->cr, points, count);
    cairo_close_path(d->cr);
    fill(d->cr, colour);
}

static bool path_circle(VoloDrawing *d, double x, double y, double radius)
{
    if (!accepts(d, (const double[]){ x, y }, 2) || !accepts_size(d, radius))
        return false;
    cairo_new_path(d->cr);
    cairo_arc(d->cr, x, y, radius, 0, 2 * pi);
    cairo_close_path(d->cr);
    return true;
}

void volo_drawing_fill_circle(VoloDrawing *d, double x, double y, double radius, VoloColour colour)
{
    if (path_circle(d, x, y, radius))
        fill(d->cr, colour);
}

void volo_drawing_stroke_circle(VoloDrawing *d, double x, double y, double radius,
                                VoloStroke stroke)
{
    if (accepts_stroke(d, stroke) && path_circle(d, x, y, radius))
        stroke_path(d->cr, stroke);
}

/* Corners about (0, 0) of marks whose area is that of a circle with diameter 1. */
static const double square[4][2] = {
    { -0.443, -0.443 }, { 0.443, -0.443 }, { 0.443, 0.443 }, { -0.443, 0.443 }
};
static const double diamond[4][2] = { { 0, -0.627 }, { 0.627, 0 }, { 0, 0.627 }, { -0.627, 0 } };
static const double triangle[3][2] = { { 0, -0.778 }, { 0.673, 0.389 }, { -0.673, 0.389 } };

static void mark_polygon(VoloDrawing *d, const double (*corner)[2], size_t count,
                         const double at[3], VoloColour colour)
{
    double points[4][2];

    for (size_t i = 0; i < count; i++) {
        points[i][0] = at[0] + corner[i][0] * at[2];
        points[i][1] = at[1] + corner[i][1] * at[2];
    }
    volo_drawing_fill_polygon(d, (const double(*)[2])points, count, colour);
}

void volo_drawing_mark(VoloDrawing *d, VoloMarker kind, double x, double y, double size,
                       VoloColour colour)
{
    const double at[3] = { x, y, size };

    if (!accepts(d, at, 2) || !accepts_size(d, size))
        return;
    switch (kind) {
    case VOLO_MARKER_CIRCLE:
        volo_drawing_fill_circle(d, x, y, size / 2, colour);
        break;
    case VOLO_MARKER_SQUARE:
        mark_polygon(d, square, 4, at, colour);
        break;
    case VOLO_MARKER_DIAMOND:
        mark_polygon(d, diamond, 4, at, colour);
        break;
    case VOLO_MARKER_TRIANGLE:
        mark_polygon(d, triangle, 3, at, colour);
        break;
    }
}

void volo_drawing_clip(VoloDrawing *d, VoloBox box)
{
    if (!accepts_box(d, box))
        return;
    cairo_save(d->cr);
    cairo_rectangle(d->cr, box.x, box.y, box.width, box.height);
    cairo_clip(d->cr);
    d->clips++;
}

void volo_drawing_unclip(VoloDrawing *d)
{
    if (d->err.status)
        return;
    if (d->clips == 0) {
        volo_fail(&d->err, VOLO_ERR_ARGUMENT, "nothing clips the drawing");
        return;
    }
    cairo_restore(d->cr);
    d->clips--;
}

/* --- text and pictures ----------------------------------------------------------------------- */

/* A copy that cairo accepts, the caller's to free; NULL after an error. Sets the font. */
static char *begin_text(VoloDrawing *d, const char *text, const VoloTextStyle *style)
{
    if (!accepts_size(d, style->size) || !accepts(d, &style->angle, 1))
        return NULL;
    char *copy = strdup(text);
    if (!copy) {
        volo_fail_memory(&d->err, strlen(text) + 1);
        return NULL;
    }
    volo_make_printable(copy);
    cairo_select_font_face(d->cr, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           style->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(d->cr, style->size);
    return copy;
}

static double advance(cairo_t *cr, const char *text)
{
    cairo_text_extents_t extents;

    cairo_text_extents(cr, text, &extents);
    return extents.x_advance;
}

double volo_drawing_text_width(VoloDrawing *d, const char *text, const VoloTextStyle *style)
{
    char *copy = begin_text(d, text, style);
    const double width = copy ? advance(d->cr, copy) : 0;

    free(copy);
    return width;
}

void volo_drawing_text(VoloDrawing *d, double x, double y, const char *text,
                       const VoloTextStyle *style)
{
    static const double part[] = {
        [VOLO_ALIGN_LEFT] = 0, [VOLO_ALIGN_CENTRE] = 0.5, [VOLO_ALIGN_RIGHT] = 1
    };
    char *copy = accepts(d, (const double[]){ x, y }, 2) ? begin_text(d, text, style) : NULL;

    if (!copy)
        return;
    cairo_save(d->cr);
    cairo_translate(d->cr, x, y);
    cairo_rotate(d->cr, -style->angle * pi / 180);
    cairo_move_to(d->cr, -part[style->align] * advance(d->cr, copy), 0);
    set_colour(d->cr, style->colour);
    cairo_show_text(d->cr, copy);
    cairo_new_path(d->cr);
    cairo_restore(d->cr);
    free(copy);
}

/* cairo's u32 [height,width], 0x00RRGGBB, from rgb u8 [height,width,3]. */
static void fill_pixels(cairo_surface_t *surface, size_t height, size_t width, const uint8_t *rgb)
{
    const size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    uint8_t *row = cairo_image_surface_get_data(surface);

    for (size_t i = 0; i < height; i++, row += stride) {
        for (size_t j = 0; j < width; j++, rgb += 3) {
            const uint32_t pixel = (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];

            memcpy(row + 4 * j, &pixel, sizeof pixel);
        }
    }
    cairo_surface_mark_dirty(surface);
}

void volo_drawing_picture(VoloDrawing *d, VoloBox box, size_t height, size_t width,
                          const uint8_t *rgb, bool smooth)
{
    if (!accepts_box(d, box) || !(box.width > 0 && box.height > 0))
        return;
    if (height < 1 || height > VOLO_LIMIT_DRAWING_SIDE || width < 1 ||
        width > VOLO_LIMIT_DRAWING_SIDE) {
        volo_fail(&d->err, VOLO_ERR_LIMIT, "a picture of %zux%zu (HxW), expected sides of 1..%u",
                  height, width, VOLO_LIMIT_DRAWING_SIDE);
        return;
    }
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    if (!cairo_surface_status(surface))
        fill_pixels(surface, height, width, rgb);

    cairo_save(d->cr);
    cairo_rectangle(d->cr, box.x, box.y, box.width, box.height);
    cairo_translate(d->cr, box.x, box.y);
    cairo_scale(d->cr, box.width / (double)width, box.height / (double)height);
    cairo_set_source_surface(d->cr, surface, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(d->cr),
                             smooth ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST);
    cairo_pattern_set_extend(cairo_get_source(d->cr), CAIRO_EXTEND_PAD);
    cairo_fill(d->cr);
    cairo_restore(d->cr);
    cairo_surface_destroy(surface);
}

/* --- encoding -------------------------------------------------------------------------------- */

typedef struct Sink {
    uint8_t *data; /* [room], used of it */
    size_t used, room;
} Sink;

static cairo_status_t sink_put(void *user, const unsigned char *data, unsigned bytes)
{
    Sink *sink = user;
    size_t wanted;

    if (!volo_add(sink->used, bytes, &wanted))
        return CAIRO_STATUS_WRITE_ERROR;
    if (wanted > sink->room) {
        const size_t room = wanted < 4096 ? 8192 : 2 * wanted;
        uint8_t *larger = realloc(sink->data, room);

        if (!larger)
            return CAIRO_STATUS_WRITE_ERROR;
        sink->data = larger;
        sink->room = room;
    }
    memcpy(sink->data + sink->used, data, bytes);
    sink->used = wanted;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t play(cairo_surface_t *surface, const Page *page, double scale)
{
    cairo_t *cr = cairo_create(surface);

    cairo_scale(cr, scale, scale);
    cairo_set_source_surface(cr, page->record, 0, 0);
    cairo_paint(cr);
    cairo_show_page(cr);
    const cairo_status_t status = cairo_status(cr);
    cairo_destroy(cr);
    return status;
}

/* Ends the surface and returns the first error of its life. */
static cairo_status_t finish(cairo_surface_t *surface, cairo_status_t status)
{
    cairo_surface_finish(surface);
    if (!status)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return status;
}

/* The SVG surface of cairo 1.16 keeps a reference to what is painted on it for ever. */
static void drop_references(cairo_surface_t *record, unsigned wanted)
{
    while (cairo_surface_get_reference_count(record) > wanted)
        cairo_surface_destroy(record);
}

static VoloStatus encode_svg(const VoloDrawing *d, Sink *sink, VoloError *err)
{
    const Page *page = &d->pages[0];
    const unsigned references = cairo_surface_get_reference_count(page->record);
    cairo_surface_t *surface =
        cairo_svg_surface_create_for_stream(sink_put, sink, page->width, page->height);

    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
    const cairo_status_t status = finish(surface, play(surface, page, 1));
    drop_references(page->record, references);
    if (status)
        return fail_cairo(err, status);
    return volo_svg_number_ids(sink->data, &sink->used, err);
}

/* The first page in pixels, on a surface that is the caller's to finish. */
static VoloStatus play_pixels(const VoloDrawing *d, cairo_surface_t **ret_surface, VoloError *err)
{
    const Page *page = &d->pages[0];
    const double width = fmax(1, round(page->width * d->scale));
    const double height = fmax(1, round(page->height * d->scale));

    if (width > VOLO_LIMIT_DRAWING_SIDE || height > VOLO_LIMIT_DRAWING_SIDE ||
        width * height > VOLO_LIMIT_IMAGE_PIXELS)
        return volo_fail(err, VOLO_ERR_LIMIT,
                         "a PNG of %.0fx%.0f pixels (HxW), limit %u on a side and %u in all",
                         height, width, VOLO_LIMIT_DRAWING_SIDE, VOLO_LIMIT_IMAGE_PIXELS);
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    const cairo_status_t status = play(surface, page, d->scale);
    if (status)
        return fail_cairo(err, finish(surface, status));
    *ret_surface = surface;
    return VOLO_OK;
}

static VoloStatus encode_png(const VoloDrawing *d, Sink *sink, VoloError *err)
{
    cairo_surface_t *surface;

    VOLO_TRY(play_pixels(d, &surface, err));
    const cairo_status_t status =
        finish(surface, cairo_surface_write_to_png_stream(surface, sink_put, sink));
    return status ? fail_cairo(err, status) : VOLO_OK;
}

static VoloStatus encode_pdf(const VoloDrawing *d, Sink *sink, VoloError *err)
{
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(sink_put, sink, d->pages[0].width, d->pages[0].height);
    cairo_status_t status = CAIRO_STATUS_SUCCESS;

    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
    for (size_t i = 0; i < d->count && !status; i++) {
        cairo_pdf_surface_set_size(surface, d->pages[i].width, d->pages[i].height);
        status = play(surface, &d->pages[i], 1);
    }
    status = finish(surface, status);
    return status ? fail_cairo(err, status) : VOLO_OK;
}

static VoloStatus check(const VoloDrawing *d, VoloDrawingFormat format, VoloError *err)
{
    const cairo_status_t status = cairo_status(d->cr);

    if (d->err.status)
        return volo_fail(err, d->err.status, "%s", d->err.message);
    if (status)
        return fail_cairo(err, status);
    if (d->count > 1 && format != VOLO_DRAWING_PDF)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "%zu pages, but only PDF holds more than one",
                         d->count);
    return VOLO_OK;
}

VoloStatus volo_drawing_encode(const VoloDrawing *d, VoloDrawingFormat format, uint8_t **ret_data,
                               size_t *ret_bytes, VoloError *err)
{
    static VoloStatus (*const encode[])(const VoloDrawing *, Sink *, VoloError *) = {
        [VOLO_DRAWING_SVG] = encode_svg,
        [VOLO_DRAWING_PNG] = encode_png,
        [VOLO_DRAWING_PDF] = encode_pdf,
    };
    Sink sink = { NULL, 0, 0 };

    VOLO_TRY(check(d, format, err));
    const VoloStatus status = encode[format](d, &sink, err);
    if (status) {
        free(sink.data);
        return status;
    }
    *ret_data = sink.data;
    *ret_bytes = sink.used;
    return VOLO_OK;
}

/* rgb u8 [height,width,3] from cairo's u32, 0x00RRGGBB. */
static void take_pixels(uint8_t *rgb, size_t height, size_t width, cairo_surface_t *surface)
{
    const size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    const uint8_t *row = cairo_image_surface_get_data(surface);

    for (size_t i = 0; i < height; i++, row += stride) {
        for (size_t j = 0; j < width; j++, rgb += 3) {
            uint32_t pixel;

            memcpy(&pixel, row + 4 * j, sizeof pixel);
            rgb[0] = (uint8_t)(pixel >> 16);
            rgb[1] = (uint8_t)(pixel >> 8);
            rgb[2] = (uint8_t)pixel;
        }
    }
}

VoloStatus volo_drawing_image(const VoloDrawing *d, VoloImage **ret_image, VoloError *err)
{
    cairo_surface_t *surface;

    VOLO_TRY(check(d, VOLO_DRAWING_PNG, err));
    VOLO_TRY(play_pixels(d, &surface, err));
    const size_t height = (size_t)cairo_image_surface_get_height(surface);
    const size_t width = (size_t)cairo_image_surface_get_width(surface);
    uint8_t *rgb = malloc(3 * height * width);
    if (rgb) {
        cairo_surface_flush(surface);
        take_pixels(rgb, height, width, surface);
    }
    cairo_surface_destroy(surface);
    return rgb ? volo_image_adopt(height, width, rgb, ret_image, err)
               : volo_fail_memory(err, 3 * height * width);
}

VoloStatus volo_drawing_format(const char *path, VoloDrawingFormat *ret_format, VoloError *err)
{
    static const char *const endings[] = {
        [VOLO_DRAWING_SVG] = ".svg", [VOLO_DRAWING_PNG] = ".png", [VOLO_DRAWING_PDF] = ".pdf"
    };
    const size_t length = strlen(path);

    for (int i = 0; i < 3; i++) {
        if (length > 4 && strcasecmp(path + length - 4, endings[i]) == 0) {
            *ret_format = (VoloDrawingFormat)i;
            return VOLO_OK;
        }
    }
    return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s': drawings are written as .svg, .png or .pdf",
                     path);
}

VoloStatus volo_drawing_write(const VoloDrawing *d, const char *path, VoloError *err)
{
    VoloDrawingFormat format;
    VoloWriter *writer = NULL;
    uint8_t *data = NULL;
    size_t bytes = 0;

    VOLO_TRY(volo_drawing_format(path, &format, err));
    VoloStatus status = volo_drawing_encode(d, format, &data, &bytes, err);
    if (status) {
        volo_error_prefix(err, "'%s'", path);
        return status;
    }
    status = volo_writer_open(path, &writer, err);
    if (!status) {
        volo_writer_put(writer, data, bytes);
        status = volo_writer_commit(writer, err);
    }
    free(data);
    return status;
}

const char *volo_drawing_library(void)
{
    return cairo_version_string();
}
