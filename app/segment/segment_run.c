/* SPDX-License-Identifier: Apache-2.0 */
/* The loop over the pictures. A picture that fails is reported and counted and the next one
 * follows; what would fail for all (a full disk, a reader that went away, a signal) ends the run.
 * Neighbours of one size may go through the network together. While they do, the next pictures are
 * read and the last ones written, which no result shows. */
#include "app/segment/segment_run.h"

#include <volo/dump.h>
#include <volo/session.h>

#include "app/common/pipeline.h"
#include "app/common/stopwatch.h"
#include "app/segment/segment_picture.h"
#include "app/segment/segment_report.h"

#include <signal.h>
#include <stdlib.h>

enum {
    /* What pictures may hold that wait for the network or the disk. */
    WAITING_BYTES = 512 << 20,
};

typedef struct Run {
    const SegmentOptions *o;
    const InputList *inputs;
    PictureContext context;
    VoloModel *model;
    VoloSession *session;
    VoloClassTable *own_table; /* of --dataset, or NULL */
    Progress progress;
    Pipeline *line;
    uint64_t max_memory;           /* bytes; 0: no limit */
    size_t height, width, at_once; /* for which the line was given room */
    Picture **batch;               /* [batch_size] loaded, all of one size */
    VoloImage **images;            /* [batch_size] the same for the library */
    VoloMask **masks;
    VoloConfidence **confidences; /* empty unless an output is made of them */
    size_t batch_size, waiting;   /* most; now */
    size_t done, failed;
    int first_code; /* of the first picture that failed */
    int stop_code;  /* not 0: the run ends now, with it */
} Run;

/* Called between blocks of the network. */
static bool report_progress(double done, void *user)
{
    Run *const run = user;

    progress_update(&run->progress, done);
    pipeline_poll(run->line);
    return run->stop_code == 0 && interrupt_signal() == 0;
}

/* --- the stations of a picture --- */

/* What fails for one fails for all, or one failure was enough. */
static bool ends_run(const Run *run, const Picture *p)
{
    return run->o->fail_fast || (p->subject == SUBJECT_OUTPUT &&
                                 exit_code(p->subject, p->error.status) == EXIT_RESOURCES);
}

static bool load(void *item, size_t index, uint64_t room, uint64_t *ret_bytes, void *user)
{
    const Run *const run = user;
    Picture *const p = item;

    if (!picture_load(p, &run->context, &run->inputs->item[index], room))
        return false;
    *ret_bytes = picture_bytes(p, &run->context);
    return true;
}

static bool store(void *item, void *user)
{
    const Run *const run = user;
    Picture *const p = item;

    picture_write(p, &run->context);
    return !p->error.status || !ends_run(run, p);
}

static void count_failure(Run *run, const Picture *p)
{
    const int code = exit_code(p->subject, p->error.status);

    if (p->error.status == VOLO_ERR_CANCELLED && interrupt_signal()) {
        run->stop_code = EXIT_SIGNAL + interrupt_signal();
        return;
    }
    message_error("%s", p->error.message);
    run->failed++;
    if (!run->first_code)
        run->first_code = code;
    if (ends_run(run, p))
        run->stop_code = code;
}

static void count_success(Run *run, const Picture *p)
{
    const SegmentReport report = {
        .input = p->input,
        .outputs = run->context.outputs,
        .height = volo_image_height(p->image),
        .width = volo_image_width(p->image),
        .mask = p->mask,
        .table = run->context.table,
        .seconds = p->seconds,
    };
    const int code = segment_report(run->o, &report);

    run->done++;
    if (code)
        run->stop_code = code;
}

/* Counts a picture whose way is over and takes leave of it. After a signal those that follow and
 * are written are still told of. */
static bool report(void *item, void *user)
{
    Run *const run = user;
    Picture *const p = item;

    message_print_kept(&p->log);
    if (p->error.status)
        count_failure(run, p);
    else
        count_success(run, p);
    if (interrupt_signal() && !run->stop_code)
        run->stop_code = EXIT_SIGNAL + interrupt_signal();
    else
        progress_end(&run->progress, p->input->path);
    picture_clear(p);
    return !run->stop_code || run->stop_code == EXIT_SIGNAL + interrupt_signal();
}

static void drop(void *item, void *user)
{
    (void)user;
    picture_clear(item);
}

/* In full swing a batch is loaded and one is stored beside the one in the network. */
static int open_line(Run *run)
{
    const bool alone = run->o->no_overlap || run->o->dry_run || run->inputs->count == 1;
    const PipelineWork work = {
        .count = run->inputs->count,
        .item_size = sizeof(Picture),
        .depth = alone ? run->batch_size + 1 : 3 * run->batch_size + 1,
        .load = load,
        .store = store,
        .report = report,
        .drop = drop,
        .user = run,
    };
    VoloError err;

    return pipeline_new(&work, !alone, &run->line, &err) ? exit_refuse(SUBJECT_START, &err) : 0;
}

/* --- before the first picture --- */

static int open_classes(Run *run)
{
    const size_t classes = volo_model_info(run->model)->classes;
    VoloError err;

    run->context.table = volo_model_classes(run->model);
    if (!run->o->dataset)
        return 0;
    if (volo_class_table_open(run->o->dataset, &run->own_table, &err))
        return exit_refuse(SUBJECT_DATA, &err);
    run->context.table = run->own_table;
    if (volo_class_table_count(run->context.table) == classes)
        return 0;
    message_error("'%s' has %zu classes, but the model has %zu", run->o->dataset,
                  volo_class_table_count(run->context.table), classes);
    return EXIT_DATA;
}

/* Only then is it computed. */
static bool wants_confidence(const Outputs *outputs)
{
    for (size_t i = 0; i < outputs->kind_count; i++) {
        if (volo_dump_needs_confidence(outputs->kind[i]))
            return true;
    }
    return false;
}

static int prepare_outputs(const Run *run)
{
    VoloError err;

    if (run->o->dry_run)
        return 0;
    if (outputs_prepare(run->context.outputs, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (run->o->dump_tensors && output_check_file(run->o->dump_tensors, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    return 0;
}

static int allocate_batch(Run *run)
{
    VoloError err;

    run->batch_size = run->o->batch ? run->o->batch : 1;
    run->batch = calloc(run->batch_size, sizeof *run->batch);
    run->images = calloc(run->batch_size, sizeof *run->images);
    run->masks = calloc(run->batch_size, sizeof *run->masks);
    run->confidences = calloc(run->batch_size, sizeof *run->confidences);
    if (run->batch && run->images && run->masks && run->confidences)
        return 0;
    volo_fail(&err, VOLO_ERR_MEMORY, "out of memory for a batch of %zu", run->batch_size);
    return exit_refuse(SUBJECT_START, &err);
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
    run->context.confidence = wants_confidence(run->context.outputs);
    run->max_memory = inference_memory(&run->o->inference);
    volo_session_set_progress(run->session, report_progress, run);
    if (run->o->dump_tensors && segment_tensors_init(&run->context.tensors, run->session, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    return open_line(run);
}

static void run_close(Run *run)
{
    if (run->line)
        pipeline_finish(run->line);
    segment_tensors_clear(&run->context.tensors);
    free(run->batch);
    free(run->images);
    free(run->masks);
    free(run->confidences);
    volo_session_free(run->session);
    volo_class_table_free(run->own_table);
    volo_model_unref(run->model);
}

/* --- one picture, or several of one size --- */

static VoloStatus find_cost(Run *run, size_t count, size_t height, size_t width, VoloCost *ret_cost)
{
    return run->context.confidence
               ? volo_session_confidence_cost(run->session, count, height, width, ret_cost, NULL)
               : volo_session_cost(run->session, count, height, width, ret_cost, NULL);
}

/* Pictures that wait may hold what those in the network leave of the memory that is allowed. */
static void give_room(Run *run, const VoloImage *image, size_t count)
{
    const size_t height = volo_image_height(image), width = volo_image_width(image);
    uint64_t room = WAITING_BYTES;
    VoloCost cost;

    if (run->height == height && run->width == width && run->at_once == count)
        return;
    run->height = height;
    run->width = width;
    run->at_once = count;
    if (find_cost(run, count, height, width, &cost))
        room = 0; /* so says the run in a moment */
    else if (run->max_memory && cost.peak + room > run->max_memory)
        room = cost.peak < run->max_memory ? run->max_memory - cost.peak : 0;
    pipeline_set_room(run->line, room);
}

static VoloStatus run_session(Run *run, size_t count, VoloError *err)
{
    return run->context.confidence
               ? volo_session_segment_batch_confidence(run->session, run->images, count, run->masks,
                                                       run->confidences, err)
               : volo_session_segment_batch(run->session, run->images, count, run->masks, err);
}

static VoloStatus run_network(Run *run, size_t count, VoloError *err)
{
    VoloStatus status = run_session(run, count, err);

    if (status == VOLO_ERR_MEMORY) { /* perhaps there is enough without those that wait */
        pipeline_set_room(run->line, 0);
        run->at_once = 0;
        status = run_session(run, count, err);
    }
    return status;
}

/* Masks of count waiting pictures from first on. */
static VoloStatus segment(Run *run, size_t first, size_t count, VoloError *err)
{
    Picture **const picture = run->batch + first;

    for (size_t i = 0; i < count; i++)
        run->images[i] = picture[i]->image;
    give_room(run, run->images[0], count);
    const double start = stopwatch_now();
    const VoloStatus status = run_network(run, count, err);
    const double seconds = stopwatch_now() - start;
    for (size_t i = 0; i < count; i++) {
        picture[i]->mask = status ? NULL : run->masks[i];
        picture[i]->confidence = status ? NULL : run->confidences[i];
        picture[i]->seconds += seconds / (double)count;
    }
    return status;
}

/* Passes on the picture that has waited longest; what failed for it in the network is its error. */
static void pass(Run *run, Picture *p, const VoloError *err)
{
    if (err) {
        p->error = *err;
        volo_error_prefix(&p->error, "'%s'", p->input->path);
    }
    pipeline_pass(run->line);
}

/* Segments all that wait. What takes too much memory together is tried one by one. */
static void run_batch(Run *run)
{
    const size_t count = run->waiting;
    VoloError err;
    VoloStatus status = run->o->dry_run ? VOLO_OK : segment(run, 0, count, &err);
    const bool apart = status == VOLO_ERR_MEMORY && count > 1;

    run->waiting = 0;
    for (size_t i = 0; i < count && !run->stop_code; i++) {
        if (i > 0)
            progress_begin(&run->progress, run->batch[i]->input->path);
        if (apart)
            status = segment(run, i, 1, &err);
        pass(run, run->batch[i], status ? &err : NULL);
    }
}

static bool fits_batch(const Run *run, const Picture *p)
{
    const VoloImage *first = run->batch[0]->image;

    return !p->error.status && volo_image_height(p->image) == volo_image_height(first) &&
           volo_image_width(p->image) == volo_image_width(first);
}

/* A picture was loaded, or not. */
static void run_picture(Run *run, Picture *p)
{
    if (run->waiting && !fits_batch(run, p))
        run_batch(run);
    if (run->stop_code)
        return;
    if (run->waiting == 0)
        progress_begin(&run->progress, p->input->path);
    if (p->error.status) {
        pass(run, p, NULL);
        if (run->o->fail_fast)
            pipeline_settle(run->line);
        return;
    }
    run->batch[run->waiting++] = p;
    if (run->waiting == run->batch_size)
        run_batch(run);
}

static void run_pictures(Run *run)
{
    Picture *p;

    while (!run->stop_code && !interrupt_signal() && (p = pipeline_next(run->line)))
        run_picture(run, p);
    if (run->waiting && !run->stop_code)
        run_batch(run);
    pipeline_settle(run->line);
    if (interrupt_signal() && !run->stop_code)
        run->stop_code = EXIT_SIGNAL + interrupt_signal();
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
    Run run = { .o = o, .inputs = inputs, .context = { .o = o, .outputs = outputs } };
    int code = run_open(&run);

    if (!code) {
        const bool silent = o->general.style.quiet && o->progress == PROGRESS_AUTO;
        const ProgressStyle style = silent ? PROGRESS_NONE : (ProgressStyle)o->progress;

        progress_init(&run.progress, style, inputs->count);
        message_set_clear(progress_clear, &run.progress);
        segment_report_begin(o);
        run_pictures(&run);
        message_clear();
        message_set_clear(NULL, NULL);
        code = run_result(&run, inputs->count);
    }
    run_close(&run);
    return code;
}
