/* SPDX-License-Identifier: Apache-2.0 */
/* What each generated table of registered things offers beside its find function. */
#ifndef VOLO_BASE_REGISTRY_TABLES_H
#define VOLO_BASE_REGISTRY_TABLES_H

#include <volo/registry.h>

size_t volo_backbone_entries(void);
size_t volo_head_entries(void);
size_t volo_neck_entries(void);
size_t volo_dataset_entries(void);
size_t volo_dump_entries(void);
VoloRegistryEntry volo_backbone_entry(size_t index);
VoloRegistryEntry volo_head_entry(size_t index);
VoloRegistryEntry volo_neck_entry(size_t index);
VoloRegistryEntry volo_dataset_entry(size_t index);
VoloRegistryEntry volo_dump_entry(size_t index);

#endif
