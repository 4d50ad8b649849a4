/* SPDX-License-Identifier: Apache-2.0 */
/* A list of blocks. Small requests share one; a large one gets its own, placed behind the newest,
 * so that the room left in the newest is not lost. */
#include "base/arena.h"

#include "base/checked.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64u            /* bytes: a cache line, a v4 vector */
#define SHARED_BYTES (64u << 10) /* room of a shared block */

typedef struct VoloArenaBlock {
    struct VoloArenaBlock *next;
    size_t room, used; /* of data, in bytes */
    char *data;        /* aligned, behind this header */
} Block;

/* calloc rather than aligned_alloc: large blocks come as fresh pages that are zero already. */
static Block *new_block(size_t room)
{
    size_t bytes;

    if (!volo_add(room, sizeof(Block) + ALIGNMENT, &bytes))
        return NULL;
    Block *block = calloc(1, bytes);
    if (!block)
        return NULL;
    const uintptr_t start = (uintptr_t)(block + 1);
    block->room = room;
    block->data = (char *)(block + 1) + (ALIGNMENT - start % ALIGNMENT) % ALIGNMENT;
    return block;
}

/* A block with that much room, in the list; NULL when the system refuses. */
static Block *find_room(VoloArena *arena, size_t bytes)
{
    Block *first = arena->blocks;
    const bool shared = bytes <= SHARED_BYTES / 4;

    if (first && first->room - first->used >= bytes)
        return first;
    Block *block = new_block(shared ? SHARED_BYTES : bytes);
    if (!block)
        return NULL;
    if (shared || !first) {
        block->next = first;
        arena->blocks = block;
    } else {
        block->next = first->next;
        first->next = block;
    }
    return block;
}

void *volo_arena_take(VoloArena *arena, size_t bytes)
{
    size_t padded;

    if (!volo_align(bytes ? bytes : 1, ALIGNMENT, &padded)) /* no two results are equal */
        return NULL;
    Block *block = find_room(arena, padded);
    if (!block)
        return NULL;
    void *taken = block->data + block->used;
    block->used += padded;
    arena->bytes += padded;
    return taken;
}

char *volo_arena_strdup(VoloArena *arena, const char *text)
{
    const size_t bytes = strlen(text) + 1;
    char *copy = volo_arena_take(arena, bytes);

    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

void volo_arena_clear(VoloArena *arena)
{
    while (arena->blocks) {
        Block *next = arena->blocks->next;

        free(arena->blocks);
        arena->blocks = next;
    }
    arena->bytes = 0;
}
