/* SPDX-License-Identifier: Apache-2.0 */
/* A picture with a strip that says what its mask shows: below a picture that is clearly wider than
 * high, else to its right. All lengths follow from the size of the letters, and that from the
 * picture: letters are about as large in every picture that is looked at as a whole. */
#include <volo/drawing.h>
#include <volo/render.h>

#include "image/owned.h"
#include "render/fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const VoloColour ink = { 0x20, 0x20, 0x20 }, faint = { 0x60, 0x60, 0x60 },
                        edge = { 0xa0, 0xa0, 0xa0 };
static const double largest_strip = 14000; /* pixels, what a drawing can be */

typedef struct Entry {
    size_t label;
    uint64_t pixels;
} Entry;

/* In pixels. */
typedef struct Legend {
    const VoloClassTable *table;
    double pixels;    /* of the mask */
    Entry entry[256]; /* classes present, the commonest first */
    size_t count;     /* of them */
    size_t shown;     /* with a line of their own */
    double em, pad, line, gap;
    double name_width, share_width;
    size_t columns, rows;
    double width, height; /* of the strip */
    VoloDrawing *drawing; /* of the strip */
} Legend;

static int commoner_first(const void *a, const void *b)
{
    const Entry *x = a, *y = b;

    if (x->pixels != y->pixels)
        return x->pixels > y->pixels ? -1 : 1;
    return x->label < y->label ? -1 : 1;
}

static void find_entries(Legend *l, const VoloMask *mask)
{
    uint64_t counts[256];

    volo_mask_count(mask, counts);
    for (size_t i = 0; i < volo_class_table_count(l->table); i++) {
        if (counts[i])
            l->entry[l->count++] = (Entry){ i, counts[i] };
    }
    qsort(l->entry, l->count, sizeof *l->entry, commoner_first);
    l->pixels = (double)volo_mask_height(mask) * (double)volo_mask_width(mask);
}

/* --- texts --- */

static VoloTextStyle text_style(const Legend *l, VoloColour colour, VoloAlign align)
{
    return (VoloTextStyle){ .size = l->em, .align = align, .colour = colour };
}

static void write_share(char text[16], const Legend *l, uint64_t pixels)
{
    const double percent = 100 * (double)pixels / l->pixels;

    if (percent < 0.05)
        snprintf(text, 16, "< 0.1 %%");
    else
        snprintf(text, 16, "%.1f %%", percent);
}

/* Takes the last character off text and ends it in an ellipsis. */
static void shorten(char *text)
{
    static const char dots[] = "\xe2\x80\xa6";
    size_t end = strlen(text);

    if (end >= sizeof dots - 1 && strcmp(text + end - (sizeof dots - 1), dots) == 0)
        end -= sizeof dots - 1;
    do
        end -= end > 0;
    while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80);
    memcpy(text + end, dots, sizeof dots);
}

/* As much of a name as fits; the caller's. NULL: memory refused. */
static char *fitting_name(const Legend *l, const char *name, double width)
{
    const VoloTextStyle style = text_style(l, ink, VOLO_ALIGN_LEFT);
    const size_t bytes = strlen(name) + 1;
    char *const text = malloc(bytes + 3); /* an ellipsis is longer than a letter */

    if (!text)
        return NULL;
    memcpy(text, name, bytes);
    while (volo_drawing_text_width(l->drawing, text, &style) > width && strlen(text) > 3)
        shorten(text);
    return text;
}

/* --- layout --- */

/* Room for the names that are shown. */
static void measure_names(Legend *l)
{
    const VoloTextStyle style = text_style(l, ink, VOLO_ALIGN_LEFT);

    l->name_width = 4 * l->em;
    for (size_t i = 0; i < l->shown; i++) {
        const char *name = volo_class_table_get(l->table, l->entry[i].label)->name;

        l->name_width = fmax(l->name_width, volo_drawing_text_width(l->drawing, name, &style));
    }
    l->name_width = fmin(l->name_width, 14 * l->em);
}

/* Swatch, name, share. */
static double column_width(const Legend *l)
{
    return l->em + 0.5 * l->em + l->name_width + 0.75 * l->em + l->share_width;
}

static size_t at_least_one(double number)
{
    return number >= 1 ? (size_t)number : 1;
}

/* How many lines and columns; which classes are shown. */
static void lay_out(Legend *l, double picture_h, double picture_w, bool below)
{
    const double column = column_width(l);
    const double across = fmin(picture_w, largest_strip) - 2 * l->pad;
    const double down = fmin(below ? 0.4 * picture_h : picture_h, largest_strip) - 2 * l->pad;

    l->columns = below ? at_least_one((across + l->gap) / (column + l->gap)) : 1;
    l->rows = at_least_one(down / l->line);
    const size_t wanted = l->count ? (l->count + l->columns - 1) / l->columns : 1;
    l->rows = wanted < l->rows ? wanted : l->rows;
    const size_t room = l->rows * l->columns;
    l->shown = l->count <= room ? l->count : room > 1 ? room - 1 : 1;
}

/* The strip's sides. Columns that fill it are spread over its width. */
static void size_strip(Legend *l, double picture_w, bool below)
{
    const double column = column_width(l), columns = (double)l->columns;
    const double left = fmin(picture_w, largest_strip) - 2 * l->pad - columns * column;

    if (below && l->columns > 1 && l->rows > 1)
        l->gap = fmax(l->gap, fmin(left / (columns - 1), 6 * l->em));
    l->width = ceil(2 * l->pad + columns * (column + l->gap) - l->gap);
    l->height = ceil(2 * l->pad + (double)l->rows * l->line);
}

/* Fewer classes than there are may be shown, with shorter names, so that more fit: tried twice. */
static VoloStatus arrange(Legend *l, double picture_h, double picture_w, bool below, VoloError *err)
{
    const VoloTextStyle style = text_style(l, ink, VOLO_ALIGN_LEFT);

    l->share_width = volo_drawing_text_width(l->drawing, "100.0 %", &style);
    l->shown = l->count;
    for (int i = 0; i < 3; i++) {
        measure_names(l);
        if (!(volo_drawing_text_width(l->drawing, "0", &style) > 0)) /* 0 after any error */
            return volo_fail(err, VOLO_ERR_MEMORY, "out of memory while measuring texts");
        lay_out(l, picture_h, picture_w, below);
    }
    size_strip(l, picture_w, below);
    return VOLO_OK;
}

/* --- drawing --- */

/* A line's place: column by column. */
static VoloBox place(const Legend *l, size_t index)
{
    const double column = column_width(l);

    return (VoloBox){ l->pad + (double)(index / l->rows) * (column + l->gap),
                      l->pad + (double)(index % l->rows) * l->line, column, l->line };
}

static void draw_share(const Legend *l, VoloBox box, uint64_t pixels)
{
    const VoloTextStyle style = text_style(l, faint, VOLO_ALIGN_RIGHT);
    char share[16];

    write_share(share, l, pixels);
    volo_drawing_text(l->drawing, box.x + box.width, box.y + 0.5 * l->line + 0.36 * l->em, share,
                      &style);
}

static VoloStatus draw_entry(const Legend *l, size_t index, VoloError *err)
{
    const VoloClass *class = volo_class_table_get(l->table, l->entry[index].label);
    const VoloTextStyle style = text_style(l, ink, VOLO_ALIGN_LEFT);
    const VoloColour colour = { class->colour[0], class->colour[1], class->colour[2] };
    const VoloBox box = place(l, index);
    const VoloBox swatch = { round(box.x), round(box.y + 0.5 * (l->line - l->em)), round(l->em),
                             round(l->em) };
    char *const name = fitting_name(l, class->name, l->name_width);

    if (!name)
        return volo_fail_memory(err, strlen(class->name) + 4);
    volo_drawing_fill_box(l->drawing, swatch, colour);
    volo_drawing_stroke_box(l->drawing, swatch, (VoloStroke){ edge, l->em / 16, 0 });
    volo_drawing_text(l->drawing, box.x + 1.5 * l->em, box.y + 0.5 * l->line + 0.36 * l->em, name,
                      &style);
    free(name);
    draw_share(l, box, l->entry[index].pixels);
    return VOLO_OK;
}

/* One line for all that have none. */
static void draw_others(const Legend *l)
{
    const VoloTextStyle style = text_style(l, faint, VOLO_ALIGN_LEFT);
    const VoloBox box = place(l, l->shown);
    uint64_t pixels = 0;
    char text[32];

    if (l->shown == l->count || l->shown == l->rows * l->columns)
        return;
    for (size_t i = l->shown; i < l->count; i++)
        pixels += l->entry[i].pixels;
    snprintf(text, sizeof text, "%zu more", l->count - l->shown);
    volo_drawing_text(l->drawing, box.x + 1.5 * l->em, box.y + 0.5 * l->line + 0.36 * l->em, text,
                      &style);
    draw_share(l, box, pixels);
}

static VoloStatus draw(Legend *l, VoloImage **ret_strip, VoloError *err)
{
    volo_drawing_free(l->drawing);
    l->drawing = NULL;
    VOLO_TRY(volo_drawing_new(l->width, l->height, &l->drawing, err));
    for (size_t i = 0; i < l->shown; i++)
        VOLO_TRY(draw_entry(l, i, err));
    draw_others(l);
    return volo_drawing_image(l->drawing, ret_strip, err);
}

static VoloStatus make_strip(Legend *l, const VoloImage *picture, bool below, VoloImage **ret_strip,
                             VoloError *err)
{
    const double h = (double)volo_image_height(picture), w = (double)volo_image_width(picture);

    l->em = fmax(10, round(0.025 * sqrt(h * w)));
    l->pad = 0.75 * l->em;
    l->line = 1.6 * l->em;
    l->gap = 2 * l->em;
    VOLO_TRY(volo_drawing_new(1, 1, &l->drawing, err)); /* a ruler */
    VOLO_TRY(arrange(l, h, w, below, err));
    return draw(l, ret_strip, err);
}

/* --- picture and strip --- */

/* Copies from into rgb [.,w,3] at a place. */
static void put(uint8_t *rgb, size_t w, size_t top, size_t left, const VoloImage *from)
{
    const size_t line = 3 * volo_image_width(from);

    for (size_t y = 0; y < volo_image_height(from); y++)
        memcpy(rgb + 3 * ((top + y) * w + left), volo_image_pixels(from) + y * line, line);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static VoloStatus join(const VoloImage *picture, const VoloImage *strip, bool below,
                       VoloImage **ret_image, VoloError *err)
{
    const size_t h = volo_image_height(picture), w = volo_image_width(picture);
    const size_t strip_h = volo_image_height(strip), strip_w = volo_image_width(strip);
    const size_t all_h = below ? h + strip_h : larger(h, strip_h);
    const size_t all_w = below ? larger(w, strip_w) : w + strip_w;
    uint8_t *rgb = malloc(3 * all_h * all_w);

    if (!rgb)
        return volo_fail_memory(err, 3 * all_h * all_w);
    memset(rgb, 255, 3 * all_h * all_w);
    put(rgb, all_w, 0, 0, picture);
    put(rgb, all_w, below ? h : 0, below ? 0 : w, strip);
    return volo_image_adopt(all_h, all_w, rgb, ret_image, err);
}

VoloStatus volo_render_legend(const VoloImage *picture, const VoloMask *mask,
                              const VoloClassTable *table, VoloImage **ret_image, VoloError *err)
{
    VOLO_TRY(volo_render_fit(picture, mask, err));
    const size_t h = volo_image_height(picture), w = volo_image_width(picture);
    const bool below = 4 * w >= 5 * h;
    Legend legend = { .table = table };
    VoloImage *strip = NULL;

    find_entries(&legend, mask);
    VoloStatus status = make_strip(&legend, picture, below, &strip, err);
    volo_drawing_free(legend.drawing);
    if (!status)
        status = join(picture, strip, below, ret_image, err);
    volo_image_unref(strip);
    return status;
}
