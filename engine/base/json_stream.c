/* SPDX-License-Identifier: Apache-2.0 */
/* A window moves over the file; a scanner follows strings and brackets to find where a value ends,
 * and copies it if it is wanted. */
#include "base/json_stream.h"

#include "base/error.h"
#include "base/read_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    WINDOW_BYTES = 1 << 16,
    FIRST_TEXT_BYTES = 1 << 12,
    END_OF_FILE = -1,
};

struct VoloJsonStream {
    char *path;
    int fd;
    uint64_t file_bytes;
    size_t max_bytes, max_depth;
    uint64_t place;        /* of the next byte, in the file */
    uint64_t window_place; /* of the window's first byte */
    size_t window_bytes;
    bool started; /* a member (in the object) or an element (in the list) has been seen */
    char *text;   /* the value being read */
    size_t text_bytes, text_room;
    char window[WINDOW_BYTES];
};

static VoloStatus wrong(const VoloJsonStream *s, uint64_t place, const char *what, VoloError *err)
{
    return volo_fail(err, VOLO_ERR_FORMAT, "'%s': byte %" PRIu64 ": %s", s->path, place, what);
}

/* --- bytes --- */

static VoloStatus move_window(VoloJsonStream *s, VoloError *err)
{
    const uint64_t rest = s->file_bytes - s->place;
    const size_t bytes = rest < WINDOW_BYTES ? (size_t)rest : WINDOW_BYTES;

    VOLO_TRY(volo_file_read_at(s->fd, s->path, s->window, bytes, s->place, err));
    s->window_place = s->place;
    s->window_bytes = bytes;
    return VOLO_OK;
}

/* The next byte, which stays the next; END_OF_FILE at the end. */
static VoloStatus peek(VoloJsonStream *s, int *ret_byte, VoloError *err)
{
    if (s->place >= s->file_bytes) {
        *ret_byte = END_OF_FILE;
        return VOLO_OK;
    }
    if (s->place < s->window_place || s->place >= s->window_place + s->window_bytes)
        VOLO_TRY(move_window(s, err));
    *ret_byte = (unsigned char)s->window[s->place - s->window_place];
    return VOLO_OK;
}

static VoloStatus peek_past_blanks(VoloJsonStream *s, int *ret_byte, VoloError *err)
{
    for (;;) {
        VOLO_TRY(peek(s, ret_byte, err));
        if (*ret_byte != ' ' && *ret_byte != '\n' && *ret_byte != '\r' && *ret_byte != '\t')
            return VOLO_OK;
        s->place++;
    }
}

static VoloStatus expect(VoloJsonStream *s, char byte, const char *what, VoloError *err)
{
    int next;

    VOLO_TRY(peek_past_blanks(s, &next, err));
    if (next != byte)
        return wrong(s, s->place, what, err);
    s->place++;
    return VOLO_OK;
}

/* --- values --- */

static VoloStatus keep(VoloJsonStream *s, char byte, VoloError *err)
{
    if (s->text_bytes == s->max_bytes)
        return volo_fail(err, VOLO_ERR_LIMIT,
                         "'%s': byte %" PRIu64 ": a value of more than %zu bytes", s->path,
                         s->place, s->max_bytes);
    if (s->text_bytes == s->text_room) {
        const size_t room = s->text_room ? 2 * s->text_room : FIRST_TEXT_BYTES;
        char *text = realloc(s->text, room);

        if (!text)
            return volo_fail_memory(err, room);
        s->text = text;
        s->text_room = room;
    }
    s->text[s->text_bytes++] = byte;
    return VOLO_OK;
}

typedef struct Extent {
    uint64_t depth;
    bool in_string, escaped;
} Extent;

/* Whether a scalar that is no string ends before the byte. */
static bool ends_scalar(int byte)
{
    return byte == ',' || byte == ']' || byte == '}' || byte == ' ' || byte == '\n' ||
           byte == '\r' || byte == '\t';
}

/* Follows one byte; true when it is the last of the value. */
static bool follow(Extent *e, int byte)
{
    if (e->in_string) {
        if (e->escaped)
            e->escaped = false;
        else if (byte == '\\')
            e->escaped = true;
        else if (byte == '"')
            e->in_string = false;
        return !e->in_string && e->depth == 0;
    }
    if (byte == '"')
        e->in_string = true;
    else if (byte == '{' || byte == '[')
        e->depth++;
    else if (byte == '}' || byte == ']')
        return --e->depth == 0;
    return false;
}

/* Goes past a value; with_text: a copy of it ends up in s->text. */
static VoloStatus pass_value(VoloJsonStream *s, bool with_text, VoloError *err)
{
    Extent extent = { .depth = 0 };
    bool last = false;
    int byte;

    s->text_bytes = 0;
    VOLO_TRY(peek_past_blanks(s, &byte, err));
    const uint64_t start = s->place;
    if (byte == END_OF_FILE || ends_scalar(byte) || byte == ':')
        return wrong(s, start, "a value is missing", err);
    while (!last) {
        const bool scalar = extent.depth == 0 && !extent.in_string;

        VOLO_TRY(peek(s, &byte, err));
        if (scalar && s->place > start && (byte == END_OF_FILE || ends_scalar(byte)))
            break;
        if (byte == END_OF_FILE)
            return wrong(s, start, "the value does not end", err);
        if (with_text)
            VOLO_TRY(keep(s, (char)byte, err));
        last = follow(&extent, byte);
        s->place++;
    }
    return VOLO_OK;
}

VoloStatus volo_json_stream_skip(VoloJsonStream *s, VoloError *err)
{
    return pass_value(s, false, err);
}

VoloStatus volo_json_stream_value(VoloJsonStream *s, json_t **ret_value, VoloError *err)
{
    char name[160];
    int byte;

    VOLO_TRY(peek_past_blanks(s, &byte, err));
    snprintf(name, sizeof name, "'%.100s': from byte %" PRIu64, s->path, s->place);
    VOLO_TRY(pass_value(s, true, err));
    return volo_json_parse(name, s->text, s->text_bytes, s->max_depth, ret_value, err);
}

/* --- members and elements --- */

/* Before a member or element, or at the closing bracket, which is passed: *ret_more false. */
static VoloStatus step(VoloJsonStream *s, char bracket, bool *ret_more, VoloError *err)
{
    int byte;

    VOLO_TRY(peek_past_blanks(s, &byte, err));
    *ret_more = byte != bracket;
    if (!*ret_more)
        s->place++;
    else if (s->started)
        VOLO_TRY(
            expect(s, ',', bracket == '}' ? "expected ',' or '}'" : "expected ',' or ']'", err));
    s->started = true;
    return VOLO_OK;
}

static VoloStatus read_key(VoloJsonStream *s, char key[VOLO_JSON_KEY_BYTES], VoloError *err)
{
    const uint64_t start = s->place;
    json_t *value;
    int byte;

    VOLO_TRY(peek_past_blanks(s, &byte, err));
    if (byte != '"')
        return wrong(s, s->place, "expected a key", err);
    VOLO_TRY(volo_json_stream_value(s, &value, err));
    const char *text = json_string_value(value);
    const size_t length = json_string_length(value);
    VoloStatus status = VOLO_OK;
    if (length == 0)
        status = wrong(s, start, "an empty key", err);
    else if (length >= VOLO_JSON_KEY_BYTES)
        status =
            volo_fail(err, VOLO_ERR_LIMIT, "'%s': byte %" PRIu64 ": a key of %zu bytes, limit %d",
                      s->path, start, length, VOLO_JSON_KEY_BYTES - 1);
    else
        memcpy(key, text, length + 1);
    json_decref(value);
    return status;
}

VoloStatus volo_json_stream_member(VoloJsonStream *s, char key[VOLO_JSON_KEY_BYTES], VoloError *err)
{
    bool more;
    int byte;

    VOLO_TRY(step(s, '}', &more, err));
    if (more) {
        VOLO_TRY(read_key(s, key, err));
        return expect(s, ':', "expected ':'", err);
    }
    VOLO_TRY(peek_past_blanks(s, &byte, err));
    if (byte != END_OF_FILE)
        return wrong(s, s->place, "text after the end", err);
    *key = '\0';
    return VOLO_OK;
}

VoloStatus volo_json_stream_enter(VoloJsonStream *s, VoloError *err)
{
    VOLO_TRY(expect(s, '[', "expected a list", err));
    s->started = false;
    return VOLO_OK;
}

VoloStatus volo_json_stream_element(VoloJsonStream *s, json_t **ret_value, VoloError *err)
{
    bool more;

    VOLO_TRY(step(s, ']', &more, err));
    if (more)
        return volo_json_stream_value(s, ret_value, err);
    *ret_value = NULL;
    return VOLO_OK;
}

uint64_t volo_json_stream_tell(const VoloJsonStream *s)
{
    return s->place;
}

void volo_json_stream_seek(VoloJsonStream *s, uint64_t place)
{
    s->place = place;
}

/* --- the file --- */

void volo_json_stream_close(VoloJsonStream *s)
{
    if (!s)
        return;
    if (s->fd >= 0)
        close(s->fd);
    free(s->path);
    free(s->text);
    free(s);
}

VoloStatus volo_json_stream_open(const char *path, size_t max_bytes, size_t max_depth,
                                 VoloJsonStream **ret_stream, VoloError *err)
{
    VoloJsonStream *s = calloc(1, sizeof *s);

    if (!s)
        return volo_fail_memory(err, sizeof *s);
    s->fd = -1;
    s->max_bytes = max_bytes;
    s->max_depth = max_depth;
    s->path = strdup(path);

    VoloStatus status = s->path ? VOLO_OK : volo_fail_memory(err, strlen(path) + 1);
    if (!status)
        status = volo_file_open(path, &s->fd, &s->file_bytes, err);
    if (!status)
        status = expect(s, '{', "expected '{'", err);
    if (status)
        volo_json_stream_close(s);
    else
        *ret_stream = s;
    return status;
}
