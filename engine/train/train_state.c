/* SPDX-License-Identifier: Apache-2.0 */
/* Writing and reading the state of a training. */
#include "train/train_state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "base/sha256.h"
#include "base/write_file.h"

#define MAGIC "VOLOTRN1"

enum {
    MAGIC_BYTES = 8,
    NUMBERS = 8, /* u64 or f64 behind the magic */
    HEAD_BYTES = MAGIC_BYTES + 8 * NUMBERS,
    DIGEST_BYTES = 32,
    PIECE_BYTES = 1 << 20,
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "floats are stored as they are");

/* --- the head --- */

static void put_u64(uint8_t *to, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get_u64(const uint8_t *from)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value |= (uint64_t)from[i] << 8 * i;
    return value;
}

typedef struct Head {
    uint64_t settings, floats, arrays, step, position, best_step, best, validated;
} Head;

static void encode_head(const Head *h, uint8_t bytes[HEAD_BYTES])
{
    const uint64_t number[NUMBERS] = { h->settings, h->floats,    h->arrays, h->step,
                                       h->position, h->best_step, h->best,   h->validated };

    memcpy(bytes, MAGIC, MAGIC_BYTES);
    for (size_t i = 0; i < NUMBERS; i++)
        put_u64(bytes + MAGIC_BYTES + 8 * i, number[i]);
}

static Head decode_head(const uint8_t bytes[HEAD_BYTES])
{
    const uint8_t *const at = bytes + MAGIC_BYTES;

    return (Head){ .settings = get_u64(at),
                   .floats = get_u64(at + 8),
                   .arrays = get_u64(at + 16),
                   .step = get_u64(at + 24),
                   .position = get_u64(at + 32),
                   .best_step = get_u64(at + 40),
                   .best = get_u64(at + 48),
                   .validated = get_u64(at + 56) };
}

/* --- writing --- */

typedef struct Sink {
    VoloWriter *writer;
    VoloSha256 sha;
} Sink;

static void put(Sink *sink, const void *data, size_t bytes)
{
    volo_sha256_update(&sink->sha, data, bytes);
    volo_writer_put(sink->writer, data, bytes);
}

VoloStatus volo_train_state_write(const VoloTrainState *state, const char *path, VoloError *err)
{
    Head head = { .settings = strlen(state->settings),
                  .floats = state->floats,
                  .arrays = state->arrays,
                  .step = state->step,
                  .position = state->position,
                  .best_step = state->record.best_step,
                  .validated = state->record.validated };
    uint8_t bytes[HEAD_BYTES], digest[DIGEST_BYTES];
    Sink sink = { 0 };

    memcpy(&head.best, &state->record.best, sizeof head.best);
    encode_head(&head, bytes);
    VOLO_TRY(volo_writer_open(path, &sink.writer, err));
    volo_sha256_init(&sink.sha);
    put(&sink, bytes, sizeof bytes);
    put(&sink, state->settings, head.settings);
    for (size_t i = 0; i < state->arrays; i++)
        put(&sink, state->array[i], state->floats * sizeof(float));
    volo_sha256_finish(&sink.sha, digest);
    volo_writer_put(sink.writer, digest, sizeof digest);
    return volo_writer_commit(sink.writer, err);
}

/* --- reading --- */

typedef struct Source {
    const char *path;
    int fd;
    uint64_t size, at;
    VoloSha256 sha;
} Source;

static VoloStatus take(Source *source, void *data, size_t bytes, VoloError *err)
{
    VOLO_TRY(volo_file_read_at(source->fd, source->path, data, bytes, source->at, err));
    volo_sha256_update(&source->sha, data, bytes);
    source->at += bytes;
    return VOLO_OK;
}

static VoloStatus damaged(const char *path, VoloError *err)
{
    return volo_fail(err, VOLO_ERR_FORMAT, "'%s' is no state of a training, or a damaged one",
                     path);
}

/* Length of the line up to its end, without it. */
static size_t line_length(const char *line)
{
    return strcspn(line, "\n");
}

/* Which setting differs: the first line that is not the same. */
static VoloStatus compare_settings(const char *path, const char *had, const char *have,
                                   VoloError *err)
{
    while (*had && *have) {
        const size_t a = line_length(had), b = line_length(have);
        const size_t key = strcspn(have, "\t\n");

        if (a != b || memcmp(had, have, a) != 0) {
            if (strncmp(had, have, key) != 0 || had[key] != '\t' || have[key] != '\t')
                break;
            return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                             "'%s' was made with %.*s %.*s, not %.*s: this cannot change on the "
                             "way",
                             path, (int)key, had, (int)(a - key - 1 < 60 ? a - key - 1 : 60),
                             had + key + 1, (int)(b - key - 1 < 60 ? b - key - 1 : 60),
                             have + key + 1);
        }
        had += a + (had[a] == '\n');
        have += b + (have[b] == '\n');
    }
    if (!*had && !*have)
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' was made by a training of another kind",
                     path);
}

static VoloStatus take_settings(Source *source, const Head *head, const VoloTrainState *state,
                                VoloError *err)
{
    char *settings;

    if (head->settings > VOLO_LIMIT_CONFIG_BYTES)
        return damaged(source->path, err);
    settings = calloc(1, (size_t)head->settings + 1);
    if (!settings)
        return volo_fail_memory(err, (size_t)head->settings + 1);
    VoloStatus status = take(source, settings, (size_t)head->settings, err);
    if (!status && strlen(settings) != head->settings)
        status = damaged(source->path, err);
    if (!status)
        status = compare_settings(source->path, settings, state->settings, err);
    free(settings);
    return status;
}

static VoloStatus take_arrays(Source *source, VoloTrainState *state, VoloError *err)
{
    const size_t bytes = state->floats * sizeof(float);

    for (size_t i = 0; i < state->arrays; i++) {
        char *const to = (char *)state->array[i];

        for (size_t at = 0; at < bytes; at += PIECE_BYTES)
            VOLO_TRY(
                take(source, to + at, bytes - at < PIECE_BYTES ? bytes - at : PIECE_BYTES, err));
    }
    return VOLO_OK;
}

static VoloStatus check_size(const Source *source, const Head *head, VoloError *err)
{
    size_t bytes;

    if (!volo_product((const uint64_t[]){ head->floats, head->arrays, sizeof(float) }, 3, &bytes) ||
        !volo_add(bytes, HEAD_BYTES + DIGEST_BYTES, &bytes) ||
        !volo_add(bytes, (size_t)head->settings, &bytes) || source->size != bytes)
        return damaged(source->path, err);
    return VOLO_OK;
}

static VoloStatus read_state(Source *source, VoloTrainState *state, VoloError *err)
{
    uint8_t bytes[HEAD_BYTES], digest[DIGEST_BYTES], stored[DIGEST_BYTES];

    VOLO_TRY(take(source, bytes, sizeof bytes, err));
    const Head head = decode_head(bytes);
    if (memcmp(bytes, MAGIC, MAGIC_BYTES) != 0)
        return damaged(source->path, err);
    VOLO_TRY(check_size(source, &head, err));
    VOLO_TRY(take_settings(source, &head, state, err));
    if (head.floats != state->floats || head.arrays != state->arrays)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' was made by a training of another kind",
                         source->path);
    VOLO_TRY(take_arrays(source, state, err));
    volo_sha256_finish(&source->sha, digest);
    VOLO_TRY(volo_file_read_at(source->fd, source->path, stored, sizeof stored, source->at, err));
    if (memcmp(digest, stored, sizeof digest) != 0)
        return damaged(source->path, err);
    state->step = head.step;
    state->position = head.position;
    state->record.best_step = head.best_step;
    state->record.validated = head.validated;
    memcpy(&state->record.best, &head.best, sizeof head.best);
    return VOLO_OK;
}

VoloStatus volo_train_state_read(VoloTrainState *state, const char *path, VoloError *err)
{
    Source source = { .path = path };

    VOLO_TRY(volo_file_open(path, &source.fd, &source.size, err));
    volo_sha256_init(&source.sha);
    const VoloStatus status = read_state(&source, state, err);
    close(source.fd);
    return status;
}
