/* SPDX-License-Identifier: Apache-2.0 */
/* resultPixelLevelSemanticLabeling.json as cityscapesScripts 2.x writes it (json.dumps of Python
 * with sort_keys and indent=4): 34 labels, eight categories, scores in full. */
#include <volo/result.h>

#include "base/error.h"
#include "base/real_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    IDS = 34, /* labels 0..33 of Cityscapes */
    MAX_NAMES = IDS > VOLO_MAX_CATEGORIES ? IDS : VOLO_MAX_CATEGORIES,
};

typedef struct Sheet {
    const VoloEvaluation *evaluation;
    VoloLabelSpace *space;              /* Cityscapes in ids */
    uint64_t cells[IDS][IDS];           /* truth, prediction */
    double iou[IDS], instance_iou[IDS]; /* NaN: ignored, or 0/0 */
    size_t category_count;
    double category_iou[VOLO_MAX_CATEGORIES], category_instance_iou[VOLO_MAX_CATEGORIES];
    FILE *stream;
} Sheet;

static const VoloLabel *label_of(const Sheet *s, size_t id)
{
    return volo_label_space_label(s->space, id);
}

/* --- the matrix in ids --- */

static VoloStatus check_classes(const VoloLabelSpace *came, const VoloLabelSpace *wanted,
                                VoloError *err)
{
    const size_t count = volo_label_space_class_count(wanted);
    bool same = volo_label_space_class_count(came) == count;

    for (size_t i = 0; same && i < count; i++)
        same = volo_label_space_class(came, i)->id == volo_label_space_class(wanted, i)->id &&
               strcmp(volo_label_space_class(came, i)->name,
                      volo_label_space_class(wanted, i)->name) == 0;
    if (same)
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                     "the classes of '%s' are not Cityscapes', so there is no result file of "
                     "cityscapesScripts",
                     volo_label_space_name(came));
}

/* The id that a raw value of the evaluation's space stands for; "unlabeled" for several of them. */
static size_t id_of(const VoloLabelSpace *space, size_t raw)
{
    const VoloLabel *label = volo_label_space_label(space, raw);

    return label && label->id >= 0 && label->id < IDS ? (size_t)label->id : 0;
}

static void fill_cells(Sheet *s)
{
    const VoloLabelSpace *space = volo_evaluation_space(s->evaluation);
    const uint64_t *cells = volo_confusion_cells(volo_evaluation_confusion(s->evaluation));

    for (size_t i = 0; i < VOLO_LABEL_VALUES; i++) {
        for (size_t j = 0; j < VOLO_LABEL_VALUES; j++)
            s->cells[id_of(space, i)][id_of(space, j)] += cells[i * VOLO_LABEL_VALUES + j];
    }
}

/* --- scores --- */

static bool is_counted(const Sheet *s, size_t id)
{
    return label_of(s, id)->class_index >= 0;
}

static uint64_t row_sum(const Sheet *s, size_t id)
{
    uint64_t sum = 0;

    for (size_t j = 0; j < IDS; j++)
        sum += s->cells[id][j];
    return sum;
}

static double ratio(double tp, double fp, double fn)
{
    return tp + fp + fn > 0 ? tp / (tp + fp + fn) : (double)NAN;
}

/* Predictions of id where the truth is another class; rows that are ignored never count. */
static uint64_t class_false(const Sheet *s, size_t id)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < IDS; i++) {
        if (i != id && is_counted(s, i))
            sum += s->cells[i][id];
    }
    return sum;
}

static double instance_ratio(const Sheet *s, VoloInstanceSums sums, uint64_t fp)
{
    if (volo_evaluation_instance_images(s->evaluation) == 0)
        return (double)NAN;
    return ratio(volo_fixed_sum_value(sums.tp), (double)fp, volo_fixed_sum_value(sums.fn));
}

static void score_classes(Sheet *s)
{
    for (size_t id = 0; id < IDS; id++) {
        const VoloLabel *label = label_of(s, id);

        s->iou[id] = s->instance_iou[id] = (double)NAN;
        if (label->class_index < 0)
            continue;
        const uint64_t tp = s->cells[id][id], fn = row_sum(s, id) - tp, fp = class_false(s, id);
        s->iou[id] = ratio((double)tp, (double)fp, (double)fn);
        if (label->has_instances)
            s->instance_iou[id] = instance_ratio(
                s, volo_evaluation_class_instances(s->evaluation, (size_t)label->class_index), fp);
    }
}

/* Whether every label of the category has instances. */
static bool category_has_instances(const Sheet *s, size_t category)
{
    for (size_t id = 0; id < IDS; id++) {
        if (label_of(s, id)->category_index == (int)category && !label_of(s, id)->has_instances)
            return false;
    }
    return true;
}

/* Pixels of a category and of others that are predicted as it. with_ignored: predictions of ignored
 * labels of the category are predictions of it too. */
static void count_category(const Sheet *s, size_t category, bool with_ignored, uint64_t *ret_tp,
                           uint64_t *ret_fp, uint64_t *ret_rows)
{
    *ret_tp = *ret_fp = *ret_rows = 0;
    for (size_t i = 0; i < IDS; i++) {
        const bool inside = label_of(s, i)->category_index == (int)category;

        if (!is_counted(s, i))
            continue;
        *ret_rows += inside ? row_sum(s, i) : 0;
        for (size_t j = 0; j < IDS; j++) {
            if (label_of(s, j)->category_index != (int)category ||
                !(with_ignored || is_counted(s, j)))
                continue;
            *(inside ? ret_tp : ret_fp) += s->cells[i][j];
        }
    }
}

static bool category_is_counted(const Sheet *s, size_t category)
{
    for (size_t id = 0; id < IDS; id++) {
        if (label_of(s, id)->category_index == (int)category && is_counted(s, id))
            return true;
    }
    return false;
}

static void score_categories(Sheet *s)
{
    uint64_t tp, fp, rows;

    for (size_t c = 0; c < s->category_count; c++) {
        s->category_iou[c] = s->category_instance_iou[c] = (double)NAN;
        if (!category_is_counted(s, c))
            continue;
        count_category(s, c, false, &tp, &fp, &rows);
        s->category_iou[c] = ratio((double)tp, (double)fp, (double)(rows - tp));
        if (!category_has_instances(s, c))
            continue;
        count_category(s, c, true, &tp, &fp, &rows);
        s->category_instance_iou[c] =
            instance_ratio(s, volo_evaluation_category_instances(s->evaluation, c), fp);
    }
}

/* In the order of ids or categories, as Python adds them. */
static double average(const double *scores, size_t count)
{
    double sum = 0;
    size_t valid = 0;

    for (size_t i = 0; i < count; i++) {
        if (isnan(scores[i]))
            continue;
        sum += scores[i];
        valid++;
    }
    return valid ? sum / (double)valid : (double)NAN;
}

/* --- text --- */

static void put_real(FILE *stream, double value)
{
    char text[VOLO_REAL_TEXT_SIZE];

    volo_real_text(value, text);
    fputs(text, stream);
}

static void put_key(const Sheet *s, const char *key)
{
    fprintf(s->stream, "    \"%s\": ", key);
}

static void put_average(const Sheet *s, const char *key, const double *scores, size_t count)
{
    put_key(s, key);
    put_real(s->stream, average(scores, count));
    fputs(",\n", s->stream);
}

typedef struct Named {
    const char *name;
    double value;
} Named;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const Named *)a)->name, ((const Named *)b)->name);
}

static const char *class_name(const Sheet *s, size_t id)
{
    return label_of(s, id)->name;
}

static const char *category_name(const Sheet *s, size_t category)
{
    return volo_label_space_category(s->space, category);
}

/* An object of names, sorted; values that are whole are written as integers. */
static void put_object(const Sheet *s, const char *key,
                       const char *(*name)(const Sheet *, size_t index), const double *values,
                       size_t count, bool integers)
{
    Named named[MAX_NAMES];

    for (size_t i = 0; i < count; i++)
        named[i] = (Named){ name(s, i), values[i] };
    qsort(named, count, sizeof *named, by_name);
    put_key(s, key);
    fputs("{\n", s->stream);
    for (size_t i = 0; i < count; i++) {
        fprintf(s->stream, "        \"%s\": ", named[i].name);
        if (integers)
            fprintf(s->stream, "%.0f", named[i].value);
        else
            put_real(s->stream, named[i].value);
        fputs(i + 1 < count ? ",\n" : "\n", s->stream);
    }
    fputs("    }", s->stream);
}

static void put_matrix(const Sheet *s)
{
    put_key(s, "confMatrix");
    fputs("[\n", s->stream);
    for (size_t i = 0; i < IDS; i++) {
        fputs("        [\n", s->stream);
        for (size_t j = 0; j < IDS; j++)
            fprintf(s->stream, "            %" PRIu64 "%s", s->cells[i][j],
                    j + 1 < IDS ? ",\n" : "\n");
        fputs(i + 1 < IDS ? "        ],\n" : "        ]\n", s->stream);
    }
    fputs("    ],\n", s->stream);
}

static void put_sheet(const Sheet *s)
{
    const uint64_t total = volo_confusion_total(volo_evaluation_confusion(s->evaluation));
    double ids[IDS], priors[IDS];

    for (size_t id = 0; id < IDS; id++) {
        ids[id] = (double)id;
        priors[id] = (double)row_sum(s, id) / (double)total; /* NaN without pixels */
    }
    fputs("{\n", s->stream);
    put_average(s, "averageScoreCategories", s->category_iou, s->category_count);
    put_average(s, "averageScoreClasses", s->iou, IDS);
    put_average(s, "averageScoreInstCategories", s->category_instance_iou, s->category_count);
    put_average(s, "averageScoreInstClasses", s->instance_iou, IDS);
    put_object(s, "categoryInstScores", category_name, s->category_instance_iou, s->category_count,
               false);
    fputs(",\n", s->stream);
    put_object(s, "categoryScores", category_name, s->category_iou, s->category_count, false);
    fputs(",\n", s->stream);
    put_object(s, "classInstScores", class_name, s->instance_iou, IDS, false);
    fputs(",\n", s->stream);
    put_object(s, "classScores", class_name, s->iou, IDS, false);
    fputs(",\n", s->stream);
    put_matrix(s);
    put_object(s, "labels", class_name, ids, IDS, true);
    fputs(",\n", s->stream);
    put_object(s, "priors", class_name, priors, IDS, false);
    fputs("\n}", s->stream);
}

/* --- the file --- */

static VoloStatus open_space(VoloLabelSpace **ret_space, VoloError *err)
{
    VoloClassTable *table;

    VOLO_TRY(volo_class_table_open("cityscapes", &table, err));
    const VoloStatus status = volo_label_space_new(table, VOLO_LABELS_IDS, ret_space, err);
    volo_class_table_free(table);
    return status;
}

VoloStatus volo_result_write_cityscapes(const VoloResult *result, FILE *stream, VoloError *err)
{
    Sheet *s = calloc(1, sizeof *s);
    VoloStatus status = s ? VOLO_OK : volo_fail_memory(err, sizeof *s);

    if (status)
        return status;
    s->evaluation = result->evaluation;
    s->stream = stream;
    status = open_space(&s->space, err);
    if (!status)
        status = check_classes(volo_evaluation_space(result->evaluation), s->space, err);
    if (!status) {
        s->category_count = volo_label_space_category_count(s->space);
        fill_cells(s);
        score_classes(s);
        score_categories(s);
        put_sheet(s);
    }
    volo_label_space_free(s->space);
    free(s);
    return status;
}
