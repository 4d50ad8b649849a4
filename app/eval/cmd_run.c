/* SPDX-License-Identifier: Apache-2.0 */
/* volo-eval run: a model over the pictures of a data set. */
#include <volo/ranks.h>

#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/common/stopwatch.h"
#include "app/eval/eval_commands.h"
#include "app/eval/eval_finish.h"
#include "app/eval/eval_predictions.h"
#include "app/eval/panel.h"
#include "app/eval/run_line.h"
#include "app/eval/run_settings.h"

#include <stdlib.h>
#include <string.h>

typedef struct RunOptions {
    GeneralOptions general;
    DataOptions data;
    MetricChoice metrics;
    WorkOptions work;
    OutputOptions outputs;
    InferenceOptions inference;
    struct {
        const char *map;  /* a name or a file; NULL: chosen */
        const char *save; /* folder */
        bool list;
    } own;
} RunOptions;

static const OptionRow own_rows[] = {
    { "map", 0, option_text, "NAME|FILE",
      "how the model's classes are folded into those of the data set: a built-in map or a TSV file "
      "(default: the one for that pair, if any)",
      offsetof(RunOptions, own.map) - offsetof(RunOptions, own), WORDS_FILE, 0, 0 },
    { "save-pred", 0, option_text, "DIR",
      "keep predictions as label files in DIR/labelid, for 'volo-eval score'",
      offsetof(RunOptions, own.save) - offsetof(RunOptions, own), WORDS_FOLDER, 0, 0 },
    { "list", 'l', option_set, NULL, "print the names of the pairs, and do nothing else",
      offsetof(RunOptions, own.list) - offsetof(RunOptions, own), WORDS_NONE, 0, 0 },
};

#define ROWS(rows) rows, sizeof rows / sizeof *rows
const OptionGroup cmd_run_groups[] = {
    { "Data", ROWS(eval_data_rows), offsetof(RunOptions, data) },
    { "Predictions", ROWS(own_rows), offsetof(RunOptions, own) },
    { "Figures", ROWS(eval_metric_rows), offsetof(RunOptions, metrics) },
    { "Work", ROWS(eval_work_rows), offsetof(RunOptions, work) },
    { "Output", eval_output_rows, EVAL_OUTPUT_ROW_COUNT, offsetof(RunOptions, outputs) },
    { "Inference", inference_rows, INFERENCE_ROW_COUNT, offsetof(RunOptions, inference) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, offsetof(RunOptions, general) },
};
#undef ROWS

typedef struct Run {
    const RunOptions *o;
    DataOptions data;
    EvalList list;
    VoloModel *model;
    VoloSession *session;
    VoloLabelMap *map;
    RunLine line;
    SettingsText settings;
    Tally tally;
    double start;
    Panel panel;  /* that is drawn */
    uint8_t *raw; /* [room] */
    size_t room;
} Run;

/* --- before the first picture --- */

/* Any two folders: their labels are taken for the model's classes unless --table says otherwise. */
static int choose_table(Run *run)
{
    const char *dataset = volo_model_info(run->model)->dataset;

    run->data = run->o->data;
    if (run->data.dataset || run->data.table)
        return 0;
    if (!eval_is_registered(dataset)) {
        message_error("what the labels mean is not known: give --table NAME|FILE");
        return EXIT_USAGE;
    }
    run->data.table = dataset;
    return 0;
}

static int choose_map(Run *run)
{
    const VoloClassTable *classes = volo_model_classes(run->model);
    const VoloLabelSpace *space = volo_dataset_space(run->list.dataset);
    VoloError err;
    const VoloStatus status =
        run->o->own.map ? volo_label_map_open(run->o->own.map, classes, space, &run->map, &err)
                        : volo_label_map_choose(classes, space, &run->map, &err);

    return status ? exit_refuse(SUBJECT_DATA, &err) : 0;
}

static int write_settings(Run *run)
{
    RunSettings from = {
        .list = &run->list,
        .table = run->data.dataset ? run->data.dataset : run->data.table,
        .choice = &run->o->metrics,
        .metrics = run->line.metrics,
        .inference = &run->o->inference,
        .model = run->model,
        .map = run->map,
    };
    char sha256[65];
    VoloError err;

    if (volo_file_sha256(volo_model_info(run->model)->weights_path, sha256, &err))
        return exit_refuse(SUBJECT_MODEL, &err);
    from.model_sha256 = sha256;
    if (run_settings_write(&from, &run->settings, &err))
        return exit_refuse(SUBJECT_START, &err);
    return 0;
}

static int open_data(Run *run)
{
    int code = choose_table(run);

    if (!code)
        code = eval_list_open(&run->list, &run->data, IMAGES_NEEDED, NULL, run->o->work.keep_going);
    if (!code)
        code = choose_map(run);
    if (!code)
        code = eval_outputs_prepare(&run->o->outputs, volo_dataset_space(run->list.dataset));
    if (!code && run->o->own.save)
        code = predictions_prepare(run->o->own.save, &run->list);
    return code;
}

static int prepare(Run *run)
{
    int code = inference_open(&run->o->inference, &run->model);

    if (!code)
        code = open_data(run);
    if (!code)
        code = inference_session(&run->o->inference, run->model, &run->session);
    if (code)
        return code;
    run->line =
        (RunLine){ run->session, run->map, eval_metrics(&run->o->metrics, run->list.dataset),
                   run->o->own.save, &run->tally };
    code = write_settings(run);
    if (code)
        return code;
    return tally_open(&run->tally, &run->o->work, &run->list, volo_dataset_space(run->list.dataset),
                      run->settings.text);
}

static void run_close(Run *run)
{
    tally_close(&run->tally);
    settings_clear(&run->settings);
    panel_clear(&run->panel);
    free(run->raw);
    volo_label_map_free(run->map);
    volo_session_free(run->session);
    volo_model_unref(run->model);
    eval_list_clear(&run->list);
}

/* --- panels of the report: the worst pictures are segmented once more --- */

static VoloStatus predict_panel(Run *run, VoloError *err)
{
    VoloMask *mask = NULL;
    VoloStatus status = volo_session_segment(run->session, run->panel.image, &mask, err);

    if (status)
        return status;
    const size_t pixels = volo_mask_height(mask) * volo_mask_width(mask);
    if (pixels > run->room) {
        free(run->raw);
        run->raw = malloc(pixels);
        run->room = run->raw ? pixels : 0;
    }
    if (run->raw)
        volo_label_map_apply(run->map, pixels, volo_mask_labels(mask), run->raw);
    else
        status = volo_fail(err, VOLO_ERR_MEMORY, "out of memory for a prediction");
    volo_mask_unref(mask);
    return status;
}

static VoloStatus show_panel(void *user, size_t index, const char *name,
                             VoloReportPicture *ret_picture, VoloError *err)
{
    Run *const run = user;
    const size_t position = finish_position(&run->tally, index);
    const Panel *p = &run->panel;
    VoloStatus status = panel_load(&run->panel, &run->list, position, true, err);

    (void)name;
    if (!status)
        status = predict_panel(run, err);
    if (!status)
        *ret_picture = (VoloReportPicture){
            .height = volo_image_height(p->image),
            .width = volo_image_width(p->image),
            .image = p->image,
            .labels = volo_raw_picture_labels(p->labels),
            .predictions = run->raw,
        };
    return status;
}

/* --- the run --- */

static int count_threads(const Run *run)
{
    const uint64_t threads = run->o->inference.threads;

    return threads ? (int)threads : volo_cpu_count();
}

static int work(Run *run)
{
    const FinishInfo info = { run->settings.text, &run->o->outputs,  show_panel, run,
                              run->start,         count_threads(run) };
    const bool leads = volo_ranks_index() == 0;

    if (leads)
        tally_show(&run->tally, run->o->general.style.quiet);
    else
        progress_init(&run->tally.progress, PROGRESS_NONE, 0);
    const int code = run_line(&run->line);
    if (code && !run->tally.stop_code)
        run->tally.stop_code = code;
    if (!leads) {
        tally_end_rank(&run->tally);
        return 0;
    }
    if (volo_ranks_count() > 1)
        tally_listen(&run->tally, true);
    tally_hide(&run->tally);
    return finish_tally(&run->tally, &info);
}

static int list_names(Run *run)
{
    int code = inference_open(&run->o->inference, &run->model);

    if (!code)
        code = choose_table(run);
    if (!code)
        code = eval_list_open(&run->list, &run->data, IMAGES_NEEDED, NULL, run->o->work.keep_going);
    return code ? code : eval_list_print(&run->list);
}

/* Several processes that know nothing of each other would all do everything. */
static int check_ranks(const Command *command, const RunOptions *o)
{
    const int announced = volo_ranks_announced();

    if (volo_ranks_count() > 1 && o->work.shard.count)
        return options_misused(command,
                               "--shard is not for a run of %d ranks, which share the "
                               "work already",
                               volo_ranks_count());
    if (volo_ranks_count() == 1 && announced > 1 && !o->work.shard.count)
        return options_misused(command,
                               "started as one of %d processes, but built without MPI: "
                               "give --shard auto",
                               announced);
    return 0;
}

static int run_ranks(const Command *command, const RunOptions *o)
{
    Run run = { .o = o, .start = stopwatch_now() };
    VoloError err;

    if (volo_ranks_start(&err))
        return exit_refuse(SUBJECT_START, &err);
    int code = check_ranks(command, o);
    if (code) {
        volo_ranks_finish();
        return code;
    }
    if (o->own.list) {
        code = list_names(&run);
    } else {
        code = prepare(&run);
        code = tally_agree(&run.tally, code, run.settings.text);
        if (!code)
            code = work(&run);
    }
    run_close(&run);
    volo_ranks_finish();
    return code;
}

static int check(const Command *command, const RunOptions *o)
{
    const bool free_form = o->data.images || o->data.labels;

    if (free_form && (!o->data.images || !o->data.labels))
        return options_misused(command, "--images and --labels go together");
    if (free_form && (o->data.dataset || o->data.root || o->data.split))
        return options_misused(command, "--images and --labels exclude --dataset");
    if (!free_form && !o->data.dataset)
        return options_misused(command, "--dataset NAME --root DIR is missing, or --images DIR "
                                        "--labels DIR");
    if (o->data.dataset && !o->data.root)
        return options_misused(command, "--dataset needs --root DIR");
    if (o->data.table && !free_form)
        return options_misused(command, "--table goes with --images and --labels");
    const int code = eval_data_check(command, &o->data);
    return code ? code : eval_work_check(command, &o->work);
}

int cmd_run(const Command *command, int argc, char **argv)
{
    RunOptions o = { .outputs = OUTPUT_OPTIONS_INIT };
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (o.general.style.quiet && o.outputs.form == OUTPUT_TABLE)
        o.outputs.form = OUTPUT_NOTHING;
    code = check(command, &o);
    if (!code)
        code = inference_start(&o.inference);
    if (code)
        return code;
    interrupt_install();
    return run_ranks(command, &o);
}
