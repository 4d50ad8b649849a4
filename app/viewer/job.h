/* SPDX-License-Identifier: Apache-2.0 */
/* VoloWorker: the thread in which networks run, and jobs for it. One thread (and the team of
 * threads that the engine starts from it, all at nice 10) for all networks, one after another, the
 * most urgent first; files are read by threads of their own. Start jobs from the main thread;
 * callbacks come there. Errors: VOLO_VIEWER_ERROR. */
#ifndef VOLO_VIEWER_JOB_H
#define VOLO_VIEWER_JOB_H

#include <volo/image.h>
#include <volo/session.h>

#include <gio/gio.h>

#include "app/viewer/segmentation.h"
#include "app/viewer/viewer_error.h"

G_BEGIN_DECLS

#define VOLO_TYPE_WORKER (volo_worker_get_type())
G_DECLARE_FINAL_TYPE(VoloWorker, volo_worker, VOLO, WORKER, GObject)

/* Changes how a model is run: *options are the model's own, with the worker's threads. FALSE: it is
 * not to be run. Called in the worker's thread. */
typedef gboolean (*VoloWorkerOptionsFn)(VoloModel *model, VoloSessionOptions *options,
                                        gpointer user);

/* threads: of the engine; 0: all. options: NULL: the model's own (for all sessions); user must
 * outlive the worker. A max_memory of 0 becomes three quarters of what the system has. */
VoloWorker *volo_worker_new(int threads, VoloWorkerOptionsFn options, gpointer user);
/* Cancels all jobs; their callbacks still come. */
void volo_worker_cancel_all(VoloWorker *worker);

typedef enum VoloUrgency {
    VOLO_JOB_AHEAD, /* nobody waits for it yet; makes way for those that are wanted */
    VOLO_JOB_NOW,
} VoloUrgency;

/* Who runs a job: the one thread for networks, or one of two that read files and compare, so that
 * a picture shows while a network is at work. */
typedef enum VoloLane {
    VOLO_LANE_NETWORK,
    VOLO_LANE_READING,
    VOLO_LANES,
} VoloLane;

/* Runs in a thread of the worker. Returns a pointer that free_result releases, or NULL and *error.
 * A job that makes way is cancelled and run again from the start, with the same data. */
typedef gpointer (*VoloJobFn)(VoloWorker *worker, gpointer data, GCancellable *cancellable,
                              GError **error);

/* Called in the main thread, at most every 30 ms, with the share of blocks done, 0..1; never after
 * the job's callback. */
typedef void (*VoloJobProgressFn)(double done, gpointer user);

typedef struct VoloJob {
    VoloJobFn run;
    gpointer data; /* becomes the job's */
    GDestroyNotify free_data;
    GDestroyNotify free_result;
    VoloUrgency urgency;
    VoloLane lane;
    VoloJobProgressFn progress; /* NULL: nobody wants to know */
    gpointer progress_user;
} VoloJob;

/* The job keeps the worker alive until its callback; that comes in the context that was the
 * default when the worker was made. A job that is cancelled answers at once when it was waiting,
 * and between two blocks of the network when it was running: G_IO_ERROR_CANCELLED. */
void volo_job_start_async(VoloWorker *worker, const VoloJob *job, GCancellable *cancellable,
                          GAsyncReadyCallback done, gpointer user);
gpointer volo_job_start_finish(VoloWorker *worker, GAsyncResult *result, GError **error);
/* What was begun ahead is wanted now: jobs that were started with that cancellable. */
void volo_job_hurry(VoloWorker *worker, GCancellable *cancellable);

/* A job that segments: its result is a VoloSegmentation. References are taken; source is copied. */
VoloJob volo_job_segment(VoloModel *model, VoloImage *image, const char *source,
                         VoloUrgency urgency);

/* For jobs of the network's lane, from run alone: the model's session, kept for the next job (the
 * last two that were used). Borrowed. NULL and *error. */
VoloSession *volo_worker_session(VoloWorker *worker, VoloModel *model, GError **error);
/* Labels and, when ret_confidence is not NULL, how sure the network is (untouched when there is no
 * memory for that); progress is told and cancelling heard between blocks. Both are the caller's
 * references. */
gboolean volo_worker_segment(VoloWorker *worker, VoloModel *model, VoloImage *image,
                             GCancellable *cancellable, VoloMask **ret_mask,
                             VoloConfidence **ret_confidence, GError **error);
/* Tells the share of work done of the job that runs in this thread. */
void volo_job_report(double done);

G_END_DECLS

#endif
