/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting pictures from arguments, folders and lists. */
#include "app/common/inputs.h"

#include "app/common/startup.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool file_id(const char *path, FileId *ret)
{
    struct stat info;

    if (stat(path, &info))
        return false;
    *ret = (FileId){ info.st_dev, info.st_ino };
    return true;
}

int file_id_compare(const void *a, const void *b)
{
    const FileId *x = a, *y = b;

    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    return x->inode < y->inode ? -1 : x->inode > y->inode;
}

void input_list_clear(InputList *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->item[i].path);
        free(list->item[i].folder);
        free(list->item[i].problem);
    }
    free(list->item);
    list->item = NULL;
    list->count = list->room = 0;
}

static VoloStatus refuse_memory(VoloError *err)
{
    return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for the list of pictures");
}

static bool grow(InputList *list)
{
    const size_t room = list->room ? 2 * list->room : 64;
    Input *const item = realloc(list->item, room * sizeof *item);

    if (!item)
        return false;
    list->item = item;
    list->room = room;
    return true;
}

static VoloStatus add(InputList *list, const char *path, const char *folder, const char *problem,
                      VoloError *err)
{
    if (list->count == list->room && !grow(list))
        return refuse_memory(err);
    Input *const input = &list->item[list->count++];
    *input = (Input){ strdup(path), strdup(folder), problem ? strdup(problem) : NULL };
    if (!input->path || !input->folder || (problem && !input->problem))
        return refuse_memory(err);
    return VOLO_OK;
}

/* A folder on the way down, linked to those above it. */
typedef struct Step {
    FileId id;
    const struct Step *above;
} Step;

static bool on_the_way(const Step *step, FileId id)
{
    for (; step; step = step->above) {
        if (file_id_compare(&step->id, &id) == 0)
            return true;
    }
    return false;
}

static bool is_skipped(const InputList *list, FileId id)
{
    for (size_t i = 0; i < list->skip_count; i++) {
        if (file_id_compare(&list->skip[i], &id) == 0)
            return true;
    }
    return false;
}

static bool is_picture(const char *name)
{
    static const char *const endings[] = { "png", "jpg", "jpeg", "ppm", "pgm" };
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++) {
        if (strcasecmp(dot + 1, endings[i]) == 0)
            return true;
    }
    return false;
}

/* "folder/name", or name where folder is empty; NULL when memory is refused. */
static char *join(const char *folder, const char *name)
{
    const size_t length = strlen(folder);
    const char *slash = length == 0 || folder[length - 1] == '/' ? "" : "/";
    char *path;

    return asprintf(&path, "%s%s%s", folder, slash, name) < 0 ? NULL : path;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static VoloStatus walk(InputList *list, const char *path, const char *folder, const Step *above,
                       VoloError *err);

/* One name found in the folder that is at path, and at folder below the argument. */
static VoloStatus visit(InputList *list, const char *path, const char *folder, const char *name,
                        const Step *here, VoloError *err)
{
    char *const below = join(path, name), *const inner = join(folder, name);
    VoloStatus status = VOLO_OK;
    struct stat info;

    if (!below || !inner) {
        status = refuse_memory(err);
    } else if (stat(below, &info) == 0 && S_ISDIR(info.st_mode)) {
        const FileId id = { info.st_dev, info.st_ino };

        if (!is_skipped(list, id) && !on_the_way(here, id))
            status = walk(list, below, inner, here, err);
    } else if (is_picture(name)) {
        status = add(list, below, folder, NULL, err);
    }
    free(below);
    free(inner);
    return status;
}

static VoloStatus walk(InputList *list, const char *path, const char *folder, const Step *above,
                       VoloError *err)
{
    Step here = { .above = above };
    struct dirent **entry = NULL;
    VoloStatus status = VOLO_OK;
    char problem[160];

    file_id(path, &here.id);
    const int count = scandir(path, &entry, is_visible, by_bytes);
    if (count < 0) {
        snprintf(problem, sizeof problem, "the folder cannot be read: %s", strerror(errno));
        return add(list, path, folder, problem, err);
    }
    for (int i = 0; i < count; i++) {
        if (!status && interrupt_signal())
            status = volo_fail(err, VOLO_ERR_CANCELLED, "interrupted");
        if (!status)
            status = visit(list, path, folder, entry[i]->d_name, &here, err);
        free(entry[i]);
    }
    free(entry);
    return status;
}

VoloStatus input_list_add(InputList *list, const char *argument, VoloError *err)
{
    const size_t before = list->count;
    struct stat info;

    if (stat(argument, &info) || !S_ISDIR(info.st_mode))
        return add(list, argument, "", NULL, err);
    const VoloStatus status = walk(list, argument, "", NULL, err);
    if (status || list->count > before)
        return status;
    return add(list, argument, "", "no pictures in this folder (png jpg jpeg ppm pgm)", err);
}

static VoloStatus add_lines(InputList *list, FILE *file, const char *path, bool nul, VoloError *err)
{
    VoloStatus status = VOLO_OK;
    char *line = NULL;
    size_t room = 0;
    ssize_t length;

    while (!status && (length = getdelim(&line, &room, nul ? '\0' : '\n', file)) > 0) {
        if (!nul && line[length - 1] == '\n')
            line[length - 1] = '\0';
        if (*line)
            status = input_list_add(list, line, err);
    }
    if (!status && interrupt_signal())
        status = volo_fail(err, VOLO_ERR_CANCELLED, "interrupted");
    if (!status && ferror(file))
        status = volo_fail(err, VOLO_ERR_IO, "'%s': %s", path, strerror(errno));
    free(line);
    return status;
}

VoloStatus input_list_add_from(InputList *list, const char *path, bool nul, VoloError *err)
{
    if (strcmp(path, "-") == 0)
        return add_lines(list, stdin, path, nul, err);
    FILE *const file = fopen(path, "re");
    if (!file)
        return volo_fail(err, VOLO_ERR_IO, "'%s': %s", path, strerror(errno));
    const VoloStatus status = add_lines(list, file, path, nul, err);
    fclose(file);
    return status;
}
