/* SPDX-License-Identifier: Apache-2.0 */
/* Naming, checking and making room for output files. */
#include "app/common/outputs.h"

#include <volo/registry.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static VoloStatus refuse_memory(VoloError *err)
{
    return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for the list of outputs");
}

static VoloStatus refuse_errno(VoloError *err, int reason, const char *path)
{
    const bool full = reason == ENOSPC || reason == EDQUOT;

    return volo_fail(err, full ? VOLO_ERR_SPACE : VOLO_ERR_IO, "'%s': %s", path, strerror(reason));
}

/* The last part of a path, and its length without the ending. */
static const char *stem_of(const char *path, size_t *ret_length)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');

    *ret_length = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    return name;
}

char *output_path(const Outputs *outputs, const char *kind, const Input *input)
{
    size_t length;
    const char *stem = stem_of(input->path, &length);
    char *path;

    if (asprintf(&path, "%s/%s/%s%s%.*s.png", outputs->folder, kind, input->folder,
                 *input->folder ? "/" : "", (int)length, stem) < 0)
        return NULL;
    return path;
}

FileId *output_folders(const char *folder, size_t *ret_count)
{
    const size_t kinds = volo_registry_count(VOLO_DUMPS);
    FileId *const id = calloc(kinds + 1, sizeof *id);
    size_t count = 0;

    *ret_count = 0;
    if (!id)
        return NULL;
    if (file_id(folder, &id[count]))
        count++;
    for (size_t i = 0; i < kinds; i++) {
        char *path;

        if (asprintf(&path, "%s/%s", folder, volo_registry_entry(VOLO_DUMPS, i).name) < 0)
            continue;
        if (file_id(path, &id[count]))
            count++;
        free(path);
    }
    *ret_count = count;
    return id;
}

/* An input and the name it gives to its outputs. */
typedef struct Named {
    char *name;
    const Input *input;
} Named;

/* Of equal names the input that came first comes first. */
static int by_name(const void *a, const void *b)
{
    const Named *x = a, *y = b;
    const int order = strcmp(x->name, y->name);

    return order ? order : x->input < y->input ? -1 : x->input > y->input;
}

/* The names of all inputs but those that failed already, [*ret_count]; names are the caller's. */
static VoloStatus name_inputs(const InputList *list, Named *named, size_t *ret_count,
                              VoloError *err)
{
    const Outputs nameless = { .folder = "" };
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (list->item[i].problem)
            continue;
        named[count].input = &list->item[i];
        named[count].name = output_path(&nameless, "", &list->item[i]);
        if (!named[count].name)
            return refuse_memory(err);
        *ret_count = ++count;
    }
    return VOLO_OK;
}

static VoloStatus refuse_clashes(const InputList *list, VoloError *err)
{
    Named *const named = calloc(list->count ? list->count : 1, sizeof *named);
    size_t count = 0;

    if (!named)
        return refuse_memory(err);
    VoloStatus status = name_inputs(list, named, &count, err);
    if (!status)
        qsort(named, count, sizeof *named, by_name);
    for (size_t i = 1; !status && i < count; i++) {
        if (strcmp(named[i - 1].name, named[i].name) == 0)
            status = volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' and '%s' would give the same output",
                               named[i - 1].input->path, named[i].input->path);
    }
    for (size_t i = 0; i < count; i++)
        free(named[i].name);
    free(named);
    return status;
}

/* Sorted ids of all inputs and further files that exist; the caller's. NULL: memory refused. */
static FileId *read_files(const InputList *list, const char *const *further, size_t further_count,
                          size_t *ret_count)
{
    FileId *const id = calloc(list->count + further_count + 1, sizeof *id);
    size_t count = 0;

    if (!id)
        return NULL;
    for (size_t i = 0; i < list->count; i++)
        count += file_id(list->item[i].path, &id[count]);
    for (size_t i = 0; i < further_count; i++)
        count += further[i] && file_id(further[i], &id[count]);
    qsort(id, count, sizeof *id, file_id_compare);
    *ret_count = count;
    return id;
}

static VoloStatus refuse_overwriting(const char *path, const FileId *read, size_t count,
                                     VoloError *err)
{
    FileId id;

    if (!file_id(path, &id) || !bsearch(&id, read, count, sizeof id, file_id_compare))
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_ARGUMENT, "the output '%s' would overwrite an input", path);
}

static VoloStatus check_outputs_of(const Outputs *outputs, const Input *input, const char *extra,
                                   const FileId *read, size_t count, VoloError *err)
{
    VoloStatus status = VOLO_OK;

    for (size_t i = 0; !status && i < outputs->kind_count; i++) {
        char *const path = output_path(outputs, outputs->kind[i], input);

        if (!path)
            return refuse_memory(err);
        status = refuse_overwriting(path, read, count, err);
        if (!status && extra && strcmp(path, extra) == 0)
            status = volo_fail(err, VOLO_ERR_ARGUMENT, "two outputs are named '%s'", extra);
        free(path);
    }
    return status;
}

VoloStatus outputs_check(const Outputs *outputs, const InputList *list, const char *extra,
                         const char *const *further, size_t further_count, VoloError *err)
{
    size_t count;
    VoloStatus status = refuse_clashes(list, err);

    if (status)
        return status;
    FileId *const read = read_files(list, further, further_count, &count);
    if (!read)
        return refuse_memory(err);
    if (extra)
        status = refuse_overwriting(extra, read, count, err);
    for (size_t i = 0; !status && i < list->count; i++)
        status = check_outputs_of(outputs, &list->item[i], extra, read, count, err);
    free(read);
    return status;
}

/* Makes path and the folders above it; path is written to and restored. */
static VoloStatus make_folder(char *path, VoloError *err)
{
    for (char *slash = path + 1; *slash; slash++) {
        if (*slash != '/')
            continue;
        *slash = '\0';
        const int failed = mkdir(path, 0777) && errno != EEXIST ? errno : 0;
        if (failed)
            refuse_errno(err, failed, path);
        *slash = '/';
        if (failed)
            return failed == ENOSPC || failed == EDQUOT ? VOLO_ERR_SPACE : VOLO_ERR_IO;
    }
    return VOLO_OK;
}

VoloStatus output_make_folders(const char *path, VoloError *err)
{
    char *const copy = strdup(path);

    if (!copy)
        return refuse_memory(err);
    const VoloStatus status = make_folder(copy, err);
    free(copy);
    return status;
}

static VoloStatus check_folder(const char *path, VoloError *err)
{
    struct stat info;

    if (stat(path, &info))
        return refuse_errno(err, errno, path);
    if (!S_ISDIR(info.st_mode))
        return refuse_errno(err, ENOTDIR, path);
    if (access(path, W_OK | X_OK))
        return refuse_errno(err, errno, path);
    return VOLO_OK;
}

VoloStatus outputs_prepare(const Outputs *outputs, VoloError *err)
{
    VoloStatus status = VOLO_OK;

    for (size_t i = 0; !status && i < outputs->kind_count; i++) {
        char *path;

        if (asprintf(&path, "%s/%s/", outputs->folder, outputs->kind[i]) < 0)
            return refuse_memory(err);
        status = output_make_folders(path, err);
        if (!status)
            status = check_folder(path, err);
        free(path);
    }
    return status;
}

VoloStatus output_check_file(const char *path, VoloError *err)
{
    const char *slash = strrchr(path, '/');
    struct stat info;

    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return refuse_errno(err, EISDIR, path);
    char *const folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    if (!folder)
        return refuse_memory(err);
    const VoloStatus status = check_folder(folder, err);
    free(folder);
    return status;
}
