/* SPDX-License-Identifier: Apache-2.0 */
/* Names of pairs: some 30 bytes each in blocks, found by binary search. */
#include "datasets/pair_names.h"

#include "base/error.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (32u << 10)

typedef struct VoloStringBlock {
    struct VoloStringBlock *next;
    size_t room, used;
    char text[];
} Block;

char *volo_string_pool_add(VoloStringPool *pool, const char *text, size_t length)
{
    Block *block = pool->blocks;

    if (!block || block->room - block->used <= length) {
        const size_t room = length < BLOCK_BYTES ? BLOCK_BYTES : length + 1;

        block = malloc(sizeof *block + room);
        if (!block)
            return NULL;
        *block = (Block){ .next = pool->blocks, .room = room };
        pool->blocks = block;
    }
    char *copy = block->text + block->used;
    memcpy(copy, text, length);
    copy[length] = '\0';
    block->used += length + 1;
    return copy;
}

void volo_string_pool_clear(VoloStringPool *pool)
{
    while (pool->blocks) {
        Block *next = pool->blocks->next;

        free(pool->blocks);
        pool->blocks = next;
    }
}

static bool grow(VoloPairList *list)
{
    const size_t room = list->room ? 2 * list->room : 64;
    VoloPairEntry *entries = malloc(room * sizeof *entries);

    if (!entries)
        return false;
    if (list->count)
        memcpy(entries, list->entries, list->count * sizeof *entries);
    free(list->entries);
    list->entries = entries;
    list->room = room;
    return true;
}

VoloStatus volo_pair_list_add(VoloPairList *list, const char *name, size_t length, VoloError *err)
{
    if (list->count == VOLO_LIMIT_PAIRS)
        return volo_fail(err, VOLO_ERR_LIMIT, "more than %u label files", VOLO_LIMIT_PAIRS);
    if (list->count == list->room && !grow(list))
        return volo_fail_memory(err, 2 * list->room * sizeof *list->entries);
    const char *copy = volo_string_pool_add(&list->pool, name, length);
    if (!copy)
        return volo_fail_memory(err, length + 1);
    list->entries[list->count++] = (VoloPairEntry){ .name = copy };
    return VOLO_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const VoloPairEntry *)a)->name, ((const VoloPairEntry *)b)->name);
}

void volo_pair_list_sort(VoloPairList *list)
{
    if (list->count)
        qsort(list->entries, list->count, sizeof *list->entries, by_name);
}

VoloPairEntry *volo_pair_list_find(const VoloPairList *list, const char *name, size_t length)
{
    size_t first = 0, end = list->count;

    while (first < end) {
        const size_t middle = first + (end - first) / 2;
        VoloPairEntry *entry = &list->entries[middle];
        int order = strncmp(entry->name, name, length);

        if (order == 0 && entry->name[length])
            order = 1;
        if (order == 0)
            return entry;
        if (order < 0)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

void volo_pair_list_clear(VoloPairList *list)
{
    free(list->entries);
    volo_string_pool_clear(&list->pool);
    *list = (VoloPairList){ 0 };
}
