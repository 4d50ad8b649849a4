/* SPDX-License-Identifier: Apache-2.0 */
/* One table of kernels for each CPU level and one of their naive twins, filled together at the
 * first call and never changed after it, so any thread may call any time. */
#include "kernels/kernels.h"

#include "kernels/level.h"

#include <pthread.h>

static VoloKernels tables[VOLO_CPU_LEVELS];
static VoloKernels reference_table;
static pthread_once_t filled = PTHREAD_ONCE_INIT;

static void fill_base(VoloKernels *k)
{
#define VOLO_CALL_FILL(name) volo_fill_##name##_base(k);
    VOLO_KERNEL_SOURCES(VOLO_CALL_FILL)
#undef VOLO_CALL_FILL
}

static void fill_v3(VoloKernels *k)
{
#define VOLO_CALL_FILL(name) volo_fill_##name##_v3(k);
    VOLO_KERNEL_SOURCES(VOLO_CALL_FILL)
#undef VOLO_CALL_FILL
}

static void fill_v4(VoloKernels *k)
{
#define VOLO_CALL_FILL(name) volo_fill_##name##_v4(k);
    VOLO_KERNEL_SOURCES(VOLO_CALL_FILL)
#undef VOLO_CALL_FILL
}

/* The fill functions themselves are compiled for their level, so those the machine lacks must not
 * run: their tables stay empty. */
static void fill_tables(void)
{
    static void (*const fill[VOLO_CPU_LEVELS])(VoloKernels *) = { fill_base, fill_v3, fill_v4 };
    const VoloCpuLevel best = volo_cpu_best();

    for (int level = VOLO_CPU_BASE; level <= (int)best; level++) {
        tables[level].level = (VoloCpuLevel)level;
        fill[level](&tables[level]);
    }
    volo_fill_reference(&reference_table);
    volo_fill_reference_products(&reference_table);
    volo_fill_reference_gradients(&reference_table);
}

const VoloKernels *volo_kernels(void)
{
    pthread_once(&filled, fill_tables);
    return &tables[volo_cpu_current()];
}

const VoloKernels *volo_kernels_at(VoloCpuLevel level)
{
    pthread_once(&filled, fill_tables);
    return level <= volo_cpu_best() ? &tables[level] : NULL;
}

const VoloKernels *volo_kernels_reference(void)
{
    pthread_once(&filled, fill_tables);
    return &reference_table;
}
