/* SPDX-License-Identifier: Apache-2.0 */
/* VoloImageCounter: one matrix, one set of tables, used for picture after picture. */
#include "base/error.h"
#include "eval/record.h"

#include <stdlib.h>
#include <string.h>

struct VoloImageCounter {
    const VoloLabelSpace *space;
    VoloMetricOptions options;
    VoloConfusion *confusion; /* zero between pictures */
    VoloBoundaryPlanes planes;
    VoloInstanceTables tables;
};

VoloStatus volo_image_counter_new(const VoloLabelSpace *space, const VoloMetricOptions *options,
                                  VoloImageCounter **ret_counter, VoloError *err)
{
    const VoloMetricOptions defaults = VOLO_METRIC_OPTIONS_INIT;
    const VoloMetricOptions chosen = options ? *options : defaults;
    VoloImageCounter *counter;

    if (!(chosen.boundary_ratio > 0 && chosen.boundary_ratio <= 1))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "a boundary ratio of %g, expected above 0, to 1",
                         chosen.boundary_ratio);
    counter = calloc(1, sizeof *counter);
    if (!counter)
        return volo_fail_memory(err, sizeof *counter);
    counter->space = space;
    counter->options = chosen;
    VoloStatus status = volo_confusion_new(&counter->confusion, err);
    if (!status && chosen.instances)
        status = volo_instance_tables_init(&counter->tables, err);
    if (status) {
        volo_image_counter_free(counter);
        return status;
    }
    *ret_counter = counter;
    return VOLO_OK;
}

void volo_image_counter_free(VoloImageCounter *counter)
{
    if (!counter)
        return;
    volo_confusion_free(counter->confusion);
    volo_boundary_planes_clear(&counter->planes);
    volo_instance_tables_clear(&counter->tables);
    free(counter);
}

static VoloStatus check_values(const VoloLabelSpace *space, const VoloImagePixels *pixels,
                               const VoloConfusion *confusion, VoloError *err)
{
    uint64_t labels[256] = { 0 }, predictions[256] = { 0 };
    const uint64_t *cells = volo_confusion_cells(confusion);

    for (size_t i = 0; i < 256 * 256; i++) {
        if (cells[i] == 0)
            continue;
        labels[i / 256] += cells[i];
        predictions[i % 256] += cells[i];
    }
    VOLO_TRY(volo_label_space_check(space, pixels->labels_path ? pixels->labels_path : pixels->name,
                                    labels, err));
    return volo_label_space_check(
        space, pixels->prediction_path ? pixels->prediction_path : pixels->name, predictions, err);
}

static VoloStatus take_cells(const VoloConfusion *confusion, VoloImageRecord *record,
                             VoloError *err)
{
    const uint64_t *cells = volo_confusion_cells(confusion);
    size_t count = 0;

    for (size_t i = 0; i < 256 * 256; i++)
        count += cells[i] > 0;
    VOLO_TRY(volo_image_record_reserve(record, count, err));
    for (size_t i = 0; i < 256 * 256; i++) {
        if (cells[i])
            record->cells[record->cell_count++] =
                (VoloConfusionCell){ (uint8_t)(i / 256), (uint8_t)(i % 256), cells[i] };
    }
    return VOLO_OK;
}

static VoloStatus count_all(VoloImageCounter *counter, const VoloImagePixels *pixels,
                            VoloImageRecord *record, VoloError *err)
{
    const VoloLabelSpace *space = counter->space;

    VOLO_TRY(volo_image_record_set_name(record, pixels->name, strlen(pixels->name), err));
    record->height = pixels->height;
    record->width = pixels->width;
    record->class_count = space->class_count;
    record->category_count = space->category_count;
    VOLO_TRY(check_values(space, pixels, counter->confusion, err));
    VOLO_TRY(take_cells(counter->confusion, record, err));
    if (counter->options.instances && pixels->instances)
        VOLO_TRY(volo_instance_count(&counter->tables, space, pixels, record, err));
    if (counter->options.boundaries) {
        VOLO_TRY(volo_boundary_count(&counter->planes, space, pixels,
                                     counter->options.boundary_ratio, record->boundaries, err));
        record->has_boundaries = true;
    }
    return VOLO_OK;
}

VoloStatus volo_image_counter_count(VoloImageCounter *counter, const VoloImagePixels *pixels,
                                    VoloImageRecord *record, VoloError *err)
{
    const size_t count = pixels->height * pixels->width;

    volo_image_record_clear(record);
    volo_confusion_add(counter->confusion, count, pixels->labels, pixels->predictions);
    const VoloStatus status = count_all(counter, pixels, record, err);
    volo_confusion_clear(counter->confusion);
    if (status)
        volo_image_record_clear(record);
    return status;
}
