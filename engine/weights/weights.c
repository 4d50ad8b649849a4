/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a model file: the first bytes choose the reader, and whatever it found is renamed and
 * sorted. What every reader must check about names and shapes stands here, once. */
#include "weights/weights.h"

#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "weights/container.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const VoloContainer *const containers[] = {
    &volo_container_safetensors,
    &volo_container_pth_zip,
    &volo_container_pth_legacy,
};

size_t volo_dtype_bytes(VoloDtype dtype)
{
    static const size_t bytes[] = {
        [VOLO_F32] = 4, [VOLO_F16] = 2, [VOLO_BF16] = 2, [VOLO_I64] = 8
    };

    return bytes[dtype];
}

VoloStatus volo_weights_reserve(VoloWeights *w, size_t count, VoloError *err)
{
    if (count > VOLO_LIMIT_TENSORS)
        return volo_fail(err, VOLO_ERR_LIMIT, "%zu tensors, limit %u", count, VOLO_LIMIT_TENSORS);
    w->entry = volo_arena_take(&w->arena, (count + 1) * sizeof *w->entry);
    return w->entry ? VOLO_OK : volo_fail_memory(err, (count + 1) * sizeof *w->entry);
}

/* Length of the UTF-8 sequence of at most bytes bytes, or 0: control characters count as bad. */
static size_t utf8_sequence(const uint8_t *s, size_t bytes)
{
    if (s[0] < 0x80)
        return s[0] >= 0x20 && s[0] != 0x7f;

    const size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    static const uint32_t smallest[] = { 0, 0, 0xa0, 0x800, 0x10000 };
    uint32_t code = s[0] & (0x7fu >> length);

    if (s[0] < 0xc2 || s[0] > 0xf4 || length > bytes)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3fu);
    }
    const bool is_surrogate = code >= 0xd800 && code < 0xe000;
    return code >= smallest[length] && code <= 0x10ffff && !is_surrogate ? length : 0;
}

bool volo_utf8_is_plain(const char *text, size_t bytes)
{
    const uint8_t *s = (const uint8_t *)text;

    for (size_t i = 0, length; i < bytes; i += length) {
        length = utf8_sequence(s + i, bytes - i);
        if (length == 0)
            return false;
    }
    return true;
}

VoloStatus volo_weights_name(VoloWeights *w, const char *text, size_t bytes, const char **ret_name,
                             VoloError *err)
{
    if (bytes == 0)
        return volo_fail(err, VOLO_ERR_FORMAT, "a tensor has an empty name");
    if (bytes > VOLO_LIMIT_TENSOR_NAME)
        return volo_fail(err, VOLO_ERR_LIMIT, "tensor name '%.40s...' has %zu bytes, limit %u",
                         text, bytes, VOLO_LIMIT_TENSOR_NAME);
    if (!volo_utf8_is_plain(text, bytes))
        return volo_fail(err, VOLO_ERR_FORMAT, "tensor name '%.*s' is not plain UTF-8 text",
                         (int)bytes, text);
    char *name = volo_arena_take(&w->arena, bytes + 1);
    if (!name)
        return volo_fail_memory(err, bytes + 1);
    memcpy(name, text, bytes);
    *ret_name = name;
    return VOLO_OK;
}

static bool is_counter(const char *name)
{
    static const char last[] = "num_batches_tracked";
    const size_t length = strlen(name), wanted = sizeof last - 1;

    return length >= wanted && strcmp(name + length - wanted, last) == 0 &&
           (length == wanted || name[length - wanted - 1] == '.');
}

VoloStatus volo_weights_check_entry(VoloWeightEntry *e, VoloError *err)
{
    size_t count, bytes;

    if (e->dtype == VOLO_I64 && !is_counter(e->stored))
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "tensor '%s' is I64, which only num_batches_tracked may be", e->stored);
    for (unsigned i = 0; i < e->rank; i++) {
        if (e->shape[i] == 0)
            return volo_fail(err, VOLO_ERR_UNSUPPORTED, "tensor '%s' is empty: dimension %u is 0",
                             e->stored, i);
    }
    if (!volo_product(e->shape, e->rank, &count) ||
        !volo_mul(count, volo_dtype_bytes(e->dtype), &bytes))
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "tensor '%s': the size of its shape overflows 64 bits", e->stored);
    e->count = count;
    return VOLO_OK;
}

void volo_weights_pack(VoloWeightEntry *e)
{
    uint64_t stride = 1;

    for (unsigned i = e->rank; i > 0; i--) {
        e->stride[i - 1] = stride;
        stride *= e->shape[i - 1]; /* fits: volo_weights_check_entry multiplied the same numbers */
    }
}

static size_t note_count(const VoloWeights *w)
{
    size_t count = 0;

    while (w->note && w->note[count])
        count++;
    return count;
}

void volo_weights_note(VoloWeights *w, const char *format, ...)
{
    const size_t count = note_count(w);
    char line[1400]; /* two names of the longest kind and some words */
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if ((count & (count + 1)) == 0) { /* full: room is always a power of two, less the NULL */
        char **more = volo_arena_take(&w->arena, (2 * count + 2) * sizeof *more);

        if (!more)
            return;
        if (count)
            memcpy(more, w->note, count * sizeof *more);
        w->note = more;
    }
    w->note[count] = volo_arena_strdup(&w->arena, line);
}

static VoloStatus refuse_container(const uint8_t *head, size_t bytes, VoloError *err)
{
    if (bytes == VOLO_CONTAINER_HEAD && memcmp(head, "version https://", bytes) == 0)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "a Git LFS pointer, not the model itself (git lfs pull)");
    return volo_fail(err, VOLO_ERR_FORMAT,
                     "not a model file: neither safetensors, nor torch zip, nor torch legacy");
}

static VoloStatus read_container(VoloWeights *w, bool strict, VoloError *err)
{
    uint8_t head[VOLO_CONTAINER_HEAD] = { 0 };
    const size_t bytes = w->file_bytes < sizeof head ? (size_t)w->file_bytes : sizeof head;

    VOLO_TRY(volo_file_read_at(w->fd, w->path, head, bytes, 0, err));
    for (size_t i = 0; i < sizeof containers / sizeof *containers; i++) {
        if (!containers[i]->is_mine(head, bytes))
            continue;
        w->format = containers[i]->format;
        VOLO_TRY(containers[i]->read(w, strict, err));
        return volo_weights_rename(w, err);
    }
    return refuse_container(head, bytes, err);
}

VoloStatus volo_weights_open(const char *path, bool strict, VoloWeights **ret_weights,
                             VoloError *err)
{
    VoloWeights *w = calloc(1, sizeof *w);

    if (!w)
        return volo_fail_memory(err, sizeof *w);
    w->fd = -1;
    VoloStatus status = volo_file_open(path, &w->fd, &w->file_bytes, err);
    if (status)
        goto out;
    w->path = volo_arena_strdup(&w->arena, path);
    status = w->path ? read_container(w, strict, err) : volo_fail_memory(err, strlen(path) + 1);
    if (status && status != VOLO_ERR_IO) /* which names the file by itself */
        volo_error_prefix(err, "'%s'", path);
out:
    if (status)
        volo_weights_close(w);
    else
        *ret_weights = w;
    return status;
}

void volo_weights_close(VoloWeights *w)
{
    if (!w)
        return;
    if (w->fd >= 0)
        close(w->fd);
    volo_arena_clear(&w->arena);
    free(w);
}

static int compare_name(const void *key, const void *entry)
{
    return strcmp(key, ((const VoloWeightEntry *)entry)->name);
}

const VoloWeightEntry *volo_weights_find(const VoloWeights *w, const char *name)
{
    return bsearch(name, w->entry, w->count, sizeof *w->entry, compare_name);
}
