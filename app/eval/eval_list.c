/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, selecting and naming the pairs of an evaluation. */
#include "app/eval/eval_list.h"

#include <volo/journal.h>

#include "app/common/exit_codes.h"
#include "app/common/messages.h"
#include "app/common/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

VoloPair eval_list_pair(const EvalList *list, size_t position, VoloPairBuffer *buffer)
{
    return volo_dataset_pair(list->dataset, list->pair[position], buffer);
}

const char *eval_list_name(const EvalList *list, size_t position)
{
    return volo_dataset_pair_name(list->dataset, list->pair[position]);
}

/* --- what a list names --- */

/* The index of a name in the data set; its count when there is none. */
static size_t find_name(const VoloDataset *dataset, const char *name)
{
    size_t low = 0, high = volo_dataset_count(dataset);

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(name, volo_dataset_pair_name(dataset, middle));

        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return volo_dataset_count(dataset);
}

/* Reads indices into wanted [count of the data set], each at most once. */
static int read_names(const VoloDataset *dataset, const char *path, FILE *file, uint32_t *wanted,
                      size_t *ret_count)
{
    char *line = NULL;
    size_t room = 0, count = 0, number = 0;
    ssize_t length;
    int code = 0;
    bool *const seen = calloc(volo_dataset_count(dataset) + 1, sizeof *seen);

    if (!seen)
        return exit_no_memory("the list of pairs");
    while (!code && (length = getline(&line, &room, file)) >= 0) {
        number++;
        while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
            line[--length] = '\0';
        const size_t index = find_name(dataset, line);
        if (length == 0)
            continue;
        if (index == volo_dataset_count(dataset) || seen[index]) {
            message_error("'%s', line %zu: '%s' %s", path, number, line,
                          index == volo_dataset_count(dataset) ? "is no pair of the data set"
                                                               : "is named twice");
            code = EXIT_DATA;
        } else {
            seen[index] = true;
            wanted[count++] = (uint32_t)index;
        }
    }
    free(line);
    free(seen);
    *ret_count = count;
    return code;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* From pairs as they were named to positions. */
static void sort_names(EvalList *list)
{
    memcpy(list->order, list->pair, list->count * sizeof *list->order);
    qsort(list->pair, list->count, sizeof *list->pair, by_number);
    for (size_t i = 0; i < list->count; i++) {
        const uint32_t *at =
            bsearch(&list->order[i], list->pair, list->count, sizeof *list->pair, by_number);

        list->order[i] = (uint32_t)(at - list->pair);
    }
}

static int select_named(EvalList *list, const char *path)
{
    FILE *const file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

    if (!file) {
        message_error("'%s': %s", path, strerror(errno));
        return EXIT_DATA;
    }
    list->order = calloc(volo_dataset_count(list->dataset) + 1, sizeof *list->order);
    int code = list->order ? 0 : exit_no_memory("the list of pairs");
    if (!code)
        code = read_names(list->dataset, path, file, list->pair, &list->count);
    if (file != stdin)
        fclose(file);
    if (!code && list->count == 0) {
        message_error("'%s' names no pairs", path);
        code = EXIT_DATA;
    }
    if (!code)
        sort_names(list);
    return code;
}

/* --- digests --- */

static void put_size(FILE *stream, const char *path)
{
    struct stat info;

    if (path && stat(path, &info) == 0)
        fprintf(stream, "\t%" PRIu64, (uint64_t)info.st_size);
    else
        fputs("\t-", stream);
}

/* Names of all pairs, and with files the sizes of what belongs to them. */
static int digest(const EvalList *list, bool files, char ret_hex[65])
{
    VoloPairBuffer buffer;
    char *text = NULL;
    size_t bytes = 0;
    FILE *const stream = open_memstream(&text, &bytes);

    if (!stream)
        return exit_no_memory("the list of pairs");
    for (size_t i = 0; i < list->count; i++) {
        const VoloPair pair = eval_list_pair(list, i, &buffer);

        fputs(pair.name, stream);
        if (files) {
            put_size(stream, list->images == IMAGES_NEEDED ? pair.image : NULL);
            put_size(stream, pair.labels);
            put_size(stream, pair.instances);
            put_size(stream, pair.prediction);
        }
        putc('\0', stream);
    }
    const bool failed = ferror(stream) != 0;
    if (fclose(stream) || failed || !text) {
        free(text);
        return exit_no_memory("the list of pairs");
    }
    volo_journal_digest(text, bytes, ret_hex);
    free(text);
    return 0;
}

/* --- opening --- */

static void leave_out(const VoloError *problem, void *user)
{
    EvalList *const list = user;

    message_error("%s", problem->message);
    list->left_out++;
}

static void print_problem(const VoloError *problem, void *user)
{
    (void)user;
    message_error("%s", problem->message);
}

/* Of pairs that may not have been selected: those that were are found out about one by one. */
static void ignore_problem(const VoloError *problem, void *user)
{
    (void)problem, (void)user;
}

static int match_predictions(EvalList *list, const DataOptions *o, const char *folder)
{
    const VoloProblemFn problem = o->files           ? ignore_problem
                                  : list->keep_going ? print_problem
                                                     : NULL;
    VoloError err;

    list->told = problem == print_problem;
    if (volo_dataset_match_predictions(list->dataset, folder, problem, list, &err))
        return exit_refuse(SUBJECT_DATA, &err);
    return 0;
}

static int open_files(EvalList *list, const DataOptions *o)
{
    VoloDatasetFiles files = o->pairs;
    VoloError err;

    files.name = o->dataset;
    if (volo_dataset_open_files(&files, &list->dataset, &err))
        return exit_refuse(SUBJECT_DATA, &err);
    return 0;
}

static int open_dataset(EvalList *list, const DataOptions *o, const char *predictions)
{
    VoloDatasetOptions options = {
        .name = o->dataset,
        .root = o->root,
        .split = o->split,
        .kind = (VoloLabelKind)o->kind,
        .without_images = list->images == IMAGES_NONE,
        .images = o->images,
        .labels = o->labels,
        .table = o->table,
        .user = list,
    };
    VoloError err;
    VoloStatus status = VOLO_ERR_MISSING;

    if (list->images == IMAGES_IF_THERE) {
        status = volo_dataset_open(&options, &list->dataset, &err);
        options.without_images = true;
    }
    options.problem = list->keep_going ? leave_out : NULL;
    if (status && volo_dataset_open(&options, &list->dataset, &err))
        return exit_refuse(SUBJECT_DATA, &err);
    return predictions ? match_predictions(list, o, predictions) : 0;
}

static void select_all(EvalList *list)
{
    while (list->count < volo_dataset_count(list->dataset)) {
        list->pair[list->count] = (uint32_t)list->count;
        list->count++;
    }
}

int eval_list_open(EvalList *list, const DataOptions *o, EvalImages images, const char *predictions,
                   bool keep_going)
{
    *list = (EvalList){ .images = images, .keep_going = keep_going };
    int code = o->pairs.count ? open_files(list, o) : open_dataset(list, o, predictions);

    if (!code) {
        list->pair = calloc(volo_dataset_count(list->dataset) + 1, sizeof *list->pair);
        if (!list->pair)
            code = exit_no_memory("the list of pairs");
    }
    if (!code && o->files)
        code = select_named(list, o->files);
    else if (!code)
        select_all(list);
    if (!code && list->count == 0) {
        message_error("there is nothing to evaluate");
        code = EXIT_DATA;
    }
    if (!code && list->count == volo_dataset_count(list->dataset))
        volo_dataset_digest(list->dataset, list->digest);
    else if (!code)
        code = digest(list, false, list->digest);
    if (!code)
        code = digest(list, true, list->contents);
    if (code)
        eval_list_clear(list);
    return code;
}

void eval_list_clear(EvalList *list)
{
    volo_dataset_free(list->dataset);
    free(list->pair);
    free(list->order);
    *list = (EvalList){ .count = 0 };
}

int eval_list_print(const EvalList *list)
{
    for (size_t i = 0; i < list->count; i++) {
        report_text(stdout, eval_list_name(list, i));
        putchar('\n');
    }
    return report_flush();
}
