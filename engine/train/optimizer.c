/* SPDX-License-Identifier: Apache-2.0 */
/* AdamW and SGD, piece by piece. */
#include "train/optimizer.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/parallel.h"

enum {
    PIECE = 1 << 14, /* floats */
};

/* A stretch of one span. */
typedef struct Piece {
    size_t offset, count;
    float rate, decay;
} Piece;

struct VoloOptimizer {
    VoloOptimizerOptions options;
    Piece *piece; /* [count]; frozen spans have none */
    double *sum;  /* [count] of squares */
    size_t count;
};

static size_t pieces_of(const VoloParameterSpan *span)
{
    return span->rate > 0 ? (span->count + PIECE - 1) / PIECE : 0;
}

VoloStatus volo_optimizer_new(const VoloOptimizerOptions *o, const VoloParameterSpan *span,
                              size_t count, VoloOptimizer **ret_optimizer, VoloError *err)
{
    VoloOptimizer *optimizer = calloc(1, sizeof *optimizer);
    size_t pieces = 0;

    for (size_t i = 0; i < count; i++)
        pieces += pieces_of(&span[i]);
    if (optimizer) {
        optimizer->piece = calloc(pieces + 1, sizeof *optimizer->piece);
        optimizer->sum = calloc(pieces + 1, sizeof *optimizer->sum);
    }
    if (!optimizer || !optimizer->piece || !optimizer->sum) {
        volo_optimizer_free(optimizer);
        return volo_fail(err, VOLO_ERR_MEMORY, "no memory for %zu pieces of parameters", pieces);
    }
    optimizer->options = *o;
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < span[i].count && span[i].rate > 0; at += PIECE) {
            const size_t rest = span[i].count - at;

            optimizer->piece[optimizer->count++] =
                (Piece){ span[i].offset + at, rest < PIECE ? rest : PIECE, span[i].rate,
                         span[i].decay };
        }
    }
    *ret_optimizer = optimizer;
    return VOLO_OK;
}

void volo_optimizer_free(VoloOptimizer *optimizer)
{
    if (!optimizer)
        return;
    free(optimizer->piece);
    free(optimizer->sum);
    free(optimizer);
}

/* --- the norm --- */

typedef struct NormJob {
    VoloOptimizer *optimizer;
    const float *gradient;
} NormJob;

static void square_pieces(size_t first, size_t count, int slot, void *user)
{
    enum {
        LANES = 8
    };
    const NormJob *job = user;

    (void)slot;
    for (size_t i = first; i < first + count; i++) {
        const Piece *p = &job->optimizer->piece[i];
        const float *g = job->gradient + p->offset;
        double sum[LANES] = { 0 };
        size_t j = 0;

        for (; j + LANES <= p->count; j += LANES) {
            for (size_t k = 0; k < LANES; k++)
                sum[k] += (double)g[j + k] * (double)g[j + k];
        }
        for (; j < p->count; j++)
            sum[0] += (double)g[j] * (double)g[j];
        for (size_t k = 1; k < LANES; k++)
            sum[0] += sum[k];
        job->optimizer->sum[i] = sum[0];
    }
}

double volo_optimizer_norm(VoloOptimizer *optimizer, const float *gradient, float scale,
                           int threads)
{
    NormJob job = { optimizer, gradient };
    double sum = 0;

    volo_parallel_rows(threads, optimizer->count, 1, square_pieces, &job);
    for (size_t i = 0; i < optimizer->count; i++)
        sum += optimizer->sum[i];
    return sqrt(sum) * (double)scale;
}

/* --- steps --- */

/* The numbers of one step; a piece's own are made from them. */
typedef struct StepJob {
    const VoloOptimizer *optimizer;
    VoloParameterArrays arrays;
    double rate;
    float scale; /* of the gradients, clipping included */
    double correction1, correction2_sqrt;
    bool is_first;
} StepJob;

/* value -= rate · (decay · value + m / (sqrt(v) + eps)), m and v corrected for their start at 0 */
static void adamw_piece(const StepJob *job, const Piece *p)
{
    const VoloOptimizerOptions *o = &job->optimizer->options;
    const double rate = job->rate * (double)p->rate;
    const float keep = (float)(1 - rate * o->weight_decay * (double)p->decay);
    const float size = (float)(-rate / job->correction1), scale = job->scale;
    const float root = (float)job->correction2_sqrt, eps = (float)o->eps;
    const float fresh1 = (float)(1 - o->beta1);
    const float beta2 = (float)o->beta2, fresh2 = (float)(1 - o->beta2);
    float *restrict value = job->arrays.value + p->offset;
    const float *restrict gradient = job->arrays.gradient + p->offset;
    float *restrict first = job->arrays.first + p->offset;
    float *restrict second = job->arrays.second + p->offset;

    for (size_t i = 0; i < p->count; i++) {
        const float g = gradient[i] * scale;

        first[i] += (g - first[i]) * fresh1;
        second[i] = second[i] * beta2 + g * g * fresh2;
        value[i] = value[i] * keep + size * first[i] / (sqrtf(second[i]) / root + eps);
    }
}

/* buffer = momentum · buffer + g, g with the decay in it; value -= rate · buffer */
static void sgd_piece(const StepJob *job, const Piece *p)
{
    const VoloOptimizerOptions *o = &job->optimizer->options;
    const float size = (float)(-job->rate * (double)p->rate), scale = job->scale;
    const float decay = (float)(o->weight_decay * (double)p->decay);
    const float momentum = job->is_first ? 0 : (float)o->momentum;
    const float ahead = (float)o->momentum;
    float *restrict value = job->arrays.value + p->offset;
    const float *restrict gradient = job->arrays.gradient + p->offset;
    float *restrict buffer = job->arrays.first + p->offset;

    for (size_t i = 0; i < p->count; i++) {
        const float g = gradient[i] * scale + decay * value[i];

        buffer[i] = momentum * buffer[i] + g;
        value[i] += size * (o->nesterov ? g + ahead * buffer[i] : buffer[i]);
    }
}

static void step_pieces(size_t first, size_t count, int slot, void *user)
{
    const StepJob *job = user;
    const VoloOptimizer *optimizer = job->optimizer;

    (void)slot;
    for (size_t i = first; i < first + count; i++) {
        if (optimizer->options.kind == VOLO_OPTIMIZER_ADAMW)
            adamw_piece(job, &optimizer->piece[i]);
        else
            sgd_piece(job, &optimizer->piece[i]);
    }
}

/* PyTorch's clip_grad_norm_ */
static double clip_factor(double clip, double norm)
{
    const double factor = clip / (norm + 1e-6);

    return clip > 0 && factor < 1 ? factor : 1;
}

void volo_optimizer_step(VoloOptimizer *optimizer, const VoloParameterArrays *arrays, uint64_t step,
                         double rate, float scale, double norm, int threads)
{
    const VoloOptimizerOptions *o = &optimizer->options;
    StepJob job = {
        .optimizer = optimizer,
        .arrays = *arrays,
        .rate = rate,
        .scale = (float)((double)scale * clip_factor(o->clip, norm)),
        .correction1 = 1 - pow(o->beta1, (double)step),
        .correction2_sqrt = sqrt(1 - pow(o->beta2, (double)step)),
        .is_first = step == 1,
    };

    volo_parallel_rows(threads, optimizer->count, 4, step_pieces, &job);
}

/* --- moving average --- */

typedef struct AverageJob {
    float *average;
    const float *value;
    float fresh;
} AverageJob;

static void average_rows(size_t first, size_t count, int slot, void *user)
{
    const AverageJob *job = user;
    float *restrict average = job->average + first;
    const float *restrict value = job->value + first;

    (void)slot;
    for (size_t i = 0; i < count; i++)
        average[i] += job->fresh * (value[i] - average[i]);
}

void volo_average_step(float *average, const float *value, size_t count, double decay, int threads)
{
    AverageJob job = { average, value, (float)(1 - decay) };

    volo_parallel_rows(threads, count, 4 * PIECE, average_rows, &job);
}

/* --- checking --- */

typedef struct FiniteJob {
    const float *values;
    atomic_bool failed;
} FiniteJob;

static void check_rows(size_t first, size_t count, int slot, void *user)
{
    enum {
        LANES = 16
    };
    FiniteJob *job = user;
    const float *values = job->values + first;
    float sum[LANES] = { 0 };
    size_t i = 0;

    (void)slot;
    for (; i + LANES <= count; i += LANES) {
        for (size_t k = 0; k < LANES; k++)
            sum[k] += values[i + k] * 0; /* 0, or not a number */
    }
    for (; i < count; i++)
        sum[0] += values[i] * 0;
    for (size_t k = 0; k < LANES; k++) {
        if (sum[k] != 0)
            job->failed = true;
    }
}

bool volo_all_finite(const float *values, size_t count, int threads)
{
    FiniteJob job = { .values = values };

    volo_parallel_rows(threads, count, 4 * PIECE, check_rows, &job);
    return !job.failed;
}
