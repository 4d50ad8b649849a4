/* SPDX-License-Identifier: Apache-2.0 */
/* volo-eval merge: journals of parts become the result that one run would have given. */
#include "app/common/inputs.h"
#include "app/common/outputs.h"
#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/eval/eval_commands.h"
#include "app/eval/eval_finish.h"
#include "app/eval/eval_settings.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct MergeOptions {
    GeneralOptions general;
    MetricChoice metrics;
    OutputOptions outputs;
    struct {
        const char *out; /* folder, or NULL */
        bool keep_going;
    } own;
} MergeOptions;

#define OWN(field) (offsetof(MergeOptions, own.field) - offsetof(MergeOptions, own))
static const OptionRow own_rows[] = {
    { "out", 'o', option_text, "DIR", "write result.json, result.csv, result.md, images.csv there",
      OWN(out), WORDS_FOLDER, 0, 0 },
    { "keep-going", 0, option_set, NULL, "leave out pairs that failed", OWN(keep_going), WORDS_NONE,
      0, 0 },
};
#undef OWN

#define ROWS(rows) rows, sizeof rows / sizeof *rows
const OptionGroup cmd_merge_groups[] = {
    { "Merging", ROWS(own_rows), offsetof(MergeOptions, own) },
    { "Figures", eval_metric_rows, EVAL_CONVENTION_ROW_COUNT, offsetof(MergeOptions, metrics) },
    { "Output", eval_output_rows, EVAL_OUTPUT_ROW_COUNT, offsetof(MergeOptions, outputs) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, offsetof(MergeOptions, general) },
};
#undef ROWS

typedef struct Part {
    char *path; /* of the journal */
    FileId id;
    VoloJournal *journal;
} Part;

typedef struct Merge {
    const MergeOptions *o;
    Part *part; /* [count] */
    size_t count;
    size_t total;       /* pairs */
    uint32_t *in;       /* [total] 1 + the part of each pair */
    uint32_t *position; /* [done] of pairs that were counted */
    size_t done;
    char **failed; /* [failed_count] names */
    size_t failed_count;
    Settings settings;
    VoloLabelSpace *space;
    VoloEvaluation *evaluation;
    VoloImageRecord *record;
} Merge;

/* --- finding parts --- */

/* Takes over path. The same journal under two names is one part. */
static int add_part(Merge *merge, char *path)
{
    Part *const part = path ? realloc(merge->part, (merge->count + 1) * sizeof *merge->part) : NULL;
    FileId id = { 0, 0 };

    if (!part) {
        free(path);
        return exit_no_memory("merging");
    }
    merge->part = part;
    file_id(path, &id);
    for (size_t i = 0; i < merge->count; i++) {
        if (file_id_compare(&part[i].id, &id) == 0) {
            free(path);
            return 0;
        }
    }
    part[merge->count++] = (Part){ .path = path, .id = id };
    return 0;
}

static char *join(const char *folder, const char *name, const char *file)
{
    char *path;

    return asprintf(&path, "%s/%s%s%s", folder, name, *name ? "/" : "", file) < 0 ? NULL : path;
}

static int is_shard(const struct dirent *entry)
{
    return strncmp(entry->d_name, "shard-", 6) == 0;
}

static int add_shards(Merge *merge, const char *folder)
{
    struct dirent **entry = NULL;
    const int count = scandir(folder, &entry, is_shard, alphasort);
    int code = 0;

    if (count < 0) {
        message_error("'%s': %s", folder, strerror(errno));
        return EXIT_DATA;
    }
    for (int i = 0; i < count; i++) {
        char *const path = code ? NULL : join(folder, entry[i]->d_name, "journal");

        if (!code && path && access(path, F_OK))
            free(path);
        else if (!code)
            code = add_part(merge, path);
        free(entry[i]);
    }
    free(entry);
    return code;
}

/* The journal in a folder, and those of the shards in it. */
static int add_folder(Merge *merge, const char *folder)
{
    const size_t before = merge->count;
    char *const path = join(folder, "", "journal");
    int code = 0;

    if (path && access(path, F_OK))
        free(path);
    else
        code = add_part(merge, path);
    if (!code)
        code = add_shards(merge, folder);
    if (code || merge->count > before)
        return code;
    message_error("'%s' holds no journal", folder);
    return EXIT_DATA;
}

/* --- opening and comparing --- */

static int compare(const Merge *merge, const Part *part)
{
    const Part *first = &merge->part[0];
    Settings other;
    VoloError err;
    int code = 0;

    if (volo_journal_total(part->journal) == merge->total &&
        strcmp(volo_journal_settings(part->journal), volo_journal_settings(first->journal)) == 0)
        return 0;
    if (settings_read(volo_journal_settings(part->journal), &other, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    for (size_t i = 0; i < merge->settings.count && !code; i++) {
        const char *key = merge->settings.item[i].key, *value = settings_get(&other, key);

        if (value && strcmp(value, settings_get(&merge->settings, key)) == 0)
            continue;
        message_error("'%s' and '%s' are no parts of one evaluation: %s is '%s' and '%s'",
                      first->path, part->path, key, merge->settings.item[i].value,
                      value ? value : "");
        code = EXIT_DATA;
    }
    settings_free(&other);
    if (!code)
        message_error("'%s' and '%s' are no parts of one evaluation", first->path, part->path);
    return EXIT_DATA;
}

static int open_part(Merge *merge, Part *part)
{
    VoloError err;

    if (volo_journal_open(part->path, VOLO_JOURNAL_READ, 0, NULL, &part->journal, &err))
        return exit_refuse(SUBJECT_DATA, &err);
    if (part > merge->part)
        return compare(merge, part);
    merge->total = volo_journal_total(part->journal);
    merge->in = calloc(merge->total + 1, sizeof *merge->in);
    merge->position = calloc(merge->total + 1, sizeof *merge->position);
    merge->failed = calloc(merge->total + 1, sizeof *merge->failed);
    if (!merge->in || !merge->position || !merge->failed)
        return exit_no_memory("merging");
    if (settings_read(volo_journal_settings(part->journal), &merge->settings, &err) ||
        settings_space(&merge->settings, &merge->space, &err) ||
        volo_evaluation_new(merge->space, &merge->evaluation, &err) ||
        volo_image_record_new(&merge->record, &err))
        return exit_refuse(SUBJECT_DATA, &err);
    return 0;
}

/* Notes whose each pair is; refuses overlap. */
static int claim(Merge *merge, size_t number)
{
    const Part *part = &merge->part[number];

    for (size_t i = 0; i < merge->total; i++) {
        if (!volo_journal_has(part->journal, i))
            continue;
        if (merge->in[i]) {
            message_error("pair %zu of %zu is both in '%s' and in '%s'", i + 1, merge->total,
                          merge->part[merge->in[i] - 1].path, part->path);
            return EXIT_DATA;
        }
        merge->in[i] = (uint32_t)number + 1;
    }
    return 0;
}

static int refuse_holes(const Merge *merge)
{
    size_t missing = 0, first = 0;

    for (size_t i = merge->total; i-- > 0;) {
        if (!merge->in[i]) {
            missing++;
            first = i;
        }
    }
    if (missing == 0)
        return 0;
    message_error("%zu of %zu pairs are in none of the %zu parts, the first is number %zu: a part "
                  "is missing or not done",
                  missing, merge->total, merge->count, first + 1);
    return EXIT_DATA;
}

/* --- adding up --- */

static VoloStatus read_pair(void *user, size_t position, VoloImageRecord *record, VoloError *err)
{
    Merge *const merge = user;
    char *failed;
    const VoloStatus status = finish_read_entry(merge->part[merge->in[position] - 1].journal,
                                                position, record, &failed, err);

    if (status)
        return status;
    if (!failed)
        return VOLO_OK;
    merge->failed[merge->failed_count++] = failed;
    return volo_fail(err, VOLO_ERR_MISSING, "'%s' failed in '%s'", failed,
                     merge->part[merge->in[position] - 1].path);
}

static int add_up(Merge *merge)
{
    VoloError err;

    for (size_t i = 0; i < merge->total; i++) {
        VoloStatus status = read_pair(merge, i, merge->record, &err);
        const bool left_out = status == VOLO_ERR_MISSING && merge->o->own.keep_going;

        if (!status)
            status = volo_evaluation_add(merge->evaluation, merge->record, &err);
        if (status)
            message_error("%s", err.message);
        if (status && !left_out)
            return exit_code(SUBJECT_DATA, status);
        if (!status)
            merge->position[merge->done++] = (uint32_t)i;
    }
    return 0;
}

static int write_result(Merge *merge)
{
    const Counted counted = {
        .settings = volo_journal_settings(merge->part[0].journal),
        .convention = merge->o->metrics.convention,
        .shard = 1,
        .shard_count = 1,
        .evaluation = merge->evaluation,
        .listed = merge->total,
        .position = merge->position,
        .count = merge->done,
        .failed = (const char *const *)merge->failed,
        .failed_count = merge->failed_count,
        .read = read_pair,
        .user = merge,
    };

    return finish_results(&counted, &merge->o->outputs, merge->o->own.out, NULL, NULL);
}

static int make_out(const char *out)
{
    char *const slashed = join(out, "", "");
    VoloError err;

    if (!slashed)
        return exit_no_memory("merging");
    const VoloStatus status = output_make_folders(slashed, &err);
    free(slashed);
    return status ? exit_refuse(SUBJECT_OUTPUT, &err) : 0;
}

static int merge_folders(Merge *merge, int count, char **folder)
{
    int code = 0;

    for (int i = 0; i < count && !code; i++)
        code = add_folder(merge, folder[i]);
    for (size_t i = 0; i < merge->count && !code; i++)
        code = open_part(merge, &merge->part[i]);
    for (size_t i = 0; i < merge->count && !code; i++)
        code = claim(merge, i);
    if (!code)
        code = refuse_holes(merge);
    if (!code)
        code = eval_outputs_prepare(&merge->o->outputs, merge->space);
    if (!code && merge->o->own.out)
        code = make_out(merge->o->own.out);
    if (!code)
        code = add_up(merge);
    if (!code)
        code = write_result(merge);
    return code ? code : merge->failed_count ? EXIT_SOME_FAILED : EXIT_ALL_DONE;
}

static void merge_close(Merge *merge)
{
    for (size_t i = 0; i < merge->count; i++) {
        volo_journal_close(merge->part[i].journal);
        free(merge->part[i].path);
    }
    for (size_t i = 0; i < merge->failed_count; i++)
        free(merge->failed[i]);
    free(merge->part);
    free(merge->in);
    free(merge->position);
    free(merge->failed);
    settings_free(&merge->settings);
    volo_evaluation_free(merge->evaluation);
    volo_image_record_free(merge->record);
    volo_label_space_free(merge->space);
}

int cmd_merge(const Command *command, int argc, char **argv)
{
    MergeOptions o = { .outputs = OUTPUT_OPTIONS_INIT };
    Merge merge = { .o = &o };
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (o.general.style.quiet && o.outputs.form == OUTPUT_TABLE)
        o.outputs.form = OUTPUT_NOTHING;
    if (first == argc)
        return options_misused(command, "no folder given");
    code = merge_folders(&merge, argc - first, argv + first);
    merge_close(&merge);
    return code;
}
