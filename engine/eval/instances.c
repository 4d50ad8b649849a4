/* SPDX-License-Identifier: Apache-2.0 */
/* Instances as cityscapesScripts weighs them: each by the average size of its class over its own
 * size, so that large ones do not outweigh the others. Values above 1000 are id * 1000 + number. */
#include "base/error.h"
#include "eval/fixed_sum.h"
#include "eval/record.h"

#include <stdlib.h>
#include <string.h>

#define CODES 65536u
#define LARGEST_REGION 1000u /* values up to this are regions, not instances */
#define NO_CLASS (-9)        /* matches the class of no prediction */

/* By code / 1000: what counts as a hit. */
typedef struct Wanted {
    int class[CODES / 1000 + 1], category[CODES / 1000 + 1];
} Wanted;

VoloStatus volo_instance_tables_init(VoloInstanceTables *tables, VoloError *err)
{
    uint32_t *all = calloc(3 * CODES, sizeof *all);

    if (!all)
        return volo_fail_memory(err, 3 * CODES * sizeof *all);
    *tables = (VoloInstanceTables){ all, all + CODES, all + 2 * CODES };
    return VOLO_OK;
}

void volo_instance_tables_clear(VoloInstanceTables *tables)
{
    free(tables->size);
    *tables = (VoloInstanceTables){ 0 };
}

/* The label of instances with that id; NULL: none, or one the space does not tell from others. */
static const VoloLabel *label_of(const VoloLabelSpace *space, size_t id)
{
    const int raw = id < 256 ? space->by_id[id] : -1;

    return raw >= 0 ? &space->label[raw] : NULL;
}

static bool category_counts(const VoloLabelSpace *space, const VoloLabel *label)
{
    return label->category_index >= 0 && space->category_has_instances[label->category_index];
}

static void find_wanted(const VoloLabelSpace *space, Wanted *w)
{
    for (size_t id = 0; id <= CODES / 1000; id++) {
        const VoloLabel *label = label_of(space, id);
        const bool counts = label && label->class_index >= 0;

        w->class[id] = counts ? label->class_index : NO_CLASS;
        w->category[id] =
            counts && category_counts(space, label) ? label->category_index : NO_CLASS;
    }
}

/* By raw value of the prediction: its category, -1 for none. */
static void find_categories(const VoloLabelSpace *space, int category[256])
{
    for (size_t raw = 0; raw < 256; raw++)
        category[raw] = space->known[raw] ? space->label[raw].category_index : -1;
}

typedef struct Count {
    const VoloInstanceTables *t;
    const Wanted *wanted;
    const int16_t *class; /* by raw value */
    const int *category;  /* by raw value */
} Count;

static void count_run(const Count *c, uint16_t code, uint8_t prediction, uint32_t pixels)
{
    const unsigned id = code / 1000u;

    c->t->size[code] += pixels;
    if (c->class[prediction] == c->wanted->class[id])
        c->t->class_hits[code] += pixels;
    if (c->category[prediction] == c->wanted->category[id])
        c->t->category_hits[code] += pixels;
}

/* Four pixels at a time: most are the same region, or the same instance. */
static void count_pixels(const Count *c, size_t count, const uint16_t *codes,
                         const uint8_t *predictions)
{
    size_t i = 0;

    for (; i + 4 <= count; i += 4) {
        uint64_t four;
        uint32_t hit;

        memcpy(&four, codes + i, sizeof four);
        memcpy(&hit, predictions + i, sizeof hit);
        if (four == codes[i] * 0x0001000100010001u) {
            if (codes[i] <= LARGEST_REGION)
                continue;
            if (hit == predictions[i] * 0x01010101u) {
                count_run(c, codes[i], predictions[i], 4);
                continue;
            }
        }
        for (size_t j = i; j < i + 4; j++) {
            if (codes[j] > LARGEST_REGION)
                count_run(c, codes[j], predictions[j], 1);
        }
    }
    for (; i < count; i++) {
        if (codes[i] > LARGEST_REGION)
            count_run(c, codes[i], predictions[i], 1);
    }
}

static void add_instance(VoloInstanceSums *sums, uint32_t size, uint32_t hits, double average)
{
    const double weight = average / (double)size;

    volo_fixed_sum_add(&sums->tp, (double)hits * weight);
    volo_fixed_sum_add(&sums->fn, (double)(size - hits) * weight);
    sums->instances++;
}

static VoloStatus refuse(const VoloImagePixels *pixels, size_t code, uint32_t size, const char *why,
                         const VoloLabelSpace *space, VoloError *err)
{
    const char *path = pixels->instances_path ? pixels->instances_path : pixels->name;

    return volo_fail(err, VOLO_ERR_FORMAT, "'%s': instance %zu (%u pixels) is of id %zu, %s in %s",
                     path, code, size, code / 1000, why, space->name);
}

static VoloStatus add_all(const VoloInstanceTables *t, const VoloLabelSpace *space,
                          const VoloImagePixels *pixels, VoloImageRecord *record, VoloError *err)
{
    for (size_t code = LARGEST_REGION + 1; code < CODES; code++) {
        const uint32_t size = t->size[code];
        if (size == 0)
            continue;
        const VoloLabel *label = label_of(space, code / 1000);

        if (!label && (code / 1000 > 255 || !space->has_id[code / 1000]))
            return refuse(pixels, code, size, "which is no label", space, err);
        if (!label || label->class_index < 0)
            continue; /* ignored: caravans and trailers */
        if (!label->has_instances || label->average_size <= 0)
            return refuse(pixels, code, size, "which has no instances", space, err);
        add_instance(&record->class_instances[label->class_index], size, t->class_hits[code],
                     label->average_size);
        if (category_counts(space, label))
            add_instance(&record->category_instances[label->category_index], size,
                         t->category_hits[code], label->average_size);
    }
    record->has_instances = true;
    return VOLO_OK;
}

VoloStatus volo_instance_count(VoloInstanceTables *tables, const VoloLabelSpace *space,
                               const VoloImagePixels *pixels, VoloImageRecord *record,
                               VoloError *err)
{
    Wanted wanted;
    int category[256];
    const Count count = { tables, &wanted, space->index, category };

    find_wanted(space, &wanted);
    find_categories(space, category);
    count_pixels(&count, pixels->height * pixels->width, pixels->instances, pixels->predictions);
    const VoloStatus status = add_all(tables, space, pixels, record, err);
    for (size_t code = 0; code < CODES; code++) {
        if (tables->size[code])
            tables->size[code] = tables->class_hits[code] = tables->category_hits[code] = 0;
    }
    return status;
}
