/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine sees of VoloLabelSpace (<volo/dataset.h>): tables to look values up in. */
#ifndef VOLO_DATASETS_LABEL_SPACE_H
#define VOLO_DATASETS_LABEL_SPACE_H

#include <volo/dataset.h>

#include "base/arena.h"

/* A name that polygon files may use. */
typedef struct VoloLabelName {
    struct VoloLabelName *next;
    const char *name;
    int id; /* below 0: known, but not drawn */
} VoloLabelName;

struct VoloLabelSpace {
    VoloArena arena; /* owns all strings */
    const char *name;
    VoloLabelKind kind;
    size_t class_count, category_count;
    bool known[256];        /* raw values that mean something */
    VoloLabel label[256];   /* by raw value, where known */
    int16_t index[256];     /* by raw value: class, VOLO_CLASS_IGNORED or VOLO_CLASS_UNKNOWN */
    int16_t by_id[256];     /* by the table's id: raw value, or -1 */
    bool has_id[256];       /* ids of the table, ignored ones too */
    uint8_t class_raw[255]; /* by class */
    uint8_t none;
    const char *category[VOLO_MAX_CATEGORIES];
    bool category_has_instances[VOLO_MAX_CATEGORIES]; /* all its labels with an id have */
    VoloLabelName *names;
};

#endif
