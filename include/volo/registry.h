/* SPDX-License-Identifier: Apache-2.0 */
/* All that is registered (backbones, necks, heads, data sets, dump formats), by name and summary.
 * The lists stand in the meson.build of their folders; names are sorted. Any thread. */
#ifndef VOLO_REGISTRY_H
#define VOLO_REGISTRY_H

#include <volo/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum VoloRegistry {
    VOLO_BACKBONES,
    VOLO_NECKS,
    VOLO_HEADS,
    VOLO_DATASETS,
    VOLO_DUMPS,
} VoloRegistry;

typedef struct VoloRegistryEntry {
    const char *name;    /* static; NULL beyond the end */
    const char *summary; /* static, one line */
} VoloRegistryEntry;

VOLO_API size_t volo_registry_count(VoloRegistry registry);
VOLO_API VoloRegistryEntry volo_registry_entry(VoloRegistry registry, size_t index);

#ifdef __cplusplus
}
#endif
#endif
