/* SPDX-License-Identifier: Apache-2.0 */
/* The atomic writer: temporary file beside the target, write, fsync, rename, fsync of the folder.
 *
 * The folder is opened once and everything happens relative to it, so that a folder that is moved
 * meanwhile cannot split the steps. Only regular files are replaced: a rename over a device or a
 * FIFO would take it out of the system. */
#include "base/write_file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    BUFFER_BYTES = 1 << 16,
    NAME_ATTEMPTS = 100,
};

struct VoloWriter {
    char *path;       /* as given, for messages */
    const char *name; /* its last component, in path */
    char temporary[48];
    int folder; /* -1 when not open */
    int fd;     /* -1 when not open */
    int error;  /* errno of the first failed put; 0: none */
    size_t used;
    char buffer[BUFFER_BYTES];
};

static void writer_free(VoloWriter *w)
{
    if (w->fd >= 0)
        close(w->fd);
    if (w->folder >= 0)
        close(w->folder);
    free(w->path);
    free(w);
}

/* The folder of w->path; sets w->name. */
static VoloStatus open_folder(VoloWriter *w, VoloError *err)
{
    const char *slash = strrchr(w->path, '/');
    const size_t length = slash ? (size_t)(slash - w->path) : 0;
    char *folder = length > 0 ? strndup(w->path, length) : strdup(slash ? "/" : ".");

    if (!folder)
        return volo_fail_memory(err, length + 1);
    w->name = slash ? slash + 1 : w->path;
    w->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int error = errno;
    free(folder);
    if (w->folder < 0)
        return volo_fail_errno(err, error, "'%s'", w->path);
    return VOLO_OK;
}

static VoloStatus check_target(const VoloWriter *w, VoloError *err)
{
    struct stat st;

    if (w->name[0] == '\0')
        return volo_fail_errno(err, w->path[0] ? EISDIR : ENOENT, "'%s'", w->path);
    if (fstatat(w->folder, w->name, &st, 0))
        return VOLO_OK; /* nothing there, or nothing that can be looked at: rename will tell */
    if (S_ISDIR(st.st_mode))
        return volo_fail_errno(err, EISDIR, "'%s'", w->path);
    if (!S_ISREG(st.st_mode))
        return volo_fail(err, VOLO_ERR_IO, "'%s' is not a regular file, so it is not replaced",
                         w->path);
    return VOLO_OK;
}

/* A name that another thread or process happens to use is refused by O_EXCL, and the next tried. */
static VoloStatus open_temporary(VoloWriter *w, VoloError *err)
{
    for (int i = 0; i < NAME_ATTEMPTS; i++) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        snprintf(w->temporary, sizeof w->temporary, ".volo-%d-%lx-%lx.tmp", (int)getpid(),
                 (unsigned long)now.tv_sec, (unsigned long)now.tv_nsec);
        w->fd = openat(w->folder, w->temporary,
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (w->fd >= 0 || errno != EEXIST)
            break;
    }
    return w->fd < 0 ? volo_fail_errno(err, errno, "'%s'", w->path) : VOLO_OK;
}

VoloStatus volo_writer_open(const char *path, VoloWriter **ret_writer, VoloError *err)
{
    VoloWriter *w = malloc(sizeof *w);

    if (!w)
        return volo_fail_memory(err, sizeof *w);
    w->folder = w->fd = -1;
    w->error = 0;
    w->used = 0;
    w->path = strdup(path);

    VoloStatus status = w->path ? VOLO_OK : volo_fail_memory(err, strlen(path) + 1);
    if (!status)
        status = open_folder(w, err);
    if (!status)
        status = check_target(w, err);
    if (!status)
        status = open_temporary(w, err);
    if (status)
        writer_free(w);
    else
        *ret_writer = w;
    return status;
}

static void write_all(VoloWriter *w, const char *data, size_t bytes)
{
    while (bytes > 0 && !w->error) {
        const ssize_t done = write(w->fd, data, bytes);

        if (done > 0) {
            data += done;
            bytes -= (size_t)done;
        } else if (done == 0) {
            w->error = EIO;
        } else if (errno != EINTR) {
            w->error = errno;
        }
    }
}

static void flush(VoloWriter *w)
{
    write_all(w, w->buffer, w->used);
    w->used = 0;
}

void volo_writer_put(VoloWriter *w, const void *data, size_t bytes)
{
    if (bytes > BUFFER_BYTES - w->used)
        flush(w);
    if (bytes > BUFFER_BYTES) {
        write_all(w, data, bytes);
    } else if (bytes > 0) {
        memcpy(w->buffer + w->used, data, bytes);
        w->used += bytes;
    }
}

static int sync_file(int fd)
{
    while (fsync(fd)) {
        if (errno != EINTR)
            return errno;
    }
    return 0;
}

/* Everything up to the rename; errno of the first step that failed. */
static int finish(VoloWriter *w)
{
    flush(w);
    if (!w->error)
        w->error = sync_file(w->fd);
    const int closed = close(w->fd);
    w->fd = -1;
    if (!w->error && closed && errno != EINTR) /* Linux closes even then */
        w->error = errno;
    if (!w->error && renameat(w->folder, w->temporary, w->folder, w->name))
        w->error = errno;
    return w->error;
}

VoloStatus volo_writer_commit(VoloWriter *w, VoloError *err)
{
    VoloStatus status = VOLO_OK;

    if (finish(w)) {
        status = volo_fail_errno(err, w->error, "'%s'", w->path);
        unlinkat(w->folder, w->temporary, 0);
    } else {
        const int error = sync_file(w->folder);

        if (error && error != EINVAL) /* EINVAL: a file system that does not sync folders */
            status = volo_fail_errno(err, error, "'%s' is written, but not its folder", w->path);
    }
    writer_free(w);
    return status;
}

void volo_writer_discard(VoloWriter *w)
{
    if (!w)
        return;
    unlinkat(w->folder, w->temporary, 0);
    writer_free(w);
}
