/* SPDX-License-Identifier: Apache-2.0 */
/* VoloLabelMap: a table of targets, built in or read from a file. The built-in ones fold the 19
 * classes of Cityscapes; CamVid's own grouping of its 32 classes decides there (walls with
 * buildings, other vegetation with trees, motorcycles with bicyclists). */
#include "datasets/label_map.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "base/text_lines.h"
#include "datasets/label_space.h"

#include <volo/impl/config.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NONE 255

struct VoloLabelMap {
    char *name;
    size_t count;        /* classes of the model */
    size_t targets;      /* classes of the space */
    uint8_t target[255]; /* by class of the model; NONE */
    uint8_t raw[256];    /* by predicted index */
};

typedef struct BuiltIn {
    VoloLabelMapEntry entry;
    size_t from_count, to_count;
    uint8_t target[19];
} BuiltIn;

static const BuiltIn built_in[] = {
    { { "cityscapes19-camvid11", "cityscapes", "camvid" },
      19,
      11,
      { 3, 4, 1, 1, 7, 2, 6, 6, 5, 5, 0, 9, 10, 8, 8, 8, 8, 10, 10 } },
    { { "cityscapes19-iddlite7", "cityscapes", "iddlite" },
      19,
      7,
      { 0, 1, 5, 4, 4, 4, 4, 4, 5, 1, 6, 2, 2, 3, 3, 3, 3, 3, 3 } },
};

VoloLabelMapEntry volo_label_map_entry(size_t index)
{
    const size_t count = sizeof built_in / sizeof *built_in;

    return index < count ? built_in[index].entry : (VoloLabelMapEntry){ NULL, NULL, NULL };
}

/* NULL when memory is refused. */
static VoloLabelMap *new_map(const char *name, const VoloClassTable *model,
                             const VoloLabelSpace *space)
{
    VoloLabelMap *map = calloc(1, sizeof *map);

    if (!map || !(map->name = strdup(name))) {
        free(map);
        return NULL;
    }
    map->count = volo_class_table_count(model);
    map->targets = volo_label_space_class_count(space);
    memset(map->target, NONE, sizeof map->target);
    return map;
}

/* Completes a map whose targets are known. */
static void finish(VoloLabelMap *map, const VoloLabelSpace *space)
{
    memset(map->raw, space->none, sizeof map->raw);
    for (size_t i = 0; i < map->count; i++) {
        if (map->target[i] != NONE)
            map->raw[i] = space->class_raw[map->target[i]];
    }
}

/* --- built-in maps ---------------------------------------------------------------------------- */

static bool same_names(const VoloClassTable *model, const VoloLabelSpace *space)
{
    const size_t count = volo_class_table_count(model);

    if (count != space->class_count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(volo_class_table_get(model, i)->name, volo_label_space_class(space, i)->name))
            return false;
    }
    return true;
}

/* The names are the sign: a model's file may call its data set anything. */
static bool has_names_of(const VoloClassTable *model, const char *dataset)
{
    VoloClassTable *table = NULL;
    VoloLabelSpace *space = NULL;
    bool same = false;

    if (strcmp(volo_class_table_name(model), dataset) == 0)
        return true;
    if (!volo_class_table_open(dataset, &table, NULL) &&
        !volo_label_space_new(table, VOLO_LABELS_IDS, &space, NULL))
        same = same_names(model, space);
    volo_label_space_free(space);
    volo_class_table_free(table);
    return same;
}

static bool fits(const BuiltIn *map, const VoloClassTable *model, const VoloLabelSpace *space)
{
    return map->from_count == volo_class_table_count(model) &&
           map->to_count == space->class_count && strcmp(map->entry.to, space->name) == 0 &&
           has_names_of(model, map->entry.from);
}

static VoloStatus use_built_in(const BuiltIn *from, const VoloClassTable *model,
                               const VoloLabelSpace *space, VoloLabelMap **ret_map, VoloError *err)
{
    VoloLabelMap *map = new_map(from->entry.name, model, space);

    if (!map)
        return volo_fail_memory(err, sizeof *map);
    memcpy(map->target, from->target, from->from_count);
    finish(map, space);
    *ret_map = map;
    return VOLO_OK;
}

static VoloStatus use_identity(const VoloClassTable *model, const VoloLabelSpace *space,
                               VoloLabelMap **ret_map, VoloError *err)
{
    VoloLabelMap *map = new_map("identity", model, space);

    if (!map)
        return volo_fail_memory(err, sizeof *map);
    for (size_t i = 0; i < map->count; i++)
        map->target[i] = (uint8_t)i;
    finish(map, space);
    *ret_map = map;
    return VOLO_OK;
}

VoloStatus volo_label_map_choose(const VoloClassTable *model, const VoloLabelSpace *space,
                                 VoloLabelMap **ret_map, VoloError *err)
{
    const char *name = volo_class_table_name(model);
    const size_t count = volo_class_table_count(model);

    if ((count == space->class_count && strcmp(name, space->name) == 0) || same_names(model, space))
        return use_identity(model, space, ret_map, err);
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
        if (fits(&built_in[i], model, space))
            return use_built_in(&built_in[i], model, space, ret_map, err);
    }
    return volo_fail(err, VOLO_ERR_MISSING,
                     "the model's %zu classes (%.60s) are not the %zu of %.60s; a map file "
                     "is needed (lines of 'from<TAB>to')",
                     count, name, space->class_count, space->name);
}

/* --- map files -------------------------------------------------------------------------------- */

typedef struct MapReader {
    const char *file;
    const VoloClassTable *model;
    const VoloLabelSpace *space;
    VoloLabelMap *map;
    size_t line[255]; /* where each class of the model stands; 0: not yet */
    VoloError *err;
} MapReader;

/* A number below limit or 255; -1: it is none. */
static int number_of(const char *text, size_t limit)
{
    const size_t length = strlen(text);

    if (length < 1 || length > 3 || strspn(text, "0123456789") != length)
        return -1;
    const long value = strtol(text, NULL, 10);
    return (size_t)value < limit || value == NONE ? (int)value : -1;
}

/* Names come first: a class may be called "7". */
static int source_of(const MapReader *r, const char *text)
{
    for (size_t i = 0; i < r->map->count; i++) {
        if (strcmp(volo_class_table_get(r->model, i)->name, text) == 0)
            return (int)i;
    }
    return number_of(text, r->map->count);
}

static int target_of(const MapReader *r, const char *text)
{
    for (size_t i = 0; i < r->map->targets; i++) {
        if (strcmp(volo_label_space_class(r->space, i)->name, text) == 0)
            return (int)i;
    }
    return number_of(text, r->map->targets);
}

static VoloStatus read_line(char *line, size_t number, void *user)
{
    MapReader *r = user;
    char *to = strchr(line, '\t');

    if (*line == '\0' || *line == '#' || strcmp(line, "from\tto") == 0)
        return VOLO_OK;
    if (!to || strchr(to + 1, '\t'))
        return volo_fail(r->err, VOLO_ERR_FORMAT, "'%s' line %zu: expected 'from<TAB>to'", r->file,
                         number);
    *to++ = '\0';
    const int source = source_of(r, line), target = target_of(r, to);
    if (source < 0 || source == NONE)
        return volo_fail(r->err, VOLO_ERR_FORMAT,
                         "'%s' line %zu: '%.40s' is no class of the model, expected a name or "
                         "0..%zu",
                         r->file, number, line, r->map->count - 1);
    if (target < 0)
        return volo_fail(r->err, VOLO_ERR_FORMAT,
                         "'%s' line %zu: '%.40s' is no class of %.40s, expected a name, 0..%zu "
                         "or 255",
                         r->file, number, to, r->space->name, r->map->targets - 1);
    if (r->line[source])
        return volo_fail(r->err, VOLO_ERR_FORMAT,
                         "'%s' line %zu: class '%.40s' was mapped on line %zu already", r->file,
                         number, line, r->line[source]);
    r->line[source] = number;
    r->map->target[source] = (uint8_t)target;
    return VOLO_OK;
}

static VoloStatus read_map(MapReader *r, const char *text, size_t bytes)
{
    VOLO_TRY(volo_text_each_line(r->file, text, bytes, read_line, r, r->err));
    for (size_t i = 0; i < r->map->count; i++) {
        if (r->line[i] == 0)
            return volo_fail(r->err, VOLO_ERR_FORMAT,
                             "'%s': no line for class %zu '%.40s' of the model", r->file, i,
                             volo_class_table_get(r->model, i)->name);
    }
    finish(r->map, r->space);
    return VOLO_OK;
}

VoloStatus volo_label_map_parse(const char *name, const char *file, const char *text, size_t bytes,
                                const VoloClassTable *model, const VoloLabelSpace *space,
                                VoloLabelMap **ret_map, VoloError *err)
{
    MapReader r = { .file = file, .model = model, .space = space, .err = err };

    r.map = new_map(name, model, space);
    const VoloStatus status =
        r.map ? read_map(&r, text, bytes) : volo_fail_memory(err, sizeof *r.map);
    if (status) {
        volo_label_map_free(r.map);
        return status;
    }
    *ret_map = r.map;
    return VOLO_OK;
}

static VoloStatus open_file(const char *path, const VoloClassTable *model,
                            const VoloLabelSpace *space, VoloLabelMap **ret_map, VoloError *err)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    struct stat st;
    char *text = NULL;
    size_t bytes = 0;

    if (stat(path, &st) && (errno == ENOENT || errno == ENOTDIR))
        return volo_fail(err, VOLO_ERR_MISSING, "'%s': neither a built-in map nor a file", path);
    VOLO_TRY(volo_file_read(path, VOLO_LIMIT_CONFIG_BYTES, &text, &bytes, err));
    const VoloStatus status =
        volo_label_map_parse(base, path, text, bytes, model, space, ret_map, err);
    free(text);
    return status;
}

VoloStatus volo_label_map_open(const char *name_or_path, const VoloClassTable *model,
                               const VoloLabelSpace *space, VoloLabelMap **ret_map, VoloError *err)
{
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
        const BuiltIn *map = &built_in[i];

        if (strcmp(map->entry.name, name_or_path) != 0)
            continue;
        if (map->from_count != volo_class_table_count(model) || map->to_count != space->class_count)
            return volo_fail(err, VOLO_ERR_FORMAT,
                             "map '%s' is for %zu and %zu classes, the model has %zu and %.40s %zu",
                             name_or_path, map->from_count, map->to_count,
                             volo_class_table_count(model), space->name, space->class_count);
        return use_built_in(map, model, space, ret_map, err);
    }
    return open_file(name_or_path, model, space, ret_map, err);
}

void volo_label_map_free(VoloLabelMap *map)
{
    if (!map)
        return;
    free(map->name);
    free(map);
}

const char *volo_label_map_name(const VoloLabelMap *map)
{
    return map->name;
}

bool volo_label_map_is_identity(const VoloLabelMap *map)
{
    for (size_t i = 0; i < map->count; i++) {
        if (map->target[i] != i)
            return false;
    }
    return map->count == map->targets;
}

size_t volo_label_map_count(const VoloLabelMap *map)
{
    return map->count;
}

int volo_label_map_target(const VoloLabelMap *map, size_t model_class)
{
    return model_class < map->count && map->target[model_class] != NONE ? map->target[model_class]
                                                                        : -1;
}

void volo_label_map_apply(const VoloLabelMap *map, size_t pixels, const uint8_t *predicted,
                          uint8_t *raw)
{
    for (size_t i = 0; i < pixels; i++)
        raw[i] = map->raw[predicted[i]];
}
