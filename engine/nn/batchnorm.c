/* SPDX-License-Identifier: Apache-2.0 */
/* Batch norm in training (Ioffe & Szegedy 2015): statistics of each channel over all rows, of all
 * processes where several train together. Neither normalised values nor the result are kept:
 * backwards have them from x, mean and deviation, and ReLU's mask from the same formula. */
#include <assert.h>
#include <math.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/tape.h"

enum {
    CHUNK = 256,        /* rows that are summed by themselves */
    ROWS_PER_PIECE = 64 /* that are normed */
};

static const double momentum = 0.1;

/* Rows of kept [ROWS,c]. */
enum {
    MEAN,
    MEAN_LOW,  /* what float took off the mean */
    DEVIATION, /* 1 / sqrt(var + eps) */
    SCALE,     /* weight · that */
    SHIFT,     /* bias - MEAN_LOW · SCALE */
    ROWS
};

typedef struct Pass {
    float *y; /* or dx */
    const float *x, *dy;
    size_t rows, c;
    VoloChannelNorm norm;
    double *sums; /* [chunks,2,c] */
    const float *slope, *offset;
    bool add;
} Pass;

static size_t count_chunks(size_t rows)
{
    return (rows + CHUNK - 1) / CHUNK;
}

/* Floats that hold the sums of all chunks and of all rows. */
static size_t sum_floats(VoloTensor x)
{
    return (count_chunks(volo_rows(x)) + 1) * 2 * x.c * (sizeof(double) / sizeof(float));
}

static VoloChannelNorm norm_of(const float *kept, size_t c, bool relu)
{
    return (VoloChannelNorm){ kept + MEAN * c, kept + SCALE * c, kept + SHIFT * c, relu };
}

static void sum_chunks(size_t first, size_t count, int slot, void *user)
{
    const Pass *const s = user;

    (void)slot;
    for (size_t i = first; i < first + count; i++) {
        const size_t row = i * CHUNK, left = s->rows - row, rows = left < CHUNK ? left : CHUNK;
        const float *const x = s->x + row * s->c;
        double *const sums = s->sums + i * 2 * s->c;

        if (s->dy)
            volo_kernels()->channel_gradient_sums(sums, s->dy + row * s->c, x, &s->norm, rows,
                                                  s->c);
        else
            volo_kernels()->channel_sums(sums, x, rows, s->c);
    }
}

/* Sums [2,c] over all rows, behind those of the chunks. */
static double *sum_rows(Pass *s, int threads, float *scratch)
{
    const size_t chunks = count_chunks(s->rows);

    s->sums = (double *)scratch;
    double *const total = s->sums + chunks * 2 * s->c;

    volo_parallel_rows(threads, chunks, 1, sum_chunks, s);
    for (size_t i = 0; i < 2 * s->c; i++)
        total[i] = 0;
    for (size_t chunk = 0; chunk < chunks; chunk++)
        for (size_t i = 0; i < 2 * s->c; i++)
            total[i] += s->sums[chunk * 2 * s->c + i];
    return total;
}

static size_t processes(const VoloTape *tape)
{
    return tape->reduce && tape->processes ? tape->processes : 1;
}

/* Over the processes; returns how many rows they have. */
static double reduce(const VoloTape *tape, double *sums, size_t c, size_t rows)
{
    if (tape->reduce)
        tape->reduce(sums, 2 * c, tape->reduce_user);
    return (double)(rows * processes(tape));
}

/* --- forward --- */

/* What channel i does to x, given its statistics. */
static void set_channel(float *kept, const VoloBatchNorm *p, size_t i, double mean, double variance)
{
    const double deviation = 1 / sqrt(variance + (double)p->eps);
    const float high = (float)mean, low = (float)(mean - (double)high);
    const double scale = (double)p->weight[i] * deviation;

    kept[MEAN * p->c + i] = high;
    kept[MEAN_LOW * p->c + i] = low;
    kept[DEVIATION * p->c + i] = (float)deviation;
    kept[SCALE * p->c + i] = (float)scale;
    kept[SHIFT * p->c + i] = (float)((double)p->bias[i] - (double)low * scale);
}

static void follow(float *running, double value)
{
    *running += (float)(momentum * (value - (double)*running));
}

/* From sums [2,c] over count rows. */
static void use_batch(float *kept, const VoloBatchNorm *p, const double *sums, double count)
{
    for (size_t i = 0; i < p->c; i++) {
        const double mean = sums[i] / count;
        double variance = sums[p->c + i] / count - mean * mean;

        if (variance < 0) /* by rounding */
            variance = 0;
        set_channel(kept, p, i, mean, variance);
        follow(&p->running_mean[i], mean);
        follow(&p->running_var[i], variance * (count / (count - 1)));
    }
}

static void use_running(float *kept, const VoloBatchNorm *p)
{
    for (size_t i = 0; i < p->c; i++)
        set_channel(kept, p, i, (double)p->running_mean[i], (double)p->running_var[i]);
}

static void norm_rows(size_t first, size_t count, int slot, void *user)
{
    const Pass *const s = user;
    const size_t at = first * s->c;

    (void)slot;
    if (s->dy)
        volo_kernels()->channel_gradient(s->y + at, s->dy + at, s->x + at, &s->norm, s->slope,
                                         s->offset, s->add, count, s->c);
    else
        volo_kernels()->channel_norm(s->y + at, s->x + at, &s->norm, count, s->c);
}

/* A norm whose parameters are frozen is a fixed function of each row. */
static bool is_frozen(const VoloNnContext *ctx, const VoloBatchNorm *p)
{
    return volo_nn_parameter_gradient(ctx, p->weight) == NULL;
}

/* --- backward --- */

typedef struct Share {
    float *slope, *offset; /* [c] */
} Share;

/* dx = dy'·scale + (x - mean)·slope + offset takes the means of dy' and of dy'·xhat off. sums [2,c]
 * of the processes, over count rows; count 0: nothing is taken off. */
static void share_means(Share share, const float *kept, const double *sums, double count, size_t c)
{
    for (size_t i = 0; i < c; i++) {
        const double scale = (double)kept[SCALE * c + i], low = (double)kept[MEAN_LOW * c + i];
        const double deviation = (double)kept[DEVIATION * c + i];
        const double product = sums[c + i] - low * sums[i];
        const double slope = count > 0 ? -scale * deviation * deviation * product / count : 0;

        share.slope[i] = (float)slope;
        share.offset[i] = count > 0 ? (float)(-scale * sums[i] / count - low * slope) : 0;
    }
}

/* dweight += Σ dy'·xhat, dbias += Σ dy', over this process's rows */
static void parameter_gradients(const VoloNnContext *ctx, const VoloBatchNorm *p, const float *kept,
                                const double *sums)
{
    float *const weight = volo_nn_parameter_gradient(ctx, p->weight);
    float *const bias = volo_nn_parameter_gradient(ctx, p->bias);

    for (size_t i = 0; i < p->c; i++) {
        const double low = (double)kept[MEAN_LOW * p->c + i];

        if (weight)
            weight[i] +=
                (float)((double)kept[DEVIATION * p->c + i] * (sums[p->c + i] - low * sums[i]));
        if (bias)
            bias[i] += (float)sums[i];
    }
}

/* dx += weight · deviation · (dy' - mean(dy') - xhat · mean(dy'·xhat)) */
static void batchnorm_backward(VoloNnContext *ctx, const VoloRecord *rec)
{
    const VoloBatchNorm *const p = rec->p;
    const VoloTensor dy = volo_nn_gradient(ctx, rec->y), x = volo_nn_input(ctx, rec->x);
    const float *const kept = rec->kept.data;
    const bool frozen = is_frozen(ctx, p), wanted = volo_nn_wants(ctx, rec->x);
    bool add = false;

    volo_nn_use(ctx, rec->kept);
    const VoloTensor dx = wanted ? volo_nn_gradient_over(ctx, rec->x, dy, &add) : dy;
    float *const sums_at = volo_nn_scratch(ctx, sum_floats(x));
    const Share share = { volo_nn_scratch(ctx, p->c), volo_nn_scratch(ctx, p->c) };

    if (volo_nn_idle(ctx))
        return;
    Pass pass = { .y = dx.data,
                  .x = x.data,
                  .dy = dy.data,
                  .rows = volo_rows(x),
                  .c = p->c,
                  .norm = norm_of(kept, p->c, rec->number[0] != 0),
                  .slope = share.slope,
                  .offset = share.offset,
                  .add = add };
    double *const sums = sum_rows(&pass, ctx->threads, sums_at);

    parameter_gradients(ctx, p, kept, sums);
    share_means(share, kept, sums, frozen ? 0 : reduce(ctx->tape, sums, p->c, pass.rows), p->c);
    if (wanted)
        volo_parallel_rows(ctx->threads, pass.rows, ROWS_PER_PIECE, norm_rows, &pass);
}

/* --- the operation --- */

/* y = act((x - mean) · scale + shift), as kept has them */
static void apply(const VoloNnContext *ctx, VoloTensor y, VoloTensor x, const float *kept,
                  bool relu)
{
    Pass pass = { .y = y.data, .x = x.data, .c = x.c, .norm = norm_of(kept, x.c, relu) };

    volo_parallel_rows(ctx->threads, volo_rows(x), ROWS_PER_PIECE, norm_rows, &pass);
}

/* What was kept is in its place until the norm's own backward. */
static void run_again(VoloNnContext *ctx, VoloTensor y, VoloTensor source, const VoloRemake *how)
{
    apply(ctx, y, source, how->p, how->number != 0);
}

static void record(VoloNnContext *ctx, VoloTensor y, VoloTensor x, VoloTensor kept,
                   const VoloBatchNorm *p, bool relu)
{
    const bool trains = !is_frozen(ctx, p) || volo_nn_parameter_gradient(ctx, p->bias);

    volo_nn_record(ctx,
                   (VoloRecord){ .backward = batchnorm_backward,
                                 .y = y,
                                 .x = x,
                                 .kept = kept,
                                 .p = p,
                                 .number = { relu } },
                   trains);
    if (trains || volo_nn_wants(ctx, x)) /* else nobody keeps x */
        volo_nn_remakable(ctx, y, (VoloRemake){ run_again, x, kept.data, relu });
}

/* kept = what the norm does to x, from the batch or, where frozen, from what was before it. */
static void find_statistics(VoloNnContext *ctx, VoloTensor x, float *kept, const VoloBatchNorm *p,
                            float *scratch)
{
    Pass pass = { .x = x.data, .rows = volo_rows(x), .c = p->c };

    if (is_frozen(ctx, p)) {
        use_running(kept, p);
        return;
    }
    double *const sums = sum_rows(&pass, ctx->threads, scratch);
    use_batch(kept, p, sums, reduce(ctx->tape, sums, p->c, pass.rows));
}

/* y [n,h,w,c] = act((x - mean) · deviation · weight + bias), ReLU at most */
static VoloTensor norm(VoloNnContext *ctx, VoloTensor x, const VoloBatchNorm *p, bool relu)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, x.c == p->c, "a batch norm of %zu channels was given %zu", p->c, x.c);
    volo_nn_expect(ctx, is_frozen(ctx, p) || volo_rows(x) * processes(ctx->tape) > 1,
                   "a batch norm has one value of each channel: train with more pictures");
    const VoloTensor kept = volo_nn_result(ctx, 1, 1, ROWS, p->c);
    const VoloTensor y = volo_nn_result_over(ctx, x);
    float *const scratch = volo_nn_scratch(ctx, sum_floats(x));

    assert(!ctx->tape->paused); /* or running statistics would follow a batch twice */
    record(ctx, y, x, kept, p, relu);
    if (!volo_nn_idle(ctx)) {
        find_statistics(ctx, x, kept.data, p, scratch);
        apply(ctx, y, x, kept.data, relu);
    }
    return y;
}

VoloTensor volo_nn_batchnorm(VoloNnContext *ctx, VoloTensor x, const VoloBatchNorm *p,
                             VoloActivation activation)
{
    const VoloTensor y = norm(ctx, x, p, activation == VOLO_RELU);

    return activation == VOLO_GELU ? volo_nn_activate(ctx, y, activation) : y;
}
