/* SPDX-License-Identifier: Apache-2.0 */
#include "support/scratch_dir.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void must(int ok, const char *what)
{
    if (!ok) {
        perror(what);
        abort();
    }
}

void scratch_dir_init(ScratchDir *dir)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(dir->path, sizeof dir->path, "%s/volo-test-XXXXXX", tmp ? tmp : "/tmp");
    must(mkdtemp(dir->path) != NULL, dir->path);
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

void scratch_dir_clear(ScratchDir *dir)
{
    must(nftw(dir->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0, dir->path);
}

const char *scratch_path(const ScratchDir *dir, const char *name)
{
    static char buffer[8][512];
    static unsigned next;
    char *path = buffer[next++ % 8];

    snprintf(path, sizeof buffer[0], "%s/%s", dir->path, name);
    return path;
}

const char *scratch_write(const ScratchDir *dir, const char *name, const void *data, size_t bytes)
{
    const char *path = scratch_path(dir, name);

    remove(path); /* ext4 waits for the disk when a file is refilled in place */
    FILE *file = fopen(path, "wb");

    must(file != NULL, path);
    must(fwrite(data, 1, bytes, file) == bytes, path);
    must(fclose(file) == 0, path);
    return path;
}

int scratch_setup(void **state)
{
    ScratchDir *dir = calloc(1, sizeof *dir);

    must(dir != NULL, "ScratchDir");
    scratch_dir_init(dir);
    *state = dir;
    return 0;
}

int scratch_teardown(void **state)
{
    scratch_dir_clear(*state);
    free(*state);
    return 0;
}
