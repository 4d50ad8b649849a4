/* SPDX-License-Identifier: Apache-2.0 */
/* The geometry of samples. Pictures are resized to bytes as OpenCV does (INTER_LINEAR); a label
 * comes from the pixel whose area holds the centre of the new one, so that both lie alike (OpenCV's
 * INTER_NEAREST is half a pixel off). */
#include "train/augment.h"

#include "base/error.h"
#include "kernels/kernels.h"
#include "pipeline/windows.h"
#include "train/augment_colour.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    DRAWS = 10, /* of a crop */
};

#define IGNORE VOLO_LABEL_IGNORE

/* Along one side: entries of the crop, as many as lie inside of the picture. */
typedef struct Axis {
    uint32_t *first, *second; /* [crop] */
    float *t;                 /* [crop] weight of the second */
    uint32_t *nearest;        /* [crop] */
} Axis;

struct VoloAugmentScratch {
    Axis rows, columns;
    uint8_t *rgb, *other; /* u8 [crop h, crop w, 3] */
    float *row;           /* [volo_blur_scratch] */
    void *memory;
};

/* What has been drawn for a sample so far. */
typedef struct Draw {
    const VoloAugment *o;
    const VoloAugmentSource *source;
    VoloStream *stream;
    VoloAugmentScratch *scratch;
    uint8_t *labels;                /* u8 [crop h, crop w] */
    size_t full_h, full_w;          /* of the scaled picture */
    size_t h, w;                    /* of its part inside of the crop */
    size_t focus_row, focus_column; /* in the scaled picture */
    VoloAugmentTrace trace;
} Draw;

/* --- memory ----------------------------------------------------------------------------------- */

static void *cut(char **at, size_t bytes)
{
    void *part = *at;

    *at += (bytes + 63) / 64 * 64;
    return part;
}

static Axis cut_axis(char **at, size_t count)
{
    Axis axis;

    axis.first = cut(at, count * sizeof *axis.first);
    axis.second = cut(at, count * sizeof *axis.second);
    axis.t = cut(at, count * sizeof *axis.t);
    axis.nearest = cut(at, count * sizeof *axis.nearest);
    return axis;
}

VoloStatus volo_augment_scratch_new(const VoloAugment *augment, VoloAugmentScratch **ret_scratch,
                                    VoloError *err)
{
    const size_t h = augment->crop[0], w = augment->crop[1];
    const size_t bytes = 16 * (h + w) + 2 * 3 * h * w + volo_blur_scratch(w) * sizeof(float) +
                         11 * 64; /* sides are limited */
    VoloAugmentScratch *s = calloc(1, sizeof *s);

    if (!s || !(s->memory = malloc(bytes))) {
        free(s);
        return volo_fail_memory(err, bytes);
    }
    char *at = s->memory;
    s->rows = cut_axis(&at, h);
    s->columns = cut_axis(&at, w);
    s->rgb = cut(&at, 3 * h * w);
    s->other = cut(&at, 3 * h * w);
    s->row = cut(&at, volo_blur_scratch(w) * sizeof *s->row);
    *ret_scratch = s;
    return VOLO_OK;
}

void volo_augment_scratch_free(VoloAugmentScratch *scratch)
{
    if (!scratch)
        return;
    free(scratch->memory);
    free(scratch);
}

VoloStatus volo_augment_base(const VoloResize *size, size_t h, size_t w, size_t ret_base[2],
                             VoloError *err)
{
    VoloSessionOptions options = { .resize = *size };
    VoloView view[VOLO_MAX_VIEWS];
    size_t count = 0;

    if (size->kind == VOLO_RESIZE_NONE) {
        ret_base[0] = h;
        ret_base[1] = w;
        return VOLO_OK;
    }
    VOLO_TRY(volo_views_list(&options, h, w, view, &count, err));
    ret_base[0] = view->windows.view_h;
    ret_base[1] = view->windows.view_w;
    return VOLO_OK;
}

/* --- scale and crop --------------------------------------------------------------------------- */

static size_t scaled(size_t side, double scale)
{
    const double result = floor((double)side * scale + 0.5);

    return result < 1 ? 1 : (size_t)result;
}

/* Entries start .. start+count-1 of in pixels resized to out: OpenCV's rule for INTER_LINEAR, as in
 * volo_lerp_table_opencv, and the nearest one. */
static void fill_axis(Axis *axis, size_t in, size_t out, size_t start, size_t count, bool clamp)
{
    const double scale = 1 / ((double)out / (double)in);

    for (size_t i = 0; i < count; i++) {
        const double centre = ((double)(start + i) + 0.5) * scale;
        const float place = (float)(centre - 0.5), whole = floorf(place);
        const bool before = whole < 0, after = whole >= (float)(in - 1);

        axis->first[i] = before ? 0 : after ? (uint32_t)(in - 1) : (uint32_t)whole;
        axis->second[i] = before || after ? axis->first[i] : axis->first[i] + 1;
        axis->t[i] = clamp && (before || after) ? 0 : place - whole;
        axis->nearest[i] = (uint32_t)(centre < (double)in ? (size_t)centre : in - 1);
    }
}

/* count [256] of the labels in the crop; the labels themselves into place. */
static void fill_labels(const Draw *d, uint32_t count[256])
{
    const uint32_t *across = d->scratch->columns.nearest;
    uint32_t part[4][256] = { { 0 } }; /* so that equal neighbours do not wait */

    for (size_t i = 0; i < d->h; i++) {
        const uint8_t *from =
            d->source->labels + (size_t)d->scratch->rows.nearest[i] * d->source->w;
        uint8_t *to = d->labels + i * d->o->crop[1];

        for (size_t j = 0; j < d->w; j++) {
            to[j] = from[across[j]];
            part[j % 4][to[j]]++;
        }
    }
    for (size_t v = 0; v < 256; v++)
        count[v] = part[0][v] + part[1][v] + part[2][v] + part[3][v];
}

/* More than one class, and none of them has too much; and the one that is looked for. */
static bool is_varied(const Draw *d, const uint32_t count[256])
{
    uint64_t labelled = 0, largest = 0;

    if (d->source->focus >= 0 && count[d->source->focus] == 0)
        return false;
    if (d->o->cat_max_ratio >= 1)
        return true;
    for (size_t v = 0; v < IGNORE; v++) {
        labelled += count[v];
        largest = count[v] > largest ? count[v] : largest;
    }
    return largest < labelled && (double)largest < d->o->cat_max_ratio * (double)labelled;
}

/* A pixel of the label, each as likely; false: there is none. */
static bool find_focus(Draw *d)
{
    const VoloAugmentSource *s = d->source;
    const uint8_t label = (uint8_t)s->focus;
    size_t count = 0, i = 0;

    if (s->focus < 0)
        return false;
    for (size_t p = 0; p < s->h * s->w; p++)
        count += s->labels[p] == label;
    if (count == 0)
        return false;
    size_t left = volo_stream_below(d->stream, count);
    while (s->labels[i] != label || left-- > 0)
        i++;
    d->focus_row = (size_t)(((double)(i / s->w) + 0.5) * (double)d->full_h / (double)s->h);
    d->focus_column = (size_t)(((double)(i % s->w) + 0.5) * (double)d->full_w / (double)s->w);
    return true;
}

/* A place for part pixels of full such that pixel at lies inside, each as likely. */
static size_t draw_around(VoloStream *stream, size_t full, size_t part, size_t at)
{
    const size_t last = full - part;
    const size_t low = at + 1 > part ? at + 1 - part : 0, high = at < last ? at : last;

    return low + volo_stream_below(stream, high - low + 1);
}

static void draw_place(Draw *d)
{
    if (find_focus(d)) {
        d->trace.top = draw_around(d->stream, d->full_h, d->h, d->focus_row);
        d->trace.left = draw_around(d->stream, d->full_w, d->w, d->focus_column);
    } else {
        d->trace.top = volo_stream_below(d->stream, d->full_h - d->h + 1);
        d->trace.left = volo_stream_below(d->stream, d->full_w - d->w + 1);
    }
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void draw_crop(Draw *d)
{
    uint32_t count[256];

    d->trace.scale = volo_stream_between(d->stream, d->o->scale[0], d->o->scale[1]);
    d->full_h = scaled(d->source->base_h, d->trace.scale);
    d->full_w = scaled(d->source->base_w, d->trace.scale);
    d->h = smaller(d->full_h, d->o->crop[0]);
    d->w = smaller(d->full_w, d->o->crop[1]);
    for (int i = 0; i < DRAWS; i++) {
        draw_place(d);
        fill_axis(&d->scratch->rows, d->source->h, d->full_h, d->trace.top, d->h, false);
        fill_axis(&d->scratch->columns, d->source->w, d->full_w, d->trace.left, d->w, true);
        fill_labels(d, count);
        if (is_varied(d, count))
            break;
    }
}

/* --- the picture ------------------------------------------------------------------------------ */

static void resize_rows(const Draw *d)
{
    const VoloAugmentSource *s = d->source;
    const Axis *rows = &d->scratch->rows, *columns = &d->scratch->columns;
    const VoloLerp along = { columns->first, columns->second, columns->t };
    const bool same = d->full_h == s->h && d->full_w == s->w;

    for (size_t i = 0; i < d->h; i++) {
        uint8_t *y = d->scratch->rgb + i * 3 * d->w;

        if (same)
            memcpy(y, s->rgb + 3 * ((d->trace.top + i) * s->w + d->trace.left), 3 * d->w);
        else
            volo_kernels()->fixed_point_row(y, s->rgb + rows->first[i] * 3 * s->w,
                                            s->rgb + rows->second[i] * 3 * s->w, rows->t[i], &along,
                                            d->w);
    }
}

/* x [count] elements of size bytes, 1 or 3, in reverse. */
static void mirror_row(uint8_t *x, size_t count, size_t size)
{
    for (size_t i = 0, j = count - 1; i < j; i++, j--) {
        for (size_t k = 0; k < size; k++) {
            const uint8_t left = x[i * size + k];

            x[i * size + k] = x[j * size + k];
            x[j * size + k] = left;
        }
    }
}

static void mirror(const Draw *d)
{
    for (size_t i = 0; i < d->h; i++) {
        mirror_row(d->scratch->rgb + i * 3 * d->w, d->w, 3);
        mirror_row(d->labels + i * d->o->crop[1], d->w, 1);
    }
}

static void distort(const Draw *d)
{
    VoloAugmentScratch *s = d->scratch;
    const VoloColours colours = volo_colours_draw(d->o, d->stream);

    volo_colours_apply(&colours, s->rgb, d->h * d->w);
    if (volo_stream_chance(d->stream, d->o->blur)) {
        uint8_t *sharp = s->rgb;

        volo_blur(s->other, sharp, d->h, d->w,
                  volo_stream_between(d->stream, d->o->blur_sigma[0], d->o->blur_sigma[1]), s->row);
        s->rgb = s->other;
        s->other = sharp;
    }
}

/* Normalised, and nothing (the mean, and no label) beyond the picture. */
static void finish(const Draw *d, float *x)
{
    const size_t h = d->o->crop[0], w = d->o->crop[1];

    for (size_t i = 0; i < d->h; i++) {
        volo_kernels()->normalize_row(x + i * w * 3, d->scratch->rgb + i * 3 * d->w, d->o->mean,
                                      d->o->std, d->w);
        memset(x + (i * w + d->w) * 3, 0, (w - d->w) * 3 * sizeof *x);
        memset(d->labels + i * w + d->w, IGNORE, w - d->w);
    }
    memset(x + d->h * w * 3, 0, (h - d->h) * w * 3 * sizeof *x);
    memset(d->labels + d->h * w, IGNORE, (h - d->h) * w);
}

/* Random erasing (Zhong et al., AAAI 2020): a box of that area, its sides 0.3 .. 3.3 to one, cut at
 * the picture's sides. */
static void erase(const Draw *d, float *x)
{
    const double share = volo_stream_between(d->stream, d->o->erase_area[0], d->o->erase_area[1]);
    const double ratio = exp(volo_stream_between(d->stream, log(0.3), log(1 / 0.3)));
    const double area = share * (double)(d->h * d->w);
    const size_t h = smaller(scaled(1, sqrt(area * ratio)), d->h);
    const size_t w = smaller(scaled(1, sqrt(area / ratio)), d->w);
    const size_t top = volo_stream_below(d->stream, d->h - h + 1);
    const size_t left = volo_stream_below(d->stream, d->w - w + 1);

    for (size_t i = top; i < top + h; i++) {
        memset(x + (i * d->o->crop[1] + left) * 3, 0, w * 3 * sizeof *x);
        memset(d->labels + i * d->o->crop[1] + left, IGNORE, w);
    }
}

void volo_augment_run(const VoloAugment *augment, const VoloAugmentSource *source,
                      VoloStream *stream, VoloAugmentScratch *scratch, float *x, uint8_t *labels,
                      VoloAugmentTrace *ret_trace)
{
    Draw d = {
        .o = augment, .source = source, .stream = stream, .scratch = scratch, .labels = labels
    };

    draw_crop(&d);
    resize_rows(&d);
    d.trace.flipped = volo_stream_chance(stream, augment->flip);
    if (d.trace.flipped)
        mirror(&d);
    distort(&d);
    finish(&d, x);
    if (volo_stream_chance(stream, augment->erase))
        erase(&d, x);
    *ret_trace = d.trace;
}
