/* SPDX-License-Identifier: Apache-2.0 */
/* Pairs through a pipeline: ahead, picture and labels are read; in the middle the network runs;
 * behind, the mask is folded, counted and saved; then the tally takes the record. */
#include "app/eval/run_line.h"

#include "app/common/messages.h"
#include "app/common/pipeline.h"
#include "app/common/startup.h"
#include "app/eval/eval_predictions.h"

#include <stdlib.h>
#include <string.h>

enum {
    DEPTH = 4, /* pairs on their way: one read, one in the network, one counted, one to spare */
    WAITING_BYTES = 512 << 20,
};

/* What is used again for one pair after the other. */
typedef struct Slot {
    VoloRawPicture *labels, *instances;
    VoloImageRecord *record;
    uint8_t *raw; /* [room] predictions */
    size_t room;
} Slot;

typedef struct Line {
    const RunLine *run;
    const VoloLabelSpace *space;
    VoloImageCounter *counter;
    Slot slot[DEPTH];
    Pipeline *pipeline;
} Line;

/* A pair on its way. */
typedef struct Item {
    size_t position;
    Slot *slot;
    VoloImage *image;
    VoloMask *mask;
    VoloError error;     /* what ended its way; status VOLO_OK: nothing did */
    ExitSubject subject; /* what is worked on */
    bool has_instances;
    MessagesKept log;
} Item;

/* --- ahead --- */

static VoloStatus check_sizes(const VoloPair *pair, Item *item)
{
    const size_t height = volo_raw_picture_height(item->slot->labels);
    const size_t width = volo_raw_picture_width(item->slot->labels);

    if (height != volo_image_height(item->image) || width != volo_image_width(item->image))
        return volo_fail(&item->error, VOLO_ERR_FORMAT,
                         "'%s' is %zux%zu, but its labels '%s' are %zux%zu", pair->image,
                         volo_image_height(item->image), volo_image_width(item->image),
                         pair->labels, height, width);
    if (item->has_instances && (volo_raw_picture_height(item->slot->instances) != height ||
                                volo_raw_picture_width(item->slot->instances) != width))
        return volo_fail(&item->error, VOLO_ERR_FORMAT,
                         "'%s' is %zux%zu, but its instances '%s' are %zux%zu", pair->labels,
                         height, width, pair->instances,
                         volo_raw_picture_height(item->slot->instances),
                         volo_raw_picture_width(item->slot->instances));
    return VOLO_OK;
}

static void read_pair(const Line *line, Item *item)
{
    const VoloImageOptions options = { .raw_orientation = true };
    const EvalList *list = line->run->tally->list;
    const size_t index = list->pair[item->position];
    VoloPairBuffer buffer;
    const VoloPair pair = eval_list_pair(list, item->position, &buffer);
    VoloStatus status = volo_image_load(pair.image, &options, &item->image, &item->error);

    item->has_instances = line->run->metrics.instances && pair.instances;
    if (!status)
        status = volo_dataset_load_labels(list->dataset, index, item->slot->labels, &item->error);
    if (!status && item->has_instances)
        status =
            volo_dataset_load_instances(list->dataset, index, item->slot->instances, &item->error);
    if (!status)
        status = check_sizes(&pair, item);
    item->error.status = status;
}

static bool load(void *memory, size_t index, uint64_t room, uint64_t *ret_bytes, void *user)
{
    Line *const line = user;
    Item *const item = memory;

    (void)room;
    item->position = line->run->tally->todo[index];
    item->slot = &line->slot[index % DEPTH];
    item->subject = SUBJECT_DATA;
    message_keep(&item->log);
    read_pair(line, item);
    message_keep(NULL);
    *ret_bytes = item->image
                     ? 7 * (uint64_t)volo_image_height(item->image) * volo_image_width(item->image)
                     : 0;
    return true;
}

/* --- behind --- */

static VoloStatus fold(const Line *line, Item *item, size_t pixels)
{
    Slot *const slot = item->slot;

    if (pixels > slot->room) {
        uint8_t *const raw = realloc(slot->raw, pixels);

        if (!raw)
            return volo_fail(&item->error, VOLO_ERR_MEMORY, "out of memory for a prediction");
        slot->raw = raw;
        slot->room = pixels;
    }
    volo_label_map_apply(line->run->map, pixels, volo_mask_labels(item->mask), slot->raw);
    return VOLO_OK;
}

static VoloStatus count(Line *line, Item *item, const VoloPair *pair)
{
    const VoloImagePixels pixels = {
        .name = pair->name,
        .labels_path = pair->labels,
        .instances_path = pair->instances,
        .height = volo_mask_height(item->mask),
        .width = volo_mask_width(item->mask),
        .labels = volo_raw_picture_labels(item->slot->labels),
        .predictions = item->slot->raw,
        .instances = item->has_instances ? volo_raw_picture_instances(item->slot->instances) : NULL,
    };

    return volo_image_counter_count(line->counter, &pixels, item->slot->record, &item->error);
}

static void store_item(Line *line, Item *item)
{
    const size_t height = volo_mask_height(item->mask), width = volo_mask_width(item->mask);
    VoloPairBuffer buffer;
    const VoloPair pair = eval_list_pair(line->run->tally->list, item->position, &buffer);
    VoloStatus status = fold(line, item, height * width);

    if (!status)
        status = count(line, item, &pair);
    if (!status && line->run->save) {
        item->subject = SUBJECT_OUTPUT;
        status = prediction_write(line->run->save, line->space, &pair, height, width,
                                  item->slot->raw, &item->error);
    }
    item->error.status = status;
}

static bool store(void *memory, void *user)
{
    Item *const item = memory;

    message_keep(&item->log);
    if (item->mask)
        store_item(user, item);
    message_keep(NULL);
    return true;
}

/* --- in the caller's thread --- */

static void drop(void *memory, void *user)
{
    Item *const item = memory;

    (void)user;
    message_forget_kept(&item->log);
    volo_image_unref(item->image);
    volo_mask_unref(item->mask);
}

/* After a signal what is counted is still kept. */
static bool report(void *memory, void *user)
{
    Line *const line = user;
    Item *const item = memory;
    Tally *const tally = line->run->tally;

    message_print_kept(&item->log);
    if (item->error.status)
        tally_failure(tally, item->position, item->subject, &item->error, false);
    else
        tally_record(tally, item->position, item->slot->record);
    drop(item, user);
    return !tally->stop_code || tally->stop_code == EXIT_SIGNAL + interrupt_signal();
}

static bool show_progress(double done, void *user)
{
    Line *const line = user;
    Tally *const tally = line->run->tally;

    progress_update(&tally->progress, done);
    pipeline_poll(line->pipeline);
    return tally_goes_on(tally);
}

static void segment(Line *line, Item *item)
{
    Tally *const tally = line->run->tally;
    VoloError err = { .status = VOLO_OK };

    progress_begin(&tally->progress, eval_list_name(tally->list, item->position));
    if (item->error.status)
        return;
    if (volo_session_segment(line->run->session, item->image, &item->mask, &err)) {
        volo_error_prefix(&err, "'%s'", eval_list_name(tally->list, item->position));
        item->error = err;
    }
}

static void walk(Line *line)
{
    Tally *const tally = line->run->tally;
    Item *item;

    while (tally_goes_on(tally) && (item = pipeline_next(line->pipeline))) {
        segment(line, item);
        pipeline_pass(line->pipeline);
    }
}

/* --- opening --- */

static VoloStatus open_line(Line *line, VoloError *err)
{
    VoloStatus status =
        volo_image_counter_new(line->space, &line->run->metrics, &line->counter, err);

    for (size_t i = 0; i < DEPTH && !status; i++) {
        status = volo_raw_picture_new(&line->slot[i].labels, err);
        if (!status)
            status = volo_raw_picture_new(&line->slot[i].instances, err);
        if (!status)
            status = volo_image_record_new(&line->slot[i].record, err);
    }
    const PipelineWork work = {
        .count = line->run->tally->todo_count,
        .item_size = sizeof(Item),
        .room = WAITING_BYTES,
        .depth = DEPTH,
        .load = load,
        .store = store,
        .report = report,
        .drop = drop,
        .user = line,
    };
    return status ? status : pipeline_new(&work, true, &line->pipeline, err);
}

static void close_line(Line *line)
{
    for (size_t i = 0; i < DEPTH; i++) {
        volo_raw_picture_free(line->slot[i].labels);
        volo_raw_picture_free(line->slot[i].instances);
        volo_image_record_free(line->slot[i].record);
        free(line->slot[i].raw);
    }
    volo_image_counter_free(line->counter);
}

int run_line(const RunLine *run)
{
    Line line = { .run = run, .space = run->tally->space };
    VoloError err;
    const VoloStatus status = open_line(&line, &err);

    if (status) {
        message_error("%s", err.message);
    } else {
        volo_session_set_progress(run->session, show_progress, &line);
        walk(&line);
        pipeline_finish(line.pipeline);
        volo_session_set_progress(run->session, NULL, NULL);
    }
    close_line(&line);
    return exit_code(SUBJECT_START, status);
}
