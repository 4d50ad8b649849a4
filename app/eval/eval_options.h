/* SPDX-License-Identifier: Apache-2.0 */
/* Options that the commands of volo-eval share, and what follows from them. */
#ifndef VOLO_APP_EVAL_OPTIONS_H
#define VOLO_APP_EVAL_OPTIONS_H

#include <volo/dataset.h>
#include <volo/metrics.h>

#include "app/common/options.h"

/* Which pairs. */
typedef struct DataOptions {
    const char *dataset; /* registered set; NULL: the free form */
    const char *root, *split;
    const char *images, *labels; /* free form: folders */
    const char *table;           /* free form: what values mean; NULL: the classes of the model */
    int kind;                    /* VoloLabelKind */
    const char *files;           /* names of pairs, one a line; NULL: all */
    VoloDatasetFiles pairs;      /* given one by one, instead of root; count 0: none */
} DataOptions;

#define EVAL_DATA_ROW_COUNT 8
extern const OptionRow eval_data_rows[EVAL_DATA_ROW_COUNT];
#define EVAL_SCORE_DATA_ROW_COUNT 5 /* the first of them go with label folders too */

/* What is computed. */
typedef struct MetricChoice {
    int convention;        /* 1 + VoloConvention; 0: the data set's */
    double boundary_ratio; /* 0: the data set's */
    bool no_boundaries, no_instances;
} MetricChoice;

#define EVAL_METRIC_ROW_COUNT 4
extern const OptionRow eval_metric_rows[EVAL_METRIC_ROW_COUNT];
#define EVAL_CONVENTION_ROW_COUNT 1 /* the first of them: what counts can be looked at by */

/* How the work is done and kept. */
typedef struct WorkOptions {
    const char *out; /* folder; NULL: nothing is kept */
    bool resume, restart, keep_going;
    struct {
        size_t index, count; /* of the part, from 1; 0: everything */
    } shard;
    int progress; /* ProgressStyle */
} WorkOptions;

#define EVAL_WORK_ROW_COUNT 7
extern const OptionRow eval_work_rows[EVAL_WORK_ROW_COUNT];

bool eval_is_registered(const char *dataset); /* NULL: false */

/* What no single row can see. Return 0 or EXIT_USAGE after a message. */
int eval_data_check(const Command *command, const DataOptions *o);
int eval_work_check(const Command *command, const WorkOptions *o);

VoloConvention eval_convention(const MetricChoice *choice, const char *dataset);
VoloMetricOptions eval_metrics(const MetricChoice *choice, const VoloDataset *dataset);

#endif
