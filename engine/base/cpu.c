/* SPDX-License-Identifier: Apache-2.0 */
/* CPU levels, asked of the CPUID instruction: what the processor has, and (in XCR0) which registers
 * the system saves. The compilers' own __builtin_cpu_supports know different names of features. */
#include "base/cpu.h"

#include <cpuid.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

/* Bits of CPUID leaf 1 ECX, leaf 7 EBX and leaf 0x80000001 ECX, and of XCR0. */
enum {
    LEAF1_FMA = 1 << 12,
    LEAF1_MOVBE = 1 << 22,
    LEAF1_OSXSAVE = 1 << 27,
    LEAF1_AVX = 1 << 28,
    LEAF1_F16C = 1 << 29,
    LEAF7_BMI1 = 1 << 3,
    LEAF7_AVX2 = 1 << 5,
    LEAF7_BMI2 = 1 << 8,
    LEAF7_AVX512F = 1 << 16,
    LEAF7_AVX512DQ = 1 << 17,
    LEAF7_AVX512CD = 1 << 28,
    LEAF7_AVX512BW = 1 << 30,
    EXTENDED_LZCNT = 1 << 5,
    XCR0_AVX = 0x06,    /* XMM and YMM */
    XCR0_AVX512 = 0xe6, /* and masks and ZMM */
};
#define LEAF7_AVX512VL (1U << 31) /* does not fit an enum */

static const char *const level_names[VOLO_CPU_LEVELS] = { "base", "v3", "v4" };

/* -1: not looked for yet; not chosen, so the best. */
static atomic_int best_level = -1;
static atomic_int chosen_level = -1;

static bool has_all(uint32_t flags, uint32_t wanted)
{
    return (flags & wanted) == wanted;
}

/* Only where CPUID says OSXSAVE. */
static uint32_t read_xcr0(void)
{
    uint32_t low, high;

    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static VoloCpuLevel detect(void)
{
    uint32_t eax, ebx, ecx, edx, leaf1, leaf7, extended;

    if (!__get_cpuid(1, &eax, &ebx, &leaf1, &edx) ||
        !__get_cpuid_count(7, 0, &eax, &leaf7, &ecx, &edx) ||
        !__get_cpuid(0x80000001U, &eax, &ebx, &extended, &edx))
        return VOLO_CPU_BASE;
    if (!has_all(leaf1, LEAF1_FMA | LEAF1_MOVBE | LEAF1_OSXSAVE | LEAF1_AVX | LEAF1_F16C) ||
        !has_all(leaf7, LEAF7_BMI1 | LEAF7_AVX2 | LEAF7_BMI2) || !has_all(extended, EXTENDED_LZCNT))
        return VOLO_CPU_BASE;
    const uint32_t saved = read_xcr0();
    if (!has_all(saved, XCR0_AVX))
        return VOLO_CPU_BASE;
    if (has_all(saved, XCR0_AVX512) &&
        has_all(leaf7,
                LEAF7_AVX512F | LEAF7_AVX512DQ | LEAF7_AVX512CD | LEAF7_AVX512BW | LEAF7_AVX512VL))
        return VOLO_CPU_V4;
    return VOLO_CPU_V3;
}

/* Remembered, because a virtual machine takes microseconds for CPUID. */
VoloCpuLevel volo_cpu_best(void)
{
    int level = atomic_load_explicit(&best_level, memory_order_relaxed);

    if (level < 0) {
        level = (int)detect();
        atomic_store_explicit(&best_level, level, memory_order_relaxed);
    }
    return (VoloCpuLevel)level;
}

bool volo_cpu_is_newer_amd(void)
{
    uint32_t highest, name[3]; /* "AuthenticAMD" comes in EBX, EDX, ECX */

    if (!__get_cpuid(0, &highest, &name[0], &name[2], &name[1]))
        return false;
    return memcmp(name, "AuthenticAMD", sizeof name) == 0 && volo_cpu_best() == VOLO_CPU_V4;
}

const char *volo_cpu_level_name(VoloCpuLevel level)
{
    return level_names[level];
}

bool volo_cpu_level_parse(const char *name, VoloCpuLevel *ret_level)
{
    for (int level = 0; level < VOLO_CPU_LEVELS; level++) {
        if (strcmp(name, level_names[level]) == 0) {
            *ret_level = (VoloCpuLevel)level;
            return true;
        }
    }
    return false;
}

VoloCpuLevel volo_cpu_current(void)
{
    const int level = atomic_load_explicit(&chosen_level, memory_order_relaxed);

    return level < 0 ? volo_cpu_best() : (VoloCpuLevel)level;
}

void volo_cpu_choose(VoloCpuLevel level)
{
    atomic_store_explicit(&chosen_level, (int)level, memory_order_relaxed);
}
