/* SPDX-License-Identifier: Apache-2.0 */
/* What the pipeline knows of a model beyond <volo/model.h>. */
#ifndef VOLO_PIPELINE_OPEN_MODEL_H
#define VOLO_PIPELINE_OPEN_MODEL_H

#include <volo/impl/backbone.h>
#include <volo/impl/head.h>
#include <volo/impl/neck.h>
#include <volo/model.h>

#include <stdatomic.h>

#include "base/arena.h"
#include "weights/binder.h"
#include "weights/weights.h"

struct VoloModel {
    atomic_size_t references;
    VoloTask task;
    int threads; /* that read and pack the weights; 0: all */
    VoloConfig cfg;
    VoloModelInfo info;
    VoloClassTable *classes;
    const VoloBackboneClass *backbone;
    const VoloNeckClass *neck;      /* NULL: none */
    const VoloHeadClass *head;      /* NULL: a classifier or a bare backbone */
    const VoloHeadClass *auxiliary; /* NULL: none, as in inference */
    void *backbone_state, *neck_state, *head_state, *auxiliary_state;
    const VoloParameterBlock *block; /* training: parameters are bound to it */
    VoloBinder binder;               /* its list of parameters */
    VoloWeights *weights;            /* names and notes */
    VoloArena arena;                 /* owns states and bound parameters */
};

/* Opens the weights and completes the config from metadata, sidecar, shapes and defaults.
 * *ret_weights and *ret_cfg are the caller's (volo_weights_close, volo_config_clear). */
VoloStatus volo_model_read(const char *path, const VoloModelOptions *options,
                           VoloWeights **ret_weights, VoloConfig *ret_cfg, VoloError *err);

/* Finds backbone, neck and head of a complete config and binds them (or, without weights, lists
 * what they ask for; or to m->block). States and parameters are the arena's. m->auxiliary is the
 * caller's choice. */
VoloStatus volo_model_bind(VoloModel *m, VoloError *err);

/* Which neck a model has: what the tensors say (NULL for a new model), checked against the config,
 * whose field said tells whether "neck" is there. cfg->neck names it afterwards. (model_neck.c) */
VoloStatus volo_model_choose_neck(VoloConfig *cfg, bool said, VoloCatalogue *tensors,
                                  VoloError *err);

/* VOLO_ERR_UNSUPPORTED with the reason, when the model cannot make masks. */
VoloStatus volo_model_require_head(const VoloModel *model, VoloError *err);

#endif
