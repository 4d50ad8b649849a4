/* SPDX-License-Identifier: Apache-2.0 */
/* Walks a tree of folders; one stays open for each level, never more than DEEPEST. */
#include "base/folder_walk.h"

#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define DEEPEST 32u
#define PATH_BYTES 4096u

typedef struct Walk {
    char path[PATH_BYTES]; /* of the current file or folder */
    size_t root;           /* bytes of path before what fn gets */
    size_t depth;
    VoloFileFn fn;
    void *user;
    VoloError *err;
} Walk;

static VoloStatus walk_folder(Walk *w, size_t length);

/* The entry whose path of length bytes is in w->path. Links are followed; what has vanished since
 * it was listed, and dangling links, count as files: whoever opens them says so. */
static VoloStatus visit(Walk *w, size_t length, unsigned char type)
{
    struct stat st;

    if (type == DT_UNKNOWN || type == DT_LNK) {
        const bool folder = stat(w->path, &st) == 0 && S_ISDIR(st.st_mode);
        type = folder ? DT_DIR : DT_REG;
    }
    return type == DT_DIR ? walk_folder(w, length) : w->fn(w->path + w->root, w->user);
}

static VoloStatus walk_entries(Walk *w, DIR *folder, size_t length)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (!entry && errno)
            return volo_fail_errno(w->err, errno, "cannot list '%s'", w->path);
        if (!entry)
            return VOLO_OK;
        if (entry->d_name[0] == '.')
            continue;
        const size_t more = strlen(entry->d_name);
        if (length + 1 + more >= sizeof w->path)
            return volo_fail(w->err, VOLO_ERR_LIMIT, "below '%.100s': a path over %u bytes",
                             w->path, PATH_BYTES - 1);
        w->path[length] = '/';
        memcpy(w->path + length + 1, entry->d_name, more + 1);
        VOLO_TRY(visit(w, length + 1 + more, entry->d_type));
        w->path[length] = '\0';
    }
}

/* length: of w->path, which is the folder's. */
static VoloStatus walk_folder(Walk *w, size_t length)
{
    if (w->depth == DEEPEST)
        return volo_fail(w->err, VOLO_ERR_LIMIT, "'%.150s': more than %u folders deep", w->path,
                         DEEPEST);
    DIR *folder = opendir(w->path);
    if (!folder)
        return volo_fail_errno(w->err, errno, "cannot list '%s'", w->path);
    w->depth++;
    const VoloStatus status = walk_entries(w, folder, length);
    w->depth--;
    closedir(folder);
    return status;
}

VoloStatus volo_folder_walk(const char *folder, VoloFileFn fn, void *user, VoloError *err)
{
    Walk w = { .fn = fn, .user = user, .err = err };
    size_t length = strlen(folder);

    while (length > 1 && folder[length - 1] == '/')
        length--;
    if (length == 0 || length >= sizeof w.path)
        return volo_fail(err, VOLO_ERR_LIMIT, "'%.100s': no path of 1 to %u bytes", folder,
                         PATH_BYTES - 1);
    memcpy(w.path, folder, length);
    w.root = length == 1 && *folder == '/' ? 1 : length + 1;
    return walk_folder(&w, length == 1 && *folder == '/' ? 0 : length);
}

bool volo_folder_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}
