/* SPDX-License-Identifier: Apache-2.0 */
/* The shared option rows of volo-eval. */
#include "app/eval/eval_options.h"

#include <volo/registry.h>

#include "app/common/exit_codes.h"
#include "app/common/numbers.h"
#include "app/common/progress.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SHARDS 1000000

const OptionRow eval_data_rows[EVAL_DATA_ROW_COUNT] = {
    { "dataset", 'd', option_text, "NAME", "the data set: one that 'volo-eval datasets' lists",
      offsetof(DataOptions, dataset), WORDS_DATASETS, 0, 0 },
    { "split", 0, option_text, "NAME", "part of the data set (default: its first, mostly val)",
      offsetof(DataOptions, split), WORDS_NONE, 0, 0 },
    { "label-kind", 0, option_choice, "auto|ids|train-ids|polygons",
      "which label files are read (default: auto, the first there is of ids, train-ids, polygons)",
      offsetof(DataOptions, kind), WORDS_CHOICES, 0, 0 },
    { "files", 0, option_text, "FILE",
      "evaluate only the pairs named in a file, one a line, in that order (--list prints names)",
      offsetof(DataOptions, files), WORDS_FILE, 0, 0 },
    { "table", 0, option_text, "NAME|FILE",
      "any folders: what the values of labels mean, a built-in table or a TSV file",
      offsetof(DataOptions, table), WORDS_DATASETS, 0, 0 },
    { "root", 'r', option_text, "DIR", "folder of the data set", offsetof(DataOptions, root),
      WORDS_FOLDER, 0, 0 },
    { "images", 0, option_text, "DIR", "any folders: the pictures", offsetof(DataOptions, images),
      WORDS_FOLDER, 0, 0 },
    { "labels", 0, option_text, "DIR", "any folders: the labels, named as the pictures are",
      offsetof(DataOptions, labels), WORDS_FOLDER, 0, 0 },
};

/* --- metrics --- */

static VoloStatus parse_ratio(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    (void)row;
    if (number_parse_real(text, 1e-6, 1, field))
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not a number above 0 and up to 1", text);
}

const OptionRow eval_metric_rows[EVAL_METRIC_ROW_COUNT] = {
    { "convention", 0, option_choice_given, "cityscapes|mmseg|detectron2|csail|hf",
      "whose treatment of absent classes, ignored pixels and rounding (default: cityscapes for "
      "cityscapes and kitti, else mmseg)",
      offsetof(MetricChoice, convention), WORDS_CHOICES, 0, 0 },
    { "boundary-ratio", 0, parse_ratio, "R",
      "width of the boundary as a part of the diagonal (default: 0.005 for cityscapes, else 0.02)",
      offsetof(MetricChoice, boundary_ratio), WORDS_NONE, 0, 0 },
    { "no-boundaries", 0, option_set, NULL, "do not compute boundary IoU",
      offsetof(MetricChoice, no_boundaries), WORDS_NONE, 0, 0 },
    { "no-instances", 0, option_set, NULL, "do not compute iIoU, nor read instance files",
      offsetof(MetricChoice, no_instances), WORDS_NONE, 0, 0 },
};

VoloConvention eval_convention(const MetricChoice *choice, const char *dataset)
{
    if (choice->convention)
        return (VoloConvention)(choice->convention - 1);
    return volo_convention_default(dataset);
}

VoloMetricOptions eval_metrics(const MetricChoice *choice, const VoloDataset *dataset)
{
    VoloMetricOptions metrics = VOLO_METRIC_OPTIONS_INIT;

    metrics.instances = !choice->no_instances && volo_dataset_has_instances(dataset);
    metrics.boundaries = !choice->no_boundaries;
    if (volo_dataset_info(volo_dataset_name(dataset)).boundary_of_cityscapes)
        metrics.boundary_ratio = 0.005;
    if (choice->boundary_ratio > 0)
        metrics.boundary_ratio = choice->boundary_ratio;
    return metrics;
}

/* --- work --- */

static bool read_variable(const char *name, uint64_t *ret)
{
    const char *text = getenv(name);

    return text && number_parse(text, 0, MAX_SHARDS, ret);
}

/* What Slurm (an array job) or Open MPI says about the part this process is to do. */
static VoloStatus find_shard(uint64_t *ret_index, uint64_t *ret_count, VoloError *err)
{
    uint64_t task, first, rank;

    if (read_variable("SLURM_ARRAY_TASK_ID", &task) &&
        read_variable("SLURM_ARRAY_TASK_MIN", &first) &&
        read_variable("SLURM_ARRAY_TASK_COUNT", ret_count)) {
        *ret_index = task >= first ? task - first + 1 : 0;
        return VOLO_OK;
    }
    if (read_variable("OMPI_COMM_WORLD_RANK", &rank) &&
        read_variable("OMPI_COMM_WORLD_SIZE", ret_count)) {
        *ret_index = rank + 1;
        return VOLO_OK;
    }
    return volo_fail(err, VOLO_ERR_ARGUMENT,
                     "auto: neither SLURM_ARRAY_TASK_ID, _MIN, _COUNT nor OMPI_COMM_WORLD_RANK, "
                     "_SIZE is set");
}

/* i/n | auto */
static VoloStatus parse_shard(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    WorkOptions *const o = (WorkOptions *)((char *)field - offsetof(WorkOptions, shard));
    const char *rest = text;
    uint64_t index = 0, count = 0;

    (void)row;
    if (strcmp(text, "auto") == 0) {
        const VoloStatus status = find_shard(&index, &count, err);

        if (status)
            return status;
    } else if (!number_read(&rest, MAX_SHARDS, &index) || *rest++ != '/' ||
               !number_read(&rest, MAX_SHARDS, &count) || *rest) {
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not auto or I/N, such as 1/4", text);
    }
    if (index < 1 || index > count)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "there is no part %zu of %zu", (size_t)index,
                         (size_t)count);
    o->shard.index = index;
    o->shard.count = count;
    return VOLO_OK;
}

const OptionRow eval_work_rows[EVAL_WORK_ROW_COUNT] = {
    { "out", 'o', option_text, "DIR",
      "keep a journal and write result.json, result.csv, result.md, images.csv and run.json there",
      offsetof(WorkOptions, out), WORDS_FOLDER, 0, 0 },
    { "resume", 0, option_set, NULL, "go on with the journal in --out, or begin one",
      offsetof(WorkOptions, resume), WORDS_NONE, 0, 0 },
    { "restart", 0, option_set, NULL, "throw away the journal in --out and begin anew",
      offsetof(WorkOptions, restart), WORDS_NONE, 0, 0 },
    { "shard", 0, parse_shard, "I/N|auto",
      "do part I of N, I from 1, in --out/shard-I-of-N; auto: as Slurm or Open MPI say",
      offsetof(WorkOptions, shard), WORDS_NONE, 0, 0 },
    { "keep-going", 0, option_set, NULL, "go on after a pair that failed, and leave it out",
      offsetof(WorkOptions, keep_going), WORDS_NONE, 0, 0 },
    { "fail-fast", 0, option_unset, NULL, "stop at the first pair that fails (default)",
      offsetof(WorkOptions, keep_going), WORDS_NONE, 0, 0 },
    { "progress", 0, option_choice, PROGRESS_STYLES,
      "how to show progress: a bar (on a terminal only), a line every 10 seconds, JSON Lines, or "
      "not (default: auto)",
      offsetof(WorkOptions, progress), WORDS_CHOICES, 0, 0 },
};

bool eval_is_registered(const char *dataset)
{
    for (size_t i = 0; dataset && i < volo_registry_count(VOLO_DATASETS); i++) {
        if (strcmp(volo_registry_entry(VOLO_DATASETS, i).name, dataset) == 0)
            return true;
    }
    return false;
}

int eval_data_check(const Command *command, const DataOptions *o)
{
    if (!o->dataset || eval_is_registered(o->dataset))
        return 0;
    return options_misused(command, "there is no data set '%s': 'volo-eval datasets' lists them",
                           o->dataset);
}

int eval_work_check(const Command *command, const WorkOptions *o)
{
    if ((o->resume || o->restart) && !o->out)
        return options_misused(command, "--%s goes with --out", o->resume ? "resume" : "restart");
    if (o->resume && o->restart)
        return options_misused(command, "--resume and --restart exclude each other");
    if (o->shard.count && !o->out)
        return options_misused(command, "--shard goes with --out, where the parts are kept");
    return 0;
}
