/* SPDX-License-Identifier: Apache-2.0 */
/* The loop over the pictures. A picture that fails is reported and counted and the next one
 * follows; what would fail for all (a full disk, a reader that went away, a signal) ends the run.
 * Neighbours of one size may go through the network together. */
#include "app/segment/segment_run.h"

#include <volo/dump.h>
#include <volo/session.h>

#include "app/common/exit_codes.h"
#include "app/common/stopwatch.h"
#include "app/segment/segment_report.h"
#include "app/segment/segment_tensors.h"

#include <signal.h>
#include <stdlib.h>

/* A picture on its way; what is working on it decides the exit code of a failure. */
typedef struct Picture {
    const Input *input;
    VoloImage *image;
    VoloMask *mask;
    ExitSubject subject;
    double seconds; /* so far; of a batch's the same share each */
} Picture;

typedef struct Run {
    const SegmentOptions *o;
    const Outputs *outputs;
    VoloModel *model;
    VoloSession *session;
    VoloClassTable *own_table; /* of --dataset, or NULL */
    const VoloClassTable *table;
    SegmentTensors tensors;
    Progress progress;
    Picture *batch;     /* [batch_size] loaded, all of one size */
    VoloImage **images; /* [batch_size] the same for the library */
    VoloMask **masks;
    size_t batch_size, waiting; /* most; now */
    size_t done, failed;
    int first_code; /* of the first picture that failed */
    int stop_code;  /* not 0: the run ends now, with it */
} Run;

static bool report_progress(double done, void *user)
{
    progress_update(user, done);
    return interrupt_signal() == 0;
}

/* --- before the first picture --- */

static int refuse(ExitSubject subject, const VoloError *err)
{
    message_error("%s", err->message);
    return exit_code(subject, err->status);
}

static int open_classes(Run *run)
{
    const size_t classes = volo_model_info(run->model)->classes;
    VoloError err;

    run->table = volo_model_classes(run->model);
    if (!run->o->dataset)
        return 0;
    if (volo_class_table_open(run->o->dataset, &run->own_table, &err))
        return refuse(SUBJECT_DATA, &err);
    run->table = run->own_table;
    if (volo_class_table_count(run->table) == classes)
        return 0;
    message_error("'%s' has %zu classes, but the model has %zu", run->o->dataset,
                  volo_class_table_count(run->table), classes);
    return EXIT_DATA;
}

static int prepare_outputs(const Run *run)
{
    VoloError err;

    if (run->o->dry_run)
        return 0;
    if (outputs_prepare(run->outputs, &err))
        return refuse(SUBJECT_OUTPUT, &err);
    if (run->o->dump_tensors && output_check_file(run->o->dump_tensors, &err))
        return refuse(SUBJECT_OUTPUT, &err);
    return 0;
}

static int allocate_batch(Run *run)
{
    VoloError err;

    run->batch_size = run->o->batch ? run->o->batch : 1;
    run->batch = calloc(run->batch_size, sizeof *run->batch);
    run->images = calloc(run->batch_size, sizeof *run->images);
    run->masks = calloc(run->batch_size, sizeof *run->masks);
    if (run->batch && run->images && run->masks)
        return 0;
    volo_fail(&err, VOLO_ERR_MEMORY, "out of memory for a batch of %zu", run->batch_size);
    return refuse(SUBJECT_START, &err);
}

/* Tensors have one name each, so there must be one of each. */
static int check_whole(const Run *run)
{
    if (!run->o->dump_tensors || volo_session_is_whole(run->session))
        return 0;
    message_error("--dump-tensors goes with --mode whole, without --scales and --flip");
    return EXIT_USAGE;
}

static int run_open(Run *run)
{
    VoloError err;
    int code = inference_open(&run->o->inference, &run->model);

    if (!code)
        code = open_classes(run);
    if (!code)
        code = inference_session(&run->o->inference, run->model, &run->session);
    if (!code)
        code = check_whole(run);
    if (!code)
        code = allocate_batch(run);
    if (!code)
        code = prepare_outputs(run);
    if (code)
        return code;
    volo_session_set_progress(run->session, report_progress, &run->progress);
    if (run->o->dump_tensors && segment_tensors_init(&run->tensors, run->session, &err))
        return refuse(SUBJECT_OUTPUT, &err);
    return 0;
}

static void run_close(Run *run)
{
    segment_tensors_clear(&run->tensors);
    free(run->batch);
    free(run->images);
    free(run->masks);
    volo_session_free(run->session);
    volo_class_table_free(run->own_table);
    volo_model_unref(run->model);
}

/* --- one picture, or several of one size --- */

static VoloStatus write_kind(const Run *run, const Picture *p, const char *kind, VoloError *err)
{
    const VoloDumpInput result = { p->image, p->mask, run->table, run->o->opacity };
    char *const path = output_path(run->outputs, kind, p->input);

    if (!path)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for a file name");
    VoloStatus status = output_make_folders(path, err);
    if (!status)
        status = volo_dump_write(kind, &result, path, err);
    free(path);
    return status;
}

static VoloStatus write_results(Run *run, Picture *p, VoloError *err)
{
    VoloStatus status = VOLO_OK;

    p->subject = SUBJECT_OUTPUT;
    if (run->o->dump_tensors)
        status = segment_tensors_write(&run->tensors, p->mask, run->o->dump_tensors, err);
    for (size_t i = 0; !status && i < run->outputs->kind_count; i++)
        status = write_kind(run, p, run->outputs->kind[i], err);
    return status;
}

static VoloStatus load(const Run *run, Picture *p, VoloError *err)
{
    const VoloImageOptions options = { run->o->raw_orientation, run->o->max_pixels };

    p->subject = SUBJECT_DATA;
    if (p->input->problem)
        return volo_fail(err, VOLO_ERR_IO, "'%s': %s", p->input->path, p->input->problem);
    return volo_image_load(p->input->path, &options, &p->image, err);
}

/* Masks of count waiting pictures from first on. */
static VoloStatus segment(Run *run, size_t first, size_t count, VoloError *err)
{
    const double start = stopwatch_now();

    if (run->o->dry_run)
        return VOLO_OK;
    for (size_t i = 0; i < count; i++)
        run->images[i] = run->batch[first + i].image;
    const VoloStatus status =
        volo_session_segment_batch(run->session, run->images, count, run->masks, err);
    for (size_t i = 0; i < count; i++) {
        run->batch[first + i].mask = status ? NULL : run->masks[i];
        run->batch[first + i].seconds += (stopwatch_now() - start) / (double)count;
    }
    return status;
}

static void count_failure(Run *run, const Picture *p, const VoloError *err)
{
    const int code = exit_code(p->subject, err->status);

    if (err->status == VOLO_ERR_CANCELLED && interrupt_signal()) {
        run->stop_code = EXIT_SIGNAL + interrupt_signal();
        return;
    }
    message_error("%s", err->message);
    run->failed++;
    if (!run->first_code)
        run->first_code = code;
    if (run->o->fail_fast || (p->subject == SUBJECT_OUTPUT && code == EXIT_RESOURCES))
        run->stop_code = code;
}

static void count_success(Run *run, const Picture *p)
{
    const SegmentReport report = {
        .input = p->input,
        .outputs = run->outputs,
        .height = volo_image_height(p->image),
        .width = volo_image_width(p->image),
        .mask = p->mask,
        .table = run->table,
        .seconds = p->seconds,
    };

    run->done++;
    run->stop_code = segment_report(run->o, &report);
}

static void release(Picture *p)
{
    volo_mask_unref(p->mask);
    volo_image_unref(p->image);
}

/* Counts a picture whose status is known and takes leave of it. */
static void finish(Run *run, Picture *p, const VoloError *err)
{
    if (err)
        count_failure(run, p, err);
    else
        count_success(run, p);
    release(p);
    if (interrupt_signal() && !run->stop_code)
        run->stop_code = EXIT_SIGNAL + interrupt_signal();
    else
        progress_end(&run->progress);
}

static void write_picture(Run *run, Picture *p)
{
    const double start = stopwatch_now();
    VoloError err;
    const VoloStatus status = run->o->dry_run ? VOLO_OK : write_results(run, p, &err);

    p->seconds += stopwatch_now() - start;
    finish(run, p, status ? &err : NULL);
}

/* Segments all that wait. What takes too much memory together is tried one by one. */
static void run_batch(Run *run)
{
    const size_t count = run->waiting;
    VoloError err;
    VoloStatus status = segment(run, 0, count, &err);
    const bool apart = status == VOLO_ERR_MEMORY && count > 1;

    run->waiting = 0;
    for (size_t i = 0; i < count; i++) {
        Picture *p = &run->batch[i];

        if (run->stop_code) {
            release(p);
            continue;
        }
        if (i > 0)
            progress_begin(&run->progress, p->input->path);
        if (apart)
            status = segment(run, i, 1, &err);
        if (status) {
            VoloError named = err;

            volo_error_prefix(&named, "'%s'", p->input->path);
            finish(run, p, &named);
        } else {
            write_picture(run, p);
        }
    }
}

static bool fits_batch(const Run *run, const VoloImage *image)
{
    const VoloImage *first = run->batch[0].image;

    return run->waiting == 0 || (volo_image_height(image) == volo_image_height(first) &&
                                 volo_image_width(image) == volo_image_width(first));
}

static void run_input(Run *run, const Input *input)
{
    const double start = stopwatch_now();
    Picture p = { .input = input };
    VoloError err;

    if (run->waiting == 0)
        progress_begin(&run->progress, input->path);
    const VoloStatus status = load(run, &p, &err);
    p.seconds = stopwatch_now() - start;
    if (run->waiting && (status || !fits_batch(run, p.image))) {
        run_batch(run);
        progress_begin(&run->progress, input->path);
    }
    if (run->stop_code) {
        release(&p);
    } else if (status) {
        finish(run, &p, &err);
    } else {
        run->batch[run->waiting++] = p;
        if (run->waiting == run->batch_size)
            run_batch(run);
    }
}

/* --- after the last one --- */

static int run_result(const Run *run, size_t total)
{
    if (run->stop_code > EXIT_SIGNAL && run->stop_code != EXIT_SIGNAL + SIGPIPE)
        message_error("interrupted: %zu of %zu pictures are done, their files are kept", run->done,
                      total);
    if (run->failed && total > 1)
        message_error("%zu of %zu pictures failed", run->failed, total);
    if (run->stop_code)
        return run->stop_code;
    if (run->failed == 0)
        return EXIT_ALL_DONE;
    return run->done ? EXIT_SOME_FAILED : run->first_code;
}

int segment_run(const SegmentOptions *o, const InputList *inputs, const Outputs *outputs)
{
    Run run = { .o = o, .outputs = outputs };
    int code = run_open(&run);

    if (!code) {
        const bool silent = o->general.style.quiet && o->progress == PROGRESS_AUTO;
        const ProgressStyle style = silent ? PROGRESS_NONE : (ProgressStyle)o->progress;

        progress_init(&run.progress, style, inputs->count);
        message_set_clear(progress_clear, &run.progress);
        segment_report_begin(o);
        for (size_t i = 0; i < inputs->count && !run.stop_code; i++)
            run_input(&run, &inputs->item[i]);
        if (run.waiting)
            run_batch(&run);
        message_clear();
        message_set_clear(NULL, NULL);
        code = run_result(&run, inputs->count);
    }
    run_close(&run);
    return code;
}
