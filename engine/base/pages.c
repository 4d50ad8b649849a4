/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pages.h"

#include "base/checked.h"

#include <stdlib.h>
#include <sys/mman.h>

#define LINE ((size_t)64)

void volo_pages_advise(void *at, size_t bytes)
{
    (void)madvise(at, bytes, MADV_HUGEPAGE); /* where the system does not take it, small pages do */
}

void *volo_pages_new(size_t bytes)
{
    const size_t unit = bytes >= 4 * VOLO_HUGE_PAGE ? VOLO_HUGE_PAGE : LINE;
    size_t rounded;

    if (!volo_align(bytes ? bytes : 1, unit, &rounded))
        return NULL;
    void *const block = aligned_alloc(unit, rounded);

    if (block && unit == VOLO_HUGE_PAGE)
        volo_pages_advise(block, rounded);
    return block;
}
