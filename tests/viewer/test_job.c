/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/job.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/viewer/main_loop.h"

/* What becomes of a job. */
typedef struct Outcome {
    gboolean done;
    gpointer result;
    GError *error;
    GThread *thread; /* in which the callback came */
    int freed;       /* times that its data was */
    int reports;
    double last;
    gboolean fell; /* progress went back */
} Outcome;

static void on_done(GObject *worker, GAsyncResult *result, gpointer user)
{
    Outcome *const outcome = user;

    outcome->result = volo_job_start_finish(VOLO_WORKER(worker), result, &outcome->error);
    outcome->thread = g_thread_self();
    outcome->done = TRUE;
}

static void on_progress(double done, gpointer user)
{
    Outcome *const outcome = user;

    assert_false(outcome->done);
    assert_true(done >= 0 && done <= 1);
    outcome->fell |= done < outcome->last;
    outcome->last = done;
    outcome->reports++;
}

static void assert_cancelled(const Outcome *outcome)
{
    assert_true(outcome->done);
    assert_null(outcome->result);
    assert_true(g_error_matches(outcome->error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

/* --- jobs of the tests ------------------------------------------------------------------------ */

/* A job that waits at a gate, and notes in what order jobs went through it. */
typedef struct Gate {
    GMutex lock;
    GCond changed;
    gboolean open;
    int started; /* how often a job came to the gate */
    GString *order;
} Gate;

typedef struct Walker {
    Gate *gate;
    char name;
    gboolean waits;
    Outcome *outcome;
} Walker;

static void gate_init(Gate *gate)
{
    g_mutex_init(&gate->lock);
    g_cond_init(&gate->changed);
    gate->open = FALSE;
    gate->started = 0;
    gate->order = g_string_new(NULL);
}

static void gate_clear(Gate *gate)
{
    g_mutex_clear(&gate->lock);
    g_cond_clear(&gate->changed);
    g_string_free(gate->order, TRUE);
}

static void gate_open(Gate *gate)
{
    g_mutex_lock(&gate->lock);
    gate->open = TRUE;
    g_cond_broadcast(&gate->changed);
    g_mutex_unlock(&gate->lock);
}

static gboolean gate_is_reached(gpointer data)
{
    Gate *const gate = data;

    g_mutex_lock(&gate->lock);
    const gboolean reached = gate->started > 0;
    g_mutex_unlock(&gate->lock);
    return reached;
}

static gpointer walk(VoloWorker *worker, gpointer data, GCancellable *cancellable, GError **error)
{
    Walker *const walker = data;
    Gate *const gate = walker->gate;

    (void)worker;
    g_mutex_lock(&gate->lock);
    gate->started++;
    g_cond_broadcast(&gate->changed);
    while (walker->waits && !gate->open && !g_cancellable_is_cancelled(cancellable))
        g_cond_wait_until(&gate->changed, &gate->lock, g_get_monotonic_time() + 2000);
    const gboolean stopped = g_cancellable_set_error_if_cancelled(cancellable, error);
    g_string_append_c(gate->order, (char)(stopped ? g_ascii_toupper(walker->name) : walker->name));
    g_mutex_unlock(&gate->lock);
    return stopped ? NULL : g_strdup("result");
}

static void free_walker(gpointer data)
{
    Walker *const walker = data;

    walker->outcome->freed++;
    g_free(walker);
}

static void start(VoloWorker *worker, Gate *gate, char name, VoloUrgency urgency,
                  GCancellable *cancellable, Outcome *outcome)
{
    Walker *const walker = g_new(Walker, 1);

    *walker = (Walker){ gate, name, name == 'w', outcome };
    const VoloJob job = { .run = walk,
                          .data = walker,
                          .free_data = free_walker,
                          .free_result = g_free,
                          .urgency = urgency };
    volo_job_start_async(worker, &job, cancellable, on_done, outcome);
}

static void clear(Outcome *outcome, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g_free(outcome[i].result);
        g_clear_error(&outcome[i].error);
    }
}

/* --- order ------------------------------------------------------------------------------------ */

static void gives_the_result_in_the_main_thread(void **state)
{
    VoloWorker *const worker = volo_worker_new(1, NULL, NULL);
    Outcome outcome = { .done = FALSE };
    Gate gate;

    (void)state;
    gate_init(&gate);
    start(worker, &gate, 'a', VOLO_JOB_NOW, NULL, &outcome);
    assert_false(outcome.done);
    loop_until_set("the job", &outcome.done);
    assert_string_equal(outcome.result, "result");
    assert_null(outcome.error);
    assert_ptr_equal(outcome.thread, g_thread_self());
    assert_int_equal(outcome.freed, 1);
    clear(&outcome, 1);
    loop_until_gone(worker);
    gate_clear(&gate);
}

static void runs_what_is_wanted_now_before_what_is_ahead(void **state)
{
    VoloWorker *const worker = volo_worker_new(1, NULL, NULL);
    Outcome outcome[5] = { { .done = FALSE } };
    Gate gate;

    (void)state;
    gate_init(&gate);
    start(worker, &gate, 'w', VOLO_JOB_NOW, NULL, &outcome[0]);
    loop_until("the gate", gate_is_reached, &gate);
    start(worker, &gate, 'a', VOLO_JOB_AHEAD, NULL, &outcome[1]);
    start(worker, &gate, 'b', VOLO_JOB_AHEAD, NULL, &outcome[2]);
    start(worker, &gate, 'c', VOLO_JOB_NOW, NULL, &outcome[3]);
    start(worker, &gate, 'd', VOLO_JOB_NOW, NULL, &outcome[4]);
    gate_open(&gate);
    loop_until_set("the last job", &outcome[2].done);
    assert_string_equal(gate.order->str, "wcdab");
    clear(outcome, 5);
    loop_until_gone(worker);
    gate_clear(&gate);
}

static void what_runs_ahead_makes_way_and_runs_again(void **state)
{
    VoloWorker *const worker = volo_worker_new(1, NULL, NULL);
    Outcome outcome[2] = { { .done = FALSE } };
    Gate gate;

    (void)state;
    gate_init(&gate);
    start(worker, &gate, 'w', VOLO_JOB_AHEAD, NULL, &outcome[0]);
    loop_until("the gate", gate_is_reached, &gate);
    start(worker, &gate, 'a', VOLO_JOB_NOW, NULL, &outcome[1]);
    loop_until_set("the urgent job", &outcome[1].done);
    assert_false(outcome[0].done);
    assert_int_equal(outcome[0].freed, 0);
    gate_open(&gate);
    loop_until_set("the other job", &outcome[0].done);
    assert_string_equal(gate.order->str, "Waw");
    assert_string_equal(outcome[0].result, "result");
    clear(outcome, 2);
    loop_until_gone(worker);
    gate_clear(&gate);
}

static void what_is_hurried_goes_first(void **state)
{
    VoloWorker *const worker = volo_worker_new(1, NULL, NULL);
    GCancellable *const wish = g_cancellable_new();
    Outcome outcome[3] = { { .done = FALSE } };
    Gate gate;

    (void)state;
    gate_init(&gate);
    start(worker, &gate, 'w', VOLO_JOB_AHEAD, NULL, &outcome[0]);
    loop_until("the gate", gate_is_reached, &gate);
    start(worker, &gate, 'a', VOLO_JOB_AHEAD, NULL, &outcome[1]);
    start(worker, &gate, 'b', VOLO_JOB_AHEAD, wish, &outcome[2]);
    volo_job_hurry(worker, wish); /* also makes the first one step back */
    loop_until_set("the hurried job", &outcome[2].done);
    gate_open(&gate);
    loop_until_set("another job", &outcome[0].done);
    loop_until_set("the last job", &outcome[1].done);
    assert_string_equal(gate.order->str, "Wbwa");
    clear(outcome, 3);
    g_object_unref(wish);
    loop_until_gone(worker);
    gate_clear(&gate);
}

static void reading_does_not_wait_for_a_network(void **state)
{
    VoloWorker *const worker = volo_worker_new(1, NULL, NULL);
    Outcome outcome[2] = { { .done = FALSE } };
    Walker *const walker = g_new(Walker, 1);
    Gate gate;

    (void)state;
    gate_init(&gate);
    start(worker, &gate, 'w', VOLO_JOB_NOW, NULL, &outcome[0]);
    loop_until("the gate", gate_is_reached, &gate);
    *walker = (Walker){ &gate, 'r', FALSE, &outcome[1] };
    const VoloJob job = { .run = walk,
                          .data = walker,
                          .free_data = free_walker,
                          .free_result = g_free,
                          .urgency = VOLO_JOB_NOW,
                          .lane = VOLO_LANE_READING };
    volo_job_start_async(worker, &job, NULL, on_done, &outcome[1]);
    loop_until_set("the reading job", &outcome[1].done);
    assert_false(outcome[0].done);
    gate_open(&gate);
    loop_until_set("the other job", &outcome[0].done);
    clear(outcome, 2);
    loop_until_gone(worker);
    gate_clear(&gate);
}

/* --- cancelling ------------------------------------------------------------------------------- */

static void cancelling_answers_waiting_and_running_jobs(void **state)
{
    VoloWorker *const worker = volo_worker_new(1, NULL, NULL);
    GCancellable *const wish[3] = { g_cancellable_new(), g_cancellable_new(), g_cancellable_new() };
    Outcome outcome[3] = { { .done = FALSE } };
    Gate gate;

    (void)state;
    gate_init(&gate);
    start(worker, &gate, 'w', VOLO_JOB_NOW, wish[0], &outcome[0]);
    loop_until("the gate", gate_is_reached, &gate);
    start(worker, &gate, 'a', VOLO_JOB_NOW, wish[1], &outcome[1]);
    g_cancellable_cancel(wish[1]);
    loop_until_set("the answer of a waiting job", &outcome[1].done);
    assert_cancelled(&outcome[1]);
    assert_false(outcome[0].done);
    g_cancellable_cancel(wish[2]);
    start(worker, &gate, 'b', VOLO_JOB_NOW, wish[2], &outcome[2]);
    loop_until_set("the answer of a job that was cancelled before", &outcome[2].done);
    assert_cancelled(&outcome[2]);
    g_cancellable_cancel(wish[0]);
    loop_until_set("the answer of the running job", &outcome[0].done);
    assert_cancelled(&outcome[0]);
    assert_string_equal(gate.order->str, "W");
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(outcome[i].freed, 1);
        g_object_unref(wish[i]);
    }
    clear(outcome, 3);
    loop_until_gone(worker);
    gate_clear(&gate);
}

static void a_worker_that_is_let_go_leaves_nothing(void **state)
{
    VoloWorker *const worker = volo_worker_new(1, NULL, NULL);
    Outcome outcome[3] = { { .done = FALSE } };
    Gate gate;

    (void)state;
    gate_init(&gate);
    start(worker, &gate, 'w', VOLO_JOB_AHEAD, NULL, &outcome[0]);
    loop_until("the gate", gate_is_reached, &gate);
    start(worker, &gate, 'a', VOLO_JOB_AHEAD, NULL, &outcome[1]);
    start(worker, &gate, 'b', VOLO_JOB_AHEAD, NULL, &outcome[2]);
    volo_worker_cancel_all(worker);
    loop_until_gone(worker);
    for (size_t i = 0; i < 3; i++) {
        assert_cancelled(&outcome[i]);
        assert_int_equal(outcome[i].freed, 1);
    }
    clear(outcome, 3);
    gate_clear(&gate);
}

static void jobs_end_well_when_the_worker_is_let_go(void **state)
{
    VoloWorker *const worker = volo_worker_new(1, NULL, NULL);
    Outcome outcome[2] = { { .done = FALSE } };
    Gate gate;

    (void)state;
    gate_init(&gate);
    start(worker, &gate, 'a', VOLO_JOB_AHEAD, NULL, &outcome[0]);
    start(worker, &gate, 'b', VOLO_JOB_AHEAD, NULL, &outcome[1]);
    loop_until_gone(worker);
    assert_string_equal(outcome[0].result, "result");
    assert_string_equal(outcome[1].result, "result");
    clear(outcome, 2);
    gate_clear(&gate);
}

/* --- threads ---------------------------------------------------------------------------------- */

/* Threads of this process that are less nice than wanted, without the first count of before. */
static int count_threads(int nice, GArray *known, gboolean remember)
{
    DIR *const dir = opendir("/proc/self/task");
    const struct dirent *entry;
    int rude = 0;

    while ((entry = readdir(dir))) {
        const int thread = atoi(entry->d_name);
        gboolean old = thread == 0;

        for (guint i = 0; i < known->len && !old; i++)
            old = g_array_index(known, int, i) == thread;
        if (old)
            continue;
        if (remember)
            g_array_append_val(known, thread);
        rude += getpriority(PRIO_PROCESS, (id_t)thread) < nice;
    }
    closedir(dir);
    return rude;
}

static void networks_run_at_nice_10_with_all_their_threads(void **state)
{
    GArray *const known = g_array_new(FALSE, FALSE, sizeof(int));
    VoloModel *const model = sample_model();
    VoloImage *const image = sample_image(0);
    Outcome outcome = { .done = FALSE };

    (void)state;
    count_threads(10, known, TRUE);
    VoloWorker *const worker = volo_worker_new(2, NULL, NULL);
    const VoloJob job = volo_job_segment(model, image, "m", VOLO_JOB_NOW);
    volo_job_start_async(worker, &job, NULL, on_done, &outcome);
    loop_until_set("the segmentation", &outcome.done);
    assert_null(outcome.error);
    /* The two that read files may be less nice. */
    assert_true(count_threads(10, known, FALSE) <= 2);
    assert_int_equal(count_threads(5, known, FALSE), 0);
    g_object_unref(outcome.result);
    loop_until_gone(worker);
    volo_image_unref(image);
    volo_model_unref(model);
    g_array_unref(known);
}

/* --- segmenting ------------------------------------------------------------------------------- */

static void segments_as_a_session_does_and_tells_how_far_it_is(void **state)
{
    VoloModel *const model = sample_model();
    VoloImage *const image = sample_image(1);
    VoloWorker *const worker = volo_worker_new(0, NULL, NULL);
    Outcome outcome = { .done = FALSE };
    VoloJob job = volo_job_segment(model, image, "the model", VOLO_JOB_NOW);
    VoloSession *session = NULL;
    VoloMask *want = NULL;
    VoloError err;

    (void)state;
    job.progress = on_progress;
    job.progress_user = &outcome;
    volo_job_start_async(worker, &job, NULL, on_done, &outcome);
    loop_until_set("the segmentation", &outcome.done);
    assert_null(outcome.error);
    assert_true(outcome.reports > 0);
    assert_false(outcome.fell);
    assert_int_equal(volo_session_new(model, NULL, &session, &err), VOLO_OK);
    assert_int_equal(volo_session_segment(session, image, &want, &err), VOLO_OK);
    VoloMask *const got = volo_segmentation_mask(outcome.result);
    assert_memory_equal(volo_mask_labels(got), volo_mask_labels(want), 512 * 1024);
    assert_string_equal(volo_segmentation_source(outcome.result), "the model");
    assert_true(volo_segmentation_seconds(outcome.result) > 0);
    assert_int_equal(volo_class_table_count(volo_segmentation_classes(outcome.result)), 19);
    VoloConfidence *const sure = volo_segmentation_confidence(outcome.result);
    assert_non_null(sure);
    assert_memory_equal(volo_confidence_classes(sure, 0), volo_mask_labels(want), 512 * 1024);
    volo_mask_unref(want);
    volo_session_free(session);
    g_object_unref(outcome.result);
    loop_until_gone(worker);
    volo_image_unref(image);
    volo_model_unref(model);
}

/* What is told is coalesced: never more than one report in 30 ms of the work. */
typedef struct Ticker {
    gint64 milliseconds;
} Ticker;

static gpointer tick(VoloWorker *worker, gpointer data, GCancellable *cancellable, GError **error)
{
    const Ticker *const ticker = data;
    const gint64 start = g_get_monotonic_time();
    gint64 past;

    (void)worker;
    (void)cancellable;
    (void)error;
    while ((past = g_get_monotonic_time() - start) < 1000 * ticker->milliseconds) {
        volo_job_report((double)past / (double)(1000 * ticker->milliseconds));
        g_usleep(200);
    }
    return g_strdup("ticked");
}

static void progress_is_told_every_30_milliseconds_at_most(void **state)
{
    VoloWorker *const worker = volo_worker_new(1, NULL, NULL);
    Outcome outcome = { .done = FALSE };
    Ticker ticker = { 300 };
    const VoloJob job = { .run = tick,
                          .data = &ticker,
                          .free_result = g_free,
                          .progress = on_progress,
                          .progress_user = &outcome };

    (void)state;
    volo_job_start_async(worker, &job, NULL, on_done, &outcome);
    loop_until_set("the job", &outcome.done);
    assert_in_range(outcome.reports, 1, 11);
    assert_false(outcome.fell);
    clear(&outcome, 1);
    loop_until_gone(worker);
}

typedef struct Stopper {
    Outcome outcome;
    GCancellable *wish;
} Stopper;

static void stop_at_first_report(double done, gpointer user)
{
    (void)done;
    g_cancellable_cancel(((Stopper *)user)->wish);
}

static void cancelling_stops_a_network_on_its_way(void **state)
{
    VoloModel *const model = sample_model();
    VoloImage *const image = sample_image(0);
    VoloWorker *const worker = volo_worker_new(0, NULL, NULL);
    Stopper stopper = { .wish = g_cancellable_new() };
    Outcome again = { .done = FALSE };
    VoloJob job = volo_job_segment(model, image, "m", VOLO_JOB_NOW);

    (void)state;
    job.progress = stop_at_first_report;
    job.progress_user = &stopper;
    volo_job_start_async(worker, &job, stopper.wish, on_done, &stopper.outcome);
    loop_until_set("the cancelled segmentation", &stopper.outcome.done);
    assert_cancelled(&stopper.outcome);
    clear(&stopper.outcome, 1);
    /* The session is as good as before. */
    job = volo_job_segment(model, image, "m", VOLO_JOB_NOW);
    volo_job_start_async(worker, &job, NULL, on_done, &again);
    loop_until_set("another segmentation", &again.done);
    assert_non_null(again.result);
    g_object_unref(again.result);
    g_object_unref(stopper.wish);
    loop_until_gone(worker);
    volo_image_unref(image);
    volo_model_unref(model);
}

static gboolean allow_one_byte(VoloModel *model, VoloSessionOptions *options, gpointer user)
{
    assert_non_null(model);
    assert_int_equal(options->threads, 2);
    options->max_memory = 1;
    ++*(int *)user;
    return TRUE;
}

static gboolean refuse_model(VoloModel *model, VoloSessionOptions *options, gpointer user)
{
    (void)model;
    (void)options;
    (void)user;
    return FALSE;
}

static void check_refusal(VoloWorkerOptionsFn options, int *called, VoloStatus status,
                          const char *message)
{
    VoloModel *const model = sample_model();
    VoloImage *const image = sample_image(0);
    VoloWorker *const worker = volo_worker_new(2, options, called);
    Outcome outcome = { .done = FALSE };
    const VoloJob job = volo_job_segment(model, image, "m", VOLO_JOB_NOW);

    volo_job_start_async(worker, &job, NULL, on_done, &outcome);
    loop_until_set("the refusal", &outcome.done);
    assert_null(outcome.result);
    assert_true(g_error_matches(outcome.error, VOLO_VIEWER_ERROR, (int)status));
    assert_non_null(strstr(outcome.error->message, message));
    clear(&outcome, 1);
    loop_until_gone(worker);
    volo_image_unref(image);
    volo_model_unref(model);
}

static void options_are_asked_for_and_errors_keep_their_words(void **state)
{
    int called = 0;

    (void)state;
    check_refusal(allow_one_byte, &called, VOLO_ERR_MEMORY, "memory");
    assert_int_equal(called, 1);
    check_refusal(refuse_model, NULL, VOLO_ERR_UNSUPPORTED, "cannot be run as the settings say");
}

static gpointer get_session(VoloWorker *worker, gpointer model, GCancellable *cancellable,
                            GError **error)
{
    (void)cancellable;
    return volo_worker_session(worker, model, error);
}

static gpointer session_of(VoloWorker *worker, VoloModel *model)
{
    Outcome outcome = { .done = FALSE };
    const VoloJob job = { .run = get_session, .data = model };

    volo_job_start_async(worker, &job, NULL, on_done, &outcome);
    loop_until_set("a session", &outcome.done);
    assert_non_null(outcome.result);
    return outcome.result;
}

static void keeps_the_sessions_of_two_models(void **state)
{
    VoloWorker *const worker = volo_worker_new(1, NULL, NULL);
    VoloModel *const model[3] = { sample_model(), sample_model(), sample_model() };

    (void)state;
    gpointer const first = session_of(worker, model[0]);
    gpointer const second = session_of(worker, model[1]);
    assert_ptr_not_equal(first, second);
    assert_ptr_equal(session_of(worker, model[0]), first);
    session_of(worker, model[2]); /* in the place of the second */
    assert_ptr_equal(session_of(worker, model[0]), first);
    loop_until_gone(worker);
    for (size_t i = 0; i < 3; i++)
        volo_model_unref(model[i]);
}

static int start_library(void **state)
{
    VoloError err;

    (void)state;
    return (int)volo_init(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_result_in_the_main_thread),
        cmocka_unit_test(runs_what_is_wanted_now_before_what_is_ahead),
        cmocka_unit_test(what_runs_ahead_makes_way_and_runs_again),
        cmocka_unit_test(what_is_hurried_goes_first),
        cmocka_unit_test(reading_does_not_wait_for_a_network),
        cmocka_unit_test(cancelling_answers_waiting_and_running_jobs),
        cmocka_unit_test(a_worker_that_is_let_go_leaves_nothing),
        cmocka_unit_test(jobs_end_well_when_the_worker_is_let_go),
        cmocka_unit_test(networks_run_at_nice_10_with_all_their_threads),
        cmocka_unit_test(segments_as_a_session_does_and_tells_how_far_it_is),
        cmocka_unit_test(progress_is_told_every_30_milliseconds_at_most),
        cmocka_unit_test(cancelling_stops_a_network_on_its_way),
        cmocka_unit_test(options_are_asked_for_and_errors_keep_their_words),
        cmocka_unit_test(keeps_the_sessions_of_two_models),
    };
    return cmocka_run_group_tests(tests, start_library, NULL);
}
