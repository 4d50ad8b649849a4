/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON value and the way to it, so that every complaint names the file, the field, what came and
 * what was wanted: 'config.json': field 'test.stride[0]' is 0, expected an integer 1..65500
 *
 * The readers leave their output untouched on failure; all fail with FORMAT. */
#ifndef VOLO_BASE_JSON_FIELD_H
#define VOLO_BASE_JSON_FIELD_H

#include "base/json.h"

typedef struct VoloField {
    const struct VoloField *parent; /* outlives this one; NULL: the value is the whole text */
    const char
        *key;     /* in the parent's object; NULL: an element of its list; whole text: its name */
    size_t index; /* in the parent's list */
    const json_t *value;
} VoloField;

/* The whole text, called name in messages. */
VoloField volo_field_root(const char *name, const json_t *value);
/* A member of an object; false when it is absent or null, or when object is none. */
bool volo_field_get(const VoloField *object, const char *key, VoloField *ret_field);
/* An element of a list, index below its size. */
VoloField volo_field_at(const VoloField *list, size_t index);

/* The makers of messages. The first says what came by type, or by value if it is a number; the
 * second quotes the string that came; the third is for a member that must be there. */
VoloStatus volo_field_wrong(const VoloField *f, VoloError *err, const char *want, ...)
    VOLO_PRINTF(3, 4);
VoloStatus volo_field_wrong_text(const VoloField *f, VoloStatus status, const char *want,
                                 VoloError *err);
VoloStatus volo_field_missing(const VoloField *object, const char *key, const char *want,
                              VoloError *err);

VoloStatus volo_field_object(const VoloField *f, VoloError *err);
VoloStatus volo_field_bool(const VoloField *f, bool *ret_value, VoloError *err);
VoloStatus volo_field_size(const VoloField *f, size_t min, size_t max, size_t *ret_value,
                           VoloError *err);
/* Finite, above min and at most max. */
VoloStatus volo_field_real(const VoloField *f, double min, double max, double *ret_value,
                           VoloError *err);
/* Borrowed from the JSON value. */
VoloStatus volo_field_text(const VoloField *f, const char **ret_text, VoloError *err);
/* A list of exactly count elements, called what: "integers". */
VoloStatus volo_field_list(const VoloField *f, size_t count, const char *what, VoloError *err);
/* A list of exactly count integers, at most 16. */
VoloStatus volo_field_sizes(const VoloField *f, size_t count, size_t min, size_t max,
                            size_t *ret_values, VoloError *err);

#endif
