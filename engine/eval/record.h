/* SPDX-License-Identifier: Apache-2.0 */
/* VoloImageRecord inside, and who counts into it. */
#ifndef VOLO_EVAL_RECORD_H
#define VOLO_EVAL_RECORD_H

#include <volo/metrics.h>

#include "datasets/label_space.h"

#define VOLO_RECORD_NAME_BYTES 4096u

struct VoloImageRecord {
    char *name;
    size_t height, width;
    size_t class_count, category_count; /* of the space; 0: empty */
    bool has_instances, has_boundaries;
    size_t cell_count, cell_room;
    VoloConfusionCell *cells; /* sorted by label, prediction; counts at least 1 */
    VoloInstanceSums class_instances[255], category_instances[VOLO_MAX_CATEGORIES];
    VoloBoundaryCounts boundaries[255];
};

/* Makes it empty; memory for cells is kept. */
void volo_image_record_clear(VoloImageRecord *record);
/* Errors: LIMIT (a longer name than VOLO_RECORD_NAME_BYTES), MEMORY. */
VoloStatus volo_image_record_set_name(VoloImageRecord *record, const char *name, size_t length,
                                      VoloError *err);
VoloStatus volo_image_record_reserve(VoloImageRecord *record, size_t cells, VoloError *err);

/* --- boundary.c: memory for the boundaries of two pictures; all zero at first --- */

typedef struct VoloBoundaryPlanes {
    uint64_t *truth, *prediction; /* a bit a pixel */
    uint64_t *rows;               /* scratch */
    uint8_t *classes;             /* u8 [height,width], where values must be folded first */
    size_t words, pixels;         /* room */
} VoloBoundaryPlanes;

void volo_boundary_planes_clear(VoloBoundaryPlanes *planes);
/* counts [255] += boundary pixels of each class. Errors: MEMORY. */
VoloStatus volo_boundary_count(VoloBoundaryPlanes *planes, const VoloLabelSpace *space,
                               const VoloImagePixels *pixels, double ratio,
                               VoloBoundaryCounts *counts, VoloError *err);
/* d of a picture, at least 1. */
size_t volo_boundary_distance(size_t height, size_t width, double ratio);

/* --- instances.c: counters of 65536 instances; all zero between pictures --- */

typedef struct VoloInstanceTables {
    uint32_t *size, *class_hits, *category_hits; /* u32 [65536] each, one allocation */
} VoloInstanceTables;

VoloStatus volo_instance_tables_init(VoloInstanceTables *tables, VoloError *err);
void volo_instance_tables_clear(VoloInstanceTables *tables);
/* Adds the instances of a picture to the record. Errors: FORMAT (an instance of no label, or of one
 * without instances). */
VoloStatus volo_instance_count(VoloInstanceTables *tables, const VoloLabelSpace *space,
                               const VoloImagePixels *pixels, VoloImageRecord *record,
                               VoloError *err);

#endif
