/* SPDX-License-Identifier: Apache-2.0 */
/* Which stage of a network took how long: a session tells of every stage that it finished, and the
 * time since the one before is the stage's. In windows and views stages come round again; their
 * times add up within a run. */
#ifndef VOLO_APP_BENCH_STAGES_H
#define VOLO_APP_BENCH_STAGES_H

#include <volo/session.h>

#include "app/bench/samples.h"

typedef struct Stage {
    char name[64];
    size_t n, h, w, c; /* of its output; 0: not told, where there are windows or views */
    uint64_t macs;     /* multiply-adds of a run, convolutions taken as direct */
    Samples seconds;   /* of each run */
    double median;     /* of those; set by stages_summarise */
    double now;        /* in this run */
} Stage;

typedef struct Stages {
    Stage *stage; /* [count] */
    size_t count, room;
    size_t cycle;        /* of them are the network's, which come round again; 0: not known yet */
    bool measuring;      /* past the first run, which fills in multiply-adds */
    bool failed;         /* memory was refused */
    size_t step;         /* stages finished in this run */
    double last;         /* when the last one was */
    double done;         /* share of the multiply-adds by then */
    uint64_t total_macs; /* of a run */
} Stages;

/* A stage without numbers at the end of the list; NULL when memory is refused. */
Stage *stages_add(Stages *s, const char *name);

/* Names from a plan, for sessions that call no taps. False when memory is refused. */
bool stages_from_plan(Stages *s, const VoloStage *plan, size_t count);

/* Has the session tell s of its stages. A signal cancels the run. */
void stages_watch(Stages *s, VoloSession *session);

/* Around each run; the first run is not measured. after: the name for what is left when the last
 * stage is done, or NULL to leave it out. False when memory is refused. */
void stages_begin(Stages *s);
bool stages_end(Stages *s, const char *after);

void stages_summarise(Stages *s);
void stages_clear(Stages *s);

#endif
