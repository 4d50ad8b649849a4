/* SPDX-License-Identifier: Apache-2.0 */
/* The binder's other side: how a model starts it, and what is left when all has been asked for. */
#ifndef VOLO_WEIGHTS_BINDER_H
#define VOLO_WEIGHTS_BINDER_H

#include <volo/impl/bind.h>

#include "base/arena.h"
#include "weights/parameter_block.h"
#include "weights/weights.h"

struct VoloBinder {
    VoloWeights *weights;            /* NULL: a new model, nothing is read */
    const VoloParameterBlock *block; /* training: what is bound lies there; weights is NULL */
    VoloArena *arena;                /* owns all that is bound */
    VoloTask task;                   /* decides which names are ignored */
    int threads;                     /* that read and pack; 0: 1 */
    bool *used;                      /* [weights->count] */
    VoloParameter *parameter;
    size_t parameter_count, parameter_capacity;
    char prefix[VOLO_STAGES * 64];
    size_t mark[8], depth; /* lengths of the prefix before each enter */
    float *scratch;        /* [scratch_floats] rows on their way */
    size_t scratch_floats;
    VoloError error;
};

/* weights may be NULL (new model). On failure nothing needs clearing. Errors: MEMORY. */
VoloStatus volo_binder_init(VoloBinder *b, VoloWeights *weights, VoloArena *arena, VoloError *err);
void volo_binder_clear(VoloBinder *b);

/* The first error of the bind calls; then, for a file, a tensor that nobody asked for and that is
 * not on the list of ignored names; ignored ones become one note. */
VoloStatus volo_binder_finish(VoloBinder *b, VoloError *err);

/* Whether the tensor may be left over: it belongs to another task. */
bool volo_name_is_ignored(const char *name, VoloTask task);

#endif
