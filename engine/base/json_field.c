/* SPDX-License-Identifier: Apache-2.0 */
/* Typed access to JSON values that knows where it is. */
#include "base/json_field.h"

#include "base/error.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define MOST_SIZES 16u /* in a list that volo_field_sizes reads */
#define PLACE_BYTES 192u
#define NAME_BYTES 100u /* of a file's name that a message shows: its end, if it is longer */

VoloField volo_field_root(const char *name, const json_t *value)
{
    return (VoloField){ .key = name, .value = value };
}

bool volo_field_get(const VoloField *object, const char *key, VoloField *ret_field)
{
    const json_t *value = json_object_get(object->value, key);

    if (!value || json_is_null(value))
        return false;
    *ret_field = (VoloField){ .parent = object, .key = key, .value = value };
    return true;
}

VoloField volo_field_at(const VoloField *list, size_t index)
{
    return (
        VoloField){ .parent = list, .index = index, .value = json_array_get(list->value, index) };
}

/* Writes "test.stride[0]" and returns its length; nothing for the whole text. Keys are those of the
 * program's own tables, so room is always enough. */
static size_t put_path(const VoloField *f, char *path, size_t room)
{
    if (!f->parent)
        return 0;
    const size_t at = put_path(f->parent, path, room);
    const int length = f->key ? snprintf(path + at, room - at, "%s%s", at > 0 ? "." : "", f->key)
                              : snprintf(path + at, room - at, "[%zu]", f->index);
    return at + (size_t)length < room ? at + (size_t)length : room - 1;
}

/* Writes "'config.json': field 'test.stride[0]'", or "'config.json'" for the whole text. */
static void put_place(const VoloField *f, char *place, size_t room)
{
    const VoloField *root = f;
    char path[64] = "";

    while (root->parent)
        root = root->parent;
    const size_t length = strlen(root->key);
    const bool whole = length <= NAME_BYTES;
    const char *name = whole ? root->key : root->key + length - NAME_BYTES;
    if (put_path(f, path, sizeof path) > 0)
        snprintf(place, room, "'%s%s': field '%s'", whole ? "" : "...", name, path);
    else
        snprintf(place, room, "'%s%s'", whole ? "" : "...", name);
}

/* 4.0 is not an integer and should not look like one. */
static void put_real(double value, char *text, size_t room)
{
    const bool whole = value > -1e15 && value < 1e15 && value == (double)(long long)value;

    snprintf(text, room, whole ? "%.1f" : "%.15g", value);
}

/* Writes what came: "a string", "a list of 3", "-7". */
static void put_value(const json_t *value, char *text, size_t room)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        snprintf(text, room, "an object of %zu", json_object_size(value));
        break;
    case JSON_ARRAY:
        snprintf(text, room, "a list of %zu", json_array_size(value));
        break;
    case JSON_STRING:
        snprintf(text, room, "a string");
        break;
    case JSON_INTEGER:
        snprintf(text, room, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        put_real(json_real_value(value), text, room);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        snprintf(text, room, "%s", json_is_true(value) ? "true" : "false");
        break;
    case JSON_NULL:
        snprintf(text, room, "null");
        break;
    }
}

VoloStatus volo_field_wrong(const VoloField *f, VoloError *err, const char *want, ...)
{
    char place[PLACE_BYTES], got[48] = "", wanted[80];
    va_list args;

    put_place(f, place, sizeof place);
    put_value(f->value, got, sizeof got);
    va_start(args, want);
    vsnprintf(wanted, sizeof wanted, want, args);
    va_end(args);
    return volo_fail(err, VOLO_ERR_FORMAT, "%s is %s, expected %s", place, got, wanted);
}

VoloStatus volo_field_wrong_text(const VoloField *f, VoloStatus status, const char *want,
                                 VoloError *err)
{
    char place[PLACE_BYTES];

    put_place(f, place, sizeof place);
    return volo_fail(err, status, "%s is '%.40s', expected %s", place, json_string_value(f->value),
                     want);
}

VoloStatus volo_field_missing(const VoloField *object, const char *key, const char *want,
                              VoloError *err)
{
    char place[PLACE_BYTES];

    put_place(object, place, sizeof place);
    return volo_fail(err, VOLO_ERR_FORMAT, "%s has no '%s', expected %s", place, key, want);
}

VoloStatus volo_field_object(const VoloField *f, VoloError *err)
{
    return json_is_object(f->value) ? VOLO_OK : volo_field_wrong(f, err, "an object");
}

VoloStatus volo_field_bool(const VoloField *f, bool *ret_value, VoloError *err)
{
    if (!json_is_boolean(f->value))
        return volo_field_wrong(f, err, "true or false");
    *ret_value = json_is_true(f->value);
    return VOLO_OK;
}

VoloStatus volo_field_size(const VoloField *f, size_t min, size_t max, size_t *ret_value,
                           VoloError *err)
{
    const json_int_t value = json_integer_value(f->value); /* 0 for other types */

    if (!json_is_integer(f->value) || value < 0 || (uint64_t)value < min || (uint64_t)value > max)
        return volo_field_wrong(f, err, "an integer %zu..%zu", min, max);
    *ret_value = (size_t)value;
    return VOLO_OK;
}

VoloStatus volo_field_real(const VoloField *f, double min, double max, double *ret_value,
                           VoloError *err)
{
    const double value = json_number_value(f->value); /* 0 for other types */

    if (!json_is_number(f->value) || !(value > min) || !(value <= max))
        return volo_field_wrong(f, err, "a number above %g and at most %g", min, max);
    *ret_value = value;
    return VOLO_OK;
}

VoloStatus volo_field_text(const VoloField *f, const char **ret_text, VoloError *err)
{
    if (!json_is_string(f->value))
        return volo_field_wrong(f, err, "a string");
    *ret_text = json_string_value(f->value);
    return VOLO_OK;
}

VoloStatus volo_field_list(const VoloField *f, size_t count, const char *what, VoloError *err)
{
    if (!json_is_array(f->value) || json_array_size(f->value) != count)
        return volo_field_wrong(f, err, "a list of %zu %s", count, what);
    return VOLO_OK;
}

VoloStatus volo_field_sizes(const VoloField *f, size_t count, size_t min, size_t max,
                            size_t *ret_values, VoloError *err)
{
    size_t value[MOST_SIZES];

    assert(count <= MOST_SIZES);
    VOLO_TRY(volo_field_list(f, count, "integers", err));
    for (size_t i = 0; i < count; i++) {
        const VoloField element = volo_field_at(f, i);

        VOLO_TRY(volo_field_size(&element, min, max, &value[i], err));
    }
    memcpy(ret_values, value, count * sizeof *value);
    return VOLO_OK;
}
