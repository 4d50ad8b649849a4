/* SPDX-License-Identifier: Apache-2.0 */
/* VoloOutput: a file that appears whole or not at all, written through a stream of the C library.
 * Threads: one thread at a time for each output. */
#ifndef VOLO_OUTPUT_H
#define VOLO_OUTPUT_H

#include <volo/base.h>

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloOutput VoloOutput;

/* Starts a file that will appear at path: until then it has a temporary name in the same folder.
 * On success *ret_output must be ended by volo_output_commit or volo_output_discard; on failure it
 * is untouched. Errors: IO (not writable, not a regular file), SPACE, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_output_open(const char *path, VoloOutput **ret_output,
                                                    VoloError *err);

/* The stream to write to; borrowed, not to be closed. Failures need not be looked at: they are kept
 * and reported by volo_output_commit. */
VOLO_API FILE *volo_output_stream(VoloOutput *output);

/* Syncs the file, gives it its name and frees the output; on failure path is as it was.
 * Errors: IO and SPACE (path named, the message ends with strerror), MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_output_commit(VoloOutput *output, VoloError *err);

VOLO_API void volo_output_discard(VoloOutput *output); /* path is as it was; NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
