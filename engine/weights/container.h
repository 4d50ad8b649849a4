/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of the three containers share. A reader fills entry[].stored and the fields
 * after it; weights.c then renames and sorts. Messages name no file: volo_weights_open puts it in
 * front. */
#ifndef VOLO_WEIGHTS_CONTAINER_H
#define VOLO_WEIGHTS_CONTAINER_H

#include "weights/weights.h"

/* Bytes of the file's beginning that tell the containers apart. */
#define VOLO_CONTAINER_HEAD 16u

typedef struct VoloContainer {
    const char *format;
    bool (*is_mine)(const uint8_t *head, size_t bytes);
    VoloStatus (*read)(VoloWeights *w, bool strict, VoloError *err);
} VoloContainer;

extern const VoloContainer volo_container_safetensors;
extern const VoloContainer volo_container_pth_zip;
extern const VoloContainer volo_container_pth_legacy;

/* A zip entry with tensor data: its CRC-32 is compared when the first tensor in it is read. */
typedef struct VoloWeightStorage {
    uint64_t offset, bytes; /* in the file */
    uint32_t crc;
    uint8_t checked; /* 1 once the CRC was right; read and written atomically */
} VoloWeightStorage;

/* Room for count entries, zeroed. Errors: LIMIT beyond VOLO_LIMIT_TENSORS; MEMORY. */
VoloStatus volo_weights_reserve(VoloWeights *w, size_t count, VoloError *err);

/* A copy in the arena, after checking that it can be a tensor name: 1..512 bytes of UTF-8 without
 * control characters. Errors: FORMAT, LIMIT, MEMORY. */
VoloStatus volo_weights_name(VoloWeights *w, const char *text, size_t bytes, const char **ret_name,
                             VoloError *err);
bool volo_utf8_is_plain(const char *text, size_t bytes);

/* Refuses zero dimensions, I64 that is no counter, and sizes that wrap; sets e->count. e->stored,
 * dtype, rank and shape are set. Errors: UNSUPPORTED, FORMAT. */
VoloStatus volo_weights_check_entry(VoloWeightEntry *e, VoloError *err);
size_t volo_dtype_bytes(VoloDtype dtype);

/* Sets stride [rank] to that of a packed row-major tensor. */
void volo_weights_pack(VoloWeightEntry *e);

/* Gives every entry its canonical name and sorts by it (rename.c). Errors: FORMAT when two entries
 * get one name; MEMORY. */
VoloStatus volo_weights_rename(VoloWeights *w, VoloError *err);

/* CRC-32 as zip files use it, going on from crc (0 at the start). */
uint32_t volo_zip_crc(uint32_t crc, const void *data, size_t bytes);

#endif
