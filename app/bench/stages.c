/* SPDX-License-Identifier: Apache-2.0 */
/* The watch over a session's stages. */
#include "app/bench/stages.h"

#include "app/common/startup.h"
#include "app/common/stopwatch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Stage *stages_add(Stages *s, const char *name)
{
    if (s->count == s->room) {
        const size_t room = 2 * s->room + 64;
        Stage *larger = realloc(s->stage, room * sizeof *larger);

        if (!larger) {
            s->failed = true;
            return NULL;
        }
        s->stage = larger;
        s->room = room;
    }
    Stage *const stage = &s->stage[s->count++];
    *stage = (Stage){ .median = 0 };
    strncpy(stage->name, name, sizeof stage->name - 1);
    return stage;
}

bool stages_from_plan(Stages *s, const VoloStage *plan, size_t count)
{
    for (size_t i = 0; i < count; i++)
        stages_add(s, plan[i].name);
    s->cycle = s->count;
    return !s->failed;
}

/* Called just before the progress of the same stage. */
static void on_tap(const VoloTap *tap, void *user)
{
    Stages *const s = user;

    if (s->cycle)
        return;
    Stage *const stage = stages_add(s, tap->name);
    if (!stage)
        return;
    stage->n = tap->n;
    stage->h = tap->h;
    stage->w = tap->w;
    stage->c = tap->c;
}

static bool on_progress(double done, void *user)
{
    Stages *const s = user;
    const double now = stopwatch_now();

    if (s->failed || s->count == 0)
        return false;
    Stage *const stage = &s->stage[s->step++ % (s->cycle ? s->cycle : s->count)];
    stage->now += now - s->last;
    if (!s->measuring)
        stage->macs += (uint64_t)llround((done - s->done) * (double)s->total_macs);
    s->last = now;
    s->done = done;
    return !interrupt_signal();
}

void stages_watch(Stages *s, VoloSession *session)
{
    volo_session_set_tap(session, on_tap, s);
    volo_session_set_progress(session, on_progress, s);
}

void stages_begin(Stages *s)
{
    for (size_t i = 0; i < s->count; i++)
        s->stage[i].now = 0;
    s->step = 0;
    s->done = 0;
    s->last = stopwatch_now();
}

bool stages_end(Stages *s, const char *after)
{
    const double left = stopwatch_now() - s->last;

    if (!s->cycle)
        s->cycle = s->count;
    if (!s->measuring && after)
        stages_add(s, after);
    if (s->failed)
        return false;
    if (after)
        s->stage[s->count - 1].now = left;
    for (size_t i = 0; s->measuring && i < s->count; i++) {
        if (!samples_add(&s->stage[i].seconds, s->stage[i].now))
            return false;
    }
    s->measuring = true;
    return true;
}

void stages_summarise(Stages *s)
{
    for (size_t i = 0; i < s->count; i++)
        s->stage[i].median = samples_summary(&s->stage[i].seconds).median;
}

void stages_clear(Stages *s)
{
    for (size_t i = 0; i < s->count; i++)
        samples_clear(&s->stage[i].seconds);
    free(s->stage);
    *s = (Stages){ .count = 0 };
}
