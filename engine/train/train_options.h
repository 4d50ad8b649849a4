/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of VoloTrainOptions as a table: their names in JSON, ranges, and whether a resumed
 * training may change them. */
#ifndef VOLO_TRAIN_TRAIN_OPTIONS_H
#define VOLO_TRAIN_TRAIN_OPTIONS_H

#include <volo/train.h>

typedef enum VoloFieldKind {
    VOLO_FIELD_COUNT,  /* uint64_t */
    VOLO_FIELD_REAL,   /* double */
    VOLO_FIELD_SWITCH, /* bool */
    VOLO_FIELD_TEXT,   /* const char *, or NULL */
    VOLO_FIELD_CHOICE, /* int, an index in choices */
} VoloFieldKind;

enum {
    VOLO_FIELD_FREE = 1, /* may change when a training is resumed */
    VOLO_FIELD_PATH = 2, /* TEXT: relative to the file that says it */
};

typedef struct VoloTrainField {
    const char *name;
    VoloFieldKind kind;
    size_t offset;
    double least, most; /* COUNT and REAL, both allowed */
    unsigned flags;
    const char *choices[4]; /* CHOICE, the last NULL */
} VoloTrainField;

#define VOLO_TRAIN_FIELDS 45
extern const VoloTrainField volo_train_fields[VOLO_TRAIN_FIELDS];

/* The field's value as JSON text. text holds size bytes; false when it does not fit. */
bool volo_train_field_text(const VoloTrainField *field, const VoloTrainOptions *options, char *text,
                           size_t size);

#endif
