/* SPDX-License-Identifier: Apache-2.0 */
/* One maker of error messages: bounded, one line, safe to print. */
#include "base/error.h"

#include "base/utf8_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Whether a terminal may be shown the code point: no control character. */
static bool is_printable(uint32_t code)
{
    return code >= 0x20 && (code < 0x7f || code >= 0xa0);
}

/* A sequence cut off at the end counts as bad. */
void volo_make_printable(char *text)
{
    while (*text) {
        uint32_t code;
        const size_t length = volo_utf8_read(text, &code);

        if (length == 0 || !is_printable(code))
            *text++ = '?';
        else
            text += length;
    }
}

static void set_message(VoloError *err, const char *format, va_list args)
{
    const int length = vsnprintf(err->message, sizeof err->message, format, args);

    if (length >= (int)sizeof err->message)
        memcpy(err->message + sizeof err->message - 4, "...", 4);
    volo_make_printable(err->message);
}

VoloStatus volo_fail(VoloError *err, VoloStatus status, const char *format, ...)
{
    if (err) {
        va_list args;

        va_start(args, format);
        set_message(err, format, args);
        va_end(args);
        err->status = status;
    }
    return status;
}

VoloStatus volo_fail_errno(VoloError *err, int errno_value, const char *format, ...)
{
    const bool full = errno_value == ENOSPC || errno_value == EDQUOT || errno_value == EFBIG;
    const VoloStatus status = full ? VOLO_ERR_SPACE : VOLO_ERR_IO;
    char reason[64] = "";

    if (!err)
        return status;
    va_list args;
    va_start(args, format);
    set_message(err, format, args);
    va_end(args);
    err->status = status;

    const char *text = strerror_r(errno_value, reason, sizeof reason);
    const size_t used = strlen(err->message), wanted = strlen(text) + 2;
    const size_t room = sizeof err->message - 1;
    const size_t at = used + wanted > room ? room - wanted : used;
    snprintf(err->message + at, sizeof err->message - at, ": %s", text);
    return status;
}

VoloStatus volo_fail_memory(VoloError *err, size_t bytes)
{
    return volo_fail(err, VOLO_ERR_MEMORY, "out of memory: %zu bytes refused", bytes);
}

void volo_error_prefix(VoloError *err, const char *format, ...)
{
    char rest[sizeof err->message];
    va_list args;

    if (!err)
        return;
    memcpy(rest, err->message, sizeof rest);
    va_start(args, format);
    set_message(err, format, args);
    va_end(args);
    const size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, ": %s", rest);
    volo_make_printable(err->message);
}

const char *volo_status_name(VoloStatus status)
{
    static const char *const names[] = {
        [VOLO_OK] = "ok",
        [VOLO_ERR_ARGUMENT] = "argument",
        [VOLO_ERR_IO] = "io",
        [VOLO_ERR_FORMAT] = "format",
        [VOLO_ERR_UNSUPPORTED] = "unsupported",
        [VOLO_ERR_SHAPE] = "shape",
        [VOLO_ERR_MISSING] = "missing",
        [VOLO_ERR_LIMIT] = "limit",
        [VOLO_ERR_MEMORY] = "memory",
        [VOLO_ERR_DIVERGED] = "diverged",
        [VOLO_ERR_CANCELLED] = "cancelled",
        [VOLO_ERR_SPACE] = "space",
    };

    return (size_t)status < sizeof names / sizeof *names ? names[status] : "unknown";
}
