/* SPDX-License-Identifier: Apache-2.0 */
/* A sheet of samples as the network gets them, beside their labels in colour, so that a person sees
 * at a glance what augmentation does and whether labels lie where they should. */
#include <volo/drawing.h>
#include <volo/train_data.h>

#include "base/error.h"
#include "train/train_sets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MARGIN = 12,
    GAP = 4,   /* between a picture and its labels */
    LINE = 15, /* of text */
    CAPTION = 2 * LINE + 4,
    LEGEND_CELL = 120,
    MOST_TILE = 320, /* units of a picture's longer side on the sheet */
    MOST_COLUMNS = 64,
    CHECK = 8, /* pixels of a square where there is no label */
};

typedef struct Sheet {
    const VoloTrainSets *sets;
    const VoloAugment *augment;
    const VoloBatch *batch;
    VoloDrawing *drawing;
    size_t columns;        /* pairs in a row */
    double tile_w, tile_h; /* of a picture */
    double width;
    uint8_t *rgb; /* [h,w,3] */
} Sheet;

static const VoloColour black = { 0, 0, 0 }, grey = { 110, 110, 110 };

/* --- colours ---------------------------------------------------------------------------------- */

/* Of a label of a sample's set; its name too. */
static void describe_label(const Sheet *s, size_t set, size_t label, const char **ret_name,
                           const uint8_t **ret_colour)
{
    const VoloTrainSet *view = &s->sets->sets[set].view;

    if (view->coarse) {
        const VoloLabel *own = volo_label_space_class(volo_dataset_space(view->dataset), label);

        *ret_name = own->name;
        *ret_colour = own->colour;
    } else {
        const VoloClass *class = volo_class_table_get(s->sets->classes, label);

        *ret_name = class->name;
        *ret_colour = class->colour;
    }
}

/* The picture as it was before it was normalised. */
static void restore_picture(const Sheet *s, size_t sample)
{
    const size_t pixels = s->batch->h * s->batch->w;
    const float *x = s->batch->x + sample * pixels * 3;

    for (size_t i = 0; i < 3 * pixels; i++) {
        const float level = x[i] * s->augment->std[i % 3] + s->augment->mean[i % 3];

        s->rgb[i] = (uint8_t)lrintf(fminf(fmaxf(level, 0), 255));
    }
}

/* What is ignored becomes a chequerboard. */
static void colour_labels(const Sheet *s, size_t sample)
{
    const size_t h = s->batch->h, w = s->batch->w;
    const uint8_t *labels = s->batch->labels + sample * h * w;

    for (size_t i = 0; i < h * w; i++) {
        const bool dark = (i / w / CHECK + i % w / CHECK) % 2 == 0;
        const uint8_t nothing[3] = { dark ? 200 : 232, dark ? 200 : 232, dark ? 200 : 232 };
        const uint8_t *colour = nothing;
        const char *name;

        if (labels[i] != VOLO_LABEL_IGNORE)
            describe_label(s, s->batch->samples[sample].set, labels[i], &name, &colour);
        memcpy(s->rgb + 3 * i, colour, 3);
    }
}

/* --- samples ---------------------------------------------------------------------------------- */

/* A line that ends where the next picture begins. */
static void draw_line(const Sheet *s, double x, double y, const char *text, bool bold,
                      VoloColour colour)
{
    const VoloTextStyle style = { .size = 11, .bold = bold, .colour = colour };

    volo_drawing_clip(s->drawing, (VoloBox){ x, y - LINE, 2 * s->tile_w + GAP, LINE + 4 });
    volo_drawing_text(s->drawing, x, y, text, &style);
    volo_drawing_unclip(s->drawing);
}

static void draw_caption(const Sheet *s, size_t sample, double x, double y)
{
    const VoloSample *what = &s->batch->samples[sample];
    const VoloTrainSet *view = &s->sets->sets[what->set].view;
    const uint8_t *colour;
    const char *rare = "";
    char text[400];

    snprintf(text, sizeof text, "%llu  %s  %s", (unsigned long long)what->position, view->name,
             what->name);
    draw_line(s, x, y + LINE - 3, text, true, black);
    if (what->rare >= 0)
        describe_label(s, what->set, (size_t)what->rare, &rare, &colour);
    snprintf(text, sizeof text, "scale %.2f, crop at %zu, %zu%s%s%s%s", what->scale, what->top,
             what->left, what->flipped ? ", mirrored" : "", view->coarse ? ", coarse labels" : "",
             *rare ? ", drawn for " : "", rare);
    draw_line(s, x, y + 2 * LINE - 3, text, false, grey);
}

static void draw_tile(const Sheet *s, double x, double y)
{
    const VoloBox box = { x, y, s->tile_w, s->tile_h };

    volo_drawing_picture(s->drawing, box, s->batch->h, s->batch->w, s->rgb, false);
    volo_drawing_stroke_box(s->drawing, box, (VoloStroke){ grey, 0.5, 0 });
}

static void draw_sample(const Sheet *s, size_t sample)
{
    const size_t row = sample / s->columns, column = sample % s->columns;
    const double x = MARGIN + (double)column * (2 * s->tile_w + GAP + MARGIN);
    const double y = MARGIN + (double)row * (s->tile_h + CAPTION + MARGIN);

    draw_caption(s, sample, x, y);
    restore_picture(s, sample);
    draw_tile(s, x, y + CAPTION);
    colour_labels(s, sample);
    draw_tile(s, x + s->tile_w + GAP, y + CAPTION);
}

/* --- legend ----------------------------------------------------------------------------------- */

/* Whether set i is the first whose labels mean what its do: classes of the training are listed
 * once. */
static bool has_legend(const Sheet *s, size_t set)
{
    if (s->sets->sets[set].view.coarse)
        return true;
    for (size_t i = 0; i < set; i++) {
        if (!s->sets->sets[i].view.coarse)
            return false;
    }
    return true;
}

static size_t cells_in_row(const Sheet *s)
{
    return (size_t)fmax((s->width - 2 * MARGIN) / LEGEND_CELL, 1);
}

/* Height of a set's legend: its title and its rows. */
static double legend_height(const Sheet *s, size_t set)
{
    const size_t cells = cells_in_row(s);
    const size_t rows = (s->sets->sets[set].view.label_count + cells - 1) / cells;

    return (double)(rows + 1) * LINE + 6;
}

static void draw_legend(const Sheet *s, size_t set, double y)
{
    const VoloTrainSet *view = &s->sets->sets[set].view;
    const VoloTextStyle title = { .size = 11, .bold = true, .colour = black };
    const VoloTextStyle plain = { .size = 10, .colour = black };

    volo_drawing_text(s->drawing, MARGIN, y + LINE - 3,
                      view->coarse ? view->name : volo_class_table_name(s->sets->classes), &title);
    for (size_t i = 0; i < view->label_count; i++) {
        const double x = MARGIN + (double)(i % cells_in_row(s)) * LEGEND_CELL;
        const double line = y + (double)(1 + i / cells_in_row(s)) * LINE;
        const uint8_t *colour;
        const char *name;

        describe_label(s, set, i, &name, &colour);
        volo_drawing_fill_box(s->drawing, (VoloBox){ x, line + 3, 10, 10 },
                              (VoloColour){ colour[0], colour[1], colour[2] });
        volo_drawing_clip(s->drawing, (VoloBox){ x, line, LEGEND_CELL - 4, LINE + 2 });
        volo_drawing_text(s->drawing, x + 14, line + LINE - 3, name, &plain);
        volo_drawing_unclip(s->drawing);
    }
}

/* --- the sheet -------------------------------------------------------------------------------- */

static VoloStatus draw(Sheet *s, const char *path, double samples_height, double height,
                       VoloError *err)
{
    double y = samples_height;

    VOLO_TRY(volo_drawing_new(s->width, height, &s->drawing, err));
    for (size_t i = 0; i < s->batch->n; i++)
        draw_sample(s, i);
    for (size_t i = 0; i < s->sets->count; i++) {
        if (!has_legend(s, i))
            continue;
        draw_legend(s, i, y);
        y += legend_height(s, i);
    }
    return volo_drawing_write(s->drawing, path, err);
}

VoloStatus volo_contact_sheet_write(const char *path, const VoloTrainSets *sets,
                                    const VoloAugment *augment, const VoloBatch *batch,
                                    size_t columns, VoloError *err)
{
    const double longer = (double)(batch->h > batch->w ? batch->h : batch->w);
    const double scale = fmin(MOST_TILE / longer, 1);
    Sheet s = { .sets = sets, .augment = augment, .batch = batch };

    if (columns < 1 || columns > MOST_COLUMNS)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "%zu columns, expected 1..%d", columns,
                         MOST_COLUMNS);
    s.columns = columns < batch->n ? columns : batch->n;
    s.tile_w = (double)batch->w * scale;
    s.tile_h = (double)batch->h * scale;
    s.width = MARGIN + (double)s.columns * (2 * s.tile_w + GAP + MARGIN);
    const size_t rows = (batch->n + s.columns - 1) / s.columns;
    const double samples_height = MARGIN + (double)rows * (s.tile_h + CAPTION + MARGIN);
    double height = samples_height + MARGIN;
    for (size_t i = 0; i < sets->count; i++)
        height += has_legend(&s, i) ? legend_height(&s, i) : 0;
    s.rgb = malloc(3 * batch->h * batch->w);
    if (!s.rgb)
        return volo_fail_memory(err, 3 * batch->h * batch->w);
    const VoloStatus status = draw(&s, path, samples_height, height, err);
    volo_drawing_free(s.drawing);
    free(s.rgb);
    return status;
}
