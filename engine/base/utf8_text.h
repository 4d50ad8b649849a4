/* SPDX-License-Identifier: Apache-2.0 */
/* Names come from file systems and files and hold any byte; what is written is UTF-8. */
#ifndef VOLO_BASE_UTF8_TEXT_H
#define VOLO_BASE_UTF8_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define VOLO_UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Length of the well-formed character at s and its code point; 0 at a byte that begins none
 * (overlong forms, surrogates and cut-off ones included). s ends with a NUL, which counts as a
 * character of length 1. */
size_t volo_utf8_read(const char *s, uint32_t *ret_code);

#endif
