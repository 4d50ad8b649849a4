/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine adds to the public class tables of <volo/dataset.h>. */
#ifndef VOLO_DATASETS_CLASS_TABLE_H
#define VOLO_DATASETS_CLASS_TABLE_H

#include <volo/dataset.h>

/* A name that may stand in a table, a list or a message: not empty, one line of at most 239 bytes
 * of printable UTF-8. */
bool volo_class_name_is_valid(const char *name);

/* Reads the text of a TSV file; file is what messages call it, name what the table is called.
 * On success *ret_table is the caller's. Errors: FORMAT (file and line named), LIMIT, MEMORY. */
VoloStatus volo_class_table_parse(const char *name, const char *file, const char *text,
                                  size_t bytes, VoloClassTable **ret_table, VoloError *err);

#endif
