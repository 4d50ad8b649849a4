/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as the Unicode standard's table 3-7 has it: no overlong forms, no surrogates. */
#include "app/common/utf8.h"

#include <stdbool.h>

static bool continues(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

size_t utf8_length(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;

    if (s[0] < 0x80)
        return 1;
    if (s[0] >= 0xc2 && s[0] <= 0xdf)
        return continues(s[1]) ? 2 : 0;
    if ((s[0] & 0xf0) == 0xe0) {
        const unsigned char low = s[0] == 0xe0 ? 0xa0 : 0x80, high = s[0] == 0xed ? 0x9f : 0xbf;

        return s[1] >= low && s[1] <= high && continues(s[2]) ? 3 : 0;
    }
    if (s[0] >= 0xf0 && s[0] <= 0xf4) {
        const unsigned char low = s[0] == 0xf0 ? 0x90 : 0x80, high = s[0] == 0xf4 ? 0x8f : 0xbf;

        return s[1] >= low && s[1] <= high && continues(s[2]) && continues(s[3]) ? 4 : 0;
    }
    return 0;
}

/* Control characters: those of ASCII, DEL, and U+0080..U+009F. */
static bool is_control(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;

    return s[0] < 0x20 || s[0] == 0x7f || (s[0] == 0xc2 && s[1] < 0xa0);
}

void utf8_make_printable(char *text)
{
    while (*text) {
        const size_t length = utf8_length(text);

        if (length == 0) {
            *text++ = '?';
            continue;
        }
        if (is_control(text)) {
            for (size_t i = 0; i < length; i++)
                text[i] = '?';
        }
        text += length;
    }
}
