/* SPDX-License-Identifier: Apache-2.0 */
/* To be preloaded: the process is killed at its KILL_AT-th call that changes files (SIGKILL, in the
 * middle of what it writes). Without KILL_AT, the number of such calls is written to the file
 * KILL_COUNT when the program ends. */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static atomic_ulong calls;

/* The function of that name in the C library. */
static void *next(const char *name)
{
    void *const found = dlsym(RTLD_NEXT, name);

    if (!found)
        abort();
    return found;
}

static unsigned long limit(void)
{
    const char *text = getenv("KILL_AT");

    return text ? strtoul(text, NULL, 10) : 0;
}

/* Counts a call; true: it is the last one. */
static int is_last(void)
{
    return atomic_fetch_add(&calls, 1) + 1 == limit();
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void count(void)
{
    if (is_last())
        die();
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("KILL_COUNT");
    FILE *const file = path ? fopen(path, "w") : NULL;

    if (!file)
        return;
    fprintf(file, "%lu\n", atomic_load(&calls));
    fclose(file);
}

typedef ssize_t (*WriteFn)(int, const void *, size_t);
typedef ssize_t (*PwriteFn)(int, const void *, size_t, off_t);

EXPORT ssize_t write(int fd, const void *data, size_t bytes)
{
    WriteFn real;

    *(void **)&real = next("write");
    if (fd <= STDERR_FILENO)
        return real(fd, data, bytes);
    if (is_last()) {
        (void)!real(fd, data, bytes / 2);
        die();
    }
    return real(fd, data, bytes);
}

EXPORT ssize_t pwrite64(int fd, const void *data, size_t bytes, off_t offset);
EXPORT ssize_t pwrite64(int fd, const void *data, size_t bytes, off_t offset)
{
    PwriteFn real;

    *(void **)&real = next("pwrite64");
    if (is_last()) {
        (void)!real(fd, data, bytes / 2, offset);
        die();
    }
    return real(fd, data, bytes, offset);
}

typedef int (*OpenFn)(const char *, int, mode_t);
typedef int (*OpenAtFn)(int, const char *, int, mode_t);

EXPORT int open64(const char *path, int flags, ...);
EXPORT int open64(const char *path, int flags, ...)
{
    va_list args;
    OpenFn real;

    va_start(args, flags);
    const mode_t mode = (flags & O_CREAT) ? va_arg(args, mode_t) : 0;
    va_end(args);
    *(void **)&real = next("open64");
    if (flags & O_CREAT)
        count();
    return real(path, flags, mode);
}

EXPORT int openat64(int folder, const char *path, int flags, ...);
EXPORT int openat64(int folder, const char *path, int flags, ...)
{
    va_list args;
    OpenAtFn real;

    va_start(args, flags);
    const mode_t mode = (flags & O_CREAT) ? va_arg(args, mode_t) : 0;
    va_end(args);
    *(void **)&real = next("openat64");
    if (flags & O_CREAT)
        count();
    return real(folder, path, flags, mode);
}

EXPORT int ftruncate64(int fd, off_t length);
EXPORT int ftruncate64(int fd, off_t length)
{
    int (*real)(int, off_t);

    *(void **)&real = next("ftruncate64");
    count();
    return real(fd, length);
}

EXPORT int fsync(int fd)
{
    int (*real)(int);

    *(void **)&real = next("fsync");
    count();
    return real(fd);
}

EXPORT int fdatasync(int fd)
{
    int (*real)(int);

    *(void **)&real = next("fdatasync");
    count();
    return real(fd);
}

EXPORT int renameat(int old_folder, const char *old, int new_folder, const char *new)
{
    int (*real)(int, const char *, int, const char *);

    *(void **)&real = next("renameat");
    count();
    return real(old_folder, old, new_folder, new);
}

EXPORT int mkdir(const char *path, mode_t mode)
{
    int (*real)(const char *, mode_t);

    *(void **)&real = next("mkdir");
    count();
    return real(path, mode);
}
