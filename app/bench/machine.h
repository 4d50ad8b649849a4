/* SPDX-License-Identifier: Apache-2.0 */
/* What the machine can do: rates of multiply-adds at each CPU level, and of streams through caches
 * and memory. */
#ifndef VOLO_APP_BENCH_MACHINE_H
#define VOLO_APP_BENCH_MACHINE_H

#include <volo/impl/bench.h>

#include "app/bench/roofline.h"

enum {
    MACHINE_LEVELS = 3, /* CPU levels there are at most */
    MACHINE_PLACES = 4, /* caches and memory */
};

typedef struct MachinePeak {
    const char *level;
    double one, all; /* operations a second of one thread and of all */
} MachinePeak;

/* A place where data lie, from the nearest on. */
typedef struct MachinePlace {
    const char *name;         /* "L1" ... "memory" */
    size_t bytes;             /* that it holds; SIZE_MAX: memory */
    size_t measured;          /* bytes of the arrays that were measured */
    double read, copy, triad; /* bytes a second of one thread */
} MachinePlace;

typedef struct Machine {
    char cpu[128]; /* "AMD EPYC 7B13", or "unknown" */
    int threads;   /* "all" */
    MachinePeak peak[MACHINE_LEVELS];
    size_t level_count; /* of peak, from base on */
    MachinePlace place[MACHINE_PLACES];
    size_t place_count;
    double all_read, all_copy, all_triad; /* of all threads through memory; 0: not measured */
} Machine;

/* CPU, levels and places; nothing is measured yet. threads 0: all. */
void machine_describe(Machine *m, int threads);

/* Each takes about a second. Errors: MEMORY. all: with all threads too. */
VoloStatus machine_measure_peaks(Machine *m, bool all, VoloError *err);
VoloStatus machine_measure_streams(Machine *m, bool all, VoloError *err);

/* The nearest place that holds that many bytes. */
const MachinePlace *machine_place(const Machine *m, double bytes);
/* The best of its three streams. */
double machine_place_rate(const MachinePlace *place);

/* The roofs and slopes of one thread, or, where they were measured, of all: into roof
 * [MACHINE_LEVELS + 1] and slope [MACHINE_PLACES + 1], whose counts are returned. */
void machine_roofs(const Machine *m, bool all, Roof *roof, size_t *ret_roof_count, Roof *slope,
                   size_t *ret_slope_count);

#endif
