/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8_text.h"

size_t volo_utf8_read(const char *s, uint32_t *ret_code)
{
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 }; /* of each length */
    const unsigned char first = (unsigned char)s[0];
    const size_t length = first < 0x80   ? 1
                          : first < 0xc0 ? 0
                          : first < 0xe0 ? 2
                          : first < 0xf0 ? 3
                                         : 4;
    uint32_t code = length == 1 ? first : first & (0x7fu >> length);

    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)s[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | ((unsigned char)s[i] & 0x3f);
    }
    if (length == 0 || first >= 0xf8 || code < smallest[length] || code > 0x10ffff ||
        (code >= 0xd800 && code < 0xe000))
        return 0;
    *ret_code = code;
    return length;
}
