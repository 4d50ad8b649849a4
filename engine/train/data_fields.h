/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of VoloDataOptions as tables: names, places and ranges, for reading and checking. */
#ifndef VOLO_TRAIN_DATA_FIELDS_H
#define VOLO_TRAIN_DATA_FIELDS_H

#include <volo/train_data.h>

typedef enum VoloNumberKind {
    VOLO_NUMBER_REAL,  /* double */
    VOLO_NUMBER_RANGE, /* double [2], the first not above the second */
    VOLO_NUMBER_COUNT, /* size_t or uint64_t */
    VOLO_NUMBER_INT,   /* int */
    VOLO_NUMBER_SIDES, /* size_t [2], height and width in pixels */
    VOLO_NUMBER_MIB,   /* uint64_t bytes; named and limited in MiB */
} VoloNumberKind;

typedef struct VoloNumberRow {
    const char *name; /* of the member in files */
    VoloNumberKind kind;
    size_t offset; /* in VoloDataOptions */
    double min, max;
} VoloNumberRow;

typedef struct VoloNumberGroup {
    const char *name; /* of the object in files */
    const VoloNumberRow *rows;
    size_t count;
} VoloNumberGroup;

#define VOLO_NUMBER_GROUPS 3
extern const VoloNumberGroup volo_number_groups[VOLO_NUMBER_GROUPS];

#endif
