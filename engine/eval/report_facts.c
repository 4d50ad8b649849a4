/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the pictures: histogram and worst list; the rest comes from the sums. */
#include "eval/report_facts.h"

#include "base/error.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- settings --- */

enum {
    MOST_ROWS = 20
}; /* besides the options */

VOLO_PRINTF(3, 4)
static VoloStatus add_row(VoloReportFacts *f, const char *key, const char *format, ...)
{
    VoloReportRow *const row = &f->rows[f->row_count++];
    va_list args;

    va_start(args, format);
    const int length = vasprintf(&row->value, format, args);
    va_end(args);
    if (length < 0)
        row->value = NULL;
    row->key = strdup(key);
    return row->key && row->value ? VOLO_OK : VOLO_ERR_MEMORY;
}

static VoloStatus add_model_rows(VoloReportFacts *f)
{
    const VoloResultInfo *info = &f->result->info;

    if (!info->model)
        return add_row(f, "Predictions", "ready-made");
    VOLO_TRY(add_row(f, "Model", "%s", info->model));
    VOLO_TRY(add_row(f, "SHA-256", "%s", info->model_sha256));
    for (size_t i = 0; i < info->option_count; i++)
        VOLO_TRY(add_row(f, info->options[i].key, "%s", info->options[i].value));
    return VOLO_OK;
}

static VoloStatus add_list_rows(VoloReportFacts *f)
{
    const VoloResultInfo *info = &f->result->info;

    VOLO_TRY(add_row(f, "Data set", "%s%s%s (%s)", info->dataset, *info->split ? ", " : "",
                     info->split, volo_label_kind_name(info->label_kind)));
    if (!f->whole)
        VOLO_TRY(add_row(f, "Part", "shard %zu of %zu", info->shard, info->shard_count));
    VOLO_TRY(add_row(f, "Pictures", "%" PRIu64 " of %" PRIu64, f->scores.images, info->listed));
    if (info->failed_count)
        VOLO_TRY(add_row(f, "Failed", "%zu", info->failed_count));
    VOLO_TRY(add_row(f, "Pixels", "%" PRIu64 ", of which %" PRIu64 " have a class",
                     f->scores.pixels, f->scores.valid_pixels));
    return add_row(f, "List", "%s", info->list_sha256);
}

static VoloStatus add_metric_rows(VoloReportFacts *f)
{
    const VoloResultInfo *info = &f->result->info;

    if (info->map)
        VOLO_TRY(add_row(f, "Class map", "%s", info->map));
    VOLO_TRY(add_row(f, "Convention", "%s (%s)", volo_convention_name(info->convention),
                     volo_convention_summary(info->convention)));
    if (info->boundaries)
        VOLO_TRY(add_row(f, "Boundary IoU", "%g %% of the diagonal", 100 * info->boundary_ratio));
    return add_row(f, "Program", "volo %s", volo_version());
}

static VoloStatus collect_rows(VoloReportFacts *f, VoloError *err)
{
    const size_t room = MOST_ROWS + f->result->info.option_count;

    f->rows = calloc(room, sizeof *f->rows);
    if (!f->rows || add_model_rows(f) || add_list_rows(f) || add_metric_rows(f))
        return volo_fail_memory(err, room * sizeof *f->rows);
    return VOLO_OK;
}

/* --- classes and confusions --- */

static size_t prediction_index(const VoloReportFacts *f, size_t raw)
{
    const int16_t index = volo_label_space_index(f->space)[raw];

    return index >= 0 ? (size_t)index : f->scores.class_count;
}

static VoloStatus collect_classes(VoloReportFacts *f, VoloError *err)
{
    const size_t classes = f->scores.class_count;
    const uint64_t *cells = volo_confusion_cells(volo_evaluation_confusion(f->result->evaluation));

    f->names = calloc(classes, sizeof *f->names);
    f->cells = calloc(classes * (classes + 1), sizeof *f->cells);
    if (!f->names || !f->cells)
        return volo_fail_memory(err, classes * (classes + 1) * sizeof *f->cells);
    for (size_t i = 0; i < classes; i++)
        f->names[i] = volo_label_space_class(f->space, i)->name;
    for (size_t i = 0; i < VOLO_LABEL_VALUES; i++) {
        const int16_t truth = volo_label_space_index(f->space)[i];

        for (size_t j = 0; truth >= 0 && j < VOLO_LABEL_VALUES; j++)
            f->cells[(size_t)truth * (classes + 1) + prediction_index(f, j)] +=
                cells[i * VOLO_LABEL_VALUES + j];
    }
    return VOLO_OK;
}

/* Keeps the largest of what is offered, in order; of equal ones those that came first. */
static void offer(VoloReportConfusion *kept, size_t *count, size_t room,
                  VoloReportConfusion confusion)
{
    size_t at = *count;

    while (at > 0 && confusion.pixels > kept[at - 1].pixels)
        at--;
    if (confusion.pixels == 0 || at == room)
        return;
    if (*count == room)
        --*count;
    memmove(kept + at + 1, kept + at, (*count - at) * sizeof *kept);
    kept[at] = confusion;
    ++*count;
}

static void collect_confusions(VoloReportFacts *f)
{
    const size_t classes = f->scores.class_count;

    for (size_t i = 0; i < classes; i++) {
        for (size_t j = 0; j <= classes; j++) {
            const VoloReportConfusion confusion = { i, j, f->cells[i * (classes + 1) + j] };

            if (i != j)
                offer(f->confusions, &f->confusion_count, VOLO_REPORT_CONFUSIONS, confusion);
        }
    }
}

/* --- pictures --- */

/* Cells of one record are few; those of raw values that are one class are shown apart. */
static void collect_causes(const VoloReportFacts *f, const VoloImageRecord *record,
                           VoloReportImage *image)
{
    const VoloConfusionCell *cells;
    const size_t count = volo_image_record_cells(record, &cells);

    image->cause_count = 0;
    for (size_t i = 0; i < count; i++) {
        const int16_t truth = volo_label_space_index(f->space)[cells[i].label];
        const size_t prediction = prediction_index(f, cells[i].prediction);

        if (truth >= 0 && (size_t)truth != prediction)
            offer(image->causes, &image->cause_count, VOLO_REPORT_CAUSES,
                  (VoloReportConfusion){ (size_t)truth, prediction, cells[i].count });
    }
}

static VoloStatus note_worst(VoloReportFacts *f, size_t room, const VoloImageRecord *record,
                             VoloReportImage *image, VoloError *err)
{
    size_t at = f->worst_count;

    while (at > 0 && image->miou < f->worst[at - 1].miou)
        at--;
    if (at == room)
        return VOLO_OK;
    image->name = strdup(volo_image_record_name(record));
    if (!image->name)
        return volo_fail_memory(err, strlen(volo_image_record_name(record)));
    collect_causes(f, record, image);
    if (f->worst_count == room)
        free(f->worst[--f->worst_count].name);
    memmove(f->worst + at + 1, f->worst + at, (f->worst_count - at) * sizeof *f->worst);
    f->worst[at] = *image;
    f->worst_count++;
    return VOLO_OK;
}

static VoloStatus note_image(VoloReportFacts *f, size_t room, size_t index,
                             const VoloImageRecord *record, VoloError *err)
{
    uint64_t tp[VOLO_LABEL_VALUES], pred[VOLO_LABEL_VALUES], gt[VOLO_LABEL_VALUES];
    VoloReportImage image = { .index = index };

    volo_image_record_classes(record, f->space, tp, pred, gt);
    volo_image_record_pixels(record, f->space, &image.pixels, &image.wrong);
    image.miou = volo_mean_iou(f->result->info.convention, f->scores.class_count, tp, pred, gt);
    if (isnan(image.miou)) {
        f->unscored++;
        return VOLO_OK;
    }
    const size_t bin = (size_t)(image.miou * VOLO_REPORT_BINS);
    f->bins[bin < VOLO_REPORT_BINS ? bin : VOLO_REPORT_BINS - 1]++;
    return note_worst(f, room, record, &image, err);
}

static VoloStatus collect_images(VoloReportFacts *f, size_t worst, VoloError *err)
{
    VoloImageRecord *record;
    VoloStatus status = VOLO_OK;

    f->worst = calloc(worst + 1, sizeof *f->worst);
    if (!f->worst)
        return volo_fail_memory(err, worst * sizeof *f->worst);
    VOLO_TRY(volo_image_record_new(&record, err));
    for (size_t i = 0; !status && i < f->scores.images; i++) {
        status = f->result->read(f->result->user, i, record, err);
        if (!status)
            status = note_image(f, worst, i, record, err);
    }
    volo_image_record_free(record);
    return status;
}

/* --- all --- */

static VoloStatus collect(VoloReportFacts *f, size_t worst, VoloError *err)
{
    VOLO_TRY(collect_rows(f, err));
    VOLO_TRY(collect_classes(f, err));
    collect_confusions(f);
    return collect_images(f, worst, err);
}

VoloStatus volo_report_facts_init(const VoloResult *result, size_t worst,
                                  VoloReportFacts *ret_facts, VoloError *err)
{
    VoloReportFacts *const f = ret_facts;

    *f = (VoloReportFacts){ .result = result };
    f->space = volo_evaluation_space(result->evaluation);
    f->whole = result->info.shard_count == 1;
    volo_evaluation_scores(result->evaluation, result->info.convention, &f->scores);
    const VoloStatus status = collect(f, worst, err);
    if (status)
        volo_report_facts_clear(f);
    return status;
}

void volo_report_facts_clear(VoloReportFacts *f)
{
    for (size_t i = 0; i < f->row_count; i++) {
        free(f->rows[i].key);
        free(f->rows[i].value);
    }
    for (size_t i = 0; i < f->worst_count; i++)
        free(f->worst[i].name);
    free(f->rows);
    free(f->names);
    free(f->cells);
    free(f->worst);
    *f = (VoloReportFacts){ .result = NULL };
}

const char *volo_report_prediction(const VoloReportFacts *facts, size_t prediction)
{
    return prediction < facts->scores.class_count ? facts->names[prediction] : "no class";
}

void volo_report_share(double fraction, char text[VOLO_REPORT_SHARE_SIZE])
{
    if (isnan(fraction))
        snprintf(text, VOLO_REPORT_SHARE_SIZE, "\u2013");
    else
        snprintf(text, VOLO_REPORT_SHARE_SIZE, "%.2f", 100 * fraction);
}

const char *volo_report_headline(const VoloReportFacts *facts, size_t index, double *ret_fraction)
{
    const VoloScores *s = &facts->scores;
    const bool of_ade20k = strcmp(facts->result->info.dataset, "ade20k") == 0;
    const struct {
        const char *name;
        double fraction;
    } figures[] = {
        { "mIoU", s->miou },
        { "Mean accuracy", s->macc },
        { "Pixel accuracy", s->aacc },
        { "Frequency-weighted IoU", s->fwiou },
        { "Mean F score", s->mean_dice },
        { "Boundary mIoU", s->boundary_miou },
        { "Mean iIoU", s->instance_miou },
        { "Category mIoU", s->category_miou },
        { "Category iIoU", s->category_instance_miou },
        { "Final score", of_ade20k ? s->final_score : (double)NAN },
    };

    if (index >= sizeof figures / sizeof *figures)
        return NULL;
    *ret_fraction = figures[index].fraction;
    return figures[index].name;
}
