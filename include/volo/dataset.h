/* SPDX-License-Identifier: Apache-2.0 */
/* VoloClassTable: the classes of a data set: names, ids, trainIds and colours, from a built-in
 * table or a TSV file (header `name id trainId R G B`, more columns allowed). Threads: a table is
 * immutable; it may be read from any thread. */
#ifndef VOLO_DATASET_H
#define VOLO_DATASET_H

#include <volo/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloClassTable VoloClassTable;

/* One class. The network's class index is the trainId. */
typedef struct VoloClass {
    const char *name;  /* UTF-8, owned by the table */
    int id;            /* in label files of the data set: Cityscapes labelId, ADE20K index + 1 */
    uint8_t colour[3]; /* R, G, B */
} VoloClass;

/* Opens a built-in table ("cityscapes", "ade20k"; see volo_registry_entry(VOLO_DATASETS)) or, when
 * the text is not such a name, the TSV file at that path.
 * On success *ret_table is the caller's (volo_class_table_free); on failure it is untouched.
 * Errors: IO, MISSING (neither a name nor a file), FORMAT (file and line named), LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_class_table_open(const char *name_or_path,
                                                         VoloClassTable **ret_table,
                                                         VoloError *err);

/* A table made from count names (copied), ids and colours. ids may be NULL: the indices; colours
 * too: generated ones, fixed for each index. Errors: ARGUMENT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_class_table_new(const char *name, size_t count,
                                                        const char *const *names, const int *ids,
                                                        const uint8_t (*colours)[3],
                                                        VoloClassTable **ret_table, VoloError *err);

VOLO_API void volo_class_table_free(VoloClassTable *table); /* NULL is allowed */

/* Of a built-in table its name, of a file its name without folder and ending. */
VOLO_API const char *volo_class_table_name(const VoloClassTable *table);
VOLO_API size_t volo_class_table_count(const VoloClassTable *table); /* 1..255 trainIds */
/* The class of a trainId below the count; borrowed. */
VOLO_API const VoloClass *volo_class_table_get(const VoloClassTable *table, size_t train_id);

#ifdef __cplusplus
}
#endif
#endif
