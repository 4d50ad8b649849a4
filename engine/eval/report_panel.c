/* SPDX-License-Identifier: Apache-2.0 */
/* Small pictures: every pixel is the mean of those it stands for, so that thin errors stay visible.
 * Colours are looked up while summing; nothing of the full size is made. */
#include "eval/report_panel.h"

#include "base/error.h"

#include <stdlib.h>

const uint8_t volo_panel_right[3] = { 232, 236, 238 };
const uint8_t volo_panel_wrong[3] = { 205, 32, 44 };
const uint8_t volo_panel_ignored[3] = { 120, 132, 150 };

/* What colour a pixel of the full size has; source is one of the types below. */
typedef const uint8_t *(*ColourFn)(const void *source, size_t pixel);

static const uint8_t *image_colour(const void *source, size_t pixel)
{
    return volo_image_pixels(source) + 3 * pixel;
}

typedef struct Labels {
    const uint8_t *labels;
    uint8_t (*palette)[3]; /* [256] */
} Labels;

static const uint8_t *label_colour(const void *source, size_t pixel)
{
    const Labels *l = source;

    return l->palette[l->labels[pixel]];
}

typedef struct Errors {
    const uint8_t *labels, *predictions;
    const int16_t *index; /* class of a raw value */
} Errors;

static const uint8_t *error_colour(const void *source, size_t pixel)
{
    const Errors *e = source;
    const int16_t truth = e->index[e->labels[pixel]];

    if (truth < 0)
        return volo_panel_ignored;
    return truth == e->index[e->predictions[pixel]] ? volo_panel_right : volo_panel_wrong;
}

/* --- making smaller --- */

static size_t scaled(size_t side, size_t longest)
{
    const size_t small = (side * VOLO_PANEL_SIDE + longest / 2) / longest;

    return small > 0 ? small : 1;
}

/* The mean of rows y0..y1-1 and columns x0..x1-1 of a picture of that width. */
static void mean_colour(ColourFn colour, const void *source, size_t width, const size_t x[2],
                        const size_t y[2], uint8_t *rgb)
{
    const uint64_t count = (x[1] - x[0]) * (y[1] - y[0]);
    uint64_t sum[3] = { 0 };

    for (size_t i = y[0]; i < y[1]; i++) {
        for (size_t j = x[0]; j < x[1]; j++) {
            const uint8_t *c = colour(source, i * width + j);

            for (size_t k = 0; k < 3; k++)
                sum[k] += c[k];
        }
    }
    for (size_t k = 0; k < 3; k++)
        rgb[k] = (uint8_t)((sum[k] + count / 2) / count);
}

/* The source's pixels that the i-th of small stands for: at least one. */
static void span(size_t i, size_t small, size_t full, size_t ret[2])
{
    ret[0] = i * full / small;
    ret[1] = (i + 1) * full / small;
    if (ret[1] == ret[0])
        ret[1]++;
}

static VoloStatus make_view(VoloPanelView *view, const char *title, size_t height, size_t width,
                            ColourFn colour, const void *source, VoloError *err)
{
    const size_t longest = height > width ? height : width;
    const bool shrinks = longest > VOLO_PANEL_SIDE;

    view->title = title;
    view->height = shrinks ? scaled(height, longest) : height;
    view->width = shrinks ? scaled(width, longest) : width;
    view->rgb = malloc(view->height * view->width * 3);
    if (!view->rgb)
        return volo_fail_memory(err, view->height * view->width * 3);
    for (size_t i = 0; i < view->height; i++) {
        for (size_t j = 0; j < view->width; j++) {
            size_t x[2], y[2];

            span(i, view->height, height, y);
            span(j, view->width, width, x);
            mean_colour(colour, source, width, x, y, view->rgb + 3 * (i * view->width + j));
        }
    }
    return VOLO_OK;
}

/* --- the panel --- */

static void fill_palette(const VoloLabelSpace *space, uint8_t palette[256][3])
{
    for (size_t raw = 0; raw < 256; raw++) {
        const VoloLabel *label = volo_label_space_label(space, raw);

        for (size_t k = 0; k < 3; k++)
            palette[raw][k] = label ? label->colour[k] : 0;
    }
}

static VoloStatus make_views(const VoloReportPicture *p, const VoloLabelSpace *space,
                             VoloPanel *panel, VoloError *err)
{
    uint8_t palette[256][3];
    const Labels truth = { p->labels, palette }, prediction = { p->predictions, palette };
    const Errors errors = { p->labels, p->predictions, volo_label_space_index(space) };

    fill_palette(space, palette);
    panel->views[0].title = "image";
    if (p->image)
        VOLO_TRY(make_view(&panel->views[0], "image", volo_image_height(p->image),
                           volo_image_width(p->image), image_colour, p->image, err));
    VOLO_TRY(make_view(&panel->views[1], "truth", p->height, p->width, label_colour, &truth, err));
    VOLO_TRY(make_view(&panel->views[2], "prediction", p->height, p->width, label_colour,
                       &prediction, err));
    return make_view(&panel->views[3], "errors", p->height, p->width, error_colour, &errors, err);
}

VoloStatus volo_panel_init(const VoloReportPicture *picture, const VoloLabelSpace *space,
                           VoloPanel *ret_panel, VoloError *err)
{
    VoloPanel panel = { .views = { { NULL, 0, 0, NULL } } };
    const VoloStatus status = make_views(picture, space, &panel, err);

    if (status)
        volo_panel_clear(&panel);
    else
        *ret_panel = panel;
    return status;
}

void volo_panel_clear(VoloPanel *panel)
{
    for (size_t i = 0; i < VOLO_PANEL_VIEWS; i++) {
        free(panel->views[i].rgb);
        panel->views[i].rgb = NULL;
    }
}

VoloStatus volo_panel_png(const VoloPanelView *view, uint8_t **ret_data, size_t *ret_bytes,
                          VoloError *err)
{
    const VoloBox box = { 0, 0, (double)view->width, (double)view->height };
    VoloDrawing *d;

    VOLO_TRY(volo_drawing_new(box.width, box.height, &d, err));
    volo_drawing_picture(d, box, view->height, view->width, view->rgb, false);
    const VoloStatus status = volo_drawing_encode(d, VOLO_DRAWING_PNG, ret_data, ret_bytes, err);
    volo_drawing_free(d);
    return status;
}
