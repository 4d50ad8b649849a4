/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks without MPI: one, which has nobody to talk to. */
#include <volo/ranks.h>

VoloStatus volo_ranks_start(VoloError *err)
{
    (void)err;
    return VOLO_OK;
}

void volo_ranks_finish(void)
{
}

int volo_ranks_index(void)
{
    return 0;
}

int volo_ranks_count(void)
{
    return 1;
}

VoloStatus volo_ranks_send(int to, const void *data, size_t bytes, VoloError *err)
{
    (void)data;
    return volo_fail(err, VOLO_ERR_ARGUMENT, "%zu bytes to rank %d, but there is one rank", bytes,
                     to);
}

VoloStatus volo_ranks_receive(bool wait, int *ret_from, const void **ret_data, size_t *ret_bytes,
                              VoloError *err)
{
    if (wait)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "one rank waits for others");
    *ret_from = 0;
    *ret_data = NULL;
    *ret_bytes = 0;
    return VOLO_OK;
}

void volo_ranks_sum(double *values, size_t count)
{
    (void)values;
    (void)count;
}

void volo_ranks_sum_floats(float *values, size_t count)
{
    (void)values;
    (void)count;
}
