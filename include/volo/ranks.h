/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks: processes that work on one task, numbered from 0. There are several when the library was
 * built with MPI (-Dmpi=enabled) and the program was started by mpirun or the like; else one.
 * Threads: only the one that called volo_ranks_start calls anything here. */
#ifndef VOLO_RANKS_H
#define VOLO_RANKS_H

#include <volo/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Joins the other ranks, once in a process. Where MPI itself fails, it ends all of them.
 * Errors: IO (MPI does not start). */
VOLO_API VOLO_NODISCARD VoloStatus volo_ranks_start(VoloError *err);
/* Waits for what was sent to be received, and leaves; every rank does so. */
VOLO_API void volo_ranks_finish(void);

VOLO_API int volo_ranks_index(void); /* of this process */
VOLO_API int volo_ranks_count(void); /* at least 1 */

/* What the environment says about how many processes were started together, MPI or not; 1 when it
 * says nothing. */
VOLO_API int volo_ranks_announced(void);

/* Sends bytes (a copy) to another rank; waits only when 64 messages to it are still under way.
 * Errors: MEMORY, LIMIT (above 1 GiB). */
VOLO_API VOLO_NODISCARD VoloStatus volo_ranks_send(int to, const void *data, size_t bytes,
                                                   VoloError *err);

/* The next message from any rank; of one rank they come in the order of sending. *ret_data is
 * borrowed until the next call, and NULL when there is none now and wait is false.
 * Errors: MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_ranks_receive(bool wait, int *ret_from,
                                                      const void **ret_data, size_t *ret_bytes,
                                                      VoloError *err);

/* Each array becomes its sum over all ranks, the same bits on each of them. Every rank calls it,
 * with the same count; where MPI fails, it ends all of them. */
VOLO_API void volo_ranks_sum(double *values, size_t count);
VOLO_API void volo_ranks_sum_floats(float *values, size_t count);

#ifdef __cplusplus
}
#endif
#endif
