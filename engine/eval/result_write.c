/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON document of an evaluation (docs/eval-result.md says what each field means). */
#include <volo/result.h>

#include "base/error.h"
#include "base/json_put.h"
#include "base/real_text.h"
#include "eval/result_document.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(VOLO_RESULT_NUMBER_SIZE == VOLO_REAL_TEXT_SIZE, "one size for all numbers");

size_t volo_result_number(double value, char text[VOLO_RESULT_NUMBER_SIZE])
{
    return volo_real_text(value, text);
}

/* --- settings --- */

static void put_model(VoloJsonPut *put, const VoloResultInfo *info)
{
    if (!info->model) {
        volo_json_put_null(put, "model");
        return;
    }
    volo_json_begin(put, "model", '{', false);
    volo_json_put_text(put, "name", info->model);
    volo_json_put_text(put, "sha256", info->model_sha256);
    volo_json_begin(put, "options", '{', false);
    for (size_t i = 0; i < info->option_count; i++)
        volo_json_put_text(put, info->options[i].key, info->options[i].value);
    volo_json_end(put, '}');
    volo_json_end(put, '}');
}

static void put_map(VoloJsonPut *put, const VoloResultInfo *info)
{
    if (!info->map) {
        volo_json_put_null(put, "map");
        return;
    }
    volo_json_begin(put, "map", '{', false);
    volo_json_put_text(put, "name", info->map);
    volo_json_begin(put, "classes", '[', false);
    for (size_t i = 0; i < info->map_row_count; i++) {
        volo_json_begin(put, NULL, '[', true);
        volo_json_put_text(put, NULL, info->map_rows[i].key);
        volo_json_put_text(put, NULL, info->map_rows[i].value);
        volo_json_end(put, ']');
    }
    volo_json_end(put, ']');
    volo_json_end(put, '}');
}

static void put_list(VoloJsonPut *put, const VoloResultInfo *info, uint64_t evaluated)
{
    volo_json_begin(put, "images", '{', false);
    volo_json_put_text(put, "list_sha256", info->list_sha256);
    volo_json_put_count(put, "listed", info->listed);
    volo_json_put_count(put, "evaluated", evaluated);
    volo_json_begin(put, "failed", '[', false);
    for (size_t i = 0; i < info->failed_count; i++)
        volo_json_put_text(put, NULL, info->failed[i]);
    volo_json_end(put, ']');
    volo_json_end(put, '}');
}

static void put_shard(VoloJsonPut *put, const VoloResultInfo *info)
{
    volo_json_begin(put, "shard", '{', true);
    volo_json_put_count(put, "index", info->shard);
    volo_json_put_count(put, "count", info->shard_count);
    volo_json_end(put, '}');
}

static void put_settings(VoloJsonPut *put, const VoloResult *result)
{
    const VoloResultInfo *info = &result->info;

    put_model(put, info);
    volo_json_begin(put, "dataset", '{', false);
    volo_json_put_text(put, "name", info->dataset);
    volo_json_put_text(put, "split", info->split);
    volo_json_put_text(put, "labels", volo_label_kind_name(info->label_kind));
    volo_json_end(put, '}');
    put_list(put, info, volo_evaluation_images(result->evaluation));
    put_shard(put, info);
    put_map(put, info);
    volo_json_put_text(put, "convention", volo_convention_name(info->convention));
    volo_json_put_bool(put, "instances", info->instances);
    if (info->boundaries)
        volo_json_put_real(put, "boundary_ratio", info->boundary_ratio);
    else
        volo_json_put_null(put, "boundary_ratio");
}

/* --- labels and matrix --- */

static void put_colour(VoloJsonPut *put, const uint8_t colour[3])
{
    volo_json_begin(put, "color", '[', true);
    for (size_t i = 0; i < 3; i++)
        volo_json_put_count(put, NULL, colour[i]);
    volo_json_end(put, ']');
}

static void put_label(VoloJsonPut *put, const VoloLabel *label, size_t raw)
{
    volo_json_begin(put, NULL, '{', true);
    volo_json_put_count(put, "value", raw);
    volo_json_put_text(put, "name", label->name);
    if (label->class_index >= 0)
        volo_json_put_count(put, "class", (uint64_t)label->class_index);
    else
        volo_json_put_null(put, "class");
    volo_json_put_text(put, "category", label->category);
    put_colour(put, label->colour);
    volo_json_end(put, '}');
}

static void put_matrix_row(VoloJsonPut *put, const VoloLabelSpace *space, const uint64_t *row)
{
    volo_json_begin(put, NULL, '[', true);
    for (size_t raw = 0; raw < VOLO_LABEL_VALUES; raw++) {
        if (volo_label_space_label(space, raw))
            volo_json_put_count(put, NULL, row[raw]);
    }
    volo_json_end(put, ']');
}

/* Rows and columns are those of the labels: the space refuses all other values. */
static void put_matrix(VoloJsonPut *put, const VoloLabelSpace *space, const uint64_t *cells)
{
    volo_json_begin(put, "labels", '[', false);
    for (size_t raw = 0; raw < VOLO_LABEL_VALUES; raw++) {
        const VoloLabel *label = volo_label_space_label(space, raw);

        if (label)
            put_label(put, label, raw);
    }
    volo_json_end(put, ']');
    volo_json_begin(put, "confusion", '[', false);
    for (size_t raw = 0; raw < VOLO_LABEL_VALUES; raw++) {
        if (volo_label_space_label(space, raw))
            put_matrix_row(put, space, cells + raw * VOLO_LABEL_VALUES);
    }
    volo_json_end(put, ']');
}

/* --- scores --- */

static void put_averages(VoloJsonPut *put, const VoloScores *s)
{
    volo_json_put_real(put, "miou", s->miou);
    volo_json_put_real(put, "macc", s->macc);
    volo_json_put_real(put, "aacc", s->aacc);
    volo_json_put_real(put, "fwiou", s->fwiou);
    volo_json_put_real(put, "mean_precision", s->mean_precision);
    volo_json_put_real(put, "mean_recall", s->mean_recall);
    volo_json_put_real(put, "mean_dice", s->mean_dice);
    volo_json_put_real(put, "boundary_miou", s->boundary_miou);
    volo_json_put_real(put, "instance_miou", s->instance_miou);
    volo_json_put_real(put, "category_miou", s->category_miou);
    volo_json_put_real(put, "category_instance_miou", s->category_instance_miou);
    volo_json_put_real(put, "final_score", s->final_score);
    volo_json_put_real(put, "reported_miou", volo_convention_report(s->convention, s->miou));
}

static void put_class(VoloJsonPut *put, const char *name, const VoloClassScore *c)
{
    volo_json_begin(put, NULL, '{', true);
    volo_json_put_text(put, "name", name);
    volo_json_put_count(put, "tp", c->tp);
    volo_json_put_count(put, "pred", c->pred);
    volo_json_put_count(put, "gt", c->gt);
    volo_json_put_real(put, "iou", c->iou);
    volo_json_put_real(put, "accuracy", c->accuracy);
    volo_json_put_real(put, "precision", c->precision);
    volo_json_put_real(put, "recall", c->recall);
    volo_json_put_real(put, "dice", c->dice);
    volo_json_put_real(put, "boundary_iou", c->boundary_iou);
    volo_json_put_real(put, "instance_iou", c->instance_iou);
    volo_json_end(put, '}');
}

static void put_categories(VoloJsonPut *put, const VoloLabelSpace *space, const VoloScores *s)
{
    volo_json_begin(put, "categories", '[', false);
    for (size_t i = 0; i < s->category_count; i++) {
        volo_json_begin(put, NULL, '{', true);
        volo_json_put_text(put, "name", volo_label_space_category(space, i));
        volo_json_put_real(put, "iou", s->categories[i].iou);
        volo_json_put_real(put, "instance_iou", s->categories[i].instance_iou);
        volo_json_end(put, '}');
    }
    volo_json_end(put, ']');
}

/* The mIoU of the same counts by every convention. */
static void put_conventions(VoloJsonPut *put, const VoloEvaluation *evaluation, VoloScores *scratch)
{
    volo_json_begin(put, "miou_by_convention", '{', false);
    for (int i = 0; i < VOLO_CONVENTIONS; i++) {
        const VoloConvention convention = (VoloConvention)i;

        volo_evaluation_scores(evaluation, convention, scratch);
        volo_json_put_real(put, volo_convention_name(convention), scratch->miou);
    }
    volo_json_end(put, '}');
}

static void put_scores(VoloJsonPut *put, const VoloResult *result, VoloScores *s)
{
    const VoloLabelSpace *space = volo_evaluation_space(result->evaluation);

    volo_evaluation_scores(result->evaluation, result->info.convention, s);
    volo_json_begin(put, "scores", '{', false);
    put_averages(put, s);
    volo_json_begin(put, "classes", '[', false);
    for (size_t i = 0; i < s->class_count; i++)
        put_class(put, volo_label_space_class(space, i)->name, &s->classes[i]);
    volo_json_end(put, ']');
    put_categories(put, space, s);
    put_conventions(put, result->evaluation, s);
    volo_json_end(put, '}');
}

/* --- pictures --- */

static void put_counts(VoloJsonPut *put, const char *key, const uint64_t *counts, size_t classes)
{
    volo_json_begin(put, key, '[', true);
    for (size_t i = 0; i < classes; i++)
        volo_json_put_count(put, NULL, counts[i]);
    volo_json_end(put, ']');
}

static VoloStatus put_images(VoloJsonPut *put, const VoloResult *result, VoloImageRecord *record,
                             VoloError *err)
{
    const VoloLabelSpace *space = volo_evaluation_space(result->evaluation);
    const size_t classes = volo_label_space_class_count(space);
    uint64_t tp[VOLO_LABEL_VALUES], pred[VOLO_LABEL_VALUES], gt[VOLO_LABEL_VALUES];

    volo_json_begin(put, "per_image", '[', false);
    for (size_t i = 0; i < volo_evaluation_images(result->evaluation); i++) {
        VOLO_TRY(result->read(result->user, i, record, err));
        volo_image_record_classes(record, space, tp, pred, gt);
        volo_json_begin(put, NULL, '{', true);
        volo_json_put_text(put, "name", volo_image_record_name(record));
        put_counts(put, "tp", tp, classes);
        put_counts(put, "pred", pred, classes);
        put_counts(put, "gt", gt, classes);
        volo_json_end(put, '}');
    }
    volo_json_end(put, ']');
    return VOLO_OK;
}

static VoloStatus put_document(VoloJsonPut *put, const VoloResult *result, VoloScores *scores,
                               VoloImageRecord *record, VoloError *err)
{
    volo_json_begin(put, NULL, '{', false);
    volo_json_put_text(put, "schema", VOLO_RESULT_SCHEMA);
    volo_json_put_count(put, "schema_version", VOLO_RESULT_VERSION);
    volo_json_put_text(put, "version", volo_version());
    put_settings(put, result);
    put_matrix(put, volo_evaluation_space(result->evaluation),
               volo_confusion_cells(volo_evaluation_confusion(result->evaluation)));
    if (result->info.shard_count > 1)
        volo_json_put_null(put, "scores");
    else
        put_scores(put, result, scores);
    VOLO_TRY(put_images(put, result, record, err));
    volo_json_end(put, '}');
    return VOLO_OK;
}

VoloStatus volo_result_write_json(const VoloResult *result, FILE *stream, VoloError *err)
{
    VoloScores *scores = malloc(sizeof *scores); /* some 20 KiB */
    VoloImageRecord *record = NULL;
    VoloJsonPut put = { .file = stream };
    VoloStatus status = scores ? VOLO_OK : volo_fail_memory(err, sizeof *scores);

    if (!status)
        status = volo_image_record_new(&record, err);
    if (!status)
        status = put_document(&put, result, scores, record, err);
    volo_image_record_free(record);
    free(scores);
    return status;
}
