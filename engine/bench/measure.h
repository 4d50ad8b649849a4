/* SPDX-License-Identifier: Apache-2.0 */
/* What the measurements share: the clock, and a way to keep results that nobody reads. */
#ifndef VOLO_BENCH_MEASURE_H
#define VOLO_BENCH_MEASURE_H

#include <volo/base.h>

#include "base/cpu.h"

#include <time.h>

static inline double volo_measure_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Makes the compiler believe that the memory is read. */
static inline void volo_measure_keep(const void *memory)
{
    __asm__ volatile("" : : "r"(memory) : "memory");
}

/* A level of this machine by its name. Errors: ARGUMENT. */
VoloStatus volo_bench_level(const char *name, VoloCpuLevel *ret_level, VoloError *err);

#endif
