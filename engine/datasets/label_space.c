/* SPDX-License-Identifier: Apache-2.0 */
/* VoloLabelSpace: made from the rows of a class table, by ids or by class indices. */
#include "datasets/label_space.h"

#include "base/error.h"
#include "datasets/class_table.h"

#include <stdlib.h>
#include <string.h>

#define IGNORE 255

const char *volo_label_kind_name(VoloLabelKind kind)
{
    static const char *const names[] = { "auto", "ids", "train-ids", "polygons" };

    return names[kind];
}

static bool is_ignored(const VoloClassRow *row)
{
    return row->train_id < 0 || row->train_id == IGNORE;
}

static VoloStatus no_memory(const char *name, VoloError *err)
{
    return volo_fail(err, VOLO_ERR_MEMORY, "data set '%s': out of memory", name);
}

/* *ret_index is the category's place in the space, -1 for none. */
static VoloStatus find_category(VoloLabelSpace *s, const char *name, int *ret_index, VoloError *err)
{
    *ret_index = -1;
    if (!name)
        return VOLO_OK;
    for (size_t i = 0; i < s->category_count; i++) {
        if (strcmp(s->category[i], name) == 0) {
            *ret_index = (int)i;
            return VOLO_OK;
        }
    }
    if (s->category_count == VOLO_MAX_CATEGORIES)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "data set '%s': more than %d categories",
                         s->name, VOLO_MAX_CATEGORIES);
    s->category[s->category_count] = volo_arena_strdup(&s->arena, name);
    if (!s->category[s->category_count])
        return no_memory(s->name, err);
    s->category_has_instances[s->category_count] = true;
    *ret_index = (int)s->category_count++;
    return VOLO_OK;
}

/* The raw value of a row; -1: it has none. */
static int raw_of(const VoloLabelSpace *s, const VoloClassRow *row)
{
    if (s->kind == VOLO_LABELS_IDS)
        return row->id;
    return is_ignored(row) ? -1 : row->train_id;
}

static void set_label(VoloLabelSpace *s, int raw, const VoloLabel *label)
{
    s->label[raw] = *label;
    s->label[raw].raw = raw;
    s->known[raw] = true;
    s->index[raw] = (int16_t)label->class_index;
    if (label->class_index >= 0 && s->class_raw[label->class_index] == IGNORE)
        s->class_raw[label->class_index] = (uint8_t)raw;
}

static VoloStatus add_name(VoloLabelSpace *s, const VoloClassRow *row, const char **ret_name,
                           VoloError *err)
{
    VoloLabelName *name = volo_arena_take(&s->arena, sizeof *name);

    if (!name || !(name->name = volo_arena_strdup(&s->arena, row->name)))
        return no_memory(s->name, err);
    name->id = row->id;
    name->next = s->names;
    s->names = name;
    *ret_name = name->name;
    return VOLO_OK;
}

static VoloStatus add_row(VoloLabelSpace *s, const VoloClassRow *row, VoloError *err)
{
    const int raw = raw_of(s, row);
    VoloLabel label = { .id = row->id,
                        .class_index = is_ignored(row) ? VOLO_CLASS_IGNORED : row->train_id,
                        .has_instances = row->has_instances,
                        .average_size = row->average_size };

    VOLO_TRY(add_name(s, row, &label.name, err));
    VOLO_TRY(find_category(s, row->category, &label.category_index, err));
    if (label.category_index >= 0) {
        label.category = s->category[label.category_index];
        if (row->id >= 0 && !row->has_instances)
            s->category_has_instances[label.category_index] = false;
    }
    memcpy(label.colour, row->colour, sizeof label.colour);
    if (row->id >= 0 && !s->has_id[row->id]) {
        s->has_id[row->id] = true;
        s->by_id[row->id] = (int16_t)raw;
    }
    if (raw == IGNORE && label.class_index >= 0)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "data set '%s': class '%.40s' has the id 255, which is for ignored pixels",
                         s->name, row->name);
    if (raw >= 0 && !s->known[raw])
        set_label(s, raw, &label);
    return VOLO_OK;
}

/* The value of predictions that are no class; a table without ignored labels gets one. */
static void find_none(VoloLabelSpace *s)
{
    const VoloLabel nothing = {
        .name = "void", .id = -1, .class_index = VOLO_CLASS_IGNORED, .category_index = -1
    };

    for (int raw = 0; raw < 256; raw++) {
        if (s->index[raw] == VOLO_CLASS_IGNORED) {
            s->none = (uint8_t)raw;
            return;
        }
    }
    set_label(s, IGNORE, &nothing);
    s->none = IGNORE;
}

static VoloStatus fill(VoloLabelSpace *s, const VoloClassTable *table, VoloError *err)
{
    s->name = volo_arena_strdup(&s->arena, volo_class_table_name(table));
    if (!s->name)
        return no_memory(volo_class_table_name(table), err);
    s->class_count = volo_class_table_count(table);
    memset(s->class_raw, IGNORE, sizeof s->class_raw);
    for (size_t i = 0; i < 256; i++) {
        s->index[i] = VOLO_CLASS_UNKNOWN;
        s->by_id[i] = -1;
    }
    for (const VoloClassRow *row = volo_class_table_rows(table); row; row = row->next)
        VOLO_TRY(add_row(s, row, err));
    find_none(s);
    return VOLO_OK;
}

VoloStatus volo_label_space_new(const VoloClassTable *table, VoloLabelKind kind,
                                VoloLabelSpace **ret_space, VoloError *err)
{
    VoloLabelSpace *space = calloc(1, sizeof *space);

    if (!space)
        return volo_fail_memory(err, sizeof *space);
    space->kind = kind == VOLO_LABELS_TRAIN_IDS ? VOLO_LABELS_TRAIN_IDS : VOLO_LABELS_IDS;
    const VoloStatus status = fill(space, table, err);
    if (status) {
        volo_label_space_free(space);
        return status;
    }
    *ret_space = space;
    return VOLO_OK;
}

void volo_label_space_free(VoloLabelSpace *space)
{
    if (!space)
        return;
    volo_arena_clear(&space->arena);
    free(space);
}

const char *volo_label_space_name(const VoloLabelSpace *space)
{
    return space->name;
}

VoloLabelKind volo_label_space_kind(const VoloLabelSpace *space)
{
    return space->kind;
}

size_t volo_label_space_class_count(const VoloLabelSpace *space)
{
    return space->class_count;
}

const VoloLabel *volo_label_space_class(const VoloLabelSpace *space, size_t class_index)
{
    return class_index < space->class_count ? &space->label[space->class_raw[class_index]] : NULL;
}

const VoloLabel *volo_label_space_label(const VoloLabelSpace *space, size_t raw)
{
    return raw < 256 && space->known[raw] ? &space->label[raw] : NULL;
}

const int16_t *volo_label_space_index(const VoloLabelSpace *space)
{
    return space->index;
}

uint8_t volo_label_space_none(const VoloLabelSpace *space)
{
    return space->none;
}

size_t volo_label_space_category_count(const VoloLabelSpace *space)
{
    return space->category_count;
}

const char *volo_label_space_category(const VoloLabelSpace *space, size_t category)
{
    return category < space->category_count ? space->category[category] : NULL;
}
