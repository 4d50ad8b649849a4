/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's limits: the rate of multiply-adds, and of streams through caches and memory. */
#include <volo/impl/bench.h>

#include "base/cpu.h"
#include "base/error.h"
#include "base/parallel.h"
#include "bench/measure.h"
#include "kernels/probe.h"
#include "nn/gemm.h"
#include "nn/openblas.h"

#include <stdlib.h>
#include <string.h>

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

bool volo_bench_has_level(const char *level)
{
    VoloCpuLevel which;

    return volo_measure_level(level, &which, NULL) == VOLO_OK;
}

const char *volo_bench_blas_core(void)
{
    return volo_gemm_choice() == VOLO_GEMM_OWN ? NULL : volo_openblas_core();
}

/* --- multiply-adds --- */

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

    VOLO_TRY(volo_measure_level(level, &which, err));
    VOLO_TRY(volo_measure_threads(threads, err));
    VoloProbe probe = probe_at(which);
    const double end = volo_measure_now() + seconds;
    while (best <= 0 || volo_measure_now() < end) {
        const double start = volo_measure_now();

        volo_parallel_rows(threads, pieces, 1, add_piece, &probe);
        const double took = volo_measure_now() - start;
        const double rate = probe.flops_per_round * PIECE_ROUNDS * (double)pieces / took;
        if (took < block_seconds / 2)
            pieces *= 2; /* still warming up */
        else if (rate > best)
            best = rate;
    }
    *ret_rate = best;
    return VOLO_OK;
}

/* --- streams --- */

typedef struct Streams {
    VoloProbe probe;
    VoloBenchStream kind;
    float *array[3]; /* each [count], as many as the kind has */
    size_t count;
} Streams;

static size_t array_count(VoloBenchStream kind)
{
    return kind == VOLO_BENCH_READ ? 1 : kind == VOLO_BENCH_COPY ? 2 : 3;
}

static void stream_rows(size_t first, size_t count, int slot, void *user)
{
    const Streams *const s = user;
    float *const *a = s->array;
    float sums[VOLO_PROBE_FLOATS] = { 0 };

    (void)slot;
    switch (s->kind) {
    case VOLO_BENCH_READ:
        s->probe.read(sums, a[0] + first, count);
        volo_measure_keep(sums);
        break;
    case VOLO_BENCH_COPY:
        s->probe.copy(a[0] + first, a[1] + first, count);
        break;
    case VOLO_BENCH_TRIAD:
        s->probe.triad(a[0] + first, a[1] + first, a[2] + first, count);
        break;
    }
}

static void touch_rows(size_t first, size_t count, int slot, void *user)
{
    const Streams *const s = user;

    (void)slot;
    for (size_t i = 0; i < array_count(s->kind); i++)
        memset(s->array[i] + first, 0, count * sizeof(float));
}

/* The best rate of passes of a few milliseconds or, through large arrays, of one. */
static double stream_rate(Streams *s, int threads, double seconds)
{
    const double bytes = (double)(array_count(s->kind) * s->count * sizeof(float));
    const size_t unit = VOLO_PROBE_FLOATS, parts = 4 * (size_t)threads;
    const size_t grain = threads == 1 ? s->count : (s->count / parts / unit + 1) * unit;
    double best = 0;
    size_t passes = 1;

    volo_parallel_rows(threads, s->count, grain, touch_rows, s);
    const double end = volo_measure_now() + seconds;
    while (best <= 0 || volo_measure_now() < end) {
        const double start = volo_measure_now();

        for (size_t i = 0; i < passes; i++)
            volo_parallel_rows(threads, s->count, grain, stream_rows, s);
        const double took = volo_measure_now() - start;
        if (took < block_seconds / 4)
            passes *= 2;
        else if (bytes * (double)passes / took > best)
            best = bytes * (double)passes / took;
    }
    return best;
}

VoloStatus volo_bench_bandwidth(VoloBenchStream stream, size_t bytes, int threads, double seconds,
                                double *ret_rate, VoloError *err)
{
    const size_t arrays = array_count(stream), unit = VOLO_PROBE_FLOATS;
    Streams s = { .probe = probe_at(volo_cpu_current()), .kind = stream };
    VoloStatus status = VOLO_OK;

    VOLO_TRY(volo_measure_threads(threads, err));
    if (bytes / 4096 < (size_t)threads)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "%zu bytes for %d threads, expected 4096 for each",
                         bytes, threads);
    s.count = bytes / sizeof(float) / arrays / unit * unit;
    for (size_t i = 0; i < arrays; i++) {
        s.array[i] = volo_measure_floats(s.count);
        if (!s.array[i] && !status)
            status = volo_fail_memory(err, s.count * sizeof(float));
    }
    if (!status)
        *ret_rate = stream_rate(&s, threads, seconds);
    for (size_t i = 0; i < arrays; i++)
        free(s.array[i]);
    return status;
}
