/* SPDX-License-Identifier: Apache-2.0 */
/* How parameters of a new model start. */
#ifndef VOLO_WEIGHTS_INITIALISE_H
#define VOLO_WEIGHTS_INITIALISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum VoloInitKind {
    VOLO_INIT_ZERO,
    VOLO_INIT_ONE,
    VOLO_INIT_SPREAD, /* random, standard deviation 0.02, as the authors' linear layers */
    VOLO_INIT_FAN_IN, /* random, standard deviation sqrt(2 / fan in), for ReLU convolutions */
} VoloInitKind;

/* One tensor of a model. */
typedef struct VoloParameter {
    char *name; /* canonical, in full */
    unsigned rank;
    uint64_t shape[4];
    VoloInitKind init;
    bool trainable; /* a weight or bias, not a running statistic */
} VoloParameter;

/* Elements first..first+count-1. They depend on the seed, the tensor's name and their place. */
void volo_parameter_initialise(const VoloParameter *p, uint64_t seed, uint64_t first, size_t count,
                               float *ret_values);

#endif
