/* SPDX-License-Identifier: Apache-2.0 */
/* Refuses allocations of the engine, which the linker sends here (-Wl,--wrap for malloc, calloc,
 * strdup and strndup). */
#ifndef VOLO_TESTS_REFUSE_H
#define VOLO_TESTS_REFUSE_H

#include <stdbool.h>

/* From now on calls allocations are granted, and the next, or with forever all after, refused. */
void refuse_after(long calls, bool forever);
/* Grants all again; whether one was refused. */
bool refuse_stop(void);

#endif
