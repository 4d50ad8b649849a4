/* SPDX-License-Identifier: Apache-2.0 */
/* Step after step, with checkpoints, validations, the log and progress. */
#ifndef VOLO_APP_TRAIN_TRAIN_LOOP_H
#define VOLO_APP_TRAIN_TRAIN_LOOP_H

#include <volo/train.h>

#include "app/common/progress.h"
#include "app/train/run_folder.h"

typedef struct TrainLoop {
    VoloTrainer *trainer;
    const VoloTrainOptions *options;
    const RunFolder *folder;
    VoloTrainRecord record; /* of what went on before */
    uint64_t stop_at;       /* stop behind this step, as after a signal; 0: never */
    bool validates;         /* there is something to validate on */
    bool leads;             /* rank 0: writes and speaks */
    ProgressStyle progress;
    const char *title; /* of the report */
} TrainLoop;

/* Returns the exit code, after messages. */
int train_loop_run(const TrainLoop *loop);

#endif
