/* SPDX-License-Identifier: Apache-2.0 */
/* What volo-bench measures below the level of models: the machine's limits, single kernels, matrix
 * products. For that program alone: nothing here is needed to run a model.
 *
 * Threads: one at a time, and no session may run meanwhile. Levels are "base", "v3" and "v4"; one
 * that is unknown or that the machine lacks is ARGUMENT. */
#ifndef VOLO_IMPL_BENCH_H
#define VOLO_IMPL_BENCH_H

#include <volo/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Floating-point operations a second, a multiply-add being two, of independent multiply-adds in
 * registers: the best that 20 ms reached within that many seconds. threads 0: all. */
VOLO_API VOLO_NODISCARD VoloStatus volo_bench_peak(const char *level, int threads, double seconds,
                                                   double *ret_rate, VoloError *err);

#ifdef __cplusplus
}
#endif
#endif
