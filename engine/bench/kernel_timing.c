/* SPDX-License-Identifier: Apache-2.0 */
/* Timing single kernels: the memory of a case, filled with random numbers, and runs of it. */
#include <volo/impl/bench.h>

#include "base/error.h"
#include "bench/measure.h"
#include "bench/timed_cases.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct Run {
    VoloKernelCase what;
    const VoloKernels *kernels;
    void *data[VOLO_CASE_ARRAYS];
} Run;

static void call(void *user)
{
    const Run *const run = user;

    volo_case_run(&run->what, run->kernels, run->data);
}

bool volo_bench_case(size_t index, VoloBenchCase *ret_case)
{
    VoloCaseArray arrays[VOLO_CASE_ARRAYS];
    VoloKernelCase c;

    if (!volo_timed_case(index, &c))
        return false;
    *ret_case = (VoloBenchCase){ .kernel = c.kind->kernel, .operations = volo_case_operations(&c) };
    volo_case_name(&c, ret_case->name, sizeof ret_case->name);
    volo_case_plan(&c, arrays);
    for (size_t i = 0; i < VOLO_CASE_ARRAYS; i++) {
        const double times = arrays[i].role == VOLO_CASE_UPDATE ? 2 : 1; /* read and written */

        if (arrays[i].role == VOLO_CASE_SCRATCH)
            continue;
        ret_case->bytes += times * (double)volo_case_bytes(&arrays[i]);
        ret_case->footprint += (double)volo_case_bytes(&arrays[i]);
    }
    return true;
}

static void release(Run *run)
{
    for (size_t i = 0; i < VOLO_CASE_ARRAYS; i++)
        free(run->data[i]);
}

static VoloStatus take_memory(Run *run, VoloError *err)
{
    VoloCaseArray arrays[VOLO_CASE_ARRAYS];

    volo_case_plan(&run->what, arrays);
    for (size_t i = 0; i < VOLO_CASE_ARRAYS; i++) {
        const size_t bytes = volo_case_bytes(&arrays[i]);

        run->data[i] = volo_measure_floats(bytes / sizeof(float) + 1);
        if (!run->data[i])
            return volo_fail_memory(err, bytes);
    }
    volo_case_fill(&run->what, run->data, VOLO_CASE_RANDOM);
    return VOLO_OK;
}

VoloStatus volo_bench_case_time(size_t index, const char *level, double seconds,
                                double *ret_seconds, VoloError *err)
{
    Run run = { .kernels = volo_kernels_reference() };
    VoloCpuLevel which = VOLO_CPU_BASE;

    if (!volo_timed_case(index, &run.what))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "there is no case %zu", index);
    if (level) {
        VOLO_TRY(volo_measure_level(level, &which, err));
        run.kernels = volo_kernels_at(which);
    }
    const VoloStatus status = take_memory(&run, err);
    if (!status)
        *ret_seconds = volo_measure_median(call, &run, seconds);
    release(&run);
    return status;
}
