/* SPDX-License-Identifier: Apache-2.0 */
/* How the text of an option becomes a value. */
#include "app/common/numbers.h"
#include "app/common/options.h"

#include <inttypes.h>
#include <string.h>

VoloStatus option_set(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    (void)row, (void)text, (void)err;
    *(bool *)field = true;
    return VOLO_OK;
}

VoloStatus option_unset(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    (void)row, (void)text, (void)err;
    *(bool *)field = false;
    return VOLO_OK;
}

VoloStatus option_text(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    (void)row;
    if (!*text)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "an empty text is not allowed");
    *(const char **)field = text;
    return VOLO_OK;
}

VoloStatus option_count(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    if (number_parse(text, row->minimum, row->maximum, field))
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_ARGUMENT,
                     "'%s' is not a whole number from %" PRIu64 " to %" PRIu64, text, row->minimum,
                     row->maximum);
}

VoloStatus option_share(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    (void)row;
    if (number_parse_real(text, 0, 1, field))
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not a number from 0 to 1", text);
}

VoloStatus option_bytes(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    (void)row;
    if (number_parse_bytes(text, field))
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not a number of bytes such as 512M or 8G",
                     text);
}

VoloStatus option_size(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    const char *rest = text;
    size_t sides[2];

    (void)row;
    if (!number_read_sides(&rest, sides) || *rest)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not a size HxW such as 512x1024", text);
    memcpy(field, sides, sizeof sides);
    return VOLO_OK;
}

size_t option_word(const char *words, size_t index, const char **ret_word)
{
    while (index--) {
        words = strchr(words, '|');
        if (!words)
            return 0;
        words++;
    }
    *ret_word = words;
    return strcspn(words, "|");
}

VoloStatus option_choice(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    const char *word;
    size_t length;

    for (size_t i = 0; (length = option_word(row->argument, i, &word)); i++) {
        if (strlen(text) == length && memcmp(text, word, length) == 0) {
            *(int *)field = (int)i;
            return VOLO_OK;
        }
    }
    return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not one of %s", text, row->argument);
}

VoloStatus option_choice_given(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    const VoloStatus status = option_choice(row, text, field, err);

    if (!status)
        ++*(int *)field;
    return status;
}
