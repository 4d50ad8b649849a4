/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the system and the engine's probes about the machine. */
#include "app/bench/machine.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const level_names[MACHINE_LEVELS] = { "base", "v3", "v4" };
static const size_t memory_bytes = (size_t)256 << 20; /* of the arrays that stand for memory */
static const size_t shared_bytes = (size_t)12 << 20;  /* at most, of those for a cache */
static const double peak_seconds = 0.25, stream_seconds = 0.08, memory_seconds = 0.25;

/* The value of the first line "model name : ..." */
static void read_cpu_name(char *name, size_t room)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char line[256];

    snprintf(name, room, "unknown");
    if (!file)
        return;
    while (fgets(line, sizeof line, file)) {
        const char *value = strchr(line, ':');

        if (strncmp(line, "model name", 10) != 0 || !value)
            continue;
        value += 1 + strspn(value + 1, " ");
        snprintf(name, room, "%.*s", (int)strcspn(value, "\n"), value);
        break;
    }
    fclose(file);
}

/* Arrays of half a cache's size stay in it; a shared cache may be too large to be ours alone. */
static void find_places(Machine *m)
{
    static const struct {
        const char *name;
        int key;
    } caches[] = {
        { "L1", _SC_LEVEL1_DCACHE_SIZE },
        { "L2", _SC_LEVEL2_CACHE_SIZE },
        { "L3", _SC_LEVEL3_CACHE_SIZE },
    };

    m->place_count = 0;
    for (size_t i = 0; i < sizeof caches / sizeof *caches; i++) {
        const long bytes = sysconf(caches[i].key);

        if (bytes < 16384)
            continue;
        MachinePlace *const p = &m->place[m->place_count++];
        *p = (MachinePlace){ .name = caches[i].name, .bytes = (size_t)bytes };
        p->measured = (size_t)bytes / 2 < shared_bytes ? (size_t)bytes / 2 : shared_bytes;
    }
    m->place[m->place_count++] =
        (MachinePlace){ .name = "memory", .bytes = SIZE_MAX, .measured = memory_bytes };
}

void machine_describe(Machine *m, int threads)
{
    *m = (Machine){ .threads = threads > 0 ? threads : volo_cpu_count() };
    read_cpu_name(m->cpu, sizeof m->cpu);
    for (size_t i = 0; i < MACHINE_LEVELS && volo_bench_has_level(level_names[i]); i++)
        m->peak[m->level_count++].level = level_names[i];
    find_places(m);
}

VoloStatus machine_measure_peaks(Machine *m, bool all, VoloError *err)
{
    for (size_t i = 0; i < m->level_count; i++) {
        MachinePeak *const peak = &m->peak[i];
        VoloStatus status = volo_bench_peak(peak->level, 1, peak_seconds, &peak->one, err);

        if (!status && all)
            status = volo_bench_peak(peak->level, m->threads, peak_seconds, &peak->all, err);
        if (status)
            return status;
    }
    return VOLO_OK;
}

static VoloStatus measure_place(size_t bytes, int threads, double seconds, double *ret_read,
                                double *ret_copy, double *ret_triad, VoloError *err)
{
    double *const rates[] = { ret_read, ret_copy, ret_triad };
    VoloStatus status = VOLO_OK;

    for (int kind = VOLO_BENCH_READ; kind <= VOLO_BENCH_TRIAD && !status; kind++)
        status =
            volo_bench_bandwidth((VoloBenchStream)kind, bytes, threads, seconds, rates[kind], err);
    return status;
}

VoloStatus machine_measure_streams(Machine *m, bool all, VoloError *err)
{
    VoloStatus status = VOLO_OK;

    for (size_t i = 0; i < m->place_count && !status; i++) {
        MachinePlace *const p = &m->place[i];
        const double seconds = p->bytes == SIZE_MAX ? memory_seconds : stream_seconds;

        status = measure_place(p->measured, 1, seconds, &p->read, &p->copy, &p->triad, err);
    }
    if (!status && all)
        status = measure_place(memory_bytes, m->threads, memory_seconds, &m->all_read, &m->all_copy,
                               &m->all_triad, err);
    return status;
}

const MachinePlace *machine_place(const Machine *m, double bytes)
{
    size_t i = 0;

    while (i + 1 < m->place_count && bytes > (double)m->place[i].bytes)
        i++;
    return &m->place[i];
}

static double best_stream(double read, double copy, double triad)
{
    return fmax(read, fmax(copy, triad));
}

double machine_place_rate(const MachinePlace *place)
{
    return best_stream(place->read, place->copy, place->triad);
}

static Roof make_roof(const char *name, const char *threads, double rate, const char *unit,
                      bool dashed)
{
    Roof roof = { .rate = rate, .dashed = dashed };

    snprintf(roof.label, sizeof roof.label, "%s%s: %.*f %s", name, threads, rate < 1e11 ? 1 : 0,
             rate / 1e9, unit);
    return roof;
}

static int compare(const void *a, const void *b)
{
    const double x = ((const Roof *)a)->rate, y = ((const Roof *)b)->rate;

    return (x < y) - (x > y);
}

/* Of all threads only the best level, which is the last, has both roofs. */
void machine_roofs(const Machine *m, bool all, Roof *roof, size_t *ret_roof_count, Roof *slope,
                   size_t *ret_slope_count)
{
    size_t roofs = 0, slopes = 0;
    char threads[24];

    snprintf(threads, sizeof threads, ", %d thread%s", all ? m->threads : 1,
             all && m->threads > 1 ? "s" : "");
    for (size_t i = m->level_count; i-- > 0;) {
        const MachinePeak *p = &m->peak[i];

        roof[roofs++] = make_roof(p->level, threads, all ? p->all : p->one, "GFLOP/s", false);
        if (all && m->threads > 1 && i + 1 == m->level_count)
            roof[roofs++] = make_roof(p->level, ", 1 thread", p->one, "GFLOP/s", true);
    }
    for (size_t i = 0; i < m->place_count; i++) {
        const MachinePlace *p = &m->place[i];

        if (all && m->threads > 1 && p->bytes == SIZE_MAX)
            slope[slopes++] =
                make_roof(p->name, threads, best_stream(m->all_read, m->all_copy, m->all_triad),
                          "GB/s", false);
        slope[slopes++] =
            make_roof(p->name, all ? ", 1 thread" : "", machine_place_rate(p), "GB/s", all);
    }
    qsort(roof, roofs, sizeof *roof, compare);
    qsort(slope, slopes, sizeof *slope, compare);
    *ret_roof_count = roofs;
    *ret_slope_count = slopes;
}
