/* SPDX-License-Identifier: Apache-2.0 */
/* Reads regular files by pread; a file that changes under our hands is an error, never a signal. */
#include "base/read_file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

/* A read of more than this is cut by Linux anyway. */
#define LARGEST_READ (1u << 30)

static VoloStatus refuse_kind(const char *path, mode_t mode, VoloError *err)
{
    if (S_ISDIR(mode))
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' is a folder, not a file", path);
    return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' is not a regular file", path);
}

VoloStatus volo_file_open(const char *path, int *ret_fd, uint64_t *ret_bytes, VoloError *err)
{
    /* O_NONBLOCK: opening a FIFO without a writer would wait for one. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;

    if (fd < 0)
        return volo_fail_errno(err, errno, "cannot open '%s'", path);
    if (fstat(fd, &st)) {
        const int reason = errno;

        close(fd);
        return volo_fail_errno(err, reason, "cannot open '%s'", path);
    }
    if (!S_ISREG(st.st_mode)) {
        close(fd);
        return refuse_kind(path, st.st_mode, err);
    }
    *ret_fd = fd;
    *ret_bytes = (uint64_t)st.st_size;
    return VOLO_OK;
}

VoloStatus volo_file_read_at(int fd, const char *path, void *data, size_t bytes, uint64_t offset,
                             VoloError *err)
{
    char *to = data;

    if (offset > INT64_MAX || bytes > INT64_MAX - offset)
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': an offset of %" PRIu64 " bytes is impossible",
                         path, offset);
    while (bytes) {
        const size_t piece = bytes < LARGEST_READ ? bytes : LARGEST_READ;
        const ssize_t got = pread(fd, to, piece, (off_t)offset);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return volo_fail_errno(err, errno, "cannot read '%s'", path);
        if (got == 0)
            return volo_fail(err, VOLO_ERR_FORMAT, "'%s' ends at byte %" PRIu64 ", %zu more wanted",
                             path, offset, bytes);
        to += got;
        offset += (uint64_t)got;
        bytes -= (size_t)got;
    }
    return VOLO_OK;
}
