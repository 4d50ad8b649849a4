/* SPDX-License-Identifier: Apache-2.0 */
/* CSV of an evaluation and of its pictures. */
#include "app/common/report.h"
#include "app/eval/eval_table.h"
#include "app/eval/score_columns.h"

#include <inttypes.h>
#include <math.h>

static void put_number(FILE *stream, double value)
{
    char text[VOLO_RESULT_NUMBER_SIZE] = "";

    if (!isnan(value))
        volo_result_number(value, text);
    fprintf(stream, ",%s", text);
}

/* --- the evaluation --- */

static void put_heads(FILE *stream, const VoloResult *result, const VoloScores *scores)
{
    ScoreTotal total;

    fputs("kind,name,tp,pred,gt", stream);
    for (size_t i = 0; i < SCORE_COLUMN_COUNT; i++)
        fprintf(stream, ",%s", score_columns[i].key);
    for (size_t i = 0; (total = score_total(result, scores, i)).title; i++)
        fprintf(stream, ",%s", total.key);
    fputs("\n", stream);
}

static void put_empty(FILE *stream, size_t count)
{
    for (size_t i = 0; i < count; i++)
        putc(',', stream);
}

static size_t total_count(const VoloResult *result, const VoloScores *scores)
{
    size_t count = 0;

    while (score_total(result, scores, count).title)
        count++;
    return count;
}

static void put_classes(FILE *stream, const VoloResult *result, const VoloScores *scores)
{
    const VoloLabelSpace *space = volo_evaluation_space(result->evaluation);

    for (size_t i = 0; i < scores->class_count; i++) {
        const VoloClassScore *c = &scores->classes[i];

        fputs("class,", stream);
        csv_text(stream, volo_label_space_class(space, i)->name);
        fprintf(stream, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, c->tp, c->pred, c->gt);
        for (size_t j = 0; j < SCORE_COLUMN_COUNT; j++)
            put_number(stream, score_of_class(&score_columns[j], c));
        put_empty(stream, total_count(result, scores));
        fputs("\n", stream);
    }
}

static void put_categories(FILE *stream, const VoloResult *result, const VoloScores *scores)
{
    const VoloLabelSpace *space = volo_evaluation_space(result->evaluation);

    for (size_t i = 0; i < scores->category_count; i++) {
        fputs("category,", stream);
        csv_text(stream, volo_label_space_category(space, i));
        fputs(",,,", stream);
        put_number(stream, scores->categories[i].iou);
        put_empty(stream, SCORE_COLUMN_COUNT - 2);
        put_number(stream, scores->categories[i].instance_iou);
        put_empty(stream, total_count(result, scores));
        fputs("\n", stream);
    }
}

static void put_averages(FILE *stream, const VoloResult *result, const VoloScores *scores)
{
    ScoreTotal total;

    fputs("mean,,,,", stream);
    for (size_t j = 0; j < SCORE_COLUMN_COUNT; j++)
        put_number(stream, score_average(&score_columns[j], scores));
    for (size_t i = 0; (total = score_total(result, scores, i)).title; i++)
        put_number(stream, total.value);
    fputs("\n", stream);
}

void eval_put_csv(FILE *stream, const VoloResult *result, const VoloScores *scores)
{
    put_heads(stream, result, scores);
    put_classes(stream, result, scores);
    put_categories(stream, result, scores);
    if (result->info.shard_count == 1)
        put_averages(stream, result, scores);
}

/* --- the pictures --- */

static void put_image(FILE *stream, const VoloResult *result, const VoloImageRecord *record)
{
    const VoloLabelSpace *space = volo_evaluation_space(result->evaluation);
    const VoloConvention convention = result->info.convention;
    const size_t classes = volo_label_space_class_count(space);
    uint64_t tp[VOLO_LABEL_VALUES], pred[VOLO_LABEL_VALUES], gt[VOLO_LABEL_VALUES], pixels, wrong;

    volo_image_record_classes(record, space, tp, pred, gt);
    volo_image_record_pixels(record, space, &pixels, &wrong);
    csv_text(stream, volo_image_record_name(record));
    put_number(stream, volo_mean_iou(convention, classes, tp, pred, gt));
    put_number(stream, pixels ? (double)(pixels - wrong) / (double)pixels : (double)NAN);
    fprintf(stream, ",%" PRIu64 ",%" PRIu64, pixels, wrong);
    for (size_t i = 0; i < classes; i++)
        put_number(stream, volo_mean_iou(convention, 1, tp + i, pred + i, gt + i));
    fputs("\n", stream);
}

VoloStatus eval_put_images(FILE *stream, const VoloResult *result, VoloError *err)
{
    const VoloLabelSpace *space = volo_evaluation_space(result->evaluation);
    VoloImageRecord *record;
    VoloStatus status = volo_image_record_new(&record, err);

    if (status)
        return status;
    fputs("name,miou,accuracy,pixels,wrong_pixels", stream);
    for (size_t i = 0; i < volo_label_space_class_count(space); i++) {
        putc(',', stream);
        csv_text(stream, volo_label_space_class(space, i)->name);
    }
    fputs("\n", stream);
    for (size_t i = 0; i < volo_evaluation_images(result->evaluation); i++) {
        status = result->read(result->user, i, record, err);
        if (status)
            break;
        put_image(stream, result, record);
    }
    volo_image_record_free(record);
    return status;
}
