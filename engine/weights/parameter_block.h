/* SPDX-License-Identifier: Apache-2.0 */
/* VoloParameterBlock: all parameters of a model that is being trained, one behind the other, in the
 * shapes and the order of elements that files have. An optimizer walks it as plain arrays. */
#ifndef VOLO_WEIGHTS_PARAMETER_BLOCK_H
#define VOLO_WEIGHTS_PARAMETER_BLOCK_H

#include "weights/initialise.h"
#include "weights/weights.h"

typedef struct VoloBlockTensor {
    VoloParameter parameter; /* its name is the block's */
    size_t at, count;        /* floats at..at+count-1 of the block; at is a multiple of 16 */
} VoloBlockTensor;

typedef struct VoloParameterBlock {
    VoloBlockTensor
        *tensor; /* [count] in the order of binding: the network's, from the picture on */
    size_t count;
    size_t floats;    /* of values and of gradients, what lies between the tensors is 0 */
    float *values;    /* [floats], 64-byte aligned */
    float *gradients; /* [floats]; running statistics have none, theirs stay 0 */
} VoloParameterBlock;

/* What was found in a file. */
typedef struct VoloBlockRead {
    size_t read, resized,
        fresh;             /* tensors: as they are; position grids of another size; not there */
    char first_fresh[128]; /* the name of one of those */
} VoloBlockRead;

/* An empty block is all zero. The tensors are those of the list, whose names are copied; values are
 * what the initialisers and the seed say. Errors: MEMORY, LIMIT; block is then empty. */
VoloStatus volo_parameter_block_make(VoloParameterBlock *block, const VoloParameter *parameter,
                                     size_t count, uint64_t seed, VoloError *err);
void volo_parameter_block_clear(VoloParameterBlock *block);

/* NULL when there is none of that name. */
const VoloBlockTensor *volo_parameter_block_find(const VoloParameterBlock *block, const char *name);

/* Reads those tensors that the file has, under canonical names; a position grid (1,h,w,c), or in a
 * legacy file (1,h·w,c) or (1,1+h·w,c), of another size is resized bicubically. Tensors of another
 * shape, and those below prefixes in skip (ends with NULL; NULL: none), are left as they are and
 * count as fresh. Errors: as volo_weights_read. */
VoloStatus volo_parameter_block_read(VoloParameterBlock *block, const VoloWeights *w,
                                     const char *const *skip, VoloBlockRead *ret_read,
                                     VoloError *err);

#endif
