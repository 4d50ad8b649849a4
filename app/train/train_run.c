/* SPDX-License-Identifier: Apache-2.0 */
/* volo-train run: from options to a training. */
#include <volo/ranks.h>

#include "app/common/exit_codes.h"
#include "app/common/startup.h"
#include "app/train/data_options.h"
#include "app/train/run_folder.h"
#include "app/train/train_commands.h"
#include "app/train/train_loop.h"
#include "app/train/train_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct RunOptions {
    GeneralOptions general;
    DataOptions data;
    AugmentOptions augment;
    VoloTrainOptions train;
    struct {
        const char *out, *cpu;
        bool resume, restart;
        uint64_t stop_at, threads, batch, loader_threads, ahead;
        uint64_t cache; /* bytes */
        bool cache_given;
        int progress;
    } own;
} RunOptions;

static VoloStatus parse_cache(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    RunOptions *const o = (RunOptions *)((char *)field - offsetof(RunOptions, own.cache));

    o->own.cache_given = true;
    if (strcmp(text, "0") != 0)
        return option_bytes(row, text, field, err);
    o->own.cache = 0;
    return VOLO_OK;
}

#define AT(field) offsetof(RunOptions, own.field) - offsetof(RunOptions, own)
static const OptionRow own_rows[] = {
    { "out", 'o', option_text, "DIR", "folder of the training: models, log, curves, state", AT(out),
      WORDS_FOLDER, 0, 0 },
    { "resume", 0, option_set, NULL,
      "go on with the training that is there (with its config.json, unless --config is given)",
      AT(resume), WORDS_NONE, 0, 0 },
    { "restart", 0, option_set, NULL, "remove the training that is there and begin anew",
      AT(restart), WORDS_NONE, 0, 0 },
    { "stop-at", 0, option_count, "N", "stop behind step N, as after a signal", AT(stop_at),
      WORDS_NONE, 1, UINT64_C(1000000000000) },
    { "batch", 'b', option_count, "N", "samples in a batch, of each rank (default: 8)", AT(batch),
      WORDS_NONE, 1, 4096 },
    { "threads", 't', option_count, "N", "threads to use (default: all cores)", AT(threads),
      WORDS_NONE, 1, 4096 },
    { "cpu", 0, option_text, "base|v3|v4",
      "CPU level to use (default: the variable VOLO_CPU, else the best there is)", AT(cpu),
      WORDS_CHOICES, 0, 0 },
    { "loader-threads", 0, option_count, "N", "threads that read and augment (default: 2)",
      AT(loader_threads), WORDS_NONE, 1, 256 },
    { "ahead", 0, option_count, "N", "batches made ahead (default: 2)", AT(ahead), WORDS_NONE, 1,
      64 },
    { "cache", 0, parse_cache, "BYTES", "decoded pictures to keep, 0: none (default: 512M)",
      AT(cache), WORDS_NONE, 0, 0 },
    { "progress", 0, option_choice, PROGRESS_STYLES, "how progress is shown (default: auto)",
      AT(progress), WORDS_CHOICES, 0, 0 },
};
#undef AT

#define ROWS(rows) rows, sizeof rows / sizeof *rows
const OptionGroup cmd_train_run_groups[8] = {
    { "Training", ROWS(own_rows), offsetof(RunOptions, own) },
    { "Data", ROWS(data_rows), offsetof(RunOptions, data) },
    { "Samples", ROWS(augment_rows), offsetof(RunOptions, augment) },
    { "Network", ROWS(network_rows), offsetof(RunOptions, train) },
    { "Optimizer", ROWS(optimizer_rows), offsetof(RunOptions, train) },
    { "Loss", ROWS(loss_rows), offsetof(RunOptions, train) },
    { "Course", ROWS(course_rows), offsetof(RunOptions, train) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, offsetof(RunOptions, general) },
};
#undef ROWS

typedef struct Run {
    const Command *command;
    RunOptions *o;
    RunFolder folder;
    VoloTrainConfig *config;
    VoloDataConfig *data_config;
    VoloDataOptions *data;
    VoloTrainSets *sets[2]; /* by VoloDataRole; no validation: NULL */
    VoloTrainer *trainer;
    VoloTrainRecord record;
    bool resumes;
} Run;

/* What options and files say together may be wrong too. */
static int refuse(const Run *run, ExitSubject subject, const VoloError *err)
{
    if (err->status == VOLO_ERR_ARGUMENT)
        return options_misused(run->command, "%s", err->message);
    return exit_refuse(subject, err);
}

/* --- options --- */

/* The file is read between two looks at the command line, so that options win. */
static int parse(Run *run, int argc, char **argv)
{
    RunOptions *const o = run->o;
    int first, code = options_parse(run->command, argc, argv, o, &first);
    VoloError err;

    if (code || program_answer(run->command, &o->general, &code))
        return code ? code : -1;
    if (first < argc)
        return options_misused(run->command, "unexpected operand '%s'", argv[first]);
    if (!o->own.out)
        return options_misused(run->command, "where to? give --out DIR");
    if (o->own.resume && o->own.restart)
        return options_misused(run->command, "--resume and --restart exclude each other");
    if (run_folder_name(&run->folder, o->own.out, &err) ||
        volo_train_config_new(&run->config, &err))
        return exit_refuse(SUBJECT_START, &err);
    run->resumes = o->own.resume && run_folder_has_state(&run->folder);
    const char *config = o->data.config;
    if (!config && run->resumes)
        config = run->folder.config;
    if (config && volo_train_config_read(run->config, config, &err))
        return exit_refuse(SUBJECT_DATA, &err);
    *o = (RunOptions){ .train = *volo_train_config_options(run->config) };
    code = options_parse(run->command, argc, argv, o, &first);
    o->data.config = config;
    return code;
}

static void lay_loader(const RunOptions *o, VoloLoaderOptions *to)
{
    if (o->own.batch)
        to->batch = (size_t)o->own.batch;
    if (o->own.loader_threads)
        to->threads = (int)o->own.loader_threads;
    if (o->own.ahead)
        to->ahead = (size_t)o->own.ahead;
    if (o->own.cache_given)
        to->cache_bytes = o->own.cache;
}

static int load_config(Run *run)
{
    RunOptions *const o = run->o;
    VoloError err;
    const int code = data_options_load(run->command, &o->data, &o->augment, &run->data_config);

    if (code)
        return code;
    run->data = volo_data_config_options(run->data_config);
    lay_loader(o, &run->data->loader);
    if (o->own.threads)
        o->train.threads = o->own.threads;
    if (o->augment.seed.given)
        o->train.seed = o->augment.seed.value;
    if (volo_train_options_check(&o->train, &err) || volo_data_options_check(run->data, &err))
        return options_misused(run->command, "%s", err.message);
    if (run->data->sets[VOLO_DATA_TRAINING].count == 0)
        return options_misused(run->command, "nothing to train on: give --data or --config");
    return 0;
}

/* --- opening --- */

static int open_folder(Run *run)
{
    VoloError err;

    if (volo_ranks_index() > 0)
        return 0;
    if (run_folder_lock(&run->folder, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (run_folder_has_state(&run->folder) && !run->o->own.resume && !run->o->own.restart) {
        volo_fail(&err, VOLO_ERR_UNSUPPORTED,
                  "'%s' holds a training: --resume goes on with it, --restart removes it",
                  run->folder.path);
        return exit_refuse(SUBJECT_OUTPUT, &err);
    }
    if (!run->resumes && run_folder_empty(&run->folder, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    return 0;
}

static bool goes_on(size_t done, size_t total, void *user)
{
    (void)done, (void)total, (void)user;
    return interrupt_signal() == 0;
}

/* Every label file is read before the first step: what is wrong with one shows now. */
static int open_sets(Run *run, VoloDataRole role)
{
    VoloError err;

    if (run->data->sets[role].count == 0)
        return 0;
    if (volo_train_sets_open(run->data, role, NULL, NULL, &run->sets[role], &err))
        return refuse(run, SUBJECT_DATA, &err);
    const VoloStatus status =
        volo_train_sets_scan(run->sets[role], (int)run->o->train.threads, goes_on, NULL, &err);
    if (status == VOLO_ERR_CANCELLED)
        return EXIT_SIGNAL + interrupt_signal();
    return status ? refuse(run, SUBJECT_DATA, &err) : 0;
}

static int open_trainer(Run *run)
{
    const VoloTrainOptions *train = &run->o->train;
    VoloError err;

    if (volo_trainer_new(train, run->data, run->sets[VOLO_DATA_TRAINING],
                         run->sets[VOLO_DATA_VALIDATION], &run->trainer, &err))
        return refuse(run, train->model ? SUBJECT_MODEL : SUBJECT_RECIPE, &err);
    run->record = (VoloTrainRecord){ .best = (double)NAN };
    if (run->resumes && volo_trainer_resume(run->trainer, run->folder.state, &run->record, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    /* One checkpoint more than there is: files are written before the old ones go. */
    if (volo_ranks_index() == 0 &&
        run_folder_check_room(&run->folder, volo_trainer_info(run->trainer).checkpoint, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (volo_ranks_index() == 0 &&
        volo_train_config_write(train, run->data, run->folder.config, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    return 0;
}

static void introduce(const Run *run)
{
    const VoloTrainerInfo info = volo_trainer_info(run->trainer);

    message_note("%s", info.start);
    message_note("%llu parameters, %llu of them trained; %zu classes; %zu pictures; about %llu MiB",
                 (unsigned long long)info.parameters, (unsigned long long)info.trained,
                 info.classes, volo_train_sets_pictures(run->sets[VOLO_DATA_TRAINING]),
                 (unsigned long long)(info.memory >> 20));
    if (run->resumes)
        message_note("going on behind step %llu",
                     (unsigned long long)volo_trainer_steps(run->trainer));
}

/* What one rank could not open ends all of them. */
static int agree(int code)
{
    double failed = code ? 1 : 0;

    volo_ranks_sum(&failed, 1);
    return code || failed <= 0 ? code : EXIT_SOME_FAILED;
}

static int work(Run *run)
{
    int code = open_folder(run);

    if (!code)
        code = open_sets(run, VOLO_DATA_TRAINING);
    if (!code)
        code = open_sets(run, VOLO_DATA_VALIDATION);
    if (!code)
        code = open_trainer(run);
    code = agree(code);
    if (code)
        return code;
    if (volo_ranks_index() == 0)
        introduce(run);
    const TrainLoop loop = { .trainer = run->trainer,
                             .options = &run->o->train,
                             .folder = &run->folder,
                             .record = run->record,
                             .stop_at = run->o->own.stop_at,
                             .validates = run->sets[VOLO_DATA_VALIDATION] != NULL,
                             .leads = volo_ranks_index() == 0,
                             .progress = run->o->general.style.quiet
                                             ? PROGRESS_NONE
                                             : (ProgressStyle)run->o->own.progress,
                             .title = run->folder.path };
    return train_loop_run(&loop);
}

static int set_level(const Run *run)
{
    VoloError err;

    if (run->o->own.cpu && volo_set_cpu_level(run->o->own.cpu, &err))
        return exit_refuse(SUBJECT_START, &err);
    return 0;
}

static int work_in_ranks(Run *run)
{
    VoloError err;

    if (volo_ranks_start(&err))
        return exit_refuse(SUBJECT_START, &err);
    int code = 0;
    if (volo_ranks_count() == 1 && volo_ranks_announced() > 1)
        code =
            options_misused(run->command, "started as one of %d processes, but built without MPI",
                            volo_ranks_announced());
    if (!code)
        code = work(run);
    volo_ranks_finish();
    return code;
}

int cmd_train_run(const Command *command, int argc, char **argv)
{
    RunOptions o = { .train = volo_train_defaults() };
    Run run = { .command = command, .o = &o, .folder = { .lock_fd = -1 } };
    int code = parse(&run, argc, argv);

    if (!code)
        code = set_level(&run);
    if (!code)
        code = load_config(&run);
    if (!code) {
        interrupt_install();
        code = work_in_ranks(&run);
    }
    volo_trainer_free(run.trainer);
    volo_train_sets_free(run.sets[0]);
    volo_train_sets_free(run.sets[1]);
    volo_data_config_free(run.data_config);
    volo_train_config_free(run.config);
    run_folder_clear(&run.folder);
    return code < 0 ? 0 : code;
}
