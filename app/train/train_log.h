/* SPDX-License-Identifier: Apache-2.0 */
/* log.jsonl: an object a line, written as it happens. The lines of a resumed training go on behind
 * those up to the step it resumes from. */
#ifndef VOLO_APP_TRAIN_TRAIN_LOG_H
#define VOLO_APP_TRAIN_TRAIN_LOG_H

#include <volo/train.h>

typedef struct TrainLog TrainLog;

/* The mean over the steps since the last line. */
typedef struct LogStep {
    uint64_t step;
    double loss, main_loss, auxiliary_loss, accuracy, lr, norm;
    double images_per_second;
} LogStep;

/* Opens the log, keeping lines of steps up to kept. Errors: IO, SPACE, MEMORY. */
VoloStatus train_log_open(const char *path, uint64_t kept, TrainLog **ret_log, VoloError *err);
void train_log_close(TrainLog *log); /* NULL is allowed */
/* Errors: IO, SPACE. */
VoloStatus train_log_step(TrainLog *log, const LogStep *step, VoloError *err);
VoloStatus train_log_validation(TrainLog *log, uint64_t step, const VoloValidation *sets,
                                size_t count, double seconds, bool is_best, VoloError *err);

#endif
