/* SPDX-License-Identifier: Apache-2.0 */
/* Text files that are read line by line: tables and lists. */
#ifndef VOLO_BASE_TEXT_LINES_H
#define VOLO_BASE_TEXT_LINES_H

#include <volo/base.h>

/* Gets a line, number from 1, without its ending; it may be cut up. */
typedef VoloStatus (*VoloLineFn)(char *line, size_t number, void *user);

/* Calls fn for every line of a copy of text: LF or CRLF, a byte order mark at the start is skipped,
 * and stops at its first failure. file is what messages call it.
 * Errors: those of fn; FORMAT (a NUL byte), LIMIT (a line over VOLO_LIMIT_LINE_BYTES), MEMORY. */
VoloStatus volo_text_each_line(const char *file, const char *text, size_t bytes, VoloLineFn fn,
                               void *user, VoloError *err);

#endif
