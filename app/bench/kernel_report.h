/* SPDX-License-Identifier: Apache-2.0 */
/* What volo-bench kernels found: text, JSON and a picture. */
#ifndef VOLO_APP_BENCH_KERNEL_REPORT_H
#define VOLO_APP_BENCH_KERNEL_REPORT_H

#include "app/bench/machine.h"

/* One kernel case at one CPU level. */
typedef struct KernelResult {
    VoloBenchCase what;
    size_t level;              /* index into Machine.peak */
    double seconds;            /* of a run */
    double twin;               /* of the naive twin */
    double limit;              /* the least that the machine needs: by arithmetic or by bytes */
    bool by_memory;            /* which of the two */
    const MachinePlace *place; /* where its bytes lie */
} KernelResult;

/* Sets limit, by_memory and place. */
void kernel_find_limit(KernelResult *result, const Machine *machine);

void kernel_report_text(const Machine *machine, const KernelResult *results, size_t count);
void kernel_report_json(const Machine *machine, const KernelResult *results, size_t count);

/* The roofline with a mark for each result that computes, and bars of those that move bytes, at the
 * best level measured. Errors: as volo_drawing_write. */
VoloStatus kernel_report_draw(const char *path, const Machine *machine, const KernelResult *results,
                              size_t count, VoloError *err);

#endif
