/* SPDX-License-Identifier: Apache-2.0 */
/* safetensors: u64 header length n | n bytes of JSON that begin with '{' | tensor data.
 *
 *   { "__metadata__": { "key": "text", ... },
 *     "name": { "dtype": "F32", "shape": [2, 3], "data_offsets": [first, end] }, ... }
 *
 * Offsets are bytes within the data. Read strictly: the tensors fill the data without overlap or
 * hole, so that no byte of the file is unaccounted for (github.com/huggingface/safetensors). */
#include "base/checked.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "weights/container.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_BYTES 8u
#define METADATA "__metadata__"

static bool is_safetensors(const uint8_t *head, size_t bytes)
{
    return bytes > LENGTH_BYTES && head[LENGTH_BYTES] == '{';
}

static VoloStatus parse_dtype(const char *name, const json_t *json, VoloDtype *ret_dtype,
                              VoloError *err)
{
    static const struct {
        const char *name;
        VoloDtype dtype;
    } known[] = {
        { "F32", VOLO_F32 }, { "F16", VOLO_F16 }, { "BF16", VOLO_BF16 }, { "I64", VOLO_I64 }
    };
    const char *text = json_string_value(json);

    if (!text)
        return volo_fail(err, VOLO_ERR_FORMAT, "tensor '%s': dtype is not a string", name);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(text, known[i].name) == 0) {
            *ret_dtype = known[i].dtype;
            return VOLO_OK;
        }
    }
    return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                     "tensor '%s' is of dtype '%s': only F32, F16, BF16 and I64 counters are read",
                     name, text);
}

static VoloStatus parse_number(const char *name, const char *what, const json_t *json,
                               uint64_t *ret_number, VoloError *err)
{
    if (!json_is_integer(json) || json_integer_value(json) < 0)
        return volo_fail(err, VOLO_ERR_FORMAT, "tensor '%s': %s is not a whole number from 0 up",
                         name, what);
    *ret_number = (uint64_t)json_integer_value(json);
    return VOLO_OK;
}

static VoloStatus parse_shape(VoloWeightEntry *e, const json_t *json, VoloError *err)
{
    if (!json_is_array(json))
        return volo_fail(err, VOLO_ERR_FORMAT, "tensor '%s': shape is not a list", e->stored);
    if (json_array_size(json) > VOLO_LIMIT_TENSOR_RANK)
        return volo_fail(err, VOLO_ERR_LIMIT, "tensor '%s' has %zu dimensions, limit %u", e->stored,
                         json_array_size(json), VOLO_LIMIT_TENSOR_RANK);
    e->rank = (unsigned)json_array_size(json);
    for (unsigned i = 0; i < e->rank; i++)
        VOLO_TRY(parse_number(e->stored, "shape", json_array_get(json, i), &e->shape[i], err));
    return VOLO_OK;
}

/* *ret_end is where the data end; e->offset is relative to the data until they are placed. */
static VoloStatus parse_offsets(VoloWeightEntry *e, const json_t *json, uint64_t data_bytes,
                                uint64_t *ret_end, VoloError *err)
{
    const uint64_t wanted = e->count * volo_dtype_bytes(e->dtype);
    uint64_t first = 0, end = 0;

    if (!json_is_array(json) || json_array_size(json) != 2)
        return volo_fail(err, VOLO_ERR_FORMAT, "tensor '%s': data_offsets is not a list of two",
                         e->stored);
    VOLO_TRY(parse_number(e->stored, "data_offsets", json_array_get(json, 0), &first, err));
    VOLO_TRY(parse_number(e->stored, "data_offsets", json_array_get(json, 1), &end, err));
    if (first > end)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "tensor '%s' ends at byte %" PRIu64 ", before it begins at %" PRIu64,
                         e->stored, end, first);
    if (end > data_bytes)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "tensor '%s' ends at byte %" PRIu64 " of the data, which have %" PRIu64,
                         e->stored, end, data_bytes);
    if (end - first != wanted)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "tensor '%s' has %" PRIu64 " bytes, but its shape needs %" PRIu64,
                         e->stored, end - first, wanted);
    e->offset = first;
    *ret_end = end;
    return VOLO_OK;
}

static VoloStatus parse_tensor(VoloWeightEntry *e, json_t *json, uint64_t data_bytes,
                               VoloError *err)
{
    uint64_t end;

    if (!json_is_object(json))
        return volo_fail(err, VOLO_ERR_FORMAT, "tensor '%s' is not described by an object",
                         e->stored);
    if (json_object_size(json) != 3 || !json_object_get(json, "dtype") ||
        !json_object_get(json, "shape") || !json_object_get(json, "data_offsets"))
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "tensor '%s' needs exactly dtype, shape and data_offsets", e->stored);
    VOLO_TRY(parse_dtype(e->stored, json_object_get(json, "dtype"), &e->dtype, err));
    VOLO_TRY(parse_shape(e, json_object_get(json, "shape"), err));
    VOLO_TRY(volo_weights_check_entry(e, err));
    VOLO_TRY(parse_offsets(e, json_object_get(json, "data_offsets"), data_bytes, &end, err));
    volo_weights_pack(e);
    return VOLO_OK;
}

static VoloStatus parse_metadata(VoloWeights *w, json_t *json, VoloError *err)
{
    const char *key;
    json_t *value;

    if (!json_is_object(json))
        return volo_fail(err, VOLO_ERR_FORMAT, "__metadata__ is not an object");
    json_object_foreach(json, key, value)
    {
        if (!json_is_string(value))
            return volo_fail(err, VOLO_ERR_FORMAT, "__metadata__: '%s' is not a string", key);
    }
    const json_t *config = json_object_get(json, "config");
    if (!config)
        return VOLO_OK;
    if (json_string_length(config) > VOLO_LIMIT_CONFIG_BYTES)
        return volo_fail(err, VOLO_ERR_LIMIT, "__metadata__: 'config' has %zu bytes, limit %u",
                         json_string_length(config), VOLO_LIMIT_CONFIG_BYTES);
    w->config = volo_arena_strdup(&w->arena, json_string_value(config));
    return w->config ? VOLO_OK : volo_fail_memory(err, json_string_length(config) + 1);
}

static int compare_offset(const void *a, const void *b)
{
    const VoloWeightEntry *x = a, *y = b;

    return (x->offset > y->offset) - (x->offset < y->offset);
}

/* In order of their offsets, tensors must follow each other from the first byte to the last. */
static VoloStatus check_layout(VoloWeights *w, uint64_t data_bytes, VoloError *err)
{
    uint64_t at = 0;

    qsort(w->entry, w->count, sizeof *w->entry, compare_offset);
    for (size_t i = 0; i < w->count; i++) {
        const VoloWeightEntry *e = &w->entry[i];

        if (e->offset < at)
            return volo_fail(err, VOLO_ERR_FORMAT, "tensors '%s' and '%s' overlap",
                             w->entry[i - 1].stored, e->stored);
        if (e->offset > at)
            return volo_fail(err, VOLO_ERR_FORMAT,
                             "%" PRIu64 " bytes before tensor '%s' belong to no tensor",
                             e->offset - at, e->stored);
        at += e->count * volo_dtype_bytes(e->dtype);
    }
    if (at != data_bytes)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "%" PRIu64 " bytes at the end of the file belong to no tensor",
                         data_bytes - at);
    return VOLO_OK;
}

static VoloStatus read_tensors(VoloWeights *w, json_t *root, uint64_t data_at, VoloError *err)
{
    const uint64_t data_bytes = w->file_bytes - data_at;
    json_t *metadata = json_object_get(root, METADATA), *value;
    const char *name;

    if (metadata)
        VOLO_TRY(parse_metadata(w, metadata, err));
    VOLO_TRY(volo_weights_reserve(w, json_object_size(root) - (metadata ? 1 : 0), err));
    json_object_foreach(root, name, value)
    {
        VoloWeightEntry *e = &w->entry[w->count];

        if (value == metadata)
            continue;
        VOLO_TRY(volo_weights_name(w, name, strlen(name), &e->stored, err));
        VOLO_TRY(parse_tensor(e, value, data_bytes, err));
        w->count++;
    }
    VOLO_TRY(check_layout(w, data_bytes, err));
    for (size_t i = 0; i < w->count; i++)
        w->entry[i].offset += data_at;
    return VOLO_OK;
}

/* Tensors are the keys at depth 1, counted before jansson builds a tree of them. */
static VoloStatus check_tensor_count(const char *text, size_t bytes, VoloError *err)
{
    size_t depth = 0, tensors = 0;
    bool in_string = false;

    for (size_t i = 0; i < bytes; i++) {
        if (in_string) {
            if (text[i] == '\\')
                i++;
            else
                in_string = text[i] != '"';
            continue;
        }
        in_string = text[i] == '"';
        if (text[i] == '{' || text[i] == '[')
            depth++;
        else if ((text[i] == '}' || text[i] == ']') && depth)
            depth--;
        tensors += depth == 1 && text[i] == ':';
    }
    if (tensors > VOLO_LIMIT_TENSORS + (memmem(text, bytes, METADATA, strlen(METADATA)) ? 1u : 0u))
        return volo_fail(err, VOLO_ERR_LIMIT, "more than %u tensors", VOLO_LIMIT_TENSORS);
    return VOLO_OK;
}

static VoloStatus parse_header(VoloWeights *w, const char *text, size_t bytes, VoloError *err)
{
    json_t *root;

    VOLO_TRY(check_tensor_count(text, bytes, err));
    VOLO_TRY(volo_json_parse("header", text, bytes, VOLO_LIMIT_HEADER_JSON_DEPTH, &root, err));
    const VoloStatus status = read_tensors(w, root, LENGTH_BYTES + bytes, err);
    json_decref(root);
    return status;
}

static VoloStatus read_safetensors(VoloWeights *w, bool strict, VoloError *err)
{
    uint8_t length[LENGTH_BYTES];
    uint64_t bytes = 0;

    (void)strict; /* there is nothing lenient to refuse */
    VOLO_TRY(volo_file_read_at(w->fd, w->path, length, sizeof length, 0, err));
    for (size_t i = 0; i < sizeof length; i++)
        bytes |= (uint64_t)length[i] << 8 * i;
    if (bytes > w->file_bytes - LENGTH_BYTES)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "the header claims %" PRIu64 " bytes, but the file has %" PRIu64
                         " after its length",
                         bytes, w->file_bytes - LENGTH_BYTES);
    if (bytes > VOLO_LIMIT_SAFETENSORS_HEADER)
        return volo_fail(err, VOLO_ERR_LIMIT, "the header has %" PRIu64 " bytes, limit %u", bytes,
                         VOLO_LIMIT_SAFETENSORS_HEADER);
    char *text = malloc((size_t)bytes + 1);
    if (!text)
        return volo_fail_memory(err, (size_t)bytes + 1);
    VoloStatus status = volo_file_read_at(w->fd, w->path, text, (size_t)bytes, LENGTH_BYTES, err);
    if (status == VOLO_OK)
        status = parse_header(w, text, (size_t)bytes, err);
    free(text);
    return status;
}

const VoloContainer volo_container_safetensors = {
    .format = "safetensors",
    .is_mine = is_safetensors,
    .read = read_safetensors,
};
