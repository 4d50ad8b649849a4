/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON document of an evaluation, read back: all but the pictures becomes a tree that the
 * settings point into; the pictures stay in the file and are read one by one. */
#include <volo/result.h>

#include "base/error.h"
#include "base/json_field.h"
#include "base/json_stream.h"
#include "base/limits.h"
#include "eval/result_document.h"

#include <stdlib.h>
#include <string.h>

/* A matrix of 256x256 large numbers has 1.5 MiB. */
#define MAX_VALUE_BYTES (16u << 20)

struct VoloResultFile {
    char *path;
    VoloJsonStream *stream;
    json_t *tree; /* all members that are kept */
    VoloResultInfo info;
    VoloResultOption *options, *map_rows;
    const char **failed;
    uint64_t images;
    size_t label_count, class_count;
    VoloResultLabel labels[VOLO_LABEL_VALUES];
    VoloResultLabel classes[VOLO_LABEL_VALUES]; /* [class_count] */
    uint64_t cells[VOLO_LABEL_VALUES][VOLO_LABEL_VALUES];
    uint64_t tp[VOLO_LABEL_VALUES], pred[VOLO_LABEL_VALUES], gt[VOLO_LABEL_VALUES];

    uint64_t list_place; /* of the pictures' list */
    bool in_list;
    uint64_t read; /* pictures since the first */
    json_t *image; /* the current one */
    uint64_t image_counts[3][VOLO_LABEL_VALUES], sums[3][VOLO_LABEL_VALUES]; /* tp, pred, gt */
};

/* --- single fields --- */

static VoloStatus need(const VoloField *object, const char *key, const char *want, VoloField *ret,
                       VoloError *err)
{
    return volo_field_get(object, key, ret) ? VOLO_OK : volo_field_missing(object, key, want, err);
}

static VoloStatus need_text(const VoloField *object, const char *key, const char **ret_text,
                            VoloError *err)
{
    VoloField f;

    VOLO_TRY(need(object, key, "a string", &f, err));
    return volo_field_text(&f, ret_text, err);
}

static VoloStatus need_size(const VoloField *object, const char *key, size_t min, size_t max,
                            size_t *ret_value, VoloError *err)
{
    VoloField f;

    VOLO_TRY(need(object, key, "an integer", &f, err));
    return volo_field_size(&f, min, max, ret_value, err);
}

/* A list of at most max elements. */
static VoloStatus need_list(const VoloField *object, const char *key, size_t max, VoloField *ret,
                            size_t *ret_count, VoloError *err)
{
    VOLO_TRY(need(object, key, "a list", ret, err));
    *ret_count = json_array_size(ret->value);
    if (!json_is_array(ret->value) || *ret_count > max)
        return volo_field_wrong(ret, err, "a list of at most %zu", max);
    return VOLO_OK;
}

/* --- settings --- */

static VoloStatus read_options(VoloResultFile *file, const VoloField *options, VoloError *err)
{
    const char *key;
    json_t *value;

    VOLO_TRY(volo_field_object(options, err));
    file->options = calloc(json_object_size(options->value) + 1, sizeof *file->options);
    if (!file->options)
        return volo_fail_memory(err, sizeof *file->options);
    json_object_foreach((json_t *)(uintptr_t)options->value, key, value)
    {
        if (!json_is_string(value))
            return volo_field_wrong(options, err, "an object of strings");
        file->options[file->info.option_count++] =
            (VoloResultOption){ key, json_string_value(value) };
    }
    file->info.options = file->options;
    return VOLO_OK;
}

static VoloStatus read_model(VoloResultFile *file, const VoloField *root, VoloError *err)
{
    VoloField model, options;

    if (!volo_field_get(root, "model", &model))
        return VOLO_OK;
    VOLO_TRY(need_text(&model, "name", &file->info.model, err));
    VOLO_TRY(need_text(&model, "sha256", &file->info.model_sha256, err));
    VOLO_TRY(need(&model, "options", "an object", &options, err));
    return read_options(file, &options, err);
}

static VoloStatus read_map(VoloResultFile *file, const VoloField *root, VoloError *err)
{
    VoloField map, rows;
    size_t count;

    if (!volo_field_get(root, "map", &map))
        return VOLO_OK;
    VOLO_TRY(need_text(&map, "name", &file->info.map, err));
    VOLO_TRY(need_list(&map, "classes", VOLO_LIMIT_CLASSES, &rows, &count, err));
    file->map_rows = calloc(count + 1, sizeof *file->map_rows);
    if (!file->map_rows)
        return volo_fail_memory(err, count * sizeof *file->map_rows);
    for (size_t i = 0; i < count; i++) {
        const VoloField row = volo_field_at(&rows, i);

        VOLO_TRY(volo_field_list(&row, 2, "names", err));
        const VoloField from = volo_field_at(&row, 0), to = volo_field_at(&row, 1);
        VOLO_TRY(volo_field_text(&from, &file->map_rows[i].key, err));
        VOLO_TRY(volo_field_text(&to, &file->map_rows[i].value, err));
    }
    file->info.map_rows = file->map_rows;
    file->info.map_row_count = count;
    return VOLO_OK;
}

static VoloStatus read_list(VoloResultFile *file, const VoloField *root, VoloError *err)
{
    VoloField images, failed;
    size_t listed = 0, evaluated = 0, count;

    VOLO_TRY(need(root, "images", "an object", &images, err));
    VOLO_TRY(need_text(&images, "list_sha256", &file->info.list_sha256, err));
    VOLO_TRY(need_size(&images, "listed", 0, INT64_MAX, &listed, err));
    VOLO_TRY(need_size(&images, "evaluated", 0, listed, &evaluated, err));
    VOLO_TRY(need_list(&images, "failed", listed, &failed, &count, err));
    file->failed = calloc(count + 1, sizeof *file->failed);
    if (!file->failed)
        return volo_fail_memory(err, count * sizeof *file->failed);
    for (size_t i = 0; i < count; i++) {
        const VoloField name = volo_field_at(&failed, i);

        VOLO_TRY(volo_field_text(&name, &file->failed[i], err));
    }
    file->images = evaluated;
    file->info.listed = listed;
    file->info.failed = file->failed;
    file->info.failed_count = count;
    return VOLO_OK;
}

static VoloStatus read_label_kind(const VoloField *dataset, VoloLabelKind *ret_kind, VoloError *err)
{
    VoloField f;
    const char *text;

    VOLO_TRY(need_text(dataset, "labels", &text, err));
    for (int i = VOLO_LABELS_AUTO; i <= VOLO_LABELS_POLYGONS; i++) {
        if (strcmp(text, volo_label_kind_name((VoloLabelKind)i)) == 0) {
            *ret_kind = (VoloLabelKind)i;
            return VOLO_OK;
        }
    }
    volo_field_get(dataset, "labels", &f);
    return volo_field_wrong_text(&f, VOLO_ERR_FORMAT, "a kind of labels", err);
}

static VoloStatus read_metrics(VoloResultInfo *info, const VoloField *root, VoloError *err)
{
    VoloField f;
    const char *convention;

    VOLO_TRY(need_text(root, "convention", &convention, err));
    if (volo_convention_find(convention, &info->convention, NULL)) {
        volo_field_get(root, "convention", &f);
        return volo_field_wrong_text(&f, VOLO_ERR_FORMAT, "a convention", err);
    }
    VOLO_TRY(need(root, "instances", "true or false", &f, err));
    VOLO_TRY(volo_field_bool(&f, &info->instances, err));
    info->boundaries = volo_field_get(root, "boundary_ratio", &f);
    return info->boundaries ? volo_field_real(&f, 0, 1, &info->boundary_ratio, err) : VOLO_OK;
}

static VoloStatus read_settings(VoloResultFile *file, const VoloField *root, VoloError *err)
{
    VoloResultInfo *const info = &file->info;
    VoloField dataset, shard;

    VOLO_TRY(read_model(file, root, err));
    VOLO_TRY(need(root, "dataset", "an object", &dataset, err));
    VOLO_TRY(need_text(&dataset, "name", &info->dataset, err));
    VOLO_TRY(need_text(&dataset, "split", &info->split, err));
    VOLO_TRY(read_label_kind(&dataset, &info->label_kind, err));
    VOLO_TRY(read_list(file, root, err));
    VOLO_TRY(need(root, "shard", "an object", &shard, err));
    VOLO_TRY(need_size(&shard, "count", 1, INT64_MAX, &info->shard_count, err));
    VOLO_TRY(need_size(&shard, "index", 1, info->shard_count, &info->shard, err));
    VOLO_TRY(read_map(file, root, err));
    return read_metrics(info, root, err);
}

/* --- labels and matrix --- */

static VoloStatus read_label(VoloResultLabel *label, const VoloField *f, size_t min, VoloError *err)
{
    VoloField colour, class;
    size_t raw, rgb[3], index = 0;

    VOLO_TRY(need_size(f, "value", min, VOLO_LABEL_VALUES - 1, &raw, err));
    VOLO_TRY(need_text(f, "name", &label->name, err));
    VOLO_TRY(need(f, "color", "a list of 3 integers", &colour, err));
    VOLO_TRY(volo_field_sizes(&colour, 3, 0, 255, rgb, err));
    const bool is_class = volo_field_get(f, "class", &class);
    if (is_class)
        VOLO_TRY(volo_field_size(&class, 0, VOLO_LIMIT_CLASSES - 1, &index, err));
    label->raw = (int)raw;
    label->class_index = is_class ? (int)index : -1;
    for (size_t i = 0; i < 3; i++)
        label->colour[i] = (uint8_t)rgb[i];
    return VOLO_OK;
}

/* The first label of each class stands for it; every index up to the largest must have one. */
static VoloStatus collect_classes(VoloResultFile *file, const VoloField *labels, VoloError *err)
{
    for (size_t i = 0; i < file->label_count; i++) {
        const int index = file->labels[i].class_index;

        if (index >= 0 && (size_t)index >= file->class_count)
            file->class_count = (size_t)index + 1;
    }
    for (size_t i = file->label_count; i > 0; i--) {
        const VoloResultLabel *label = &file->labels[i - 1];

        if (label->class_index >= 0)
            file->classes[label->class_index] = *label;
    }
    for (size_t i = 0; i < file->class_count; i++) {
        if (!file->classes[i].name)
            return volo_field_wrong(labels, err, "a label of class %zu among them", i);
    }
    return file->class_count ? VOLO_OK : volo_field_wrong(labels, err, "at least one class");
}

static VoloStatus read_labels(VoloResultFile *file, const VoloField *root, VoloError *err)
{
    VoloField labels;

    VOLO_TRY(need_list(root, "labels", VOLO_LABEL_VALUES, &labels, &file->label_count, err));
    for (size_t i = 0; i < file->label_count; i++) {
        const VoloField f = volo_field_at(&labels, i);
        const size_t min = i ? (size_t)file->labels[i - 1].raw + 1 : 0; /* ascending */

        VOLO_TRY(read_label(&file->labels[i], &f, min, err));
    }
    return collect_classes(file, &labels, err);
}

/* One cell; all of them together stay below 2^63, so that no sum overflows. */
static VoloStatus read_cell(VoloResultFile *file, size_t i, size_t j, const VoloField *f,
                            size_t *room, VoloError *err)
{
    const VoloResultLabel *truth = &file->labels[i], *guess = &file->labels[j];
    size_t count;

    VOLO_TRY(volo_field_size(f, 0, *room, &count, err));
    *room -= count;
    file->cells[truth->raw][guess->raw] = count;
    if (truth->class_index < 0)
        return VOLO_OK;
    file->gt[truth->class_index] += count;
    if (guess->class_index >= 0)
        file->pred[guess->class_index] += count;
    if (guess->class_index == truth->class_index)
        file->tp[truth->class_index] += count;
    return VOLO_OK;
}

static VoloStatus read_matrix(VoloResultFile *file, const VoloField *root, VoloError *err)
{
    VoloField matrix;
    size_t room = INT64_MAX;

    VOLO_TRY(need(root, "confusion", "a list", &matrix, err));
    VOLO_TRY(volo_field_list(&matrix, file->label_count, "rows", err));
    for (size_t i = 0; i < file->label_count; i++) {
        const VoloField row = volo_field_at(&matrix, i);

        VOLO_TRY(volo_field_list(&row, file->label_count, "counts", err));
        for (size_t j = 0; j < file->label_count; j++) {
            const VoloField cell = volo_field_at(&row, j);

            VOLO_TRY(read_cell(file, i, j, &cell, &room, err));
        }
    }
    return VOLO_OK;
}

/* --- the file --- */

static bool is_kept(const char *key)
{
    static const char *const keys[] = { "schema", "schema_version", "model",     "dataset",
                                        "images", "shard",          "map",       "convention",
                                        "labels", "confusion",      "instances", "boundary_ratio" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(key, keys[i]) == 0)
            return true;
    }
    return false;
}

static VoloStatus keep_member(VoloResultFile *file, const char *key, VoloError *err)
{
    json_t *value;

    if (json_object_get(file->tree, key))
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': field '%s' is there twice", file->path, key);
    VOLO_TRY(volo_json_stream_value(file->stream, &value, err));
    if (json_object_set_new(file->tree, key, value))
        return volo_fail_memory(err, strlen(key));
    return VOLO_OK;
}

static VoloStatus read_members(VoloResultFile *file, VoloError *err)
{
    char key[VOLO_JSON_KEY_BYTES];

    for (;;) {
        VOLO_TRY(volo_json_stream_member(file->stream, key, err));
        if (!*key)
            return VOLO_OK;
        if (is_kept(key)) {
            VOLO_TRY(keep_member(file, key, err));
            continue;
        }
        if (strcmp(key, "per_image") == 0) {
            if (file->list_place)
                return volo_fail(err, VOLO_ERR_FORMAT, "'%s': field 'per_image' is there twice",
                                 file->path);
            file->list_place = volo_json_stream_tell(file->stream);
        }
        VOLO_TRY(volo_json_stream_skip(file->stream, err));
    }
}

static VoloStatus check_schema(const VoloResultFile *file, const VoloField *root, VoloError *err)
{
    const char *schema = json_string_value(json_object_get(file->tree, "schema"));
    size_t version;

    if (!schema || strcmp(schema, VOLO_RESULT_SCHEMA) != 0)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' is not a result of volo-eval",
                         file->path);
    VOLO_TRY(need_size(root, "schema_version", 0, INT64_MAX, &version, err));
    if (version != VOLO_RESULT_VERSION)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' is a result of version %zu, not %d",
                         file->path, version, VOLO_RESULT_VERSION);
    return VOLO_OK;
}

static VoloStatus read_file(VoloResultFile *file, VoloError *err)
{
    VOLO_TRY(volo_json_stream_open(file->path, MAX_VALUE_BYTES, VOLO_LIMIT_CONFIG_DEPTH,
                                   &file->stream, err));
    VOLO_TRY(read_members(file, err));
    const VoloField root = volo_field_root(file->path, file->tree);
    VOLO_TRY(check_schema(file, &root, err));
    VOLO_TRY(read_settings(file, &root, err));
    VOLO_TRY(read_labels(file, &root, err));
    VOLO_TRY(read_matrix(file, &root, err));
    json_object_del(file->tree, "confusion");
    if (!file->list_place)
        return volo_field_missing(&root, "per_image", "a list", err);
    return VOLO_OK;
}

VoloStatus volo_result_file_open(const char *path, VoloResultFile **ret_file, VoloError *err)
{
    VoloResultFile *file = calloc(1, sizeof *file);
    VoloStatus status = VOLO_OK;

    if (!file)
        return volo_fail_memory(err, sizeof *file);
    file->path = strdup(path);
    file->tree = json_object();
    if (!file->path || !file->tree)
        status = volo_fail_memory(err, strlen(path) + 1);
    if (!status)
        status = read_file(file, err);
    if (status)
        volo_result_file_close(file);
    else
        *ret_file = file;
    return status;
}

void volo_result_file_close(VoloResultFile *file)
{
    if (!file)
        return;
    volo_json_stream_close(file->stream);
    json_decref(file->tree);
    json_decref(file->image);
    free(file->options);
    free(file->map_rows);
    free(file->failed);
    free(file->path);
    free(file);
}

const VoloResultInfo *volo_result_file_info(const VoloResultFile *file)
{
    return &file->info;
}

uint64_t volo_result_file_images(const VoloResultFile *file)
{
    return file->images;
}

size_t volo_result_file_label_count(const VoloResultFile *file)
{
    return file->label_count;
}

const VoloResultLabel *volo_result_file_label(const VoloResultFile *file, size_t index)
{
    return &file->labels[index];
}

size_t volo_result_file_class_count(const VoloResultFile *file)
{
    return file->class_count;
}

const VoloResultLabel *volo_result_file_class(const VoloResultFile *file, size_t index)
{
    return &file->classes[index];
}

const uint64_t *volo_result_file_confusion(const VoloResultFile *file)
{
    return file->cells[0];
}

VoloClassCounts volo_result_file_counts(const VoloResultFile *file)
{
    return (VoloClassCounts){ file->tp, file->pred, file->gt };
}

/* --- pictures --- */

/* counts u64 [classes] */
static VoloStatus read_counts(const VoloResultFile *file, const VoloField *image, const char *key,
                              uint64_t *counts, VoloError *err)
{
    VoloField list;
    size_t count = 0;

    VOLO_TRY(need(image, key, "a list", &list, err));
    VOLO_TRY(volo_field_list(&list, file->class_count, "counts", err));
    for (size_t i = 0; i < file->class_count; i++) {
        const VoloField f = volo_field_at(&list, i);

        VOLO_TRY(volo_field_size(&f, 0, UINT32_MAX, &count, err));
        counts[i] = count;
    }
    return VOLO_OK;
}

/* What is right is predicted and true. */
static VoloStatus check_counts(const VoloResultFile *file, const char *name, VoloError *err)
{
    for (size_t i = 0; i < file->class_count; i++) {
        const uint64_t tp = file->image_counts[0][i];

        if (tp > file->image_counts[1][i] || tp > file->image_counts[2][i])
            return volo_fail(
                err, VOLO_ERR_FORMAT,
                "'%s': picture '%.64s' has more pixels of class %zu right than there are",
                file->path, name, i);
    }
    return VOLO_OK;
}

static VoloStatus read_image(VoloResultFile *file, const char **ret_name, VoloError *err)
{
    static const char *const keys[3] = { "tp", "pred", "gt" };
    const VoloField root = volo_field_root(file->path, file->image);
    const VoloField image = { .parent = &root, .key = "per_image", .value = file->image };
    VOLO_TRY(volo_field_object(&image, err));
    VOLO_TRY(need_text(&image, "name", ret_name, err));
    if (!**ret_name)
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': a picture without a name", file->path);
    for (size_t i = 0; i < 3; i++) {
        VOLO_TRY(read_counts(file, &image, keys[i], file->image_counts[i], err));
        for (size_t j = 0; j < file->class_count; j++)
            file->sums[i][j] += file->image_counts[i][j];
    }
    return check_counts(file, *ret_name, err);
}

/* After the last picture: all of them together are the matrix. */
static VoloStatus check_sums(const VoloResultFile *file, VoloError *err)
{
    const uint64_t *const wanted[3] = { file->tp, file->pred, file->gt };
    const size_t bytes = file->class_count * sizeof(uint64_t);

    if (file->read != file->images)
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s' has %zu pictures, expected %zu", file->path,
                         (size_t)file->read, (size_t)file->images);
    for (size_t i = 0; i < 3; i++) {
        if (memcmp(file->sums[i], wanted[i], bytes) != 0)
            return volo_fail(err, VOLO_ERR_FORMAT,
                             "'%s': the pictures do not add up to the confusion matrix",
                             file->path);
    }
    return VOLO_OK;
}

static VoloStatus start_list(VoloResultFile *file, VoloError *err)
{
    volo_json_stream_seek(file->stream, file->list_place);
    VOLO_TRY(volo_json_stream_enter(file->stream, err));
    file->in_list = true;
    file->read = 0;
    memset(file->sums, 0, sizeof file->sums);
    return VOLO_OK;
}

VoloStatus volo_result_file_next(VoloResultFile *file, VoloResultImage *ret_image, VoloError *err)
{
    const char *name = "";
    json_t *next;

    if (!file->in_list)
        VOLO_TRY(start_list(file, err));
    VOLO_TRY(volo_json_stream_element(file->stream, &next, err));
    json_decref(file->image);
    file->image = next;
    if (next) {
        VOLO_TRY(read_image(file, &name, err));
        file->read++;
    } else {
        file->in_list = false;
        VOLO_TRY(check_sums(file, err));
    }
    *ret_image = (VoloResultImage){
        .name = name,
        .counts = { file->image_counts[0], file->image_counts[1], file->image_counts[2] },
    };
    return VOLO_OK;
}
