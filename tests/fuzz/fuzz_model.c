/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz_model.h"

#include "weights/weights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_VALUES (1u << 20) /* read of one tensor, from its beginning and from its end */

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "broken promise: %s\n", what);
        abort();
    }
}

static void read_part(const VoloWeights *w, const VoloWeightEntry *e, uint64_t first, size_t count)
{
    float *x = malloc(count * sizeof *x);
    VoloError err = { 0 };

    must(x != NULL, "memory for a tensor");
    const VoloStatus status = volo_weights_read(w, e, first, count, x, &err);
    must(status == VOLO_OK || status == VOLO_ERR_UNSUPPORTED || status == VOLO_ERR_FORMAT ||
             status == VOLO_ERR_MEMORY,
         "a read ends well, or with a status of its contract");
    must(status == VOLO_OK || err.message[0], "a failed read has a message");
    free(x);
}

static void check_entry(const VoloWeights *w, const VoloWeightEntry *e)
{
    uint64_t count = 1;

    must(e->rank <= 8, "rank");
    for (unsigned i = 0; i < e->rank; i++)
        must(e->shape[i] > 0 && !__builtin_mul_overflow(count, e->shape[i], &count), "shape");
    must(count == e->count && count <= w->file_bytes, "count");
    must(volo_weights_find(w, e->name) == e, "an entry is found by its name");
    const size_t part = count < MOST_VALUES ? (size_t)count : MOST_VALUES;
    read_part(w, e, 0, part);
    read_part(w, e, count - part / 2 - 1, part / 2 + 1);
}

void fuzz_model_open(const uint8_t *data, size_t bytes)
{
    static int fd = -1;
    VoloWeights *w = NULL;
    VoloError err = { 0 };
    char path[40];

    if (fd < 0)
        fd = memfd_create("model", MFD_CLOEXEC);
    must(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, data, bytes, 0) == (ssize_t)bytes,
         "a file");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (volo_weights_open(path, false, &w, &err)) {
        must(!w && err.status && err.message[0], "a refused file has a message");
        return;
    }
    for (size_t i = 0; i < w->count; i++)
        check_entry(w, &w->entry[i]);
    volo_weights_close(w);
}
