/* SPDX-License-Identifier: Apache-2.0 */
/* Times of repeated runs and what is told of them. */
#ifndef VOLO_APP_BENCH_SAMPLES_H
#define VOLO_APP_BENCH_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Samples {
    double *value; /* [count], in seconds */
    size_t count, room;
} Samples;

/* False when memory is refused. */
bool samples_add(Samples *s, double value);
void samples_clear(Samples *s);

typedef struct Summary {
    double median, min, max; /* 0 for no samples */
    double spread;           /* (max - min) / median */
} Summary;

/* Sorts the samples. */
Summary samples_summary(Samples *s);

#endif
