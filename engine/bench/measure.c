/* SPDX-License-Identifier: Apache-2.0 */
/* Repeating what is measured. */
#include "bench/measure.h"

#include "base/error.h"

#include <stdlib.h>
#include <time.h>

double volo_measure_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double time_calls(void (*fn)(void *user), void *user, size_t calls)
{
    const double start = volo_measure_now();

    for (size_t i = 0; i < calls; i++)
        fn(user);
    return volo_measure_now() - start;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double volo_measure_median(void (*fn)(void *user), void *user, double seconds)
{
    enum {
        BATCHES = 15,
    };
    double taken[BATCHES];
    size_t calls = 1, count = 0;
    const double start = volo_measure_now();

    /* The first call warms up, and is all there is of a slow one. */
    double took = time_calls(fn, user, 1);
    if (took >= seconds)
        return took;
    while (took * BATCHES < seconds && calls < (size_t)1 << 30) {
        calls *= 2;
        took = time_calls(fn, user, calls);
    }
    do
        taken[count++] = time_calls(fn, user, calls) / (double)calls;
    while (count < BATCHES && volo_measure_now() - start < 2 * seconds);
    qsort(taken, count, sizeof *taken, compare);
    return taken[count / 2];
}

VoloStatus volo_measure_level(const char *name, VoloCpuLevel *ret_level, VoloError *err)
{
    if (!volo_cpu_level_parse(name, ret_level))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "CPU level '%s' is unknown: base, v3 or v4", name);
    if (*ret_level > volo_cpu_best())
        return volo_fail(err, VOLO_ERR_ARGUMENT, "this machine has no CPU level %s, its best is %s",
                         name, volo_cpu_level_name(volo_cpu_best()));
    return VOLO_OK;
}

VoloStatus volo_measure_threads(int threads, VoloError *err)
{
    if (threads < 1)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "%d threads, expected at least 1", threads);
    return VOLO_OK;
}

float *volo_measure_floats(size_t count)
{
    enum {
        LINE = 64,
    };
    const size_t lines = count * sizeof(float) / LINE + 1;

    return count > SIZE_MAX / sizeof(float) - LINE ? NULL : aligned_alloc(LINE, lines * LINE);
}

void volo_measure_fill(float *x, size_t count)
{
    uint32_t state = 1;

    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        x[i] = (float)(state >> 8) / (float)(1 << 23) - 1;
    }
}
