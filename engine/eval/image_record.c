/* SPDX-License-Identifier: Apache-2.0 */
/* VoloImageRecord: what was counted in a picture. */
#include "eval/record.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

VoloStatus volo_image_record_new(VoloImageRecord **ret_record, VoloError *err)
{
    VoloImageRecord *record = calloc(1, sizeof *record);

    if (!record)
        return volo_fail_memory(err, sizeof *record);
    *ret_record = record;
    return VOLO_OK;
}

void volo_image_record_clear(VoloImageRecord *record)
{
    VoloConfusionCell *cells = record->cells;
    const size_t room = record->cell_room;

    free(record->name);
    *record = (VoloImageRecord){ .cells = cells, .cell_room = room };
}

void volo_image_record_free(VoloImageRecord *record)
{
    if (!record)
        return;
    free(record->name);
    free(record->cells);
    free(record);
}

VoloStatus volo_image_record_set_name(VoloImageRecord *record, const char *name, size_t length,
                                      VoloError *err)
{
    if (length > VOLO_RECORD_NAME_BYTES)
        return volo_fail(err, VOLO_ERR_LIMIT, "'%.60s...': a name of %zu bytes, limit %u", name,
                         length, VOLO_RECORD_NAME_BYTES);
    free(record->name);
    record->name = strndup(name, length);
    return record->name ? VOLO_OK : volo_fail_memory(err, length + 1);
}

VoloStatus volo_image_record_reserve(VoloImageRecord *record, size_t cells, VoloError *err)
{
    if (cells <= record->cell_room)
        return VOLO_OK;
    VoloConfusionCell *more = malloc(cells * sizeof *more);
    if (!more)
        return volo_fail_memory(err, cells * sizeof *more);
    free(record->cells);
    record->cells = more;
    record->cell_room = cells;
    return VOLO_OK;
}

const char *volo_image_record_name(const VoloImageRecord *record)
{
    return record->name ? record->name : "";
}

size_t volo_image_record_height(const VoloImageRecord *record)
{
    return record->height;
}

size_t volo_image_record_width(const VoloImageRecord *record)
{
    return record->width;
}

size_t volo_image_record_cells(const VoloImageRecord *record, const VoloConfusionCell **ret_cells)
{
    *ret_cells = record->cells;
    return record->cell_count;
}

bool volo_image_record_has_instances(const VoloImageRecord *record)
{
    return record->has_instances;
}

void volo_image_record_classes(const VoloImageRecord *record, const VoloLabelSpace *space,
                               uint64_t *tp, uint64_t *pred, uint64_t *gt)
{
    uint64_t *const all[] = { tp, pred, gt };

    for (size_t i = 0; i < 3; i++) {
        if (all[i])
            memset(all[i], 0, space->class_count * sizeof *all[i]);
    }
    for (size_t i = 0; i < record->cell_count; i++) {
        const VoloConfusionCell *cell = &record->cells[i];
        const int label = space->index[cell->label], prediction = space->index[cell->prediction];

        if (label < 0)
            continue;
        if (gt)
            gt[label] += cell->count;
        if (pred && prediction >= 0)
            pred[prediction] += cell->count;
        if (tp && label == prediction)
            tp[label] += cell->count;
    }
}

void volo_image_record_pixels(const VoloImageRecord *record, const VoloLabelSpace *space,
                              uint64_t *ret_valid, uint64_t *ret_wrong)
{
    uint64_t valid = 0, wrong = 0;

    for (size_t i = 0; i < record->cell_count; i++) {
        const VoloConfusionCell *cell = &record->cells[i];
        const int label = space->index[cell->label];

        if (label < 0)
            continue;
        valid += cell->count;
        wrong += label != space->index[cell->prediction] ? cell->count : 0;
    }
    *ret_valid = valid;
    *ret_wrong = wrong;
}
