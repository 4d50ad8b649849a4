/* SPDX-License-Identifier: Apache-2.0 */
/* Average pooling: 2x2 in ceil mode (outlook attention), adaptive (pyramid pooling). */
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/context.h"

enum {
    ROWS_PER_PIECE = 4
};

typedef struct Job {
    VoloTensor y, x;
} Job;

static void run_pool2(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const VoloTensor x = s->x, y = s->y;

    (void)slot;
    for (size_t row = first; row < first + count; row++)
        volo_kernels()->avg_pool2(y.data + row * y.w * y.c, x.data + row / y.h * x.h * x.w * x.c,
                                  x.h, x.w, x.c, row % y.h, 1);
}

/* y [n,⌈h/2⌉,⌈w/2⌉,c]: mean of what lies inside of each 2x2 cell of x [n,h,w,c] */
VoloTensor volo_nn_avg_pool2(VoloNnContext *ctx, VoloTensor x)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    const VoloTensor y = volo_nn_result(ctx, x.n, (x.h + 1) / 2, (x.w + 1) / 2, x.c);

    if (!volo_nn_idle(ctx)) {
        Job job = { y, x };

        volo_parallel_rows(ctx->threads, y.n * y.h, ROWS_PER_PIECE, run_pool2, &job);
    }
    return y;
}

static void run_adaptive(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const VoloTensor x = s->x, y = s->y;

    (void)slot;
    for (size_t n = first; n < first + count; n++)
        volo_kernels()->adaptive_pool(y.data + n * y.h * y.w * y.c, x.data + n * x.h * x.w * x.c,
                                      x.h, x.w, x.c, y.h);
}

/* y [n,bins,bins,c]: means of x [n,h,w,c] over bins that may overlap by a row */
VoloTensor volo_nn_adaptive_pool(VoloNnContext *ctx, VoloTensor x, size_t bins)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    const VoloTensor y = volo_nn_result(ctx, x.n, bins, bins, x.c);

    if (!volo_nn_idle(ctx)) {
        Job job = { y, x };

        volo_parallel_rows(ctx->threads, x.n, 1, run_adaptive, &job);
    }
    return y;
}
