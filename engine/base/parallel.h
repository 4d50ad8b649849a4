/* SPDX-License-Identifier: Apache-2.0 */
/* The only door to OpenMP. */
#ifndef VOLO_BASE_PARALLEL_H
#define VOLO_BASE_PARALLEL_H

#include <stddef.h>

/* Works on rows first .. first+count-1; slot < threads tells concurrent calls apart (scratch). */
typedef void (*VoloRowsFn)(size_t first, size_t count, int slot, void *user);

/* Makes threads ready; volo_parallel_rows does so itself, but before any other library that uses
 * OpenMP is loaded it can still say how threads wait for each other. */
void volo_parallel_open(void);

/* Calls fn for consecutive pieces of grain rows (the last may be shorter) that together cover
 * 0..rows-1, on up to threads threads. How rows are cut never depends on threads. */
void volo_parallel_rows(int threads, size_t rows, size_t grain, VoloRowsFn fn, void *user);

#endif
