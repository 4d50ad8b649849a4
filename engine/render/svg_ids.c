/* SPDX-License-Identifier: Apache-2.0 */
/* cairo 1.16 names surfaces and pictures in SVG by a counter of the whole process, so a second file
 * would differ from the first. Their order does not differ, and the k-th smallest of different
 * positive numbers is at least k, so the text is rewritten in place. Texts are glyphs there and
 * pictures base64, so nothing else looks like a name. */
#include "render/svg_ids.h"

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Ids {
    unsigned *number; /* [count] cairo's; in the end ascending and all different */
    size_t count, room;
} Ids;

static VoloStatus ids_add(Ids *ids, unsigned number, VoloError *err)
{
    if (ids->count == ids->room) {
        const size_t room = 2 * ids->room + 16;
        unsigned *larger = realloc(ids->number, room * sizeof *larger);

        if (!larger)
            return volo_fail_memory(err, room * sizeof *larger);
        ids->number = larger;
        ids->room = room;
    }
    ids->number[ids->count++] = number;
    return VOLO_OK;
}

static int compare(const void *a, const void *b)
{
    const unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

    return (x > y) - (x < y);
}

static void ids_sort(Ids *ids)
{
    size_t different = 0;

    if (ids->count > 0)
        qsort(ids->number, ids->count, sizeof *ids->number, compare);
    for (size_t i = 0; i < ids->count; i++) {
        if (different == 0 || ids->number[i] != ids->number[different - 1])
            ids->number[different++] = ids->number[i];
    }
    ids->count = different;
}

static unsigned ids_rank(const Ids *ids, unsigned number)
{
    const unsigned *found = bsearch(&number, ids->number, ids->count, sizeof *ids->number, compare);

    return (unsigned)(found - ids->number) + 1;
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Length of `"surface`, `#image` ... when that and a digit stand at s [bytes]; otherwise 0. */
static size_t name_length(const uint8_t *s, size_t bytes)
{
    static const char *const names[] = { "surface", "image" };

    if (s[0] != '"' && s[0] != '#')
        return 0;
    for (size_t i = 0; i < 2; i++) {
        const size_t length = 1 + strlen(names[i]);

        if (bytes > length && memcmp(s + 1, names[i], length - 1) == 0 && is_digit(s[length]))
            return length;
    }
    return 0;
}

/* The number at s [bytes], at most nine digits of it, which *ret_digits tells. */
static unsigned read_number(const uint8_t *s, size_t bytes, size_t *ret_digits)
{
    unsigned number = 0;
    size_t digits = 0;

    while (digits < bytes && digits < 9 && is_digit(s[digits]))
        number = 10 * number + (unsigned)(s[digits++] - '0');
    *ret_digits = digits;
    return number;
}

static VoloStatus collect(Ids *ids, const uint8_t *text, size_t bytes, VoloError *err)
{
    size_t digits;

    for (size_t i = 0; i < bytes; i++) {
        const size_t length = name_length(text + i, bytes - i);

        if (length > 0)
            VOLO_TRY(
                ids_add(ids, read_number(text + i + length, bytes - i - length, &digits), err));
    }
    return VOLO_OK;
}

static size_t rewrite(const Ids *ids, uint8_t *text, size_t bytes)
{
    size_t used = 0, digits;

    for (size_t i = 0; i < bytes;) {
        const size_t length = name_length(text + i, bytes - i);

        if (length == 0) {
            text[used++] = text[i++];
            continue;
        }
        char name[24];
        const unsigned number = read_number(text + i + length, bytes - i - length, &digits);
        const int written = snprintf(name, sizeof name, "%u", ids_rank(ids, number));
        memmove(text + used, text + i, length);
        memcpy(text + used + length, name, (size_t)written);
        used += length + (size_t)written;
        i += length + digits;
    }
    return used;
}

VoloStatus volo_svg_number_ids(uint8_t *text, size_t *bytes, VoloError *err)
{
    Ids ids = { NULL, 0, 0 };
    const VoloStatus status = collect(&ids, text, *bytes, err);

    if (!status) {
        ids_sort(&ids);
        *bytes = rewrite(&ids, text, *bytes);
    }
    free(ids.number);
    return status;
}
