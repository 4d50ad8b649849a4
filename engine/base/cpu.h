/* SPDX-License-Identifier: Apache-2.0 */
/* CPU levels, after the x86-64 psABI: base, v3 (AVX2, FMA, BMI2, F16C), v4 (AVX-512 F BW CD DQ VL).
 */
#ifndef VOLO_BASE_CPU_H
#define VOLO_BASE_CPU_H

#include <volo/base.h>

typedef enum VoloCpuLevel {
    VOLO_CPU_BASE,
    VOLO_CPU_V3,
    VOLO_CPU_V4,
    VOLO_CPU_LEVELS,
} VoloCpuLevel;

const char *volo_cpu_level_name(VoloCpuLevel level);
bool volo_cpu_level_parse(const char *name, VoloCpuLevel *ret_level);
VoloCpuLevel volo_cpu_best(void);    /* of this machine */
VoloCpuLevel volo_cpu_current(void); /* in use: best, until volo_cpu_choose */
void volo_cpu_choose(VoloCpuLevel level);

/* The machine has AVX-512 but its OpenBLAS name is unknown to Debian's 0.3.21 (newer AMD). */
bool volo_cpu_is_newer_amd(void);

#endif
