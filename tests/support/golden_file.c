/* SPDX-License-Identifier: Apache-2.0 */
#include "support/golden_file.h"

#include <jansson.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct GoldenFile {
    char *bytes; /* the whole file */
    const char *data;
    json_t *header;
};

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (!file)
        fail_msg("cannot open '%s'", path);
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    rewind(file);
    char *bytes = malloc((size_t)size);
    if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size)
        fail_msg("cannot read '%s'", path);
    fclose(file);
    return bytes;
}

GoldenFile *golden_open(const char *path)
{
    GoldenFile *file = malloc(sizeof *file);
    uint64_t length;

    file->bytes = read_all(path);
    memcpy(&length, file->bytes, sizeof length);
    file->data = file->bytes + 8 + length;
    file->header = json_loadb(file->bytes + 8, (size_t)length, 0, NULL);
    if (!file->header)
        fail_msg("'%s' has no safetensors header", path);
    json_object_del(file->header, "__metadata__");
    return file;
}

void golden_close(GoldenFile *file)
{
    json_decref(file->header);
    free(file->bytes);
    free(file);
}

int golden_find(const GoldenFile *file, const char *name, GoldenTensor *ret)
{
    const json_t *entry = json_object_get(file->header, name);

    if (!entry)
        return 0;
    const json_t *shape = json_object_get(entry, "shape");
    const char *data =
        file->data + json_integer_value(json_array_get(json_object_get(entry, "data_offsets"), 0));
    *ret = (GoldenTensor){ .rank = json_array_size(shape), .count = 1 };
    for (size_t i = 0; i < ret->rank; i++) {
        ret->shape[i] = (size_t)json_integer_value(json_array_get(shape, i));
        ret->count *= ret->shape[i];
    }
    if (strcmp(json_string_value(json_object_get(entry, "dtype")), "F32") == 0)
        ret->f32 = (const float *)(const void *)data;
    else
        ret->u8 = (const uint8_t *)data;
    return 1;
}

GoldenTensor golden_get(const GoldenFile *file, const char *name)
{
    GoldenTensor tensor;

    if (!golden_find(file, name, &tensor))
        fail_msg("golden tensor '%s' is missing", name);
    return tensor;
}

const char *golden_name(const GoldenFile *file, size_t index)
{
    void *at = json_object_iter(file->header);

    while (at && index-- > 0)
        at = json_object_iter_next(file->header, at);
    return at ? json_object_iter_key(at) : NULL;
}

float *golden_channels_last(const GoldenTensor *x)
{
    const size_t n = x->shape[0], c = x->shape[1], pixels = x->shape[2] * x->shape[3];
    float *y = malloc(x->count * sizeof *y);

    for (size_t i = 0; i < n; i++) {
        for (size_t p = 0; p < pixels; p++) {
            for (size_t k = 0; k < c; k++)
                y[(i * pixels + p) * c + k] = x->f32[(i * c + k) * pixels + p];
        }
    }
    return y;
}
