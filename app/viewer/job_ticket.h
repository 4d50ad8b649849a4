/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of VoloWorker share: a job on its way through a lane. */
#ifndef VOLO_VIEWER_JOB_TICKET_H
#define VOLO_VIEWER_JOB_TICKET_H

#include "app/viewer/job.h"

typedef struct Ticket Ticket;

enum {
    LANE_THREADS = 2, /* at most */
    SESSIONS = 2,     /* that are kept */
};

/* A thread of a lane. */
typedef struct LaneThread {
    VoloWorker *worker; /* borrowed: it joins the thread */
    VoloLane lane;
    GThread *thread;
    Ticket *ticket; /* that is run, or NULL; a reference; under the lock */
} LaneThread;

/* A model's session; of the network's thread alone. */
typedef struct KeptSession {
    VoloSession *session;
    VoloModel *model; /* which the session keeps */
    guint64 used;
} KeptSession;

struct _VoloWorker {
    GObject parent;
    int threads;
    VoloWorkerOptionsFn options;
    gpointer user;
    GMainContext *context; /* in which callbacks come */
    GMutex lock;
    GCond changed;
    gboolean stopped;                          /* under the lock, as the next two */
    GQueue waiting[VOLO_LANES];                /* of Ticket, a reference each */
    LaneThread lane[VOLO_LANES][LANE_THREADS]; /* without thread beyond the lane's count */
    KeptSession kept[SESSIONS];
    guint64 uses;
};

void worker_drop_sessions(VoloWorker *self); /* in the network's thread */

#endif
