/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of blocks. Small requests share blocks, larger ones have their own. The largest, such as
 * weights, share slabs on huge pages: they are read in full by every run, and with small pages the
 * system's tables of them would be as well. */
#include "base/arena.h"

#include "base/checked.h"
#include "base/pages.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64u            /* bytes: a cache line, a v4 vector */
#define SHARED_BYTES (64u << 10) /* room of a shared block */
#define LARGE_BYTES (128u << 10) /* a request that goes to a slab */
#define SLAB_BYTES (64u << 20)   /* room of a slab: what is not used is never touched */

typedef struct VoloArenaBlock {
    struct VoloArenaBlock *next;
    size_t room, used; /* of data, in bytes */
    char *data;        /* aligned; behind this header, or mapped */
    size_t mapped;     /* bytes, 0: none */
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

/* Where so much at once is refused, just what is needed may not be. */
static Block *new_slab(size_t bytes)
{
    Block *const slab = calloc(1, sizeof *slab);
    size_t room;

    if (!slab || !volo_align(bytes > SLAB_BYTES ? bytes : SLAB_BYTES, VOLO_HUGE_PAGE, &room)) {
        free(slab);
        return NULL;
    }
    slab->data = volo_pages_map(room);
    slab->room = slab->mapped = room;
    if (slab->data)
        return slab;
    free(slab);
    return new_block(bytes);
}

/* A block with that much room, first of the list or behind it, so that the room that is left in the
 * first is not lost; NULL when the system refuses. */
static Block *find_room(Block **list, size_t bytes, bool large)
{
    Block *const first = *list;
    const bool shared = large || bytes <= SHARED_BYTES / 4;

    if (first && first->room - first->used >= bytes)
        return first;
    Block *const block = large ? new_slab(bytes) : new_block(shared ? SHARED_BYTES : bytes);
    if (!block)
        return NULL;
    Block **const at = shared || !first ? list : &first->next;
    block->next = *at;
    *at = block;
    return block;
}

void *volo_arena_take(VoloArena *arena, size_t bytes)
{
    size_t padded;

    if (!volo_align(bytes ? bytes : 1, ALIGNMENT, &padded)) /* no two results are equal */
        return NULL;
    const bool large = padded > LARGE_BYTES;
    Block *block = find_room(large ? &arena->slabs : &arena->blocks, padded, large);
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

static void free_list(Block **list)
{
    while (*list) {
        Block *const block = *list;

        *list = block->next;
        if (block->mapped)
            volo_pages_unmap(block->data, block->mapped);
        free(block);
    }
}

void volo_arena_clear(VoloArena *arena)
{
    free_list(&arena->blocks);
    free_list(&arena->slabs);
    arena->bytes = 0;
}
