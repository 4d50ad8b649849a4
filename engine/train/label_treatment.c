/* SPDX-License-Identifier: Apache-2.0 */
/* How the labels of a set become classes of a training: one to one, by the maps of this file, which
 * go the other way than those that fold predictions (datasets/label_map.c), or coarsely: by those
 * maps, as groups of classes. */
#include "train/train_sets.h"

#include "base/error.h"
#include "base/limits.h"

#include <string.h>

#define IGNORE VOLO_LABEL_IGNORE

typedef struct BuiltIn {
    const char *name, *from, *to;
    uint8_t target[19]; /* by class of from */
} BuiltIn;

/* CamVid's signs include traffic lights, its cars trucks and buses, its bicyclists both rider and
 * bicycle: a network that learns these as one class does as well as the labels allow. */
static const BuiltIn built_in[] = {
    { "camvid11-cityscapes19", "camvid", "cityscapes", { 10, 2, 5, 0, 1, 8, 7, 4, 13, 11, 18 } },
};

/* Whose labels become what. */
typedef struct Treatment {
    const VoloClassTable *own, *classes;
    const VoloLabelSpace *space; /* raw values of the set */
    VoloArena *arena;
    VoloTrainSet *set;
    VoloError *err;
} Treatment;

bool volo_train_classes_agree(const VoloClassTable *a, const VoloClassTable *b)
{
    const size_t count = volo_class_table_count(a);

    if (count != volo_class_table_count(b))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(volo_class_table_get(a, i)->name, volo_class_table_get(b, i)->name) != 0)
            return false;
    }
    return true;
}

static bool agrees_with(const VoloClassTable *table, const char *built_in_table)
{
    VoloClassTable *other = NULL;

    if (volo_class_table_open(built_in_table, &other, NULL))
        return false;
    const bool same = volo_train_classes_agree(table, other);
    volo_class_table_free(other);
    return same;
}

/* --- one to one ------------------------------------------------------------------------------- */

/* target [classes of the set]: a class of the training, or IGNORE. */
static VoloStatus use_targets(const Treatment *t, const char *map, const uint8_t *target)
{
    const int16_t *index = volo_label_space_index(t->space);

    t->set->map = volo_arena_strdup(t->arena, map);
    if (!t->set->map)
        return volo_fail_memory(t->err, strlen(map) + 1);
    t->set->coarse = false;
    t->set->label_count = volo_class_table_count(t->classes);
    for (size_t raw = 0; raw < VOLO_LABELS; raw++)
        t->set->label[raw] = index[raw] < 0 ? IGNORE : target[index[raw]];
    return VOLO_OK;
}

/* The class of that name, or IGNORE. */
static uint8_t class_named(const VoloClassTable *table, const char *name)
{
    for (size_t i = 0; i < volo_class_table_count(table); i++) {
        if (strcmp(volo_class_table_get(table, i)->name, name) == 0)
            return (uint8_t)i;
    }
    return IGNORE;
}

/* By equal names; *ret_missing is a class that has no counterpart, NULL: none. */
static void targets_by_name(const Treatment *t, uint8_t *target, const char **ret_missing)
{
    *ret_missing = NULL;
    for (size_t i = 0; i < volo_class_table_count(t->own); i++) {
        const char *name = volo_class_table_get(t->own, i)->name;

        target[i] = class_named(t->classes, name);
        if (target[i] == IGNORE && !*ret_missing)
            *ret_missing = name;
    }
}

static const BuiltIn *find_built_in(const Treatment *t)
{
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
        if (agrees_with(t->own, built_in[i].from) && agrees_with(t->classes, built_in[i].to))
            return &built_in[i];
    }
    return NULL;
}

/* *ret_missing as above: then nothing is set. */
static VoloStatus choose_one_to_one(const Treatment *t, const char **ret_missing)
{
    uint8_t target[VOLO_LIMIT_CLASSES];
    const BuiltIn *map = find_built_in(t);

    *ret_missing = NULL;
    if (map)
        return use_targets(t, map->name, map->target);
    targets_by_name(t, target, ret_missing);
    if (*ret_missing)
        return VOLO_OK;
    return use_targets(t, volo_train_classes_agree(t->own, t->classes) ? "identity" : "names",
                       target);
}

/* A file, or a built-in map named. */
static VoloStatus use_map(const Treatment *t, const char *how)
{
    uint8_t target[VOLO_LIMIT_CLASSES];
    VoloLabelSpace *wanted = NULL;
    VoloLabelMap *map = NULL;

    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
        if (strcmp(built_in[i].name, how) == 0 && &built_in[i] == find_built_in(t))
            return use_targets(t, how, built_in[i].target);
    }
    VOLO_TRY(volo_label_space_new(t->classes, VOLO_LABELS_TRAIN_IDS, &wanted, t->err));
    VoloStatus status = volo_label_map_open(how, t->own, wanted, &map, t->err);
    for (size_t i = 0; i < volo_class_table_count(t->own) && !status; i++) {
        const int to = volo_label_map_target(map, i);

        target[i] = to < 0 ? IGNORE : (uint8_t)to;
    }
    if (!status)
        status = use_targets(t, volo_label_map_name(map), target);
    volo_label_map_free(map);
    volo_label_space_free(wanted);
    return status;
}

/* --- groups ----------------------------------------------------------------------------------- */

/* map goes from the classes of the training to those of the set. */
static VoloStatus use_groups(const Treatment *t, const VoloLabelMap *map)
{
    const int16_t *index = volo_label_space_index(t->space);
    const char *name = volo_label_map_name(map);
    bool used = false;

    t->set->map = volo_arena_strdup(t->arena, name);
    if (!t->set->map)
        return volo_fail_memory(t->err, strlen(name) + 1);
    t->set->coarse = true;
    t->set->label_count = volo_label_space_class_count(t->space);
    memset(t->set->group_of, IGNORE, sizeof t->set->group_of);
    for (size_t i = 0; i < volo_label_map_count(map); i++) {
        const int label = volo_label_map_target(map, i);

        t->set->group_of[i] = label < 0 ? IGNORE : (uint8_t)label;
        used = used || label >= 0;
    }
    if (!used)
        return volo_fail(t->err, VOLO_ERR_FORMAT, "map '%.80s' leaves no class to learn", name);
    for (size_t raw = 0; raw < VOLO_LABELS; raw++)
        t->set->label[raw] = index[raw] < 0 ? IGNORE : (uint8_t)index[raw];
    return VOLO_OK;
}

/* path NULL: the built-in map for that pair. A label that no class of the training belongs to has
 * no probability: its pixels are ignored. */
static VoloStatus choose_groups(const Treatment *t, const char *path)
{
    bool has_class[VOLO_LABELS] = { false };
    VoloLabelMap *map = NULL;

    VOLO_TRY(path ? volo_label_map_open(path, t->classes, t->space, &map, t->err)
                  : volo_label_map_choose(t->classes, t->space, &map, t->err));
    const VoloStatus status = use_groups(t, map);
    volo_label_map_free(map);
    for (size_t i = 0; i < volo_class_table_count(t->classes) && !status; i++)
        has_class[t->set->group_of[i]] = true;
    for (size_t raw = 0; raw < VOLO_LABELS && !status; raw++) {
        if (!has_class[t->set->label[raw]])
            t->set->label[raw] = IGNORE;
    }
    return status;
}

bool volo_train_labels_is_word(const char *how)
{
    static const char *const words[] = { "auto", "trainid", "coarse" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], how) == 0)
            return true;
    }
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
        if (strcmp(built_in[i].name, how) == 0)
            return true;
    }
    return false;
}

/* --- choice ----------------------------------------------------------------------------------- */

static VoloStatus no_way(const Treatment *t, const char *missing)
{
    return volo_fail(t->err, VOLO_ERR_MISSING,
                     "class '%.60s' is none of the classes of %.60s; give a map file as labels "
                     "(lines of 'from<TAB>to')",
                     missing, volo_class_table_name(t->classes));
}

VoloStatus volo_train_labels_choose(const char *how, const VoloClassTable *own,
                                    const VoloLabelSpace *space, const VoloClassTable *classes,
                                    VoloArena *arena, VoloTrainSet *set, VoloError *err)
{
    const Treatment t = { own, classes, space, arena, set, err };
    const char *missing = NULL;

    if (!how || strcmp(how, "auto") == 0 || strcmp(how, "trainid") == 0) {
        VOLO_TRY(choose_one_to_one(&t, &missing));
        if (!missing)
            return VOLO_OK;
        if (how && strcmp(how, "trainid") == 0)
            return no_way(&t, missing);
        const VoloStatus status = choose_groups(&t, NULL);
        return status == VOLO_ERR_MISSING ? no_way(&t, missing) : status;
    }
    if (strcmp(how, "coarse") == 0)
        return choose_groups(&t, NULL);
    if (strncmp(how, "coarse:", 7) == 0)
        return choose_groups(&t, how + 7);
    return use_map(&t, how);
}
