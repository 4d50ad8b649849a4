/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of a training. */
#include "app/train/run_folder.h"

#include "app/common/outputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

static char *join(const char *folder, const char *name)
{
    const size_t length = strlen(folder);
    char *path = NULL;

    if (asprintf(&path, "%s%s%s", folder, length && folder[length - 1] == '/' ? "" : "/", name) < 0)
        return NULL;
    return path;
}

VoloStatus run_folder_name(RunFolder *f, const char *path, VoloError *err)
{
    *f = (RunFolder){ .path = strdup(path),
                      .config = join(path, "config.json"),
                      .log = join(path, "log.jsonl"),
                      .last = join(path, "last.safetensors"),
                      .best = join(path, "best.safetensors"),
                      .states = join(path, "state"),
                      .state = join(path, "state/training.state"),
                      .curves_svg = join(path, "curves.svg"),
                      .curves_png = join(path, "curves.png"),
                      .report = join(path, "report.html"),
                      .lock = join(path, "state/lock"),
                      .lock_fd = -1 };
    if (f->path && f->config && f->log && f->last && f->best && f->states && f->state &&
        f->curves_svg && f->curves_png && f->report && f->lock)
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for a path");
}

static VoloStatus refused(VoloError *err, const char *path)
{
    const bool full = errno == ENOSPC || errno == EDQUOT;

    return volo_fail(err, full ? VOLO_ERR_SPACE : VOLO_ERR_IO, "'%s': %s", path, strerror(errno));
}

/* What a killed training was writing: nobody else writes here now. */
static void remove_leftovers(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;

    while (folder && (entry = readdir(folder)) != NULL) {
        if (fnmatch(".volo-*.tmp", entry->d_name, FNM_PERIOD) == 0)
            unlinkat(dirfd(folder), entry->d_name, 0);
    }
    if (folder)
        closedir(folder);
}

VoloStatus run_folder_lock(RunFolder *f, VoloError *err)
{
    const VoloStatus status = output_make_folders(f->lock, err);

    if (status)
        return status;
    f->lock_fd = open(f->lock, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (f->lock_fd < 0)
        return refused(err, f->lock);
    if (flock(f->lock_fd, LOCK_EX | LOCK_NB) == 0) {
        remove_leftovers(f->path);
        remove_leftovers(f->states);
        return VOLO_OK;
    }
    if (errno == EWOULDBLOCK)
        return volo_fail(err, VOLO_ERR_IO, "'%s' is in use by another training", f->path);
    return refused(err, f->lock);
}

bool run_folder_has_state(const RunFolder *f)
{
    return access(f->state, F_OK) == 0;
}

VoloStatus run_folder_check_room(const RunFolder *f, uint64_t bytes, VoloError *err)
{
    struct statvfs st;

    if (statvfs(f->path, &st) != 0)
        return refused(err, f->path);
    const uint64_t room = (uint64_t)st.f_bavail * st.f_frsize;
    if (room >= bytes)
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_SPACE,
                     "'%s': a checkpoint takes %llu MiB, but only %llu MiB are free", f->path,
                     (unsigned long long)(bytes >> 20) + 1, (unsigned long long)(room >> 20));
}

VoloStatus run_folder_empty(const RunFolder *f, VoloError *err)
{
    const char *const paths[] = { f->state,      f->best,       f->last,  f->log,
                                  f->curves_svg, f->curves_png, f->report };

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (unlink(paths[i]) != 0 && errno != ENOENT)
            return refused(err, paths[i]);
    }
    return VOLO_OK;
}

void run_folder_clear(RunFolder *f)
{
    if (f->lock_fd >= 0)
        close(f->lock_fd);
    free(f->path);
    free(f->config);
    free(f->log);
    free(f->last);
    free(f->best);
    free(f->states);
    free(f->state);
    free(f->curves_svg);
    free(f->curves_png);
    free(f->report);
    free(f->lock);
    *f = (RunFolder){ .lock_fd = -1 };
}
