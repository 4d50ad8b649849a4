/* SPDX-License-Identifier: Apache-2.0 */
/* From an 8-bit picture to the network's input: resize, then normalise, in float32. */
#include "pipeline/network.h"

#include <math.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/parallel.h"
#include "kernels/kernels.h"

enum {
    ROWS_PER_PIECE = 16
};

/* int(side · factor + 0.5), as mmcv's geometry has it */
static double scaled(size_t side, double factor)
{
    return floor((double)side * factor + 0.5);
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

VoloStatus volo_resized_size(const VoloResize *resize, size_t h, size_t w, size_t *ret_h,
                             size_t *ret_w, VoloError *err)
{
    double new_h = (double)h, new_w = (double)w;

    if (resize->kind == VOLO_RESIZE_EXACT) {
        new_h = (double)resize->height;
        new_w = (double)resize->width;
    } else if (resize->kind == VOLO_RESIZE_KEEP_RATIO) {
        const double long_side = (double)(h > w ? h : w), short_side = (double)(h > w ? w : h);
        const double factor =
            smaller((double)resize->long_side / long_side, (double)resize->short_side / short_side);

        new_h = scaled(h, factor);
        new_w = scaled(w, factor);
    }
    const double least = VOLO_LIMIT_INPUT_MIN_SIDE, most = VOLO_LIMIT_IMAGE_SIDE;
    if (new_h < least || new_w < least)
        return volo_fail(err, VOLO_ERR_LIMIT,
                         "the network would see %.0fx%.0f pixels of a %zux%zu picture; at least "
                         "%ux%u are needed",
                         new_h, new_w, h, w, VOLO_LIMIT_INPUT_MIN_SIDE, VOLO_LIMIT_INPUT_MIN_SIDE);
    if (new_h > most || new_w > most || new_h * new_w > 4.0 * VOLO_LIMIT_IMAGE_PIXELS)
        return volo_fail(err, VOLO_ERR_LIMIT,
                         "a %zux%zu picture would be resized to %.0fx%.0f pixels, above the limit",
                         h, w, new_h, new_w);
    *ret_h = (size_t)new_h;
    *ret_w = (size_t)new_w;
    return VOLO_OK;
}

typedef struct Job {
    VoloTensor x;       /* [1,h,w,3] */
    const uint8_t *rgb; /* [in_h,in_w,3] */
    size_t in_h, in_w;
    const float *mean, *std;
    VoloLerp rows, columns; /* when resizing */
} Job;

static void run_rows(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const size_t line = 3 * s->in_w;

    (void)slot;
    for (size_t i = first; i < first + count; i++) {
        float *y = s->x.data + i * s->x.w * 3;

        if (!s->rows.first)
            volo_kernels()->normalize_row(y, s->rgb + i * line, s->mean, s->std, s->x.w);
        else
            volo_kernels()->resize_normalize_row(y, s->rgb + s->rows.first[i] * line,
                                                 s->rgb + s->rows.second[i] * line, s->rows.t[i],
                                                 &s->columns, s->mean, s->std, s->x.w);
    }
}

static VoloLerp lerp_in(float *table, size_t in, size_t out)
{
    uint32_t *first = (uint32_t *)table, *second = first + out;

    volo_lerp_table(first, second, table + 2 * out, in, out, false);
    return (VoloLerp){ first, second, table + 2 * out };
}

VoloTensor volo_nn_preprocess(VoloNnContext *ctx, const VoloModel *model,
                              const VoloWalkShape *shape, const VoloImage *image)
{
    const bool resize = shape->h != shape->image_h || shape->w != shape->image_w;

    volo_nn_operation(ctx);
    const VoloTensor x = volo_nn_result(ctx, 1, shape->h, shape->w, 3);
    float *table = volo_nn_scratch(ctx, resize ? 3 * (shape->h + shape->w) : 0);

    if (volo_nn_idle(ctx))
        return x;
    Job job = { .x = x,
                .rgb = volo_image_pixels(image),
                .in_h = shape->image_h,
                .in_w = shape->image_w,
                .mean = model->cfg.image_mean,
                .std = model->cfg.image_std };
    if (resize) {
        job.rows = lerp_in(table, shape->image_h, shape->h);
        job.columns = lerp_in(table + 3 * shape->h, shape->image_w, shape->w);
    }
    volo_parallel_rows(ctx->threads, shape->h, ROWS_PER_PIECE, run_rows, &job);
    return x;
}
