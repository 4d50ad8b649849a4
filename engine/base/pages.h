/* SPDX-License-Identifier: Apache-2.0 */
/* Large blocks of memory on huge pages, where the system has them: a block that is walked in many
 * places at once, as activations are, needs one translation for 2 MiB instead of 512. */
#ifndef VOLO_BASE_PAGES_H
#define VOLO_BASE_PAGES_H

#include <stddef.h>

#define VOLO_HUGE_PAGE ((size_t)2 << 20)

/* Blocks of at least so many bytes are on huge pages, and the system may touch up to VOLO_HUGE_PAGE
 * more of them than is written to. */
#define VOLO_HUGE_BLOCK (4 * VOLO_HUGE_PAGE)

/* At least bytes, 64-byte aligned, not zeroed; NULL when the system refuses. Released with free().
 */
void *volo_pages_new(size_t bytes);

/* bytes, a multiple of VOLO_HUGE_PAGE, on huge pages, zeroed when first touched; NULL when the
 * system refuses. Released with volo_pages_unmap. */
void *volo_pages_map(size_t bytes);
void volo_pages_unmap(void *at, size_t bytes); /* NULL is allowed */

#endif
