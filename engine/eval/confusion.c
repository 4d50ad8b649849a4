/* SPDX-License-Identifier: Apache-2.0 */
/* VoloConfusion: 512 KiB of counters. Label pictures are areas, so pixels are taken eight at a time
 * as long as they stay the same; only the rest are counted one by one. */
#include <volo/metrics.h>

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

struct VoloConfusion {
    uint64_t cells[VOLO_LABEL_VALUES * VOLO_LABEL_VALUES];
};

VoloStatus volo_confusion_new(VoloConfusion **ret_confusion, VoloError *err)
{
    VoloConfusion *confusion = calloc(1, sizeof *confusion);

    if (!confusion)
        return volo_fail_memory(err, sizeof *confusion);
    *ret_confusion = confusion;
    return VOLO_OK;
}

void volo_confusion_free(VoloConfusion *confusion)
{
    free(confusion);
}

void volo_confusion_clear(VoloConfusion *confusion)
{
    *confusion = (VoloConfusion){ 0 };
}

static size_t cell_of(uint8_t label, uint8_t prediction)
{
    return (size_t)label * VOLO_LABEL_VALUES + prediction;
}

static uint64_t eight_at(const uint8_t *data)
{
    uint64_t eight;

    memcpy(&eight, data, sizeof eight);
    return eight;
}

static bool is_uniform(uint64_t eight)
{
    return eight == (eight & 0xff) * 0x0101010101010101u;
}

void volo_confusion_add(VoloConfusion *confusion, size_t pixels, const uint8_t *labels,
                        const uint8_t *predictions)
{
    uint64_t *cells = confusion->cells;
    size_t i = 0;

    while (i + 8 <= pixels) {
        const uint64_t l = eight_at(labels + i), p = eight_at(predictions + i);
        const size_t first = i;

        if (is_uniform(l) && is_uniform(p)) {
            do
                i += 8;
            while (i + 8 <= pixels && eight_at(labels + i) == l && eight_at(predictions + i) == p);
            cells[cell_of(labels[first], predictions[first])] += i - first;
        } else {
            for (; i < first + 8; i++)
                cells[cell_of(labels[i], predictions[i])]++;
        }
    }
    for (; i < pixels; i++)
        cells[cell_of(labels[i], predictions[i])]++;
}

void volo_confusion_add_cell(VoloConfusion *confusion, uint8_t label, uint8_t prediction,
                             uint64_t count)
{
    confusion->cells[cell_of(label, prediction)] += count;
}

void volo_confusion_merge(VoloConfusion *confusion, const VoloConfusion *other)
{
    for (size_t i = 0; i < VOLO_LABEL_VALUES * VOLO_LABEL_VALUES; i++)
        confusion->cells[i] += other->cells[i];
}

uint64_t volo_confusion_get(const VoloConfusion *confusion, uint8_t label, uint8_t prediction)
{
    return confusion->cells[cell_of(label, prediction)];
}

const uint64_t *volo_confusion_cells(const VoloConfusion *confusion)
{
    return confusion->cells;
}

uint64_t volo_confusion_total(const VoloConfusion *confusion)
{
    uint64_t total = 0;

    for (size_t i = 0; i < VOLO_LABEL_VALUES * VOLO_LABEL_VALUES; i++)
        total += confusion->cells[i];
    return total;
}
