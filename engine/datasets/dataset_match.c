/* SPDX-License-Identifier: Apache-2.0 */
/* Finding predictions: the folder is walked once, and each file looks for its pairs in a list of
 * them that is sorted by what the file's name must begin with, or be. */
#include "base/error.h"
#include "base/folder_walk.h"
#include "datasets/dataset_tree.h"

#include <stdlib.h>
#include <string.h>

enum {
    BY_NAME = 1,
    BY_PATH = 2
}; /* ranks: the better one counts */

/* A pair under the name it is looked for by. */
typedef struct Key {
    const char *text; /* in the pair's name */
    uint32_t length, index;
} Key;

typedef struct Matching {
    VoloDataset *dataset;
    Key *keys; /* sorted */
    VoloError *err;
} Matching;

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* The length of "city_sequence_frame" at the start of a name; of all of it when it has fewer parts.
 */
static size_t frame_length(const char *base)
{
    const char *end = base;

    for (int parts = 0; parts < 3; parts++) {
        end = strchr(end, '_');
        if (!end)
            return strlen(base);
        end++;
    }
    return (size_t)(end - 1 - base);
}

static int compare_text(const char *a, size_t a_length, const char *b, size_t b_length)
{
    const int order = memcmp(a, b, a_length < b_length ? a_length : b_length);

    return order ? order : (a_length > b_length) - (a_length < b_length);
}

static int by_text(const void *a, const void *b)
{
    const Key *x = a, *y = b;
    const int order = compare_text(x->text, x->length, y->text, y->length);

    return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* The first key that is text, or the number of keys. */
static size_t find_key(const Matching *m, const char *text, size_t length)
{
    const size_t count = m->dataset->pairs.count;
    size_t first = 0, end = count;

    while (first < end) {
        const size_t middle = first + (end - first) / 2;
        const Key *key = &m->keys[middle];

        if (compare_text(key->text, key->length, text, length) < 0)
            first = middle + 1;
        else
            end = middle;
    }
    if (first < count && compare_text(m->keys[first].text, m->keys[first].length, text, length))
        return count;
    return first;
}

static bool is_key(const Matching *m, size_t at, const char *text, size_t length)
{
    return at < m->dataset->pairs.count &&
           compare_text(m->keys[at].text, m->keys[at].length, text, length) == 0;
}

/* Of several the one whose path comes first is kept, so that the order of the walk is no matter. */
static VoloStatus note(Matching *m, VoloPairEntry *entry, const char *path, uint8_t rank)
{
    if (rank < entry->rank)
        return VOLO_OK;
    entry->matches = (uint8_t)(rank > entry->rank ? 1 : 2);
    entry->rank = rank;
    if (entry->matches == 2 && strcmp(path, entry->prediction) >= 0)
        return VOLO_OK;
    entry->prediction = volo_string_pool_add(&m->dataset->pairs.pool, path, strlen(path));
    return entry->prediction ? VOLO_OK : volo_fail_memory(m->err, strlen(path) + 1);
}

/* As cityscapesScripts: city_sequence_frame*.png. A file may so belong to several pairs. */
static VoloStatus match_frame(Matching *m, const char *path)
{
    const char *base = base_of(path);

    for (size_t length = 1; length <= strlen(base); length++) {
        for (size_t at = find_key(m, base, length); is_key(m, at, base, length); at++)
            VOLO_TRY(note(m, &m->dataset->pairs.entries[m->keys[at].index], path, BY_NAME));
    }
    return VOLO_OK;
}

/* stem [length]: of path without ending. */
static VoloStatus match_stem(Matching *m, const char *path, size_t length, bool *ret_found)
{
    VoloPairEntry *entry = volo_pair_list_find(&m->dataset->pairs, path, length);
    const char *base = base_of(path);

    *ret_found = true;
    if (entry)
        return note(m, entry, path, BY_PATH);
    const size_t left = (size_t)(base - path) < length ? length - (size_t)(base - path) : 0;
    const size_t at = find_key(m, base, left);
    if (is_key(m, at, base, left) && !is_key(m, at + 1, base, left))
        return note(m, &m->dataset->pairs.entries[m->keys[at].index], path, BY_NAME);
    *ret_found = false;
    return VOLO_OK;
}

/* The part of an ending before its last '.': "_image" of "_image.jpg". */
static size_t mark_length(const char *ending)
{
    return (size_t)(strrchr(ending, '.') - ending);
}

static VoloStatus match_name(Matching *m, const char *path, size_t stem)
{
    const VoloDatasetClass *class = m->dataset->class;
    const char *const marks[] = { "", m->dataset->label_ending, class->image_endings[0] };
    bool found = false;

    for (size_t i = 0; i < sizeof marks / sizeof *marks && !found; i++) {
        const size_t mark = *marks[i] ? mark_length(marks[i]) : 0;

        if (i > 0 && (mark == 0 || stem <= mark || memcmp(path + stem - mark, marks[i], mark)))
            continue;
        VOLO_TRY(match_stem(m, path, stem - mark, &found));
    }
    return VOLO_OK;
}

static VoloStatus take_file(const char *path, void *user)
{
    Matching *m = user;
    const size_t length = strlen(path);

    if (length <= 4 || strcmp(path + length - 4, ".png") != 0)
        return VOLO_OK;
    return m->dataset->class->predictions_by_frame ? match_frame(m, path)
                                                   : match_name(m, path, length - 4);
}

/* Reports pairs with none or several, which then have none. */
static VoloStatus report(const Matching *m, VoloProblemFn problem, void *user)
{
    const VoloDataset *d = m->dataset;

    for (size_t i = 0; i < d->pairs.count; i++) {
        VoloPairEntry *entry = &d->pairs.entries[i];
        VoloError what;

        if (entry->matches == 1)
            continue;
        if (entry->matches == 0)
            volo_fail(&what, VOLO_ERR_MISSING, "'%s': no prediction below '%s'", entry->name,
                      d->predictions);
        else
            volo_fail(&what, VOLO_ERR_FORMAT, "'%s': several predictions below '%s', one is '%s'",
                      entry->name, d->predictions, entry->prediction);
        entry->prediction = NULL;
        VOLO_TRY(volo_dataset_problem(problem, user, &what, m->err));
    }
    return VOLO_OK;
}

static VoloStatus make_keys(Matching *m)
{
    const VoloPairList *pairs = &m->dataset->pairs;

    m->keys = malloc(pairs->count * sizeof *m->keys);
    if (!m->keys)
        return volo_fail_memory(m->err, pairs->count * sizeof *m->keys);
    for (size_t i = 0; i < pairs->count; i++) {
        const char *base = base_of(pairs->entries[i].name);
        const size_t length =
            m->dataset->class->predictions_by_frame ? frame_length(base) : strlen(base);

        m->keys[i] = (Key){ .text = base, .length = (uint32_t)length, .index = (uint32_t)i };
    }
    qsort(m->keys, pairs->count, sizeof *m->keys, by_text);
    return VOLO_OK;
}

VoloStatus volo_dataset_match_predictions(VoloDataset *dataset, const char *folder,
                                          VoloProblemFn problem, void *user, VoloError *err)
{
    Matching m = { .dataset = dataset, .err = err };

    free(dataset->predictions);
    dataset->predictions = strdup(folder);
    if (!dataset->predictions)
        return volo_fail_memory(err, strlen(folder) + 1);
    for (size_t i = 0; i < dataset->pairs.count; i++) {
        dataset->pairs.entries[i].prediction = NULL;
        dataset->pairs.entries[i].matches = dataset->pairs.entries[i].rank = 0;
    }
    VoloStatus status = make_keys(&m);
    if (!status)
        status = volo_folder_walk(folder, take_file, &m, err);
    free(m.keys);
    if (!status)
        status = report(&m, problem, user);
    return status;
}
