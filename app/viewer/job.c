/* SPDX-License-Identifier: Apache-2.0 */
/* VoloWorker: lanes of threads, each with a queue of tickets. A ticket is shared by the queue or
 * the thread that runs it, by what was posted to the main thread, and by the wish to cancel it; its
 * GTask is touched by the main thread alone, so that callbacks and finalisers run there. */
#include "app/viewer/job.h"

#include "app/viewer/job_ticket.h"
#include "app/viewer/nice_thread.h"

#define TELL_EVERY 30000 /* microseconds between reports of progress */

struct Ticket {
    VoloWorker *worker; /* kept alive by the task */
    VoloJob job;
    GTask *task;        /* NULL: answered; main thread */
    GCancellable *wish; /* the caller's, or NULL */
    gulong wish_handler;
    /* Under the lock: */
    GCancellable *run; /* NULL: it is not running */
    gboolean makes_way;
    double done;
    gboolean told; /* a report is on its way to the main thread */
    /* Of the thread that runs it, then of the main thread: */
    gint64 told_at;
    gpointer result;
    GError *error;
};

G_DEFINE_FINAL_TYPE(VoloWorker, volo_worker, G_TYPE_OBJECT)

static _Thread_local Ticket *running; /* in this thread */

static void ticket_clear(gpointer data)
{
    Ticket *const ticket = data;

    g_clear_object(&ticket->wish);
    g_clear_object(&ticket->run);
}

static void ticket_unref(gpointer ticket)
{
    g_atomic_rc_box_release_full(ticket, ticket_clear);
}

static void post(Ticket *ticket, GSourceFunc fn)
{
    GSource *const source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, fn, g_atomic_rc_box_acquire(ticket), ticket_unref);
    g_source_attach(source, ticket->worker->context);
    g_source_unref(source);
}

/* --- answers, in the main thread -------------------------------------------------------------- */

static gboolean answer(gpointer data)
{
    Ticket *const ticket = data;
    GTask *const task = g_steal_pointer(&ticket->task);

    if (ticket->wish_handler)
        g_cancellable_disconnect(ticket->wish, ticket->wish_handler);
    if (ticket->job.free_data)
        ticket->job.free_data(ticket->job.data);
    if (ticket->error)
        g_task_return_error(task, g_steal_pointer(&ticket->error));
    else
        g_task_return_pointer(task, g_steal_pointer(&ticket->result), ticket->job.free_result);
    g_object_unref(task);
    return G_SOURCE_REMOVE;
}

static gboolean tell(gpointer data)
{
    Ticket *const ticket = data;

    if (!ticket->task)
        return G_SOURCE_REMOVE;
    g_mutex_lock(&ticket->worker->lock);
    const double done = ticket->done;
    ticket->told = FALSE;
    g_mutex_unlock(&ticket->worker->lock);
    ticket->job.progress(done, ticket->job.progress_user);
    return G_SOURCE_REMOVE;
}

void volo_job_report(double done)
{
    Ticket *const ticket = running;
    const gint64 now = g_get_monotonic_time();

    if (!ticket || !ticket->job.progress)
        return;
    g_mutex_lock(&ticket->worker->lock);
    ticket->done = done;
    const gboolean due = !ticket->told && now - ticket->told_at >= TELL_EVERY;
    ticket->told |= due;
    g_mutex_unlock(&ticket->worker->lock);
    if (!due)
        return;
    ticket->told_at = now;
    post(ticket, tell);
}

static void answer_cancelled(Ticket *ticket)
{
    g_set_error_literal(&ticket->error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
    post(ticket, answer);
}

/* --- lanes ------------------------------------------------------------------------------------ */

/* The most urgent ticket of a lane, the first of several; NULL: none. Locked. */
static Ticket *next(VoloWorker *self, VoloLane lane)
{
    GQueue *const queue = &self->waiting[lane];
    GList *best = queue->head;

    for (GList *at = best; at; at = at->next) {
        if (((Ticket *)at->data)->job.urgency > ((Ticket *)best->data)->job.urgency)
            best = at;
    }
    if (!best)
        return NULL;
    Ticket *const ticket = best->data;
    g_queue_delete_link(queue, best);
    return ticket;
}

/* When something urgent waits for a lane that is busy: what cancels a job that nobody waits for
 * yet. NULL: nothing to do. The caller's reference. Locked. */
static GCancellable *make_way(VoloWorker *self, VoloLane lane)
{
    gboolean urgent = FALSE;
    Ticket *idler = NULL;

    for (GList *at = self->waiting[lane].head; at; at = at->next)
        urgent |= ((Ticket *)at->data)->job.urgency == VOLO_JOB_NOW;
    for (size_t i = 0; i < LANE_THREADS && urgent; i++) {
        const LaneThread *const thread = &self->lane[lane][i];

        if (thread->thread && !thread->ticket)
            return NULL;
        if (thread->ticket && thread->ticket->job.urgency == VOLO_JOB_AHEAD)
            idler = thread->ticket;
    }
    if (!idler)
        return NULL;
    idler->makes_way = TRUE;
    return g_object_ref(idler->run);
}

static void cancel_and_unref(GCancellable *cancellable)
{
    if (!cancellable)
        return;
    g_cancellable_cancel(cancellable);
    g_object_unref(cancellable);
}

/* Runs a ticket; afterwards it is answered, or waits again when it made way. */
static void run_ticket(LaneThread *thread, Ticket *ticket)
{
    VoloWorker *const self = thread->worker;

    running = ticket;
    ticket->result = ticket->job.run(self, ticket->job.data, ticket->run, &ticket->error);
    running = NULL;
    g_mutex_lock(&self->lock);
    const gboolean again = !ticket->result && ticket->makes_way && !self->stopped &&
                           !g_cancellable_is_cancelled(ticket->wish) &&
                           g_cancellable_is_cancelled(ticket->run);
    thread->ticket = NULL;
    g_clear_object(&ticket->run);
    ticket->makes_way = FALSE;
    if (again) {
        g_clear_error(&ticket->error);
        g_queue_push_head(&self->waiting[thread->lane], ticket);
    }
    g_mutex_unlock(&self->lock);
    if (again)
        return;
    post(ticket, answer);
    ticket_unref(ticket);
}

static gpointer run_lane(gpointer data)
{
    LaneThread *const thread = data;
    VoloWorker *const self = thread->worker;

    volo_nice_thread(thread->lane == VOLO_LANE_NETWORK ? VOLO_NICE_NETWORK : VOLO_NICE_READING);
    g_mutex_lock(&self->lock);
    while (!self->stopped) {
        Ticket *const ticket = next(self, thread->lane);

        if (!ticket) {
            g_cond_wait(&self->changed, &self->lock);
            continue;
        }
        ticket->run = g_cancellable_new();
        thread->ticket = ticket;
        g_mutex_unlock(&self->lock);
        run_ticket(thread, ticket);
        g_mutex_lock(&self->lock);
    }
    g_mutex_unlock(&self->lock);
    if (thread->lane == VOLO_LANE_NETWORK)
        worker_drop_sessions(self);
    return NULL;
}

/* --- the worker ------------------------------------------------------------------------------- */

static void volo_worker_finalize(GObject *object)
{
    VoloWorker *const self = VOLO_WORKER(object);

    /* No job is left: each of them keeps the worker. */
    g_mutex_lock(&self->lock);
    self->stopped = TRUE;
    g_cond_broadcast(&self->changed);
    g_mutex_unlock(&self->lock);
    for (size_t i = 0; i < VOLO_LANES; i++) {
        for (size_t k = 0; k < LANE_THREADS; k++)
            g_clear_pointer(&self->lane[i][k].thread, g_thread_join);
    }
    g_main_context_unref(self->context);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->changed);
    G_OBJECT_CLASS(volo_worker_parent_class)->finalize(object);
}

static void volo_worker_class_init(VoloWorkerClass *class)
{
    G_OBJECT_CLASS(class)->finalize = volo_worker_finalize;
}

static void volo_worker_init(VoloWorker *self)
{
    g_mutex_init(&self->lock);
    g_cond_init(&self->changed);
    self->context = g_main_context_ref_thread_default();
    for (size_t i = 0; i < VOLO_LANES; i++)
        g_queue_init(&self->waiting[i]);
}

VoloWorker *volo_worker_new(int threads, VoloWorkerOptionsFn options, gpointer user)
{
    static const char *const names[] = { "volo-network", "volo-reading" };
    VoloWorker *const self = g_object_new(VOLO_TYPE_WORKER, NULL);

    self->threads = threads;
    self->options = options;
    self->user = user;
    g_mutex_lock(&self->lock); /* threads look at one another's entries */
    for (int i = 0; i < VOLO_LANES; i++) {
        const size_t count = i == VOLO_LANE_NETWORK ? 1 : LANE_THREADS;

        for (size_t k = 0; k < count; k++) {
            LaneThread *const thread = &self->lane[i][k];

            thread->worker = self;
            thread->lane = (VoloLane)i;
            thread->thread = g_thread_new(names[i], run_lane, thread);
        }
    }
    g_mutex_unlock(&self->lock);
    return self;
}

/* Takes a ticket out of its queue; FALSE: it does not wait. Locked. */
static gboolean take_out(VoloWorker *self, Ticket *ticket)
{
    return g_queue_remove(&self->waiting[ticket->job.lane], ticket);
}

static void on_wish(GCancellable *wish, gpointer data)
{
    Ticket *const ticket = data;
    VoloWorker *const self = ticket->worker;

    (void)wish;
    g_mutex_lock(&self->lock);
    const gboolean waited = take_out(self, ticket);
    GCancellable *const run = ticket->run ? g_object_ref(ticket->run) : NULL;
    g_mutex_unlock(&self->lock);
    cancel_and_unref(run);
    if (!waited)
        return;
    answer_cancelled(ticket);
    ticket_unref(ticket);
}

void volo_worker_cancel_all(VoloWorker *self)
{
    GQueue waiting = G_QUEUE_INIT, runs = G_QUEUE_INIT;
    Ticket *ticket;

    g_mutex_lock(&self->lock);
    for (size_t i = 0; i < VOLO_LANES; i++) {
        while ((ticket = g_queue_pop_head(&self->waiting[i])))
            g_queue_push_tail(&waiting, ticket);
        for (size_t k = 0; k < LANE_THREADS; k++) {
            if (!(ticket = self->lane[i][k].ticket))
                continue;
            ticket->job.urgency = VOLO_JOB_NOW; /* it does not come back */
            ticket->makes_way = FALSE;
            g_queue_push_tail(&runs, g_object_ref(ticket->run));
        }
    }
    g_mutex_unlock(&self->lock);
    while ((ticket = g_queue_pop_head(&waiting))) {
        answer_cancelled(ticket);
        ticket_unref(ticket);
    }
    while (!g_queue_is_empty(&runs))
        cancel_and_unref(g_queue_pop_head(&runs));
}

/* --- jobs ------------------------------------------------------------------------------------- */

void volo_job_start_async(VoloWorker *self, const VoloJob *job, GCancellable *cancellable,
                          GAsyncReadyCallback done, gpointer user)
{
    Ticket *const ticket = g_atomic_rc_box_new0(Ticket);

    ticket->worker = self;
    ticket->job = *job;
    ticket->task = g_task_new(self, cancellable, done, user);
    ticket->wish = cancellable ? g_object_ref(cancellable) : NULL;
    g_mutex_lock(&self->lock);
    g_queue_push_tail(&self->waiting[job->lane], g_atomic_rc_box_acquire(ticket));
    GCancellable *const idler = make_way(self, job->lane);
    g_cond_broadcast(&self->changed);
    g_mutex_unlock(&self->lock);
    cancel_and_unref(idler);
    if (cancellable)
        ticket->wish_handler = g_cancellable_connect(cancellable, G_CALLBACK(on_wish),
                                                     g_atomic_rc_box_acquire(ticket), ticket_unref);
    ticket_unref(ticket);
}

gpointer volo_job_start_finish(VoloWorker *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), NULL);
    return g_task_propagate_pointer(G_TASK(result), error);
}

void volo_job_hurry(VoloWorker *self, GCancellable *cancellable)
{
    GCancellable *idler[VOLO_LANES];

    g_mutex_lock(&self->lock);
    for (int i = 0; i < VOLO_LANES; i++) {
        for (GList *at = self->waiting[i].head; at; at = at->next) {
            if (((Ticket *)at->data)->wish == cancellable)
                ((Ticket *)at->data)->job.urgency = VOLO_JOB_NOW;
        }
        for (size_t k = 0; k < LANE_THREADS; k++) {
            Ticket *const ticket = self->lane[i][k].ticket;

            if (ticket && ticket->wish == cancellable)
                ticket->job.urgency = VOLO_JOB_NOW;
        }
        idler[i] = make_way(self, (VoloLane)i);
    }
    g_mutex_unlock(&self->lock);
    for (size_t i = 0; i < VOLO_LANES; i++)
        cancel_and_unref(idler[i]);
}
