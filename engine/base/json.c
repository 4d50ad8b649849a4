/* SPDX-License-Identifier: Apache-2.0 */
/* Strict JSON. jansson parses by recursion and builds a tree of some hundred bytes for each value,
 * so a scan of the brackets first refuses what is too deep or has too many values. */
#include "base/json.h"

#include "base/error.h"
#include "base/limits.h"

typedef struct Scan {
    size_t line, column; /* of the current byte, from 1 */
    size_t depth, values;
    bool in_string, escaped;
} Scan;

/* Follows strings only as far as to know which brackets count. */
static void scan_byte(Scan *s, char c)
{
    if (s->in_string) {
        if (s->escaped)
            s->escaped = false;
        else if (c == '\\')
            s->escaped = true;
        else if (c == '"')
            s->in_string = false;
        return;
    }
    if (c == '"')
        s->in_string = true;
    else if (c == '{' || c == '[')
        s->depth++;
    else if ((c == '}' || c == ']') && s->depth)
        s->depth--;
    if (c == '{' || c == '[' || c == ',')
        s->values++;
}

static VoloStatus check_size(const char *name, const char *text, size_t bytes, size_t max_depth,
                             VoloError *err)
{
    Scan s = { .line = 1, .column = 1 };

    for (size_t i = 0; i < bytes; i++) {
        scan_byte(&s, text[i]);
        if (s.depth > max_depth)
            return volo_fail(err, VOLO_ERR_FORMAT,
                             "%s: line %zu column %zu: nested deeper than %zu", name, s.line,
                             s.column, max_depth);
        if (s.values > VOLO_LIMIT_JSON_VALUES)
            return volo_fail(err, VOLO_ERR_LIMIT, "%s: line %zu column %zu: more than %u values",
                             name, s.line, s.column, VOLO_LIMIT_JSON_VALUES);
        s.column++;
        if (text[i] == '\n') {
            s.line++;
            s.column = 1;
        }
    }
    return VOLO_OK;
}

VoloStatus volo_json_parse(const char *name, const char *text, size_t bytes, size_t max_depth,
                           json_t **ret_json, VoloError *err)
{
    json_error_t why;

    VOLO_TRY(check_size(name, text, bytes, max_depth, err));
    json_t *json = json_loadb(text, bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    /* Out of memory jansson gives up without a word, but in a string, which it calls invalid. */
    if (!json && why.text[0] == '\0')
        return volo_fail(err, VOLO_ERR_MEMORY, "%s: out of memory", name);
    if (!json)
        return volo_fail(err, VOLO_ERR_FORMAT, "%s: line %d column %d: %s", name, why.line,
                         why.column, why.text);
    *ret_json = json;
    return VOLO_OK;
}

const char *volo_json_library(void)
{
    return jansson_version_str();
}
