/* SPDX-License-Identifier: Apache-2.0 */
/* Which learning rate and decay each parameter has, from its name and rank alone.
 *
 * Tensors of one dimension (biases, norms) and position embeddings do not decay. Layer-wise decay
 * gives each layer of the backbone a smaller rate than the one behind it: layers are what a name
 * says up to its second number ("backbone.network.2.5"), in the order of those numbers; before all
 * of them comes what has no such number (the stem, the position embedding). Necks and heads have
 * the whole rate. */
#ifndef VOLO_TRAIN_PARAMETER_GROUPS_H
#define VOLO_TRAIN_PARAMETER_GROUPS_H

#include "train/optimizer.h"

typedef struct VoloNamedSpan {
    const char *name;     /* "backbone.network.0.0.attn.v.weight" */
    size_t offset, count; /* floats */
    unsigned rank;
} VoloNamedSpan;

typedef struct VoloGroupOptions {
    double layer_decay;        /* factor from a layer to the one before it; 1: none */
    const char *const *frozen; /* [frozen_count] prefixes up to a dot: "backbone.network.0" */
    size_t frozen_count;
} VoloGroupOptions;

/* Whether a tensor's name is, or begins with and a dot, one of the frozen prefixes. */
bool volo_group_is_frozen(const VoloGroupOptions *o, const char *name);

/* ret_span [count]. Errors: MISSING (a prefix that freezes nothing), MEMORY. */
VoloStatus volo_group_parameters(const VoloGroupOptions *o, const VoloNamedSpan *tensor,
                                 size_t count, VoloParameterSpan *ret_span, VoloError *err);

#endif
