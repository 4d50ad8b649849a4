/* SPDX-License-Identifier: Apache-2.0 */
/* A class token beside the tokens of a picture. */
#include <string.h>

#include "nn/context.h"

/* y [n,h,w,c] = grid [h,w,c] for each picture */
VoloTensor volo_nn_repeat_grid(VoloNnContext *ctx, const VoloGrid *grid, size_t n)
{
    const size_t floats = grid->h * grid->w * grid->c;

    volo_nn_operation(ctx);
    const VoloTensor y = volo_nn_result(ctx, n, grid->h, grid->w, grid->c);

    for (size_t i = 0; i < n && !volo_nn_idle(ctx); i++)
        memcpy(y.data + i * floats, grid->data, floats * sizeof *y.data);
    return y;
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

    for (size_t i = 0; i < y.n && !volo_nn_idle(ctx); i++) {
        float *at = y.data + i * y.w * y.c;

        memcpy(at, a.data + i * first * a.c, first * a.c * sizeof *at);
        memcpy(at + first * a.c, b.data + i * second * b.c, second * b.c * sizeof *at);
    }
    return y;
}
