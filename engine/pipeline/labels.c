/* SPDX-License-Identifier: Apache-2.0 */
/* From logits to labels, row by row: bilinear to the network's input size, bilinear to the
 * picture's size (two resizes in this order, as mmsegmentation does), argmax. Nothing of full size
 * but the labels themselves is ever held. */
#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "pipeline/network.h"

enum {
    ROWS_PER_PIECE = 32
};

typedef struct Job {
    VoloTensor logits; /* [1,lh,lw,k] */
    size_t h, w;       /* of the network's input */
    size_t image_w;
    bool direct;                        /* the picture has the network's size: one resize */
    VoloLerp rows, columns;             /* logits to h x w */
    VoloLerp image_rows, image_columns; /* h x w to the picture */
    float *scratch;                     /* [threads, slot_floats] */
    size_t slot_floats;
    uint8_t *labels; /* [image_h,image_w] */
} Job;

/* Two rows at the network's size, kept because the next label row needs mostly the same. */
typedef struct Window {
    float *row[2];   /* [w,k] */
    size_t index[2]; /* SIZE_MAX: none yet */
    float *out;      /* [image_w,k] */
} Window;

/* y [w,k] = row i of the logits at the network's size */
static void network_row(const Job *s, float *y, size_t i)
{
    const VoloTensor l = s->logits;

    volo_kernels()->bilinear_row(y, l.c, l.data + s->rows.first[i] * l.w * l.c,
                                 l.data + s->rows.second[i] * l.w * l.c, s->rows.t[i], &s->columns,
                                 s->w, l.c, false);
}

static const float *cached_row(const Job *s, Window *window, size_t i, size_t keep)
{
    for (size_t k = 0; k < 2; k++) {
        if (window->index[k] == i)
            return window->row[k];
    }
    const size_t k = window->index[0] == keep ? 1 : 0;
    network_row(s, window->row[k], i);
    window->index[k] = i;
    return window->row[k];
}

static const float *picture_row(const Job *s, Window *window, size_t y)
{
    if (s->direct) {
        network_row(s, window->out, y);
        return window->out;
    }
    const size_t first = s->image_rows.first[y], second = s->image_rows.second[y];
    const float *x0 = cached_row(s, window, first, second);
    const float *x1 = cached_row(s, window, second, first);
    volo_kernels()->bilinear_row(window->out, s->logits.c, x0, x1, s->image_rows.t[y],
                                 &s->image_columns, s->image_w, s->logits.c, false);
    return window->out;
}

static void run_rows(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    float *scratch = s->scratch + (size_t)slot * s->slot_floats;
    Window window = { { scratch, scratch + s->w * s->logits.c },
                      { SIZE_MAX, SIZE_MAX },
                      scratch + (s->direct ? 0 : 2 * s->w * s->logits.c) };

    for (size_t y = first; y < first + count; y++)
        volo_kernels()->argmax_row(s->labels + y * s->image_w, picture_row(s, &window, y),
                                   s->image_w, s->logits.c);
}

static VoloLerp lerp_in(float **table, size_t in, size_t out, bool align_corners)
{
    uint32_t *first = (uint32_t *)*table, *second = first + out;
    float *t = *table + 2 * out;

    volo_lerp_table(first, second, t, in, out, align_corners);
    *table += 3 * out;
    return (VoloLerp){ first, second, t };
}

void volo_nn_labels(VoloNnContext *ctx, VoloTensor logits, const VoloWalkShape *shape,
                    bool align_corners, uint8_t *labels)
{
    const bool direct = shape->h == shape->image_h && shape->w == shape->image_w;
    const size_t slot_floats =
        (logits.c * ((direct ? 0 : 2 * shape->w) + shape->image_w) + 15) & ~(size_t)15;

    volo_nn_operation(ctx);
    volo_nn_use(ctx, logits);
    float *table =
        volo_nn_scratch(ctx, 3 * (shape->h + shape->w + shape->image_h + shape->image_w));
    float *scratch = volo_nn_scratch(ctx, slot_floats * (size_t)ctx->threads);

    if (volo_nn_idle(ctx))
        return;
    Job job = { .logits = logits,
                .h = shape->h,
                .w = shape->w,
                .image_w = shape->image_w,
                .direct = direct,
                .scratch = scratch,
                .slot_floats = slot_floats,
                .labels = labels };
    job.rows = lerp_in(&table, logits.h, shape->h, align_corners);
    job.columns = lerp_in(&table, logits.w, shape->w, align_corners);
    job.image_rows = lerp_in(&table, shape->h, shape->image_h, align_corners);
    job.image_columns = lerp_in(&table, shape->w, shape->image_w, align_corners);
    volo_parallel_rows(ctx->threads, shape->image_h, ROWS_PER_PIECE, run_rows, &job);
}
