/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up: the CPU level and the BLAS, decided once, before any thread; version; registries. */
#include <volo/base.h>
#include <volo/drawing.h>

#include "base/cpu.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/registry_tables.h"
#include "build_config.h"
#include "image/codec.h"
#include "image/png_plain.h"
#include "nn/gemm.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

VoloStatus volo_set_cpu_level(const char *name, VoloError *err)
{
    VoloCpuLevel level;

    if (!volo_cpu_level_parse(name, &level))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "CPU level '%s' is unknown: base, v3 or v4", name);
    if (level > volo_cpu_best())
        return volo_fail(err, VOLO_ERR_ARGUMENT, "this machine has no CPU level %s, its best is %s",
                         name, volo_cpu_level_name(volo_cpu_best()));
    volo_cpu_choose(level);
    return VOLO_OK;
}

VoloStatus volo_init(VoloError *err)
{
    const char *level = getenv("VOLO_CPU");

    if (level && *level) {
        const VoloStatus status = volo_set_cpu_level(level, err);

        if (status) {
            volo_error_prefix(err, "VOLO_CPU");
            return status;
        }
    }
    volo_parallel_open(); /* before OpenBLAS, which brings OpenMP too */
    VOLO_TRY(volo_openblas_open(err));
    volo_log(VOLO_LOG_DEBUG, "CPU level %s, OpenBLAS core %s", volo_cpu_level(),
             volo_openblas_core());
    return VOLO_OK;
}

const char *volo_cpu_level(void)
{
    return volo_cpu_level_name(volo_cpu_current());
}

int volo_cpu_count(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    const int count = CPU_COUNT(&set);
    return count > 0 ? count : 1;
}

static char libraries[200];

static void describe_libraries(void)
{
    snprintf(libraries, sizeof libraries,
             "libpng %s, %s, libdeflate %s, jansson %s, cairo %s, OpenBLAS core %s",
             volo_png_library(), volo_jpeg_library(), volo_png_plain_library(), volo_json_library(),
             volo_drawing_library(), volo_openblas_core());
}

const char *volo_linked_libraries(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, describe_libraries);
    return libraries;
}

const char *volo_version(void)
{
    return VOLO_VERSION;
}

static const struct {
    size_t (*count)(void);
    VoloRegistryEntry (*entry)(size_t index);
} registries[] = {
    [VOLO_BACKBONES] = { volo_backbone_entries, volo_backbone_entry },
    [VOLO_NECKS] = { volo_neck_entries, volo_neck_entry },
    [VOLO_HEADS] = { volo_head_entries, volo_head_entry },
    [VOLO_DATASETS] = { volo_dataset_entries, volo_dataset_entry },
    [VOLO_DUMPS] = { volo_dump_entries, volo_dump_entry },
};

size_t volo_registry_count(VoloRegistry registry)
{
    return registries[registry].count();
}

VoloRegistryEntry volo_registry_entry(VoloRegistry registry, size_t index)
{
    return registries[registry].entry(index);
}
