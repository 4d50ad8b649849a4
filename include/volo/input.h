/* SPDX-License-Identifier: Apache-2.0 */
/* VoloInput: an open file, for readers that get it from somebody else: a process that may open
 * nothing, say. */
#ifndef VOLO_INPUT_H
#define VOLO_INPUT_H

#include <volo/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloInput {
    const char *path; /* names the file in messages; borrowed */
    int fd;           /* is read with pread: its own position neither matters nor moves */
    uint64_t bytes;   /* size of the file */
} VoloInput;

/* Opens a regular file for reading (FIFOs, devices, folders are UNSUPPORTED, without blocking).
 * path must outlive the input, which is closed by volo_input_close; on failure it is untouched.
 * Errors: IO, UNSUPPORTED. */
VOLO_API VOLO_NODISCARD VoloStatus volo_input_open(const char *path, VoloInput *ret_input,
                                                   VoloError *err);
VOLO_API void volo_input_close(const VoloInput *input);

#ifdef __cplusplus
}
#endif
#endif
