/* SPDX-License-Identifier: Apache-2.0 */
/* The loop. A checkpoint is written models first, state last: the state is what a resumed training
 * believes, and whatever was written after it is written again, the same. */
#include "app/train/train_loop.h"

#include <volo/ranks.h>

#include "app/common/exit_codes.h"
#include "app/common/messages.h"
#include "app/common/startup.h"
#include "app/common/stopwatch.h"
#include "app/train/train_curves.h"
#include "app/train/train_log.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct Run {
    const TrainLoop *loop;
    VoloTrainer *trainer;
    TrainLog *log;
    VoloTrainRecord record;
    uint64_t saved; /* step of the last state */
    Progress progress;
    char note[160];
    /* Since the last line of the log. */
    LogStep sum;
    size_t summed;
    uint64_t pictures;
    double since;
    double rate, loss, lr; /* pictures a second; of the last steps, for the note */
    double validated;      /* share, while validating; negative: not */
} Run;

/* --- stopping --- */

/* All ranks stop when one of them was told to. */
static bool is_told_to_stop(void)
{
    double told = interrupt_signal() ? 1 : 0;

    volo_ranks_sum(&told, 1);
    return told > 0;
}

/* What one rank could not do ends all of them: 0, this rank's own code, or that of the others. */
static int agree(int code)
{
    double failed = code ? 1 : 0;

    volo_ranks_sum(&failed, 1);
    return code || failed <= 0 ? code : EXIT_SOME_FAILED;
}

static bool is_done(const Run *run)
{
    const uint64_t step = volo_trainer_steps(run->trainer), stop = run->loop->stop_at;

    return step >= run->loop->options->steps || (stop > 0 && step >= stop);
}

static int refuse(Run *run, ExitSubject subject, const VoloError *err)
{
    progress_clear(&run->progress);
    return exit_refuse(subject, err);
}

/* --- what is told --- */

static const char *note_of(void *user)
{
    Run *const run = user;
    char best[32] = "";

    if (isfinite(run->record.best))
        snprintf(best, sizeof best, "  best mIoU %.2f %%", 100 * run->record.best);
    if (run->validated >= 0)
        snprintf(run->note, sizeof run->note, "validating %.0f %%%s", 100 * run->validated, best);
    else
        snprintf(run->note, sizeof run->note, "step %llu  loss %.4f  lr %.3g  %.2f images/s%s",
                 (unsigned long long)volo_trainer_steps(run->trainer), run->loss, run->lr,
                 run->rate, best);
    return run->note;
}

static void start_sums(Run *run)
{
    run->sum = (LogStep){ 0 };
    run->summed = 0;
    run->pictures = 0;
    run->since = stopwatch_now();
}

static void add_step(Run *run, const VoloTrainStep *s)
{
    run->summed++;
    run->pictures += s->pictures;
    run->sum.step = s->step;
    run->sum.loss += s->loss;
    run->sum.main_loss += s->main_loss;
    run->sum.auxiliary_loss += s->auxiliary_loss;
    run->sum.accuracy += s->accuracy;
    run->sum.norm += s->norm;
    run->sum.lr = s->lr;
    run->lr = s->lr;
    run->loss = run->loss > 0 ? 0.9 * run->loss + 0.1 * s->loss : s->loss;
    run->rate = (double)run->pictures / (stopwatch_now() - run->since);
}

static int log_steps(Run *run)
{
    const double n = (double)run->summed;
    LogStep mean = run->sum;
    VoloError err;

    mean.loss /= n;
    mean.main_loss /= n;
    mean.auxiliary_loss /= n;
    mean.accuracy /= n;
    mean.norm /= n;
    mean.images_per_second = run->rate;
    start_sums(run);
    if (run->loop->leads && train_log_step(run->log, &mean, &err))
        return refuse(run, SUBJECT_OUTPUT, &err);
    return 0;
}

/* --- checkpoints --- */

static int save_model(Run *run, const char *path)
{
    VoloError err;

    if (run->loop->leads && volo_trainer_save_model(run->trainer, path, &err))
        return refuse(run, SUBJECT_OUTPUT, &err);
    return 0;
}

static int save_state(Run *run)
{
    VoloError err;

    if (run->loop->leads &&
        volo_trainer_save_state(run->trainer, &run->record, run->loop->folder->state, &err))
        return refuse(run, SUBJECT_OUTPUT, &err);
    run->saved = volo_trainer_steps(run->trainer);
    return 0;
}

static int draw_curves(Run *run)
{
    const TrainLoop *loop = run->loop;
    VoloError err;

    if (loop->leads && train_curves_write(loop->folder, loop->title, loop->options->steps, &err))
        return refuse(run, SUBJECT_OUTPUT, &err);
    return 0;
}

/* --- validation --- */

static bool show_validation(size_t done, size_t total, void *user)
{
    Run *const run = user;

    run->validated = total ? (double)done / (double)total : 1;
    progress_update(&run->progress, 0);
    return interrupt_signal() == 0;
}

static int take_result(Run *run, const VoloValidation *sets, size_t count, double seconds)
{
    const uint64_t step = volo_trainer_steps(run->trainer);
    double miou = 0;
    VoloError err;

    for (size_t i = 0; i < count; i++)
        miou += sets[i].miou / (double)count;
    const bool is_best = !isfinite(run->record.best) || miou > run->record.best;
    run->record.validated = step;
    if (is_best) {
        run->record.best = miou;
        run->record.best_step = step;
        const int code = save_model(run, run->loop->folder->best);
        if (code)
            return code;
    }
    if (run->loop->leads &&
        train_log_validation(run->log, step, sets, count, seconds, is_best, &err))
        return refuse(run, SUBJECT_OUTPUT, &err);
    for (size_t i = 0; run->loop->leads && i < count; i++)
        message_note("step %llu: %s mIoU %.2f %%, accuracy %.2f %%%s", (unsigned long long)step,
                     sets[i].name, 100 * sets[i].miou, 100 * sets[i].accuracy,
                     is_best ? ", the best so far" : "");
    return draw_curves(run);
}

/* -1: stopped in the middle, and to be done again. */
static int validate(Run *run)
{
    const double start = stopwatch_now();
    const VoloValidation *sets;
    size_t count;
    VoloError err;

    run->validated = 0;
    const VoloStatus status = volo_trainer_validate(run->trainer, run->loop->folder->last,
                                                    show_validation, run, &sets, &count, &err);
    run->validated = -1;
    if (status == VOLO_ERR_CANCELLED)
        return -1;
    if (status)
        return refuse(run, SUBJECT_DATA, &err);
    const int code = agree(take_result(run, sets, count, stopwatch_now() - start));
    start_sums(run);
    return code;
}

static bool is_validation_due(const Run *run)
{
    const VoloTrainOptions *o = run->loop->options;
    const uint64_t step = volo_trainer_steps(run->trainer);

    if (!run->loop->validates || step == 0 || step == run->record.validated)
        return false;
    return step == o->steps || (o->val_every > 0 && step % o->val_every == 0);
}

/* --- steps --- */

/* Models, then the state, at every step that is due. */
static int keep(Run *run)
{
    const VoloTrainOptions *o = run->loop->options;
    const uint64_t step = volo_trainer_steps(run->trainer);
    const bool due = is_validation_due(run);

    if (!due && step % o->save_every != 0 && !is_done(run))
        return 0;
    int code = agree(save_model(run, run->loop->folder->last));
    if (!code && due) {
        code = validate(run);
        if (code < 0)
            code = 0; /* the state says that it has not been validated */
    }
    return code ? code : agree(save_state(run));
}

static int diverge(Run *run, const VoloError *err)
{
    const char *picture;
    const int code = refuse(run, SUBJECT_START, err);

    for (size_t i = 0; err->status == VOLO_ERR_DIVERGED &&
                       (picture = volo_trainer_picture(run->trainer, i)) != NULL;
         i++)
        message_error("a picture of that step: '%s'", picture);
    if (err->status == VOLO_ERR_DIVERGED && run->loop->leads)
        message_error("the last good checkpoint is that of step %llu, in '%s'",
                      (unsigned long long)run->saved, run->loop->folder->path);
    return code;
}

static int step(Run *run)
{
    VoloTrainStep done;
    VoloError err = { .status = VOLO_OK };

    progress_begin(&run->progress, NULL);
    const VoloStatus status = volo_trainer_step(run->trainer, &done, &err);
    if (status == VOLO_ERR_DIVERGED)
        return diverge(run, &err);
    if (status)
        return refuse(run, SUBJECT_DATA, &err);
    add_step(run, &done);
    progress_end(&run->progress, NULL);
    if (done.step % run->loop->options->log_every == 0 || is_done(run)) {
        const int code = agree(log_steps(run));
        if (code)
            return code;
    }
    return keep(run);
}

static int stop_early(Run *run)
{
    int code = 0;

    if (run->saved != volo_trainer_steps(run->trainer)) {
        code = save_model(run, run->loop->folder->last);
        if (!code)
            code = save_state(run);
    }
    code = agree(code);
    if (code)
        return code;
    if (run->loop->leads)
        message_warning("stopped behind step %llu; --resume goes on from there",
                        (unsigned long long)run->saved);
    return interrupt_signal() ? EXIT_SIGNAL + interrupt_signal() : EXIT_SIGNAL + 15;
}

static int walk(Run *run)
{
    int code = 0;

    if (is_validation_due(run))
        code = keep(run);
    while (!code) {
        if (is_told_to_stop())
            return stop_early(run);
        if (is_done(run))
            break;
        code = step(run);
    }
    return code ? code : draw_curves(run);
}

int train_loop_run(const TrainLoop *loop)
{
    Run run = { .loop = loop, .trainer = loop->trainer, .record = loop->record, .validated = -1 };
    const uint64_t begun = volo_trainer_steps(loop->trainer);
    VoloError err;

    run.saved = begun;
    if (loop->leads && train_log_open(loop->folder->log, begun, &run.log, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    progress_init(&run.progress, loop->leads ? loop->progress : PROGRESS_NONE,
                  loop->options->steps > begun ? (size_t)(loop->options->steps - begun) : 0);
    run.progress.things = "steps";
    run.progress.note = note_of;
    run.progress.note_user = &run;
    message_set_clear(progress_clear, &run.progress);
    start_sums(&run);
    const int code = walk(&run);
    progress_clear(&run.progress);
    message_set_clear(NULL, NULL);
    train_log_close(run.log);
    return code;
}
