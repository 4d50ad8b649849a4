/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that lives as long as its owner: blocks are handed out and freed all at once. */
#ifndef VOLO_BASE_ARENA_H
#define VOLO_BASE_ARENA_H

#include <volo/base.h>

typedef struct VoloArena {
    struct VoloArenaBlock *blocks, *slabs; /* of small and of large requests, newest first */
    size_t bytes;                          /* handed out, padding included */
} VoloArena;

/* bytes of zeroed memory, 64-byte aligned; NULL when the system refuses. */
void *volo_arena_take(VoloArena *arena, size_t bytes);
char *volo_arena_strdup(VoloArena *arena, const char *text);
void volo_arena_clear(VoloArena *arena);

#endif
