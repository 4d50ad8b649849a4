/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays of a run as a safetensors file: the header's length as 8 little-endian bytes, a JSON
 * object of {"dtype", "shape", "data_offsets"} by name, padded with blanks, then the data without
 * gaps. */
#include <volo/tensor_dump.h>

#include "base/arena.h"
#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/write_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct DumpTensor {
    const char *name;
    const void *data;
    size_t shape[4]; /* n, h, w, c */
    unsigned rank;   /* 4: f32; 3: u8 labels */
    size_t bytes;
    struct DumpTensor *next;
} DumpTensor;

struct VoloTensorDump {
    VoloArena arena; /* owns names and data */
    DumpTensor *first, **end;
    size_t count;
};

VoloStatus volo_tensor_dump_new(VoloTensorDump **ret_dump, VoloError *err)
{
    VoloTensorDump *const dump = calloc(1, sizeof *dump);

    if (!dump)
        return volo_fail_memory(err, sizeof *dump);
    dump->end = &dump->first;
    *ret_dump = dump;
    return VOLO_OK;
}

void volo_tensor_dump_free(VoloTensorDump *dump)
{
    if (!dump)
        return;
    volo_arena_clear(&dump->arena);
    free(dump);
}

/* Only names that need no escaping in JSON, and each once. */
static VoloStatus check_name(const VoloTensorDump *dump, const char *name, VoloError *err)
{
    const size_t length = strlen(name);

    if (length == 0 || length > VOLO_LIMIT_TENSOR_NAME)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "tensor name of %zu bytes", length);
    for (const char *c = name; *c; c++) {
        if (*c <= ' ' || *c > '~' || *c == '"' || *c == '\\')
            return volo_fail(err, VOLO_ERR_ARGUMENT, "tensor name '%s'", name);
    }
    for (const DumpTensor *t = dump->first; t; t = t->next) {
        if (strcmp(t->name, name) == 0)
            return volo_fail(err, VOLO_ERR_ARGUMENT, "tensor '%s' is added twice", name);
    }
    return VOLO_OK;
}

static VoloStatus add(VoloTensorDump *dump, const char *name, DumpTensor wanted, VoloError *err)
{
    const size_t item = wanted.rank == 4 ? sizeof(float) : 1;
    size_t bytes = item;

    VOLO_TRY(check_name(dump, name, err));
    if (dump->count == VOLO_LIMIT_TENSORS)
        return volo_fail(err, VOLO_ERR_LIMIT, "more than %u tensors", VOLO_LIMIT_TENSORS);
    for (unsigned i = 0; i < wanted.rank; i++) {
        if (!volo_mul(bytes, wanted.shape[i], &bytes))
            return volo_fail(err, VOLO_ERR_LIMIT, "tensor '%s' is too large", name);
    }
    if (bytes == 0 || !wanted.data)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "tensor '%s' is empty", name);

    DumpTensor *const tensor = volo_arena_take(&dump->arena, sizeof *tensor);
    void *const data = volo_arena_take(&dump->arena, bytes);
    char *const copy = volo_arena_strdup(&dump->arena, name);
    if (!tensor || !data || !copy)
        return volo_fail_memory(err, bytes);
    memcpy(data, wanted.data, bytes);
    *tensor = wanted;
    tensor->name = copy;
    tensor->data = data;
    tensor->bytes = bytes;
    *dump->end = tensor;
    dump->end = &tensor->next;
    dump->count++;
    return VOLO_OK;
}

VoloStatus volo_tensor_dump_add(VoloTensorDump *dump, const char *name, size_t n, size_t h,
                                size_t w, size_t c, const float *data, VoloError *err)
{
    return add(dump, name, (DumpTensor){ .data = data, .shape = { n, h, w, c }, .rank = 4 }, err);
}

VoloStatus volo_tensor_dump_add_labels(VoloTensorDump *dump, const char *name, size_t n, size_t h,
                                       size_t w, const uint8_t *labels, VoloError *err)
{
    return add(dump, name, (DumpTensor){ .data = labels, .shape = { n, h, w }, .rank = 3 }, err);
}

/* f32 before u8, so that every tensor is aligned in the file. */
static const unsigned rank_order[] = { 4, 3 };

static void put_entry(FILE *header, const DumpTensor *t, uint64_t offset)
{
    fprintf(header, "\"%s\":{\"dtype\":\"%s\",\"shape\":[", t->name, t->rank == 4 ? "F32" : "U8");
    for (unsigned i = 0; i < t->rank; i++)
        fprintf(header, "%s%zu", i ? "," : "", t->shape[i]);
    fprintf(header, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", offset, offset + t->bytes);
}

/* The header without its length, padded to a multiple of 8; the caller's. NULL: memory refused. */
static char *make_header(const VoloTensorDump *dump, size_t *ret_length)
{
    char *text = NULL;
    FILE *const header = open_memstream(&text, ret_length);
    uint64_t offset = 0;

    if (!header)
        return NULL;
    putc('{', header);
    for (size_t pass = 0; pass < 2; pass++) {
        for (const DumpTensor *t = dump->first; t; t = t->next) {
            if (t->rank != rank_order[pass])
                continue;
            if (offset)
                putc(',', header);
            put_entry(header, t, offset);
            offset += t->bytes;
        }
    }
    putc('}', header);
    fflush(header);
    fprintf(header, "%*s", (int)(-*ret_length & 7), "");
    if (fclose(header)) {
        free(text);
        return NULL;
    }
    return text;
}

VoloStatus volo_tensor_dump_write(const VoloTensorDump *dump, const char *path, VoloError *err)
{
    VoloWriter *writer;
    size_t length = 0;
    char *const header = make_header(dump, &length);
    uint8_t prefix[8];

    if (!header)
        return volo_fail_memory(err, length);
    VoloStatus status = volo_writer_open(path, &writer, err);
    if (status)
        goto out;
    for (size_t i = 0; i < sizeof prefix; i++)
        prefix[i] = (uint8_t)((uint64_t)length >> 8 * i);
    volo_writer_put(writer, prefix, sizeof prefix);
    volo_writer_put(writer, header, length);
    for (size_t pass = 0; pass < 2; pass++) {
        for (const DumpTensor *t = dump->first; t; t = t->next) {
            if (t->rank == rank_order[pass])
                volo_writer_put(writer, t->data, t->bytes);
        }
    }
    status = volo_writer_commit(writer, err);
out:
    free(header);
    return status;
}
