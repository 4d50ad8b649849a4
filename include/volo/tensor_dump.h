/* SPDX-License-Identifier: Apache-2.0 */
/* VoloTensorDump: named arrays of a run (taps, logits, labels), collected and written as one
 * safetensors file. One owner, one thread at a time. */
#ifndef VOLO_TENSOR_DUMP_H
#define VOLO_TENSOR_DUMP_H

#include <volo/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloTensorDump VoloTensorDump;

/* On success *ret_dump is the caller's (volo_tensor_dump_free). Errors: MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_tensor_dump_new(VoloTensorDump **ret_dump, VoloError *err);
VOLO_API void volo_tensor_dump_free(VoloTensorDump *dump); /* NULL is allowed */

/* Adds a copy of data f32 [n,h,w,c]. Errors: ARGUMENT (a name twice, an empty one, no data), LIMIT,
 * MEMORY; the dump is then as it was. */
VOLO_API VOLO_NODISCARD VoloStatus volo_tensor_dump_add(VoloTensorDump *dump, const char *name,
                                                        size_t n, size_t h, size_t w, size_t c,
                                                        const float *data, VoloError *err);

/* Adds a copy of labels u8 [n,h,w]. Errors as above. */
VOLO_API VOLO_NODISCARD VoloStatus volo_tensor_dump_add_labels(VoloTensorDump *dump,
                                                               const char *name, size_t n, size_t h,
                                                               size_t w, const uint8_t *labels,
                                                               VoloError *err);

/* Writes all of them to path, atomically: f32 in the order they were added, then the labels.
 * Errors: IO, SPACE, MEMORY. On failure path is as it was. */
VOLO_API VOLO_NODISCARD VoloStatus volo_tensor_dump_write(const VoloTensorDump *dump,
                                                          const char *path, VoloError *err);

#ifdef __cplusplus
}
#endif
#endif
