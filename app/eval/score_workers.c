/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of places, a pair each, under one lock. Counters only grow:
 * reported <= taken <= reported + places. */
#include "app/eval/score_workers.h"

#include "app/common/messages.h"
#include "app/common/startup.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define LOOK_MS 100 /* how often a signal is looked for while waiting */

/* Where a counted pair waits for its turn. */
typedef struct Place {
    VoloImageRecord *record;
    VoloError error; /* status VOLO_OK: it was counted */
    bool told;       /* the failure was reported before */
    bool ready;
    MessagesKept log;
} Place;

struct Worker;

typedef struct Workers {
    Tally *tally;
    const VoloMetricOptions *metrics;
    struct Worker *worker; /* [count] */
    size_t count, started;
    Place *place; /* [places] */
    size_t places;
    size_t taken, reported; /* of the todo */
    bool closing;
    pthread_mutex_t lock;
    pthread_cond_t ready; /* the place that is to be reported */
    pthread_cond_t room;
} Workers;

typedef struct Worker {
    Workers *all;
    VoloRawPicture *labels, *prediction, *instances;
    VoloImageCounter *counter;
    pthread_t thread;
} Worker;

/* --- one pair --- */

static VoloStatus check_size(const VoloRawPicture *picture, const char *path,
                             const VoloRawPicture *labels, const char *labels_path, VoloError *err)
{
    const size_t height = volo_raw_picture_height(picture), width = volo_raw_picture_width(picture);

    if (height == volo_raw_picture_height(labels) && width == volo_raw_picture_width(labels))
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_FORMAT, "'%s' is %zux%zu, but '%s' is %zux%zu", path, height,
                     width, labels_path, volo_raw_picture_height(labels),
                     volo_raw_picture_width(labels));
}

static VoloStatus load(Worker *w, const VoloPair *pair, size_t index, bool *ret_instances,
                       VoloError *err)
{
    const VoloDataset *dataset = w->all->tally->list->dataset;
    VoloStatus status = volo_dataset_load_labels(dataset, index, w->labels, err);

    *ret_instances = w->all->metrics->instances && pair->instances;
    if (!status)
        status = volo_raw_picture_load_labels(w->prediction, pair->prediction, err);
    if (!status)
        status = check_size(w->prediction, pair->prediction, w->labels, pair->labels, err);
    if (!status && *ret_instances)
        status = volo_dataset_load_instances(dataset, index, w->instances, err);
    if (!status && *ret_instances)
        status = check_size(w->instances, pair->instances, w->labels, pair->labels, err);
    return status;
}

static VoloStatus count(Worker *w, size_t position, VoloImageRecord *record, bool *ret_told,
                        VoloError *err)
{
    const EvalList *list = w->all->tally->list;
    VoloPairBuffer buffer;
    const VoloPair pair = eval_list_pair(list, position, &buffer);
    bool instances;

    *ret_told = !pair.prediction && list->told;
    if (!pair.prediction)
        return volo_fail(err, VOLO_ERR_MISSING, "'%s' has no prediction, or several", pair.name);
    const VoloStatus status = load(w, &pair, list->pair[position], &instances, err);
    if (status)
        return status;
    const VoloImagePixels pixels = {
        .name = pair.name,
        .labels_path = pair.labels,
        .prediction_path = pair.prediction,
        .instances_path = pair.instances,
        .height = volo_raw_picture_height(w->labels),
        .width = volo_raw_picture_width(w->labels),
        .labels = volo_raw_picture_labels(w->labels),
        .predictions = volo_raw_picture_labels(w->prediction),
        .instances = instances ? volo_raw_picture_instances(w->instances) : NULL,
    };
    return volo_image_counter_count(w->counter, &pixels, record, err);
}

/* --- threads --- */

/* Waits until a pair may be taken; false: there are no more. */
static bool take(Workers *all, size_t *ret_index)
{
    while (!all->closing && all->taken - all->reported == all->places)
        pthread_cond_wait(&all->room, &all->lock);
    if (all->closing || all->taken == all->tally->todo_count)
        return false;
    *ret_index = all->taken++;
    return true;
}

static void *work(void *user)
{
    Worker *const w = user;
    Workers *const all = w->all;
    size_t index;

    pthread_mutex_lock(&all->lock);
    while (take(all, &index)) {
        Place *const place = &all->place[index % all->places];

        pthread_mutex_unlock(&all->lock);
        message_keep(&place->log);
        place->error.status =
            count(w, all->tally->todo[index], place->record, &place->told, &place->error);
        message_keep(NULL);
        pthread_mutex_lock(&all->lock);
        place->ready = true;
        if (index == all->reported)
            pthread_cond_signal(&all->ready);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

static void wait_a_little(Workers *all)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += LOOK_MS * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&all->ready, &all->lock, &until);
}

static void report(Workers *all, Place *place)
{
    Tally *const tally = all->tally;
    const size_t position = tally->todo[all->reported];

    message_print_kept(&place->log);
    if (place->error.status)
        tally_failure(tally, position, SUBJECT_DATA, &place->error, place->told);
    else
        tally_record(tally, position, place->record);
}

/* Reports pair after pair until the last one or the end of the run. */
static void report_all(Workers *all)
{
    pthread_mutex_lock(&all->lock);
    while (all->reported < all->tally->todo_count && tally_goes_on(all->tally)) {
        Place *const place = &all->place[all->reported % all->places];

        if (!place->ready) {
            wait_a_little(all);
            continue;
        }
        pthread_mutex_unlock(&all->lock);
        report(all, place);
        pthread_mutex_lock(&all->lock);
        place->ready = false;
        all->reported++;
        pthread_cond_signal(&all->room);
    }
    all->closing = true;
    pthread_cond_broadcast(&all->room);
    pthread_mutex_unlock(&all->lock);
}

/* --- opening --- */

static VoloStatus open_worker(Workers *all, Worker *w, VoloError *err)
{
    VoloStatus status = volo_image_counter_new(all->tally->space, all->metrics, &w->counter, err);

    w->all = all;
    if (!status)
        status = volo_raw_picture_new(&w->labels, err);
    if (!status)
        status = volo_raw_picture_new(&w->prediction, err);
    if (!status)
        status = volo_raw_picture_new(&w->instances, err);
    return status;
}

/* Fewer threads than wanted are enough. */
static VoloStatus start_threads(Workers *all, VoloError *err)
{
    sigset_t every, before;

    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);
    while (all->started < all->count && pthread_create(&all->worker[all->started].thread, NULL,
                                                       work, &all->worker[all->started]) == 0)
        all->started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (all->started == 0)
        return volo_fail(err, VOLO_ERR_MEMORY, "the system refuses threads");
    return VOLO_OK;
}

static VoloStatus open_workers(Workers *all, VoloError *err)
{
    VoloStatus status = VOLO_OK;

    all->worker = calloc(all->count, sizeof *all->worker);
    all->place = calloc(all->places, sizeof *all->place);
    if (!all->worker || !all->place)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for %zu threads", all->count);
    for (size_t i = 0; i < all->places && !status; i++)
        status = volo_image_record_new(&all->place[i].record, err);
    for (size_t i = 0; i < all->count && !status; i++)
        status = open_worker(all, &all->worker[i], err);
    return status ? status : start_threads(all, err);
}

static void close_workers(Workers *all)
{
    for (size_t i = 0; i < all->started; i++)
        pthread_join(all->worker[i].thread, NULL);
    for (size_t i = 0; all->worker && i < all->count; i++) {
        volo_image_counter_free(all->worker[i].counter);
        volo_raw_picture_free(all->worker[i].labels);
        volo_raw_picture_free(all->worker[i].prediction);
        volo_raw_picture_free(all->worker[i].instances);
    }
    for (size_t i = 0; all->place && i < all->places; i++) {
        volo_image_record_free(all->place[i].record);
        message_forget_kept(&all->place[i].log);
    }
    free(all->worker);
    free(all->place);
    pthread_cond_destroy(&all->ready);
    pthread_cond_destroy(&all->room);
    pthread_mutex_destroy(&all->lock);
}

int score_all(Tally *tally, const VoloMetricOptions *metrics, size_t threads)
{
    Workers all = { .tally = tally, .metrics = metrics, .count = threads, .places = 2 * threads };
    VoloError err;

    pthread_mutex_init(&all.lock, NULL);
    pthread_cond_init(&all.ready, NULL);
    pthread_cond_init(&all.room, NULL);
    const VoloStatus status = open_workers(&all, &err);
    if (status)
        message_error("%s", err.message);
    else
        report_all(&all);
    close_workers(&all);
    return exit_code(SUBJECT_START, status);
}
