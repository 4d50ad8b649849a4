/* SPDX-License-Identifier: Apache-2.0 */
/* VoloEvaluation: sums of records, all integers, so that their order does not matter. */
#include "eval/evaluation.h"

#include "base/error.h"
#include "eval/fixed_sum.h"
#include "eval/record.h"

#include <stdlib.h>

VoloStatus volo_evaluation_new(const VoloLabelSpace *space, VoloEvaluation **ret_evaluation,
                               VoloError *err)
{
    VoloEvaluation *evaluation = calloc(1, sizeof *evaluation);

    if (!evaluation)
        return volo_fail_memory(err, sizeof *evaluation);
    evaluation->space = space;
    const VoloStatus status = volo_confusion_new(&evaluation->confusion, err);
    if (status) {
        free(evaluation);
        return status;
    }
    *ret_evaluation = evaluation;
    return VOLO_OK;
}

void volo_evaluation_free(VoloEvaluation *evaluation)
{
    if (!evaluation)
        return;
    volo_confusion_free(evaluation->confusion);
    free(evaluation);
}

static void add_sums(VoloInstanceSums *sums, const VoloInstanceSums *more, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        volo_fixed_sum_merge(&sums[i].tp, more[i].tp);
        volo_fixed_sum_merge(&sums[i].fn, more[i].fn);
        sums[i].instances += more[i].instances;
    }
}

static void add_boundaries(VoloBoundaryCounts *counts, const VoloBoundaryCounts *more, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        counts[i].both += more[i].both;
        counts[i].truth += more[i].truth;
        counts[i].prediction += more[i].prediction;
    }
}

static VoloStatus check_record(const VoloLabelSpace *space, const VoloImageRecord *record,
                               VoloError *err)
{
    bool known = true;

    for (size_t i = 0; i < record->cell_count; i++)
        known &= space->known[record->cells[i].label] && space->known[record->cells[i].prediction];
    if (known && record->class_count == space->class_count &&
        record->category_count == space->category_count)
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_FORMAT, "record of '%s': not of the labels of %s",
                     volo_image_record_name(record), space->name);
}

VoloStatus volo_evaluation_add(VoloEvaluation *evaluation, const VoloImageRecord *record,
                               VoloError *err)
{
    VoloEvaluation *e = evaluation;

    VOLO_TRY(check_record(e->space, record, err));
    for (size_t i = 0; i < record->cell_count; i++)
        volo_confusion_add_cell(e->confusion, record->cells[i].label, record->cells[i].prediction,
                                record->cells[i].count);
    add_sums(e->class_instances, record->class_instances, record->class_count);
    add_sums(e->category_instances, record->category_instances, record->category_count);
    add_boundaries(e->boundaries, record->boundaries, record->class_count);
    e->images++;
    e->instance_images += record->has_instances;
    e->boundary_images += record->has_boundaries;
    return VOLO_OK;
}

void volo_evaluation_merge(VoloEvaluation *evaluation, const VoloEvaluation *other)
{
    VoloEvaluation *e = evaluation;

    volo_confusion_merge(e->confusion, other->confusion);
    add_sums(e->class_instances, other->class_instances, e->space->class_count);
    add_sums(e->category_instances, other->category_instances, e->space->category_count);
    add_boundaries(e->boundaries, other->boundaries, e->space->class_count);
    e->images += other->images;
    e->instance_images += other->instance_images;
    e->boundary_images += other->boundary_images;
}

double volo_fixed_sum_value(VoloFixedSum sum)
{
    return (double)sum.whole + (double)sum.fraction * 0x1p-64;
}

const VoloLabelSpace *volo_evaluation_space(const VoloEvaluation *evaluation)
{
    return evaluation->space;
}

const VoloConfusion *volo_evaluation_confusion(const VoloEvaluation *evaluation)
{
    return evaluation->confusion;
}

uint64_t volo_evaluation_images(const VoloEvaluation *evaluation)
{
    return evaluation->images;
}

uint64_t volo_evaluation_instance_images(const VoloEvaluation *evaluation)
{
    return evaluation->instance_images;
}

uint64_t volo_evaluation_boundary_images(const VoloEvaluation *evaluation)
{
    return evaluation->boundary_images;
}

VoloInstanceSums volo_evaluation_class_instances(const VoloEvaluation *evaluation,
                                                 size_t class_index)
{
    return evaluation->class_instances[class_index];
}

VoloInstanceSums volo_evaluation_category_instances(const VoloEvaluation *evaluation,
                                                    size_t category)
{
    return evaluation->category_instances[category];
}

VoloBoundaryCounts volo_evaluation_boundaries(const VoloEvaluation *evaluation, size_t class_index)
{
    return evaluation->boundaries[class_index];
}
