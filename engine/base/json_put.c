/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_put.h"

#include "base/real_text.h"
#include "base/utf8_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void put_string(FILE *file, const char *text)
{
    static const char letters[] = "\b\f\n\r\t\"\\", escapes[] = "bfnrt\"\\";

    putc('"', file);
    while (*text) {
        uint32_t code;
        const size_t length = volo_utf8_read(text, &code);
        const char *letter = strchr(letters, *text);

        if (length == 0)
            fputs(VOLO_UTF8_REPLACEMENT, file);
        else if (letter)
            fprintf(file, "\\%c", escapes[letter - letters]);
        else if (code < 0x20 || code == 0x7f)
            fprintf(file, "\\u%04x", (unsigned)code);
        else
            fwrite(text, 1, length, file);
        text += length ? length : 1;
    }
    putc('"', file);
}

static void new_line(const VoloJsonPut *put)
{
    fprintf(put->file, "\n%*s", 2 * (int)put->depth, "");
}

/* What stands before a member: comma, line, key. */
static void begin_member(VoloJsonPut *put, const char *key)
{
    if (put->has_more)
        putc(',', put->file);
    if (put->depth && !put->in_line)
        new_line(put);
    else if (put->has_more)
        putc(' ', put->file);
    put->has_more = true;
    if (!key)
        return;
    put_string(put->file, key);
    fputs(": ", put->file);
}

void volo_json_begin(VoloJsonPut *put, const char *key, char bracket, bool in_line)
{
    begin_member(put, key);
    putc(bracket, put->file);
    put->depth++;
    if (in_line || put->in_line)
        put->in_line++;
    put->has_more = false;
}

void volo_json_end(VoloJsonPut *put, char bracket)
{
    put->depth--;
    if (put->in_line)
        put->in_line--;
    else if (put->has_more)
        new_line(put);
    putc(bracket, put->file);
    put->has_more = put->depth > 0;
    if (put->depth == 0)
        putc('\n', put->file);
}

void volo_json_put_text(VoloJsonPut *put, const char *key, const char *text)
{
    begin_member(put, key);
    if (text)
        put_string(put->file, text);
    else
        fputs("null", put->file);
}

void volo_json_put_count(VoloJsonPut *put, const char *key, uint64_t value)
{
    begin_member(put, key);
    fprintf(put->file, "%" PRIu64, value);
}

void volo_json_put_bool(VoloJsonPut *put, const char *key, bool value)
{
    begin_member(put, key);
    fputs(value ? "true" : "false", put->file);
}

void volo_json_put_null(VoloJsonPut *put, const char *key)
{
    volo_json_put_text(put, key, NULL);
}

void volo_json_put_real(VoloJsonPut *put, const char *key, double value)
{
    char text[VOLO_REAL_TEXT_SIZE];

    if (!isfinite(value)) {
        volo_json_put_null(put, key);
        return;
    }
    volo_real_text(value, text);
    begin_member(put, key);
    fputs(text, put->file);
}
