/* SPDX-License-Identifier: Apache-2.0 */
/* The learning rate of each step: a linear warm-up, then constant, a power, or half a cosine. */
#ifndef VOLO_TRAIN_RATE_SCHEDULE_H
#define VOLO_TRAIN_RATE_SCHEDULE_H

#include <volo/train.h>

typedef struct VoloRateSchedule {
    VoloRateKind kind;
    double rate;          /* at the end of the warm-up */
    double lowest;        /* at the end */
    double power;         /* of poly */
    double warmup_factor; /* of the rate, at step 0 */
    uint64_t warmup;      /* steps; step number warmup has the whole rate */
    uint64_t steps;       /* of the whole run; later ones have the lowest rate */
} VoloRateSchedule;

/* The rate of a step, counted from 0. */
double volo_rate_at(const VoloRateSchedule *s, uint64_t step);

#endif
