/* SPDX-License-Identifier: Apache-2.0 */
/* Threads, by OpenMP or, in a build without it, none. */
#include "base/parallel.h"

#include "build_config.h"

#if VOLO_HAVE_OPENMP
#include <omp.h>
#endif

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void volo_parallel_rows(int threads, size_t rows, size_t grain, VoloRowsFn fn, void *user)
{
    const size_t pieces = (rows + grain - 1) / grain;

#if VOLO_HAVE_OPENMP
    if (threads > 1 && pieces > 1) {
#pragma omp parallel for schedule(dynamic) num_threads(threads)
        for (size_t i = 0; i < pieces; i++)
            fn(i * grain, smaller(grain, rows - i * grain), omp_get_thread_num(), user);
        return;
    }
#else
    (void)threads;
#endif
    for (size_t i = 0; i < pieces; i++)
        fn(i * grain, smaller(grain, rows - i * grain), 0, user);
}
