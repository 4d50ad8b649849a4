/* SPDX-License-Identifier: Apache-2.0 */
/* In place of engine/pipeline/start.c: a search has no networks, so data sets are all there is. */
#include <volo/registry.h>

#include "base/registry_tables.h"

size_t volo_registry_count(VoloRegistry registry)
{
    return registry == VOLO_DATASETS ? volo_dataset_entries() : 0;
}

VoloRegistryEntry volo_registry_entry(VoloRegistry registry, size_t index)
{
    return registry == VOLO_DATASETS ? volo_dataset_entry(index) : (VoloRegistryEntry){ 0 };
}
