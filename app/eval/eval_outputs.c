/* SPDX-License-Identifier: Apache-2.0 */
/* Every output of a finished evaluation: each file whole or not at all, stdout last. */
#include "app/eval/eval_outputs.h"

#include <volo/output.h>

#include "app/common/exit_codes.h"
#include "app/common/messages.h"
#include "app/common/outputs.h"
#include "app/common/report.h"
#include "app/eval/eval_table.h"

#include <stdlib.h>
#include <string.h>

/* The row's minimum is the form. */
static VoloStatus parse_form(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    (void)text, (void)err;
    *(int *)field = (int)row->minimum;
    return VOLO_OK;
}

const OptionRow eval_output_rows[EVAL_OUTPUT_ROW_COUNT] = {
    { "json", 0, parse_form, NULL, "print the result as JSON, with the matrix and every picture",
      offsetof(OutputOptions, form), WORDS_NONE, OUTPUT_JSON, 0 },
    { "csv", 0, parse_form, NULL, "print the scores as CSV, in full", offsetof(OutputOptions, form),
      WORDS_NONE, OUTPUT_CSV, 0 },
    { "markdown", 0, parse_form, NULL, "print the scores as Markdown",
      offsetof(OutputOptions, form), WORDS_NONE, OUTPUT_MARKDOWN, 0 },
    { "cityscapes-json", 0, option_text, "FILE",
      "write resultPixelLevelSemanticLabeling.json as cityscapesScripts does",
      offsetof(OutputOptions, cityscapes_json), WORDS_FILE, 0, 0 },
    { "per-image", 0, option_text, "FILE", "write the scores of each picture as CSV",
      offsetof(OutputOptions, per_image), WORDS_FILE, 0, 0 },
    { "report", 0, option_text, "DIR", "write report.html and report.pdf into a folder",
      offsetof(OutputOptions, report), WORDS_FOLDER, 0, 0 },
    { "worst", 0, option_count, "N", "pictures that the report shows (default: 20)",
      offsetof(OutputOptions, worst), WORDS_NONE, 0, 100 },
};

/* --- before the work --- */

static VoloStatus check_folder(const char *folder, VoloError *err)
{
    char *path = NULL;

    if (asprintf(&path, "%s/report.html", folder) < 0)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory");
    VoloStatus status = output_make_folders(path, err);
    if (!status)
        status = output_check_file(path, err);
    free(path);
    return status;
}

static bool is_cityscapes(const VoloLabelSpace *space)
{
    VoloClassTable *table;
    bool same = false;

    if (volo_class_table_open("cityscapes", &table, NULL))
        return false;
    if (volo_class_table_count(table) == volo_label_space_class_count(space)) {
        same = true;
        for (size_t i = 0; i < volo_class_table_count(table); i++)
            same = same && strcmp(volo_class_table_get(table, i)->name,
                                  volo_label_space_class(space, i)->name) == 0;
    }
    volo_class_table_free(table);
    return same;
}

int eval_outputs_prepare(const OutputOptions *o, const VoloLabelSpace *space)
{
    VoloError err;

    if (o->cityscapes_json && space && !is_cityscapes(space)) {
        message_error("--cityscapes-json: the classes of '%s' are not Cityscapes'",
                      volo_label_space_name(space));
        return EXIT_USAGE;
    }
    if (o->cityscapes_json && output_check_file(o->cityscapes_json, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (o->per_image && output_check_file(o->per_image, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (o->report && check_folder(o->report, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    return 0;
}

/* --- files --- */

/* What goes into a file or to stdout. */
typedef VoloStatus (*PutFn)(FILE *stream, const VoloResult *result, const VoloScores *scores,
                            VoloError *err);

static VoloStatus put_json(FILE *stream, const VoloResult *result, const VoloScores *scores,
                           VoloError *err)
{
    (void)scores;
    return volo_result_write_json(result, stream, err);
}

static VoloStatus put_cityscapes(FILE *stream, const VoloResult *result, const VoloScores *scores,
                                 VoloError *err)
{
    (void)scores;
    return volo_result_write_cityscapes(result, stream, err);
}

static VoloStatus put_images(FILE *stream, const VoloResult *result, const VoloScores *scores,
                             VoloError *err)
{
    (void)scores;
    return eval_put_images(stream, result, err);
}

static VoloStatus put_csv(FILE *stream, const VoloResult *result, const VoloScores *scores,
                          VoloError *err)
{
    (void)err;
    eval_put_csv(stream, result, scores);
    return VOLO_OK;
}

static VoloStatus put_markdown(FILE *stream, const VoloResult *result, const VoloScores *scores,
                               VoloError *err)
{
    (void)err;
    eval_put_markdown(stream, result, scores);
    return VOLO_OK;
}

static VoloStatus put_table(FILE *stream, const VoloResult *result, const VoloScores *scores,
                            VoloError *err)
{
    (void)err;
    eval_put_table(stream, result, scores);
    return VOLO_OK;
}

static VoloStatus write_file(const char *path, PutFn put, const VoloResult *result,
                             const VoloScores *scores, VoloError *err)
{
    VoloOutput *output;
    VoloStatus status = volo_output_open(path, &output, err);

    if (status)
        return status;
    status = put(volo_output_stream(output), result, scores, err);
    if (!status)
        return volo_output_commit(output, err);
    volo_output_discard(output);
    return status;
}

/* The exit code so far, or of this failure, which is told. */
static int also(int code, VoloStatus status, const VoloError *err)
{
    const int failed = status ? exit_refuse(SUBJECT_OUTPUT, err) : 0;

    return code ? code : failed;
}

static int write_named(const char *folder, const VoloResult *result, const VoloScores *scores)
{
    static const struct {
        const char *name;
        PutFn put;
    } files[] = {
        { "result.json", put_json },
        { "result.csv", put_csv },
        { "result.md", put_markdown },
        { "images.csv", put_images },
    };
    VoloError err;
    int code = 0;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = NULL;
        VoloStatus status;

        if (asprintf(&path, "%s/%s", folder, files[i].name) < 0)
            status = volo_fail(&err, VOLO_ERR_MEMORY, "out of memory");
        else
            status = write_file(path, files[i].put, result, scores, &err);
        free(path);
        code = also(code, status, &err);
    }
    return code;
}

static int write_files(const OutputOptions *o, const VoloResult *result, const VoloScores *scores,
                       VoloReportPictureFn picture, void *user)
{
    const VoloReportOptions report = { (size_t)o->worst, picture, user };
    const bool whole = result->info.shard_count == 1;
    VoloError err;
    int code = 0;

    if (o->cityscapes_json && !whole)
        message_warning("'%s' is not written for a part of the pictures", o->cityscapes_json);
    else if (o->cityscapes_json)
        code =
            also(code, write_file(o->cityscapes_json, put_cityscapes, result, scores, &err), &err);
    if (o->per_image)
        code = also(code, write_file(o->per_image, put_images, result, scores, &err), &err);
    if (o->report)
        code = also(code, volo_report_write(o->report, result, &report, &err), &err);
    return code;
}

static int print(const OutputOptions *o, const VoloResult *result, const VoloScores *scores)
{
    static const PutFn forms[] = { [OUTPUT_TABLE] = put_table,
                                   [OUTPUT_JSON] = put_json,
                                   [OUTPUT_CSV] = put_csv,
                                   [OUTPUT_MARKDOWN] = put_markdown };
    VoloError err;

    message_clear();
    if (o->form == OUTPUT_NOTHING)
        return 0;
    const VoloStatus status = forms[o->form](stdout, result, scores, &err);
    const int code = report_flush();
    return also(code, status, &err);
}

int eval_outputs_write(const OutputOptions *o, const char *folder, const VoloResult *result,
                       VoloReportPictureFn picture, void *user)
{
    VoloScores *scores = malloc(sizeof *scores); /* some 20 KiB */
    int code = 0;

    if (!scores) {
        message_error("out of memory for the scores");
        return EXIT_RESOURCES;
    }
    volo_evaluation_scores(result->evaluation, result->info.convention, scores);
    if (folder)
        code = write_named(folder, result, scores);
    const int files = write_files(o, result, scores, picture, user);
    code = code ? code : files;
    const int printed = print(o, result, scores);
    free(scores);
    return code ? code : printed;
}
