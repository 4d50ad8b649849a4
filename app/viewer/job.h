/* SPDX-License-Identifier: Apache-2.0 */
/* VoloWorker: the thread in which networks run, and jobs for it. One thread (and the team of
 * threads that the engine starts from it, all at nice 10) for all jobs, one after another, the most
 * urgent first; small files are read by a thread of their own. Start jobs from the main thread;
 * callbacks come there. */
#ifndef VOLO_VIEWER_JOB_H
#define VOLO_VIEWER_JOB_H

#include <volo/image.h>
#include <volo/session.h>

#include <gio/gio.h>

#include "app/viewer/segmentation.h"

G_BEGIN_DECLS

#define VOLO_TYPE_WORKER (volo_worker_get_type())
G_DECLARE_FINAL_TYPE(VoloWorker, volo_worker, VOLO, WORKER, GObject)

/* threads: of the engine; 0: all. options of running a model, or NULL: the model's own (for all
 * sessions; copied). */
VoloWorker *volo_worker_new(int threads,
                            gboolean (*options)(VoloModel *, VoloSessionOptions *, gpointer),
                            gpointer user);

typedef enum VoloUrgency {
    VOLO_JOB_AHEAD, /* nobody waits for it yet */
    VOLO_JOB_NOW,
} VoloUrgency;

/* Runs in the worker's thread. Returns a pointer that destroy releases, or NULL and *error. */
typedef gpointer (*VoloJobFn)(VoloWorker *worker, gpointer data, GCancellable *cancellable,
                              GError **error);

typedef struct VoloJob {
    VoloJobFn run;
    gpointer data; /* becomes the job's */
    GDestroyNotify free_data;
    GDestroyNotify free_result;
    VoloUrgency urgency;
} VoloJob;

void volo_job_start_async(VoloWorker *worker, const VoloJob *job, GCancellable *cancellable,
                          GAsyncReadyCallback done, gpointer user);
gpointer volo_job_start_finish(VoloWorker *worker, GAsyncResult *result, GError **error);

/* Called in the main thread, at most every 30 ms, with the share of blocks done. */
typedef void (*VoloJobProgressFn)(double done, gpointer user);

G_END_DECLS

#endif
