/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine adds to the public class tables of <volo/dataset.h>. */
#ifndef VOLO_DATASETS_CLASS_TABLE_H
#define VOLO_DATASETS_CLASS_TABLE_H

#include <volo/dataset.h>

/* A row of the file: a class, one more id of it, or a label that is ignored. */
typedef struct VoloClassRow {
    struct VoloClassRow *next; /* NULL: the last */
    const char *name;
    const char *category; /* NULL: none */
    int id, train_id;     /* -1..255; a train_id of -1 or 255 is ignored */
    uint8_t colour[3];    /* R, G, B */
    bool has_instances;
    double average_size; /* of an instance, in pixels; 0: not said */
} VoloClassRow;

/* The first row; owned by the table. */
const VoloClassRow *volo_class_table_rows(const VoloClassTable *table);

/* A name that may stand in a table, a list or a message: not empty, one line of at most 239 bytes
 * of printable UTF-8. */
bool volo_class_name_is_valid(const char *name);

/* Reads the text of a TSV file; file is what messages call it, name what the table is called.
 * On success *ret_table is the caller's. Errors: FORMAT (file and line named), LIMIT, MEMORY. */
VoloStatus volo_class_table_parse(const char *name, const char *file, const char *text,
                                  size_t bytes, VoloClassTable **ret_table, VoloError *err);

#endif
