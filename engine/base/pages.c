/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pages.h"

#include "base/checked.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define LINE ((size_t)64)

static void advise(void *at, size_t bytes)
{
    (void)madvise(at, bytes, MADV_HUGEPAGE); /* where the system does not take it, small pages do */
}

void *volo_pages_new(size_t bytes)
{
    const size_t unit = bytes >= VOLO_HUGE_BLOCK ? VOLO_HUGE_PAGE : LINE;
    size_t rounded;

    if (!volo_align(bytes ? bytes : 1, unit, &rounded))
        return NULL;
    void *const block = aligned_alloc(unit, rounded);

    if (block && unit == VOLO_HUGE_PAGE)
        advise(block, rounded);
    return block;
}

/* A huge page more than wanted is mapped, and what lies before and behind is given back. */
void *volo_pages_map(size_t bytes)
{
    size_t all;

    if (!volo_add(bytes, VOLO_HUGE_PAGE, &all))
        return NULL;
    char *const mapped =
        mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED)
        return NULL;
    const size_t before = (VOLO_HUGE_PAGE - (uintptr_t)mapped % VOLO_HUGE_PAGE) % VOLO_HUGE_PAGE;

    if (before > 0)
        munmap(mapped, before);
    munmap(mapped + before + bytes, VOLO_HUGE_PAGE - before);
    advise(mapped + before, bytes);
    return mapped + before;
}

void volo_pages_unmap(void *at, size_t bytes)
{
    if (at)
        munmap(at, bytes);
}
