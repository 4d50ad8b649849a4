/* SPDX-License-Identifier: Apache-2.0 */
/* Refuses allocations of the engine, which the linker sends here (-Wl,--wrap for malloc, calloc,
 * realloc, strdup and strndup). */
#ifndef VOLO_TESTS_REFUSE_H
#define VOLO_TESTS_REFUSE_H

#include <volo/base.h>

/* From now on calls allocations are granted, and the next, or with forever all after, refused. */
void refuse_after(long calls, bool forever);
/* Grants all again; whether one was refused. */
bool refuse_stop(void);

/* Refuses allocation 0, 1, 2 ... of run until none is left to refuse: once, then all that follow
 * too. Fails the test where run answers anything but MEMORY to that, or asks at_least or fewer
 * times. */
void refuse_in_turn(VoloStatus (*run)(VoloError *err), long at_least);

#endif
