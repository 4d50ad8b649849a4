/* SPDX-License-Identifier: Apache-2.0 */
/* volo-eval score: label files against label files, as csEvalPixelLevelSemanticLabeling does. */
#include <volo/image.h>

#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/common/stopwatch.h"
#include "app/eval/eval_commands.h"
#include "app/eval/eval_finish.h"
#include "app/eval/panel.h"
#include "app/eval/run_settings.h"
#include "app/eval/score_workers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CITYSCAPES_RESULT "resultPixelLevelSemanticLabeling.json"

typedef struct ScoreOptions {
    GeneralOptions general;
    DataOptions data;
    MetricChoice metrics;
    WorkOptions work;
    OutputOptions outputs;
    struct {
        const char *predictions, *truth; /* folders */
        uint64_t threads;                /* 0: all */
        bool list;
    } own;
} ScoreOptions;

#define OWN(field) (offsetof(ScoreOptions, own.field) - offsetof(ScoreOptions, own))
static const OptionRow own_rows[] = {
    { "pred", 'p', option_text, "DIR",
      "folder of the predictions (default, for cityscapes: the variable CITYSCAPES_RESULTS, else "
      "results/ below CITYSCAPES_DATASET)",
      OWN(predictions), WORDS_FOLDER, 0, 0 },
    { "gt", 'g', option_text, "DIR",
      "folder of the data set, or of its labels (default, for cityscapes: the variable "
      "CITYSCAPES_DATASET)",
      OWN(truth), WORDS_FOLDER, 0, 0 },
    { "threads", 't', option_count, "N", "threads to use (default: all cores)", OWN(threads),
      WORDS_NONE, 1, 1024 },
    { "list", 'l', option_set, NULL, "print the names of the pairs, and do nothing else", OWN(list),
      WORDS_NONE, 0, 0 },
};
#undef OWN

#define ROWS(rows) rows, sizeof rows / sizeof *rows
const OptionGroup cmd_score_groups[] = {
    { "Files", ROWS(own_rows), offsetof(ScoreOptions, own) },
    { "Data", eval_data_rows, EVAL_SCORE_DATA_ROW_COUNT, offsetof(ScoreOptions, data) },
    { "Figures", ROWS(eval_metric_rows), offsetof(ScoreOptions, metrics) },
    { "Work", ROWS(eval_work_rows), offsetof(ScoreOptions, work) },
    { "Output", eval_output_rows, EVAL_OUTPUT_ROW_COUNT, offsetof(ScoreOptions, outputs) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, offsetof(ScoreOptions, general) },
};
#undef ROWS

typedef struct Score {
    ScoreOptions *o;
    EvalList list;
    SettingsText settings;
    Tally tally;
    VoloMetricOptions metrics;
    double start;
    char *results, *export; /* made from variables */
    const char **files;     /* label files, predictions; borrowed from the command line */
    Panel panel;            /* that is drawn, and its prediction */
    VoloRawPicture *prediction;
} Score;

/* --- what the variables of cityscapesScripts say --- */

static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

static bool is_folder(const char *path)
{
    struct stat info;

    return path && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* "folder/name", the caller's; NULL: memory is refused. */
static char *join(const char *folder, const char *name)
{
    char *path;

    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

/* The file that cityscapesScripts would write, when its variables name a folder for it. */
static void choose_export(Score *score, const char *dataset, bool by_variables)
{
    const char *folder = variable("CITYSCAPES_EXPORT_DIR");

    if (score->o->outputs.cityscapes_json)
        return;
    if (is_folder(folder)) {
        score->export = join(folder, CITYSCAPES_RESULT);
    } else if (by_variables) {
        char *const results = join(dataset, "evaluationResults");

        if (results && (mkdir(results, 0777) == 0 || is_folder(results)))
            score->export = join(results, CITYSCAPES_RESULT);
        free(results);
    }
    score->o->outputs.cityscapes_json = score->export;
}

/* Files given one by one, as cityscapesScripts takes them: what has "gt" in its path is a label
 * file, other paths with "pred" are predictions, and the first belongs to the first. */
static int take_files(const Command *command, Score *score, int count, char **operand)
{
    VoloDatasetFiles *const files = &score->o->data.pairs;
    size_t predictions = 0;

    if (score->o->own.truth || score->o->own.predictions || score->o->data.table)
        return options_misused(command, "files are given instead of --gt, --pred and --table");
    score->files = calloc(2 * (size_t)count, sizeof *score->files);
    if (!score->files)
        return exit_no_memory("the list of pairs");
    files->labels = score->files;
    files->predictions = score->files + count;
    for (int i = 0; i < count; i++) {
        if (strstr(operand[i], "gt") || strstr(operand[i], "groundtruth"))
            score->files[files->count++] = operand[i];
        else if (strstr(operand[i], "pred"))
            score->files[(size_t)count + predictions++] = operand[i];
        else
            return options_misused(command, "'%s' has neither 'gt' nor 'pred' in its path",
                                   operand[i]);
    }
    if (files->count == predictions)
        return 0;
    return options_misused(command, "%zu label files ('gt' in their paths), but %zu predictions",
                           files->count, predictions);
}

static int choose_folders(const Command *command, Score *score, const char *dataset)
{
    ScoreOptions *const o = score->o;
    const bool cityscapes = !o->data.table && strcmp(o->data.dataset, "cityscapes") == 0;

    if (!o->own.truth)
        o->own.truth = dataset;
    if (!o->own.predictions && cityscapes)
        o->own.predictions = variable("CITYSCAPES_RESULTS");
    if (!o->own.predictions && dataset && !o->own.list) {
        score->results = join(dataset, "results");
        o->own.predictions = score->results;
    }
    if (!o->own.truth)
        return options_misused(command, "--gt DIR is missing");
    if (!o->own.predictions && !o->own.list)
        return options_misused(command, "--pred DIR is missing");
    return 0;
}

static int choose_files(const Command *command, Score *score, int count, char **operand)
{
    const ScoreOptions *o = score->o;
    const bool cityscapes = !o->data.table && strcmp(o->data.dataset, "cityscapes") == 0;
    const char *dataset = cityscapes ? variable("CITYSCAPES_DATASET") : NULL;
    const bool by_variables = dataset && !o->own.truth && !o->own.predictions;
    const int code = count > 0 ? take_files(command, score, count, operand)
                               : choose_folders(command, score, dataset);

    if (!code && cityscapes)
        choose_export(score, dataset, by_variables);
    return code;
}

/* --- preparing --- */

static int open_data(Score *score)
{
    DataOptions *const data = &score->o->data;
    const bool any = data->table != NULL;
    const EvalImages images = score->o->outputs.report && !any ? IMAGES_IF_THERE : IMAGES_NONE;

    if (any)
        data->labels = score->o->own.truth;
    else
        data->root = score->o->own.truth;
    return eval_list_open(&score->list, data, images,
                          score->o->own.list ? NULL : score->o->own.predictions,
                          score->o->work.keep_going);
}

static int write_settings(Score *score)
{
    const RunSettings from = {
        .list = &score->list,
        .table = score->o->data.table ? score->o->data.table : score->o->data.dataset,
        .choice = &score->o->metrics,
        .metrics = score->metrics,
    };
    VoloError err;

    if (run_settings_write(&from, &score->settings, &err))
        return exit_refuse(SUBJECT_START, &err);
    return 0;
}

static int prepare(Score *score)
{
    int code = open_data(score);

    if (code)
        return code;
    score->metrics = eval_metrics(&score->o->metrics, score->list.dataset);
    code = eval_outputs_prepare(&score->o->outputs, volo_dataset_space(score->list.dataset));
    if (!code)
        code = write_settings(score);
    return code ? code
                : tally_open(&score->tally, &score->o->work, &score->list,
                             volo_dataset_space(score->list.dataset), score->settings.text);
}

static void score_close(Score *score)
{
    tally_close(&score->tally);
    settings_clear(&score->settings);
    panel_clear(&score->panel);
    volo_raw_picture_free(score->prediction);
    eval_list_clear(&score->list);
    free(score->results);
    free(score->export);
    free(score->files);
}

/* --- panels of the report --- */

static VoloStatus show_panel(void *user, size_t index, const char *name,
                             VoloReportPicture *ret_picture, VoloError *err)
{
    Score *const score = user;
    const size_t position = finish_position(&score->tally, index);
    VoloPairBuffer buffer;
    const VoloPair pair = eval_list_pair(&score->list, position, &buffer);
    const Panel *p = &score->panel;
    VoloStatus status = panel_load(&score->panel, &score->list, position, false, err);

    (void)name;
    if (!status && !score->prediction)
        status = volo_raw_picture_new(&score->prediction, err);
    if (!status)
        status = volo_raw_picture_load_labels(score->prediction, pair.prediction, err);
    if (!status)
        *ret_picture = (VoloReportPicture){
            .height = volo_raw_picture_height(p->labels),
            .width = volo_raw_picture_width(p->labels),
            .image = p->image,
            .labels = volo_raw_picture_labels(p->labels),
            .predictions = volo_raw_picture_labels(score->prediction),
        };
    return status;
}

/* --- the work --- */

static int work(Score *score)
{
    const size_t wanted = score->o->own.threads ? score->o->own.threads : (size_t)volo_cpu_count();
    const FinishInfo info = { score->settings.text, &score->o->outputs, show_panel, score,
                              score->start,         (int)wanted };

    tally_show(&score->tally, score->o->general.style.quiet);
    const int code = score_all(&score->tally, &score->metrics, wanted);
    tally_hide(&score->tally);
    if (code && !score->tally.stop_code)
        score->tally.stop_code = code;
    return finish_tally(&score->tally, &info);
}

static int list_names(Score *score)
{
    const int code = open_data(score);

    return code ? code : eval_list_print(&score->list);
}

int cmd_score(const Command *command, int argc, char **argv)
{
    ScoreOptions o = { .outputs = OUTPUT_OPTIONS_INIT };
    Score score = { .o = &o, .start = stopwatch_now() };
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (o.general.style.quiet && o.outputs.form == OUTPUT_TABLE)
        o.outputs.form = OUTPUT_NOTHING;
    if (o.data.dataset && o.data.table)
        return options_misused(command, "--dataset and --table exclude each other");
    if (!o.data.dataset && !o.data.table)
        o.data.dataset = "cityscapes";
    code = eval_data_check(command, &o.data);
    if (!code)
        code = eval_work_check(command, &o.work);
    if (!code)
        code = choose_files(command, &score, argc - first, argv + first);
    if (!code) {
        interrupt_install();
        code = o.own.list ? list_names(&score) : prepare(&score);
        if (!code && !o.own.list)
            code = work(&score);
    }
    score_close(&score);
    return code;
}
