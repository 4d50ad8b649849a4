/* SPDX-License-Identifier: Apache-2.0 */
/* Data on stdout: JSON and CSV that stay well-formed whatever the names, and a check that they
 * arrived. Bytes that are not UTF-8 become U+FFFD. */
#ifndef VOLO_APP_REPORT_H
#define VOLO_APP_REPORT_H

#include <volo/base.h>

#include <stdio.h>

/* A JSON writer: one value after the other, brackets closed in order by the caller. */
typedef struct Json {
    FILE *file;
    bool pretty; /* a line for each member, two blanks per level; false: all in one line */
    unsigned depth;
    bool has_more; /* a comma is due before the next member */
} Json;

/* key is NULL for members of arrays and for the whole value. */
void json_open(Json *json, const char *key, char bracket); /* '{' or '[' */
void json_close(Json *json, char bracket);                 /* '}' or ']'; the last ends the line */
void json_text(Json *json, const char *key, const char *text); /* NULL: null */
void json_count(Json *json, const char *key, uint64_t value);
void json_real(Json *json, const char *key, double value, int decimals); /* not finite: null */
void json_full(Json *json, const char *key, double value); /* loses nothing; not finite: null */
void json_bool(Json *json, const char *key, bool value);
/* An array of numbers in one line. */
void json_counts(Json *json, const char *key, const size_t *values, size_t count);
void json_reals(Json *json, const char *key, const float *values, size_t count, int decimals);

/* A CSV field, quoted where RFC 4180 wants it. */
void csv_text(FILE *file, const char *text);

/* Text for people: what would break the line or the terminal becomes '?'. */
void report_text(FILE *file, const char *text);

/* Flushes stdout. Returns 0, or an exit code, after a message unless the reader went away:
 * 5 when the device is full, 128 + SIGPIPE when nobody reads, else 4. */
int report_flush(void);

#endif
