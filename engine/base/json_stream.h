/* SPDX-License-Identifier: Apache-2.0 */
/* Walking one JSON object that is too long to be held as a tree: its members one after the other,
 * and a long list among them element by element. Whatever is read whole goes through base/json.h;
 * what is skipped is only followed from bracket to bracket.
 *
 * Memory: a window of the file and the longest value read so far. */
#ifndef VOLO_BASE_JSON_STREAM_H
#define VOLO_BASE_JSON_STREAM_H

#include "base/json.h"

typedef struct VoloJsonStream VoloJsonStream;

enum {
    VOLO_JSON_KEY_BYTES = 64, /* a key of the outermost object, with its NUL */
};

/* Opens a regular file that begins with an object; the walk stands before its first member. Values
 * that are read whole may have up to max_bytes and be nested max_depth deep.
 * On success *ret_stream is the caller's. Errors: IO, UNSUPPORTED, FORMAT, MEMORY. */
VoloStatus volo_json_stream_open(const char *path, size_t max_bytes, size_t max_depth,
                                 VoloJsonStream **ret_stream, VoloError *err);

void volo_json_stream_close(VoloJsonStream *s); /* NULL is allowed */

/* Goes to the next member of the outermost object: the walk stands before its value, which must be
 * read, skipped or entered. At the end of the object (after which nothing may follow) key is "".
 * Errors: IO, FORMAT (byte named), LIMIT (a long key). */
VoloStatus volo_json_stream_member(VoloJsonStream *s, char key[VOLO_JSON_KEY_BYTES],
                                   VoloError *err);

/* Reads the value whole; *ret_value is the caller's. Errors: IO, FORMAT, LIMIT, MEMORY. */
VoloStatus volo_json_stream_value(VoloJsonStream *s, json_t **ret_value, VoloError *err);

VoloStatus volo_json_stream_skip(VoloJsonStream *s, VoloError *err); /* IO, FORMAT */

/* Enters a list that is the value; then volo_json_stream_element gives one element after the other,
 * the caller's, and NULL once at the end of the list. Errors: as of reading. */
VoloStatus volo_json_stream_enter(VoloJsonStream *s, VoloError *err);
VoloStatus volo_json_stream_element(VoloJsonStream *s, json_t **ret_value, VoloError *err);

/* Where the walk stands, in bytes from the start of the file, and going back there. */
uint64_t volo_json_stream_tell(const VoloJsonStream *s);
void volo_json_stream_seek(VoloJsonStream *s, uint64_t place);

#endif
