/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and reading regular files whole or in pieces, with pread: never mapped, so that a file
 * truncated under our hands is a short read and not a signal. */
#ifndef VOLO_BASE_READ_FILE_H
#define VOLO_BASE_READ_FILE_H

#include <volo/input.h>

/* Opens a regular file for reading (FIFOs, devices, folders are UNSUPPORTED, without blocking).
 * *ret_fd is the caller's to close. Errors: IO, UNSUPPORTED. */
VoloStatus volo_file_open(const char *path, int *ret_fd, uint64_t *ret_bytes, VoloError *err);

/* Reads exactly bytes at offset. Errors: IO; FORMAT when the file ends early. path only names it.
 */
VoloStatus volo_file_read_at(int fd, const char *path, void *data, size_t bytes, uint64_t offset,
                             VoloError *err);

/* Reads a whole file of at most limit bytes. *ret_data is the caller's (free), with a NUL after its
 * *ret_bytes bytes. Errors: as above, LIMIT, MEMORY. */
VoloStatus volo_input_read(const VoloInput *input, size_t limit, char **ret_data, size_t *ret_bytes,
                           VoloError *err);
VoloStatus volo_file_read(const char *path, size_t limit, char **ret_data, size_t *ret_bytes,
                          VoloError *err);

#endif
