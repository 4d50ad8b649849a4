/* SPDX-License-Identifier: Apache-2.0 */
/* Settings to text and back. Keys that begin with "option." and "map." are lists of the result. */
#include "app/eval/eval_settings.h"

#include <volo/journal.h>

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static VoloStatus refuse_memory(VoloError *err)
{
    return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for the settings of the evaluation");
}

/* --- writing --- */

VoloStatus settings_begin(SettingsText *s, VoloError *err)
{
    *s = (SettingsText){ NULL, NULL, 0 };
    s->stream = open_memstream(&s->text, &s->bytes);
    return s->stream ? VOLO_OK : refuse_memory(err);
}

static void put_clean(FILE *stream, const char *text)
{
    for (; *text; text++)
        putc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, stream);
}

void settings_put(SettingsText *s, const char *key, const char *format, ...)
{
    char value[4096];
    va_list args;

    va_start(args, format);
    vsnprintf(value, sizeof value, format, args);
    va_end(args);
    put_clean(s->stream, key);
    putc('\t', s->stream);
    put_clean(s->stream, value);
    putc('\n', s->stream);
}

VoloStatus settings_end(SettingsText *s, VoloError *err)
{
    const bool failed = ferror(s->stream) != 0;

    if (fclose(s->stream) == 0 && !failed && s->text) {
        s->stream = NULL;
        return VOLO_OK;
    }
    s->stream = NULL;
    return refuse_memory(err);
}

void settings_clear(SettingsText *s)
{
    if (s->stream)
        fclose(s->stream);
    free(s->text);
    *s = (SettingsText){ NULL, NULL, 0 };
}

/* --- reading --- */

static size_t count_lines(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

VoloStatus settings_read(const char *text, Settings *ret_settings, VoloError *err)
{
    Settings s = { strdup(text), calloc(count_lines(text) + 1, sizeof *s.item), 0 };

    if (!s.copy || !s.item) {
        settings_free(&s);
        return refuse_memory(err);
    }
    for (char *line = s.copy, *end; (end = strchr(line, '\n')); line = end + 1) {
        char *const tab = memchr(line, '\t', (size_t)(end - line));

        *end = '\0';
        if (!tab)
            continue;
        *tab = '\0';
        s.item[s.count++] = (VoloResultOption){ line, tab + 1 };
    }
    *ret_settings = s;
    return VOLO_OK;
}

void settings_free(Settings *s)
{
    free(s->copy);
    free(s->item);
    *s = (Settings){ NULL, NULL, 0 };
}

const char *settings_get(const Settings *s, const char *key)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->item[i].key, key) == 0)
            return s->item[i].value;
    }
    return NULL;
}

/* The items, next to each other, whose keys begin so; the beginning is taken from their keys. */
static const VoloResultOption *take_list(const Settings *s, const char *beginning,
                                         size_t *ret_count)
{
    const size_t length = strlen(beginning);
    const VoloResultOption *first = NULL;

    *ret_count = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (strncmp(s->item[i].key, beginning, length) != 0)
            continue;
        if (!first)
            first = &s->item[i];
        s->item[i].key += length;
        ++*ret_count;
    }
    return first;
}

static VoloLabelKind find_kind(const char *name)
{
    static const VoloLabelKind kinds[] = { VOLO_LABELS_IDS, VOLO_LABELS_TRAIN_IDS,
                                           VOLO_LABELS_POLYGONS };

    for (size_t i = 0; name && i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(name, volo_label_kind_name(kinds[i])) == 0)
            return kinds[i];
    }
    return VOLO_LABELS_AUTO;
}

static bool is_yes(const Settings *s, const char *key)
{
    const char *value = settings_get(s, key);

    return value && strcmp(value, "yes") == 0;
}

VoloStatus settings_info(const Settings *s, VoloResultInfo *ret_info, VoloError *err)
{
    static const char *const wanted[] = { "dataset", "split",      "labels",
                                          "list",    "convention", "boundary_ratio" };
    VoloResultInfo info = { .shard = 1, .shard_count = 1 };

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        if (!settings_get(s, wanted[i]))
            return volo_fail(err, VOLO_ERR_FORMAT, "the journal does not say its '%s'", wanted[i]);
    }
    info.model = settings_get(s, "model");
    info.model_sha256 = settings_get(s, "model_sha256");
    info.dataset = settings_get(s, "dataset");
    info.split = settings_get(s, "split");
    info.list_sha256 = settings_get(s, "list");
    info.label_kind = find_kind(settings_get(s, "labels"));
    info.map = settings_get(s, "map");
    info.instances = is_yes(s, "instances");
    info.boundaries = is_yes(s, "boundaries");
    info.boundary_ratio = strtod(settings_get(s, "boundary_ratio"), NULL);
    if (volo_convention_find(settings_get(s, "convention"), &info.convention, err))
        return VOLO_ERR_FORMAT;
    info.map_rows = take_list(s, "map.", &info.map_row_count);
    info.options = take_list(s, "option.", &info.option_count);
    *ret_info = info;
    return VOLO_OK;
}

/* --- the label space --- */

VoloStatus settings_space_digest(const VoloLabelSpace *space, char ret_hex[65], VoloError *err)
{
    SettingsText s;
    VoloStatus status = settings_begin(&s, err);

    for (size_t raw = 0; !status && raw < VOLO_LABEL_VALUES; raw++) {
        const VoloLabel *label = volo_label_space_label(space, raw);

        if (label)
            settings_put(&s, label->name, "%d %d %d %d %s", label->raw, label->id,
                         label->class_index, label->category_index,
                         label->category ? label->category : "");
    }
    if (!status)
        status = settings_end(&s, err);
    if (!status)
        volo_journal_digest(s.text, s.bytes, ret_hex);
    settings_clear(&s);
    return status;
}

VoloStatus settings_space(const Settings *s, VoloLabelSpace **ret_space, VoloError *err)
{
    const char *name = settings_get(s, "table"), *digest = settings_get(s, "space");
    VoloClassTable *table = NULL;
    VoloLabelSpace *space = NULL;
    char hex[65];

    if (!name || !digest)
        return volo_fail(err, VOLO_ERR_FORMAT, "the journal does not say what its labels mean");
    VoloStatus status = volo_class_table_open(name, &table, err);
    if (!status)
        status = volo_label_space_new(table, find_kind(settings_get(s, "labels")), &space, err);
    if (!status)
        status = settings_space_digest(space, hex, err);
    if (!status && strcmp(hex, digest) != 0)
        status = volo_fail(err, VOLO_ERR_UNSUPPORTED,
                           "the classes of '%s' are not those of the evaluation any more", name);
    if (status)
        volo_label_space_free(space);
    else
        *ret_space = space;
    volo_class_table_free(table);
    return status;
}
