/* SPDX-License-Identifier: Apache-2.0 */
#include "app/eval/score_columns.h"

#include <math.h>
#include <string.h>

const ScoreColumn score_columns[SCORE_COLUMN_COUNT] = {
    { "IoU", "iou", offsetof(VoloClassScore, iou), offsetof(VoloScores, miou), false },
    { "Acc", "accuracy", offsetof(VoloClassScore, accuracy), offsetof(VoloScores, macc), false },
    { "Prec", "precision", offsetof(VoloClassScore, precision),
      offsetof(VoloScores, mean_precision), false },
    { "Recall", "recall", offsetof(VoloClassScore, recall), offsetof(VoloScores, mean_recall),
      true },
    { "F", "f", offsetof(VoloClassScore, dice), offsetof(VoloScores, mean_dice), false },
    { "bIoU", "boundary_iou", offsetof(VoloClassScore, boundary_iou),
      offsetof(VoloScores, boundary_miou), false },
    { "iIoU", "instance_iou", offsetof(VoloClassScore, instance_iou),
      offsetof(VoloScores, instance_miou), false },
};

static double at(const void *base, size_t offset)
{
    double value;

    memcpy(&value, (const char *)base + offset, sizeof value);
    return value;
}

double score_of_class(const ScoreColumn *column, const VoloClassScore *score)
{
    return at(score, column->of_class);
}

double score_average(const ScoreColumn *column, const VoloScores *scores)
{
    return at(scores, column->of_average);
}

bool score_is_there(const ScoreColumn *column, const VoloScores *scores)
{
    for (size_t i = 0; i < scores->class_count; i++) {
        if (!isnan(score_of_class(column, &scores->classes[i])))
            return true;
    }
    return false;
}

ScoreTotal score_total(const VoloResult *result, const VoloScores *s, size_t index)
{
    const bool of_ade20k = strcmp(result->info.dataset, "ade20k") == 0;
    const ScoreTotal totals[] = {
        { "aAcc", "pixel_accuracy", s->aacc },
        { "fwIoU", "frequency_weighted_iou", s->fwiou },
        { "category IoU", "category_iou", s->category_miou },
        { "category iIoU", "category_instance_iou", s->category_instance_miou },
        { "final score", "final_score", of_ade20k ? s->final_score : (double)NAN },
    };

    return index < sizeof totals / sizeof *totals ? totals[index] : (ScoreTotal){ NULL, NULL, 0 };
}

void score_text(double fraction, char text[SCORE_TEXT_SIZE])
{
    if (isnan(fraction))
        snprintf(text, SCORE_TEXT_SIZE, "-");
    else
        snprintf(text, SCORE_TEXT_SIZE, "%.2f", 100 * fraction);
}
