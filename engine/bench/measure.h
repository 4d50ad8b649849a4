/* SPDX-License-Identifier: Apache-2.0 */
/* What the measurements share: the clock, repeating, and a way to keep results that nobody reads.
 */
#ifndef VOLO_BENCH_MEASURE_H
#define VOLO_BENCH_MEASURE_H

#include <volo/base.h>

#include "base/cpu.h"

/* Seconds that only go forward. */
double volo_measure_now(void);

/* The median of the seconds that fn takes, called for about that many seconds, at least once; short
 * ones are called several times between two looks at the clock. */
double volo_measure_median(void (*fn)(void *user), void *user, double seconds);

/* Makes the compiler believe that the memory is read. */
static inline void volo_measure_keep(const void *memory)
{
    __asm__ volatile("" : : "r"(memory) : "memory");
}

/* A level of this machine by its name. Errors: ARGUMENT. */
VoloStatus volo_measure_level(const char *name, VoloCpuLevel *ret_level, VoloError *err);

/* At least one. Errors: ARGUMENT. */
VoloStatus volo_measure_threads(int threads, VoloError *err);

/* Floats on 64 bytes, at least one; NULL when memory is refused. */
float *volo_measure_floats(size_t count);

/* Fills x [count] with numbers in -1..1. */
void volo_measure_fill(float *x, size_t count);

#endif
