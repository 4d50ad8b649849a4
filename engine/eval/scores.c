/* SPDX-License-Identifier: Apache-2.0 */
/* All figures from one matrix and two sets of sums. */
#include "eval/convention.h"
#include "eval/evaluation.h"

#include "datasets/label_space.h"

#include <math.h>
#include <string.h>

static double ratio(double part, double all)
{
    return all > 0 ? part / all : (double)NAN;
}

/* The mean of count numbers stride bytes apart, NaN left out; NaN when there are none. */
static double mean_of(const double *first, size_t count, size_t stride)
{
    double sum = 0;
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        double value;

        memcpy(&value, (const char *)first + i * stride, sizeof value);
        if (isnan(value))
            continue;
        sum += value;
        n++;
    }
    return n ? sum / (double)n : (double)NAN;
}

/* tp, pred, gt of each class over pixels whose truth is a class. */
static void count_classes(const VoloEvaluation *e, VoloScores *s)
{
    const uint64_t *cells = volo_confusion_cells(e->confusion);
    const int16_t *index = e->space->index;

    for (size_t i = 0; i < 256 * 256; i++) {
        const int label = index[i / 256], prediction = index[i % 256];

        s->pixels += cells[i];
        if (label < 0 || cells[i] == 0)
            continue;
        s->valid_pixels += cells[i];
        s->classes[label].gt += cells[i];
        if (prediction >= 0)
            s->classes[prediction].pred += cells[i];
        if (prediction == label)
            s->classes[label].tp += cells[i];
    }
}

/* iIoU: weighted pixels of instances, and all false ones, which have no instance to weigh by. */
static double instance_ratio(const VoloInstanceSums *sums, uint64_t false_pixels)
{
    const double tp = volo_fixed_sum_value(sums->tp), fn = volo_fixed_sum_value(sums->fn);

    return ratio(tp, tp + (double)false_pixels + fn);
}

static void score_class(const VoloEvaluation *e, size_t k, VoloConvention convention,
                        VoloClassScore *c)
{
    const VoloLabel *label = volo_label_space_class(e->space, k);
    const VoloBoundaryCounts *b = &e->boundaries[k];
    const double tp = (double)c->tp;

    c->iou = volo_class_iou(convention, c->tp, c->pred, c->gt);
    c->accuracy = c->recall = ratio(tp, (double)c->gt);
    c->precision = ratio(tp, (double)c->pred);
    c->dice = ratio(2 * tp, (double)(c->pred + c->gt));
    c->f_score =
        ratio(2 * c->precision * c->recall, c->precision + c->recall); /* NaN > 0 is false */
    c->boundary_iou = ratio((double)b->both, (double)(b->truth + b->prediction - b->both));
    c->instance_iou = e->instance_images > 0 && label->has_instances && label->average_size > 0
                          ? instance_ratio(&e->class_instances[k], c->pred - c->tp)
                          : (double)NAN;
}

/* Whether predictions of that label count for the category's IoU, and for its iIoU. */
static bool in_category(const VoloLabelSpace *s, size_t raw, size_t category, bool ignored_too)
{
    return s->known[raw] && s->label[raw].category_index == (int)category &&
           (ignored_too || s->index[raw] >= 0);
}

/* The matrix once more, by categories: rows of classes, columns of the category's labels; for iIoU
 * those that are ignored, too, as instances are hit by them. */
static void score_category(const VoloEvaluation *e, size_t category, VoloCategoryScore *c)
{
    const uint64_t *cells = volo_confusion_cells(e->confusion);
    const VoloLabelSpace *s = e->space;
    uint64_t tp = 0, gt = 0, fp = 0, instance_fp = 0;

    for (size_t i = 0; i < 256 * 256; i++) {
        const size_t label = i / 256, prediction = i % 256;

        if (cells[i] == 0 || s->index[label] < 0)
            continue;
        const bool row = s->label[label].category_index == (int)category;
        const bool column = in_category(s, prediction, category, false);
        gt += row ? cells[i] : 0;
        tp += row && column ? cells[i] : 0;
        fp += !row && column ? cells[i] : 0;
        instance_fp += !row && in_category(s, prediction, category, true) ? cells[i] : 0;
    }
    c->iou = ratio((double)tp, (double)(gt + fp));
    c->instance_iou = e->instance_images > 0 && s->category_has_instances[category]
                          ? instance_ratio(&e->category_instances[category], instance_fp)
                          : (double)NAN;
}

static void score_totals(VoloScores *s)
{
    uint64_t right = 0;
    double weighted = 0;

    for (size_t k = 0; k < s->class_count; k++) {
        const VoloClassScore *c = &s->classes[k];

        right += c->tp;
        if (c->gt > 0)
            weighted += c->iou * ((double)c->gt / (double)s->valid_pixels);
    }
    s->aacc = ratio((double)right, (double)s->valid_pixels);
    s->fwiou = s->valid_pixels ? weighted : (double)NAN;
}

#define MEAN(list, count, member) mean_of(&(list)[0].member, count, sizeof *(list))

static void score_means(VoloScores *s)
{
    const size_t k = s->class_count;

    s->miou = MEAN(s->classes, k, iou);
    s->macc = MEAN(s->classes, k, accuracy);
    s->mean_precision = MEAN(s->classes, k, precision);
    s->mean_recall = MEAN(s->classes, k, recall);
    s->mean_dice = MEAN(s->classes, k, dice);
    s->mean_f_score = MEAN(s->classes, k, f_score);
    s->boundary_miou = MEAN(s->classes, k, boundary_iou);
    s->instance_miou = MEAN(s->classes, k, instance_iou);
    s->category_miou = MEAN(s->categories, s->category_count, iou);
    s->category_instance_miou = MEAN(s->categories, s->category_count, instance_iou);
    s->final_score = (s->aacc + s->miou) / 2;
}

#undef MEAN

void volo_evaluation_scores(const VoloEvaluation *evaluation, VoloConvention convention,
                            VoloScores *ret_scores)
{
    VoloScores *s = ret_scores;

    memset(s, 0, sizeof *s);
    s->convention = convention;
    s->images = evaluation->images;
    s->class_count = evaluation->space->class_count;
    s->category_count = evaluation->space->category_count;
    count_classes(evaluation, s);
    for (size_t k = 0; k < s->class_count; k++)
        score_class(evaluation, k, convention, &s->classes[k]);
    for (size_t i = 0; i < s->category_count; i++)
        score_category(evaluation, i, &s->categories[i]);
    score_totals(s);
    score_means(s);
}
