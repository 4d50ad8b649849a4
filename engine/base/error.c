/* SPDX-License-Identifier: Apache-2.0 */
/* One maker of error messages: bounded, one line, safe to print. */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Whether a terminal may be shown the code point: no control character, no half of a surrogate. */
static bool is_printable(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7f && code < 0xa0))
        return false;
    return code < 0xd800 || (code >= 0xe000 && code <= 0x10ffff);
}

/* Length of the printable UTF-8 sequence at s, or 0 when there is none (overlong ones included). */
static size_t utf8_length(const unsigned char *s)
{
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 }; /* of each length */
    const size_t length = s[0] < 0x80 ? 1 : s[0] < 0xc0 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    uint32_t code = length == 1 ? s[0] : s[0] & (0x7fu >> length);

    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3f);
    }
    return length > 0 && code >= smallest[length] && is_printable(code) ? length : 0;
}

/* A sequence cut off at the end counts as bad. */
void volo_make_printable(char *text)
{
    unsigned char *s = (unsigned char *)text;

    while (*s) {
        const size_t length = utf8_length(s);

        if (length == 0)
            *s++ = '?';
        else
            s += length;
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
