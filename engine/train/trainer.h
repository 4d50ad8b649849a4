/* SPDX-License-Identifier: Apache-2.0 */
/* VoloTrainer inside. */
#ifndef VOLO_TRAIN_TRAINER_H
#define VOLO_TRAIN_TRAINER_H

#include <volo/train.h>

#include "pipeline/trainable.h"
#include "train/loss.h"
#include "train/optimizer.h"
#include "train/parameter_groups.h"
#include "train/rate_schedule.h"
#include "train/validation.h"

/* A batch that the walk reads. */
typedef struct VoloWalkBatch {
    const float *x;        /* f32 [n,h,w,3] */
    const uint8_t *labels; /* u8 [n,h,w] */
    const uint8_t **group; /* [n], each [classes] or NULL */
} VoloWalkBatch;

struct VoloTrainer {
    VoloTrainOptions options;
    VoloDataOptions data;
    const VoloTrainSets *sets;
    int threads;
    char start[256]; /* where the weights came from */
    char *settings;  /* that may not change, lines key<TAB>value */

    VoloTrainable net;
    float *first, *second, *average; /* [net.block.floats]; second with AdamW, average with ema */
    VoloOptimizer *optimizer;
    VoloRateSchedule rate;
    char *frozen_names; /* the option's text, cut at its commas */
    const char **frozen_prefix;
    VoloGroupOptions groups;
    uint8_t *frozen; /* [net.block.floats / VOLO_PARAMETER_UNIT] */
    uint64_t trained;

    float *class_weight; /* [classes], or NULL */
    VoloLossOptions loss;
    VoloTape tape;
    VoloPlan plan;
    float *arena;
    VoloLossSums sums[2]; /* of the present step: decode head, auxiliary head */
    VoloLossCount whole;

    VoloLoader *loader;
    VoloWalkBatch *batch; /* [accumulate] of the present step */
    float *kept_x;        /* [accumulate,n,h,w,3], and labels u8: what the loader's memory is too */
    uint8_t *kept_labels; /* short for; NULL when accumulate is 1 */
    char **picture;       /* [pictures] names of the last step */
    size_t pictures;

    VoloValidator *validator; /* NULL: nothing to validate on */
    uint64_t step, position;
};

/* --- trainer_setup.c --- */

/* Opens the network and everything that depends on it. */
VoloStatus volo_trainer_open_network(VoloTrainer *t, VoloError *err);
/* Class weights, and what the loss is. */
VoloStatus volo_trainer_open_loss(VoloTrainer *t, VoloError *err);
/* Lines that say what the training is; t->settings. */
VoloStatus volo_trainer_describe(VoloTrainer *t, VoloError *err);

/* --- train_walk.c --- */

/* Measures a whole step's walk, lays it out and takes the memory. */
VoloStatus volo_trainer_plan(VoloTrainer *t, VoloError *err);
/* Forwards and backwards over one batch; adds to gradients and sums. number: of the batch within
 * the whole training, for what is random. */
VoloStatus volo_trainer_walk(VoloTrainer *t, const VoloWalkBatch *batch, uint64_t number,
                             VoloError *err);
/* The batch as the loss sees it; logits, h and w are to be filled in. */
VoloLossBatch volo_trainer_loss_batch(const VoloTrainer *t, const VoloWalkBatch *batch);

/* Floats of the memory that a trainer has beside the plan: parameters, gradients, moments. */
size_t volo_trainer_parameter_floats(const VoloTrainer *t);

#endif
