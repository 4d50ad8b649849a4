/* SPDX-License-Identifier: Apache-2.0 */
/* Laying out the tensors, and filling them from a file. */
#include "weights/parameter_block.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/pages.h"
#include "kernels/kernels.h"
#include "nn/tape.h"

static bool count_elements(const VoloParameter *p, size_t *ret_count)
{
    return volo_product(p->shape, p->rank, ret_count);
}

static VoloStatus lay_out(VoloParameterBlock *block, const VoloParameter *parameter, size_t count,
                          VoloError *err)
{
    for (size_t i = 0; i < count; i++) {
        VoloBlockTensor *const t = &block->tensor[i];
        size_t end;

        t->parameter = parameter[i];
        t->parameter.name = strdup(parameter[i].name);
        if (!t->parameter.name)
            return volo_fail_memory(err, strlen(parameter[i].name));
        block->count++;
        t->at = block->floats;
        if (!count_elements(&t->parameter, &t->count) || !volo_add(t->at, t->count, &end) ||
            !volo_align(end, VOLO_PARAMETER_UNIT, &block->floats) ||
            block->floats > SIZE_MAX / sizeof(float))
            return volo_fail(err, VOLO_ERR_LIMIT, "tensor '%s' is too large", parameter[i].name);
    }
    return VOLO_OK;
}

VoloStatus volo_parameter_block_make(VoloParameterBlock *block, const VoloParameter *parameter,
                                     size_t count, uint64_t seed, VoloError *err)
{
    *block = (VoloParameterBlock){ .tensor = calloc(count + 1, sizeof *block->tensor) };
    VoloStatus status = block->tensor ? lay_out(block, parameter, count, err)
                                      : volo_fail_memory(err, count * sizeof *block->tensor);

    if (!status) {
        block->values = volo_pages_new(block->floats * sizeof(float));
        block->gradients = volo_pages_new(block->floats * sizeof(float));
        if (!block->values || !block->gradients)
            status = volo_fail_memory(err, 2 * block->floats * sizeof(float));
    }
    if (status) {
        volo_parameter_block_clear(block);
        return status;
    }
    memset(block->values, 0, block->floats * sizeof(float));
    memset(block->gradients, 0, block->floats * sizeof(float));
    for (size_t i = 0; i < count; i++)
        volo_parameter_initialise(&block->tensor[i].parameter, seed, 0, block->tensor[i].count,
                                  block->values + block->tensor[i].at);
    return VOLO_OK;
}

void volo_parameter_block_clear(VoloParameterBlock *block)
{
    for (size_t i = 0; i < block->count; i++)
        free(block->tensor[i].parameter.name);
    free(block->tensor);
    free(block->values);
    free(block->gradients);
    *block = (VoloParameterBlock){ 0 };
}

const VoloBlockTensor *volo_parameter_block_find(const VoloParameterBlock *block, const char *name)
{
    for (size_t i = 0; i < block->count; i++) {
        if (strcmp(block->tensor[i].parameter.name, name) == 0)
            return &block->tensor[i];
    }
    return NULL;
}

static bool same_shape(const VoloWeightEntry *e, const VoloParameter *p)
{
    if (e->rank != p->rank)
        return false;
    for (unsigned i = 0; i < p->rank; i++) {
        if (e->shape[i] != p->shape[i])
            return false;
    }
    return true;
}

static bool is_skipped(const char *name, const char *const *skip)
{
    for (; skip && *skip; skip++) {
        if (strncmp(name, *skip, strlen(*skip)) == 0)
            return true;
    }
    return false;
}

static size_t integer_root(uint64_t value)
{
    size_t root = 0;

    while ((uint64_t)(root + 1) * (root + 1) <= value)
        root++;
    return root;
}

/* A position grid in a file: [h,w,c] from element skip on. */
typedef struct StoredGrid {
    size_t h, w, skip;
} StoredGrid;

/* Whether the entry is a grid of c channels; legacy ones are square. */
static bool stored_grid(const VoloWeightEntry *e, size_t c, StoredGrid *ret)
{
    if (e->rank == 4 && e->shape[0] == 1 && e->shape[3] == c) {
        *ret = (StoredGrid){ (size_t)e->shape[1], (size_t)e->shape[2], 0 };
        return true;
    }
    if (e->rank != 3 || e->shape[0] != 1 || e->shape[2] != c)
        return false;
    const size_t side = integer_root(e->shape[1]);
    const bool square = (uint64_t)side * side == e->shape[1];
    *ret = square ? (StoredGrid){ side, side, 0 } : (StoredGrid){ side, side, c };
    return square || (uint64_t)side * side + 1 == e->shape[1];
}

static VoloStatus read_grid(const VoloBlockTensor *t, float *values, const VoloWeights *w,
                            const VoloWeightEntry *e, StoredGrid grid, VoloError *err)
{
    const size_t c = t->parameter.shape[3], count = grid.h * grid.w * c;
    float *const stored = malloc((count + 1) * sizeof *stored);

    if (!stored)
        return volo_fail_memory(err, count * sizeof *stored);
    const VoloStatus status = volo_weights_read(w, e, grid.skip, count, stored, err);
    if (!status)
        volo_kernels()->bicubic(values, stored, grid.h, grid.w, c, t->parameter.shape[1],
                                t->parameter.shape[2]);
    free(stored);
    return status;
}

static VoloStatus read_tensor(VoloParameterBlock *block, const VoloBlockTensor *t,
                              const VoloWeights *w, const char *const *skip, VoloBlockRead *read,
                              VoloError *err)
{
    const char *const name = t->parameter.name;
    const VoloWeightEntry *const e = is_skipped(name, skip) ? NULL : volo_weights_find(w, name);
    StoredGrid grid;

    if (e && same_shape(e, &t->parameter)) {
        read->read++;
        return volo_weights_read(w, e, 0, t->count, block->values + t->at, err);
    }
    if (e && t->parameter.rank == 4 && strcmp(name, "backbone.pos_embed") == 0 &&
        stored_grid(e, t->parameter.shape[3], &grid)) {
        read->resized++;
        return read_grid(t, block->values + t->at, w, e, grid, err);
    }
    if (read->fresh++ == 0)
        strncpy(read->first_fresh, name, sizeof read->first_fresh - 1);
    return VOLO_OK;
}

VoloStatus volo_parameter_block_read(VoloParameterBlock *block, const VoloWeights *w,
                                     const char *const *skip, VoloBlockRead *ret_read,
                                     VoloError *err)
{
    VoloBlockRead read = { 0 };

    for (size_t i = 0; i < block->count; i++)
        VOLO_TRY(read_tensor(block, &block->tensor[i], w, skip, &read, err));
    *ret_read = read;
    return VOLO_OK;
}
