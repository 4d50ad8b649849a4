/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz_model.h"

#include "weights/weights.h"

#include <stdlib.h>

#define MOST_VALUES (1u << 20) /* read of one tensor, from its beginning and from its end */

static void read_part(const VoloWeights *w, const VoloWeightEntry *e, uint64_t first, size_t count)
{
    float *x = malloc(count * sizeof *x);
    VoloError err = { 0 };

    fuzz_must(x != NULL, "memory for a tensor");
    const VoloStatus status = volo_weights_read(w, e, first, count, x, &err);
    if (status)
        fuzz_must_explain(status, &err);
    free(x);
}

static void check_entry(const VoloWeights *w, const VoloWeightEntry *e)
{
    uint64_t count = 1;

    fuzz_must(e->rank <= 8, "rank");
    for (unsigned i = 0; i < e->rank; i++)
        fuzz_must(e->shape[i] > 0 && !__builtin_mul_overflow(count, e->shape[i], &count), "shape");
    fuzz_must(count == e->count && count <= w->file_bytes, "count");
    fuzz_must(volo_weights_find(w, e->name) == e, "an entry is found by its name");
    const size_t part = count < MOST_VALUES ? (size_t)count : MOST_VALUES;
    read_part(w, e, 0, part);
    read_part(w, e, count - part / 2 - 1, part / 2 + 1);
}

void fuzz_model_open(const uint8_t *data, size_t bytes)
{
    VoloWeights *w = NULL;
    VoloError err = { 0 };
    const VoloStatus status = volo_weights_open(fuzz_input_path(data, bytes), false, &w, &err);

    if (status) {
        fuzz_must(!w, "a refused file leaves nothing behind");
        fuzz_must_explain(status, &err);
        return;
    }
    for (size_t i = 0; i < w->count; i++)
        check_entry(w, &w->entry[i]);
    volo_weights_close(w);
}
