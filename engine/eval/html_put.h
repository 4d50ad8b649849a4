/* SPDX-License-Identifier: Apache-2.0 */
/* What a self-contained HTML file needs besides fprintf. */
#ifndef VOLO_EVAL_HTML_PUT_H
#define VOLO_EVAL_HTML_PUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Text that means itself, in elements and in quoted attributes: what HTML would read is escaped,
 * what is not UTF-8 or a control character becomes U+FFFD. */
void volo_html_put_text(FILE *stream, const char *text);

/* data:TYPE;base64,... of the bytes, for a quoted attribute. */
void volo_html_put_data(FILE *stream, const char *type, const uint8_t *data, size_t bytes);

#endif
