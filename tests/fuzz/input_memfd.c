/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz_input.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

const char *fuzz_input_path(const uint8_t *data, size_t bytes)
{
    static int fd = -1;
    static char path[40];

    if (fd < 0)
        fd = memfd_create("input", MFD_CLOEXEC);
    fuzz_must(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, data, bytes, 0) == (ssize_t)bytes,
              "a file");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}
