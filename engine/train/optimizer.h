/* SPDX-License-Identifier: Apache-2.0 */
/* One step of AdamW (Loshchilov & Hutter, ICLR 2019) or of SGD with momentum over plain arrays, in
 * PyTorch's order of operations. The arrays are cut into pieces of a fixed size, so results have
 * the same bits for any number of threads. */
#ifndef VOLO_TRAIN_OPTIMIZER_H
#define VOLO_TRAIN_OPTIMIZER_H

#include <volo/train.h>

typedef struct VoloOptimizerOptions {
    VoloOptimizerKind kind;
    double beta1, beta2, eps; /* of AdamW */
    double momentum;          /* of SGD; 0: none */
    bool nesterov;
    double weight_decay;
    double clip; /* largest norm of all gradients together; 0: any */
} VoloOptimizerOptions;

#define VOLO_OPTIMIZER_OPTIONS_INIT                                                                \
    {                                                                                              \
        .kind = VOLO_OPTIMIZER_ADAMW, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .momentum = 0.9,  \
        .weight_decay = 0.01                                                                       \
    }

/* A stretch of the arrays that is treated alike. */
typedef struct VoloParameterSpan {
    size_t offset, count; /* floats */
    float rate;           /* factor of the learning rate; 0: frozen, never read or written */
    float decay;          /* factor of the weight decay */
} VoloParameterSpan;

/* The arrays of all parameters: an allocation each. */
typedef struct VoloParameterArrays {
    float *value, *gradient;
    float *first;  /* mean of the gradient, or SGD's momentum */
    float *second; /* mean of its square; NULL with SGD */
} VoloParameterArrays;

typedef struct VoloOptimizer VoloOptimizer;

/* Copies the spans. *ret_optimizer is the caller's. Errors: MEMORY. */
VoloStatus volo_optimizer_new(const VoloOptimizerOptions *o, const VoloParameterSpan *span,
                              size_t count, VoloOptimizer **ret_optimizer, VoloError *err);
void volo_optimizer_free(VoloOptimizer *optimizer); /* NULL is allowed */

/* The norm of the gradients that are not frozen, as if each was multiplied by scale. */
double volo_optimizer_norm(VoloOptimizer *optimizer, const float *gradient, float scale,
                           int threads);

/* Step number step, counted from 1, with gradients times scale, then clipped by norm, which is that
 * of volo_optimizer_norm. Moments are zero before step 1. */
void volo_optimizer_step(VoloOptimizer *optimizer, const VoloParameterArrays *arrays, uint64_t step,
                         double rate, float scale, double norm, int threads);

/* average [count] += (1 - decay) · (value - average): exponential moving average. */
void volo_average_step(float *average, const float *value, size_t count, double decay, int threads);

/* Whether all numbers are finite. */
bool volo_all_finite(const float *values, size_t count, int threads);

#endif
