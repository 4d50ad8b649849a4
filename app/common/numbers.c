/* SPDX-License-Identifier: Apache-2.0 */
/* Reading numbers strictly: no sign, no blank, no trailing text, no overflow. */
#include "app/common/numbers.h"

#include <string.h>

#define SIDE_MAXIMUM 65500 /* pixels: what a JPEG can hold */

bool number_read(const char **text, uint64_t maximum, uint64_t *ret)
{
    const char *s = *text;
    uint64_t value = 0;

    if (*s < '0' || *s > '9')
        return false;
    for (; *s >= '0' && *s <= '9'; s++) {
        if (__builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*s - '0'), &value) || value > maximum)
            return false;
    }
    *text = s;
    *ret = value;
    return true;
}

bool number_parse(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *ret)
{
    uint64_t value;

    if (!number_read(&text, maximum, &value) || *text || value < minimum)
        return false;
    *ret = value;
    return true;
}

bool number_parse_real(const char *text, double minimum, double maximum, double *ret)
{
    uint64_t whole = 0, part = 0;
    double scale = 1;

    if (*text != '.' && !number_read(&text, UINT32_MAX, &whole))
        return false;
    if (*text == '.') {
        const char *digits = ++text;

        if (!number_read(&text, UINT64_MAX, &part))
            return false;
        for (; digits < text; digits++)
            scale *= 10;
    }
    const double value = (double)whole + (double)part / scale;
    if (*text || !(value >= minimum && value <= maximum))
        return false;
    *ret = value;
    return true;
}

bool number_parse_bytes(const char *text, uint64_t *ret)
{
    static const char units[] = "KMGT", small_units[] = "kmgt";
    uint64_t value;

    if (!number_read(&text, UINT64_MAX, &value) || value == 0)
        return false;
    if (*text) {
        const char *unit = strchr(units, *text);
        const char *small = strchr(small_units, *text);
        const size_t power = unit    ? (size_t)(unit - units)
                             : small ? (size_t)(small - small_units)
                                     : 9;

        if (power == 9 || text[1] ||
            __builtin_mul_overflow(value, 1ull << (10 * (power + 1)), &value))
            return false;
    }
    *ret = value;
    return true;
}

bool number_read_sides(const char **text, size_t ret[2])
{
    const char *s = *text;
    uint64_t first, second;

    if (!number_read(&s, SIDE_MAXIMUM, &first))
        return false;
    second = first;
    if (*s == 'x' && (s++, !number_read(&s, SIDE_MAXIMUM, &second)))
        return false;
    if (first == 0 || second == 0)
        return false;
    ret[0] = first;
    ret[1] = second;
    *text = s;
    return true;
}
