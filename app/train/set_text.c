/* SPDX-License-Identifier: Apache-2.0 */
/* Words are cut out of a copy of the text; the configuration copies what it keeps. */
#include "app/train/set_text.h"

#include "app/common/numbers.h"

#include <stdlib.h>
#include <string.h>

typedef VoloStatus (*TakeFn)(char *value, VoloTrainSetOptions *set, VoloError *err);

static VoloStatus take_images(char *value, VoloTrainSetOptions *set, VoloError *err)
{
    (void)err;
    set->dataset.images = value;
    return VOLO_OK;
}

static VoloStatus take_masks(char *value, VoloTrainSetOptions *set, VoloError *err)
{
    (void)err;
    set->dataset.labels = value;
    return VOLO_OK;
}

static VoloStatus take_table(char *value, VoloTrainSetOptions *set, VoloError *err)
{
    (void)err;
    set->dataset.table = value;
    return VOLO_OK;
}

static VoloStatus take_split(char *value, VoloTrainSetOptions *set, VoloError *err)
{
    (void)err;
    set->dataset.split = value;
    return VOLO_OK;
}

static VoloStatus take_labels(char *value, VoloTrainSetOptions *set, VoloError *err)
{
    (void)err;
    set->labels = value;
    return VOLO_OK;
}

static VoloStatus take_weight(char *value, VoloTrainSetOptions *set, VoloError *err)
{
    if (number_parse_real(value, 1e-6, 1e6, &set->weight))
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_ARGUMENT, "weight '%s' is not a number above 0", value);
}

static VoloStatus take_kind(char *value, VoloTrainSetOptions *set, VoloError *err)
{
    for (VoloLabelKind kind = VOLO_LABELS_AUTO; kind <= VOLO_LABELS_POLYGONS; kind++) {
        if (strcmp(volo_label_kind_name(kind), value) == 0) {
            set->dataset.kind = kind;
            return VOLO_OK;
        }
    }
    return volo_fail(err, VOLO_ERR_ARGUMENT, "kind '%s' is not auto, ids, train-ids or polygons",
                     value);
}

static VoloStatus take_size(char *value, VoloTrainSetOptions *set, VoloError *err)
{
    const char *rest = value;
    size_t side[2];

    if (!number_read_sides(&rest, side) || (*rest && strcmp(rest, ":keep") != 0) ||
        (*rest && side[0] < side[1]))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "size '%s' is not HxW or LxS:keep", value);
    set->size = *rest ? (VoloResize){ VOLO_RESIZE_KEEP_RATIO, 0, 0, side[0], side[1] }
                      : (VoloResize){ VOLO_RESIZE_EXACT, side[0], side[1], 0, 0 };
    return VOLO_OK;
}

static const struct {
    const char *word;
    TakeFn take;
} words[] = {
    { "images=", take_images }, { "masks=", take_masks },   { "table=", take_table },
    { "split=", take_split },   { "weight=", take_weight }, { "labels=", take_labels },
    { "kind=", take_kind },     { "size=", take_size },
};

/* The word that text begins with; -1: none. */
static int word_at(const char *text)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strncmp(text, words[i].word, strlen(words[i].word)) == 0)
            return (int)i;
    }
    return -1;
}

/* Cuts text at the first comma that a word follows; what is behind it, or NULL. */
static char *cut_part(char *text)
{
    for (char *comma = text; (comma = strchr(comma, ',')); comma++) {
        if (word_at(comma + 1) >= 0) {
            *comma = '\0';
            return comma + 1;
        }
    }
    return NULL;
}

static VoloStatus take_words(char *text, VoloTrainSetOptions *set, VoloError *err)
{
    while (text) {
        char *rest = cut_part(text);
        const int word = word_at(text);
        char *value = text + strlen(words[word].word);

        if (!*value)
            return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' has no value", words[word].word);
        const VoloStatus status = words[word].take(value, set, err);
        if (status)
            return status;
        text = rest;
    }
    return VOLO_OK;
}

static VoloStatus take_text(char *text, VoloTrainSetOptions *set, VoloError *err)
{
    char *rest = text;

    if (word_at(text) < 0) {
        char *colon = strchr(text, ':');

        rest = cut_part(text);
        if (!colon || colon == text || !colon[1])
            return volo_fail(err, VOLO_ERR_ARGUMENT,
                             "'%s' is neither NAME:DIR nor images=DIR,masks=DIR,table=NAME", text);
        *colon = '\0';
        set->dataset.name = text;
        set->dataset.root = colon + 1;
    }
    const VoloStatus status = take_words(rest, set, err);
    if (status)
        return status;
    if (!set->dataset.name && (!set->dataset.images || !set->dataset.labels || !set->dataset.table))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "two folders need images=, masks= and table=");
    if (set->dataset.name && (set->dataset.images || set->dataset.labels || set->dataset.table))
        return volo_fail(err, VOLO_ERR_ARGUMENT,
                         "images=, masks= and table= do not go with NAME:DIR");
    return VOLO_OK;
}

VoloStatus set_text_add(VoloDataConfig *config, VoloDataRole role, const char *text, VoloError *err)
{
    VoloTrainSetOptions set = { .dataset = VOLO_DATASET_OPTIONS_INIT };
    char *copy = strdup(text);

    if (!copy)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for an option");
    VoloStatus status = take_text(copy, &set, err);
    if (!status)
        status = volo_data_config_add(config, role, &set, err);
    free(copy);
    return status;
}
