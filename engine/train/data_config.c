/* SPDX-License-Identifier: Apache-2.0 */
/* VoloDataConfig: the data side of a training's JSON file. A row of a table says everything about a
 * member; members that no table knows are refused, since a misspelt one would go unnoticed. */
#include "train/data_config.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/json_field.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "train/data_fields.h"
#include "train/train_sets.h"

#include <volo/registry.h>

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct VoloDataConfig {
    VoloArena arena; /* owns strings */
    VoloDataOptions options;
    VoloTrainSetOptions items[2][VOLO_LIMIT_TRAIN_SETS];
};

typedef struct Reader {
    VoloDataConfig *config;
    const char *folder; /* of the file, that paths in it are relative to */
    size_t folder_length;
    VoloError *err;
} Reader;

/* A member that is no number. */
typedef struct TextRow {
    const char *name;
    VoloStatus (*read)(const Reader *r, const VoloField *f, void *to);
    size_t offset; /* in VoloTrainSetOptions */
} TextRow;

/* --- texts ------------------------------------------------------------------------------------ */

static VoloStatus keep(const Reader *r, const char *text, const char **ret)
{
    *ret = volo_arena_strdup(&r->config->arena, text);
    return *ret ? VOLO_OK : volo_fail_memory(r->err, strlen(text) + 1);
}

static VoloStatus read_text(const Reader *r, const VoloField *f, void *to)
{
    const char *text = NULL;

    VOLO_TRY(volo_field_text(f, &text, r->err));
    if (!*text)
        return volo_field_wrong_text(f, VOLO_ERR_FORMAT, "a text that is not empty", r->err);
    return keep(r, text, to);
}

static VoloStatus read_weight(const Reader *r, const VoloField *f, void *to)
{
    return volo_field_real(f, 0, 1e6, to, r->err);
}

/* --- paths ------------------------------------------------------------------------------------ */

/* text behind its first skip bytes is a path, relative to the file's folder. */
static VoloStatus keep_path(const Reader *r, const char *text, size_t skip, const char **ret)
{
    const char *path = text + skip;
    char *joined = NULL;

    if (*path == '/' || r->folder_length == 0)
        return keep(r, text, ret);
    if (asprintf(&joined, "%.*s%.*s%s", (int)skip, text, (int)r->folder_length, r->folder, path) <
        0)
        return volo_fail_memory(r->err, r->folder_length + strlen(text) + 1);
    const VoloStatus status = keep(r, joined, ret);
    free(joined);
    return status;
}

static VoloStatus read_path(const Reader *r, const VoloField *f, void *to)
{
    const char *text = NULL;

    VOLO_TRY(read_text(r, f, &text));
    return keep_path(r, text, 0, to);
}

static bool is_data_set(const char *text)
{
    for (size_t i = 0; i < volo_registry_count(VOLO_DATASETS); i++) {
        if (strcmp(volo_registry_entry(VOLO_DATASETS, i).name, text) == 0)
            return true;
    }
    return false;
}

/* A built-in table, or a file. */
static VoloStatus read_table(const Reader *r, const VoloField *f, void *to)
{
    const char *text = NULL;

    VOLO_TRY(read_text(r, f, &text));
    return is_data_set(text) ? keep(r, text, to) : keep_path(r, text, 0, to);
}

static VoloStatus read_labels(const Reader *r, const VoloField *f, void *to)
{
    const char *text = NULL;

    VOLO_TRY(read_text(r, f, &text));
    if (volo_train_labels_is_word(text))
        return keep(r, text, to);
    return keep_path(r, text, strncmp(text, "coarse:", 7) == 0 ? 7 : 0, to);
}

static VoloStatus read_data_set(const Reader *r, const VoloField *f, void *to)
{
    const char *text = NULL;

    VOLO_TRY(read_text(r, f, &text));
    if (!is_data_set(text))
        return volo_field_wrong_text(f, VOLO_ERR_FORMAT, "the name of a data set", r->err);
    *(const char **)to = text;
    return VOLO_OK;
}

/* --- sizes ------------------------------------------------------------------------------------ */

/* Digits, at most five; their number moves *text. */
static bool take_side(const char **text, size_t max, size_t *ret)
{
    const size_t length = strspn(*text, "0123456789");

    if (length < 1 || length > 5)
        return false;
    *ret = (size_t)strtoul(*text, NULL, 10);
    *text += length;
    return *ret >= 1 && *ret <= max;
}

/* "HxW", "N"; *ret_rest is what comes behind. */
static bool take_sides(const char *text, size_t max, size_t side[2], const char **ret_rest)
{
    if (!take_side(&text, max, &side[0]))
        return false;
    side[1] = side[0];
    if (*text == 'x' && (text++, !take_side(&text, max, &side[1])))
        return false;
    *ret_rest = text;
    return true;
}

/* "none", "HxW", "LxS:keep", as --resize has it */
static VoloStatus read_resize(const Reader *r, const VoloField *f, void *to)
{
    const char *text = NULL, *rest;
    VoloResize resize = { .kind = VOLO_RESIZE_NONE };
    size_t side[2];

    VOLO_TRY(read_text(r, f, &text));
    if (strcmp(text, "none") != 0) {
        if (!take_sides(text, VOLO_LIMIT_IMAGE_SIDE, side, &rest) ||
            (*rest && strcmp(rest, ":keep") != 0) || (*rest && side[0] < side[1]))
            return volo_field_wrong_text(f, VOLO_ERR_FORMAT, "none, HxW or LxS:keep", r->err);
        resize = *rest ? (VoloResize){ VOLO_RESIZE_KEEP_RATIO, 0, 0, side[0], side[1] }
                       : (VoloResize){ VOLO_RESIZE_EXACT, side[0], side[1], 0, 0 };
    }
    *(VoloResize *)to = resize;
    return VOLO_OK;
}

static VoloStatus read_kind(const Reader *r, const VoloField *f, void *to)
{
    const char *text = NULL;

    VOLO_TRY(read_text(r, f, &text));
    for (VoloLabelKind kind = VOLO_LABELS_AUTO; kind <= VOLO_LABELS_POLYGONS; kind++) {
        if (strcmp(volo_label_kind_name(kind), text) == 0) {
            *(VoloLabelKind *)to = kind;
            return VOLO_OK;
        }
    }
    return volo_field_wrong_text(f, VOLO_ERR_FORMAT, "auto, ids, train-ids or polygons", r->err);
}

/* --- numbers ---------------------------------------------------------------------------------- */

static VoloStatus read_real(const VoloField *f, const VoloNumberRow *row, double *to,
                            VoloError *err)
{
    const double value = json_number_value(f->value); /* 0 for other types */

    if (!json_is_number(f->value) || !(value >= row->min && value <= row->max))
        return volo_field_wrong(f, err, "a number %g..%g", row->min, row->max);
    *to = value;
    return VOLO_OK;
}

static VoloStatus read_range(const VoloField *f, const VoloNumberRow *row, double *to,
                             VoloError *err)
{
    double value[2];

    VOLO_TRY(volo_field_list(f, 2, "numbers", err));
    for (size_t i = 0; i < 2; i++) {
        const VoloField element = volo_field_at(f, i);

        VOLO_TRY(read_real(&element, row, &value[i], err));
    }
    if (value[0] > value[1])
        return volo_field_wrong(f, err, "the smaller number first");
    memcpy(to, value, sizeof value);
    return VOLO_OK;
}

/* "HxW", a number, or a list of two. */
static VoloStatus read_sides(const VoloField *f, const VoloNumberRow *row, size_t *to,
                             VoloError *err)
{
    const size_t min = (size_t)row->min, max = (size_t)row->max;
    size_t side[2];
    const char *rest;

    if (json_is_array(f->value))
        return volo_field_sizes(f, 2, min, max, to, err);
    if (json_is_string(f->value)) {
        if (!take_sides(json_string_value(f->value), max, side, &rest) || *rest || side[0] < min ||
            side[1] < min)
            return volo_field_wrong_text(f, VOLO_ERR_FORMAT, "a size HxW within the limits", err);
    } else {
        VOLO_TRY(volo_field_size(f, min, max, &side[0], err));
        side[1] = side[0];
    }
    memcpy(to, side, sizeof side);
    return VOLO_OK;
}

static VoloStatus read_number(const VoloField *f, const VoloNumberRow *row, void *to,
                              VoloError *err)
{
    size_t count = 0;

    switch (row->kind) {
    case VOLO_NUMBER_REAL:
        return read_real(f, row, to, err);
    case VOLO_NUMBER_RANGE:
        return read_range(f, row, to, err);
    case VOLO_NUMBER_SIDES:
        return read_sides(f, row, to, err);
    case VOLO_NUMBER_COUNT:
    case VOLO_NUMBER_INT:
    case VOLO_NUMBER_MIB:
        break;
    }
    VOLO_TRY(volo_field_size(f, (size_t)row->min, (size_t)row->max, &count, err));
    if (row->kind == VOLO_NUMBER_INT)
        *(int *)to = (int)count;
    else
        *(size_t *)to = row->kind == VOLO_NUMBER_MIB ? count << 20 : count;
    return VOLO_OK;
}

/* --- objects ---------------------------------------------------------------------------------- */

static VoloStatus no_member(const VoloField *object, const char *key, VoloError *err)
{
    return volo_field_wrong(object, err, "no member '%.40s'", key);
}

static VoloStatus read_numbers(const Reader *r, const VoloField *object,
                               const VoloNumberGroup *group)
{
    const char *key;
    json_t *value;

    VOLO_TRY(volo_field_object(object, r->err));
    json_object_foreach((json_t *)(uintptr_t)object->value, key, value)
    {
        size_t i = 0;

        while (i < group->count && strcmp(group->rows[i].name, key) != 0)
            i++;
        if (i == group->count)
            return no_member(object, key, r->err);
        const VoloField f = { .parent = object, .key = group->rows[i].name, .value = value };
        VOLO_TRY(read_number(&f, &group->rows[i],
                             (char *)&r->config->options + group->rows[i].offset, r->err));
    }
    return VOLO_OK;
}

static const TextRow set_rows[] = {
#define AT(field) offsetof(VoloTrainSetOptions, field)
    { "dataset", read_data_set, AT(dataset.name) }, { "root", read_path, AT(dataset.root) },
    { "split", read_text, AT(dataset.split) },      { "kind", read_kind, AT(dataset.kind) },
    { "images", read_path, AT(dataset.images) },    { "masks", read_path, AT(dataset.labels) },
    { "table", read_table, AT(dataset.table) },     { "labels", read_labels, AT(labels) },
    { "weight", read_weight, AT(weight) },          { "size", read_resize, AT(size) },
#undef AT
};

static VoloStatus read_set(const Reader *r, const VoloField *object, VoloTrainSetOptions *set)
{
    const size_t count = sizeof set_rows / sizeof *set_rows;
    const char *key;
    json_t *value;

    VOLO_TRY(volo_field_object(object, r->err));
    json_object_foreach((json_t *)(uintptr_t)object->value, key, value)
    {
        size_t i = 0;

        while (i < count && strcmp(set_rows[i].name, key) != 0)
            i++;
        if (i == count)
            return no_member(object, key, r->err);
        const VoloField f = { .parent = object, .key = set_rows[i].name, .value = value };
        VOLO_TRY(set_rows[i].read(r, &f, (char *)set + set_rows[i].offset));
    }
    if (set->dataset.name && !set->dataset.root)
        return volo_field_missing(object, "root", "the folder of the data set", r->err);
    if (!set->dataset.name && (!set->dataset.images || !set->dataset.labels || !set->dataset.table))
        return volo_field_missing(object, "dataset", "it and root; or images, masks and table",
                                  r->err);
    return VOLO_OK;
}

static VoloStatus read_sets(const Reader *r, const VoloField *list, VoloDataRole role)
{
    if (!json_is_array(list->value) || json_array_size(list->value) > VOLO_LIMIT_TRAIN_SETS)
        return volo_field_wrong(list, r->err, "a list of at most %u data sets",
                                VOLO_LIMIT_TRAIN_SETS);
    volo_data_config_drop(r->config, role);
    for (size_t i = 0; i < json_array_size(list->value); i++) {
        VoloTrainSetOptions set = { .dataset = VOLO_DATASET_OPTIONS_INIT };
        const VoloField element = volo_field_at(list, i);

        VOLO_TRY(read_set(r, &element, &set));
        VOLO_TRY(volo_data_config_add(r->config, role, &set, r->err));
    }
    return VOLO_OK;
}

/* --- the file --------------------------------------------------------------------------------- */

static const char *const set_lists[] = { "data", "validation" }; /* by VoloDataRole */

bool volo_data_config_reads(const char *key)
{
    for (size_t i = 0; i < VOLO_NUMBER_GROUPS; i++) {
        if (strcmp(volo_number_groups[i].name, key) == 0)
            return true;
    }
    return strcmp(key, "classes") == 0 || strcmp(key, set_lists[0]) == 0 ||
           strcmp(key, set_lists[1]) == 0;
}

static VoloStatus read_file(const Reader *r, const VoloField *root)
{
    VoloField f;

    VOLO_TRY(volo_field_object(root, r->err));
    if (volo_field_get(root, "classes", &f))
        VOLO_TRY(read_table(r, &f, &r->config->options.classes));
    for (int role = 0; role < 2; role++) {
        if (volo_field_get(root, set_lists[role], &f))
            VOLO_TRY(read_sets(r, &f, (VoloDataRole)role));
    }
    for (size_t i = 0; i < VOLO_NUMBER_GROUPS; i++) {
        if (volo_field_get(root, volo_number_groups[i].name, &f))
            VOLO_TRY(read_numbers(r, &f, &volo_number_groups[i]));
    }
    return VOLO_OK;
}

VoloStatus volo_data_config_read(VoloDataConfig *config, const char *path, VoloError *err)
{
    const char *slash = strrchr(path, '/');
    const Reader reader = { .config = config,
                            .folder = path,
                            .folder_length = slash ? (size_t)(slash - path) + 1 : 0,
                            .err = err };
    char *text = NULL;
    size_t bytes = 0;
    json_t *json = NULL;

    VOLO_TRY(volo_file_read(path, VOLO_LIMIT_CONFIG_BYTES, &text, &bytes, err));
    VoloStatus status = volo_json_parse(path, text, bytes, VOLO_LIMIT_CONFIG_DEPTH, &json, err);
    free(text);
    if (status)
        return status;
    const VoloField root = volo_field_root(path, json);
    status = read_file(&reader, &root);
    json_decref(json);
    return status;
}

/* --- making one ------------------------------------------------------------------------------- */

VoloStatus volo_data_config_new(VoloDataConfig **ret_config, VoloError *err)
{
    VoloDataConfig *config = calloc(1, sizeof *config);

    if (!config)
        return volo_fail_memory(err, sizeof *config);
    config->options = (VoloDataOptions){ .sampling = VOLO_SAMPLING_INIT,
                                         .augment = VOLO_AUGMENT_INIT,
                                         .loader = VOLO_LOADER_OPTIONS_INIT };
    for (int role = 0; role < 2; role++)
        config->options.sets[role].items = config->items[role];
    *ret_config = config;
    return VOLO_OK;
}

void volo_data_config_free(VoloDataConfig *config)
{
    if (!config)
        return;
    volo_arena_clear(&config->arena);
    free(config);
}

VoloDataOptions *volo_data_config_options(VoloDataConfig *config)
{
    return &config->options;
}

void volo_data_config_drop(VoloDataConfig *config, VoloDataRole role)
{
    config->options.sets[role].count = 0;
}

static bool copy_text(VoloArena *arena, const char **text)
{
    return !*text || (*text = volo_arena_strdup(arena, *text));
}

VoloStatus volo_data_config_add(VoloDataConfig *config, VoloDataRole role,
                                const VoloTrainSetOptions *set, VoloError *err)
{
    size_t *count = &config->options.sets[role].count;
    VoloTrainSetOptions copy = *set;
    const char **texts[] = { &copy.dataset.name,   &copy.dataset.root,   &copy.dataset.split,
                             &copy.dataset.images, &copy.dataset.labels, &copy.dataset.table,
                             &copy.labels };

    if (*count == VOLO_LIMIT_TRAIN_SETS)
        return volo_fail(err, VOLO_ERR_LIMIT, "more than %u data sets", VOLO_LIMIT_TRAIN_SETS);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!copy_text(&config->arena, texts[i]))
            return volo_fail(err, VOLO_ERR_MEMORY,
                             "out of memory for the description of a data set");
    }
    config->items[role][(*count)++] = copy;
    return VOLO_OK;
}
