/* SPDX-License-Identifier: Apache-2.0 */
/* A confusion matrix: what is right in blue, what is wrong in orange, both growing darker with the
 * square root of the share, so that a confusion of one per cent can still be seen. */
#include "base/error.h"
#include "render/plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 0.62      /* of a name's letters, in cells */
#define MAX_NAME_SIZE 11.0  /* units */
#define NUMBERS_FROM 15.0   /* size of cells that hold numbers */
#define SMALLEST_SHARE 1e-6 /* of all pixels, at which colours begin */
#define MAX_LETTERS 24      /* of a name */
#define LETTER_WIDTH 0.6    /* of a letter's size, about */

/* The part of the plot that is shown: those classes, then "other" for the rest. */
typedef struct Grid {
    const VoloMatrixPlot *plot;
    size_t count;      /* rows; columns are one more when others is set */
    size_t *classes;   /* [count] */
    bool others;       /* a last column: classes not shown, or no class */
    uint64_t *rows;    /* [plot->count] sums */
    uint64_t *columns; /* [plot->count + 1] sums */
    uint64_t total;
} Grid;

/* --- which classes --- */

static uint64_t cell_of(const VoloMatrixPlot *plot, size_t truth, size_t prediction)
{
    return plot->cells[truth * (plot->count + 1) + prediction];
}

static void sum_up(Grid *g)
{
    for (size_t i = 0; i < g->plot->count; i++) {
        for (size_t j = 0; j <= g->plot->count; j++) {
            g->rows[i] += cell_of(g->plot, i, j);
            g->columns[j] += cell_of(g->plot, i, j);
        }
        g->total += g->rows[i];
    }
}

/* Pixels in which the class takes part wrongly. */
static uint64_t errors_of(const Grid *g, size_t class)
{
    return g->rows[class] + g->columns[class] - 2 * cell_of(g->plot, class, class);
}

/* How many classes come before this one: with more errors, or as many and a lower index. */
static size_t rank_of(const Grid *g, size_t class)
{
    const uint64_t errors = errors_of(g, class);
    size_t rank = 0;

    for (size_t i = 0; i < g->plot->count; i++) {
        const uint64_t other = errors_of(g, i);

        rank += other > errors || (other == errors && i < class);
    }
    return rank;
}

static void choose_classes(Grid *g)
{
    const size_t top = g->plot->top ? g->plot->top : g->plot->count;

    for (size_t i = 0; i < g->plot->count; i++) {
        if (rank_of(g, i) < top)
            g->classes[g->count++] = i;
    }
    g->others = g->count < g->plot->count || g->columns[g->plot->count] > 0;
}

static void grid_clear(Grid *g)
{
    free(g->classes);
    free(g->rows);
    free(g->columns);
}

static VoloStatus grid_init(Grid *g, const VoloMatrixPlot *plot, VoloError *err)
{
    *g = (Grid){ .plot = plot };
    g->classes = calloc(plot->count + 1, sizeof *g->classes);
    g->rows = calloc(plot->count + 1, sizeof *g->rows);
    g->columns = calloc(plot->count + 1, sizeof *g->columns);
    if (!g->classes || !g->rows || !g->columns) {
        grid_clear(g);
        return volo_fail_memory(err, plot->count * sizeof *g->rows);
    }
    sum_up(g);
    choose_classes(g);
    return VOLO_OK;
}

static size_t column_count(const Grid *g)
{
    return g->count + g->others;
}

static const char *column_name(const Grid *g, size_t column)
{
    if (column < g->count)
        return g->plot->names[g->classes[column]];
    return g->count < g->plot->count ? "other" : "no class";
}

/* What the column's predictions get of the row's class; the last column has all that is left. */
static uint64_t cell_at(const Grid *g, size_t row, size_t column)
{
    uint64_t rest = g->rows[g->classes[row]];

    if (column < g->count)
        return cell_of(g->plot, g->classes[row], g->classes[column]);
    for (size_t i = 0; i < g->count; i++)
        rest -= cell_of(g->plot, g->classes[row], g->classes[i]);
    return rest;
}

/* What the cell is a share of; 0: nothing. */
static uint64_t whole_of(const Grid *g, size_t row, size_t column)
{
    switch (g->plot->share) {
    case VOLO_SHARE_OF_ROW:
        return g->rows[g->classes[row]];
    case VOLO_SHARE_OF_COLUMN: {
        uint64_t others = g->total;

        if (column < g->count)
            return g->columns[g->classes[column]];
        for (size_t i = 0; i < g->count; i++)
            others -= g->columns[g->classes[i]];
        return others;
    }
    case VOLO_SHARE_OF_ALL:
        break;
    }
    return g->total;
}

/* --- colours --- */

static VoloColour mix(const uint8_t stops[4][3], double t)
{
    const double place = t * 3;
    const size_t i = place < 2 ? (size_t)place : 2;
    const double part = place - (double)i;
    uint8_t c[3];

    for (size_t k = 0; k < 3; k++)
        c[k] = (uint8_t)lround(stops[i][k] + (stops[i + 1][k] - stops[i][k]) * part);
    return (VoloColour){ c[0], c[1], c[2] };
}

/* How dark, 0..1. */
static double strength(VoloMatrixShare of, double share)
{
    if (of != VOLO_SHARE_OF_ALL)
        return sqrt(share);
    return share > SMALLEST_SHARE ? 1 - log10(share) / log10(SMALLEST_SHARE) : 0;
}

static VoloColour shade(bool right, double t)
{
    static const uint8_t blue[4][3] = {
        { 247, 250, 253 }, { 158, 202, 225 }, { 49, 130, 189 }, { 8, 48, 107 }
    };
    static const uint8_t orange[4][3] = {
        { 253, 250, 247 }, { 253, 190, 133 }, { 230, 85, 13 }, { 127, 39, 4 }
    };

    return mix(right ? blue : orange, t);
}

/* --- drawing --- */

typedef struct Frame {
    VoloDrawing *d;
    double x, y, cell; /* of the first cell */
    double name_size;
} Frame;

static VoloTextStyle text_style(double size, VoloAlign align)
{
    return (VoloTextStyle){ .size = size, .align = align, .colour = volo_plot_ink };
}

/* "12", "<1" or nothing; per cent. */
static void put_number(const Frame *f, double x, double y, double share, double t)
{
    VoloTextStyle style = text_style(f->cell * 0.38, VOLO_ALIGN_CENTRE);
    char text[8];

    if (share < 0.005)
        return;
    if (t > 0.62)
        style.colour = (VoloColour){ 255, 255, 255 };
    snprintf(text, sizeof text, "%.0f", 100 * share);
    volo_drawing_text(f->d, x + f->cell / 2, y + f->cell * 0.64, text, &style);
}

static void draw_cell(const Frame *f, const Grid *g, size_t row, size_t column)
{
    const double x = f->x + (double)column * f->cell, y = f->y + (double)row * f->cell;
    const uint64_t whole = whole_of(g, row, column), cell = cell_at(g, row, column);
    const VoloBox box = { x, y, f->cell, f->cell };

    if (whole == 0) { /* nothing there to be a share of */
        volo_drawing_fill_box(f->d, box, (VoloColour){ 232, 232, 232 });
        return;
    }
    if (cell == 0)
        return;
    const double share = (double)cell / (double)whole, t = strength(g->plot->share, share);
    volo_drawing_fill_box(f->d, box, shade(row == column, t));
    if (f->cell >= NUMBERS_FROM && g->plot->share != VOLO_SHARE_OF_ALL)
        put_number(f, x, y, share, t);
}

static void draw_cells(const Frame *f, const Grid *g)
{
    const double width = (double)column_count(g) * f->cell, height = (double)g->count * f->cell;
    const VoloStroke thin = { volo_plot_grid, f->cell >= 12 ? 0.5 : 0.2, 0 };

    for (size_t i = 0; i < g->count; i++) {
        for (size_t j = 0; j < column_count(g); j++)
            draw_cell(f, g, i, j);
    }
    for (size_t i = 0; i <= g->count; i++)
        volo_drawing_line(f->d, f->x, f->y + (double)i * f->cell, f->x + width,
                          f->y + (double)i * f->cell, thin);
    for (size_t j = 0; j <= column_count(g); j++)
        volo_drawing_line(f->d, f->x + (double)j * f->cell, f->y, f->x + (double)j * f->cell,
                          f->y + height, thin);
    volo_drawing_stroke_box(f->d, (VoloBox){ f->x, f->y, width, height },
                            (VoloStroke){ volo_plot_faint, 0.75, 0 });
}

static void draw_names(const Frame *f, const Grid *g)
{
    const double width = f->name_size * LETTER_WIDTH * MAX_LETTERS;
    VoloTextStyle across = text_style(f->name_size, VOLO_ALIGN_RIGHT);
    VoloTextStyle up = text_style(f->name_size, VOLO_ALIGN_LEFT);

    up.angle = 90;
    for (size_t i = 0; i < g->count; i++)
        volo_plot_text(f->d, f->x - f->name_size * 0.6,
                       f->y + ((double)i + 0.5) * f->cell + f->name_size * 0.36, width,
                       g->plot->names[g->classes[i]], &across);
    for (size_t j = 0; j < column_count(g); j++)
        volo_plot_text(f->d, f->x + ((double)j + 0.5) * f->cell + f->name_size * 0.36,
                       f->y - f->name_size * 0.6, width, column_name(g, j), &up);
}

/* --- the scales below --- */

static const double scale_ticks[] = { 0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1 };
static const double log_ticks[] = { 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1 };

static void draw_scale(VoloDrawing *d, VoloBox box, bool right, VoloMatrixShare of)
{
    const double *ticks = of == VOLO_SHARE_OF_ALL ? log_ticks : scale_ticks;
    const size_t count = of == VOLO_SHARE_OF_ALL ? sizeof log_ticks / sizeof *log_ticks
                                                 : sizeof scale_ticks / sizeof *scale_ticks;
    const VoloTextStyle style = text_style(8.5, VOLO_ALIGN_CENTRE),
                        title = text_style(9, VOLO_ALIGN_LEFT);
    enum {
        STEPS = 64
    };

    for (size_t i = 0; i < STEPS; i++)
        volo_drawing_fill_box(d,
                              (VoloBox){ box.x + box.width * (double)i / STEPS, box.y,
                                         box.width / STEPS + 0.25, box.height },
                              shade(right, ((double)i + 0.5) / STEPS));
    volo_drawing_stroke_box(d, box, (VoloStroke){ volo_plot_faint, 0.5, 0 });
    for (size_t i = 0; i < count; i++) {
        const double x = box.x + box.width * strength(of, ticks[i]);
        char text[16];

        snprintf(text, sizeof text, "%g", 100 * ticks[i]);
        volo_drawing_line(d, x, box.y + box.height, x, box.y + box.height + 3,
                          (VoloStroke){ volo_plot_faint, 0.5, 0 });
        volo_drawing_text(d, x, box.y + box.height + 12, text, &style);
    }
    volo_drawing_text(d, box.x, box.y - 5, right ? "right, %" : "wrong, %", &title);
}

static void draw_scales(VoloDrawing *d, double x, double y, double width, VoloMatrixShare of)
{
    const double each = width / 2 - 16 < 240 ? width / 2 - 16 : 240;

    draw_scale(d, (VoloBox){ x, y, each, 10 }, true, of);
    draw_scale(d, (VoloBox){ x + each + 32, y, each, 10 }, false, of);
}

/* --- layout --- */

static const double title_height = 30, axis_height = 18, scale_height = 66, margin = 14;

static const char *share_text(VoloMatrixShare share)
{
    static const char *const texts[] = { [VOLO_SHARE_OF_ROW] = "of the pixels of each class (row)",
                                         [VOLO_SHARE_OF_COLUMN] =
                                             "of the pixels predicted as each class (column)",
                                         [VOLO_SHARE_OF_ALL] = "of all pixels" };

    return texts[share];
}

/* The longest name as far as it is shown, in widths of a letter; measured, as letters differ. */
static double longest_name(VoloDrawing *d, const Grid *g)
{
    const VoloTextStyle style = { .size = 10 };
    double longest = 0;

    for (size_t i = 0; i < column_count(g); i++) {
        const double width = volo_drawing_text_width(d, column_name(g, i), &style) / 10;

        if (width > longest)
            longest = width;
    }
    return longest < LETTER_WIDTH * MAX_LETTERS ? longest : LETTER_WIDTH * MAX_LETTERS;
}

static double name_size_of(double cell)
{
    return cell * NAME_SIZE < MAX_NAME_SIZE ? cell * NAME_SIZE : MAX_NAME_SIZE;
}

/* The size of cells with which everything fits: by trying, since names shrink with them. */
static double fit(const Grid *g, double longest, double width, double height)
{
    double cell = 40;

    while (cell > 0.5) {
        const double names = (longest + 1.2) * name_size_of(cell);

        if (names + (double)column_count(g) * cell <= width &&
            names + (double)g->count * cell <= height)
            break;
        cell *= 0.98;
    }
    return cell;
}

static void draw_grid(const Grid *g, VoloDrawing *d, VoloBox box)
{
    const double longest = longest_name(d, g), top = g->plot->title ? title_height : 0;
    const double cell =
        fit(g, longest, box.width - axis_height, box.height - top - axis_height - scale_height);
    const double names = (longest + 1.2) * name_size_of(cell);
    const Frame f = { d, box.x + axis_height + names, box.y + top + axis_height + names, cell,
                      name_size_of(cell) };
    const double width = (double)column_count(g) * cell, height = (double)g->count * cell;
    VoloTextStyle axis = text_style(10, VOLO_ALIGN_CENTRE);
    const VoloTextStyle title = { .size = 14, .bold = true, .colour = volo_plot_ink };
    const VoloTextStyle note = { .size = 9, .align = VOLO_ALIGN_LEFT, .colour = volo_plot_faint };

    if (g->plot->title)
        volo_plot_text(d, box.x, box.y + 15, box.width, g->plot->title, &title);
    volo_drawing_text(d, f.x + width / 2, box.y + top + 10, "prediction", &axis);
    axis.angle = 90;
    volo_drawing_text(d, box.x + 10, f.y + height / 2, "truth", &axis);
    draw_names(&f, g);
    draw_cells(&f, g);
    draw_scales(d, f.x, f.y + height + 26, width > 300 ? width : 300, g->plot->share);
    volo_drawing_text(d, f.x, f.y + height + 26 + 37, share_text(g->plot->share), &note);
}

VoloStatus volo_plot_draw_matrix(const VoloMatrixPlot *plot, VoloDrawing *d, VoloBox box,
                                 VoloError *err)
{
    Grid g;

    VOLO_TRY(grid_init(&g, plot, err));
    draw_grid(&g, d, box);
    grid_clear(&g);
    return VOLO_OK;
}

/* Letters of the longest name, as far as it is shown. */
static double most_letters(const VoloMatrixPlot *plot)
{
    size_t most = strlen("no class");

    for (size_t i = 0; i < plot->count; i++) {
        const size_t length = strlen(plot->names[i]);

        most = length > most ? length : most;
    }
    return most < MAX_LETTERS ? (double)most : MAX_LETTERS;
}

VoloBox volo_plot_matrix_size(const VoloMatrixPlot *plot)
{
    const size_t count = plot->top && plot->top < plot->count ? plot->top : plot->count;
    const double cell = count <= 40 ? 24 : count <= 80 ? 16 : 11;
    const double names = (LETTER_WIDTH * most_letters(plot) + 1.2) * name_size_of(cell);
    const double grid = (double)(count + 1) * cell, sides = axis_height + names;

    return (VoloBox){ .width = sides + (grid > 300 ? grid : 300),
                      .height = (plot->title ? title_height : 0) + sides + grid + scale_height };
}

VoloStatus volo_matrix_plot(const VoloMatrixPlot *plot, VoloDrawing **ret_drawing, VoloError *err)
{
    VoloBox box = volo_plot_matrix_size(plot);
    VoloDrawing *d;

    VOLO_TRY(volo_drawing_new(box.width + 2 * margin, box.height + 2 * margin, &d, err));
    box.x = box.y = margin;
    const VoloStatus status = volo_plot_draw_matrix(plot, d, box, err);
    if (status)
        volo_drawing_free(d);
    else
        *ret_drawing = d;
    return status;
}
