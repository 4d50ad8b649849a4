/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's limits: the rate of multiply-adds. */
#include <volo/impl/bench.h>

#include "base/cpu.h"
#include "base/error.h"
#include "base/parallel.h"
#include "bench/measure.h"
#include "kernels/probe.h"

#include <stdlib.h>

VoloStatus volo_bench_level(const char *name, VoloCpuLevel *ret_level, VoloError *err)
{
    if (!volo_cpu_level_parse(name, ret_level))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "CPU level '%s' is unknown: base, v3 or v4", name);
    if (*ret_level > volo_cpu_best())
        return volo_fail(err, VOLO_ERR_ARGUMENT, "this machine has no CPU level %s, its best is %s",
                         name, volo_cpu_level_name(volo_cpu_best()));
    return VOLO_OK;
}

static VoloProbe probe_at(VoloCpuLevel level)
{
    static void (*const fill[VOLO_CPU_LEVELS])(VoloProbe *) = {
        volo_fill_probe_base,
        volo_fill_probe_v3,
        volo_fill_probe_v4,
    };
    VoloProbe probe;

    fill[level](&probe);
    return probe;
}

enum {
    PIECE_ROUNDS = 20000, /* about 50 us: threads end nearly together */
};

static const double block_seconds = 0.02;

static void add_piece(size_t first, size_t count, int slot, void *user)
{
    const VoloProbe *const probe = user;
    float y[VOLO_PROBE_FLOATS] = { 0 };

    (void)first, (void)count, (void)slot;
    probe->multiply_add(y, PIECE_ROUNDS);
    volo_measure_keep(y);
}

VoloStatus volo_bench_peak(const char *level, int threads, double seconds, double *ret_rate,
                           VoloError *err)
{
    VoloCpuLevel which = VOLO_CPU_BASE;
    double best = 0;
    size_t pieces = 16;

    VOLO_TRY(volo_bench_level(level, &which, err));
    VoloProbe probe = probe_at(which);
    const int used = threads > 0 ? threads : volo_cpu_count();
    for (const double end = volo_measure_now() + seconds; volo_measure_now() < end;) {
        const double start = volo_measure_now();

        volo_parallel_rows(used, pieces, 1, add_piece, &probe);
        const double took = volo_measure_now() - start;
        if (took < block_seconds / 2)
            pieces *= 2; /* still warming up */
        else if (probe.flops_per_round * PIECE_ROUNDS * (double)pieces / took > best)
            best = probe.flops_per_round * PIECE_ROUNDS * (double)pieces / took;
    }
    *ret_rate = best;
    return VOLO_OK;
}
