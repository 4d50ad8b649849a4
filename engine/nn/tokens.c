/* SPDX-License-Identifier: Apache-2.0 */
/* A class token beside the tokens of a picture. */
#include <string.h>

#include "kernels/kernels.h"
#include "nn/gather_rows.h"
#include "nn/tape.h"

/* dgrid += Σ over pictures of dy */
static void repeat_grid_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    volo_nn_grid_gradient(ctx, rec->p, volo_nn_gradient(ctx, rec->y));
}

/* y [n,h,w,c] = grid [h,w,c] for each picture */
VoloTensor volo_nn_repeat_grid(VoloNnContext *ctx, const VoloGrid *grid, size_t n)
{
    const size_t floats = grid->h * grid->w * grid->c;

    volo_nn_operation(ctx);
    const VoloTensor y = volo_nn_result(ctx, n, grid->h, grid->w, grid->c);

    if (volo_nn_training(ctx))
        volo_nn_record(ctx, (VoloRecord){ .backward = repeat_grid_backward, .y = y, .p = grid },
                       volo_nn_parameter_gradient(ctx, grid->data) != NULL);
    for (size_t i = 0; i < n && !volo_nn_idle(ctx); i++)
        memcpy(y.data + i * floats, grid->data, floats * sizeof *y.data);
    return y;
}

/* dx [n,h,w,c] += h·w tokens of each picture of dy [n,1,tokens,c], from the given one on */
static void take_tokens(VoloNnContext *ctx, VoloTensor x, VoloTensor dy, size_t token)
{
    const size_t floats = x.h * x.w * x.c;
    bool add;

    if (!volo_nn_wants(ctx, x))
        return;
    const VoloTensor dx = volo_nn_gradient_into(ctx, x, &add);
    for (size_t i = 0; i < x.n && !volo_nn_idle(ctx); i++) {
        const float *const from = dy.data + (i * dy.w + token) * dy.c;
        float *const to = dx.data + i * floats;

        if (add)
            volo_kernels()->add(to, to, from, floats);
        else
            memcpy(to, from, floats * sizeof *to);
    }
}

static void join_tokens_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    const VoloTensor dy = volo_nn_gradient(ctx, rec->y);

    take_tokens(ctx, rec->x, dy, 0);
    take_tokens(ctx, rec->other, dy, rec->x.h * rec->x.w);
}

/* y [n,1,a.h·a.w + b.h·b.w,c]: the tokens of a, then those of b, for each picture */
VoloTensor volo_nn_join_tokens(VoloNnContext *ctx, VoloTensor a, VoloTensor b)
{
    const size_t first = a.h * a.w, second = b.h * b.w;

    volo_nn_operation(ctx);
    volo_nn_use(ctx, a);
    volo_nn_use(ctx, b);
    volo_nn_expect(ctx, a.n == b.n && a.c == b.c,
                   "tokens [%zu,%zu] were joined to tokens [%zu,%zu]", b.n, b.c, a.n, a.c);
    const VoloTensor y = volo_nn_result(ctx, a.n, 1, first + second, a.c);

    if (volo_nn_training(ctx))
        volo_nn_record(ctx,
                       (VoloRecord){ .backward = join_tokens_backward, .y = y, .x = a, .other = b },
                       false);
    for (size_t i = 0; i < y.n && !volo_nn_idle(ctx); i++) {
        float *at = y.data + i * y.w * y.c;

        memcpy(at, a.data + i * first * a.c, first * a.c * sizeof *at);
        memcpy(at + first * a.c, b.data + i * second * b.c, second * b.c * sizeof *at);
    }
    return y;
}
