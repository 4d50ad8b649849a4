/* SPDX-License-Identifier: Apache-2.0 */
/* The names of many pairs in little memory, and finding them. */
#ifndef VOLO_DATASETS_PAIR_NAMES_H
#define VOLO_DATASETS_PAIR_NAMES_H

#include <volo/base.h>

/* Strings without padding, freed all at once; all zero at first. */
typedef struct VoloStringPool {
    struct VoloStringBlock *blocks;
} VoloStringPool;

/* A copy of the first length bytes of text; NULL when memory is refused. */
char *volo_string_pool_add(VoloStringPool *pool, const char *text, size_t length);
void volo_string_pool_clear(VoloStringPool *pool);

/* What is kept of a pair. */
typedef struct VoloPairEntry {
    const char *name;       /* in the pool */
    const char *prediction; /* below the folder of predictions, in the pool; NULL: none */
    uint8_t image;          /* which ending its picture has, from 1; 0: none found */
    bool has_instances;
    uint8_t matches; /* predictions found at the best rank so far, at most 2 */
    uint8_t rank;    /* of these: 1 by bare name, 2 by path */
} VoloPairEntry;

/* A growing list; all zero at first. */
typedef struct VoloPairList {
    VoloPairEntry *entries;
    size_t count, room;
    VoloStringPool pool;
} VoloPairList;

/* Errors: MEMORY, LIMIT (more than 10 million). */
VoloStatus volo_pair_list_add(VoloPairList *list, const char *name, size_t length, VoloError *err);
void volo_pair_list_sort(VoloPairList *list); /* by name, by bytes */
/* The pair of that name in a sorted list, or NULL. */
VoloPairEntry *volo_pair_list_find(const VoloPairList *list, const char *name, size_t length);
void volo_pair_list_clear(VoloPairList *list);

#endif
