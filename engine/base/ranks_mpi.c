/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks by MPI. Messages to a rank go through a ring of copies, so that sending rarely waits. */
#include <volo/ranks.h>

#include "base/error.h"

#include <mpi.h>

#include <stdlib.h>
#include <string.h>

#define UNDER_WAY 64
#define MESSAGE_TAG 1
#define MESSAGE_BYTES (1u << 30)

typedef struct Parcel {
    MPI_Request request;
    void *data; /* NULL: free */
    int to;
} Parcel;

static struct {
    bool started;
    int index, count;
    Parcel parcel[UNDER_WAY];
    size_t next; /* the oldest parcel, and the next to be used */
    void *received;
    size_t room;
} ranks = { .count = 1 };

VoloStatus volo_ranks_start(VoloError *err)
{
    int level;

    if (volo_ranks_announced() == 1) /* a program that was started alone needs no MPI */
        return VOLO_OK;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS)
        return volo_fail(err, VOLO_ERR_IO, "MPI does not start");
    ranks.started = true;
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks.index);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks.count);
    return VOLO_OK;
}

static void wait_for(Parcel *parcel)
{
    if (!parcel->data)
        return;
    MPI_Wait(&parcel->request, MPI_STATUS_IGNORE);
    free(parcel->data);
    parcel->data = NULL;
}

void volo_ranks_finish(void)
{
    if (!ranks.started)
        return;
    for (size_t i = 0; i < UNDER_WAY; i++)
        wait_for(&ranks.parcel[i]);
    MPI_Finalize();
    free(ranks.received);
    ranks.received = NULL;
    ranks.started = false;
}

int volo_ranks_index(void)
{
    return ranks.index;
}

int volo_ranks_count(void)
{
    return ranks.count;
}

VoloStatus volo_ranks_send(int to, const void *data, size_t bytes, VoloError *err)
{
    if (to < 0 || to >= ranks.count || to == ranks.index)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "there is no other rank %d", to);
    if (bytes > MESSAGE_BYTES)
        return volo_fail(err, VOLO_ERR_LIMIT, "a message of %zu bytes, limit %u", bytes,
                         MESSAGE_BYTES);
    Parcel *const parcel = &ranks.parcel[ranks.next++ % UNDER_WAY];
    wait_for(parcel);
    parcel->data = malloc(bytes ? bytes : 1);
    if (!parcel->data)
        return volo_fail_memory(err, bytes);
    if (bytes)
        memcpy(parcel->data, data, bytes);
    parcel->to = to;
    MPI_Isend(parcel->data, (int)bytes, MPI_BYTE, to, MESSAGE_TAG, MPI_COMM_WORLD,
              &parcel->request);
    return VOLO_OK;
}

VoloStatus volo_ranks_receive(bool wait, int *ret_from, const void **ret_data, size_t *ret_bytes,
                              VoloError *err)
{
    MPI_Status status;
    int there = 0, bytes;

    *ret_data = NULL;
    if (!ranks.started)
        return VOLO_OK;
    if (wait)
        MPI_Probe(MPI_ANY_SOURCE, MESSAGE_TAG, MPI_COMM_WORLD, &status);
    else
        MPI_Iprobe(MPI_ANY_SOURCE, MESSAGE_TAG, MPI_COMM_WORLD, &there, &status);
    if (!wait && !there)
        return VOLO_OK;
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    if (!ranks.received || ranks.room < (size_t)bytes) {
        void *const larger = realloc(ranks.received, (size_t)bytes + 1);

        if (!larger)
            return volo_fail_memory(err, (size_t)bytes);
        ranks.received = larger;
        ranks.room = (size_t)bytes;
    }
    MPI_Recv(ranks.received, bytes, MPI_BYTE, status.MPI_SOURCE, MESSAGE_TAG, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    *ret_from = status.MPI_SOURCE;
    *ret_data = ranks.received;
    *ret_bytes = (size_t)bytes;
    return VOLO_OK;
}

/* A count of MPI is an int. */
static void sum(void *values, size_t count, size_t size, MPI_Datatype type)
{
    enum {
        MOST = 1 << 24
    };

    for (size_t at = 0; at < count; at += MOST)
        MPI_Allreduce(MPI_IN_PLACE, (char *)values + at * size,
                      (int)(count - at < MOST ? count - at : MOST), type, MPI_SUM, MPI_COMM_WORLD);
}

void volo_ranks_sum(double *values, size_t count)
{
    if (ranks.count > 1)
        sum(values, count, sizeof *values, MPI_DOUBLE);
}

void volo_ranks_sum_floats(float *values, size_t count)
{
    if (ranks.count > 1)
        sum(values, count, sizeof *values, MPI_FLOAT);
}
