/* SPDX-License-Identifier: Apache-2.0 */
/* Items that pass three stations in their order: loaded by a thread ahead, worked on by the caller,
 * stored by a thread behind; then reported by the caller. Few are on the way at once, and what is
 * loaded, stored and reported, and in which order, is the same without threads.
 *
 *     while ((item = pipeline_next(p)))
 *         work on *item, then pipeline_pass(p);
 *     pipeline_finish(p);
 *
 * One thread calls the functions below. Signals are left to it. */
#ifndef VOLO_APP_PIPELINE_H
#define VOLO_APP_PIPELINE_H

#include <volo/base.h>

typedef struct Pipeline Pipeline;

typedef struct PipelineWork {
    size_t count;     /* of items */
    size_t item_size; /* bytes of the caller's struct for an item; zeroed before it is loaded */
    uint64_t room;    /* see pipeline_set_room */
    size_t depth;     /* most items between loading and report; more than are taken and not passed
                       * whenever pipeline_next is called */
    /* Thread ahead. Fills the item of that index and tells how many bytes it holds until reported;
     * what fails is for the caller to keep in the item. False: it would hold more than room, and
     * nothing was taken; it is loaded again when nothing else is on the way, with room UINT64_MAX.
     */
    bool (*load)(void *item, size_t index, uint64_t room, uint64_t *ret_bytes, void *user);
    /* Thread behind. False: the run ends with this item, the next ones are not stored. */
    bool (*store)(void *item, void *user);
    /* Caller's thread, within any function below: the item is stored. It is the last use of *item.
     * False: the run ends with this item. */
    bool (*report)(void *item, void *user);
    /* Caller's thread, within any function below, none of which it may call: the item is not
     * reported. Also the last use. */
    void (*drop)(void *item, void *user);
    void *user;
} PipelineWork;

/* threads false: everything happens in the caller's thread, loading when an item is asked for and
 * storing when it is passed; so it does where the system refuses threads. On success *ret_pipeline
 * is the caller's (pipeline_finish). Errors: MEMORY. */
VoloStatus pipeline_new(const PipelineWork *work, bool threads, Pipeline **ret_pipeline,
                        VoloError *err);

/* The next item in order, loaded; NULL after the last one and when the run has ended. Several may
 * be taken before the first is passed. */
void *pipeline_next(Pipeline *p);

/* The item that was taken first, of those not passed, is ready to be stored. */
void pipeline_pass(Pipeline *p);

/* Bytes that items may hold which are loaded and not taken, or passed and not reported (at first:
 * no limit). Lets go of items that were loaded too early and waits for others until it is so. */
void pipeline_set_room(Pipeline *p, uint64_t bytes);

/* Reports what is stored by now. For the time that work on an item takes. */
void pipeline_poll(Pipeline *p);

/* Waits until all items that were passed are stored, and reports them. */
void pipeline_settle(Pipeline *p);

/* Settles, drops items that were loaded and not passed, ends the threads, frees. */
void pipeline_finish(Pipeline *p);

#endif
