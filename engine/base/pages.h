/* SPDX-License-Identifier: Apache-2.0 */
/* Large blocks of memory on huge pages, where the system has them: a block that is walked in many
 * places at once, as activations are, needs one translation for 2 MiB instead of 512. */
#ifndef VOLO_BASE_PAGES_H
#define VOLO_BASE_PAGES_H

#include <stddef.h>

/* At least bytes, 64-byte aligned, not zeroed; NULL when the system refuses. Of a large block the
 * system may touch up to VOLO_HUGE_PAGE more than is written to. Released with free(). */
void *volo_pages_new(size_t bytes);

/* Asks for huge pages in memory that has not been touched yet, from a multiple of their size on. */
void volo_pages_advise(void *at, size_t bytes);

#define VOLO_HUGE_PAGE ((size_t)2 << 20)

#endif
