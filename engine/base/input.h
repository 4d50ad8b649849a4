/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine adds to <volo/input.h>. */
#ifndef VOLO_BASE_INPUT_H
#define VOLO_BASE_INPUT_H

#include <volo/input.h>

/* Reads a whole file of at most limit bytes. *ret_data is the caller's (free), with a NUL after its
 * *ret_bytes bytes. Errors: IO; FORMAT when the file ends early; LIMIT, MEMORY. */
VoloStatus volo_input_read(const VoloInput *input, size_t limit, char **ret_data, size_t *ret_bytes,
                           VoloError *err);

#endif
