/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const char *fuzz_file_path(const uint8_t *data, size_t bytes)
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

void fuzz_must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "broken promise: %s\n", what);
        abort();
    }
}

void fuzz_must_explain(VoloStatus status, const VoloError *err)
{
    switch (status) {
    case VOLO_ERR_IO:
    case VOLO_ERR_FORMAT:
    case VOLO_ERR_UNSUPPORTED:
    case VOLO_ERR_SHAPE:
    case VOLO_ERR_MISSING:
    case VOLO_ERR_LIMIT:
    case VOLO_ERR_MEMORY:
        break;
    default:
        fuzz_must(false, "a refusal has a status of a reader");
    }
    fuzz_must(err->status == status && err->message[0], "a refusal has a message");
    fuzz_must(!strchr(err->message, '\n'), "a message is one line");
}
