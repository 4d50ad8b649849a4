/* SPDX-License-Identifier: Apache-2.0 */
/* Validation. Ranks take every so-many-th picture; matrices are sums of integers, so that neither
 * their number nor the order shows. */
#include "train/validation.h"

#include <volo/image.h>
#include <volo/metrics.h>
#include <volo/ranks.h>
#include <volo/session.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

typedef struct Part {
    const VoloTrainSet *set;
    const VoloLabelSpace *space;
    VoloLabelMap *map;
    VoloImageCounter *counter;
    VoloEvaluation *evaluation;
} Part;

struct VoloValidator {
    const VoloClassTable *classes;
    Part *part;             /* [count] */
    VoloValidation *result; /* [count] */
    size_t count, pictures;
    VoloRawPicture *labels;
    VoloImageRecord *record;
    uint8_t *raw; /* [room] */
    size_t room;
    uint8_t *kept; /* [kept_bytes of kept_room] records for the first rank */
    size_t kept_bytes, kept_room;
};

/* What a run needs beside it. */
typedef struct Run {
    VoloValidator *v;
    VoloSession *session;
    VoloTrainProgressFn progress;
    void *user;
    size_t done;
    bool stopped;
} Run;

/* --- opening --- */

static VoloStatus choose_map(const VoloValidator *v, Part *part, const char *labels, VoloError *err)
{
    static const char coarse[] = "coarse:";
    VoloStatus status;

    if (labels && strncmp(labels, coarse, sizeof coarse - 1) == 0)
        status = volo_label_map_open(labels + sizeof coarse - 1, v->classes, part->space,
                                     &part->map, err);
    else
        status = volo_label_map_choose(v->classes, part->space, &part->map, err);
    if (status)
        volo_error_prefix(err, "%s", part->set->name);
    return status;
}

static VoloStatus open_part(VoloValidator *v, Part *part, const char *labels, VoloError *err)
{
    VoloMetricOptions metrics = VOLO_METRIC_OPTIONS_INIT;

    metrics.boundaries = false;
    part->space = volo_dataset_space(part->set->dataset);
    VOLO_TRY(choose_map(v, part, labels, err));
    VOLO_TRY(volo_image_counter_new(part->space, &metrics, &part->counter, err));
    v->pictures += volo_dataset_count(part->set->dataset);
    return VOLO_OK;
}

static VoloStatus open_parts(VoloValidator *v, const VoloTrainSets *sets,
                             const VoloDataOptions *options, VoloError *err)
{
    v->part = calloc(v->count, sizeof *v->part);
    v->result = calloc(v->count, sizeof *v->result);
    if (!v->part || !v->result)
        return volo_fail_memory(err, v->count * sizeof *v->result);
    for (size_t i = 0; i < v->count; i++) {
        v->part[i].set = volo_train_sets_get(sets, i);
        VOLO_TRY(
            open_part(v, &v->part[i], options->sets[VOLO_DATA_VALIDATION].items[i].labels, err));
    }
    VOLO_TRY(volo_raw_picture_new(&v->labels, err));
    return volo_image_record_new(&v->record, err);
}

VoloStatus volo_validator_new(const VoloTrainSets *sets, const VoloDataOptions *options,
                              VoloValidator **ret_validator, VoloError *err)
{
    VoloValidator *v = calloc(1, sizeof *v);

    if (!v)
        return volo_fail_memory(err, sizeof *v);
    v->classes = volo_train_sets_classes(sets);
    v->count = volo_train_sets_count(sets);
    const VoloStatus status = open_parts(v, sets, options, err);
    if (status)
        volo_validator_free(v);
    else
        *ret_validator = v;
    return status;
}

void volo_validator_free(VoloValidator *v)
{
    if (!v)
        return;
    for (size_t i = 0; v->part && i < v->count; i++) {
        volo_label_map_free(v->part[i].map);
        volo_image_counter_free(v->part[i].counter);
        volo_evaluation_free(v->part[i].evaluation);
    }
    volo_raw_picture_free(v->labels);
    volo_image_record_free(v->record);
    free(v->part);
    free(v->result);
    free(v->raw);
    free(v->kept);
    free(v);
}

/* --- predictions --- */

static VoloStatus fold(VoloValidator *v, const Part *part, const VoloMask *mask, VoloError *err)
{
    const size_t pixels = volo_mask_height(mask) * volo_mask_width(mask);

    if (pixels > v->room) {
        uint8_t *const raw = realloc(v->raw, pixels);

        if (!raw)
            return volo_fail_memory(err, pixels);
        v->raw = raw;
        v->room = pixels;
    }
    volo_label_map_apply(part->map, pixels, volo_mask_labels(mask), v->raw);
    return VOLO_OK;
}

/* --- ranks: all records go to the first, figures come back --- */

/* Keeps v->record behind the number of its part, to be sent when all pictures are done. */
static VoloStatus keep_record(VoloValidator *v, uint64_t part, VoloError *err)
{
    const size_t bytes = volo_image_record_write(v->record, NULL, 0);
    const size_t end = v->kept_bytes + sizeof part + bytes;

    if (end > v->kept_room) {
        uint8_t *const grown = realloc(v->kept, 2 * end);

        if (!grown)
            return volo_fail_memory(err, 2 * end);
        v->kept = grown;
        v->kept_room = 2 * end;
    }
    memcpy(v->kept + v->kept_bytes, &part, sizeof part);
    volo_image_record_write(v->record, v->kept + v->kept_bytes + sizeof part, bytes);
    v->kept_bytes = end;
    return VOLO_OK;
}

static VoloStatus take_records(VoloValidator *v, const uint8_t *data, size_t bytes, VoloError *err)
{
    uint64_t part;
    size_t used;

    for (size_t at = 0; at < bytes; at += used) {
        memcpy(&part, data + at, sizeof part);
        at += sizeof part;
        VOLO_TRY(volo_image_record_parse(v->record, data + at, bytes - at, &used, err));
        VOLO_TRY(volo_evaluation_add(v->part[part].evaluation, v->record, err));
    }
    return VOLO_OK;
}

static VoloStatus gather_records(VoloValidator *v, VoloError *err)
{
    const void *data;
    size_t bytes;
    int from;

    if (volo_ranks_index() > 0)
        return volo_ranks_send(0, v->kept, v->kept_bytes, err);
    for (int left = volo_ranks_count() - 1; left > 0; left--) {
        VOLO_TRY(volo_ranks_receive(true, &from, &data, &bytes, err));
        VOLO_TRY(take_records(v, data, bytes, err));
    }
    return VOLO_OK;
}

/* Where one rank stops, all do: the others would wait for its records. */
static VoloStatus agree(VoloStatus own, VoloError *err)
{
    double failed = own ? 1 : 0;

    volo_ranks_sum(&failed, 1);
    if (!own && failed > 0)
        return volo_fail(err, VOLO_ERR_CANCELLED, "another rank stopped while validating");
    return own;
}

/* --- one picture --- */

static VoloStatus count_mask(VoloValidator *v, Part *part, const VoloPair *pair,
                             const VoloMask *mask, VoloError *err)
{
    const size_t height = volo_raw_picture_height(v->labels);
    const size_t width = volo_raw_picture_width(v->labels);

    if (height != volo_mask_height(mask) || width != volo_mask_width(mask))
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s' is %zux%zu, but its labels '%s' are %zux%zu",
                         pair->image, volo_mask_height(mask), volo_mask_width(mask), pair->labels,
                         height, width);
    VOLO_TRY(fold(v, part, mask, err));
    const VoloImagePixels pixels = { .name = pair->name,
                                     .labels_path = pair->labels,
                                     .height = height,
                                     .width = width,
                                     .labels = volo_raw_picture_labels(v->labels),
                                     .predictions = v->raw };
    VOLO_TRY(volo_image_counter_count(part->counter, &pixels, v->record, err));
    if (volo_ranks_index() > 0)
        return keep_record(v, (uint64_t)(part - v->part), err);
    return volo_evaluation_add(part->evaluation, v->record, err);
}

static VoloStatus label_picture(Run *run, Part *part, size_t index, VoloError *err)
{
    const VoloImageOptions options = { .raw_orientation = true };
    VoloPairBuffer buffer;
    const VoloPair pair = volo_dataset_pair(part->set->dataset, index, &buffer);
    VoloImage *image = NULL;
    VoloMask *mask = NULL;
    VoloStatus status = volo_image_load(pair.image, &options, &image, err);

    if (!status)
        status = volo_dataset_load_labels(part->set->dataset, index, run->v->labels, err);
    if (!status)
        status = volo_session_segment(run->session, image, &mask, err);
    if (!status)
        status = count_mask(run->v, part, &pair, mask, err);
    volo_image_unref(image);
    volo_mask_unref(mask);
    return status;
}

/* --- all of them --- */

static bool goes_on(Run *run)
{
    if (run->progress && !run->progress(run->done, run->v->pictures, run->user))
        run->stopped = true;
    return !run->stopped;
}

static bool in_session(double done, void *user)
{
    (void)done;
    return goes_on(user);
}

static VoloStatus run_part(Run *run, Part *part, VoloError *err)
{
    const size_t ranks = (size_t)volo_ranks_count(), rank = (size_t)volo_ranks_index();
    const size_t count = volo_dataset_count(part->set->dataset);

    volo_evaluation_free(part->evaluation);
    part->evaluation = NULL;
    VOLO_TRY(volo_evaluation_new(part->space, &part->evaluation, err));
    for (size_t i = 0; i < count; i++, run->done++) {
        if (i % ranks != rank)
            continue;
        if (!goes_on(run))
            return volo_fail(err, VOLO_ERR_CANCELLED, "stopped while validating");
        VOLO_TRY(label_picture(run, part, i, err));
    }
    return VOLO_OK;
}

static VoloValidation result_of(const Part *part)
{
    VoloValidation result = { .name = part->set->name,
                              .map = volo_label_map_name(part->map),
                              .pictures = volo_dataset_count(part->set->dataset),
                              .space = part->space };
    VoloScores scores;

    volo_evaluation_scores(part->evaluation,
                           volo_convention_default(volo_dataset_name(part->set->dataset)), &scores);
    result.miou = scores.miou;
    result.accuracy = scores.aacc;
    for (size_t i = 0; i < scores.class_count && i < 255; i++)
        result.class_iou[i] = scores.classes[i].iou;
    return result;
}

/* The first rank's figures, on all of them. */
static void share_result(VoloValidation *result)
{
    double figures[2 + 255];

    memcpy(figures, (const double[]){ result->miou, result->accuracy }, 2 * sizeof *figures);
    memcpy(figures + 2, result->class_iou, sizeof result->class_iou);
    if (volo_ranks_index() > 0)
        memset(figures, 0, sizeof figures);
    volo_ranks_sum(figures, sizeof figures / sizeof *figures);
    result->miou = figures[0];
    result->accuracy = figures[1];
    memcpy(result->class_iou, figures + 2, sizeof result->class_iou);
}

static VoloStatus open_session(const char *path, int threads, VoloModel **ret_model,
                               VoloSession **ret_session, VoloError *err)
{
    const VoloModelOptions options = { .threads = threads };

    VOLO_TRY(volo_model_open(path, &options, ret_model, err));
    VoloSessionOptions session = volo_session_defaults(*ret_model);
    session.threads = threads;
    return volo_session_new(*ret_model, &session, ret_session, err);
}

VoloStatus volo_validator_run(VoloValidator *v, const char *path, int threads,
                              VoloTrainProgressFn progress, void *user,
                              const VoloValidation **ret_sets, size_t *ret_count, VoloError *err)
{
    Run run = { .v = v, .progress = progress, .user = user };
    VoloModel *model = NULL;
    VoloStatus status = open_session(path, threads, &model, &run.session, err);

    v->kept_bytes = 0;
    if (!status)
        volo_session_set_progress(run.session, in_session, &run);
    for (size_t i = 0; i < v->count && !status; i++)
        status = run_part(&run, &v->part[i], err);
    volo_session_free(run.session);
    volo_model_unref(model);
    status = agree(status, err);
    if (!status)
        status = gather_records(v, err);
    status = agree(status, err);
    if (status)
        return status;
    for (size_t i = 0; i < v->count; i++) {
        v->result[i] = result_of(&v->part[i]);
        share_result(&v->result[i]);
    }
    *ret_sets = v->result;
    *ret_count = v->count;
    return VOLO_OK;
}
