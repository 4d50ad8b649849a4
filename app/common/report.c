/* SPDX-License-Identifier: Apache-2.0 */
/* JSON, CSV and text on stdout. */
#include "app/common/report.h"

#include <volo/result.h>

#include "app/common/exit_codes.h"
#include "app/common/messages.h"
#include "app/common/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static void put_json_string(FILE *file, const char *text)
{
    static const char letters[] = "\b\f\n\r\t\"\\", escapes[] = "bfnrt\"\\";

    putc('"', file);
    while (*text) {
        const size_t length = utf8_length(text);
        const char *letter = strchr(letters, *text);

        if (length == 0)
            fputs(REPLACEMENT, file);
        else if (letter)
            fprintf(file, "\\%c", escapes[letter - letters]);
        else if ((unsigned char)*text < 0x20 || *text == 0x7f)
            fprintf(file, "\\u%04x", (unsigned)*text);
        else
            fwrite(text, 1, length, file);
        text += length ? length : 1;
    }
    putc('"', file);
}

static void new_line(Json *json)
{
    if (json->pretty)
        fprintf(json->file, "\n%*s", 2 * (int)json->depth, "");
}

/* What stands before a member: comma, line, key. */
static void begin_member(Json *json, const char *key)
{
    if (json->has_more)
        fputs(json->pretty ? "," : ", ", json->file);
    if (json->depth)
        new_line(json);
    json->has_more = true;
    if (!key)
        return;
    put_json_string(json->file, key);
    fputs(": ", json->file);
}

void json_open(Json *json, const char *key, char bracket)
{
    begin_member(json, key);
    putc(bracket, json->file);
    json->depth++;
    json->has_more = false;
}

void json_close(Json *json, char bracket)
{
    json->depth--;
    if (json->has_more)
        new_line(json);
    putc(bracket, json->file);
    json->has_more = json->depth > 0;
    if (json->depth == 0)
        putc('\n', json->file);
}

void json_text(Json *json, const char *key, const char *text)
{
    begin_member(json, key);
    if (text)
        put_json_string(json->file, text);
    else
        fputs("null", json->file);
}

void json_count(Json *json, const char *key, uint64_t value)
{
    begin_member(json, key);
    fprintf(json->file, "%" PRIu64, value);
}

static void put_real(FILE *file, double value, int decimals)
{
    if (isfinite(value))
        fprintf(file, "%.*f", decimals, value);
    else
        fputs("null", file);
}

void json_real(Json *json, const char *key, double value, int decimals)
{
    begin_member(json, key);
    put_real(json->file, value, decimals);
}

void json_full(Json *json, const char *key, double value)
{
    char text[VOLO_RESULT_NUMBER_SIZE] = "null";

    if (isfinite(value))
        volo_result_number(value, text);
    begin_member(json, key);
    fputs(text, json->file);
}

void json_bool(Json *json, const char *key, bool value)
{
    begin_member(json, key);
    fputs(value ? "true" : "false", json->file);
}

void json_counts(Json *json, const char *key, const size_t *values, size_t count)
{
    begin_member(json, key);
    putc('[', json->file);
    for (size_t i = 0; i < count; i++)
        fprintf(json->file, "%s%zu", i ? ", " : "", values[i]);
    putc(']', json->file);
}

void json_reals(Json *json, const char *key, const float *values, size_t count, int decimals)
{
    begin_member(json, key);
    putc('[', json->file);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? ", " : "", json->file);
        put_real(json->file, (double)values[i], decimals);
    }
    putc(']', json->file);
}

/* Well-formed characters as they are, doubled if they are equal to twice; other bytes replaced. */
static void put_utf8(FILE *file, const char *text, char twice)
{
    while (*text) {
        const size_t length = utf8_length(text);

        if (length == 0)
            fputs(REPLACEMENT, file);
        else
            fwrite(text, 1, length, file);
        if (*text == twice)
            putc(twice, file);
        text += length ? length : 1;
    }
}

void csv_text(FILE *file, const char *text)
{
    const bool quoted = strpbrk(text, ",\"\r\n") != NULL;

    if (quoted)
        putc('"', file);
    put_utf8(file, text, '"');
    if (quoted)
        putc('"', file);
}

void report_text(FILE *file, const char *text)
{
    while (*text) {
        char character[5] = "?";
        const size_t length = utf8_length(text);

        memcpy(character, text, length);
        utf8_make_printable(character);
        fputs(character, file);
        text += length ? length : 1;
    }
}

int report_flush(void)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    if (errno == EPIPE)
        return EXIT_SIGNAL + SIGPIPE;
    const int reason = errno;
    message_error("cannot write to standard output: %s", strerror(reason));
    return reason == ENOSPC || reason == EDQUOT || reason == EFBIG ? EXIT_RESOURCES : EXIT_DATA;
}
