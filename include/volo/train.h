/* SPDX-License-Identifier: Apache-2.0 */
/* VoloTrainer: trains a segmentation network, step by step.
 *
 *     volo_train_config_new, _read        options, from a JSON file and from the caller
 *     volo_train_sets_open                <volo/train_data.h>
 *     volo_trainer_new                    opens the start, plans the memory; what cannot work is
 *                                         refused here
 *     volo_trainer_resume                 goes on from an earlier state
 *     volo_trainer_step                   loads, runs forwards and backwards, changes the weights
 *     volo_trainer_save                   a complete model, and the state to go on from
 *     volo_trainer_validate               mIoU on the validation sets, by the code of volo-eval
 *
 * The same options, data and number of threads give the same weights, bit for bit, whether a
 * training went straight on or was interrupted and resumed. With several ranks (<volo/ranks.h>)
 * every rank makes the same calls; the options' batch is that of each rank.
 * Threads: a trainer has one owner and is used by one thread at a time. */
#ifndef VOLO_TRAIN_H
#define VOLO_TRAIN_H

#include <volo/model.h>
#include <volo/train_data.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum VoloOptimizerKind {
    VOLO_OPTIMIZER_ADAMW, /* Loshchilov & Hutter, ICLR 2019 */
    VOLO_OPTIMIZER_SGD,   /* with momentum */
} VoloOptimizerKind;

typedef enum VoloRateKind {
    VOLO_RATE_POLY,   /* lowest + (rate - lowest) · (1 - t)^power, t from 0 to 1 after warm-up */
    VOLO_RATE_COSINE, /* lowest + (rate - lowest) · (1 + cos π t) / 2 */
    VOLO_RATE_CONSTANT,
} VoloRateKind;

/* Strings are borrowed as long as the options are used. Field names are those of the JSON file's
 * object "train" (docs/formats.md, "Trainings"). */
typedef struct VoloTrainOptions {
    /* --- the network: the first that is given --- */
    const char *model;   /* a segmentation model to go on with, or a classifier or bare backbone
                            that gets a new head; default NULL */
    const char *network; /* JSON file of a model's config, for a new network; default NULL */
    const char *variant; /* "volo_d1" ..., for a new network; default NULL */
    const char *neck; /* "none", "detail" ...: new heads behind that neck, whatever the start has;
                         default NULL: the start's */
    /* Of new heads; 0: what the config says, else 512 and 256. */
    uint64_t hidden_size, auxiliary_channels;
    /* How the model that is written will be used on pictures. */
    int test_mode;           /* VoloMode; default whole */
    const char *test_resize; /* "none", "HxW" or "LxS:keep"; default NULL: what the start says */

    /* --- steps --- */
    uint64_t steps;      /* of the whole training; default 1000 */
    uint64_t accumulate; /* batches a step; default 1 */
    uint64_t seed;       /* of new weights, of dropping and of the samples; default 0 */

    /* --- optimizer --- */
    int optimizer;            /* VoloOptimizerKind; default AdamW */
    double lr;                /* after warm-up; default 6e-5 */
    double beta1, beta2, eps; /* of AdamW; default 0.9, 0.999, 1e-8 */
    double momentum;          /* of SGD; default 0.9 */
    bool nesterov;            /* of SGD; default false */
    double weight_decay;      /* default 0.01; not of norms, biases, position embeddings */
    double layer_decay;       /* factor of lr from a layer to the one before it; default 1 */
    double clip;              /* largest norm of the gradient; 0 (default): any */
    const char *freeze;       /* prefixes of names between commas; default NULL */
    double ema;               /* decay of the average of weights that is saved and validated;
                                 0 (default): none */
    /* --- schedule --- */
    int schedule;         /* VoloRateKind; default poly */
    uint64_t warmup;      /* steps; default 0 */
    double warmup_factor; /* of lr at step 0; default 1e-6 */
    double power;         /* of poly; default 1 */
    double min_lr;        /* at the end; default 0 */

    /* --- loss --- */
    double aux_weight;         /* of the auxiliary head; 0: there is none; default 0.4 */
    const char *class_weights; /* "none" (default), "log": 1 / ln(1.02 + share of the class) (ENet),
                                  or a number for each class between commas */
    double label_smoothing;    /* default 0 */
    double ohem;               /* threshold of online hard example mining; 0 (default): off */
    uint64_t ohem_kept;        /* pixels a picture; default 0 */
    double cross_entropy, dice, lovasz; /* factors; default 1, 0, 0 */

    /* --- regularisation and memory --- */
    double drop_path;       /* of the last block, falling to 0 at the first; default 0.1 */
    double dropout;         /* before the classifying layer; default 0.1 */
    bool checkpoint_blocks; /* keep only the inputs of blocks, compute them twice; default false */
    uint64_t max_memory;    /* bytes; refuse a plan that needs more; 0 (default): no limit */

    /* --- along the way; these do not change what is trained --- */
    uint64_t threads;    /* 0 (default): all */
    uint64_t val_every;  /* steps; 0: at the end alone; default 500 */
    uint64_t save_every; /* steps; default 200 */
    uint64_t log_every;  /* steps; default 10 */
    int dtype;           /* of the models that are written: VOLO_F32 (default) or VOLO_F16 */
} VoloTrainOptions;

VOLO_API VoloTrainOptions volo_train_defaults(void);

/* Such options and the memory of their strings. */
typedef struct VoloTrainConfig VoloTrainConfig;

VOLO_API VOLO_NODISCARD VoloStatus volo_train_config_new(VoloTrainConfig **ret_config,
                                                         VoloError *err);
VOLO_API void volo_train_config_free(VoloTrainConfig *config); /* NULL is allowed */
/* Reads the object "train" of a training's JSON file (volo_data_config_read reads the rest); what
 * it says replaces what was there. Files it names are relative to its own folder. Errors: IO,
 * FORMAT (file and field named; also fields that nobody reads), LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_train_config_read(VoloTrainConfig *config, const char *path,
                                                          VoloError *err);
/* Borrowed; fields may be changed, strings set to what outlives the config. */
VOLO_API VoloTrainOptions *volo_train_config_options(VoloTrainConfig *config);
/* Writes a training's whole JSON file. Errors: IO, SPACE, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_train_config_write(const VoloTrainOptions *options,
                                                           const VoloDataOptions *data,
                                                           const char *path, VoloError *err);
/* Refuses values out of their ranges and options that exclude each other: ARGUMENT, the field
 * named. */
VOLO_API VOLO_NODISCARD VoloStatus volo_train_options_check(const VoloTrainOptions *options,
                                                            VoloError *err);
/* Names of the fields of "train", in order; NULL beyond the end. */
VOLO_API const char *volo_train_field(size_t index);

typedef struct VoloTrainer VoloTrainer;

/* sets and validation (NULL: none) must outlive the trainer; sets must be scanned when class
 * weights or rare sampling ask for it.
 * On success *ret_trainer is the caller's (volo_trainer_free); on failure it is untouched.
 * Errors: those of volo_model_open, naming the start; ARGUMENT (options), SHAPE (batch norm would
 * see a single value: the message says what to do), MEMORY (refused, or above max_memory), MISSING
 * (nothing to freeze; no way from the classes to a validation set's). */
VOLO_API VOLO_NODISCARD VoloStatus volo_trainer_new(const VoloTrainOptions *options,
                                                    const VoloDataOptions *data,
                                                    const VoloTrainSets *sets,
                                                    const VoloTrainSets *validation,
                                                    VoloTrainer **ret_trainer, VoloError *err);
VOLO_API void volo_trainer_free(VoloTrainer *trainer); /* NULL is allowed */

/* For people. */
typedef struct VoloTrainerInfo {
    uint64_t parameters, trained; /* weights and biases; of them, those not frozen */
    uint64_t memory;              /* expected growth of the process's peak, bytes */
    uint64_t checkpoint;          /* bytes of a state and of the two models beside it */
    size_t classes;
    const char *start; /* where the weights came from: one line */
    size_t crop[2], batch;
} VoloTrainerInfo;
VOLO_API VoloTrainerInfo volo_trainer_info(const VoloTrainer *trainer);

/* The classes that are trained; borrowed. */
VOLO_API const VoloClassTable *volo_trainer_classes(const VoloTrainer *trainer);

typedef struct VoloTrainStep {
    uint64_t step; /* steps done, this one included */
    double loss;   /* whole; then its parts before their factors */
    double main_loss, auxiliary_loss;
    double accuracy; /* of the decode head, 0..1; NaN: no pixel was counted */
    double lr;
    double norm; /* of the gradient, before clipping */
    uint64_t pictures;
    double waited; /* seconds, for the loader */
} VoloTrainStep;

/* One step. Errors: those of volo_loader_next; DIVERGED (the loss, the gradient or a weight is no
 * longer a number: step, rate and pictures in the message). After an error the trainer is good for
 * volo_trainer_picture and volo_trainer_free only. */
VOLO_API VOLO_NODISCARD VoloStatus volo_trainer_step(VoloTrainer *trainer, VoloTrainStep *ret_step,
                                                     VoloError *err);
/* Names of the pictures of the last step, "camvid/train/0001TP_006690"; NULL beyond the end.
 * Borrowed until the next step. */
VOLO_API const char *volo_trainer_picture(const VoloTrainer *trainer, size_t index);

VOLO_API uint64_t volo_trainer_steps(const VoloTrainer *trainer); /* done */

/* Writes the weights (or their moving average) as a model that every program opens. Only rank 0
 * writes. Errors: IO, SPACE, LIMIT (a weight beyond f16's range), MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_trainer_save_model(const VoloTrainer *trainer,
                                                           const char *path, VoloError *err);

/* What the caller wants to find again beside the state. */
typedef struct VoloTrainRecord {
    double best;        /* mIoU 0..1; NaN: none yet */
    uint64_t best_step; /* that gave it */
    uint64_t validated; /* the last step that was validated; 0: none */
} VoloTrainRecord;

/* Writes all it takes to go on, as one file that appears whole. Only rank 0 writes.
 * Errors: IO, SPACE, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_trainer_save_state(const VoloTrainer *trainer,
                                                           const VoloTrainRecord *record,
                                                           const char *path, VoloError *err);
/* Takes such a file up, on a trainer that has not made a step.
 * Errors: IO, FORMAT (damaged), UNSUPPORTED (other options than those it was made with, the first
 * of them named), MEMORY; the trainer is then good for volo_trainer_free only. */
VOLO_API VOLO_NODISCARD VoloStatus volo_trainer_resume(VoloTrainer *trainer, const char *path,
                                                       VoloTrainRecord *ret_record, VoloError *err);

/* What a validation set gave. */
typedef struct VoloValidation {
    const char *name; /* "camvid/val" */
    const char *map;  /* how classes were folded: "cityscapes19-camvid11" */
    size_t pictures;
    double miou, accuracy; /* fractions, by the set's usual convention */
    const VoloLabelSpace *space;
    double class_iou[255]; /* by class of the space; NaN: none */
} VoloValidation;

/* Whether to go on; from the calling thread. */
typedef bool (*VoloTrainProgressFn)(size_t done, size_t total, void *user);

/* Opens the model at path, which a trainer's save_model has written, and labels the pictures of all
 * validation sets with it. Pictures are shared between ranks. *ret_sets is borrowed until the next
 * call. progress may be NULL.
 * Errors: those of volo_model_open, volo_session_segment and of reading pictures; CANCELLED. */
VOLO_API VOLO_NODISCARD VoloStatus volo_trainer_validate(VoloTrainer *trainer, const char *path,
                                                         VoloTrainProgressFn progress, void *user,
                                                         const VoloValidation **ret_sets,
                                                         size_t *ret_count, VoloError *err);

#ifdef __cplusplus
}
#endif
#endif
