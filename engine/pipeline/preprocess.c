/* SPDX-License-Identifier: Apache-2.0 */
/* From 8-bit pictures to the network's input: resize, mirror, cut out a window, normalise, in
 * float32 and in one pass: a view is never stored. */
#include "pipeline/network.h"

#include "base/parallel.h"
#include "kernels/kernels.h"

enum {
    ROWS_PER_PIECE = 16
};

typedef struct Job {
    VoloTensor x; /* [n,h,w,3] */
    const VoloWalkData *data;
    size_t line; /* bytes in a row of the pictures */
    const float *mean, *std;
    VoloLerp rows, columns; /* of the window; rows.first NULL: neither resized nor mirrored */
} Job;

static void run_rows(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;

    (void)slot;
    for (size_t row = first; row < first + count; row++) {
        const uint8_t *rgb = s->data->pixels[row / s->x.h];
        const size_t i = row % s->x.h;
        float *y = s->x.data + row * s->x.w * 3;

        if (!s->rows.first)
            volo_kernels()->normalize_row(y, rgb + (s->data->top + i) * s->line + 3 * s->data->left,
                                          s->mean, s->std, s->x.w);
        else
            volo_kernels()->resize_normalize_row(y, rgb + s->rows.first[i] * s->line,
                                                 rgb + s->rows.second[i] * s->line, s->rows.t[i],
                                                 &s->columns, s->mean, s->std, s->x.w);
    }
}

static void mirror(uint32_t *first, uint32_t *second, float *t, size_t count)
{
    for (size_t i = 0, j = count - 1; i < j; i++, j--) {
        const uint32_t other_first = first[j], other_second = second[j];
        const float other_t = t[j];

        first[j] = first[i];
        second[j] = second[i];
        t[j] = t[i];
        first[i] = other_first;
        second[i] = other_second;
        t[i] = other_t;
    }
}

/* The entries from start on of a table from in to out. */
static VoloLerp lerp_in(float *table, size_t in, size_t out, bool flip, size_t start)
{
    uint32_t *first = (uint32_t *)table, *second = first + out;
    float *t = table + 2 * out;

    volo_lerp_table(first, second, t, in, out, false);
    if (flip)
        mirror(first, second, t, out);
    return (VoloLerp){ first + start, second + start, t + start };
}

VoloTensor volo_nn_preprocess(VoloNnContext *ctx, const VoloModel *model,
                              const VoloWalkShape *shape, const VoloWalkData *data)
{
    const bool resize = shape->view_h != shape->pixels_h || shape->view_w != shape->pixels_w;

    volo_nn_operation(ctx);
    const VoloTensor x = volo_nn_result(ctx, shape->n, shape->h, shape->w, 3);
    float *table = volo_nn_scratch(ctx, 3 * (shape->view_h + shape->view_w));

    if (volo_nn_idle(ctx))
        return x;
    Job job = { .x = x,
                .data = data,
                .line = 3 * shape->pixels_w,
                .mean = model->cfg.image_mean,
                .std = model->cfg.image_std };
    if (resize || data->flip) {
        job.rows = lerp_in(table, shape->pixels_h, shape->view_h, false, data->top);
        job.columns = lerp_in(table + 3 * shape->view_h, shape->pixels_w, shape->view_w, data->flip,
                              data->left);
    }
    volo_parallel_rows(ctx->threads, shape->n * shape->h, ROWS_PER_PIECE, run_rows, &job);
    return x;
}
