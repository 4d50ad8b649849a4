/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of items and counters under one lock. Counters only grow:
 * reported <= stored <= passed <= taken <= loaded <= reported + depth. */
#include "app/common/pipeline.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct Pipeline {
    PipelineWork work;
    char *slot;      /* [depth, item_size] */
    uint64_t *bytes; /* [depth] that the items hold */
    size_t loaded, taken, passed, stored, reported;
    size_t end;          /* items from here on are neither stored nor reported */
    uint64_t room, held; /* bytes: allowed, and of items loaded or passed, not of those taken */
    bool loading;        /* the thread ahead is at item loaded */
    bool refused;        /* which did not fit into the room there was */
    bool starved;        /* the caller waits for an item, and none is behind */
    bool closing;        /* nothing more is loaded; what was passed is stored yet */
    bool threads;
    pthread_t ahead, behind;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* of anything above */
};

static void *item_at(const Pipeline *p, size_t index)
{
    return p->slot + index % p->work.depth * p->work.item_size;
}

static uint64_t *bytes_of(const Pipeline *p, size_t index)
{
    return &p->bytes[index % p->work.depth];
}

static void wait_for_change(Pipeline *p)
{
    pthread_cond_wait(&p->changed, &p->lock);
}

static void tell_change(Pipeline *p)
{
    pthread_cond_broadcast(&p->changed);
}

static bool has_ended(const Pipeline *p)
{
    return p->end != SIZE_MAX;
}

/* The run ends after item index, unless it ends before. */
static void end_after(Pipeline *p, size_t index)
{
    if (index + 1 < p->end)
        p->end = index + 1;
}

/* --- ahead --- */

/* Loads item loaded, unlocked meanwhile. */
static void load_one(Pipeline *p, uint64_t room)
{
    void *const item = item_at(p, p->loaded);
    uint64_t bytes = 0;

    p->loading = true;
    pthread_mutex_unlock(&p->lock);
    memset(item, 0, p->work.item_size);
    const bool fits = p->work.load(item, p->loaded, room, &bytes, p->work.user);
    pthread_mutex_lock(&p->lock);
    assert(fits || room < UINT64_MAX);
    p->loading = p->starved = false; /* one item at a time beyond what there is room for */
    p->refused = !fits;
    if (fits) {
        *bytes_of(p, p->loaded++) = bytes;
        p->held += bytes;
    }
    tell_change(p);
}

static bool may_load(const Pipeline *p)
{
    if (p->loaded == p->work.count || p->loaded - p->reported == p->work.depth)
        return false;
    return p->starved || (!p->refused && p->held < p->room);
}

static void *run_ahead(void *user)
{
    Pipeline *const p = user;

    pthread_mutex_lock(&p->lock);
    while (!p->closing && !has_ended(p)) { /* loaded may fall again */
        if (may_load(p))
            load_one(p, p->starved ? UINT64_MAX : p->room - p->held);
        else
            wait_for_change(p);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* --- behind --- */

/* Stores item stored, unlocked meanwhile. */
static void store_one(Pipeline *p)
{
    const size_t index = p->stored;
    const bool wanted = index < p->end;

    pthread_mutex_unlock(&p->lock);
    const bool go_on = !wanted || p->work.store(item_at(p, index), p->work.user);
    pthread_mutex_lock(&p->lock);
    if (!go_on)
        end_after(p, index);
    p->stored++;
    tell_change(p);
}

static void *run_behind(void *user)
{
    Pipeline *const p = user;

    pthread_mutex_lock(&p->lock);
    while (!p->closing || p->stored < p->passed) {
        if (p->stored < p->passed)
            store_one(p);
        else
            wait_for_change(p);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* --- the caller --- */

/* Reports what is stored, unlocked meanwhile. */
static void report_stored(Pipeline *p)
{
    while (p->reported < p->stored) {
        const size_t index = p->reported;
        void *const item = item_at(p, index);
        bool go_on = true;

        if (index < p->end) {
            pthread_mutex_unlock(&p->lock);
            go_on = p->work.report(item, p->work.user);
            pthread_mutex_lock(&p->lock);
        } else {
            p->work.drop(item, p->work.user);
        }
        if (!go_on)
            end_after(p, index);
        p->held -= *bytes_of(p, index);
        p->reported++;
        tell_change(p);
    }
}

/* Lets go of the item that was loaded last. */
static void unload(Pipeline *p)
{
    p->loaded--;
    p->held -= *bytes_of(p, p->loaded);
    p->work.drop(item_at(p, p->loaded), p->work.user);
}

static bool start_threads(Pipeline *p)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&p->ahead, NULL, run_ahead, p) == 0;
    if (started && pthread_create(&p->behind, NULL, run_behind, p)) {
        pthread_mutex_lock(&p->lock);
        p->closing = true;
        tell_change(p);
        pthread_mutex_unlock(&p->lock);
        pthread_join(p->ahead, NULL);
        p->closing = false;
        started = false;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static void free_pipeline(Pipeline *p)
{
    free(p->slot);
    free(p->bytes);
    free(p);
}

VoloStatus pipeline_new(const PipelineWork *work, bool threads, Pipeline **ret_pipeline,
                        VoloError *err)
{
    Pipeline *const p = calloc(1, sizeof *p);

    if (!p)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for a run");
    p->work = *work;
    p->end = SIZE_MAX;
    p->room = work->room;
    p->slot = calloc(work->depth, work->item_size);
    p->bytes = calloc(work->depth, sizeof *p->bytes);
    if (!p->slot || !p->bytes) {
        free_pipeline(p);
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for %zu items at once", work->depth);
    }
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
    p->threads = threads && start_threads(p);
    *ret_pipeline = p;
    return VOLO_OK;
}

/* Waits for item taken; false when there is none any more. */
static bool await_item(Pipeline *p)
{
    for (;;) {
        report_stored(p);
        if (has_ended(p) || p->taken == p->work.count)
            return false;
        if (p->taken < p->loaded)
            return true;
        if (!p->threads) {
            load_one(p, UINT64_MAX);
            continue;
        }
        p->starved = p->reported == p->passed;
        if (p->starved)
            tell_change(p);
        wait_for_change(p);
    }
}

void *pipeline_next(Pipeline *p)
{
    void *item = NULL;

    pthread_mutex_lock(&p->lock);
    assert(p->taken - p->passed < p->work.depth);
    if (await_item(p)) {
        p->held -= *bytes_of(p, p->taken);
        item = item_at(p, p->taken++);
        tell_change(p);
    }
    pthread_mutex_unlock(&p->lock);
    return item;
}

void pipeline_pass(Pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    assert(p->passed < p->taken);
    p->held += *bytes_of(p, p->passed++);
    if (!p->threads)
        store_one(p);
    tell_change(p);
    report_stored(p);
    pthread_mutex_unlock(&p->lock);
}

void pipeline_set_room(Pipeline *p, uint64_t bytes)
{
    pthread_mutex_lock(&p->lock);
    p->room = bytes;
    while (p->loading)
        wait_for_change(p);
    while (p->held > p->room && p->loaded > p->taken)
        unload(p);
    while (p->held > p->room && p->reported < p->passed) {
        report_stored(p);
        if (p->held > p->room && p->reported < p->passed)
            wait_for_change(p);
    }
    tell_change(p);
    pthread_mutex_unlock(&p->lock);
}

void pipeline_poll(Pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    report_stored(p);
    pthread_mutex_unlock(&p->lock);
}

static void settle(Pipeline *p)
{
    for (;;) {
        report_stored(p);
        if (p->reported == p->passed)
            return;
        wait_for_change(p);
    }
}

void pipeline_settle(Pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    settle(p);
    pthread_mutex_unlock(&p->lock);
}

void pipeline_finish(Pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    p->closing = true;
    tell_change(p);
    settle(p);
    pthread_mutex_unlock(&p->lock);
    if (p->threads) {
        pthread_join(p->ahead, NULL);
        pthread_join(p->behind, NULL);
    }
    while (p->loaded > p->passed)
        unload(p);
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->lock);
    free_pipeline(p);
}
