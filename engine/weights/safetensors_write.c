/* SPDX-License-Identifier: Apache-2.0 */
/* Writes safetensors, always the same bytes for the same tensors: the header in the given order, no
 * spaces but the padding at its end, then the data as they come from the callback. */
#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/write_file.h"
#include "weights/container.h"
#include "weights/half.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_VALUES (32u << 10) /* asked from the callback at a time */

typedef struct Text {
    char *data;
    size_t bytes, room;
    bool failed; /* sticky */
} Text;

static void put_bytes(Text *t, const char *data, size_t bytes)
{
    if (bytes == 0 || t->failed)
        return;
    if (t->room - t->bytes < bytes) {
        const size_t room = 2 * t->room + bytes + 256;
        char *moved = realloc(t->data, room);

        if (!moved) {
            t->failed = true;
            return;
        }
        t->data = moved;
        t->room = room;
    }
    memcpy(t->data + t->bytes, data, bytes);
    t->bytes += bytes;
}

static void put_text(Text *t, const char *text)
{
    put_bytes(t, text, strlen(text));
}

static void put_number(Text *t, uint64_t number)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRIu64, number);
    put_text(t, digits);
}

/* A JSON string: quotes, backslashes and control characters escaped, UTF-8 as it is. */
static void put_string(Text *t, const char *text)
{
    char escape[8];

    put_text(t, "\"");
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\') {
            put_text(t, *c == '"' ? "\\\"" : "\\\\");
        } else if ((unsigned char)*c < 0x20) {
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned)*c);
            put_text(t, escape);
        } else {
            put_bytes(t, c, 1);
        }
    }
    put_text(t, "\"");
}

/* --- header --- */

static VoloStatus data_bytes(const VoloSaveTensor *tensor, size_t *ret_bytes, VoloError *err)
{
    size_t count;

    if (tensor->dtype == VOLO_BF16)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "tensor '%s': BF16 is not written", tensor->name);
    if (tensor->rank > VOLO_LIMIT_TENSOR_RANK)
        return volo_fail(err, VOLO_ERR_LIMIT, "tensor '%s' has %u dimensions, limit %u",
                         tensor->name, tensor->rank, VOLO_LIMIT_TENSOR_RANK);
    if (!volo_product(tensor->shape, tensor->rank, &count) ||
        !volo_mul(count, volo_dtype_bytes(tensor->dtype), ret_bytes))
        return volo_fail(err, VOLO_ERR_LIMIT,
                         "tensor '%s': the size of its shape overflows 64 bits", tensor->name);
    return VOLO_OK;
}

static void put_metadata(Text *t, const char *config)
{
    put_text(t, "{\"__metadata__\":{");
    if (config) {
        put_text(t, "\"config\":");
        put_string(t, config);
        put_text(t, ",");
    }
    put_text(t, "\"format\":\"pt\"}");
}

static void put_tensor(Text *t, const VoloSaveTensor *tensor, size_t first, size_t end)
{
    static const char *const dtype[] = {
        [VOLO_F32] = "F32", [VOLO_F16] = "F16", [VOLO_BF16] = "BF16", [VOLO_I64] = "I64"
    };

    put_text(t, ",");
    put_string(t, tensor->name);
    put_text(t, ":{\"dtype\":\"");
    put_text(t, dtype[tensor->dtype]);
    put_text(t, "\",\"shape\":[");
    for (unsigned i = 0; i < tensor->rank; i++) {
        put_text(t, i ? "," : "");
        put_number(t, tensor->shape[i]);
    }
    put_text(t, "],\"data_offsets\":[");
    put_number(t, first);
    put_text(t, ",");
    put_number(t, end);
    put_text(t, "]}");
}

static VoloStatus build_header(Text *t, const VoloSaveTensor *tensor, size_t count,
                               const char *config, VoloError *err)
{
    size_t first = 0, end, bytes;

    put_metadata(t, config);
    for (size_t i = 0; i < count; i++, first = end) {
        VOLO_TRY(data_bytes(&tensor[i], &bytes, err));
        if (!volo_add(first, bytes, &end))
            return volo_fail(err, VOLO_ERR_LIMIT, "the tensors have more than 2^64 bytes");
        put_tensor(t, &tensor[i], first, end);
    }
    put_text(t, "}");
    while (!t->failed && t->bytes % 8) /* so that the data begin aligned */
        put_text(t, " ");
    if (t->failed)
        return volo_fail_memory(err, t->room);
    if (t->bytes > VOLO_LIMIT_SAFETENSORS_HEADER)
        return volo_fail(err, VOLO_ERR_LIMIT, "the header would have %zu bytes, limit %u", t->bytes,
                         VOLO_LIMIT_SAFETENSORS_HEADER);
    return VOLO_OK;
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names that our own reader would refuse are not written. */
static VoloStatus check_names(const VoloSaveTensor *tensor, size_t count, VoloError *err)
{
    if (count > VOLO_LIMIT_TENSORS)
        return volo_fail(err, VOLO_ERR_LIMIT, "%zu tensors, limit %u", count, VOLO_LIMIT_TENSORS);
    const char **name = calloc(count + 1, sizeof *name);
    if (!name)
        return volo_fail_memory(err, (count + 1) * sizeof *name);
    VoloStatus status = VOLO_OK;
    for (size_t i = 0; i < count; i++)
        name[i] = tensor[i].name;
    qsort(name, count, sizeof *name, compare_text);
    for (size_t i = 0; i < count && !status; i++) {
        const size_t bytes = strlen(name[i]);

        if (bytes == 0 || bytes > VOLO_LIMIT_TENSOR_NAME || !volo_utf8_is_plain(name[i], bytes) ||
            strcmp(name[i], "__metadata__") == 0 || (i && strcmp(name[i - 1], name[i]) == 0))
            status =
                volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' cannot be the name of a tensor", name[i]);
    }
    free(name);
    return status;
}

/* --- data --- */

typedef struct Piece {
    union {
        float f32[PIECE_VALUES];
        int64_t i64[PIECE_VALUES];
    };
    uint16_t f16[PIECE_VALUES];
} Piece;

static VoloStatus put_piece(VoloWriter *out, const VoloSaveTensor *tensor, Piece *piece,
                            size_t count, VoloError *err)
{
    if (tensor->dtype != VOLO_F16) {
        volo_writer_put(out, piece, count * volo_dtype_bytes(tensor->dtype));
        return VOLO_OK;
    }
    const size_t good = volo_float_to_half(piece->f16, piece->f32, count);
    if (good != count)
        return volo_fail(err, VOLO_ERR_LIMIT, "tensor '%s' has the value %g, beyond F16's 65504",
                         tensor->name, (double)piece->f32[good]);
    volo_writer_put(out, piece->f16, count * sizeof *piece->f16);
    return VOLO_OK;
}

static VoloStatus put_data(VoloWriter *out, const VoloSaveTensor *tensor, size_t index,
                           VoloSaveFn fn, void *user, Piece *piece, VoloError *err)
{
    size_t total;

    VOLO_TRY(data_bytes(tensor, &total, err));
    total /= volo_dtype_bytes(tensor->dtype);
    for (size_t done = 0, count; done < total; done += count) {
        count = total - done < PIECE_VALUES ? total - done : PIECE_VALUES;
        VOLO_TRY(fn(index, done, count, piece, user, err));
        VOLO_TRY(put_piece(out, tensor, piece, count, err));
    }
    return VOLO_OK;
}

static VoloStatus put_all(VoloWriter *out, const Text *header, const VoloSaveTensor *tensor,
                          size_t count, VoloSaveFn fn, void *user, VoloError *err)
{
    VoloStatus status = VOLO_OK;
    uint8_t length[8];

    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (uint8_t)(header->bytes >> 8 * i);
    volo_writer_put(out, length, sizeof length);
    volo_writer_put(out, header->data, header->bytes);
    Piece *piece = malloc(sizeof *piece);
    if (!piece)
        return volo_fail_memory(err, sizeof *piece);
    for (size_t i = 0; i < count && !status; i++)
        status = put_data(out, &tensor[i], i, fn, user, piece, err);
    free(piece);
    return status;
}

VoloStatus volo_safetensors_write(const char *path, const VoloSaveTensor *tensor, size_t count,
                                  const char *config, VoloSaveFn fn, void *user, VoloError *err)
{
    Text header = { 0 };
    VoloWriter *out = NULL;
    VoloStatus status = check_names(tensor, count, err);

    if (status == VOLO_OK)
        status = build_header(&header, tensor, count, config, err);
    if (status == VOLO_OK)
        status = volo_writer_open(path, &out, err);
    if (status)
        goto out;
    status = put_all(out, &header, tensor, count, fn, user, err);
    if (status)
        volo_writer_discard(out);
    else
        status = volo_writer_commit(out, err);
out:
    free(header.data);
    return status;
}
