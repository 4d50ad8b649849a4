/* SPDX-License-Identifier: Apache-2.0 */
/* Replays inputs without libFuzzer: standalone FILE-OR-FOLDER...; says how many there were. */
#include "fuzz/fuzz_input.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static size_t replayed;

static void fail(const char *path)
{
    perror(path);
    exit(1);
}

static void replay_file(const char *path, size_t bytes)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(bytes); /* exactly, so that a sanitizer sees one byte too many */

    if (!file || (!data && bytes) || fread(data, 1, bytes, file) != bytes)
        fail(path);
    fclose(file);
    LLVMFuzzerTestOneInput(data, bytes);
    free(data);
    replayed++;
}

static void replay(const char *path);

static void replay_folder(const char *path)
{
    struct dirent **names;
    const int count = scandir(path, &names, NULL, alphasort);

    if (count < 0)
        fail(path);
    for (int i = 0; i < count; i++) {
        char file[4096];

        if (names[i]->d_name[0] != '.') {
            snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
            replay(file);
        }
        free(names[i]);
    }
    free(names);
}

static void replay(const char *path)
{
    struct stat st;

    if (stat(path, &st))
        fail(path);
    if (S_ISDIR(st.st_mode))
        replay_folder(path);
    else
        replay_file(path, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    printf("%zu inputs replayed\n", replayed);
    return replayed == 0;
}
