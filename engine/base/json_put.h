/* SPDX-License-Identifier: Apache-2.0 */
/* Writing JSON value after value, so that nothing is held: members on lines of their own, or all in
 * one line. Failures of the stream are left to its owner (ferror). */
#ifndef VOLO_BASE_JSON_PUT_H
#define VOLO_BASE_JSON_PUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct VoloJsonPut {
    FILE *file;
    unsigned depth;
    unsigned in_line; /* open brackets that are written in one line */
    bool has_more;    /* a comma is due before the next member */
} VoloJsonPut;

/* key is NULL for members of lists and for the whole value. What is in an in_line bracket is
 * in_line too; otherwise each member has a line, indented by two blanks a level. */
void volo_json_begin(VoloJsonPut *put, const char *key, char bracket, bool in_line);
void volo_json_end(VoloJsonPut *put, char bracket); /* the last ends the line */

/* Bytes that are not UTF-8 become U+FFFD; NULL becomes null. */
void volo_json_put_text(VoloJsonPut *put, const char *key, const char *text);
void volo_json_put_count(VoloJsonPut *put, const char *key, uint64_t value);
void volo_json_put_bool(VoloJsonPut *put, const char *key, bool value);
void volo_json_put_null(VoloJsonPut *put, const char *key);
/* The shortest digits that read back as the same; what is not finite becomes null. */
void volo_json_put_real(VoloJsonPut *put, const char *key, double value);

#endif
