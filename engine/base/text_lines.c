/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts text into lines. */
#include "base/text_lines.h"

#include "base/error.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* text[bytes] is writable. */
static VoloStatus cut(const char *file, char *text, size_t bytes, VoloLineFn fn, void *user,
                      VoloError *err)
{
    char *const end = text + bytes;

    for (size_t number = 1; text < end; number++) {
        char *newline = memchr(text, '\n', (size_t)(end - text));
        char *const stop = newline ? newline : end;
        const size_t length = (size_t)(stop - text);

        if (length > VOLO_LIMIT_LINE_BYTES)
            return volo_fail(err, VOLO_ERR_LIMIT, "'%s' line %zu: %zu bytes long, limit %u", file,
                             number, length, VOLO_LIMIT_LINE_BYTES);
        if (memchr(text, '\0', length))
            return volo_fail(err, VOLO_ERR_FORMAT, "'%s' line %zu: holds a NUL byte", file, number);
        *stop = '\0';
        if (length > 0 && stop[-1] == '\r')
            stop[-1] = '\0';
        VOLO_TRY(fn(text, number, user));
        text = stop + 1;
    }
    return VOLO_OK;
}

VoloStatus volo_text_each_line(const char *file, const char *text, size_t bytes, VoloLineFn fn,
                               void *user, VoloError *err)
{
    static const char byte_order_mark[] = { '\xef', '\xbb', '\xbf' };

    if (bytes >= sizeof byte_order_mark && !memcmp(text, byte_order_mark, sizeof byte_order_mark)) {
        text += sizeof byte_order_mark;
        bytes -= sizeof byte_order_mark;
    }
    char *copy = malloc(bytes + 1);
    if (!copy)
        return volo_fail_memory(err, bytes + 1);
    if (bytes)
        memcpy(copy, text, bytes);
    const VoloStatus status = cut(file, copy, bytes, fn, user, err);
    free(copy);
    return status;
}
