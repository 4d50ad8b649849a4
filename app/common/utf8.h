/* SPDX-License-Identifier: Apache-2.0 */
/* Names come from file systems and hold any byte but NUL and '/'; what is printed is UTF-8. */
#ifndef VOLO_APP_UTF8_H
#define VOLO_APP_UTF8_H

#include <stddef.h>

/* Length of the well-formed UTF-8 character at s (controls included), 0 at a byte that begins none.
 * s ends with a NUL, which counts as a character of length 1. */
size_t utf8_length(const char *s);

/* Replaces by '?' what is not UTF-8 or would move the cursor: safe to print on a terminal. */
void utf8_make_printable(char *text);

#endif
