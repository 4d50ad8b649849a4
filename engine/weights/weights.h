/* SPDX-License-Identifier: Apache-2.0 */
/* VoloWeights: an opened model file as a sorted list of named tensors, whatever its format.
 *
 * Opening reads and validates everything but the tensor data, and renames to canonical names
 * (rename.c); nothing in the file is executed. Reading is by pread, converting to f32. */
#ifndef VOLO_WEIGHTS_H
#define VOLO_WEIGHTS_H

#include <volo/model.h>

#include "base/arena.h"

typedef struct VoloWeightEntry {
    const char *name;   /* canonical, UTF-8 */
    const char *stored; /* as in the file */
    VoloDtype dtype;
    unsigned rank;
    uint64_t shape[8];
    uint64_t stride[8]; /* in elements; row-major unless a torch file says otherwise */
    uint64_t offset;    /* of element 0 in the file, in bytes */
    uint64_t count;     /* elements */
} VoloWeightEntry;

typedef struct VoloWeights {
    char *path;
    int fd;
    const char *format; /* "safetensors", "torch zip", "torch legacy" */
    uint64_t file_bytes;
    VoloWeightEntry *entry; /* [count], sorted by name */
    size_t count;
    char *config;                      /* JSON text of __metadata__.config, or NULL */
    size_t class_count;                /* CLASSES of an mmseg meta, 0 when absent */
    char **class_name;                 /* [class_count] */
    uint8_t (*palette)[3];             /* [class_count], or NULL */
    char **note;                       /* lines for people, ends with NULL; or NULL */
    struct VoloWeightStorage *storage; /* [storage_count] zip entries, checked when first read */
    size_t storage_count;
    VoloArena arena; /* owns all of the above */
} VoloWeights;

/* Opens a weights file (a folder is the caller's business: see volo_model_open). strict refuses any
 * pickle global outside the allowlist. On success *ret_weights is the caller's
 * (volo_weights_close). Errors: IO, FORMAT, UNSUPPORTED, SHAPE, LIMIT, MEMORY, all naming the file.
 */
VoloStatus volo_weights_open(const char *path, bool strict, VoloWeights **ret_weights,
                             VoloError *err);
void volo_weights_close(VoloWeights *w); /* NULL is allowed */

/* NULL when there is none of that canonical name. */
const VoloWeightEntry *volo_weights_find(const VoloWeights *w, const char *name);

/* Reads elements first..first+count-1, in row-major order, as f32. dst holds count floats.
 * Errors: IO, FORMAT (file shorter than when opened), UNSUPPORTED (I64). */
VoloStatus volo_weights_read(const VoloWeights *w, const VoloWeightEntry *e, uint64_t first,
                             size_t count, float *dst, VoloError *err);

/* Compares the checksum of the tensor's data, where there is one that was not compared yet: reading
 * a tensor in pieces would do it for each piece that is read at the same time. Errors: IO, FORMAT.
 */
VoloStatus volo_weights_check(const VoloWeights *w, const VoloWeightEntry *e, VoloError *err);

/* Adds a line for people to w->note; a refused allocation loses the line. */
void volo_weights_note(VoloWeights *w, const char *format, ...) VOLO_PRINTF(2, 3);

/* --- writing (safetensors_write.c) --- */

typedef struct VoloSaveTensor {
    const char *name;
    VoloDtype dtype; /* as written: F32, F16 or I64 */
    unsigned rank;
    uint64_t shape[8];
} VoloSaveTensor;

/* Fills elements first..first+count-1 of tensor i: f32 for F32 and F16, i64 for I64 (as int64_t).
 */
typedef VoloStatus (*VoloSaveFn)(size_t i, uint64_t first, size_t count, void *dst, void *user,
                                 VoloError *err);

/* Writes a safetensors file, atomically and byte-stable: tensors in the given order, data packed,
 * 8-byte aligned header, config (may be NULL) under __metadata__.config, beside format "pt".
 * Values beyond F16's range are an error. Errors: IO, LIMIT, MEMORY, and what fn returns. */
VoloStatus volo_safetensors_write(const char *path, const VoloSaveTensor *tensor, size_t count,
                                  const char *config, VoloSaveFn fn, void *user, VoloError *err);

#endif
