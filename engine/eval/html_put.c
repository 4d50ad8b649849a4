/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/html_put.h"

#include "base/utf8_text.h"

#include <stdbool.h>
#include <string.h>

/* What HTML has another name for; NULL: none. */
static const char *entity_of(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Control characters, and those that would turn the order of what follows around. */
static bool is_harmful(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

void volo_html_put_text(FILE *stream, const char *text)
{
    while (*text) {
        uint32_t code = 0;
        const size_t length = volo_utf8_read(text, &code);
        const char *entity = entity_of(code);

        if (length == 0 || is_harmful(code))
            fputs(VOLO_UTF8_REPLACEMENT, stream);
        else if (entity)
            fputs(entity, stream);
        else
            fwrite(text, 1, length, stream);
        text += length ? length : 1;
    }
}

/* Up to three bytes as four characters. */
static void put_base64(FILE *stream, const uint8_t *data, size_t bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint32_t word = (uint32_t)data[0] << 16 | (bytes > 1 ? (uint32_t)data[1] << 8 : 0) |
                          (bytes > 2 ? data[2] : 0);
    char text[4];

    for (size_t i = 0; i < 4; i++)
        text[i] = i <= bytes ? digits[word >> (18 - 6 * i) & 63] : '=';
    fwrite(text, 1, sizeof text, stream);
}

void volo_html_put_data(FILE *stream, const char *type, const uint8_t *data, size_t bytes)
{
    fprintf(stream, "data:%s;base64,", type);
    for (size_t i = 0; i < bytes; i += 3)
        put_base64(stream, data + i, bytes - i < 3 ? bytes - i : 3);
}
