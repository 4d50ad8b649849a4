/* SPDX-License-Identifier: Apache-2.0 */
/* A training's JSON file: its object "train" by the table of options, what is written of the rest
 * by the tables of the data side. What is written reads back as the same. */
#include <volo/output.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json_field.h"
#include "base/json_put.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "train/data_config.h"
#include "train/data_fields.h"
#include "train/train_options.h"
#include "train/train_sets.h"

static const char own_key[] = "train";

struct VoloTrainConfig {
    VoloTrainOptions options;
    VoloArena arena; /* owns strings */
};

VoloStatus volo_train_config_new(VoloTrainConfig **ret_config, VoloError *err)
{
    VoloTrainConfig *config = calloc(1, sizeof *config);

    if (!config)
        return volo_fail_memory(err, sizeof *config);
    config->options = volo_train_defaults();
    *ret_config = config;
    return VOLO_OK;
}

void volo_train_config_free(VoloTrainConfig *config)
{
    if (!config)
        return;
    volo_arena_clear(&config->arena);
    free(config);
}

VoloTrainOptions *volo_train_config_options(VoloTrainConfig *config)
{
    return &config->options;
}

/* --- reading --- */

typedef struct Reader {
    VoloTrainConfig *config;
    const char *path; /* of the file */
    VoloError *err;
} Reader;

/* text, or for a relative path the folder of the file before it. */
static VoloStatus keep_text(const Reader *r, const char *text, bool is_path, const char **ret)
{
    const char *slash = strrchr(r->path, '/');
    const size_t folder = is_path && slash && text[0] != '/' ? (size_t)(slash - r->path) + 1 : 0;
    const size_t length = strlen(text);
    char *kept = volo_arena_take(&r->config->arena, folder + length + 1);

    if (!kept)
        return volo_fail_memory(r->err, folder + length + 1);
    memcpy(kept, r->path, folder);
    memcpy(kept + folder, text, length + 1);
    *ret = kept;
    return VOLO_OK;
}

static VoloStatus read_choice(const Reader *r, const VoloTrainField *row, const VoloField *f,
                              int *ret)
{
    const char *text = NULL;
    char wanted[96] = "";

    VOLO_TRY(volo_field_text(f, &text, r->err));
    for (int i = 0; row->choices[i]; i++) {
        const size_t at = strlen(wanted);

        if (strcmp(row->choices[i], text) == 0) {
            *ret = i;
            return VOLO_OK;
        }
        snprintf(wanted + at, sizeof wanted - at, "%s%s", i ? " or " : "", row->choices[i]);
    }
    return volo_field_wrong_text(f, VOLO_ERR_FORMAT, wanted, r->err);
}

static VoloStatus read_count(const Reader *r, const VoloTrainField *row, const VoloField *f,
                             uint64_t *ret)
{
    size_t value;

    VOLO_TRY(volo_field_size(f, (size_t)row->least, (size_t)row->most, &value, r->err));
    *ret = value;
    return VOLO_OK;
}

static VoloStatus read_real(const Reader *r, const VoloTrainField *row, const VoloField *f,
                            double *ret)
{
    const double value = json_number_value(f->value); /* 0 for other types */

    if (!json_is_number(f->value) || !(value >= row->least && value <= row->most))
        return volo_field_wrong(f, r->err, "a number %g..%g", row->least, row->most);
    *ret = value;
    return VOLO_OK;
}

static VoloStatus read_member(const Reader *r, const VoloTrainField *row, const VoloField *f)
{
    void *const to = (char *)&r->config->options + row->offset;
    const char *text = NULL;

    switch (row->kind) {
    case VOLO_FIELD_COUNT:
        return read_count(r, row, f, to);
    case VOLO_FIELD_REAL:
        return read_real(r, row, f, to);
    case VOLO_FIELD_SWITCH:
        return volo_field_bool(f, to, r->err);
    case VOLO_FIELD_CHOICE:
        return read_choice(r, row, f, to);
    case VOLO_FIELD_TEXT:
        break;
    }
    if (json_is_null(f->value)) {
        *(const char **)to = NULL;
        return VOLO_OK;
    }
    VOLO_TRY(volo_field_text(f, &text, r->err));
    return keep_text(r, text, (row->flags & VOLO_FIELD_PATH) != 0, to);
}

static const VoloTrainField *find_row(const char *name)
{
    for (size_t i = 0; i < VOLO_TRAIN_FIELDS; i++) {
        if (strcmp(volo_train_fields[i].name, name) == 0)
            return &volo_train_fields[i];
    }
    return NULL;
}

static VoloStatus read_train(const Reader *r, const VoloField *object)
{
    const char *key;
    json_t *value;

    VOLO_TRY(volo_field_object(object, r->err));
    json_object_foreach((json_t *)(uintptr_t)object->value, key, value)
    {
        const VoloTrainField *row = find_row(key);

        if (!row)
            return volo_field_wrong(object, r->err, "no member '%.40s'", key);
        const VoloField f = { .parent = object, .key = row->name, .value = value };
        VOLO_TRY(read_member(r, row, &f));
    }
    return VOLO_OK;
}

static VoloStatus read_root(const Reader *r, const VoloField *root)
{
    const char *key;
    json_t *value;
    VoloField own;

    VOLO_TRY(volo_field_object(root, r->err));
    json_object_foreach((json_t *)(uintptr_t)root->value, key, value)
    {
        if (strcmp(key, own_key) != 0 && !volo_data_config_reads(key))
            return volo_field_wrong(root, r->err, "no member '%.40s'", key);
    }
    return volo_field_get(root, own_key, &own) ? read_train(r, &own) : VOLO_OK;
}

VoloStatus volo_train_config_read(VoloTrainConfig *config, const char *path, VoloError *err)
{
    const Reader reader = { config, path, err };
    char *text = NULL;
    size_t bytes = 0;
    json_t *json = NULL;

    VOLO_TRY(volo_file_read(path, VOLO_LIMIT_CONFIG_BYTES, &text, &bytes, err));
    VoloStatus status = volo_json_parse(path, text, bytes, VOLO_LIMIT_CONFIG_DEPTH, &json, err);
    free(text);
    if (status)
        return status;
    const VoloField root = volo_field_root(path, json);
    status = read_root(&reader, &root);
    json_decref(json);
    return status;
}

/* --- writing --- */

/* A path that means the same in any folder. */
static void put_path(VoloJsonPut *put, const char *key, const char *path)
{
    char *whole = path ? realpath(path, NULL) : NULL;

    volo_json_put_text(put, key, whole ? whole : path);
    free(whole);
}

static void put_resize(VoloJsonPut *put, const char *key, VoloResize size)
{
    char text[64] = "none";

    if (size.kind == VOLO_RESIZE_EXACT)
        snprintf(text, sizeof text, "%zux%zu", size.height, size.width);
    else if (size.kind == VOLO_RESIZE_KEEP_RATIO)
        snprintf(text, sizeof text, "%zux%zu:keep", size.long_side, size.short_side);
    volo_json_put_text(put, key, text);
}

/* A built-in table's name, or a file. */
static void put_table(VoloJsonPut *put, const char *key, const char *table)
{
    if (table && volo_dataset_info(table).name)
        volo_json_put_text(put, key, table);
    else
        put_path(put, key, table);
}

static void put_labels(VoloJsonPut *put, const char *labels)
{
    static const char coarse[] = "coarse:";
    char *whole = NULL, *text = NULL;

    if (strncmp(labels, coarse, sizeof coarse - 1) == 0)
        whole = realpath(labels + sizeof coarse - 1, NULL);
    if (whole && asprintf(&text, "%s%s", coarse, whole) >= 0)
        volo_json_put_text(put, "labels", text);
    else if (volo_train_labels_is_word(labels))
        volo_json_put_text(put, "labels", labels);
    else
        put_path(put, "labels", labels);
    free(text);
    free(whole);
}

/* Only what is given: a member that is there and says nothing would be refused. */
static void put_set(VoloJsonPut *put, const VoloTrainSetOptions *set)
{
    const VoloDatasetOptions *d = &set->dataset;

    volo_json_begin(put, NULL, '{', false);
    if (d->name) {
        volo_json_put_text(put, "dataset", d->name);
        put_path(put, "root", d->root);
    } else {
        put_path(put, "images", d->images);
        put_path(put, "masks", d->labels);
        put_table(put, "table", d->table);
    }
    if (d->split)
        volo_json_put_text(put, "split", d->split);
    volo_json_put_text(put, "kind", volo_label_kind_name(d->kind));
    if (set->labels)
        put_labels(put, set->labels);
    if (set->weight > 0)
        volo_json_put_real(put, "weight", set->weight);
    put_resize(put, "size", set->size);
    volo_json_end(put, '}');
}

static void put_pair(VoloJsonPut *put, const char *key, const VoloNumberRow *row, const void *at)
{
    volo_json_begin(put, key, '[', true);
    for (size_t i = 0; i < 2; i++) {
        if (row->kind == VOLO_NUMBER_RANGE)
            volo_json_put_real(put, NULL, ((const double *)at)[i]);
        else
            volo_json_put_count(put, NULL, ((const size_t *)at)[i]);
    }
    volo_json_end(put, ']');
}

static void put_number(VoloJsonPut *put, const VoloNumberRow *row, const void *at)
{
    switch (row->kind) {
    case VOLO_NUMBER_REAL:
        volo_json_put_real(put, row->name, *(const double *)at);
        break;
    case VOLO_NUMBER_COUNT:
        volo_json_put_count(put, row->name, *(const uint64_t *)at);
        break;
    case VOLO_NUMBER_INT:
        volo_json_put_count(put, row->name, (uint64_t) * (const int *)at);
        break;
    case VOLO_NUMBER_MIB:
        volo_json_put_count(put, row->name, *(const uint64_t *)at >> 20);
        break;
    default:
        put_pair(put, row->name, row, at);
    }
}

static void put_data(VoloJsonPut *put, const VoloDataOptions *o)
{
    static const char *const names[] = { "data", "validation" }; /* by VoloDataRole */

    if (o->classes)
        put_table(put, "classes", o->classes);
    for (size_t role = 0; role < 2; role++) {
        volo_json_begin(put, names[role], '[', false);
        for (size_t i = 0; i < o->sets[role].count; i++)
            put_set(put, &o->sets[role].items[i]);
        volo_json_end(put, ']');
    }
    for (size_t g = 0; g < VOLO_NUMBER_GROUPS; g++) {
        const VoloNumberGroup *group = &volo_number_groups[g];

        volo_json_begin(put, group->name, '{', false);
        for (size_t i = 0; i < group->count; i++)
            put_number(put, &group->rows[i], (const char *)o + group->rows[i].offset);
        volo_json_end(put, '}');
    }
}

static void put_member(VoloJsonPut *put, const VoloTrainField *row, const VoloTrainOptions *o)
{
    const void *const at = (const char *)o + row->offset;

    switch (row->kind) {
    case VOLO_FIELD_COUNT:
        volo_json_put_count(put, row->name, *(const uint64_t *)at);
        break;
    case VOLO_FIELD_REAL:
        volo_json_put_real(put, row->name, *(const double *)at);
        break;
    case VOLO_FIELD_SWITCH:
        volo_json_put_bool(put, row->name, *(const bool *)at);
        break;
    case VOLO_FIELD_CHOICE:
        volo_json_put_text(put, row->name, row->choices[*(const int *)at]);
        break;
    case VOLO_FIELD_TEXT:
        if (row->flags & VOLO_FIELD_PATH)
            put_path(put, row->name, *(const char *const *)at);
        else
            volo_json_put_text(put, row->name, *(const char *const *)at);
        break;
    }
}

VoloStatus volo_train_config_write(const VoloTrainOptions *options, const VoloDataOptions *data,
                                   const char *path, VoloError *err)
{
    VoloOutput *output = NULL;

    VOLO_TRY(volo_output_open(path, &output, err));
    VoloJsonPut put = { .file = volo_output_stream(output) };
    volo_json_begin(&put, NULL, '{', false);
    put_data(&put, data);
    volo_json_begin(&put, own_key, '{', false);
    for (size_t i = 0; i < VOLO_TRAIN_FIELDS; i++)
        put_member(&put, &volo_train_fields[i], options);
    volo_json_end(&put, '}');
    volo_json_end(&put, '}');
    return volo_output_commit(output, err);
}
