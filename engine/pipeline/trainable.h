/* SPDX-License-Identifier: Apache-2.0 */
/* VoloTrainable: a network whose parameters lie in one block, and what it starts from. */
#ifndef VOLO_PIPELINE_TRAINABLE_H
#define VOLO_PIPELINE_TRAINABLE_H

#include "nn/tape.h"
#include "pipeline/network.h"

typedef struct VoloTrainStart {
    const VoloModelRecipe *recipe; /* of a new network, and its seed; with weights that say what the
                                    * network is, only classes, img_size and seed are looked at */
    const char *weights;           /* a model or an ImageNet checkpoint to start from; NULL: none */
    const VoloClassTable *classes; /* names and colours of the classes; their number wins */
    const char *dataset;           /* whose classes they are: "cityscapes" */
    bool auxiliary;                /* with the auxiliary head */
    size_t auxiliary_channels;     /* 0: the file's or the config's, else 256 */
    size_t hidden_size;            /* of a fresh decode head; 0: the config's */
    const char *neck;              /* a name or "none": with it neck and heads are fresh, whatever
                                    * weights have; NULL or "": as they are */
    double drop_path, dropout;     /* 0 to below 1 */
} VoloTrainStart;

typedef struct VoloTrainable {
    VoloModel model; /* its weights are NULL: parameters are the block's */
    VoloParameterBlock block;
    VoloBlockRead read; /* of start.weights */
} VoloTrainable;

/* t is what volo_trainable_clear wants, after a failure too (all zero then). With weights, the
 * backbone must be there in full; heads of other classes are fresh. Errors: as volo_model_open and
 * volo_model_create; MISSING. */
VoloStatus volo_trainable_init(VoloTrainable *t, const VoloTrainStart *start, VoloError *err);
void volo_trainable_clear(VoloTrainable *t);

/* A complete model file of that kind of floats (F32 or F16), from an array like block.values: every
 * tensor and the config. Errors: IO, LIMIT, MEMORY. */
VoloStatus volo_trainable_save(const VoloTrainable *t, const float *values, VoloDtype dtype,
                               const char *path, VoloError *err);

#endif
